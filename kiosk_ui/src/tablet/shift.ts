// What a guard hands over: what is open, badges that did not come back, and what was unusual since the shift began.
import { isHigh, type Policy } from "../rules/screening";
import { happenedAt, type Item } from "./outbox/items";
import type { TabletBadge, TabletVisit } from "./types";

export type Oddness = "fever" | "referred" | "refused" | "overridden" | "discrepancy" | "tray";

/** One thing that the next guard should know; `tenths` of a fever's highest reading. */
export interface Unusual {
  readonly what: Oddness;
  readonly name: string;
  readonly at: number;
  readonly tenths: number | null;
}

export interface Shift {
  readonly visits: Iterable<TabletVisit>;
  readonly items: readonly Item[];
  readonly policy: Policy;
  readonly gateId: string;
  /** When the shift began, in milliseconds since 1970. */
  readonly since: number;
}

const UNTOLD = new Set(["voided", "expired", "expected"]);

/** What happened at this gate since the shift began that is not every day's, in the order in which it happened. */
export function unusualOf({ visits, items, policy, gateId, since }: Shift): Unusual[] {
  const found: Unusual[] = [];
  for (const visit of visits) {
    if (visit.gate_in_id !== gateId || UNTOLD.has(visit.state)) continue;
    found.push(...ofLine(visit, policy, since));
  }
  for (const item of items) {
    if (item.status !== "refused") continue;
    const name = item.rows.map((row) => row.name).join(", ");
    found.push({ what: "tray", name, at: happenedAt(item), tenths: null });
  }
  return found.sort((one, other) => one.at - other.at);
}

function ofLine(visit: TabletVisit, policy: Policy, since: number): Unusual[] {
  const at = decidedAt(visit);
  const { name } = visit;
  const one = (what: Oddness, when: number, tenths: number | null = null): Unusual => ({ what, name, at: when, tenths });
  const highs = visit.readings.filter(
    (reading) => reading.tenths !== null && isHigh(reading.tenths, policy) && Date.parse(reading.at) >= since,
  );
  const highest = Math.max(...highs.map((reading) => reading.tenths ?? 0));
  const [first] = highs;
  return [
    ...(first ? [one("fever", Date.parse(first.at), highest)] : []),
    ...(visit.state === "referred" && at >= since ? [one("referred", at)] : []),
    ...(visit.state === "refused" && at >= since ? [one("refused", at)] : []),
    ...(visit.overridden && at >= since ? [one("overridden", at)] : []),
    ...(visit.discrepancies.length > 0 && at >= since ? [one("discrepancy", at)] : []),
  ];
}

/** When somebody last had to do with a line, as far as it tells. */
function decidedAt(visit: TabletVisit): number {
  const moments = [visit.left_at, visit.admitted_at, visit.occurred_at, ...visit.readings.map((reading) => reading.at)];
  return Math.max(...moments.flatMap((moment) => (moment === null ? [] : [Date.parse(moment)])));
}

/** A badge that somebody should have given back: whose, and since when it is away; "" and null where nobody knows. */
export interface Away {
  readonly number: string;
  readonly name: string;
  readonly since: number | null;
}

export interface Board {
  readonly badges: readonly TabletBadge[];
  readonly visits: ReadonlyMap<string, TabletVisit>;
  readonly items: readonly Item[];
  readonly gateId: string;
  /** The site's midnight: who came in before that should not have the badge any more. */
  readonly dayBegan: number;
}

/** The badges of this gate that did not come back: known to be missing, or with somebody of another day. */
export function badgesAway({ badges, visits, items, gateId, dayBegan }: Board): Away[] {
  const found = new Map<string, Away>();
  const add = (number: string, visit: TabletVisit | undefined): void => {
    const since = visit?.left_at ?? visit?.admitted_at ?? null;
    found.set(number, { number, name: visit?.name ?? "", since: since === null ? null : Date.parse(since) });
  };
  const last = new Map<string, TabletVisit>();
  for (const visit of visits.values()) {
    if (visit.badge_number !== null && visit.state === "left") last.set(visit.badge_number, visit);
  }
  for (const badge of badges) {
    if (badge.gate_id !== gateId) continue;
    const visit = visits.get(badge.visit_id ?? "") ?? (badge.state === "missing" ? last.get(badge.number) : undefined);
    const stale = badge.state === "out" && visit !== undefined && isStale(visit, dayBegan);
    if (badge.state === "missing" || stale) add(badge.number, visit);
  }
  // Said on this tablet and not yet known to the server.
  for (const { command, rows } of items) {
    const [row] = rows;
    if (command.kind === "check_out" && command["badge_returned"] === false && row?.badge_number) {
      add(row.badge_number, row);
    }
  }
  return [...found.values()].sort((one, other) => one.number.localeCompare(other.number, "en", { numeric: true }));
}

function isStale(visit: TabletVisit, dayBegan: number): boolean {
  return visit.state !== "on_site" || Date.parse(visit.admitted_at ?? visit.occurred_at) < dayBegan;
}
