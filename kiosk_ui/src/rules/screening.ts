// The twin of the decision in app/screening/rules. Both run the cases in tests/cases/decide.json.
// Field names are those of the JSON documents that come from the server, so nothing is translated on the way.
import type { Level, Outcome, Texts } from "./answers";
import type { NotMeasured, Reading } from "./temperature";
import { clean, letters } from "./text";

export type Kind = "visitor" | "delivery" | "invited" | "citizen" | "emergency" | "employee";
export type DecisionKind = "admit" | "recheck" | "refer" | "refuse";
export type Need = "required" | "optional" | "none";
export type Tile = "required" | "advise" | "none";
export type Channel = "phone" | "stand" | "guard" | "paper";
export type HostCall = "agreed" | "no_answer" | "declined";

export interface KindRule {
  readonly declaration: Need;
  readonly temperature: Need;
  readonly mask: Tile;
  readonly sanitiser: Tile;
  readonly badge: boolean;
  readonly identity: Need;
  readonly phone: Need;
  readonly host_call: Need;
  readonly exit_temperature: boolean;
  readonly fields: readonly string[];
  readonly never_refuse_for_papers: boolean;
  readonly record_after: boolean;
}

/** One version, as `Policy.document()` writes it: whole, every default spelled out. */
export interface Policy {
  readonly kinds: Readonly<Record<Kind, KindRule>>;
  readonly threshold_tenths: number;
  readonly threshold_inclusive: boolean;
  readonly rest_minutes: number;
  readonly rest_enforced: boolean;
  readonly retry_minutes: number;
  readonly readings_max: number;
  readonly after_last_high: "refer" | "refuse";
  readonly after_last_not_measured: "admit" | "refer" | "refuse";
  readonly refer_label: "medical_room" | "health_station" | "go_home";
  readonly refer_text: Texts | null;
  readonly hotline: string;
  readonly not_measured: Readonly<Record<NotMeasured, DecisionKind>>;
  readonly answers: Readonly<Record<Exclude<Level, "clear">, DecisionKind>>;
  readonly host_call: Readonly<Record<Exclude<HostCall, "agreed">, DecisionKind>>;
  readonly mask_required: boolean | "advise";
  readonly sanitiser_required: boolean | "advise";
  readonly lookback_days: number;
  readonly seen_before_days: number;
  readonly quotas: {
    readonly site_max: number | null;
    readonly gate_max: number | null;
    readonly unit_max: Readonly<Record<string, number>>;
  };
  readonly overdue_at: string;
  readonly pass_valid_hours: number;
  readonly idle_lock_minutes: number;
  readonly order: { readonly number: string; readonly date: string | null };
}

export interface Reason {
  readonly code: string;
  readonly values: Readonly<Record<string, number | string>>;
}

/** `recheck_at` is milliseconds since 1970; `missing` says in order what must still be done. */
export interface Decision {
  readonly kind: DecisionKind;
  readonly reasons: readonly Reason[];
  readonly recheck_at: number | null;
  readonly missing: readonly string[];
}

export interface ScreeningInput {
  readonly kind: Kind;
  readonly readings: readonly Reading[];
  readonly mask: boolean;
  readonly sanitiser: boolean;
  readonly outcome: Outcome | null;
  readonly host_call: HostCall | null;
  readonly badge: boolean;
  readonly badges_free: boolean;
  readonly identity: "given" | "no_papers" | null;
  readonly vouched: boolean;
  readonly phone: boolean;
  readonly filled: readonly string[];
  readonly channel: Channel;
}

/** Nobody has done anything yet. */
export const BLANK_INPUT: Omit<ScreeningInput, "kind"> = {
  readings: [],
  mask: false,
  sanitiser: false,
  outcome: null,
  host_call: null,
  badge: false,
  badges_free: true,
  identity: null,
  vouched: false,
  phone: false,
  filled: [],
  channel: "guard",
};

export const RANK: Readonly<Record<DecisionKind, number>> = { admit: 0, recheck: 1, refer: 2, refuse: 3 };
const MINUTE = 60_000;

interface Finding {
  readonly kind: DecisionKind;
  readonly reason: Reason;
  readonly recheckAt?: number;
}

export function isHigh(tenths: number, policy: Policy): boolean {
  return tenths > policy.threshold_tenths || (policy.threshold_inclusive && tenths === policy.threshold_tenths);
}

/** Papers and phone are needed on the visitor's own form; a guard may declare for somebody who has neither. */
export function needs(need: Need, channel: Channel): boolean {
  return need === "required" && (channel === "phone" || channel === "stand");
}

