// What the desk shows: which tab, what is searched, which panel lies over the sheet, whether it is rush hour.
import { computed, signal } from "@preact/signals";
import { minuteOfDay, now, tick } from "./clock";
import * as drafts from "./drafts";
import { find, type Found } from "./find";
import type { Told } from "./passes";
import type { NoCard } from "./scan";
import { inside, resting, snapshot, visits, waiting } from "./store";
import { newId } from "./ids";
import type { Kind } from "../rules/screening";
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
  | { readonly shows: "scan" }
  | { readonly shows: "no_card"; readonly how: NoCard }
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
