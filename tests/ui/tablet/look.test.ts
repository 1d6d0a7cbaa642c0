import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULTS, isNight, minuteIn, paint, readSettings, themeAt } from "../../../kiosk_ui/src/tablet/look";
import { type Cue, cueOf, NOTES, PULSES } from "../../../kiosk_ui/src/tablet/sound";

const EVENING = 18 * 60;
const DAWN = 5 * 60 + 30;

test("a night goes over midnight", () => {
  for (const minute of [EVENING, 23 * 60 + 59, 0, DAWN - 1]) assert.ok(isNight(minute, EVENING, DAWN));
  for (const minute of [DAWN, 12 * 60, EVENING - 1]) assert.ok(!isNight(minute, EVENING, DAWN));
});

test("a night within one day, and one that has no length", () => {
  assert.ok(isNight(60, 0, 120));
  assert.ok(!isNight(121, 0, 120));
  assert.ok(!isNight(60, 60, 60));
});

test("by the clock it is dark at night and light by day, whatever the device says; as the device says otherwise", () => {
  assert.equal(themeAt(DEFAULTS, EVENING), "dark");
  assert.equal(themeAt(DEFAULTS, 12 * 60), "light");
  assert.equal(themeAt({ ...DEFAULTS, light: "dark" }, 12 * 60), "dark");
  assert.equal(themeAt({ ...DEFAULTS, light: "light" }, EVENING), "light");
  assert.equal(themeAt({ ...DEFAULTS, light: "system" }, EVENING), null);
});

test("the hour is the site's, wherever the tablet believes to be", () => {
  assert.equal(minuteIn("Asia/Ho_Chi_Minh", "2026-11-24T11:00:00Z"), EVENING);
  assert.equal(minuteIn("Asia/Ho_Chi_Minh", "2026-11-24T17:05:00Z"), 5);
});

test("what was kept is read back, and what is strange is as on a new tablet", () => {
  const chosen = { ...DEFAULTS, hand: "left", sound: "off", nightFrom: 0, idle: 0, vibration: false } as const;
  assert.deepEqual(readSettings(JSON.stringify(chosen)), chosen);
  for (const kept of [null, "", "[", "null", "7", '{"hand":"both","nightFrom":99999,"idle":-1,"zone":"Mars/Base"}']) {
    assert.deepEqual(readSettings(kept), DEFAULTS);
  }
});

test("a look is put on the page's root", () => {
  const root = { dataset: {} as Record<string, string> } as unknown as HTMLElement;
  paint(root, { ...DEFAULTS, hand: "left", size: "larger" }, EVENING);
  assert.deepEqual(root.dataset, { theme: "dark", hand: "left", size: "larger" });
  paint(root, { ...DEFAULTS, light: "system" }, EVENING);
  assert.equal("theme" in root.dataset, false);
});

test("each decision is heard in its own way, and only where somebody comes or goes", () => {
  assert.equal(cueOf("check_in", ["on_site"]), "admit");
  assert.equal(cueOf("check_in", ["resting"]), "rest");
  assert.equal(cueOf("check_in", ["referred"]), "refer");
  assert.equal(cueOf("check_in", ["refused"]), "stop");
  assert.equal(cueOf("admit_party", ["on_site", "on_site"]), "admit");
  assert.equal(cueOf("check_out", []), "out");
  for (const kind of ["undo", "add_note", "correct_visit", "hand_over"]) assert.equal(cueOf(kind, ["on_site"]), null);
});

test("no two sound or feel alike", () => {
  const cues = Object.keys(NOTES) as Cue[];
  assert.equal(new Set(cues.map((cue) => JSON.stringify(NOTES[cue]))).size, cues.length);
  assert.equal(new Set(cues.map((cue) => JSON.stringify(PULSES[cue]))).size, cues.length);
});
