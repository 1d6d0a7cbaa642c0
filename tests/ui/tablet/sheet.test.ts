import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { decide } from "../../../kiosk_ui/src/rules/screening";
import * as drafts from "../../../kiosk_ui/src/tablet/drafts";
import { countdown, hour } from "../../../kiosk_ui/src/tablet/clock";
import { lineAfter } from "../../../kiosk_ui/src/tablet/gate";
import { membersOf, openParty, ready } from "../../../kiosk_ui/src/tablet/party";
import {
  base,
  freeBadges,
  inside,
  items,
  resting,
  sequence,
  takeAnswer,
  takeChanges,
  takeSnapshot,
  visits,
  waiting,
} from "../../../kiosk_ui/src/tablet/store";
import type { TabletBadge, TabletVisit } from "../../../kiosk_ui/src/tablet/types";
import { employee, GATE, keptItem, MORNING, OTHER_GATE, policy, seen, snapshot, visit } from "./gate";

const badge = (number: string, changed: Partial<TabletBadge> = {}): TabletBadge => ({
  number,
  state: "free",
  gate_id: GATE,
  visit_id: null,
  ...changed,
});
const hoa = visit();
const rules = policy();

beforeEach(() => {
  drafts.drafts.value = new Map();
  drafts.currentKey.value = null;
  items.value = [];
  takeSnapshot(
    snapshot({ visits: [hoa], badges: [badge("014"), badge("015"), badge("002", { gate_id: OTHER_GATE })] }),
  );
});

function opened(): drafts.Draft {
  const found = drafts.current.value;
  assert.ok(found);
  return found;
}

function type(digits: string): void {
  for (const digit of digits) drafts.typeDigit(opened().key, digit);
}

function decided(): ReturnType<typeof decide> {
  return decide(drafts.inputOf(opened()), rules, MORNING);
}

test("three digits finish a reading, and a fourth begins the next", () => {
  drafts.open({ from: "visit", id: hoa.id });
  type("36");
  assert.equal(opened().reading, null);
  type("5");
  assert.equal(opened().reading?.tenths, 365);
  type("3");
  assert.deepEqual([opened().digits, opened().reading], ["3", null]);
});

test("a reading that no thermometer shows is odd and not taken", () => {
  drafts.open({ from: "visit", id: hoa.id });
  type("999");
  assert.equal(drafts.isOdd(opened()), true);
  assert.equal(decided().missing.includes("temperature"), true);
});

test("a declared visitor needs a reading and two tiles, nothing else", () => {
  drafts.open({ from: "visit", id: hoa.id });
  assert.deepEqual(decided().missing, ["temperature", "mask", "sanitiser"]);
  type("365");
  drafts.change(opened().key, { mask: true, sanitiser: true });
  assert.deepEqual([decided().kind, decided().missing], ["admit", []]);
});

test("a temperature at the limit is a rest, whatever else is missing", () => {
  drafts.open({ from: "visit", id: hoa.id });
  type("375");
  assert.deepEqual([decided().kind, decided().missing], ["recheck", []]);
});

test("who rests is decided about again with another reading only", () => {
  const high = { tenths: 381, at: "2026-11-24T00:00:00Z", not_measured: null };
  const resting = visit({ state: "resting", rest_until: "2026-11-24T00:15:00Z", readings: [high] });
  takeSnapshot(snapshot({ visits: [resting], badges: [badge("014")] }));
  drafts.open({ from: "visit", id: resting.id });
  assert.deepEqual(drafts.decision.value?.missing, ["temperature"]);
  type("381");
  assert.deepEqual(drafts.decision.value?.missing, []);
});

test("somebody without papers needs somebody who vouches", () => {
  const guest = visit({ identity_type: "none", identity_masked: null });
  takeSnapshot(snapshot({ visits: [guest], badges: [badge("014")] }));
  drafts.open({ from: "visit", id: guest.id });
  assert.equal(decided().missing.includes("voucher"), true);
  drafts.change(opened().key, { fields: { vouched_by: "ông Trưởng ban" } });
  assert.equal(decided().missing.includes("voucher"), false);
});

test("somebody seen before brings their name, unit and purpose; the questions are asked again", () => {
  const be = seen();
  takeSnapshot(snapshot({ seen: [be], badges: [badge("014")] }));
  drafts.open({ from: "seen", id: be.visit_id });
  assert.deepEqual(decided().missing, ["temperature", "mask", "sanitiser", "declaration"]);
});

test("an employee needs no declaration and no badge", () => {
  const duc = employee();
  takeSnapshot(snapshot({ employees: [duc] }));
  drafts.open({ from: "employee", id: duc.id });
  assert.deepEqual(decided().missing, ["temperature", "mask", "sanitiser"]);
  assert.equal(drafts.badgeOf(opened()), null);
});

