import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { enterTyped, leavingId, said, slip } from "../../../kiosk_ui/src/tablet/desk";
import * as drafts from "../../../kiosk_ui/src/tablet/drafts";
import { base, takeSnapshot } from "../../../kiosk_ui/src/tablet/store";
import { loadTexts } from "../../../kiosk_ui/src/tablet/texts";
import { noteServerTime } from "../../../kiosk_ui/src/tablet/clock";
import { MORNING, snapshot, UNIT, visit } from "./gate";

const cases = JSON.parse(readFileSync("tests/cases/pass.json", "utf8")) as { cases: { what: string; text: string }[] };
const scan = (what: string): void => enterTyped(cases.cases.find((one) => one.what === what)?.text ?? "");

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

test("a pass that was used here is told with the name, and somebody inside may leave by it", () => {
  base.value = new Map([["one", visit({ id: "one", state: "on_site", pass_digits: "4821093766" })]]);
  scan("whole");
  assert.equal(leavingId.value, "one");
  assert.match(said.value, /đã dùng: Trần Thị Hoa/);
  base.value = new Map([["one", visit({ id: "one", state: "left", pass_digits: "4821093766" })]]);
  drafts.currentKey.value = null;
  scan("whole");
  assert.equal(drafts.current.value, null);
  assert.match(said.value, /đã dùng: Trần Thị Hoa/);
});

test("forged, altered, foreign and expired passes are told apart and open nothing", () => {
  const told = ["forged", "another's digits", "foreign", "expired"].map((what) => {
    scan(what);
    assert.equal(drafts.current.value, null);
    return said.value;
  });
  assert.equal(new Set(told).size, 4);
  assert.ok(told.every((words) => words !== ""));
});

test("ten digits alone find who waits, as ever", () => {
  base.value = new Map([["one", visit({ id: "one", pass_digits: "4821093766" })]]);
  scan("digits only");
  assert.deepEqual(drafts.current.value?.source, { from: "visit", id: "one" });
});
