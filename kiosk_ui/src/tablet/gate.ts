// The acts at the gate: decide about somebody, admit a group, let out, correct, strike through, note.
import type { Decision, DecisionKind } from "../rules/screening";
import { act, lastAct, newLine } from "./acts";
import { hour, now } from "./clock";
import * as drafts from "./drafts";
import { type Draft, employeeOf, type FieldName, type Override, seenOf, valueOf, visitOf } from "./drafts";
import { newId } from "./ids";
import type { Ending } from "./outbox/outbox";
import { onDuty, snapshot } from "./store";
import { t } from "./texts";
import type { Body, KeptReading, State, TabletVisit, Values } from "./types";

const STATE_OF: Readonly<Record<DecisionKind, State>> = {
  admit: "on_site",
  recheck: "resting",
  refer: "referred",
  refuse: "refused",
};

/** Carry out what the rules decided, or what somebody decided otherwise. The sheet closes at once. */
export async function carryOut(draft: Draft, decision: Decision, override: Override | null = null): Promise<Ending> {
  const id = newId();
  const kind = override?.decision ?? decision.kind;
  const visit = visitOf(draft.source);
  const row = { ...lineAfter(draft, decision, kind, visit?.id ?? newLine(id)), overridden: override !== null };
  const before = visit ?? { ...row, state: "voided", badge_number: null, rest_until: null };
  const body = checkIn(draft, decision, kind, override);
  drafts.close(draft.key);
  return act({ body, rows: [row], before: [before], text: actWord(row), draft, instead: draft.refusal }, id);
}

/** What the bar below says of a line that somebody has just decided about. */
export function actWord(row: TabletVisit): string {
  const values = { name: row.name, time: hour(now()), badge: row.badge_number ?? "" };
  if (row.state === "on_site") return t(row.badge_number ? "guard.did.admit_badge" : "guard.did.admit", values);
  if (row.state === "resting") return t("guard.did.recheck", { ...values, time: hour(row.rest_until ?? now()) });
  return t(row.state === "referred" ? "guard.did.refer" : "guard.did.refuse", values);
}

export function kept(reading: drafts.Draft["reading"]): KeptReading[] {
  if (reading === null) return [];
  return [{ tenths: reading.tenths, not_measured: reading.reason, at: new Date(reading.at).toISOString() }];
}

function checkIn(draft: Draft, decision: Decision, kind: DecisionKind, override: Override | null): Body {
  const policy = snapshot.peek()?.policy.kinds[draft.kind];
  const tile = (need: string | undefined, on: boolean): boolean | undefined =>
    need === "none" && !on ? undefined : on;
  return pruned({
    kind: "check_in",
    visit_kind: draft.source.from === "visit" ? undefined : draft.kind,
    ...who(draft),
    unit_id: valueOf(draft, "unit"),
    host_name: valueOf(draft, "host"),
    host_call: draft.hostCall,
    purpose: valueOf(draft, "purpose"),
    plate: valueOf(draft, "plate").toUpperCase(),
    people_count: Number(valueOf(draft, "people_count")) || undefined,
    on_word_of: valueOf(draft, "on_word_of"),
    vouched_by: valueOf(draft, "vouched_by"),
    answers: draft.answers,
    readings: kept(draft.reading),
    mask: tile(policy?.mask, draft.mask),
    sanitiser: tile(policy?.sanitiser, draft.sanitiser),
    badge_number: kind === "admit" ? drafts.badgeOf(draft) : undefined,
    decision: decision.kind,
    override,
  });
}

function who(draft: Draft): Values {
  const { from, id } = draft.source;
  if (from === "visit") return { visit_id: id };
  if (from === "employee") return { employee_id: id };
  // Should the book not know the pass, the line has at least the name.
  if (draft.source.from === "pass") {
    return { pass_digits: id, pass_position: draft.source.position || undefined, person: person(draft) };
  }
  // Somebody seen before comes with phone and papers, which only the server knows; typed over, they are another.
  const typed = PERSON.some(([field]) => draft.fields[field] !== undefined);
  return from === "seen" && !typed ? { seen_visit_id: id } : { person: person(draft) };
}

const PERSON: readonly (readonly [FieldName, string])[] = [
  ["full_name", "name"],
  ["birth_year", "birth_year"],
  ["sex", "sex"],
  ["phone", "phone"],
  ["identity_type", "identity_type"],
  ["identity_number", "identity_number"],
  ["organisation", "organisation"],
  ["address", "address"],
];

function person(draft: Draft): Values {
  const found: Record<string, unknown> = {};
  for (const [field, name] of PERSON) found[name] = valueOf(draft, field).trim();
  // A line needs something to be called by.
  if (!found["name"]) found["name"] = nameless(draft);
  const year = Number(found["birth_year"]);
  found["birth_year"] = Number.isInteger(year) && year > 0 ? year : undefined;
  return pruned(found);
}