/** The strictest of what every rule finds. While the newest number is at the limit it is never admit. */
export function decide(input: ScreeningInput, policy: Policy, now: number): Decision {
  const rule = policy.kinds[input.kind];
  const findings = [
    ...findTemperature(input.readings, policy, now),
    ...findAnswers(input.outcome, policy),
    ...findHostCall(input.host_call, policy, rule),
    ...findAdvice(input, rule),
  ].sort((a, b) => RANK[b.kind] - RANK[a.kind]);
  const kind = findings[0]?.kind ?? "admit";
  const times = findings.flatMap((finding) => finding.recheckAt ?? []);
  return {
    kind,
    reasons: findings.map((finding) => finding.reason),
    recheck_at: kind === "recheck" && times.length > 0 ? Math.max(...times) : null,
    missing: missing(input, rule, kind),
  };
}

function reason(code: string, values: Reason["values"] = {}): Reason {
  return { code, values };
}

function temperatures(tenths: number, policy: Policy): Reason["values"] {
  return { temperature_tenths: tenths, threshold_tenths: policy.threshold_tenths };
}

function findTemperature(readings: readonly Reading[], policy: Policy, now: number): Finding[] {
  const { counted, early } = count(readings, policy);
  const last = counted.at(-1);
  if (last === undefined) return [];
  if (last.tenths === null) return [findNotMeasured(counted, last.reason, last.at, policy, now)];
  if (!isHigh(last.tenths, policy)) return [];
  const again = trailingHighs(counted, policy);
  const values = temperatures(last.tenths, policy);
  if (again >= policy.readings_max) {
    const code = again > 1 ? "temperature_high_again" : "temperature_high";
    return [{ kind: policy.after_last_high, reason: reason(code, values) }];
  }
  const recheckAt = after(last.at, policy.rest_minutes, now);
  const found: Finding = { kind: "recheck", reason: reason("temperature_high", values), recheckAt };
  const tooEarly = reason("rest_not_over", { minutes: policy.rest_minutes });
  return early ? [found, { kind: "recheck", reason: tooEarly, recheckAt }] : [found];
}

/** The readings that count, and whether the newest was taken before the rest was over. */
function count(readings: readonly Reading[], policy: Policy): { counted: Reading[]; early: boolean } {
  const counted: Reading[] = [];
  let early = false;
  for (const reading of [...readings].sort((a, b) => a.at - b.at)) {
    const last = counted.at(-1);
    const restUntil =
      last && last.tenths !== null && isHigh(last.tenths, policy) ? last.at + policy.rest_minutes * MINUTE : -Infinity;
    early = policy.rest_enforced && reading.at < restUntil;
    if (!early) counted.push(reading);
  }
  return { counted, early };
}

/** The high numbers since the last normal one; what could not be measured counts for neither. */
function trailingHighs(counted: readonly Reading[], policy: Policy): number {
  const numbers = counted.flatMap((reading) => reading.tenths ?? []);
  const normal = numbers.map((tenths) => isHigh(tenths, policy)).lastIndexOf(false);
  return numbers.length - 1 - normal;
}

function findNotMeasured(
  counted: readonly Reading[],
  why: NotMeasured,
  at: number,
  policy: Policy,
  now: number,
): Finding {
  if (trailingHighs(counted, policy) > 0) {
    return { kind: policy.after_last_high, reason: reason("high_then_not_measured") };
  }
  const kind = policy.not_measured[why];
  const found = reason(`not_measured_${why}`);
  const tries = counted.filter((reading) => reading.tenths === null).length;
  if (kind !== "recheck") return { kind, reason: found };
  if (tries >= policy.readings_max) return { kind: policy.after_last_not_measured, reason: found };
  return { kind, reason: found, recheckAt: after(at, policy.retry_minutes, now) };
}

// A tablet whose clock runs ahead must not keep anybody waiting longer.
function after(at: number, minutes: number, now: number): number {
  return Math.min(at, now) + minutes * MINUTE;
}

function findAnswers(outcome: Outcome | null, policy: Policy): Finding[] {
  if (outcome === null || outcome.level === "clear") return [];
  const codes = outcome.codes.join(" ");
  return [{ kind: policy.answers[outcome.level], reason: reason(`answers_${outcome.level}`, { codes }) }];
}

function findHostCall(call: HostCall | null, policy: Policy, rule: KindRule): Finding[] {
  if (call === null || call === "agreed" || rule.host_call === "none") return [];
  return [{ kind: policy.host_call[call], reason: reason(`host_${call}`) }];
}

