// What the tablet knows: the snapshot, the lines as the server last told them, and over them what is not sent yet.
import { computed, signal } from "@preact/signals";
import type { Item } from "./outbox/items";
import { zone } from "./clock";
import type { Changes, Snapshot, TabletAccount, TabletBadge, TabletGreeting, TabletVisit, Values } from "./types";

export type Phase = "starting" | "blocked" | "broken" | "unreachable" | "pairing" | "duty" | "desk";
export type Net = "online" | "sending" | "offline";

/** A line as it is shown; `pending` until the server's answer. */
export type ShownVisit = TabletVisit & { readonly pending?: true };

export const phase = signal<Phase>("starting");
export const greeting = signal<TabletGreeting | null>(null);
export const snapshot = signal<Snapshot | null>(null);
export const base = signal<ReadonlyMap<string, TabletVisit>>(new Map());
export const items = signal<readonly Item[]>([]);
export const sequence = signal(0);
export const badges = signal<readonly TabletBadge[]>([]);
/** Since when there is no network; null while there is one. */
export const offlineSince = signal<number | null>(null);
export const locked = signal(false);
/** Who works now; where a shift began without the server, it is not whom the server's session names. */
export const onDuty = signal<TabletAccount | null>(null);
/** Whether the browser allows what a page needs to start without a network, to encrypt, and to use the camera. */
export const secure = signal(globalThis.isSecureContext === true);
/** The session ended while somebody worked: they log in again and nothing is lost. */
export const sessionLost = signal(false);
/** The site took this tablet out of use, and what it kept was erased. */
export const erased = signal(false);
/** Why what the gate needs cannot be kept on the disk: the tablet goes on, but would not start without a server. */
export const trouble = signal<"full" | "closed" | null>(null);

export const unsent = computed(() => items.value.filter((item) => item.status === "unsent"));
export const refused = computed(() => items.value.filter((item) => item.status === "refused"));
export const net = computed<Net>(() => {
  if (offlineSince.value !== null) return "offline";
  // Without a session nothing is being sent, and the bar says what to do.
  return unsent.value.length > 0 && !sessionLost.value ? "sending" : "online";
});

/** Every line: what the server told, overlaid by what this tablet has not been answered about. */
export const visits = computed<ReadonlyMap<string, ShownVisit>>(() => {
  const shown = new Map<string, ShownVisit>(base.value);
  for (const item of unsent.value) for (const row of item.rows) shown.set(row.id, asPending(row));
  return shown;
});

const pending = new WeakMap<TabletVisit, ShownVisit>();

/** The same line each time, so that what was worked out of it is not worked out again. */
function asPending(row: TabletVisit): ShownVisit {
  let found = pending.get(row);
  if (found === undefined) pending.set(row, (found = { ...row, pending: true }));
  return found;
}

const all = computed(() => [...visits.value.values()]);
const oldest = (one: ShownVisit, other: ShownVisit): number =>
  arrived(one) - arrived(other) || (one.id < other.id ? -1 : 1);

export const waiting = computed(() => all.value.filter((visit) => visit.state === "waiting").sort(oldest));
/** Those who rest, the one whose rest ends first on top, then those for whom a doctor was called. */
export const resting = computed(() =>
  all.value
    .filter((visit) => visit.state === "resting" || visit.state === "referred")
    .sort((one, other) => until(one) - until(other) || oldest(one, other)),
);
/** Those inside, who came last on top. */
export const inside = computed(() =>
  all.value.filter((visit) => visit.state === "on_site").sort((one, other) => arrived(other) - arrived(one)),
);

/** When somebody came to where they are now: declared, or let in. */
export function arrived(visit: TabletVisit): number {
  let found = arrivals.get(visit);
  if (found === undefined) {
    found = Date.parse(visit.admitted_at ?? visit.declared_at ?? visit.occurred_at);
    arrivals.set(visit, found);
  }
  return found;
}

/** A sort asks for each moment many times. */
const arrivals = new WeakMap<TabletVisit, number>();

function until(visit: TabletVisit): number {
  return visit.rest_until === null ? Number.MAX_SAFE_INTEGER : Date.parse(visit.rest_until);
}

export function takeSnapshot(found: Snapshot): void {
  zone.value = found.zone;
  snapshot.value = found;
  sequence.value = found.sequence;
  badges.value = found.badges;
  base.value = new Map(found.visits.map((visit) => [visit.id, visit]));
}

/** Take in the rows that changed; false where the whole snapshot must be fetched. */
export function takeChanges(found: Changes): boolean {
  if (found.reload) return false;
  if (found.badges.length > 0) badges.value = found.badges;
  if (found.visits.length > 0) {
    const known = new Map(base.value);
    for (const visit of found.visits) {
      if ((known.get(visit.id)?.sequence ?? -1) <= visit.sequence) known.set(visit.id, visit);
    }
    base.value = known;
  }
  sequence.value = Math.max(sequence.value, found.sequence);
  return true;
}

/** The server recorded a command: its lines are no longer pending, and have the number that it gave. */
export function takeAnswer(item: Item, values: Values): void {
  const told = Array.isArray(values["people"]) ? (values["people"] as Values[]) : [values];
  const known = new Map(base.value);
  for (const [at, row] of item.rows.entries()) {
    const answer = told.find((one) => one["visit_id"] === row.id) ?? (item.rows.length === 1 ? told[at] : undefined);
    const id = answer?.["visit_id"];
    if (answer === undefined || typeof id !== "string") continue;
    const line = { ...row, ...toldOf(answer), id };
    if ((known.get(id)?.sequence ?? -1) <= line.sequence) known.set(id, line);
  }
  base.value = known;
}

function toldOf(answer: Values): Partial<TabletVisit> {
  const { state, number, decision, reasons, rest_until, badge_number, sequence: at } = answer;
  return { state, number, decision, reasons, rest_until, badge_number, sequence: at } as Partial<TabletVisit>;
}

/** The lowest free badge of this gate, as far as this tablet knows. */
export const nextBadge = computed(() => freeBadges(1)[0] ?? null);

/** The lowest free badges of this gate, `count` of them. */
export function freeBadges(count: number): string[] {
  const taken = new Set(inside.value.map((visit) => visit.badge_number));
  const gate = snapshot.value?.gate.id;
  return badges.value
    .filter((badge) => badge.gate_id === gate && badge.state === "free" && !taken.has(badge.number))
    .map((badge) => badge.number)
    .sort((one, other) => one.length - other.length || (one < other ? -1 : 1))
    .slice(0, count);
}

export function unitOf(id: string | null): Snapshot["units"][number] | undefined {
  return snapshot.value?.units.find((unit) => unit.id === id);
}
