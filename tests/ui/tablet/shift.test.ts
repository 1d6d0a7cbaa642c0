import assert from "node:assert/strict";
import { test } from "node:test";
import { badgesAway, type Board, type Shift, unusualOf } from "../../../kiosk_ui/src/tablet/shift";
import type { Item } from "../../../kiosk_ui/src/tablet/outbox/items";
import type { TabletBadge, TabletVisit } from "../../../kiosk_ui/src/tablet/types";
import { GATE, MORNING, OTHER_GATE, policy, visit } from "./gate";

const MINUTE = 60_000;
const at = (minutes: number): string => new Date(MORNING + minutes * MINUTE).toISOString();
const reading = (tenths: number, minutes: number): TabletVisit["readings"][number] => ({
  tenths,
  not_measured: null,
  at: at(minutes),
});
const shift = (visits: readonly TabletVisit[], changed: Partial<Shift> = {}): Shift => ({
  visits,
  items: [],
  policy: policy(),
  gateId: GATE,
  since: MORNING,
  ...changed,
});
const told = (found: ReturnType<typeof unusualOf>): string[] => found.map((one) => `${one.what} ${one.name}`);
const item = (changed: Partial<Item>): Item => ({ status: "unsent", rows: [], values: {}, ...changed }) as Item;

test("an ordinary morning has nothing to tell", () => {
  const calm = visit({ state: "on_site", admitted_at: at(5), readings: [reading(365, 5)] });
  assert.deepEqual(unusualOf(shift([calm, visit()])), []);
});

test("a high temperature is told with its highest reading and when it was first seen", () => {
  const hot = visit({ name: "Hồ A Páo", state: "resting", readings: [reading(378, 3), reading(381, 18)] });
  assert.deepEqual(unusualOf(shift([hot])), [
    { what: "fever", name: "Hồ A Páo", at: MORNING + 3 * MINUTE, tenths: 381 },
  ]);
});

test("who was refused, referred, decided about otherwise or does not fit the book is told, in the order of the day", () => {
  const lines = [
    visit({ name: "Bé", state: "refused", occurred_at: at(30) }),
    visit({ name: "Páo", state: "referred", occurred_at: at(20) }),
    visit({ name: "Hoa", state: "on_site", overridden: true, admitted_at: at(10) }),
    visit({ name: "Khôi", state: "left", left_at: at(40), discrepancies: [{ code: "clock_ahead" }] }),
  ];
  assert.deepEqual(told(unusualOf(shift(lines))), ["overridden Hoa", "referred Páo", "refused Bé", "discrepancy Khôi"]);
});

test("what another shift, another gate or a struck line had is not of this shift", () => {
  const before = visit({ state: "refused", occurred_at: at(-30), readings: [reading(381, -31)] });
  const elsewhere = visit({ state: "refused", occurred_at: at(5), gate_in_id: OTHER_GATE });
  const struck = visit({ state: "voided", overridden: true, occurred_at: at(5) });
  assert.deepEqual(unusualOf(shift([before, elsewhere, struck])), []);
});

test("a line that the server refused is told with its person's name", () => {
  const refused = item({
    status: "refused",
    command: { kind: "check_in", device_time: at(12) },
    rows: [visit({ name: "Lê Văn Bé" })],
  });
  const unsent = item({ command: { kind: "check_in", device_time: at(13) } });
  assert.deepEqual(told(unusualOf(shift([], { items: [refused, unsent] }))), ["tray Lê Văn Bé"]);
});

const badge = (number: string, changed: Partial<TabletBadge> = {}): TabletBadge => ({
  number,
  state: "free",
  gate_id: GATE,
  visit_id: null,
  ...changed,
});
const board = (badges: readonly TabletBadge[], lines: readonly TabletVisit[] = [], items: readonly Item[] = []): Board => ({
  badges,
  visits: new Map(lines.map((line) => [line.id, line])),
  items,
  gateId: GATE,
  dayBegan: MORNING - 7 * 60 * MINUTE,
});

test("a badge that did not come back is told with who has it and since when", () => {
  const gone = visit({ name: "Phùng Thị Sáu", state: "left", badge_number: "019", left_at: at(9) });
  const expected = [{ number: "019", name: "Phùng Thị Sáu", since: MORNING + 9 * MINUTE }];
  assert.deepEqual(badgesAway(board([badge("019", { state: "missing", visit_id: gone.id })], [gone])), expected);
  assert.deepEqual(badgesAway(board([badge("019", { state: "missing" })], [gone])), expected);
});

test("a badge with somebody inside is where it belongs, unless they came another day", () => {
  const inside = visit({ state: "on_site", badge_number: "2", admitted_at: at(1) });
  const stayed = visit({ name: "Bé", state: "on_site", badge_number: "10", admitted_at: at(-24 * 60) });
  const badges = [badge("10", { state: "out", visit_id: stayed.id }), badge("2", { state: "out", visit_id: inside.id })];
  assert.deepEqual(
    badgesAway(board(badges, [inside, stayed])).map((one) => one.number),
    ["10"],
  );
});

test("a badge that was said to be missing here and is not sent yet is told, and the other gate's are not", () => {
  const row = visit({ name: "Hoa", state: "left", badge_number: "003", left_at: at(2) });
  const out = item({ command: { kind: "check_out", badge_returned: false }, rows: [row] });
  const found = badgesAway(board([badge("101", { state: "missing", gate_id: OTHER_GATE })], [], [out]));
  assert.deepEqual(found, [{ number: "003", name: "Hoa", since: MORNING + 2 * MINUTE }]);
});