/** Without what is empty: the same content has the same form, and a default is never sent. */
function pruned<T extends Values>(values: T): T {
  const full = Object.entries(values).filter(
    ([, value]) =>
      value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(full) as T;
}

/** The line as it will be, painted until the server has answered. */
export function lineAfter(draft: Draft, decision: Decision, kind: DecisionKind, id: string): TabletVisit {
  const at = new Date(now()).toISOString();
  const person = visitOf(draft.source) ?? seenOf(draft.source) ?? employeeOf(draft.source);
  const made = visitOf(draft.source) ?? blankLine(id, at);
  const people = Number(valueOf(draft, "people_count"));
  return {
    ...made,
    state: STATE_OF[kind],
    kind: draft.kind,
    name: valueOf(draft, "full_name") || nameless(draft),
    birth_year: Number(valueOf(draft, "birth_year")) || null,
    organisation: valueOf(draft, "organisation"),
    unit_id: valueOf(draft, "unit") || null,
    host_name: valueOf(draft, "host"),
    purpose: valueOf(draft, "purpose"),
    plate: valueOf(draft, "plate"),
    people_count: people || null,
    identity_masked: person !== undefined && "identity_masked" in person ? person.identity_masked : null,
    employee_id: draft.source.from === "employee" ? draft.source.id : made.employee_id,
    pass_digits: draft.source.from === "pass" ? draft.source.id : made.pass_digits,
    badge_number: kind === "admit" ? drafts.badgeOf(draft) : made.badge_number,
    readings: [...made.readings, ...kept(draft.reading)],
    mask: draft.mask,
    sanitiser: draft.sanitiser,
    decision: kind,
    reasons: decision.reasons.map((reason) => ({ code: reason.code, ...reason.values })),
    rest_until: kind === "recheck" ? new Date(decision.recheck_at ?? now()).toISOString() : null,
    admitted_at: kind === "admit" ? at : made.admitted_at,
    account_id: onDuty.peek()?.id ?? made.account_id,
    device_id: snapshot.peek()?.device_id ?? null,
  };
}

/** What a delivery or a leader's car is called where nobody gave a name. */
function nameless(draft: Draft): string {
  const found = [valueOf(draft, "on_word_of"), valueOf(draft, "organisation"), valueOf(draft, "plate")].find(Boolean);
  return found ?? t(`rules.kind.${draft.kind}`);
}

function blankLine(id: string, at: string): TabletVisit {
  const site = snapshot.peek();
  return {
    id,
    state: "expected",
    kind: "visitor",
    number: null,
    name: "",
    birth_year: null,
    sex: null,
    identity_type: null,
    identity_masked: null,
    organisation: "",
    address: "",
    unit_id: null,
    host_name: "",
    host_call: null,
    purpose: "",
    plate: "",
    people_count: null,
    on_word_of: "",
    vouched_by: "",
    companion_of: null,
    pass_id: null,
    pass_digits: null,
    people: null,
    employee_id: null,
    gate_in_id: site?.gate.id ?? "",
    badge_number: null,
    readings: [],
    mask: null,
    sanitiser: null,
    outcome: null,
    flags: [],
    decision: null,
    reasons: [],
    declared_at: null,
    occurred_at: at,
    admitted_at: null,
    left_at: null,
    rest_until: null,
    account_id: onDuty.peek()?.id ?? "",
    device_id: site?.device_id ?? null,
    discrepancies: [],
    overridden: false,
    sequence: 0,
  };
}

/** Let somebody out; `badgeReturned` is null where there is no badge. */
export async function checkOut(
  visit: TabletVisit,
  badgeReturned: boolean | null,
  reading: drafts.Draft["reading"] = null,
): Promise<Ending> {
  const [left] = kept(reading);
  const body = pruned({ kind: "check_out", visit_id: visit.id, badge_returned: badgeReturned, reading: left } as Body);
  const row: TabletVisit = { ...visit, state: "left", left_at: new Date(now()).toISOString(), rest_until: null };
  const key = badgeReturned === false ? "guard.did.out_missing" : "guard.did.out";
  const text = t(key, { name: visit.name, time: hour(now()), badge: visit.badge_number ?? "" });
  return act({ body, rows: [row], before: [visit], text });
}

export async function correct(visit: TabletVisit, field: string, value: string, reason: string): Promise<Ending> {
  const body: Body = { kind: "correct_visit", visit_id: visit.id, field, value, reason };
  return act({
    body,
    rows: [visit],
    before: [],
    text: t("guard.did.corrected", { name: visit.name }),
    undoable: false,
  });
}

export async function strike(visit: TabletVisit, reason: string): Promise<Ending> {
  const body: Body = { kind: "void_visit", visit_id: visit.id, reason };
  const row: TabletVisit = { ...visit, state: "voided", badge_number: null, rest_until: null };
  return act({ body, rows: [row], before: [], text: t("guard.did.struck", { name: visit.name }), undoable: false });
}

export async function note(visit: TabletVisit, text: string): Promise<Ending> {
  const body: Body = { kind: "add_note", visit_id: visit.id, text };
  return act({ body, rows: [visit], before: [], text: t("guard.did.noted", { name: visit.name }), undoable: false });
}

/** Somebody leaves whom this tablet does not know: by badge or name, matched by the server now or when it is reached. */
export async function checkOutUnknown(badge: string, name: string): Promise<void> {
  const id = newId();
  const who = [name, badge && t("guard.row.badge", { badge })].filter(Boolean).join(", ");
  const values = { who, time: hour(now()) };
  const body = pruned({ kind: "check_out", badge_number: badge, name, badge_returned: badge ? true : undefined } as Body);
  const text = t("guard.did.unknown_out", values);
  const ending = await act({ body, rows: [], before: [], text, undoable: false, fact: true }, id);
  const shown = lastAct.peek();
  if (shown?.id !== id || ending.how !== "recorded") return;
  const found = ending.values["matched"] === false ? "guard.did.unknown_unmatched" : "guard.did.unknown_matched";
  lastAct.value = { ...shown, text: t(found, values) };
}
