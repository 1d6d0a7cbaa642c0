// What waits to be sent: commands with their ids, in the order in which they were made.
import type { Body, TabletVisit, Values } from "../types";

/** How long the guard waits for an answer before going on. */
export const ASK_MILLISECONDS = 1500;

export interface Item {
  /** The command's id, a UUIDv7: the key by which the server knows it again. */
  readonly id: string;
  /** The device's own count, without gaps. */
  readonly sequence: number;
  /** Without `mode`: that is decided when it is sent. */
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
}

/** An item as it is made, before the outbox counts it. */
export type NewItem = Omit<Item, "sequence" | "status" | "code" | "values">;

export function isFact(item: Item, now: number): boolean {
  return now >= item.askUntil;
}

/** The command as it goes over the wire. */
export function sent(item: Item, mode: "ask" | "fact"): Values {
  return { ...item.command, mode, device_sequence: item.sequence };
}
