// A sheet that nobody touches gives way to the list, so that the next guard sees who waits; what was typed is kept.
import { closeSheet, leavingId, said, slip } from "./desk";
import { current, isBegun } from "./drafts";
import { settings } from "./settings";
import { locked, phase } from "./store";
import { t } from "./texts";

const MINUTE = 60_000;
const LOOK = 2000;
/** Panels that hold what is typed into them stay; the lock comes later for those. */
const YIELDING = new Set(["not_measured", "badge"]);

let touched = Date.now();

export function watchIdle(): void {
  for (const kind of ["pointerdown", "keydown", "input"] as const) {
    addEventListener(kind, () => (touched = Date.now()), { capture: true, passive: true });
  }
  setInterval(() => {
    const { idle } = settings.peek();
    if (idle > 0 && Date.now() - touched > idle * MINUTE) giveWay();
  }, LOOK);
}

/** Back to the list, where somebody's sheet is open. */
export function giveWay(): void {
  if (phase.peek() !== "desk" || locked.peek()) return;
  const draft = current.peek();
  if (draft === null && leavingId.peek() === null) return;
  const over = slip.peek();
  if (over !== null && !YIELDING.has(over.shows)) return;
  closeSheet();
  if (draft !== null && isBegun(draft)) said.value = t("guard.half.kept");
}
