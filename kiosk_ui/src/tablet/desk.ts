// What the desk shows: which tab, what is searched, which panel lies over the sheet, whether it is rush hour.
import { computed, signal } from "@preact/signals";
import { type CardFields, type CardReading, readCard } from "./card";
import { isoDay, minuteOfDay, now, seenNow, tick } from "./clock";
import * as drafts from "./drafts";
import { find, type Found, isWholePass, theOne } from "./find";
import { type PassReading, readPass, type Statement } from "./pass";
import { type Told, worthOf } from "./passes";
import { inside, resting, snapshot, visits, waiting } from "./store";
import { t } from "./texts";
import { newId } from "./ids";
import type { Kind } from "../rules/screening";
import { fold } from "../rules/text";
import type { TabletVisit } from "./types";
import { usualNow } from "./usual";

export type Tab = "waiting" | "resting" | "inside";
/** A panel over sheet and keypad. */
export type Slip =
  | { readonly shows: "kinds" }
  | { readonly shows: "not_measured" }
  | { readonly shows: "send" }
  | { readonly shows: "override" }
  | { readonly shows: "declare" }
  | { readonly shows: "badge" }
  | { readonly shows: "party"; readonly passId: string }
  | { readonly shows: "pass"; readonly told: Told }
  | { readonly shows: "tray" }
  | { readonly shows: "shift" }
  | { readonly shows: "menu" }
  | { readonly shows: "settings" }
  | { readonly shows: "unknown"; readonly typed: string }
  | { readonly shows: "handover" }
  | { readonly shows: "correct"; readonly visitId: string }
  | { readonly shows: "strike"; readonly visitId: string }
  | { readonly shows: "note"; readonly visitId: string };

export const tab = signal<Tab>("waiting");
export const typed = signal("");
export const slip = signal<Slip | null>(null);
/** Whom the sheet shows while nothing is to be decided: somebody inside, who may leave. */
export const leavingId = signal<string | null>(null);
export const rush = signal(false);
/** Those who stepped aside in a rush: their drafts wait here. */
export const aside = signal<readonly string[]>([]);
/** Said once to everybody, screen readers too. */
export const said = signal("");

export const leaving = computed(() => visits.value.get(leavingId.value ?? "") ?? null);

const lines = computed(() => [...visits.value.values()]);

export const found = computed<readonly Found[]>(() => {
  const site = snapshot.value;
  if (site === null || typed.value.trim() === "") return [];
  return find(typed.value, { visits: lines.value, employees: site.employees, seen: site.seen });
});

const present = computed(
  () => new Set([...inside.value, ...resting.value].flatMap((visit) => visit.employee_id ?? [])),
);
const minute = computed(() => minuteOfDay(tick.value - (tick.value % 60_000)));
export const usual = computed(() => usualNow(snapshot.value?.employees ?? [], present.value, minute.value));

export const steppedAside = computed(() => aside.value.flatMap((key) => drafts.drafts.value.get(key) ?? []));

/** States in which somebody may be decided about. */
export const DECIDABLE: ReadonlySet<string> = new Set(["expected", "waiting", "resting", "referred"]);

/** Begun and left, whoever comes next: kept until somebody goes on or throws them away. */
export const halfTyped = computed(() =>
  [...drafts.drafts.value.values()].filter((draft) => {
    if (draft.key === drafts.currentKey.value || aside.value.includes(draft.key) || !drafts.isBegun(draft)) return false;
    const visit = drafts.visitOf(draft.source);
    return draft.source.from !== "visit" || (visit !== undefined && DECIDABLE.has(visit.state));
  }),
);

/** A draft that was just thrown away, and when (milliseconds since 1970): it may be taken back for a while. */
export const thrownAway = signal<{ readonly draft: drafts.Draft; readonly at: number } | null>(null);

export function throwAway(draft: drafts.Draft): void {
  closeSheet();
  drafts.close(draft.key);
  thrownAway.value = { draft, at: now() };
}

export function takeBack(): void {
  const thrown = thrownAway.value;
  if (thrown === null) return;
  thrownAway.value = null;
  drafts.put(thrown.draft);
  openDraft(thrown.draft.key);
}

export const partyOf = computed(() => {
  const found = new Map<string, TabletVisit[]>();
  for (const visit of [...waiting.value, ...resting.value]) {
    if (visit.pass_id !== null) found.set(visit.pass_id, [...(found.get(visit.pass_id) ?? []), visit]);
  }
  return found;
});

/** Open whoever was tapped: to be decided about, or to leave. */
export function openVisit(visit: TabletVisit): void {
  clearSearch();
  slip.value = null;
  if (visit.state === "on_site" || visit.state === "left") {
    drafts.currentKey.value = null;
    leavingId.value = visit.id;
    return;
  }
  leavingId.value = null;
  const party = visit.pass_id === null ? [] : (partyOf.value.get(visit.pass_id) ?? []);
  if (visit.state === "waiting" && party.filter((one) => one.state === "waiting").length > 1 && visit.pass_id) {
    slip.value = { shows: "party", passId: visit.pass_id };
  }
  drafts.open({ from: "visit", id: visit.id }, visit.kind);
}

