// The server's side of a tablet's life: whether it is reached, whose session it has, what changed.
import { call, Problem, Unreachable } from "./api";
import { startFeed, stopFeed, wakeFeed } from "./feed";
import { jittered, PACE } from "./outbox/pace";
import { greeting, offlineSince, phase, sequence, sessionLost, takeChanges } from "./store";
import { onWake } from "./wake";
import type { Changes, Snapshot, TabletGreeting } from "./types";

export interface Listener {
  /** The server said who and where this tablet is. */
  greeted(found: TabletGreeting): Promise<void>;
  told(found: Snapshot): void;
  /** There is a session again: what waits can be sent. */
  resumed(): void;
  /** The site has taken this tablet out of use. */
  revoked(): void;
}

const OFFLINE = "gatebook.tablet.offline";
const AWAY = new Set([502, 503, 504]);

let listener: Listener | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let pause = PACE.first;
let isGreeted = false;
let greetings: Promise<void> | null = null;
/** Whom the server's session on this tablet names. */
let whose: string | null = null;
/** How often that was said: an answer to an older question does not count. */
let times = 0;

export function begin(heard: Listener): void {
  listener = heard;
  onWake(wake);
}

/** There may be a network again. */
function wake(): void {
  pause = PACE.first;
  wakeFeed();
  if (!isGreeted || sessionLost.peek() || phase.peek() !== "desk") greet();
}

export function named(accountId: string | null): void {
  whose = accountId;
  times += 1;
}

export function isNamed(accountId: string): boolean {
  return whose === accountId;
}

export function sessionOf(): string | null {
  return whose;
}

/** No answer, or one from something between that cannot reach the server either. */
export function isAway(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Problem && AWAY.has(error.status) && error.code === "unexpected");
}

/** Note whether the server was reached; since when it was not is known again after a reload. */
export function reached(is: boolean): void {
  if (is === (offlineSince.peek() === null)) return;
  offlineSince.value = is ? null : keptSince();
  try {
    if (offlineSince.value === null) localStorage.removeItem(OFFLINE);
    else localStorage.setItem(OFFLINE, String(offlineSince.value));
  } catch {
    // Then a reload begins to count anew.
  }
}

function keptSince(): number {
  try {
    const since = Number(localStorage.getItem(OFFLINE));
    if (since > 0 && since <= Date.now()) return since;
  } catch {
    // A browser that keeps nothing.
  }
  return Date.now();
}

/** Ask who and where this tablet is, and again until the server answers. */
export function greet(): void {
  if (greetings !== null) return;
  clearTimeout(timer);
  greetings = askWho().finally(() => (greetings = null));
}

async function askWho(): Promise<void> {
  try {
    const before = times;
    const found = await call<TabletGreeting>("GET", "/api/v1/tablet/greeting");
    // Somebody logged in or out meanwhile: the server may have answered of the moment before.
    if (times !== before) return await askWho();
    greeting.value = found;
    named(found.guard?.id ?? null);
    reached(true);
    await listener?.greeted(found);
    isGreeted = true;
    pause = PACE.first;
  } catch (error) {
    if (error instanceof Problem && error.code === "device_revoked") return listener?.revoked();
    // The browser lost the cookie, or the server its book: what is unsent stays.
    if (error instanceof Problem && error.code === "device_unknown") return void (phase.value = "pairing");
    if (isAway(error)) reached(false);
    if (phase.peek() === "starting") phase.value = "unreachable";
    timer = setTimeout(greet, jittered(pause, PACE));
    pause = Math.min(pause * 2, PACE.longest);
  }
}

/** Somebody works: hear what happens, and send what waits. */
export function connect(): void {
  startFeed({ catchUp: refresh });
  listener?.resumed();
}

export function disconnect(): void {
  stopFeed();
}

/** All anew, where the server has a session of this tablet's. */
export async function refreshAll(): Promise<void> {
  listener?.told(await call<Snapshot>("GET", "/api/v1/tablet/snapshot"));
  sessionLost.value = false;
  connect();
}

/** Nobody is logged in there: the desk goes on, and whoever works is asked for the PIN when it suits them. */
export function loseSession(): void {
  if (phase.peek() !== "desk" || sessionLost.peek()) return;
  named(null);
  sessionLost.value = true;
  stopFeed();
  greet();
}

let refreshing: Promise<boolean> | null = null;
let refreshAgain = false;

/** Fetch what changed; many calls at once become two at most. False where the server was not reached. */
export function refresh(): Promise<boolean> {
  refreshAgain = refreshing !== null;
  refreshing ??= changes().finally(() => {
    refreshing = null;
    if (refreshAgain) void refresh();
  });
  return refreshing;
}

async function changes(): Promise<boolean> {
  try {
    const found = await call<Changes>("GET", `/api/v1/tablet/changes?after=${sequence.peek()}`);
    if (!takeChanges(found)) listener?.told(await call<Snapshot>("GET", "/api/v1/tablet/snapshot"));
    reached(true);
    return true;
  } catch (error) {
    if (isAway(error)) reached(false);
    else if (error instanceof Problem && error.status === 401) loseSession();
    return !isAway(error);
  }
}
