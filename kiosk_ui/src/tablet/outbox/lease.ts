// One sender per origin, however many tabs are open. `navigator.locks` does it where it exists (not on a plain-http
// name); elsewhere a lease in IndexedDB, which ends by itself when its tab is closed.
import { newId } from "../ids";
import type { Box } from "./box";
import type { Pace } from "./pace";

const NAME = "sender";

export interface Turn {
  /** Still ours? Asked before each request. */
  renew(): Promise<boolean>;
}

/** Run `work` while no other tab does; without locks it may have to wait or to give up, and says whether it did. */
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
  let ours = true;
  const renew = async (): Promise<boolean> => (ours = await box.lease(NAME, owner, pace.now(), pace.lease));
  if (!(await renew())) return false;
  try {
    await work({ renew });
  } finally {
    await box.release(NAME, owner);
  }
  return ours;
}

/**
 * The name under which a page holds the lease. What the same tab left behind when it was loaded again is taken over;
 * a tab that was doubled has its original's name too, and the original hears at its next request that it is over.
 */
export async function ownerOf(box: Box, tab: string): Promise<string> {
  const owner = `${tab} ${newId()}`;
  await box.takeOver(NAME, tab, owner);
  return owner;
}
