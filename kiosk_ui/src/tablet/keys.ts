// Keys pressed while no field has the focus: digits go to the open keypad, letters to the search field, and what a
// scanner types in one go is taken as a scan wherever it arrives.
import { enterTyped, slip, typed } from "./desk";
import * as drafts from "./drafts";
import { locked, phase } from "./store";

/** Keys that come faster than this, one after the other, come from a scanner. */
const SCAN_GAP = 60;
const SCAN_LEAST = 5;

interface Burst {
  readonly text: string;
  readonly last: number;
  /** What the keypad showed before it. */
  readonly digits: string;
}

let burst: Burst = { text: "", last: 0, digits: "" };

/** Where the search field is, and the one button: set by the views that draw them. */
export const places: {
  search: HTMLInputElement | null;
  decide: (() => void) | null;
  digit: ((key: string) => void) | null;
} = {
  search: null,
  decide: null,
  digit: null,
};

export function listenToKeys(): void {
  addEventListener("keydown", pressed);
}

function pressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || phase.value !== "desk" || locked.value)
    return;
  if (inField(event.target)) return;
  if (event.key === "Enter") return entered(event);
  if (event.key.length !== 1) return edited(event);
  if (event.key === " ") return;
  noteBurst(event.key, event.timeStamp);
  event.preventDefault();
  const isDigit = /^[0-9]$/.test(event.key);
  if (isDigit && places.digit) places.digit(event.key);
  else if (slip.value === null) toSearch(event.key);
}

function noteBurst(key: string, at: number): void {
  const goesOn = at - burst.last < SCAN_GAP;
  burst = {
    text: goesOn ? burst.text + key : key,
    last: at,
    digits: goesOn ? burst.digits : (drafts.current.value?.digits ?? ""),
  };
}

function entered(event: KeyboardEvent): void {
  if (burst.text.length >= SCAN_LEAST && event.timeStamp - burst.last < SCAN_GAP) {
    event.preventDefault();
    const draft = drafts.current.value;
    // The scan was not a temperature: the keypad shows again what it showed before.
    if (draft !== null && places.digit) drafts.setDigits(draft.key, burst.digits);
    const text = burst.text;
    burst = { text: "", last: 0, digits: "" };
    enterTyped(text);
  } else if (!(event.target instanceof HTMLButtonElement) && places.decide && slip.value === null) {
    event.preventDefault();
    places.decide();
  }
}

function edited(event: KeyboardEvent): void {
  const draft = drafts.current.value;
  if (event.key === "Backspace" && draft !== null && places.digit && slip.value === null) {
    event.preventDefault();
    drafts.setDigits(draft.key, draft.digits.slice(0, -1));
  } else if (event.key === "Escape" && slip.value !== null) {
    slip.value = null;
  }
}

function toSearch(key: string): void {
  typed.value += key;
  // At once, not with the next drawing: a scanner's second letter is typed into the field itself.
  if (places.search) places.search.value = typed.value;
  places.search?.focus();
}

function inField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
