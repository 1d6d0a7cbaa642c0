import assert from "node:assert/strict";
import { test } from "node:test";
import cases from "../../../tests/cases/card.json";
import { type CardReading, readCard } from "../../../kiosk_ui/src/tablet/card";

const TODAY = "2026-11-24";
const PARENTS = ["Trần Văn Cha", "Lê Thị Mẹ"];

for (const found of cases) {
  test(`a card's text: ${found.name}`, () => {
    const wanted = found.how === "card" ? { how: "card", fields: found.fields, warnings: found.warnings } : { how: found.how };
    assert.deepEqual(readCard(found.text, found.today), wanted);
  });
}

/** Numbers from 0 to 1, the same in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

const WILD = [..."0123456789|||||NamNữTrầnĐ/.-, ?\r\n\t\ufeff\u0301\u0000\ud800😀aă<>&%+=:_"];

function wildText(next: () => number): string {
  return Array.from({ length: Math.floor(next() * 120) }, () => WILD[Math.floor(next() * WILD.length)]).join("");
}

function sureOf(reading: CardReading): void {
  if (reading.how !== "card") return assert.deepEqual(Object.keys(reading), ["how"]);
  const { fields } = reading;
  assert.match(fields.identity_number, /^[0-9]{12}$/);
  assert.match(fields.birth_year, /^(?:19[0-9]{2}|20[0-2][0-9])?$/);
  assert.ok(["male", "female", ""].includes(fields.sex));
  assert.match(fields.full_name, /\p{L}/u);
  assert.equal(fields.full_name, fields.full_name.normalize("NFC").trim());
}

test("whatever is scanned, a card has a number and a name, and nothing else has anything", () => {
  const next = chance(20261124);
  for (let at = 0; at < 5000; at += 1) sureOf(readCard(wildText(next), TODAY));
});

test("a card that is damaged anywhere never fills a field that it does not say", () => {
  const next = chance(7);
  const whole = "031184001234|070912345|Trần Thị Hoa|05031984|Nữ|Tuyên Quang|10052021";
  for (let at = 0; at < 5000; at += 1) {
    const place = Math.floor(next() * whole.length);
    const instead = WILD[Math.floor(next() * WILD.length)] ?? "";
    sureOf(readCard(whole.slice(0, place) + instead + whole.slice(place + Math.floor(next() * 3)), TODAY));
  }
});

test("parents' names and all that follows the seventh field are gone from what is returned", () => {
  const reading = readCard(`031184001234||Trần Thị Hoa|05031984|Nữ|Tuyên Quang|10052021|070912345|${PARENTS.join("|")}`, TODAY);
  const told = JSON.stringify(reading);
  for (const name of [...PARENTS, "070912345", "10052021"]) assert.ok(!told.includes(name));
});
