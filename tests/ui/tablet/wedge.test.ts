import assert from "node:assert/strict";
import { test } from "node:test";
import { type Place, type Stroke, Wedge } from "../../../kiosk_ui/src/tablet/wedge";

/** What a page would come to: where letters went, and what was taken for a scan. */
interface Seen {
  typed: string;
  held: number;
  scans: string[];
  broken: boolean;
}

const SIGNS: Record<string, string> = { Enter: "⏎", Tab: "⇥", ArrowDown: "↓", Shift: "", Backspace: "" };

/** Type keys with the milliseconds before each; a pause as long as the reader asks for ends what waits. */
function play(keys: readonly (readonly [string, number] | Stroke)[], place: Place = "page", wedge = new Wedge()): Seen {
  const seen: Seen = { typed: "", held: 0, scans: [], broken: false };
  let at = 1000;
  const paused = (for_: number): void => {
    for (let due = wedge.due, left = for_; due !== null && due < left; left -= due, due = wedge.due) {
      const verdict = wedge.pause();
      if (verdict.is === "scan") seen.scans.push(verdict.text);
      else seen.typed += verdict.back;
      if (verdict.is === "back" && verdict.back === "") break;
    }
  };
  for (const key of keys) {
    const stroke: Stroke = "key" in key ? key : { key: key[0], at: (at += key[1]) };
    paused("key" in key ? 0 : key[1]);
    const verdict = wedge.press(stroke, place);
    if (verdict.is === "scan") {
      seen.scans.push(verdict.text);
      seen.broken ||= verdict.broken;
      continue;
    }
    seen.typed += verdict.back;
    if (verdict.is === "held") seen.held += 1;
    else seen.typed += SIGNS[stroke.key] ?? stroke.key;
  }
  paused(5000);
  return seen;
}

/** A text with the same gap, or a list of gaps that comes round again, and its ending. */
function burst(text: string, gaps: number | readonly number[], ending = "Enter"): (readonly [string, number])[] {
  const gap = (at: number): number => (typeof gaps === "number" ? gaps : (gaps[at % gaps.length] ?? 0));
  const keys = [...text].map((key, at) => [key, gap(at)] as const);
  return ending === "" ? keys : [...keys, [ending, gap(keys.length)]];
}

const PASS = "4821093765";
const CARD = "031184001234||Tran Thi Hoa|05031984|Nu|So 12, Tuyen Quang|10052021";

// Gaps in milliseconds as keyboards and scanners gave them.
const RHYTHMS = {
  "a USB scanner": [2, 3, 2, 2, 4],
  "a USB scanner in a hub": [8, 8, 16, 8],
  "a scanner set to 30 ms": [30, 31, 30, 29],
  "a scanner at the limit": [50, 49, 50],
  "Bluetooth": [15, 30, 15, 45, 15, 30],
};
for (const [name, gaps] of Object.entries(RHYTHMS)) {
  for (const ending of ["Enter", "Tab"]) {
    test(`${name} that ends with ${ending} is a scanner on a page, and nothing of it is typed`, () => {
      for (const text of [PASS, CARD, "NV003"]) {
        assert.deepEqual(play(burst(text, gaps, ending)), { typed: "", held: text.length, scans: [text], broken: false });
      }
    });
  }
}

test("a badge of three digits is a scan from a fast scanner only", () => {
  assert.deepEqual(play(burst("014", 5)).scans, ["014"]);
  assert.deepEqual(play(burst("014", 45)), { typed: "014⏎", held: 3, scans: [], broken: false });
});

test("Bluetooth that stumbles now and then is still a scanner", () => {
  const gaps = [...Array<number>(20).fill(20), 180];
  assert.deepEqual(play(burst(CARD, gaps)).scans, [CARD]);
});

test("a slow, even scanner is told by its evenness, and held from its first key the next time", () => {
  const wedge = new Wedge();
  const first = play(burst(PASS, [85, 90, 88, 92]), "page", wedge);
  assert.deepEqual(first.scans, [PASS]);
  const second = play(burst(PASS, [85, 90, 88, 92]), "page", wedge);
  assert.deepEqual(second, { typed: "", held: PASS.length, scans: [PASS], broken: false });
});

