// What a guard has entered for somebody and not yet decided. It lives until the decision, whatever else is opened.
import { computed, signal } from "@preact/signals";
import {
  BLANK_INPUT,
  decide,
  type Decision,
  type DecisionKind,
  type Kind,
  type ScreeningInput,
} from "../rules/screening";
import { screenAnswers, type Answers, type Outcome } from "../rules/answers";
import { parseTemperature, type NotMeasured, type Reading } from "../rules/temperature";
import { now, seenNow } from "./clock";
import { nextBadge, type ShownVisit, snapshot, visits } from "./store";
import type { Statement } from "./pass";
import type { TabletEmployee, TabletSeen, Values } from "./types";

export type Source =
  | { readonly from: "visit"; readonly id: string }
  | { readonly from: "employee"; readonly id: string }
  | { readonly from: "seen"; readonly id: string }
  | { readonly from: "new"; readonly id: string }
  | PassSource;

/**
 * Declared, but this tablet has no line of it: known by the pass's signed statement, or (null) by its digits alone.
 * `id` is the digits; `position` tells apart who comes by one pass, 0 the declarant.
 */
interface PassSource {
  readonly from: "pass";
  readonly id: string;
  readonly position: number;
  readonly statement: Statement | null;
}

/** Names of what may be typed; those of app/screening's least record, and the papers. */
export type FieldName =
  | "full_name"
  | "birth_year"
  | "sex"
  | "phone"
  | "identity_type"
  | "identity_number"
  | "organisation"
  | "address"
  | "unit"
  | "host"
  | "purpose"
  | "plate"
  | "people_count"
  | "on_word_of"
  | "vouched_by";
export type Fields = Readonly<Partial<Record<FieldName, string>>>;

export interface Override {
  readonly decision: DecisionKind;
  readonly reason: string;
  readonly approved_by: string;
}

/** Why what was entered came back, and the refused command in the outbox whose place the next one takes. */
export interface Refusal {
  readonly code: string;
  readonly values: Values;
  readonly item: string;
  /** Where it is put right later: when it happened, as the refused command says it. */
  readonly happened?: Values;
}

export interface Draft {
  readonly key: string;
  readonly source: Source;
  readonly kind: Kind;
  /** Typed over what is known. */
  readonly fields: Fields;
  readonly digits: string;
  readonly reading: Reading | null;
  readonly mask: boolean;
  readonly sanitiser: boolean;
  /** Chosen by hand; otherwise the next free one. */
  readonly badge: string | null;
  readonly hostCall: "agreed" | "no_answer" | "declined" | null;
  readonly answers: Answers | null;
  readonly refusal: Refusal | null;
  /** Filled from a citizen card's code, which is no proof of anything. */
  readonly fromCard?: true;
}

export const drafts = signal<ReadonlyMap<string, Draft>>(new Map());
export const currentKey = signal<string | null>(null);
export const current = computed(() => drafts.value.get(currentKey.value ?? "") ?? null);

export function keyOf(source: Source): string {
  const place = source.from === "pass" && source.position > 0 ? `.${source.position}` : "";
  return `${source.from}:${source.id}${place}`;
}

/** Open somebody's sheet; what was entered before is still there. */
export function open(source: Source, kind: Kind = "visitor"): void {
  const key = keyOf(source);
  if (!drafts.value.has(key)) put(blank(source, key, kind));
  currentKey.value = key;
}

export function close(key: string): void {
  const kept = new Map(drafts.value);
  kept.delete(key);
  drafts.value = kept;
  if (currentKey.value === key) currentKey.value = null;
}

export function put(draft: Draft): void {
  drafts.value = new Map(drafts.value).set(draft.key, draft);
}

export function change(key: string, by: Partial<Draft>): void {
  const draft = drafts.value.get(key);
  if (draft !== undefined) put({ ...draft, ...by });
}

function blank(source: Source, key: string, kind: Kind): Draft {
  const visit = source.from === "visit" ? visits.value.get(source.id) : undefined;
  const own =
    source.from === "employee" ? "employee" : (visit?.kind ?? seenOf(source)?.kind ?? stated(source)?.kind ?? kind);
  return {
    key,
    source,
    kind: own,
    fields: {},
    digits: "",
    reading: null,
    mask: visit?.mask ?? false,
    sanitiser: visit?.sanitiser ?? false,
    badge: null,
    hostCall: visit?.host_call ?? null,
    answers: null,
    refusal: null,
  };
}

/** Whether somebody has entered anything; a sheet that was only looked at is nothing to keep. */
export function isBegun(draft: Draft): boolean {
  const visit = visitOf(draft.source);
  return (
    draft.digits !== "" ||
    draft.reading !== null ||
    draft.badge !== null ||
    draft.answers !== null ||
    draft.mask !== (visit?.mask ?? false) ||
    draft.sanitiser !== (visit?.sanitiser ?? false) ||
    draft.hostCall !== (visit?.host_call ?? null) ||
    Object.values(draft.fields).some((typed) => typed !== "")
  );
}

export function visitOf(source: Source): ShownVisit | undefined {
  return source.from === "visit" ? visits.value.get(source.id) : undefined;
}

export function employeeOf(source: Source): TabletEmployee | undefined {
  return source.from === "employee" ? snapshot.value?.employees.find((one) => one.id === source.id) : undefined;
}

export function seenOf(source: Source): TabletSeen | undefined {
  return source.from === "seen" ? snapshot.value?.seen.find((one) => one.visit_id === source.id) : undefined;
}

/** What a pass states by itself, where nothing else is known of it. */
export function stated(source: Source): Statement | undefined {
  return source.from === "pass" ? (source.statement ?? undefined) : undefined;
}

