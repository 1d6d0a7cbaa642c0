// Giờ cao điểm: badge or name, three digits, two tiles, recorded when all is normal; anything else steps aside.
import { effect, signal, untracked } from "@preact/signals";
import { lastAct } from "./acts";
import { now } from "./clock";
import { aside, rush, stepAside } from "./desk";
import { current, decision, type Draft } from "./drafts";
import { carryOut } from "./gate";
import type { Decision } from "../rules/screening";

const SHOWN = 3;
const AT_THE_GATE = new Set(["temperature", "mask", "sanitiser"]);

/** The last lines of this rush, newest first, and how many there were. */
export const rushLast = signal<readonly { readonly id: string; readonly text: string }[]>([]);
export const rushCount = signal(0);
let began = 0;

export function watchRush(): void {
  effect(() => {
    const draft = current.value;
    const found = decision.value;
    if (rush.value && draft !== null && found !== null) untracked(() => settle(draft, found));
  });
  effect(() => {
    const act = lastAct.value;
    if (!rush.value || act === null || !act.undoable || act.how === "pending" || act.at < began) return;
    untracked(() => {
      if (rushLast.value.some((one) => one.id === act.id)) return;
      rushLast.value = [{ id: act.id, text: act.text }, ...rushLast.value].slice(0, SHOWN);
      rushCount.value += 1;
    });
  });
  effect(() => {
    if (!rush.value) return;
    began = now();
    rushLast.value = [];
    rushCount.value = 0;
  });
}

/** A reading was taken: record what is clear, and let whoever needs more time step aside. */
function settle(draft: Draft, found: Decision): void {
  if (draft.reading === null || draft.refusal !== null || aside.value.includes(draft.key)) return;
  if (found.kind === "refer" || found.kind === "refuse") stepAside(draft.key);
  else if (found.missing.length === 0) void carryOut(draft, found);
  else if (isKnown(draft) && !found.missing.some((name) => AT_THE_GATE.has(name))) stepAside(draft.key);
}

/** Somebody whose form is just being filled in does not step aside halfway. */
function isKnown(draft: Draft): boolean {
  return draft.source.from === "visit" || draft.source.from === "employee";
}
