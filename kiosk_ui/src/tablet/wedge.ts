// Telling a scanner that types from a person who types, by rhythm and ending. Pure: what comes in are keys with their
// times, what goes out is what to do with each. A person may roll two or three keys in a few hundredths of a second,
// never six; a scanner's gaps are 50 ms at most, Bluetooth's are longer or stumble, and CR or Tab ends its text. A code
// may hold keys that act, to walk through the page and press what it finds: none of them acts that comes as no hand's does.

/** One key going down. `at` is in milliseconds of any one clock; `key` is as in KeyboardEvent. */
export interface Stroke {
  readonly key: string;
  readonly at: number;
  /** Held down by a finger, or by something that lies on it. */
  readonly repeat?: boolean;
  readonly ctrl?: boolean;
  /** Typed by its number with Alt, or on its way through an input method: the letter itself comes another way. */
  readonly composed?: boolean;
}

/** Where the key would go: into a field, to one of a few values, nowhere, or to a PIN, which no scanner may ever type. */
export type Place = "field" | "choice" | "page" | "pin";

/** What becomes of a key. `back` was held before it and was a person's: it goes where it would have gone, first. */
export type Verdict =
  | { readonly is: "typing"; readonly begins: boolean; readonly back: string }
  | { readonly is: "held"; readonly begins: boolean; readonly back: string }
  | { readonly is: "scan"; readonly text: string; readonly broken: boolean };

/** What a pause makes of what came before it. */
export type Pause = Extract<Verdict, { is: "scan" }> | { readonly is: "back"; readonly back: string };

const FAST = 50;
const VERY_FAST = 25;
/** A gap at which what came before is over, unless a scanner was recognised already. */
const SLOW = 120;
/** Bluetooth repeats what was lost on the air. */
const STUMBLE = 300;
/** A busy page hears keys late, though they say when they were pressed: only then has a scanner ended without an ending. */
const UNENDED = 1500;
/** So many fast keys in a row are no person's. */
const CERTAIN = 6;
const LEAST = 3;
const LEAST_FAST = 5;
const LEAST_UNEVEN = 8;
const LEAST_SLOW = 10;
const REGULAR = 15;
/** After a scan, all that comes before such a silence is the scanner's: LF behind CR, and whatever a code goes on with. */
const SILENCE = 150;
/** At a PIN so many keys, so fast, are no person's either. */
const LEAST_PIN = 4;
const TOO_FAST = 10;
const MOST = 2000;

export class Wedge {
  private text: string[] = [];
  private gaps: number[] = [];
  private last = Number.NEGATIVE_INFINITY;
  /** The key before this one, whatever it was, and whether it acts: Tab, Enter, an arrow, Space where nothing is typed. */
  private before = { at: Number.NEGATIVE_INFINITY, acts: false };
  private scanned = false;
  /** The text began right behind a key that acts, as no person's does: it is a scan or nothing. */
  private doubtful = false;
  private broken = false;
  private certain = false;
  /** How many keys at the end of the text wait here for what comes next. */
  private held = 0;
  private place: Place = "page";
  /** How long a key waits for the next: learned from the slowest scanner so far. */
  private patience = FAST + 10;

  /** Milliseconds after the last key at which `pause` is to be asked; null while nothing waits. */
  get due(): number | null {
    if (this.text.length === 0) return null;
    if (this.certain) return UNENDED;
    return this.held > 0 ? this.wait() : null;
  }

  press(stroke: Stroke, place: Place): Verdict {
    if (BETWEEN.test(stroke.key)) return { is: "typing", begins: false, back: "" };
    this.scanned &&= this.since(stroke) <= SILENCE;
    const acts = this.acts(stroke, place);
    const verdict = this.scanned ? NOTHING : this.judge(stroke, place, acts);
    if (!stroke.repeat || this.scanned) this.before = { at: stroke.at, acts };
    return verdict;
  }

  private judge(stroke: Stroke, place: Place, acts: boolean): Verdict {
    if (isEnding(stroke)) return this.end(stroke);
    if (stroke.repeat) return { is: "typing", begins: false, back: this.giveUp() };
    if (stroke.composed || stroke.key === "Backspace") return this.disturb(stroke);
    if (acts) return this.act(stroke);
    if (stroke.ctrl || stroke.key.length !== 1) return { is: "typing", begins: false, back: this.giveUp() };
    const back = this.goesOn(stroke.at) ? this.clear(stroke) : this.giveUp();
    const begins = this.text.length === 0;
    if (begins && stroke.key === " ") return { is: "typing", begins: false, back };
    if (begins) {
      this.place = place === "choice" ? "field" : place;
      this.doubtful = this.before.acts && this.since(stroke) <= FAST;
    }
    this.take(stroke);
    // In a field the first keys appear, since no field can be typed into from here; they are put back at the end.
    if (this.place === "field" && !this.certain && !this.doubtful) return { is: "typing", begins, back };
    this.held += 1;
    return { is: "held", begins, back };
  }

  /** Nothing came for `due` milliseconds. */
  pause(): Pause {
    // A scanner without an ending: nobody types ten keys so. Into a field, handwriting and dictation do.
    const enough = this.place === "pin" || (this.place === "page" && this.text.length >= LEAST_SLOW);
    return this.certain && enough ? this.scan() : { is: "back", back: this.release() };
  }

  /** Letters come by another way than keys while keys wait; what an input method makes of a scanner's keys is its own. */
  interrupt(): string {
    return this.broken || this.held === 0 ? "" : this.giveUp();
  }

