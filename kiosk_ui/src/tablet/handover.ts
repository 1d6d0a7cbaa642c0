// The change of shift: what is handed over is counted, kept and sent like every other act, by whoever goes.
import { computed, signal } from "@preact/signals";
import { act } from "./acts";
import { hour, isoDay, minuteOfDay, now, offset, tick } from "./clock";
import { happenedAt } from "./outbox/items";
import type { Ending } from "./outbox/outbox";
import { badgesAway, type Unusual, unusualOf } from "./shift";
import { badges, greeting, inside, items, onDuty, resting, snapshot, unsent, visits, waiting } from "./store";
import { point, t } from "./texts";
import { formatTenths } from "../rules/temperature";
import type { TabletAccount, TabletHandover, Values } from "./types";

const MINUTE = 60_000;
const MOST_UNUSUAL = 50;
const MOST_BADGES = 200;
const LONGEST = 200;
const SEEN = "gatebook.tablet.handover";
/** A note of the day before yesterday is no news. */
const NEWS = 20 * 60 * MINUTE;

export const unusual = computed<readonly Unusual[]>(() => {
  const site = snapshot.value;
  if (site === null) return [];
  return unusualOf({
    visits: visits.value.values(),
    items: items.value,
    policy: site.policy,
    gateId: site.gate.id,
    since: Date.parse(site.shift_started_at),
  });
});

const day = computed(() => isoDay(tick.value - (tick.value % MINUTE)));
const midnight = computed(() => (day.value, now() - minuteOfDay(now()) * MINUTE));

export const away = computed(() =>
  badgesAway({
    badges: badges.value,
    visits: visits.value,
    items: items.value,
    gateId: snapshot.value?.gate.id ?? "",
    dayBegan: midnight.value,
  }),
);

export function unusualWord({ what, name, at, tenths }: Unusual): string {
  const values = { name, time: hour(at), reading: tenths === null ? "" : formatTenths(tenths, point()) };
  return t(WORDS[what], values).slice(0, LONGEST);
}

const WORDS: Readonly<Record<Unusual["what"], string>> = {
  fever: "guard.handover.fever",
  referred: "guard.handover.referred",
  refused: "guard.handover.refused",
  overridden: "guard.handover.overridden",
  discrepancy: "guard.handover.discrepancy",
  tray: "guard.handover.tray",
};

/** Who may take over from a guard. */
export function takers(from: TabletAccount): readonly TabletAccount[] {
  const guards = snapshot.value?.guards ?? greeting.value?.guards ?? [];
  return guards.filter((one) => one.id !== from.id);
}

/** What is told now; taken before the next guard's PIN, since it speaks of the shift that ends. */
export function summary(note: string, to: TabletAccount | null): TabletHandover {
  return {
    at: new Date(now()).toISOString(),
    from_name: onDuty.peek()?.name ?? "",
    to_name: to?.name ?? null,
    by_taker: false,
    note: note.trim(),
    open: {
      waiting: waiting.peek().length,
      resting: resting.peek().length,
      on_site: inside.peek().length,
      unsent: unsent.peek().length,
    },
    badges_missing: away.peek().map((badge) => badge.number).slice(0, MOST_BADGES),
    unusual: unusual.peek().map(unusualWord).slice(-MOST_UNUSUAL),
  };
}

/** Hand the shift over: `from` goes, `to` has proven to be here, or nobody takes over yet. */
export async function handOver(from: TabletAccount, to: TabletAccount | null, told: TabletHandover): Promise<Ending> {
  const text =
    to === null
      ? t("guard.did.shift_ended", { from: from.name, time: hour(told.at) })
      : t("guard.did.handed_over", { from: from.name, to: to.name, time: hour(told.at) });
  return keep(told, { account_id: from.id, ...(to === null ? {} : { to_account_id: to.id }) }, text);
}

/** `from` has gone without a handover: `to`, who works by now, says what was open. */
export async function relieve(from: TabletAccount, to: TabletAccount, told: TabletHandover): Promise<Ending> {
  const text = t("guard.did.relieved", { from: from.name, to: to.name, time: hour(told.at) });
  const named = { ...told, to_name: to.name, by_taker: true };
  return keep(named, { account_id: to.id, from_account_id: from.id }, text);
}

function keep(told: TabletHandover, who: Values, text: string): Promise<Ending> {
  const { note, open, badges_missing, unusual: lines } = told;
  const device_time = new Date().toISOString();
  own.value = { ...told, at: new Date(Date.parse(device_time) + offset.peek()).toISOString() };
  return act({
    body: { kind: "hand_over", ...who, device_time, note, open, badges_missing, unusual: lines },
    rows: [],
    before: [],
    text,
    undoable: false,
  });
}

/** Made on this tablet: the snapshot of the same moment does not know of it yet. */
const own = signal<TabletHandover | null>(null);

/** Made here, not sent yet, and from before this page was loaded. */
const kept = computed<TabletHandover | null>(() => {
  const item = [...unsent.value].reverse().find(({ command }) => command.kind === "hand_over");
  if (item === undefined) return null;
  const named = (id: unknown): string | null => snapshot.value?.guards.find((one) => one.id === id)?.name ?? null;
  const { account_id, from_account_id, to_account_id, ...rest } = item.command;
  const { note, open, badges_missing, unusual } = rest;
  const by_taker = from_account_id !== undefined;
  const [from, to] = by_taker ? [from_account_id, account_id] : [account_id, to_account_id];
  const told = { at: new Date(happenedAt(item)).toISOString(), from_name: named(from) ?? "", to_name: named(to), by_taker };
  return { ...told, note, open, badges_missing, unusual } as TabletHandover;
});

const seen = signal(readSeen());

/** The last handover at this gate, until somebody has read it. */
export const news = computed(() => {
  const all = [snapshot.value?.last_handover, own.value, kept.value].filter((one) => one != null);
  const [last = null] = all.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  if (last === null || isSeen(last.at) || tick.value - Date.parse(last.at) > NEWS) return null;
  return last;
});

/** The server writes the command's moment in its own way, and means the same millisecond. */
function isSeen(at: string): boolean {
  return seen.value !== null && Date.parse(at) === Date.parse(seen.value);
}

export function noteSeen(told: TabletHandover): void {
  seen.value = told.at;
  try {
    localStorage.setItem(SEEN, told.at);
  } catch {
    // Then it is shown again after the page is loaded again.
  }
}

function readSeen(): string | null {
  try {
    return localStorage.getItem(SEEN);
  } catch {
    return null;
  }
}
