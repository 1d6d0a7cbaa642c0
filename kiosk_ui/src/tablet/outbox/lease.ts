// One sender per origin, however many tabs are open. `navigator.locks` does it where it exists (not on a plain-http
// name); elsewhere a lease in IndexedDB, which ends by itself when its tab is closed.
import type { Box } from "./box";
import type { Pace } from "./pace";

const NAME = "sender";

export interface Turn {
  /** Still ours? Asked before each request. */
  renew(): Promise<boolean>;
}

/** Run `work` while no other tab does; without locks it may give up, and says whether it ran. */
export async function inTurn(
  box: Box,
  owner: string,
  pace: Pace,
  work: (turn: Turn) => Promise<void>,
): Promise<boolean> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  if (locks !== undefined) {
    await locks.request(`gatebook-${NAME}`, () => work({ renew: () => Promise.resolve(true) }));
    return true;
  }
  const renew = (): Promise<boolean> => box.lease(NAME, owner, pace.now(), pace.lease);
  if (!(await renew())) return false;
  try {
    await work({ renew });
  } finally {
    await box.release(NAME, owner);
  }
  return true;
}
