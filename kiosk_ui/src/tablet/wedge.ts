// Telling a scanner that types from a person who types, by rhythm and ending. Pure: what comes in are keys with their
// times, what goes out is what to do with each. A person may roll two or three keys in a few hundredths of a second,
// never six; a scanner's gaps are 50 ms at most, Bluetooth's are longer or stumble, and CR or Tab ends its text.

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

/** Where the key would go: into a field, nowhere in particular, or to a PIN, which no scanner may ever type. */
export type Place = "field" | "page" | "pin";

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
/** CR and LF are one ending. */
const ENDING = 150;
const MOST = 2000;

export class Wedge {
  private text: string[] = [];
  private gaps: number[] = [];
  private last = Number.NEGATIVE_INFINITY;
  private endedAt = Number.NEGATIVE_INFINITY;
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
    if (isEnding(stroke)) return this.end(stroke);
    if (stroke.repeat) return { is: "typing", begins: false, back: this.giveUp() };
    if (stroke.composed || stroke.key === "Backspace") return this.disturb(stroke);
    if (stroke.ctrl || stroke.key.length !== 1) return this.other(stroke);
    const back = this.goesOn(stroke.at) ? "" : this.giveUp();
    const begins = this.text.length === 0;
    if (begins && stroke.key === " ") return { is: "typing", begins: false, back };
    if (begins) this.place = place;
    this.take(stroke);
    // In a field the first keys appear, since no field can be typed into from here; they are put back at the end.
    if (this.place === "field" && !this.certain) return { is: "typing", begins, back };
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
    if (this.text.length === 0 && Math.abs(stroke.at - this.endedAt) <= ENDING) {
      this.endedAt = stroke.at;
      return { is: "held", begins: false, back: "" };
    }
    const isScan = this.goesOn(stroke.at) && !stroke.repeat && this.isScanner(stroke.at - this.last);
    if (!isScan) return { is: "typing", begins: false, back: this.giveUp() };
    this.endedAt = stroke.at;
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

  /** Shift and its like come between a scanner's letters; anything else is a person's. */
  private other(stroke: Stroke): Verdict {
    const between = !stroke.ctrl && /^(?:Shift|CapsLock|Alt|AltGraph|Control|Dead|NumLock)$/.test(stroke.key);
    return { is: "typing", begins: false, back: between ? "" : this.giveUp() };
  }

  private goesOn(at: number): boolean {
    return this.text.length > 0 && at - this.last <= (this.certain ? STUMBLE : SLOW);
  }

  /** At a PIN a slow scanner must not slip through either. */
  private wait(): number {
    return this.place === "pin" ? SLOW : this.patience;
  }

  private scan(): Extract<Verdict, { is: "scan" }> {
    const text = this.text.join("");
    const { broken } = this;
    this.forget();
    return { is: "scan", text, broken };
  }

  /** What is held goes where it was going; it may still turn out to have been a slow scanner's. */
  private release(): string {
    const back = this.held > 0 ? this.text.slice(-this.held).join("") : "";
    this.held = 0;
    if (this.certain) this.forget();
    return back;
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
    this.broken = this.certain = false;
    this.last = Number.NEGATIVE_INFINITY;
  }
}

function isEnding({ key, ctrl }: Stroke): boolean {
  return ctrl ? /^[jm]$/i.test(key) : key === "Enter" || key === "Tab";
}

function median(gaps: readonly number[]): number {
  return [...gaps].sort((one, other) => one - other)[Math.floor(gaps.length / 2)] ?? 0;
}
