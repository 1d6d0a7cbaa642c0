// Who works on this tablet: paired, logged in on, locked, handed over. Asked of the server where there is one; else of
// what the tablet knows itself. Nobody's unsent lines are touched by any of it.
import { act, lastAct, onStale, useOutbox } from "./acts";
import { call, Problem, tell, Unreachable } from "./api";
import { now, offset } from "./clock";
import * as contact from "./contact";
import { thrownAway } from "./desk";
import { drafts } from "./drafts";
import { effect } from "@preact/signals";
import { applyUpdate, isOutdated } from "./install";
import { newId } from "./ids";
import { keepLeft, whoLeft } from "./left";
import { type Duty, Local } from "./local";
import { forgetActivity, isIdle, keepLocked, noteActivity } from "./lock";
import type { Item } from "./outbox/items";
import { type Ending, Outbox } from "./outbox/outbox";
import { PACE } from "./outbox/pace";
import { type Checked, Pins } from "./pins";
import {
  badges,
  base,
  erased,
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
  takeSnapshot,
  trouble,
  unsent,
} from "./store";
import { t } from "./texts";
import type { Snapshot, TabletAccount, TabletGreeting } from "./types";
import { openVault, type Vault } from "./vault";

/** The tablet could not check a PIN by itself, or found it wrong. */
export class Unchecked extends Error {
  /** `triesLeft`: how often it may still be wrong, null where this tablet knows nothing of the PIN. */
  constructor(
    readonly why: Exclude<Checked, "right">,
    readonly triesLeft: number | null = null,
  ) {
    super(why);
  }
}

interface Kept {
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly local: Local;
  readonly pins: Pins;
}

let kept: Kept | null = null;
let duty: Duty | null = null;
/** The last guard has gone; whatever session the server still has for this tablet is theirs, and nobody's to work in. */
let left = false;
/** Their session is being ended there. */
let ending: Promise<void> | null = null;
const tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("gatebook-session");

