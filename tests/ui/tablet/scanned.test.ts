import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import type { Decision } from "../../../kiosk_ui/src/rules/screening";
import { useOutbox } from "../../../kiosk_ui/src/tablet/acts";
import { noteServerTime } from "../../../kiosk_ui/src/tablet/clock";
import { leavingId, openByDigits, said, slip, typed } from "../../../kiosk_ui/src/tablet/desk";
import { enterTyped, taken, unreadable } from "../../../kiosk_ui/src/tablet/scan";
import * as drafts from "../../../kiosk_ui/src/tablet/drafts";
import { carryOut, lineAfter } from "../../../kiosk_ui/src/tablet/gate";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { Outbox } from "../../../kiosk_ui/src/tablet/outbox/outbox";
import { often } from "../../../kiosk_ui/src/tablet/often";
import { askBook, companionsLeft, type Told } from "../../../kiosk_ui/src/tablet/passes";
import { base, takeAnswer, takeSnapshot } from "../../../kiosk_ui/src/tablet/store";
import { loadTexts } from "../../../kiosk_ui/src/tablet/texts";
import { MORNING, Server, seen, snapshot, UNIT, visit } from "./gate";

const ADMIT: Decision = { kind: "admit", reasons: [], recheck_at: null, missing: [] };
const IN = { state: "on_site", number: 1, decision: "admit", reasons: [], rest_until: null, badge_number: null, sequence: 11 };

const cases = JSON.parse(readFileSync("tests/cases/pass.json", "utf8")) as { cases: { what: string; text: string }[] };
const scan = (what: string): void => enterTyped(cases.cases.find((one) => one.what === what)?.text ?? "");

function told(): Told | null {
  return slip.value?.shows === "pass" ? slip.value.told : null;
}

function opened(): drafts.Draft {
  return drafts.current.value ?? assert.fail("no sheet is open");
}

beforeEach(async () => {
  await loadTexts("vi");
  takeSnapshot(snapshot());
  noteServerTime(new Date(MORNING + 60_000).toISOString(), Date.now(), Date.now());
});

afterEach(() => {
  drafts.drafts.value = new Map();
  drafts.currentKey.value = leavingId.value = slip.value = null;
  base.value = new Map();
  said.value = "";
});

test("a signed pass that this tablet has never heard of opens a sheet with what it states", () => {
  scan("whole");
  const draft = drafts.current.value;
  assert.equal(draft?.source.from, "pass");
  assert.ok(draft);
  assert.equal(drafts.valueOf(draft, "full_name"), "Trần Thị Hoa");
  assert.equal(drafts.valueOf(draft, "unit"), UNIT);
  assert.deepEqual(drafts.outcomeOf(draft), { level: "caution", codes: ["signed"], notes: [] });
  assert.deepEqual(
    drafts.decision.value?.missing.filter((name) => name !== "temperature" && name !== "mask" && name !== "sanitiser"),
    ["host_call"].filter((name) => drafts.decision.value?.missing.includes(name)),
  );
});

test("a signed pass of somebody who waits opens their line", () => {
  base.value = new Map([["one", visit({ id: "one", pass_digits: "4821093766" })]]);
  scan("whole");
  assert.deepEqual(drafts.current.value?.source, { from: "visit", id: "one" });
});

test("somebody inside may leave by the pass that let them in", () => {
  base.value = new Map([["one", visit({ id: "one", state: "on_site", pass_digits: "4821093766" })]]);
  scan("digits only");
  assert.equal(leavingId.value, "one");
});

test("a pass that was used here is told with whose it was, when and where", () => {
  const left = visit({ id: "one", state: "left", pass_digits: "4821093766", admitted_at: new Date(MORNING).toISOString() });
  base.value = new Map([["one", left]]);
  for (const how of ["whole", "expired", "digits only"]) {
    scan(how);
    assert.equal(drafts.current.value, null);
    assert.deepEqual([told()?.how, told()?.line?.name], ["used", "Trần Thị Hoa"], how);
  }
});

test("forged, altered, foreign and expired passes are told apart, open nothing, and state nothing unproven", () => {
  const found = ["forged", "another's digits", "foreign", "expired"].map((what) => {
    scan(what);
    assert.equal(drafts.current.value, null);
    return [told()?.how, told()?.statement?.name];
  });
  assert.deepEqual(found, [
    ["forged", undefined],
    ["altered", undefined],
    ["foreign", undefined],
    ["expired", "Trần Thị Hoa"],
  ]);
});

test("digits that nobody here knows are kept with whoever is declared for by hand", () => {
  scan("digits only");
  assert.deepEqual([told()?.how, told()?.digits], ["unknown", "4821093766"]);
  openByDigits("4821093766", "visitor", 0);
  const draft = opened();
  assert.deepEqual([slip.value, drafts.valueOf(draft, "full_name"), drafts.outcomeOf(draft)], [null, "", null]);
  drafts.change(draft.key, { fields: { full_name: "Hồ A Páo" } });
  assert.equal(lineAfter(opened(), ADMIT, "admit", "new:1").pass_digits, "4821093766");
});

