// What a guard does, as commands. One path for every act: written to the outbox, painted, sent; green with the answer.
import { signal } from "@preact/signals";
import { newId } from "./ids";
import { now, offset } from "./clock";
import * as drafts from "./drafts";
import type { Draft, Refusal } from "./drafts";
import { Outdated } from "./outbox/disk";
import type { Ending, Outbox } from "./outbox/outbox";
import { onDuty, snapshot } from "./store";
import { cueOf, give } from "./sound";
import { t } from "./texts";
import type { Body, TabletVisit, Values } from "./types";

export const UNDO_MILLISECONDS = 10_000;

/** The last act, as the bar below shows it. */
export interface Act {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  readonly how: "pending" | "recorded" | "later" | "refused";
  readonly undoable: boolean;
  /** The lines before the act, by the id that they have now; a new line's are struck through. */
  readonly before: readonly TabletVisit[];
  readonly draft: Draft | null;
  readonly refusal: { readonly code: string; readonly values: Values } | null;
}

export const lastAct = signal<Act | null>(null);
/** Called where the server's rules are newer than ours, or somebody else was quicker. */
export const onStale = { call: (): void => undefined };

let outbox: Outbox | null = null;

export function useOutbox(opened: Outbox): void {
  outbox = opened;
  opened.listen((item, ending) => tell(item.id, ending));
}

export interface Deed {
  readonly body: Body;
  /** The lines as they are after the act. */
  readonly rows: readonly TabletVisit[];
  readonly before: readonly TabletVisit[];
  readonly text: string;
  readonly draft?: Draft;
  readonly undoable?: boolean;
  /** It has happened and nobody can be asked to stay: never refused, whatever the server finds. */
  readonly fact?: boolean;
  /** The refused command whose place this one takes, at once or not at all. */
  readonly instead?: Refusal | null;
}

/** Do something: it is on the tablet's disk, and painted, before anything is asked of the network. */
export async function act(deed: Deed, id: string = newId()): Promise<Ending> {
  if (outbox === null) throw new Error("the outbox is not open");
  const { command, visitOf } = addressed({ ...stamp(), ...deed.body, ...deed.instead?.happened });
  lastAct.value = {
    id,
    text: deed.text,
    at: now(),
    how: "pending",
    undoable: deed.undoable ?? true,
    before: deed.before,
    draft: deed.draft ?? null,
    refusal: null,
  };
  give(cueOf(deed.body.kind, deed.rows.map((row) => row.state)));
  let ending: Ending;
  try {
    const made = { id, command, rows: deed.rows, visitOf, draft: deed.draft ?? null };
    ending = await outbox.put(made, deed.instead?.item ?? null, deed.fact !== true);
  } catch (error) {
    // Nothing was recorded, and the guard has to know.
    ending = { how: "refused", code: lossCode(error), values: {} };
    tell(id, ending, deed.instead ?? null);
  }
  if (ending.how === "later") tell(id, ending);
  return ending;
}

/** Take back the last act: always sent, and what was entered is open again. */
export async function undoLast(): Promise<void> {
  const done = lastAct.value;
  if (done === null || !done.undoable) return;
  if (done.draft !== null) {
    drafts.put({ ...done.draft, refusal: null });
    drafts.currentKey.value = done.draft.key;
  }
  await act({
    body: { kind: "undo", undone_id: done.id },
    rows: done.before,
    before: [],
    text: t("guard.did.undone", { what: done.text }),
    undoable: false,
  });
}

/** Why the tablet could not keep a command. */
function lossCode(error: unknown): string {
  if (error instanceof Outdated) return "page_outdated";
  return error instanceof DOMException && error.name === "QuotaExceededError" ? "disk_full" : "unexpected";
}

/** `instead`: the refused command that is still in the tray, where its successor could not be kept. */
function tell(id: string, ending: Ending, instead: Refusal | null = null): void {
  const shown = lastAct.peek();
  if (ending.how === "refused") {
    // Later than that the guard has gone on: it waits in the tray.
    if (shown?.id === id && shown.how === "pending") {
      lastAct.value = {
        ...shown,
        how: "refused",
        undoable: false,
        refusal: { code: ending.code, values: ending.values },
      };
      give("stop");
      bringBack(shown.draft, instead ?? { item: id }, ending);
    }
    onStale.call();
    return;
  }
  if (shown?.id !== id) return;
  const before = ending.how === "recorded" ? renamed(shown, ending.values) : shown.before;
  lastAct.value = { ...shown, how: ending.how, before };
}

/** A refusal stops the guard: what was entered comes back, with what to do. */
function bringBack(
  draft: Draft | null,
  from: Pick<Refusal, "item" | "happened">,
  ending: Ending & { how: "refused" },
): void {
  if (draft === null) return;
  const next = ending.values["next"];
  const badge = ending.code === "badge_not_free" && typeof next === "string" ? next : draft.badge;
  drafts.put({ ...draft, badge, refusal: { ...from, code: ending.code, values: ending.values } });
  drafts.currentKey.value = draft.key;
}

/** A new line learns its real id with the answer. */
function renamed(shown: Act, values: Values): readonly TabletVisit[] {
  const id = values["visit_id"];
  const [only, ...others] = shown.before;
  if (only === undefined || others.length > 0 || typeof id !== "string") return shown.before;
  return [{ ...only, id }];
}

/** What every command says of its making. */
function stamp(): Values {
  return {
    device_time: new Date().toISOString(),
    device_offset_ms: offset.peek(),
    policy_version: snapshot.peek()?.policy_version,
    account_id: onDuty.peek()?.id,
  };
}

/** A line that the server has not named yet is named by the command that makes it. */
function addressed(command: Body): { command: Body; visitOf: string | null } {
  const id = command["visit_id"];
  if (typeof id !== "string" || !isNew(id)) return { command, visitOf: null };
  const { visit_id: unnamed, ...rest } = command;
  void unnamed;
  return { command: rest as Body, visitOf: id.slice(NEW.length) };
}

const NEW = "new:";

export function newLine(commandId: string): string {
  return NEW + commandId;
}

export function isNew(visitId: string): boolean {
  return visitId.startsWith(NEW);
}