/** Begin with what this tablet knows: the screen comes first, the network after it. */
export async function start(opening: Promise<Vault> = openVault()): Promise<void> {
  const vault = await opening;
  const outbox = await Outbox.open(tabName(), { vault, blocked: () => (phase.value = "blocked") });
  kept = { vault, outbox, local: Local.open(vault), pins: new Pins(vault, now) };
  useOutbox(outbox);
  effect(() => void (items.value = outbox.items.value));
  effect(() => void (isOutdated.value = outbox.outdated.value));
  effect(() => void (trouble.value = kept?.local.trouble.value ?? null));
  outbox.onReached = contact.reached;
  outbox.onLoginNeeded = contact.loseSession;
  outbox.listen(ended);
  onStale.call = () => void contact.refresh();
  if (tabs) tabs.onmessage = (event) => void hear(event.data as Said);
  contact.begin({ greeted, told, resumed: () => outbox.resume(), revoked: () => void wipe() });
  left = whoLeft() !== null;
  await remember();
  // How late it is now is noted of each PIN, before anybody sets the clock back.
  void knownPins();
  keepWhatChanges();
  effect(() => void (unsent.value.length === 0 && endThere()));
  contact.greet();
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

/** Go on as this tablet was left, without asking anybody. */
async function remember(): Promise<boolean> {
  const known = (await kept?.local.snapshot()) ?? null;
  if (known === null) return false;
  offset.value = known.offset;
  const { site_name, gate, device_id, guards } = known.snapshot;
  greeting.value ??= { site_name, gate, device_id, guards, guard: null };
  duty = known.duty;
  left = duty === null;
  takeSnapshot(ofDuty(known.snapshot));
  onDuty.value = duty?.account ?? null;
  // What localStorage was told last may not have reached the disk before the battery died.
  locked.value = duty !== null && (duty.locked || isIdle(true));
  phase.value = duty === null ? "duty" : "desk";
  return true;
}

function keepWhatChanges(): void {
  effect(() => {
    const lines = { visits: [...base.value.values()], badges: badges.value, sequence: sequence.value };
    if (snapshot.peek() !== null) kept?.local.keepLines({ ...lines, offset: offset.peek() });
  });
  effect(() => void noteLocked(locked.value));
  keepLocked.call = () => noteLocked(true);
  const flush = (): void => void kept?.local.flush();
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
}

async function noteLocked(isLocked: boolean): Promise<void> {
  if (duty === null || duty.locked === isLocked) return;
  duty = { ...duty, locked: isLocked };
  await kept?.local.keepDuty(duty);
}

/** The server said who and where this tablet is, and whose session it has. */
async function greeted(found: TabletGreeting): Promise<void> {
  erased.value = false;
  await kept?.pins.keepOnly(found.guards);
  if (phase.peek() === "desk") {
    if (!found.guards.some((one) => one.id === onDuty.peek()?.id)) goHome();
    else if (found.guard === null) contact.loseSession();
    else await contact.refreshAll();
  } else if (found.guard === null || left) {
    phase.value = "duty";
    endThere();
  } else {
    // Nothing was kept on this tablet: the server's session says who works. Whose it is, their PIN says, unless the
    // screen was touched just now at this very address.
    await beginWork(await call<Snapshot>("GET", "/api/v1/tablet/snapshot"), isIdle(true));
  }
}

/** Where somebody works whom the server's session does not name, a snapshot is theirs all the same. */
function ofDuty(found: Snapshot): Snapshot {
  if (duty === null || duty.account.id === found.guard.id) return found;
  return { ...found, guard: duty.account, shift_started_at: duty.since };
}

function told(found: Snapshot): void {
  // Asked for before the site took this tablet out of use.
  if (erased.peek()) return;
  const own = ofDuty(found);
  takeSnapshot(own);
  void kept?.local.keepSnapshot(own, duty, offset.peek());
}

export async function pair(code: string): Promise<void> {
  greeting.value = await call<TabletGreeting>("POST", "/api/v1/tablet/pair", { code });
  erased.value = false;
  // Who worked on it before, and knows a PIN of then, begins anew with the server; what is unsent stays.
  goHome("");
  await kept?.pins.erase();
}

export async function logIn(accountId: string, pin: string): Promise<void> {
  await enter(accountId, pin);
}

/** The next guard takes over, with their PIN: the desk stays as it is. What is `handed` over is kept before they begin. */
export async function takeOver(accountId: string, pin: string, handed: () => Promise<unknown>): Promise<void> {
  await enter(accountId, pin, handed);
}

export async function standIn(code: string, name: string, pin: string): Promise<void> {
  await ending;
  const found = await call<Snapshot>("POST", "/api/v1/tablet/stand-in", { code, name, pin });
  await believe(found.guard, pin);
  await beginWork(found);
}

/** Somebody begins to work here: by the server's word, or by this tablet's where the server is away. */
async function enter(accountId: string, pin: string, first?: () => Promise<unknown>): Promise<void> {
  await ending;
  const found = await proven(accountId, pin, () => logInThere(accountId, pin));
  const account = snapshot.peek()?.guards.find((one) => one.id === accountId);
  if (found === null && account === undefined) throw new Unchecked("needs_server");
  await first?.();
  if (found !== null) await beginWork(found);
  else if (account !== undefined) await beginAlone(account);
}

async function logInThere(accountId: string, pin: string): Promise<Snapshot> {
  const path = "/api/v1/tablet/login";
  const found = await call<Partial<Snapshot>>("POST", path, { account_id: accountId, pin }, patience());
  // A yes that does not name whose PIN it was is not the server's.
  if (found.guard?.id !== accountId) throw new Unreachable(path);
  await believe(found.guard, pin);
  return found as Snapshot;
}

/** The server has just taken this PIN of theirs. */
async function believe(guard: TabletAccount, pin: string): Promise<void> {
  await kept?.pins.keep(guard, pin).catch(() => undefined);
}

/** Who knows that the server is away does not wait long for it. */
function patience(): number {
  return offlineSince.peek() === null ? 8000 : 2500;
}

/** What the server answers to a PIN; null where it is away and the tablet found the PIN right. Else throws. */
async function proven<T>(accountId: string, pin: string, ask: () => Promise<T>): Promise<T | null> {
  try {
    const found = await ask();
    contact.reached(true);
    return found;
  } catch (error) {
    if (error instanceof Problem && error.code === "wrong_pin") await kept?.pins.deny(accountId, pin);
    if (!contact.isAway(error)) throw error;
    contact.reached(false);
    if (kept?.vault.sealed !== true) throw error;
    const checked = await kept.pins.check(accountId, pin);
    if (checked !== "right") throw new Unchecked(checked, await kept.pins.triesLeft(accountId));
    return null;
  }
}

async function beginWork(found: Snapshot, stillLocked = false): Promise<void> {
  duty = { account: found.guard, since: found.shift_started_at, locked: stillLocked };
  contact.named(found.guard.id);
  told(found);
  onDuty.value = found.guard;
  open(stillLocked);
  contact.connect();
  await kept?.local.flush();
}

/** A shift begins without the server; its journal hears of it like of every other act. */
async function beginAlone(account: TabletAccount): Promise<void> {
  duty = { account, since: new Date(now()).toISOString(), locked: false };
  onDuty.value = account;
  const known = snapshot.peek();
  if (known !== null) snapshot.value = { ...known, guard: account, shift_started_at: duty.since };
  void kept?.local.keepDuty(duty);
  open(false);
  contact.connect();
  const text = t("guard.offline.began", { name: account.name });
  void act({ body: { kind: "begin_shift" }, rows: [], before: [], text, undoable: false, fact: true });
  await kept?.local.flush();
}

function open(stillLocked: boolean): void {
  left = false;
  keepLeft(null);
  if (!stillLocked) noteActivity();
  locked.value = stillLocked;
  sessionLost.value = false;
  phase.value = "desk";
  void kept?.local.flush().then(() => tabs?.postMessage("began" satisfies Said));
  // On trusted addresses the browser may promise never to clear what is unsent.
  void (navigator.storage as StorageManager | undefined)?.persist?.();
}

/** The PIN of whoever works opens the screen as it was. */
export async function unlock(pin: string): Promise<void> {
  const guard = lockedGuard();
  if (guard === null) return;
  await proven(guard.id, pin, () => unlockThere(guard, pin));
  noteActivity();
  locked.value = false;
}

/** The PIN of whoever works gives the server a session in which what waits can be sent; the desk stays. */
export async function reconnect(pin: string): Promise<void> {
  const guard = onDuty.peek();
  if (guard === null) return;
  goOn(await logInThere(guard.id, pin), guard.id);
}

async function unlockThere(guard: TabletAccount, pin: string): Promise<void> {
  if (!sessionLost.peek() && contact.isNamed(guard.id)) {
    try {
      await tell("/api/v1/tablet/unlock", { pin }, patience());
      return await believe(guard, pin);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "not_logged_in") throw error;
    }
  }
  goOn(await logInThere(guard.id, pin), guard.id);
}