function findAdvice(input: ScreeningInput, rule: KindRule): Finding[] {
  return holding({
    record_after: rule.record_after,
    mask_advised: rule.mask === "advise" && !input.mask,
    sanitiser_advised: rule.sanitiser === "advise" && !input.sanitiser,
    no_badge_free: rule.badge && !input.badge && !input.badges_free,
    vouched: input.vouched,
  }).map((code) => ({ kind: "admit", reason: reason(code) }));
}

function missing(input: ScreeningInput, rule: KindRule, kind: DecisionKind): string[] {
  if (rule.record_after) return [];
  const unfilled = rule.fields.filter((name) => !input.filled.includes(name));
  // Whoever doesn't enter needs no badge and no host; the line needs a name.
  if (kind !== "admit") return unfilled.filter((name) => name === "full_name");
  const papersMatter = rule.identity !== "none" && !rule.never_refuse_for_papers && !input.vouched;
  const absent = holding({
    temperature: rule.temperature === "required" && input.readings.length === 0,
    mask: rule.mask === "required" && !input.mask,
    sanitiser: rule.sanitiser === "required" && !input.sanitiser,
    declaration: rule.declaration === "required" && input.outcome === null,
    host_call: rule.host_call === "required" && input.host_call === null,
    badge: rule.badge && !input.badge && input.badges_free,
    identity: papersMatter && input.identity === null && needs(rule.identity, input.channel),
    voucher: papersMatter && input.identity === "no_papers",
    phone: !rule.never_refuse_for_papers && !input.phone && needs(rule.phone, input.channel),
  });
  return [...absent, ...unfilled];
}

function holding(facts: Record<string, boolean>): string[] {
  return Object.keys(facts).filter((name) => facts[name]);
}

/** What a check-out needs and says; nobody is kept inside. `badgeOpen`: out, and neither back nor marked missing. */
export function screenExit(rule: KindRule, policy: Policy, reading: Reading | null, badgeOpen: boolean): Decision {
  const tenths = reading?.tenths ?? null;
  const high = tenths !== null && isHigh(tenths, policy);
  return {
    kind: "admit",
    reasons: high ? [reason("exit_temperature_high", temperatures(tenths, policy))] : [],
    recheck_at: null,
    missing: holding({ temperature: rule.exit_temperature && reading === null, badge_back: badgeOpen }),
  };
}

export interface Counts {
  readonly site: number;
  readonly gate: number;
  readonly unit: number;
}

/** A reason for each quota that `people` more would pass. */
export function checkLimits(counts: Counts, policy: Policy, unitId: string | null, people = 1): Reason[] {
  const limits: [string, number, number | null | undefined][] = [
    ["limit_site", counts.site, policy.quotas.site_max],
    ["limit_gate", counts.gate, policy.quotas.gate_max],
    ["limit_unit", counts.unit, policy.quotas.unit_max[unitId ?? ""]],
  ];
  return limits.flatMap(([code, count, max]) =>
    max !== null && max !== undefined && count + people > max ? [reason(code, { count, max })] : [],
  );
}

export type OverrideError = "override_same" | "override_reason_missing" | "override_not_permitted";

/** Null when another decision may stand instead: with a reason, and to be milder only by somebody who may. */
export function checkOverride(
  decision: Decision,
  wanted: DecisionKind,
  why: string,
  mayOverride: boolean,
): OverrideError | null {
  const length = letters(clean(why));
  if (wanted === decision.kind) return "override_same";
  if (length < 3 || length > 300) return "override_reason_missing";
  return RANK[wanted] < RANK[decision.kind] && !mayOverride ? "override_not_permitted" : null;
}

/** The version in force: of those that have begun and not ended, the one that began last. Times are milliseconds. */
export function policyInForce<V extends { readonly valid_from: number; readonly valid_until: number | null }>(
  versions: readonly V[],
  now: number,
): V | null {
  return versions
    .filter((version) => version.valid_from <= now && (version.valid_until === null || now < version.valid_until))
    .reduce<V | null>((found, version) => (found && found.valid_from > version.valid_from ? found : version), null);
}

/** A reason's values as its text takes them: `temperature_tenths: 381` becomes `temperature: "38,1"`. */
export function shownValues(found: Reason, point = ","): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(found.values).map(([name, value]) =>
      name.endsWith("_tenths") && typeof value === "number"
        ? [name.slice(0, -"_tenths".length), `${Math.floor(value / 10)}${point}${value % 10}`]
        : [name, value],
    ),
  );
}