// Recorded from fingers: gaps of a numeric pad and of a keyboard, quick people, rolls of neighbouring keys.
const PEOPLE = {
  "a temperature on a numeric pad": ["365", [0, 142, 118], 160],
  "a temperature rolled over three keys": ["365", [0, 38, 41], 96],
  "a temperature rolled, Enter at once": ["365", [0, 31, 44], 48],
  "a pass read out and typed": ["4821093765", [0, 210, 180, 450, 160, 175, 520, 190, 166, 240], 300],
  "a pass by a practised hand": ["4821093765", [0, 105, 132, 97, 144, 118, 126, 101, 139, 112], 150],
  "a name by a typist": ["nguyen van duc", [0, 92, 61, 110, 74, 88, 55, 96, 70, 120, 48, 101, 66, 83], 140],
  "a typist's rolls": ["trang", [0, 34, 41, 77, 46], 110],
  "five keys and Enter under a flat hand": ["asdfg", [0, 12, 60, 9, 70], 55],
} as const;
for (const [name, [text, gaps, end]] of Object.entries(PEOPLE)) {
  test(`${name} is a person's, to the last key`, () => {
    const keys = [...text].map((key, at) => [key, gaps[at] ?? 0] as const);
    for (const place of ["page", "field", "pin"] as const) {
      const seen = play([...keys, ["Enter", end]], place);
      assert.equal(seen.typed, `${text}⏎`);
      assert.deepEqual(seen.scans, []);
    }
  });
}

test("people of any rhythm that fingers have are never a scanner, and lose no key", () => {
  let state = 2026;
  const next = (): number => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296;
  for (let round = 0; round < 3000; round += 1) {
    const length = 1 + Math.floor(next() * 14);
    let rolled = 0;
    const keys = Array.from({ length }, () => {
      // Up to two quick keys in a row, as fingers roll; then a gap of at least 60 ms that is never even.
      rolled = next() < 0.35 && rolled < 2 ? rolled + 1 : 0;
      const gap = rolled > 0 ? 12 + next() * 38 : 60 + next() * 240;
      return [String(Math.floor(next() * 10)), Math.round(gap)] as const;
    });
    const seen = play([...keys, ["Enter", 60 + Math.round(next() * 200)]], next() < 0.5 ? "page" : "pin");
    assert.equal(seen.typed, `${keys.map(([key]) => key).join("")}⏎`);
    assert.deepEqual(seen.scans, []);
  }
});

test("in a field the first keys appear and the rest do not; all of it is the scan", () => {
  assert.deepEqual(play(burst(PASS, 5), "field"), { typed: PASS.slice(0, 5), held: 5, scans: [PASS], broken: false });
});

test("at a PIN a scanner types nothing, with its ending or without", () => {
  for (const gap of [3, 30, 50]) {
    for (const text of ["482913", PASS]) {
      assert.equal(play(burst(text, gap), "pin").typed, "");
      assert.equal(play(burst(text, gap, ""), "pin").typed, "");
    }
  }
  // Slower than any finger is even: waited for longer here than elsewhere.
  assert.equal(play(burst(PASS, [85, 90, 88]), "pin").typed, "");
});

test("a PIN typed by hand arrives whole", () => {
  assert.equal(play(burst("482913", [180, 150, 210], ""), "pin").typed, "482913");
  assert.equal(play(burst("482913", [95, 110, 70], ""), "pin").typed, "482913");
});

test("a scanner without an ending is a scan on a page; into a field it is text, as dictation is", () => {
  assert.deepEqual(play(burst(PASS, 5, "")).scans, [PASS]);
  assert.deepEqual(play(burst("Nguyen Van Duc", 0, ""), "field"), {
    typed: "Nguyen Van Duc", held: 9, scans: [], broken: false,
  });
  // Too short to be sure of.
  assert.deepEqual(play(burst("482913", 5, "")), { typed: "482913", held: 6, scans: [], broken: false });
});