/** The server has a session of whoever works again: the desk hears what happened, and what waits is sent. */
function goOn(found: Snapshot, accountId: string): void {
  told(found);
  contact.named(accountId);
  sessionLost.value = false;
  contact.connect();
}

/** Send a refused command once more, as what happened. */
export async function insistOn(id: string): Promise<void> {
  await kept?.outbox.insist(id);
}

/** Whose PIN opens the locked screen. */
export function lockedGuard(): TabletAccount | null {
  return onDuty.value ?? snapshot.value?.guard ?? greeting.value?.guard ?? null;
}

/** The accounts that may begin a shift here while the server is away. */
export async function knownPins(): Promise<ReadonlySet<string>> {
  return (await kept?.pins.known().catch(() => undefined)) ?? new Set<string>();
}

/** End the shift: the next guard logs in; what is unsent keeps the name of who did it. */
export async function logOut(): Promise<void> {
  contact.disconnect();
  const who = contact.sessionOf() ?? "";
  const isEnded = await logOutThere();
  if (!isEnded) contact.reached(false);
  // Whose session there is from now on, a greeting says.
  contact.named(null);
  goHome(isEnded ? "" : who);
  await kept?.local.flush();
  tabs?.postMessage("left" satisfies Said);
  contact.greet();
  // Nobody is in the middle of anything.
  applyUpdate();
}

/** False where the server is away. */
async function logOutThere(): Promise<boolean> {
  try {
    await tell("/api/v1/tablet/logout", {}, patience());
  } catch (error) {
    if (contact.isAway(error)) return false;
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  return true;
}

/** The session of a guard who went without the server's knowing: what waits goes with it, and then it ends. */
function endThere(): void {
  const who = whoLeft();
  if (!left || !who || !contact.isNamed(who)) return;
  if (unsent.peek().length > 0) return kept?.outbox.resume();
  ending ??= endLeft()
    .catch(() => undefined)
    .finally(() => (ending = null));
}

async function endLeft(): Promise<void> {
  if (!(await logOutThere())) return void setTimeout(endThere, PACE.longest);
  contact.named(null);
  if (left) keepLeft("");
}

function goHome(who: string = whoLeft() ?? ""): void {
  contact.disconnect();
  keepLeft(who);
  forgetActivity();
  locked.value = sessionLost.value = false;
  duty = onDuty.value = null;
  left = true;
  phase.value = "duty";
  void kept?.local.keepDuty(null);
}

/** The site has taken this tablet out of use: nothing that it kept stays. */
async function wipe(tellOthers = true): Promise<void> {
  contact.disconnect();
  phase.value = "pairing";
  erased.value = true;
  forget();
  if (kept === null) return;
  const { vault, outbox, local, pins } = kept;
  // What this tab was about to write would follow the other's erasure.
  if (!tellOthers) return local.erase();
  await Promise.allSettled([local.erase(), pins.erase(), outbox.erase()]);
  await vault.erase().catch(() => undefined);
  tabs?.postMessage("erased" satisfies Said);
}

function forget(): void {
  snapshot.value = greeting.value = duty = onDuty.value = null;
  base.value = new Map();
  badges.value = [];
  drafts.value = new Map();
  lastAct.value = thrownAway.value = null;
  locked.value = sessionLost.value = left = false;
  sequence.value = 0;
  keepLeft(null);
  forgetActivity();
}

/** Nothing is kept where nothing can be sealed: the server's session will say who works. */
function forgetDuty(): void {
  duty = onDuty.value = null;
  phase.value = "duty";
}

type Said = "began" | "left" | "erased";

/** Another tab of this tablet did something that is true here too. */
async function hear(said: Said): Promise<void> {
  if (said === "erased") return wipe(false);
  if (said === "left" && phase.peek() === "desk") return goHome();
  if (said === "began" && (phase.peek() === "duty" || phase.peek() === "desk")) {
    left = false;
    if (!(await remember())) forgetDuty();
    contact.greet();
  }
}
