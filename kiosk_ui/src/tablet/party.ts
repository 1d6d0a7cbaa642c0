// A declared group at the gate: each person a reading, one act for all who are clear.
import { decide, type Decision } from "../rules/screening";
import { act } from "./acts";
import { hour, now } from "./clock";
import * as drafts from "./drafts";
import type { Draft } from "./drafts";
import { kept, lineAfter } from "./gate";
import type { Ending } from "./outbox/outbox";
import { freeBadges, type ShownVisit, snapshot, visits } from "./store";
import { t } from "./texts";
import type { Body, TabletVisit } from "./types";

export interface Member {
  readonly visit: ShownVisit;
  readonly draft: Draft;
  readonly decision: Decision;
  /** The badge that this person gets if admitted. */
  readonly badge: string | null;
}

/** Give each of a group a draft of their own, and leave what is there. */
export function openParty(passId: string): void {
  const shown = drafts.currentKey.value;
  for (const visit of visitsOf(passId)) drafts.open({ from: "visit", id: visit.id }, visit.kind);
  drafts.currentKey.value = shown;
}

export function visitsOf(passId: string): ShownVisit[] {
  return [...visits.value.values()]
    .filter((visit) => visit.pass_id === passId && (visit.state === "waiting" || visit.state === "resting"))
    .sort(
      (one, other) =>
        Number(one.companion_of !== null) - Number(other.companion_of !== null) || (one.id < other.id ? -1 : 1),
    );
}

export function membersOf(passId: string, at: number): Member[] {
  const policy = snapshot.value?.policy;
  if (!policy) return [];
  const free = freeBadges(60);
  return visitsOf(passId).flatMap((visit) => {
    const draft = drafts.drafts.value.get(drafts.keyOf({ from: "visit", id: visit.id }));
    if (draft === undefined) return [];
    const decision = decide(drafts.inputOf(draft), policy, at);
    const wanted = policy.kinds[draft.kind].badge && decision.kind === "admit";
    return [
      { visit, draft, decision, badge: wanted ? (draft.badge ?? visit.badge_number ?? free.shift() ?? null) : null },
    ];
  });
}

/** Those who are clear: they are admitted now, the others are handled one by one, with what was entered. */
export function ready(members: readonly Member[]): Member[] {
  return members.filter(({ decision }) => decision.kind === "admit" && decision.missing.length === 0);
}

/** How many the pass was declared for, those who are inside already included. */
export function declaredCount(passId: string): number {
  return [...visits.value.values()].filter((visit) => visit.pass_id === passId && visit.state !== "voided").length;
}

/** One tap for all: mask and sanitiser were looked at. */
export function tickAll(members: readonly Member[]): void {
  for (const { draft } of members) drafts.change(draft.key, { mask: true, sanitiser: true });
}

export async function admitParty(
  passId: string,
  members: readonly Member[],
  count: number,
  why: string,
): Promise<Ending> {
  const going = ready(members);
  const body: Body = {
    kind: "admit_party",
    pass_id: passId,
    members: going.map(({ visit, draft, badge }) => ({
      visit_id: visit.id,
      readings: kept(draft.reading),
      mask: draft.mask,
      sanitiser: draft.sanitiser,
      ...(badge === null ? {} : { badge_number: badge }),
    })),
    counted: count,
    count_reason: why,
  };
  const rows: TabletVisit[] = going.map(({ visit, draft, decision, badge }) =>
    lineAfter({ ...draft, badge }, decision, decision.kind, visit.id),
  );
  const values = { count: going.length, aside: members.length - going.length, time: hour(now()) };
  const text = t(values.aside > 0 ? "guard.did.party_some" : "guard.did.party", values);
  const before = going.map(({ visit }) => visit);
  for (const { draft } of going) drafts.close(draft.key);
  const ending = await act({ body, rows, before, text });
  // Refused: what was entered for each is there again.
  if (ending.how === "refused") for (const { draft } of going) drafts.put(draft);
  return ending;
}
