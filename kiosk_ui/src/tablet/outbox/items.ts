// What waits to be sent: commands with their ids, in the order in which they were made.
import type { Draft } from "../drafts";
import { madeAt } from "../ids";
import type { Body, TabletVisit, Values } from "../types";

/** How long the guard waits for an answer before going on. */
export const ASK_MILLISECONDS = 1500;
/** The code of an item whose key is gone: it stays in the tray until somebody says what it was. */
export const UNREADABLE = "unreadable";

export interface Item {
  /** The command's id, a UUIDv7: the key by which the server knows it again. */
  readonly id: string;
  /** The device's own count, without gaps. */
  readonly sequence: number;
  /** Without `mode`: that is decided when it is sent. Of an unreadable item only its `kind` is known. */
  readonly command: Body;
  /** `ask` until then (milliseconds since 1970), `fact` afterwards. */
  readonly askUntil: number;
  readonly status: "unsent" | "refused";
  readonly code: string | null;
  readonly values: Values;
  /** The lines as they are shown until the answer comes. */
  readonly rows: readonly TabletVisit[];
  /** The item that makes the visit which this one is about; its answer names the visit. */
  readonly visitOf: string | null;
  /** The visit, once that answer has named it. */
  readonly visitId: string | null;
  /** What the guard had entered, should it have to be put right. */
  readonly draft: Draft | null;
}

/** An item as it is made, before the outbox counts it. */
export type NewItem = Pick<Item, "id" | "command" | "askUntil" | "rows" | "visitOf"> & { readonly draft?: Draft | null };

/** Nobody waits for the answer; or the clock was set back, and what somebody waited for is long past. */
export function isFact(item: Item, now: number): boolean {
  return now >= item.askUntil || item.askUntil - now > ASK_MILLISECONDS;
}

/** The command as it goes over the wire. */
export function sent(item: Item, mode: "ask" | "fact"): Values {
  const about = item.visitId === null ? {} : { visit_id: item.visitId };
  return { ...item.command, ...about, mode, device_sequence: item.sequence };
}

/** When it happened, in milliseconds since 1970 by the server's clock; of an unreadable item by its id. */
export function happenedAt(item: Pick<Item, "id" | "command">): number {
  const { device_time: at, device_offset_ms: offset } = item.command;
  return typeof at === "string" ? Date.parse(at) + Number(offset ?? 0) : madeAt(item.id);
}
