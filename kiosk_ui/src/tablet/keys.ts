// Keys pressed anywhere: what a scanner types in one go is taken as a scan, whatever has the focus, and leaves nothing
// behind; of what a person types, digits go to the open keypad and letters to the search field.
import { slip, typed } from "./desk";
import * as drafts from "./drafts";
import { taken, unreadable } from "./scan";
import { locked, phase } from "./store";
import { type Place, type Stroke, Wedge } from "./wedge";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What a burst may change before it is known for one. */
interface Before {
  readonly target: EventTarget;
  readonly field: Field | null;
  readonly value: string;
  readonly typed: string;
  readonly draft: drafts.Draft | null;
}

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

const DRAWN_AFTER = 8;

const wedge = new Wedge();
let before: Before | null = null;
let pause: ReturnType<typeof setTimeout> | undefined;
let giving: Promise<unknown> = Promise.resolve();

export function listenToKeys(): void {
  addEventListener("keydown", watch, { capture: true });
  addEventListener("beforeinput", interrupted, { capture: true });
  // A tap is meant for what was typed before it.
  addEventListener("pointerdown", () => giveBack(wedge.hurry()), { capture: true });
  addEventListener("keydown", pressed);
}

/** Before anything else sees a key: is it a scanner's? */
function watch(event: KeyboardEvent): void {
  // Our own, given back.
  if (!event.isTrusted) return;
  const place = placeOf(event.target);
  const verdict = wedge.press(strokeOf(event), place);
  if (verdict.is !== "typing") swallow(event);
  if (verdict.is === "scan") end(verdict);
  else {
    const held = verdict.back !== "";
    giveBack(verdict.back);
    if (verdict.begins) before = remember(event.target ?? window);
    // What was held may have moved the focus; Enter belongs behind it.
    if (held && event.key === "Enter" && verdict.is === "typing") {
      swallow(event);
      giving = giving.then(() => press(document.activeElement ?? window, "Enter"));
    }
  }
  wait();
}

function wait(): void {
  clearTimeout(pause);
  const { due } = wedge;
  if (due === null) return;
  pause = setTimeout(() => {
    const verdict = wedge.pause();
    if (verdict.is === "scan") end(verdict);
    else giveBack(verdict.back);
    wait();
  }, due);
}

/** A scan: what it changed is as it was, and at a PIN that is all. */
function end({ text, broken }: { text: string; broken: boolean }): void {
  const atPin = isAtPin();
  if (before !== null) putBack(before);
  before = null;
  if (atPin || phase.peek() !== "desk") return;
  if (broken) unreadable();
  else taken(text, "wedge");
}

function remember(target: EventTarget): Before {
  const field = fieldOf(target);
  return { target, field, value: field?.value ?? "", typed: typed.peek(), draft: drafts.current.peek() };
}

function putBack({ field, value, typed: text, draft }: Before): void {
  if (field !== null && field.value !== value) setValue(field, value);
  typed.value = text;
  if (draft !== null && drafts.drafts.peek().has(draft.key)) drafts.put(draft);
}

/** What was held was a person's after all. */
function giveBack(text: string): void {
  if (text === "" || before === null) return;
  const { field, target } = before;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  } else if (field === null) {
    // One by one: after a third digit the next may be somebody else's.
    for (const key of text) giving = giving.then(() => press(target, key)).then(painted);
  }
}

/** Preact draws in a microtask or two; a task would let the next tap come first. */
async function painted(): Promise<void> {
  for (let turn = 0; turn < DRAWN_AFTER; turn += 1) await undefined;
}

function press(wanted: EventTarget, key: string): void {
  const target = wanted instanceof Node && !wanted.isConnected ? window : wanted;
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

/** Text that comes into a field by no key while keys are held: those go in first. */
function interrupted(event: Event): void {
  if (event.isTrusted && before?.field != null && event.target === before.field) giveBack(wedge.interrupt());
}

function setValue(field: Field, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function strokeOf(event: KeyboardEvent): Stroke {
  const altGraph = event.getModifierState("AltGraph");
  const byNumber = event.altKey && !altGraph && /^[0-9]$/.test(event.key);
  return {
    key: event.key,
    at: event.timeStamp,
    repeat: event.repeat,
    ctrl: (event.ctrlKey || event.metaKey || (event.altKey && !byNumber)) && !altGraph,
    composed: event.isComposing || event.key === "Process" || event.keyCode === 229 || byNumber,
  };
}

function placeOf(target: EventTarget | null): Place {
  if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === "radio")) return "choice";
  if (fieldOf(target) !== null) return "field";
  return isAtPin() ? "pin" : "page";
}

/** A PIN or a pairing code is being typed, or nobody is on duty. */
function isAtPin(): boolean {
  return phase.peek() !== "desk" || locked.peek() || document.querySelector(".pin") !== null;
}

function pressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || phase.value !== "desk" || locked.value)
    return;
  if (fieldOf(event.target) !== null) return;
  if (event.key === "Enter") return entered(event);
  if (event.key.length !== 1) return edited(event);
  if (event.key === " ") return;
  event.preventDefault();
  const isDigit = /^[0-9]$/.test(event.key);
  if (isDigit && places.digit) places.digit(event.key);
  else if (slip.value === null) toSearch(event.key);
}

function entered(event: KeyboardEvent): void {
  if (event.target instanceof HTMLButtonElement || !places.decide || slip.value !== null) return;
  event.preventDefault();
  places.decide();
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
  // At once, not with the next drawing: the second letter is typed into the field itself.
  if (places.search) places.search.value = typed.value;
  places.search?.focus();
}

function fieldOf(target: EventTarget | null): Field | null {
  const isField =
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
  return isField ? target : null;
}