test("CR and LF are one ending, and so are CR and Ctrl+J; a later Enter is the guard's", () => {
  assert.deepEqual(play([...burst(PASS, 5), ["Enter", 5]]).typed, "");
  const wedge = new Wedge();
  const keys = burst(PASS, 5);
  play(keys, "page", wedge);
  const at = 1000 + 5 * keys.length;
  assert.equal(wedge.press({ key: "j", at: at + 5, ctrl: true }, "page").is, "held");
  assert.equal(wedge.press({ key: "Enter", at: at + 900 }, "page").is, "typing");
});

test("Shift between the letters changes nothing", () => {
  const keys = burst("NV|03", 5).flatMap((key) => [["Shift", 2] as const, key]);
  assert.deepEqual(play(keys).scans, ["NV|03"]);
});

test("a key held down is nobody's scan, however even", () => {
  const wedge = new Wedge();
  const seen = Array.from({ length: 30 }, (_, at) => wedge.press({ key: "5", at: at * 33, repeat: at > 0 }, "page").is);
  assert.deepEqual(new Set(seen.slice(1)), new Set(["typing"]));
  assert.equal(wedge.press({ key: "Enter", at: 1000 }, "page").is, "typing");
});

test("an input method that corrects or composes makes a scan broken, not a card", () => {
  const corrected = burst("031184001234||Nguyen", 10).flatMap((key) => (key[0] === "y" ? [key, ["Backspace", 5] as const] : [key]));
  assert.equal(play(corrected).broken, true);
  const wedge = new Wedge();
  const keys = [..."031184001234"].map((key, at): Stroke => ({ key, at: at * 10 }));
  const composed = Array.from({ length: 5 }, (_, at): Stroke => ({ key: "Process", at: 120 + at * 10, composed: true }));
  const seen = play([...keys, ...composed, { key: "Enter", at: 180 }], "page", wedge);
  assert.equal(seen.broken, true);
});

test("Backspace by hand is a person's", () => {
  const seen = play([["3", 0], ["6", 150], ["Backspace", 200], ["5", 180], ["Enter", 200]]);
  assert.equal(seen.typed, "365⏎");
  assert.equal(seen.broken, false);
});

test("letters that come by no key give back what is held before them", () => {
  const wedge = new Wedge();
  for (const [at, key] of [..."co them la"].entries()) {
    wedge.press({ key, at: at * 2 }, "field");
    // The field's own letters interrupt nothing.
    if (at < 5) assert.equal(wedge.interrupt(), "");
  }
  assert.equal(wedge.interrupt(), "em la");
  assert.equal(wedge.due, null);
});

test("a tap brings what was typed before it, but never a scan in its middle", () => {
  const wedge = new Wedge();
  for (const [at, key] of [..."365"].entries()) wedge.press({ key, at: at * 40 }, "page");
  assert.equal(wedge.hurry(), "365");
  assert.equal(wedge.hurry(), "");
  for (const [at, key] of [...PASS].entries()) wedge.press({ key, at: 5000 + at * 2 }, "page");
  assert.equal(wedge.hurry(), "");
});

test("five hundred digits of a signed pass are taken in one go, and held but for none", () => {
  const text = PASS.repeat(50);
  assert.deepEqual(play(burst(text, 3)), { typed: "", held: 500, scans: [text], broken: false });
});

test("two scans one after the other are two", () => {
  assert.deepEqual(play([...burst("NV001", 5), ["N", 400], ...burst("V002", 5)]).scans, ["NV001", "NV002"]);
});

/** Keys that follow one another at one gap: letters as they are, ⏎, ⇥ and ↓ for the keys that act. */
function keys(line: string, gap: number): (readonly [string, number])[] {
  const named = new Map(Object.entries(SIGNS).map(([key, sign]) => [sign, key]));
  return [...line].map((key) => [named.get(key) ?? key, gap] as const);
}

