// The outbox's place in IndexedDB. An item leaves only when the server has echoed its id, or a guard takes it out of
// the tray of those that were refused.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Values } from "../types";
import type { Item, NewItem } from "./items";

interface Schema extends DBSchema {
  outbox: { key: string; value: Item; indexes: { sequence: number } };
  counters: { key: string; value: number };
  leases: { key: string; value: { owner: string; until: number } };
}

const VERSION = 1;
// The disk has it before the guard sees it: a tablet may lose power at any moment.
const STRICT: IDBTransactionOptions = { durability: "strict" };

export class Box {
  private constructor(private readonly database: IDBPDatabase<Schema>) {}

  static async open(name = "gatebook"): Promise<Box> {
    const database = await openDB<Schema>(name, VERSION, {
      upgrade(fresh) {
        fresh.createObjectStore("outbox", { keyPath: "id" }).createIndex("sequence", "sequence");
        fresh.createObjectStore("counters");
        fresh.createObjectStore("leases");
      },
    });
    return new Box(database);
  }

  close(): void {
    this.database.close();
  }

  /** Keep a new item; it is on the disk when this returns. */
  async add(made: NewItem): Promise<Item> {
    const work = this.database.transaction(["outbox", "counters"], "readwrite", STRICT);
    const counters = work.objectStore("counters");
    const sequence = ((await counters.get("sequence")) ?? 0) + 1;
    const item: Item = { ...made, sequence, status: "unsent", code: null, values: {} };
    await Promise.all([counters.put(sequence, "sequence"), work.objectStore("outbox").add(item), work.done]);
    return item;
  }

  /** Everything that is kept, oldest first. */
  async all(): Promise<Item[]> {
    return this.database.getAllFromIndex("outbox", "sequence");
  }

  async unsent(): Promise<Item[]> {
    return (await this.all()).filter((item) => item.status === "unsent");
  }

  /** An item was recorded: it goes, and those that waited for its visit learn the visit's id. */
  async settle(id: string, visitId: string | null): Promise<void> {
    const work = this.database.transaction("outbox", "readwrite", STRICT);
    await work.store.delete(id);
    for (const item of await work.store.getAll()) {
      if (item.visitOf !== id || visitId === null) continue;
      await work.store.put({ ...item, visitOf: null, command: { ...item.command, visit_id: visitId } });
    }
    await work.done;
  }

  /** An item was refused: it stays, in the tray, with the reason. */
  async refuse(id: string, code: string, values: Values): Promise<void> {
    await this.change(id, (item) => ({ ...item, status: "refused", code, values }));
  }

  /** Send once more what was refused, now as a fact. */
  async insist(id: string): Promise<void> {
    await this.change(id, (item) => ({ ...item, status: "unsent", code: null, values: {}, askUntil: 0 }));
  }

  /** Nobody waits for this one's answer any more: from now on it is a fact. */
  async late(id: string): Promise<void> {
    await this.change(id, (item) => ({ ...item, askUntil: 0 }));
  }

  /** A guard takes a refused item out of the tray. */
  async drop(id: string): Promise<void> {
    await this.database.delete("outbox", id);
  }

  /** Take or keep a lease for some milliseconds; false while another owner has it. */
  async lease(name: string, owner: string, now: number, milliseconds: number): Promise<boolean> {
    const work = this.database.transaction("leases", "readwrite");
    const held = await work.store.get(name);
    const free = held === undefined || held.owner === owner || held.until <= now;
    if (free) await work.store.put({ owner, until: now + milliseconds }, name);
    await work.done;
    return free;
  }

  async release(name: string, owner: string): Promise<void> {
    const work = this.database.transaction("leases", "readwrite");
    if ((await work.store.get(name))?.owner === owner) await work.store.delete(name);
    await work.done;
  }

  private async change(id: string, by: (item: Item) => Item): Promise<void> {
    const work = this.database.transaction("outbox", "readwrite", STRICT);
    const item = await work.store.get(id);
    if (item !== undefined) await work.store.put(by(item));
    await work.done;
  }
}
