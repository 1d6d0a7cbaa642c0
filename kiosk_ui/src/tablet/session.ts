// A tablet's life: paired, logged in on, locked, kept up to date.
import { effect } from "@preact/signals";
import { onStale, useOutbox } from "./acts";
import { call, Problem } from "./api";
import { startFeed, stopFeed } from "./feed";
import { forgetActivity, isIdle, noteActivity } from "./lock";
import { newId } from "./ids";
import type { Item } from "./outbox/items";
import { type Ending, Outbox } from "./outbox/outbox";
import {
  greeting,
  items,
  locked,
  offlineSince,
  onDuty,
  phase,
  sequence,
  sessionLost,
  snapshot,
  takeAnswer,
  takeChanges,
  takeSnapshot,
} from "./store";
import type { Changes, Snapshot, TabletAccount, TabletGreeting } from "./types";

const TRY_AGAIN = 3000;

let outbox: Outbox | null = null;

/** Begin: what is unsent first, then who and where this tablet is. */
export async function start(): Promise<void> {
  outbox = await Outbox.open(tabName());
  useOutbox(outbox);
  effect(() => {
    if (outbox) items.value = outbox.items.value;
  });
  outbox.onReached = (reached) => reachedServer(reached);
  outbox.onLoginNeeded = loseSession;
  outbox.listen(ended);
  onStale.call = () => void refresh();
  addEventListener("online", () => outbox?.resume());
  await greet();
}

const TAB = "gatebook.tablet.tab";

function tabName(): string {
  const name = sessionStorage.getItem(TAB) ?? newId();
  sessionStorage.setItem(TAB, name);
  return name;
}

function ended(item: Item, ending: Ending): void {
  if (ending.how === "recorded") takeAnswer(item, ending.values);
}

export function reachedServer(reached: boolean): void {
  if (reached) offlineSince.value = null;
  else offlineSince.value ??= Date.now();
}

/** Ask who and where this tablet is; again and again until the server answers. */
export async function greet(): Promise<void> {
  try {
    greeting.value = await call<TabletGreeting>("GET", "/api/v1/tablet/greeting");
    if (greeting.value.guard === null) phase.value = "duty";
    else await beginWork(await call<Snapshot>("GET", "/api/v1/tablet/snapshot"), isIdle());
  } catch (error) {
    if (error instanceof Problem && error.code === "device_unknown") {
      phase.value = "pairing";
    } else if (error instanceof Problem && error.status === 401) {
      phase.value = "duty";
    } else {
      phase.value = "unreachable";
      setTimeout(() => void greet(), TRY_AGAIN);
    }
  }
}

export async function pair(code: string): Promise<void> {
  greeting.value = await call<TabletGreeting>("POST", "/api/v1/tablet/pair", { code });
  phase.value = "duty";
}

export async function logIn(accountId: string, pin: string): Promise<void> {
  await beginWork(await call<Snapshot>("POST", "/api/v1/tablet/login", { account_id: accountId, pin }));
}

/** The next guard takes over, with their PIN: the desk stays as it is. */
export async function takeOver(accountId: string, pin: string): Promise<void> {
  const found = await call<Snapshot>("POST", "/api/v1/tablet/login", { account_id: accountId, pin });
  onDuty.value = found.guard;
  await beginWork(found);
}

export async function standIn(code: string, name: string, pin: string): Promise<void> {
  await beginWork(await call<Snapshot>("POST", "/api/v1/tablet/stand-in", { code, name, pin }));
}

async function beginWork(found: Snapshot, stillLocked = false): Promise<void> {
  takeSnapshot(found);
  if (!stillLocked) noteActivity();
  locked.value = stillLocked;
  sessionLost.value = false;
  phase.value = "desk";
  // On trusted addresses the browser may promise never to clear what is unsent.
  void (navigator.storage as StorageManager | undefined)?.persist?.();
  reachedServer(true);
  startFeed({ catchUp, reached: reachedServer });
  outbox?.resume();
}

export async function unlock(pin: string): Promise<void> {
  await call("POST", "/api/v1/tablet/unlock", { pin });
  noteActivity();
  locked.value = false;
}

/** Send a refused command once more, as what happened. */
export async function insistOn(id: string): Promise<void> {
  await outbox?.insist(id);
}

/** Whose PIN opens the locked screen. */
export function lockedGuard(): TabletAccount | null {
  return snapshot.value?.guard ?? greeting.value?.guard ?? null;
}

/** End the shift: the next guard logs in; what is unsent keeps the name of who did it. */
export async function logOut(): Promise<void> {
  stopFeed();
  try {
    await call("POST", "/api/v1/tablet/logout", {});
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
  }
  forgetActivity();
  locked.value = sessionLost.value = false;
  snapshot.value = null;
  greeting.value = await call<TabletGreeting>("GET", "/api/v1/tablet/greeting");
  phase.value = "duty";
}

function loseSession(): void {
  if (phase.peek() !== "desk") return;
  sessionLost.value = true;
  stopFeed();
  void greet();
}

let refreshing: Promise<void> | null = null;
let refreshAgain = false;

/** Fetch what changed; many calls at once become two at most. */
export function refresh(): Promise<void> {
  refreshAgain = refreshing !== null;
  refreshing ??= changes().finally(() => {
    refreshing = null;
    if (refreshAgain) void refresh();
  });
  return refreshing;
}

/** The feed's way to say that something happened. */
async function catchUp(): Promise<void> {
  await refresh();
}

async function changes(): Promise<void> {
  try {
    const found = await call<Changes>("GET", `/api/v1/tablet/changes?after=${sequence.peek()}`);
    if (!takeChanges(found)) takeSnapshot(await call<Snapshot>("GET", "/api/v1/tablet/snapshot"));
    reachedServer(true);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) loseSession();
    else if (!(error instanceof Problem)) reachedServer(false);
  }
}
