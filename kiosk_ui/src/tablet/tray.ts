// What can be done about a command that the server refused: put it right, hand it over, or say why it is discarded.
// Each of them is a command itself, and takes the refused one's place in the outbox.
import { act } from "./acts";
import { fileName, handOut, sealOutbox } from "./carry";
import { hour, isoDay, now } from "./clock";
import { openDraft } from "./desk";
import * as drafts from "./drafts";
import { madeAt } from "./ids";
import { happenedAt, type Item, UNREADABLE } from "./outbox/items";
import type { Ending } from "./outbox/outbox";
import { items, snapshot } from "./store";
import { t } from "./texts";
import type { Values } from "./types";

export type Remedy = "edit" | "insist" | "hand" | "discard";

/** The longest name that a command takes. */
export const MOST_LETTERS = 200;

/** What can be done about a refused item, the most useful first. */
export function remedies(item: Item): readonly Remedy[] {
  const edit: Remedy[] = item.draft === null ? [] : ["edit"];
  // What was refused as a fact is refused again.
  const insist: Remedy[] = item.askUntil === 0 || item.code === UNREADABLE ? [] : ["insist"];
  return [...edit, ...insist, "hand", "discard"];
}

export function namesOf(item: Item): string {
  return item.rows
    .map((row) => row.name)
    .join(", ")
    .slice(0, MOST_LETTERS);
}

/** Open the sheet with what was entered; what is then decided is a new command, at the old one's time. */
export function edit(item: Item): void {
  if (item.draft === null) return;
  const { device_time, device_offset_ms } = item.command;
  const happened = { device_time, device_offset_ms };
  const source = item.visitId === null ? item.draft.source : ({ from: "visit", id: item.visitId } as const);
  const key = drafts.keyOf(source);
  const refusal = { code: item.code ?? "", values: item.values, item: item.id, happened };
  drafts.put({ ...item.draft, source, key, refusal });
  openDraft(key);
}

/** Reception settles it: `name` says who or what it was about. */
export function handToReception(item: Item, name: string): Promise<Ending> {
  // By this device's clock, as every command's `device_time` is.
  const happened_at = item.command["device_time"] ?? new Date(madeAt(item.id)).toISOString();
  const body = { kind: "hand_to_reception", content: item.command, happened_at } as const;
  return follow(item, { ...about(item, name), ...body }, t("guard.did.handed", { name }));
}

/** It did not happen, or stands in the book already: the journal keeps why. */
export function discard(item: Item, reason: string): Promise<Ending> {
  const name = namesOf(item);
  const values = { name: name || hour(happenedAt(item)) };
  return follow(item, { ...about(item, name), kind: "discard_refused", reason }, t("guard.did.discarded", values));
}

/** Can the outbox be sealed for reception? The key comes with the first snapshot. */
export function canExport(): boolean {
  return Boolean(snapshot.value?.outbox_key);
}

/** All that is only on this tablet, as a file. It stays here too: sent later it is known again. */
export async function exportOutbox(): Promise<void> {
  const site = snapshot.peek();
  if (site === null) return;
  const origin = { site_id: site.site_id, device_id: site.device_id, made_at: new Date(now()).toISOString() };
  const envelope = sealOutbox(items.peek(), origin, site.outbox_key);
  await handOut(fileName(site.gate.name, isoDay(now())), envelope);
}

function about(item: Item, name: string): Values {
  return { refused_id: item.id, refused_kind: item.command.kind, code: item.code ?? "unexpected", name };
}

function follow(item: Item, body: Parameters<typeof act>[0]["body"], text: string): Promise<Ending> {
  const instead = { item: item.id, code: item.code ?? "", values: item.values };
  return act({ body, rows: [], before: [], text, undoable: false, instead });
}
