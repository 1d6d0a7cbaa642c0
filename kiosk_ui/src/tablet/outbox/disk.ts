// The outbox's database, and how it goes on when the browser closes it under us.
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
import { isClosed } from "../shelf";
import type { Body, Values } from "../types";
import type { Sealed } from "../vault";
import type { Item } from "./items";

/** An item at rest: what is looked for by stays plain, what somebody entered is sealed. */
export interface Stored extends Pick<
  Item,
  "id" | "sequence" | "askUntil" | "status" | "code" | "visitOf" | "visitId"
> {
  readonly kind: Body["kind"];
  /** The command, its lines and its draft. */
  readonly content: Sealed;
  /** The values of a refusal. */
  readonly refusal: Sealed | null;
}

/** An item of the first version, which sealed nothing. */
type First = Pick<Item, "id" | "sequence" | "command" | "askUntil" | "status" | "code" | "rows" | "visitOf"> & {
  readonly values: Values;
};

export interface Schema extends DBSchema {
  outbox: {
    key: string;
    value: Stored;
    indexes: { sequence: number; status: [string, number]; visitOf: string };
  };
  /** The visits that recorded commands made, for those who still know them by the command. */
  named: { key: string; value: string };
  counters: { key: string; value: number };
  leases: { key: string; value: { owner: string; until: number } };
}

type Stores = StoreNames<Schema>[];
export type Work<S extends Stores> = IDBPTransaction<Schema, S, "readwrite">;

export const VERSION = 2;
// The disk has it before the guard sees it: a tablet may lose power at any moment.
const STRICT: IDBTransactionOptions = { durability: "strict" };

/** Another tab runs a newer Gatebook on this database: this page keeps nothing more, and must be loaded again. */
export class Outdated extends Error {}

export class Disk {
  private opening: Promise<IDBPDatabase<Schema>> | null = null;
  private closed = false;

  /** `blocked` is called while an older page of this tablet must be closed first. */
  constructor(
    private readonly name: string,
    private readonly blocked: () => void,
  ) {}

  close(): void {
    this.closed = true;
    void this.opening?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  read<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    return this.again(async () => work(await this.open()));
  }

  /** All of `work` or nothing of it; it may be done twice, and must not wait for anything but the database. */
  write<T, S extends Stores>(stores: S, work: (transaction: Work<S>) => Promise<T>, strict = true): Promise<T> {
    return this.again(async () => {
      const transaction = (await this.open()).transaction(stores, "readwrite", strict ? STRICT : {});
      try {
        const [result] = await Promise.all([work(transaction), transaction.done]);
        return result;
      } catch (error) {
        await abort(transaction);
        throw transaction.error ?? error;
      }
    });
  }

  private open(): Promise<IDBPDatabase<Schema>> {
    return (this.opening ??= this.connect());
  }

  private async connect(): Promise<IDBPDatabase<Schema>> {
    try {
      return await openDB<Schema>(this.name, VERSION, {
        upgrade,
        blocked: this.blocked,
        // A newer page waits for us: what runs is finished, and the next use says that we are outdated.
        blocking: (_from, _to, event) => {
          this.opening = null;
          (event.target as IDBDatabase).close();
        },
        terminated: () => (this.opening = null),
      });
    } catch (error) {
      this.opening = null;
      if (error instanceof DOMException && error.name === "VersionError") throw new Outdated(this.name);
      throw error;
    }
  }

  private async again<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (this.closed || !isClosed(error)) throw error;
      this.opening = null;
      return work();
    }
  }
}

async function abort(transaction: { abort(): void; readonly done: Promise<void> }): Promise<void> {
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
  await transaction.done.catch(() => undefined);
}

async function upgrade(
  database: IDBPDatabase<Schema>,
  from: number,
  _to: number | null,
  work: IDBPTransaction<Schema, Stores, "versionchange">,
): Promise<void> {
  if (from < 1) {
    database.createObjectStore("outbox", { keyPath: "id" }).createIndex("sequence", "sequence");
    database.createObjectStore("counters");
    database.createObjectStore("leases");
  }
  const outbox = work.objectStore("outbox");
  outbox.createIndex("status", ["status", "sequence"]);
  outbox.createIndex("visitOf", "visitOf");
  database.createObjectStore("named");
  // Sealed afterwards: nothing but the database may be waited for here.
  for (const item of await outbox.getAll()) await outbox.put(ofFirst(item as unknown as First));
}

function ofFirst({ command, rows, values, ...item }: First): Stored {
  const content = { plain: { command, rows, draft: null } };
  const refusal = item.status === "refused" ? { plain: values } : null;
  return { ...item, kind: command.kind, visitId: null, content, refusal };
}
