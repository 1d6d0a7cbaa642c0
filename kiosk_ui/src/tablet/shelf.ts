// A small store in IndexedDB, values by key, that goes on when the browser closes it under us.
import { type IDBPDatabase, openDB } from "idb";

const STORE = "kept";
/** What a transaction throws whose connection was closed by the browser, before it began or in its midst. */
const CLOSED = new Set(["InvalidStateError", "AbortError"]);

export function isClosed(error: unknown): boolean {
  return error instanceof DOMException && CLOSED.has(error.name);
}

export class Shelf<T> {
  private opening: Promise<IDBPDatabase> | null = null;

  constructor(private readonly name: string) {}

  get(key: string): Promise<T | undefined> {
    return this.again(async (database) => (await database.get(STORE, key)) as T | undefined);
  }

  keys(): Promise<string[]> {
    return this.again(async (database) => (await database.getAllKeys(STORE)) as string[]);
  }

  /** All of them, or none. */
  put(values: ReadonlyMap<string, T>): Promise<void> {
    return this.write((put) => Promise.all([...values].map(([key, value]) => put(key, value))));
  }

  /** Change one value in one step, whichever tab does the same; undefined takes it away. Returns what it was before. */
  async change(key: string, by: (before: T | undefined) => T | undefined): Promise<T | undefined> {
    return this.again(async (database) => {
      const work = database.transaction(STORE, "readwrite", { durability: "strict" });
      const before = (await work.store.get(key)) as T | undefined;
      const after = by(before);
      if (after !== undefined) await work.store.put(after, key);
      else if (before !== undefined) await work.store.delete(key);
      await work.done;
      return before;
    });
  }

  clear(): Promise<void> {
    return this.again((database) => database.clear(STORE));
  }

  close(): void {
    void this.opening?.then((database) => database.close());
    this.opening = null;
  }

  private write(work: (put: (key: string, value: T) => Promise<unknown>) => Promise<unknown>): Promise<void> {
    return this.again(async (database) => {
      const transaction = database.transaction(STORE, "readwrite");
      await Promise.all([work((key, value) => transaction.store.put(value, key)), transaction.done]);
    });
  }

  private async again<R>(work: (database: IDBPDatabase) => Promise<R>): Promise<R> {
    try {
      return await work(await this.open());
    } catch (error) {
      if (!isClosed(error)) throw error;
      this.opening = null;
      return work(await this.open());
    }
  }

  private open(): Promise<IDBPDatabase> {
    this.opening ??= openDB(this.name, 1, {
      upgrade: (fresh) => void fresh.createObjectStore(STORE),
      terminated: () => (this.opening = null),
    });
    this.opening.catch(() => (this.opening = null));
    return this.opening;
  }
}