export function openEmployee(id: string): void {
  const here = [...inside.value, ...resting.value].find((visit) => visit.employee_id === id);
  if (here !== undefined) return openVisit(here);
  clearSearch();
  slip.value = null;
  leavingId.value = null;
  drafts.open({ from: "employee", id }, "employee");
}

export function openFound(one: Found): void {
  if (one.what === "visit") return openVisit(one.visit);
  if (one.what === "employee") return openEmployee(one.employee.id);
  clearSearch();
  slip.value = null;
  leavingId.value = null;
  drafts.open({ from: "seen", id: one.seen.visit_id }, one.seen.kind);
}

export function openDraft(key: string): void {
  clearSearch();
  slip.value = null;
  leavingId.value = null;
  drafts.currentKey.value = key;
}

/** Begin somebody whom nobody knows; the kind says what is asked, `name` what was searched for. */
export function openNew(kind: Kind, name = ""): void {
  drafts.open({ from: "new", id: newId() }, kind);
  const key = drafts.currentKey.value ?? "";
  if (name !== "") drafts.change(key, { fields: { full_name: name } });
  openDraft(key);
}

/** The queue goes on; what was entered waits with those who are measured again. */
export function stepAside(key: string): void {
  aside.value = [...aside.value.filter((one) => one !== key), key];
  closeSheet();
}

/** Enter in the search field, or the end of a scan. */
export function enterTyped(text: string): void {
  const site = snapshot.value;
  const pass = site && readPass(text, { siteId: site.site_id, passKey: site.pass_key }, seenNow());
  if (pass && pass.how !== "digits_only" && pass.how !== "not_a_pass") return enterPass(pass);
  if (enterCard(readCard(text, isoDay(now())), text.includes("|"))) return;
  typed.value = text;
  const one = theOne(found.value) ?? (found.value.length > 0 && !isWholePass(text) ? found.value[0] : null);
  if (one) openFound(one);
  else if (pass?.how === "digits_only" && found.value.length === 0) enterPass(pass);
  else if (text.trim() !== "") said.value = t("guard.find.nobody", { typed: text.trim() });
}

/** A citizen card fills a sheet; another code is told from it in words. False for what may be a name or digits. */
function enterCard(card: CardReading, hasBars: boolean): boolean {
  if (card.how === "unknown" || (card.how === "garbled" && !hasBars)) return false;
  clearSearch();
  if (card.how !== "card") {
    // What was scanned says nothing to anybody, and may be about a person.
    typed.value = t("guard.scan.code");
    said.value = t(`guard.scan.${card.how}`);
    return true;
  }
  const { full_name, birth_year, ...rest } = card.fields;
  const fits = waiting.value.filter(
    (visit) => fold(visit.name) === fold(full_name) && String(visit.birth_year ?? "") === birth_year,
  );
  const [one] = fits;
  if (one !== undefined && fits.length === 1) openVisit(one);
  else openRead({ full_name, birth_year, ...rest });
  return true;
}

/** Somebody new, as their card says; nothing of it is verified. */
function openRead(fields: CardFields): void {
  openNew("visitor");
  const key = drafts.currentKey.value ?? "";
  drafts.change(key, { fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")) });
  said.value = t("guard.scan.card", { name: fields.full_name });
}

/** A pass: whoever it stands for here, else what it states, else why it opens nothing. */
function enterPass(pass: PassReading): void {
  const worth = worthOf(pass);
  if (worth.then === "open") return openVisit(worth.visit);
  clearSearch();
  leavingId.value = null;
  if (worth.then === "tell") slip.value = { shows: "pass", told: worth.told };
  else openStated(worth.statement);
}

/** Somebody whom this tablet knows by the pass's statement alone. */
function openStated(statement: Statement): void {
  slip.value = null;
  drafts.open({ from: "pass", id: statement.digits, position: 0, statement }, statement.kind);
}

/** Somebody with a pass that could not be checked, or who comes along with its declarant: typed, the digits kept. */
export function openByDigits(digits: string, kind: Kind, position: number): void {
  drafts.open({ from: "pass", id: digits, position, statement: null }, kind);
  openDraft(drafts.currentKey.value ?? "");
}

export function clearSearch(): void {
  typed.value = "";
  said.value = "";
}

/** Somebody leaves whom this tablet does not know: what was typed may be their badge or name. */
export function openUnknown(): void {
  const text = typed.value.trim();
  clearSearch();
  closeSheet();
  slip.value = { shows: "unknown", typed: text };
}

/** Leave the sheet; what was entered is kept with the person, a sheet that was only looked at is gone. */
export function closeSheet(): void {
  const draft = drafts.current.value;
  if (draft !== null && !drafts.isBegun(draft) && draft.refusal === null) drafts.close(draft.key);
  drafts.currentKey.value = null;
  leavingId.value = null;
  slip.value = null;
}
