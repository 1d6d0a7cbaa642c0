import assert from "node:assert/strict";
import { test } from "node:test";
import { type Among, find, type Found, theOne } from "../../../kiosk_ui/src/tablet/find";
import { usualNow } from "../../../kiosk_ui/src/tablet/usual";
import { employee, seen, visit } from "./gate";

const hoa = visit();
const be = visit({
  name: "Lê Văn Bé",
  state: "on_site",
  badge_number: "014",
  pass_digits: "1112223333",
  organisation: "",
});
const duc = employee();
const among = (changed: Partial<Among> = {}): Among => ({ visits: [hoa, be], employees: [duc], seen: [], ...changed });
const names = (found: readonly Found[]): string[] =>
  found.map((one) =>
    one.what === "visit" ? one.visit.name : one.what === "employee" ? one.employee.name : one.seen.name,
  );

test("đ is found as d, whichever letter was typed", () => {
  for (const typed of ["duc", "Đức", "ĐỨC", "Ðức", "do van"])
    assert.deepEqual(names(find(typed, among())), ["Đỗ Văn Đức"]);
});

test("two letters are too few to search among people seen before", () => {
  assert.deepEqual(find("du", among()), []);
});

test("the last three or four digits of a pass find who waits", () => {
  assert.deepEqual(names(find("765", among())), ["Trần Thị Hoa"]);
  assert.deepEqual(names(find("3765", among())), ["Trần Thị Hoa"]);
  assert.deepEqual(find("65", among()), []);
});

test("a whole pass is exact, however it is grouped", () => {
  assert.equal(theOne(find("482 109 3765", among()))?.exact, true);
});

test("a badge number finds who has it, with or without its zeros", () => {
  for (const typed of ["014", "14"]) assert.deepEqual(names(find(typed, among())), ["Lê Văn Bé"]);
});

test("who waits stands before who is inside with a badge of the same digits", () => {
  const waits = visit({ name: "Hồ A Páo", pass_digits: "9998887014" });
  assert.deepEqual(names(find("014", among({ visits: [be, waits] }))), ["Hồ A Páo", "Lê Văn Bé"]);
});

test("an employee's card is exact", () => {
  const found = theOne(find("nv002", among()));
  assert.equal(found?.what, "employee");
});

test("somebody who is here is not found again among those seen before", () => {
  const past = seen({ name: "Trần Thị Hoa", search_key: "tran thi hoa" });
  assert.deepEqual(
    find("hoa", among({ seen: [past] })).map((one) => one.what),
    ["visit"],
  );
});

test("an employee who is inside is found as somebody who may leave", () => {
  const inside = visit({
    name: duc.name,
    kind: "employee",
    employee_id: duc.id,
    state: "on_site",
    pass_id: null,
    pass_digits: null,
  });
  const found = find("duc", among({ visits: [inside] }));
  assert.deepEqual(
    found.map((one) => one.what),
    ["visit"],
  );
});

test("a given name that begins so comes before a name that has it somewhere", () => {
  const people = [
    seen({ name: "Lan Văn Tú", search_key: "lan van tu" }),
    seen({ name: "Trần Thị Lan", search_key: "tran thi lan" }),
  ];
  assert.deepEqual(names(find("lan", among({ visits: [], employees: [], seen: people }))), [
    "Trần Thị Lan",
    "Lan Văn Tú",
  ]);
});

test("of several who fit none is meant by a scan", () => {
  assert.equal(
    theOne(find("tran", among({ seen: [seen({ search_key: "tran a" }), seen({ search_key: "tran b" })] }))),
    null,
  );
});

test("employees who usually come now are listed nearest first, across midnight too", () => {
  const people = [
    employee({ name: "Vi Thị Thu", usual_minute: 1430 }),
    employee({ name: "Lý A Sình", usual_minute: 8 }),
    employee({ name: "Cao Bá Quát", usual_minute: 700 }),
  ];
  assert.deepEqual(
    usualNow(people, new Set(), 5).map((one) => one.name),
    ["Lý A Sình", "Vi Thị Thu"],
  );
});

test("whoever is inside is not expected", () => {
  const person = employee({ usual_minute: 446 });
  assert.deepEqual(usualNow([person], new Set([person.id]), 446), []);
});

test("while nobody's habits are known, all are listed by their given name", () => {
  const people = [
    employee({ name: "Vi Thị Thu" }),
    employee({ name: "Nguyễn Văn An" }),
    employee({ name: "Lý A Sình" }),
  ];
  assert.deepEqual(
    usualNow(people, new Set(), 446).map((one) => one.name),
    ["Nguyễn Văn An", "Lý A Sình", "Vi Thị Thu"],
  );
});

test("a delivery of another day is nobody to be found again", () => {
  assert.deepEqual(find("giao", among({ seen: [seen({ kind: "delivery", search_key: "giao hang tai cong" })] })), []);
});