/** Whether the guard types who it is: nothing is known but, at most, a pass's digits. */
export function isUnknown(source: Source): boolean {
  return source.from === "new" || (source.from === "pass" && source.statement === null);
}

function statedFields(statement: Statement): Fields {
  // A long unit's name is cut short in a pass.
  const unit = statement.unit.replace(/…$/u, "");
  const found = snapshot.value?.units.find((one) => unit !== "" && one.name.startsWith(unit));
  return {
    full_name: statement.name,
    ...(found === undefined ? {} : { unit: found.id }),
    ...(statement.no_papers ? { identity_type: "none" } : {}),
  };
}

/** What is known of a draft's person, by field: declared, seen before, or in the directory. */
export function known(source: Source): Fields {
  const statement = stated(source);
  if (statement) return statedFields(statement);
  const visit = visitOf(source);
  const person = visit ?? seenOf(source) ?? employeeOf(source);
  if (person === undefined) return {};
  const found: Record<string, unknown> = {
    ...person,
    full_name: person.name,
    unit: person.unit_id,
    host: (person as Partial<ShownVisit>).host_name,
  };
  const names: readonly FieldName[] = [
    "full_name",
    "birth_year",
    "sex",
    "identity_type",
    "organisation",
    "address",
    "unit",
    "host",
    "purpose",
    "plate",
    "people_count",
    "on_word_of",
    "vouched_by",
  ];
  return Object.fromEntries(names.flatMap((name) => (found[name] ? [[name, String(found[name])]] : [])));
}

/** What the draft's person has in a field: as typed, else as known. */
export function valueOf(draft: Draft, name: FieldName): string {
  return draft.fields[name] ?? known(draft.source)[name] ?? "";
}

/** Digits of the keypad: three of them finish a reading. */
export function typeDigit(key: string, digit: string): void {
  const draft = drafts.value.get(key);
  if (draft === undefined) return;
  setDigits(key, draft.digits.length >= 3 ? digit : draft.digits + digit);
}

export function setDigits(key: string, digits: string): void {
  const tenths = digits.length === 3 ? parseTemperature(digits) : null;
  change(key, { digits, reading: tenths === null ? null : { tenths, reason: null, at: now() } });
}

export function notMeasured(key: string, reason: NotMeasured): void {
  change(key, { digits: "", reading: { tenths: null, reason, at: now() } });
}

/** Three digits that no thermometer shows. */
export function isOdd(draft: Draft): boolean {
  return draft.digits.length === 3 && draft.reading === null;
}

export function earlierReadings(draft: Draft): readonly Reading[] {
  const kept = visitOf(draft.source)?.readings ?? [];
  return kept
    .filter((reading) => !reading.leaving)
    .flatMap((reading): Reading[] => {
      const at = Date.parse(reading.at);
      if (reading.tenths !== null) return [{ tenths: reading.tenths, reason: null, at }];
      return reading.not_measured === null ? [] : [{ tenths: null, reason: reading.not_measured, at }];
    });
}

export function badgeOf(draft: Draft): string | null {
  const own = visitOf(draft.source)?.badge_number ?? null;
  if (!snapshot.value?.policy.kinds[draft.kind].badge) return draft.badge ?? own;
  return draft.badge ?? own ?? nextBadge.value;
}

export function outcomeOf(draft: Draft): Outcome | null {
  const questionnaire = snapshot.value?.questionnaire;
  if (draft.answers !== null && questionnaire) return screenAnswers(draft.answers, questionnaire);
  const statement = stated(draft.source);
  if (statement) {
    return { level: statement.outcome, codes: statement.outcome === "clear" ? [] : ["signed"], notes: [] };
  }
  const visit = visitOf(draft.source);
  if (!visit || visit.outcome === null) return null;
  const codes = visit.flags.filter((flag) => flag.code !== "note").map((flag) => flag.code);
  return { level: visit.outcome, codes, notes: [] };
}

const RECORD: readonly FieldName[] = [
  "full_name",
  "birth_year",
  "sex",
  "organisation",
  "unit",
  "host",
  "purpose",
  "plate",
  "people_count",
  "on_word_of",
];

/** What the rules look at: the same that the server will look at when the command comes. */
export function inputOf(draft: Draft): ScreeningInput {
  const readings = earlierReadings(draft);
  const identity = valueOf(draft, "identity_type");
  // What was declared was checked when it was sent; the pass does not repeat it.
  const declared = stated(draft.source) !== undefined;
  const hasNumber =
    declared || Boolean(visitOf(draft.source)?.identity_masked ?? seenOf(draft.source)?.identity_masked);
  return {
    ...BLANK_INPUT,
    kind: draft.kind,
    readings: draft.reading === null ? readings : [...readings, draft.reading],
    mask: draft.mask,
    sanitiser: draft.sanitiser,
    outcome: outcomeOf(draft),
    host_call: draft.hostCall,
    badge: badgeOf(draft) !== null,
    badges_free: nextBadge.value !== null,
    identity: identity === "none" ? "no_papers" : hasNumber || draft.fields.identity_number ? "given" : null,
    vouched: valueOf(draft, "vouched_by") !== "",
    phone: declared || Boolean(draft.fields.phone),
    filled: RECORD.filter((name) => declared || valueOf(draft, name).trim() !== ""),
  };
}

/** What the rules decide of the draft that is open, as the clock goes. */
export const decision = computed<Decision | null>(() => {
  const policy = snapshot.value?.policy;
  const draft = current.value;
  if (draft === null || !policy) return null;
  const found = decide(inputOf(draft), policy, seenNow());
  // To rest is decided already: what comes next is another reading.
  const rests = found.kind === "recheck" && draft.reading === null && visitOf(draft.source)?.state === "resting";
  return rests && found.missing.length === 0 ? { ...found, missing: ["temperature"] } : found;
});