test("a code that walks through the page and presses what it finds does nothing there", () => {
  for (const gap of [2, 6, 16, 25]) {
    assert.deepEqual(play(keys("36⏎5⏎⇥ ⇥ ⇥⇥ ↓↓⏎", gap)).typed, "", String(gap));
    // The first of its keys may be anybody's.
    assert.deepEqual(play(keys("⇥⇥⇥ ⇥⇥⇥ ⇥ 36⏎5⏎⇥⇥⇥⇥ ", gap)).typed, "⇥", String(gap));
    assert.deepEqual(play(keys("a⇥b⇥c ⇥d⏎", gap)).typed, "", String(gap));
  }
  // A slow scanner's beginning may be a rolling hand's; what follows on the key that acts is not.
  for (const gap of [30, 45, 50]) {
    assert.deepEqual(play(keys("36⏎5⏎⇥ ⇥ ⇥⇥ ↓↓⏎", gap)).typed, "36⏎", String(gap));
    assert.deepEqual(play(keys("a⇥b⇥c ⇥d⏎", gap)).typed, "a⇥", String(gap));
  }
});

test("what a code goes on with behind its own end is swallowed until there is a silence", () => {
  for (const gap of [2, 30, 50]) {
    const seen = play([...keys(`${PASS}⏎${" ".repeat(40)}36⇥5⇥⇥ ⇥⏎${PASS}⏎`, gap), ["3", 400], ["6", 140], ["5", 150], ["Enter", 200]]);
    assert.deepEqual([seen.typed, seen.scans], ["365⏎", [PASS]]);
  }
});

test("a scanner that begins with a key that acts is a scanner still", () => {
  assert.deepEqual(play(keys(`⏎${PASS}⏎`, 5)), { typed: "⏎", held: PASS.length, scans: [PASS], broken: false });
  assert.deepEqual(play(keys(`⇥${PASS}⏎`, 5), "field").typed, "⇥");
});

test("a person's hands walk through the page, one key after another or held down", () => {
  const held = (key: string): Stroke[] => Array.from({ length: 20 }, (_, at) => ({ key, at: 2000 + at * 33, repeat: at > 0 }));
  assert.equal(play(keys("⇥⇥⇥ ⇥ ↓↓⏎", 70)).typed, "⇥⇥⇥ ⇥ ↓↓⏎");
  for (const place of ["page", "field", "choice", "pin"] as const) {
    for (const key of ["Tab", "ArrowDown", "Enter"]) {
      const wedge = new Wedge();
      assert.equal(play(held(key), place, wedge).typed.length, 20);
      // The next finger falls where the held key's next turn would have been.
      assert.equal(wedge.press({ key: "Tab", at: 2660 }, place).is, "typing");
    }
  }
});

test("in a field Space and arrows write, however fast; Enter and Tab act", () => {
  assert.equal(play(keys("a b ↓c", 20), "field").typed, "a b ↓c");
  assert.equal(play(keys("ab⏎⏎⇥", 20), "field").typed, "ab");
  assert.equal(play(keys("↓↓ ", 20), "choice").typed, "↓");
});

test("who rolls from Tab onto the next field's first letter loses no letter", () => {
  const wedge = new Wedge();
  assert.equal(play([["Tab", 0], ["n", 40], ["g", 90], ["u", 80]], "field", wedge).typed, "⇥ngu");
  assert.equal(play([["Tab", 0], ["3", 40], ["6", 90], ["5", 80], ["Enter", 140]], "page").typed, "⇥365⏎");
});

test("at a PIN no machine's digits stay, in one go or in parts", () => {
  for (const gap of [3, 6, 10]) {
    for (const part of ["482", "4829", "48291", "48⏎", "482⏎9⏎13⏎", "⏎48"]) {
      assert.equal(play(keys(part, gap), "pin").typed.replace("⏎", ""), "", `${part} ${gap}`);
    }
  }
  for (const gap of [30, 50]) assert.equal(play(burst("4829", gap, ""), "pin").typed, "");
});