test("those who come along are typed one by one, each with the pass's digits and a sheet of their own", async () => {
  const server = new Server();
  server.reply = (id) => ({ id, status: "recorded", code: null, values: { ...IN, visit_id: `visit-of-${id}` } });
  const outbox = await Outbox.open("tab", { transport: server, name: newId() });
  useOutbox(outbox);
  outbox.listen((item, ending) => ending.how === "recorded" && takeAnswer(item, ending.values));
  scan("whole");
  drafts.change(opened().key, { mask: true, sanitiser: true });
  await carryOut(opened(), ADMIT);
  scan("whole");
  assert.equal(told()?.how, "used");
  const statement = told()?.statement ?? assert.fail();
  assert.equal(companionsLeft(statement), 2);
  openByDigits(statement.digits, statement.kind, statement.people - companionsLeft(statement));
  drafts.change(opened().key, { fields: { full_name: "Lê Văn Bé" } });
  await carryOut(opened(), ADMIT);
  assert.equal(companionsLeft(statement), 1);
  const sent = server.puts.map(({ command }) => [command["pass_digits"], command["pass_position"], command["person"]]);
  assert.deepEqual(sent, [
    ["4821093766", undefined, { name: "Trần Thị Hoa" }],
    ["4821093766", 1, { name: "Lê Văn Bé" }],
  ]);
  outbox.close();
});

test("ten digits alone find who waits, as ever", () => {
  base.value = new Map([["one", visit({ id: "one", pass_digits: "4821093766" })]]);
  scan("digits only");
  assert.deepEqual(drafts.current.value?.source, { from: "visit", id: "one" });
});

test("the book is asked about digits that nobody here knows: their line, or why they are no good", async () => {
  const real = globalThis.fetch;
  const answers: [number, unknown][] = [
    [200, { visits: [visit({ id: "two", state: "left" }), visit({ id: "one" })] }],
    [410, { code: "pass_expired", at: "2026-11-24T00:00:00Z" }],
    [503, { code: "busy" }],
  ];
  globalThis.fetch = () => {
    const [status, body] = answers.shift() ?? assert.fail();
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  try {
    const found = await askBook("4821093766");
    assert.ok(found !== null && "id" in found);
    assert.deepEqual([found.id, base.value.has("two")], ["one", true]);
    assert.deepEqual(await askBook("4821093766"), { code: "pass_expired", values: { at: "2026-11-24T00:00:00Z" } });
    assert.equal(await askBook("4821093766"), null);
  } finally {
    globalThis.fetch = real;
  }
});

const CARD = "001184001234||Trần Thị Hoa|05031984|Nữ|Số 1, phường An Tường|01012022";

test("a citizen card fills the sheet of somebody new, and is called no more than that", () => {
  enterTyped(CARD);
  const draft = drafts.current.value;
  assert.equal(draft?.source.from, "new");
  assert.deepEqual(draft?.fields, {
    full_name: "Trần Thị Hoa",
    birth_year: "1984",
    sex: "female",
    identity_type: "cccd",
    identity_number: "001184001234",
    address: "Số 1, phường An Tường",
  });
  assert.match(said.value, /chưa xác minh/);
});

test("the card of somebody who has declared and waits opens their line, unless the number is another's", () => {
  const hoa = visit({ id: "one", name: "TRẦN THỊ HOA", birth_year: 1984 });
  base.value = new Map([["one", hoa]]);
  taken(CARD, "camera");
  assert.deepEqual(drafts.current.value?.source, { from: "visit", id: "one" });
  base.value = new Map([["one", { ...hoa, identity_masked: "••••••9999" }]]);
  taken(CARD, "camera");
  assert.equal(drafts.current.value?.source.from, "new");
});

test("the card of somebody who came before opens what is known of them", () => {
  takeSnapshot(snapshot({ seen: [seen({ visit_id: "before", name: "Trần Thị Hoa", birth_year: 1984, identity_masked: "••••••1234" })] }));
  taken(CARD, "wedge");
  assert.deepEqual(drafts.current.value?.source, { from: "seen", id: "before" });
});

test("what is no citizen card is told in words, and not shown", () => {
  const codes = ["https://vneid.gov.vn/x", "https://example.com", "00020101021138570010A000000727"];
  for (const [at, code] of codes.entries()) {
    taken(code, "camera");
    assert.equal(drafts.current.value, null);
    assert.deepEqual(slip.value, { shows: "no_card", how: ["vneid", "link", "vietqr"][at] });
    assert.match(said.value, /VNeID|đường dẫn|chuyển tiền/);
    assert.equal(typed.value, "");
  }
});

test("a card whose letters broke: a scanner's keyboard is at fault, or the camera saw it badly", () => {
  const broken = CARD.replace("ầ", "\ufffd");
  taken(broken, "wedge");
  assert.deepEqual(slip.value, { shows: "no_card", how: "garbled" });
  taken(broken, "camera");
  assert.deepEqual(slip.value, { shows: "no_card", how: "unreadable" });
  slip.value = null;
  unreadable();
  assert.deepEqual(slip.value, { shows: "no_card", how: "garbled" });
});

test("the mark that a scanner puts before a code is no part of it", () => {
  taken(`]Q1${CARD}`, "wedge");
  assert.equal(drafts.current.value?.fields.full_name, "Trần Thị Hoa");
  assert.equal(drafts.current.value?.fromCard, true);
});

test("where most go is offered, today's first, and no stories", () => {
  const came = (unit_id: string | null, purpose: string, kind = "visitor" as const) => ({ kind, unit_id, purpose });
  const today = [came("a", "nộp hồ sơ"), came("b", "họp"), came("b", "Họp"), came(null, "họp")];
  const before = [came("c", "giao ban"), came("c", "giao ban"), came("c", "giao ban"), came("d", "x".repeat(41))];
  assert.deepEqual(often(today, before), [
    { unit: "b", purpose: "họp" },
    { unit: "c", purpose: "giao ban" },
    { unit: "a", purpose: "nộp hồ sơ" },
  ]);
});

test("a name that is typed is searched for, whatever keyboard typed it", () => {
  enterTyped("Nguyeenx Vawn");
  assert.match(said.value, /Nguyeenx Vawn/);
});