test("what was entered for one person is there when another was opened meanwhile", () => {
  const other = visit({ name: "Đinh Công Tráng" });
  takeSnapshot(snapshot({ visits: [hoa, other] }));
  drafts.open({ from: "visit", id: hoa.id });
  type("365");
  drafts.open({ from: "visit", id: other.id });
  assert.equal(opened().digits, "");
  drafts.open({ from: "visit", id: hoa.id });
  assert.equal(opened().reading?.tenths, 365);
});

test("the next badge is the lowest free one of this gate that nobody inside has", () => {
  assert.deepEqual(freeBadges(9), ["014", "015"]);
  const inside014 = visit({ state: "on_site", badge_number: "014" });
  takeSnapshot(snapshot({ visits: [inside014], badges: [badge("015"), badge("014")] }));
  assert.deepEqual(freeBadges(9), ["015"]);
});

test("a line is painted while it is not answered, and green with the answer", () => {
  drafts.open({ from: "visit", id: hoa.id });
  const row = lineAfter(opened(), decided(), "admit", hoa.id);
  const item = keptItem({ rows: [row] });
  items.value = [item];
  assert.deepEqual([waiting.value.length, inside.value[0]?.pending], [0, true]);
  takeAnswer(item, { visit_id: hoa.id, state: "on_site", number: 31, sequence: 12, badge_number: "014", reasons: [] });
  items.value = [];
  assert.deepEqual([inside.value[0]?.pending, inside.value[0]?.number], [undefined, 31]);
});

test("a refused line is painted no more", () => {
  const row = { ...hoa, state: "on_site" } as TabletVisit;
  items.value = [keptItem({ rows: [row], status: "refused", code: "badge_not_free" })];
  assert.deepEqual([waiting.value.length, inside.value.length], [1, 0]);
});

test("an older row never comes over a newer one", () => {
  const newer = { ...hoa, state: "on_site", sequence: 20 } as TabletVisit;
  const change = { server_time: "", badges: [], reload: false };
  takeChanges({ ...change, sequence: 20, visits: [newer] });
  takeChanges({ ...change, sequence: 19, visits: [{ ...hoa, sequence: 19 }] });
  assert.equal(base.value.get(hoa.id)?.state, "on_site");
  assert.equal(sequence.value, 20);
});

test("when the rules or the people change, the whole snapshot is fetched", () => {
  assert.equal(takeChanges({ server_time: "", badges: [], reload: true, sequence: 20, visits: [] }), false);
});

test("who rests stands in the order in which the rests end, then those for whom a doctor was called", () => {
  const rest = (name: string, until: string): TabletVisit => visit({ name, state: "resting", rest_until: until });
  takeSnapshot(
    snapshot({
      visits: [
        visit({ name: "Quàng Thị Xuân", state: "referred" }),
        rest("Páo", "2026-11-24T00:40:00Z"),
        rest("Bé", "2026-11-24T00:31:00Z"),
      ],
    }),
  );
  assert.deepEqual(
    resting.value.map((one) => one.name),
    ["Bé", "Páo", "Quàng Thị Xuân"],
  );
});

test("of a group those who are clear are admitted, each with a badge of their own", () => {
  const passId = hoa.pass_id ?? "";
  const child = visit({
    name: "Lò Thị Bống",
    pass_id: passId,
    companion_of: hoa.id,
    identity_type: null,
    identity_masked: null,
  });
  takeSnapshot(snapshot({ visits: [child, hoa], badges: [badge("014"), badge("015")] }));
  openParty(passId);
  assert.equal(drafts.currentKey.value, null);
  for (const { draft } of membersOf(passId, MORNING)) drafts.change(draft.key, { mask: true, sanitiser: true });
  const [first, second] = membersOf(passId, MORNING);
  assert.deepEqual([first?.visit.name, second?.visit.name], ["Trần Thị Hoa", "Lò Thị Bống"]);
  drafts.setDigits(first?.draft.key ?? "", "365");
  drafts.setDigits(second?.draft.key ?? "", "381");
  assert.deepEqual(
    ready(membersOf(passId, MORNING)).map((one) => one.badge),
    ["014"],
  );
  drafts.setDigits(second?.draft.key ?? "", "364");
  assert.deepEqual(
    ready(membersOf(passId, MORNING)).map((one) => one.badge),
    ["014", "015"],
  );
});

test("the line of a new person has the id of the command that makes it", () => {
  drafts.open({ from: "new", id: "x" }, "delivery");
  const row = lineAfter(opened(), decided(), "admit", "new:x");
  assert.equal(visits.value.has("new:x"), false);
  assert.deepEqual([row.id, row.state, row.kind], ["new:x", "on_site", "delivery"]);
});

test("hours are those of the site", () => {
  assert.equal(hour(MORNING), "07:26");
  assert.equal(hour("2026-11-23T17:05:00Z"), "00:05");
});

test("a rest is counted down, and then it is over", () => {
  assert.equal(countdown("2026-11-24T00:31:00Z", MORNING), "5:00");
  assert.equal(countdown("2026-11-24T00:26:01Z", MORNING), "0:01");
  assert.equal(countdown("2026-11-24T00:26:00Z", MORNING), null);
});