  /** A finger taps: what is held was a person's, unless far too much was typed for that. */
  hurry(): string {
    return this.certain && this.text.length >= LEAST_SLOW ? "" : this.release();
  }

  private take({ key, at }: Stroke): void {
    if (this.text.length > 0) this.gaps.push(at - this.last);
    this.text.push(key);
    this.last = at;
    if (this.text.length > MOST) this.broken = true;
    if (this.text.length >= CERTAIN && Math.max(...this.gaps.slice(1 - CERTAIN)) <= FAST) this.certain = true;
  }

  private end(stroke: Stroke): Verdict {
    const isScan = this.goesOn(stroke.at) && !stroke.repeat && this.isScanner(stroke.at - this.last);
    if (!isScan) return this.act(stroke);
    this.patience = Math.min(SLOW, Math.max(this.patience, 1.25 * median(this.gaps)));
    return this.scan();
  }

  private isScanner(endGap: number): boolean {
    const most = Math.max(endGap, ...this.gaps);
    const count = this.text.length;
    if (most <= VERY_FAST) return count >= LEAST;
    if (most <= FAST) return count >= LEAST_FAST;
    const middle = median(this.gaps);
    const slow = this.gaps.filter((gap) => gap > FAST).length;
    if (count >= LEAST_UNEVEN && middle <= FAST && slow <= 1 + count / 10) return true;
    const regular = this.gaps.filter((gap) => Math.abs(gap - middle) <= REGULAR).length;
    return count >= LEAST_SLOW && middle <= SLOW && regular >= 0.9 * this.gaps.length;
  }

  /** An input method corrects what it took for words: what a scanner typed is not what it read. */
  private disturb(stroke: Stroke): Verdict {
    if (!this.goesOn(stroke.at) && stroke.key === "Backspace") {
      return { is: "typing", begins: false, back: this.giveUp() };
    }
    const back = this.goesOn(stroke.at) ? "" : this.giveUp();
    const begins = this.text.length === 0;
    if (begins) this.place = "field";
    this.take({ ...stroke, key: "" });
    this.broken = true;
    if (!this.certain) return { is: "typing", begins, back: back + this.release() };
    return { is: "held", begins, back };
  }

  /** A key that acts, or ends what is no scan: a machine's does nothing, and what it typed is dropped. */
  private act(stroke: Stroke): Verdict {
    if (stroke.repeat || !this.isTooSoon(stroke)) return { is: "typing", begins: false, back: this.giveUp() };
    this.forget();
    return NOTHING;
  }

  /** Enter may roll onto a digit; behind another key that acts, or so fast behind a letter, it is no finger's. */
  private isTooSoon(stroke: Stroke): boolean {
    const most = this.before.acts || this.doubtful ? FAST : VERY_FAST;
    return this.since(stroke) <= most && this.gaps.every((gap) => gap <= FAST);
  }

  private acts(stroke: Stroke, place: Place): boolean {
    if (isEnding(stroke)) return true;
    if (place === "field" || stroke.composed || stroke.key === "Backspace") return false;
    return stroke.ctrl === true || stroke.key.length !== 1 || (stroke.key === " " && !this.goesOn(stroke.at));
  }

  /** A clock that was set back tells nothing. */
  private since({ at }: Stroke): number {
    return at < this.before.at ? Number.POSITIVE_INFINITY : at - this.before.at;
  }

  private goesOn(at: number): boolean {
    return this.text.length > 0 && at >= this.last && at - this.last <= (this.certain ? STUMBLE : SLOW);
  }

  /** At a PIN a slow scanner must not slip through either; what is doubtful is a person's once a finger's gap follows. */
  private wait(): number {
    return this.place === "pin" || this.doubtful ? SLOW : this.patience;
  }

  private scan(): Extract<Verdict, { is: "scan" }> {
    const text = this.text.join("");
    const { broken } = this;
    this.forget();
    this.scanned = true;
    return { is: "scan", text, broken };
  }

  /** What is held goes where it was going; it may still turn out to have been a slow scanner's. */
  private release(): string {
    const back = this.held > 0 && !this.isNobodys() ? this.text.slice(-this.held).join("") : "";
    this.held = 0;
    if (this.certain) this.forget();
    return back;
  }

  /** A finger's gap after all. */
  private clear(stroke: Stroke): string {
    if (!this.doubtful || this.since(stroke) <= FAST) return "";
    this.doubtful = false;
    return this.release();
  }

  /** No scan, and no person's: it goes nowhere. */
  private isNobodys(): boolean {
    if (this.doubtful || this.place !== "pin") return this.doubtful;
    const most = Math.max(0, ...this.gaps);
    return (this.text.length >= LEAST_PIN && most <= FAST) || (this.text.length >= LEAST && most <= TOO_FAST);
  }

  private giveUp(): string {
    const back = this.release();
    this.forget();
    return back;
  }

  private forget(): void {
    this.text = [];
    this.gaps = [];
    this.held = 0;
    this.broken = this.certain = this.doubtful = false;
    this.last = Number.NEGATIVE_INFINITY;
  }
}

/** Swallowed. */
const NOTHING: Verdict = { is: "held", begins: false, back: "" };
/** These come between a scanner's letters, and a person's. */
const BETWEEN = /^(?:Shift|CapsLock|Alt|AltGraph|Control|Dead|NumLock)$/;

function isEnding({ key, ctrl }: Stroke): boolean {
  return ctrl ? /^[jm]$/i.test(key) : key === "Enter" || key === "Tab";
}

function median(gaps: readonly number[]): number {
  return [...gaps].sort((one, other) => one - other)[Math.floor(gaps.length / 2)] ?? 0;
}
