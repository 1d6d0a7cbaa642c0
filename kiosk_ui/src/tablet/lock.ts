// The screen locks after idle time. The session lives on and nothing that was entered is lost.
import { locked, phase, snapshot } from "./store";

const KEY = "gatebook.tablet.active";
const LOCKED = "locked";
const MINUTE = 60_000;
const LOOK = 5000;
const QUIET = 1000;
/** How long the disk is waited for. */
const DISK = 500;

let noted = 0;

export function watchActivity(): void {
  for (const kind of ["pointerdown", "keydown"] as const) addEventListener(kind, () => touch(), { capture: true });
  setInterval(() => {
    if (phase.value === "desk" && !locked.value && isIdle()) lock();
  }, LOOK);
}

function touch(): void {
  if (!locked.value && Math.abs(Date.now() - noted) > QUIET) noteActivity();
}

export function noteActivity(): void {
  noted = Date.now();
  localStorage.setItem(KEY, String(noted));
}

/** What keeps that the screen is locked, where a kept-alive session would otherwise open again after a dead battery. */
export const keepLocked = { call: (): Promise<unknown> => Promise.resolve() };

/** Lock: kept before it is seen, since a battery may die the moment after. No disk, slow or broken, holds it up. */
export function lock(): void {
  localStorage.setItem(KEY, LOCKED);
  const late = new Promise((done) => setTimeout(done, DISK));
  const close = (): void => void (locked.value = true);
  void Promise.race([keepLocked.call(), late]).then(close, close);
}

export function forgetActivity(): void {
  localStorage.removeItem(KEY);
}

/** Idle too long, or locked before the page was loaded again; `unsure`, where nobody knows, is said of a new start. */
export function isIdle(unsure = false): boolean {
  const kept = localStorage.getItem(KEY);
  if (kept === null) return unsure;
  if (kept === LOCKED) return true;
  const minutes = snapshot.value?.policy.idle_lock_minutes ?? 10;
  const quiet = Date.now() - Number(kept);
  // A clock that fell back tells nothing of how long nobody was here.
  return !(quiet >= -MINUTE && quiet <= minutes * MINUTE);
}
