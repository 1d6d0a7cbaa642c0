// The outbox's place in IndexedDB. An item leaves only when the server has echoed its id, or in the same transaction
// that keeps the command which takes its place. Sealing is done before a transaction and opening after it.
import type { IDBPDatabase } from "idb";
import { newId } from "../ids";
import type { Values } from "../types";
import { PLAIN, type Sealed, type Vault } from "../vault";
import { Disk, type Schema, type Stored, type Work } from "./disk";
import { type Item, type NewItem, UNREADABLE } from "./items";

const NAMED_MILLISECONDS = 3 * 86_400_000;

type Content = Pick<Item, "command" | "rows" | "draft">;

/** A recorded item, and the visit that its answer named. */
export interface Settled {
  readonly id: string;
  readonly visitId: string | null;
}

export class Box {
  /** What was opened once is not opened again: by its sealing, which no two have in common. */
  private opened = new Map<string, unknown>();
  private adding: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly disk: Disk,
    private readonly vault: Vault,
  ) {}

  static async open(name = "gatebook", vault: Vault = PLAIN, blocked: () => void = () => undefined): Promise<Box> {
    const box = new Box(new Disk(name, blocked), vault);
    const kept = await box.stored();
    if (vault.sealed) await box.sealOld(kept);
    await box.forgetNames();
    return box;
  }

  close(): void {
    this.disk.close();
  }

  /**
   * Keep a new item; it is on the disk when this returns. `instead` is the refused one whose place it takes. Items are
   * counted in the order of the calls, however long each takes to be sealed.
   */
  add(made: NewItem, instead: string | null = null): Promise<Item> {
    const { command, rows, draft = null } = made;
    const content = { command, rows, draft } satisfies Content;
    const sealing = this.vault.seal(content);
    const adding = this.adding.then(async () => this.insert(made, await sealing, instead));
    this.adding = adding.catch(() => undefined);
    return adding.then((stored) => ({ ...withoutSeals(stored), ...content, values: {} }));
  }

  /** Everything that is kept, oldest first. */
  async all(): Promise<Item[]> {
    const before = this.opened;
    const seen = new Map<string, unknown>();
    const items = await Promise.all((await this.stored()).map((stored) => this.item(stored, seen)));
    // What was opened meanwhile stays too.
    if (this.opened === before) this.opened = seen;
    return items;
  }

  /** The oldest that can be sent, up to `most`, in their order; one whose visit a later one makes comes after that. */
  async unsent(most: number): Promise<Item[]> {
    // Looked at after every act, and an outbox may be long: no more is read than is needed.
    for (let window = most; ; window *= 2) {
      const { read, free } = await this.disk.read((database) => eldest(database, window));
      const found: Item[] = [];
      for (const stored of free) {
        const item = await this.item(stored, this.opened);
        if (item.code !== UNREADABLE) found.push(item);
      }
      if (found.length > 0 || read < window) return found.slice(0, most);
    }
  }

  /** Items were recorded: they go, and those that waited for their visits learn the visits' ids. */
  async settle(recorded: readonly Settled[]): Promise<void> {
    await this.disk.write(["outbox", "named"], async (work) => {
      const outbox = work.objectStore("outbox");
      for (const { id, visitId } of recorded) {
        const made = (await outbox.get(id))?.kind === "check_in" ? visitId : null;
        await outbox.delete(id);
        if (made === null) continue;
        await work.objectStore("named").put(made, id);
        for (const item of await outbox.index("visitOf").getAll(id)) {
          await outbox.put({ ...item, visitOf: null, visitId: made });
        }
      }
    });
  }

  /** An item was refused: it stays, in the tray, with the reason. A `fact` is not sent as one again. */
  async refuse(id: string, code: string, values: Values, mode: "ask" | "fact"): Promise<void> {
    const refusal = await this.vault.seal(values);
    const late = mode === "fact" ? { askUntil: 0 } : {};
    await this.change(id, (item) => ({ ...item, ...late, status: "refused", code, refusal }));
  }

  /** Send once more what was refused, now as a fact, and what was refused only because of it. */
  async insist(id: string): Promise<void> {
    await this.disk.write(["outbox", "counters", "named"], async (work) => {
      const item = await work.objectStore("outbox").get(id);
      if (item === undefined) return;
      await work.objectStore("outbox").put({ ...unsent(item), askUntil: 0 });
      await follow(work, id, id);
    });
  }

  /** Nobody waits for this one's answer any more: from now on it is a fact. */
  async late(id: string): Promise<void> {
    await this.change(id, (item) => ({ ...item, askUntil: 0 }));
  }

  /** This tablet is no longer one of the site's: all goes. */
  async erase(): Promise<void> {
    const stores = ["outbox", "named", "counters", "leases"] as const;
    await this.disk.write([...stores], async (work) => {
      await Promise.all(stores.map((name) => work.objectStore(name).clear()));
    });
  }

  /** Take or keep a lease for some milliseconds; false while another owner has it. */
  lease(name: string, owner: string, now: number, milliseconds: number): Promise<boolean> {
    return this.disk.write(
      ["leases"],
      async (work) => {
        const leases = work.objectStore("leases");
        const held = await leases.get(name);
        // One that ends later than any does was taken before the clock was set back.
        const over = held === undefined || held.until <= now || held.until > now + milliseconds;
        const free = over || held.owner === owner;
        if (free) await leases.put({ owner, until: now + milliseconds }, name);
        return free;
      },
      false,
    );
  }

  /** A lease of an owner whose name begins so goes over to a new owner. */
  async takeOver(name: string, beginning: string, owner: string): Promise<void> {
    await this.disk.write(["leases"], async (work) => {
      const leases = work.objectStore("leases");
      const held = await leases.get(name);
      if (held?.owner.startsWith(beginning)) await leases.put({ ...held, owner }, name);
    });
  }

  async release(name: string, owner: string): Promise<void> {
    await this.disk.write(["leases"], async (work) => {
      const leases = work.objectStore("leases");
      if ((await leases.get(name))?.owner === owner) await leases.delete(name);
    });
  }

  private insert(made: NewItem, content: Sealed, instead: string | null): Promise<Stored> {
    const { id, askUntil, visitOf, command } = made;
    return this.disk.write(["outbox", "counters", "named"], async (work) => {
      const [outbox, counters] = [work.objectStore("outbox"), work.objectStore("counters")];
      const there = await outbox.get(id);
      if (there !== undefined) return there;
      const sequence = ((await counters.get("sequence")) ?? 0) + 1;
      // Whoever made this one may not have heard yet that its visit has a name.
      const visitId = visitOf === null ? null : ((await work.objectStore("named").get(visitOf)) ?? null);
      const about = visitId === null ? { visitOf, visitId } : { visitOf: null, visitId };
      const fresh = { status: "unsent", code: null, refusal: null } as const;
      const item: Stored = { id, askUntil, ...about, ...fresh, kind: command.kind, sequence, content };
      await counters.put(sequence, "sequence");
      await outbox.add(item);
      if (instead !== null) await replace(work, instead, item);
      return item;
    });
  }

  private stored(): Promise<Stored[]> {
    return this.disk.read((database) => database.getAllFromIndex("outbox", "sequence"));
  }

  private async change(id: string, by: (item: Stored) => Stored): Promise<void> {
    await this.disk.write(["outbox"], async (work) => {
      const item = await work.objectStore("outbox").get(id);
      if (item !== undefined) await work.objectStore("outbox").put(by(item));
    });
  }

  /** Nobody shows a line of some days ago by the command that made it: ids begin with their time. */
  private async forgetNames(): Promise<void> {
    const old = IDBKeyRange.upperBound(newId(Date.now() - NAMED_MILLISECONDS));
    await this.disk.write(["named"], (work) => work.objectStore("named").delete(old)).catch(() => undefined);
  }

  /** Seal what an earlier version kept as it was. Where that fails it stays as it was, and is sealed next time. */
  private async sealOld(kept: readonly Stored[]): Promise<void> {
    for (const stored of kept) {
      if (!("plain" in stored.content)) continue;
      const content = await this.vault.seal(stored.content.plain);
      const old = stored.refusal !== null && "plain" in stored.refusal ? stored.refusal.plain : null;
      const refusal = old === null ? stored.refusal : await this.vault.seal(old);
      const fresh = (item: Stored): boolean => "plain" in item.content && item.code === stored.code;
      const seal = (item: Stored): Stored => (fresh(item) ? { ...item, content, refusal } : item);
      await this.change(stored.id, seal).catch(() => undefined);
    }
  }

  private async item(stored: Stored, seen: Map<string, unknown>): Promise<Item> {
    const plain = withoutSeals(stored);
    try {
      const content = await this.openSeal<Content>(stored.content, seen);
      const values = stored.refusal === null ? {} : await this.openSeal<Values>(stored.refusal, seen);
      return { ...plain, ...content, values };
    } catch {
      const command = { kind: stored.kind };
      return { ...plain, status: "refused", code: UNREADABLE, command, rows: [], draft: null, values: {} };
    }
  }

  private async openSeal<T>(sealed: Sealed, seen: Map<string, unknown>): Promise<T> {
    if ("plain" in sealed) return sealed.plain as T;
    const key = sealed.iv.join();
    const known = this.opened.get(key) ?? (await this.vault.open<T>(sealed));
    seen.set(key, known);
    return known as T;
  }
}

function withoutSeals(stored: Stored): Omit<Item, "command" | "rows" | "draft" | "values"> {
  const { id, sequence, askUntil, status, code, visitOf, visitId } = stored;
  return { id, sequence, askUntil, status, code, visitOf, visitId };
}

/** How many of the oldest unsent were read, and those of them whose visit no later one makes. */
async function eldest(database: IDBPDatabase<Schema>, most: number): Promise<{ read: number; free: Stored[] }> {
  const { store } = database.transaction("outbox");
  const waiting = await store.index("status").getAll(IDBKeyRange.bound(["unsent", 0], ["unsent", Infinity]), most);
  const makers = await Promise.all(waiting.map(({ visitOf }) => (visitOf === null ? undefined : store.get(visitOf))));
  const isLater = (maker: Stored | undefined, than: Stored): boolean =>
    maker?.status === "unsent" && maker.sequence > than.sequence;
  return { read: waiting.length, free: waiting.filter((item, at) => !isLater(makers[at], item)) };
}

function unsent(item: Stored): Stored {
  return { ...item, status: "unsent", code: null, refusal: null };
}

type Outbox = Work<("outbox" | "counters" | "named")[]>;

/** A refused item goes, for the one that was made of it; what was about its visit is about the new one's. */
async function replace(work: Outbox, id: string, by: Stored): Promise<void> {
  const outbox = work.objectStore("outbox");
  if ((await outbox.get(id))?.status !== "refused") return;
  await outbox.delete(id);
  if (by.kind === "check_in") await follow(work, id, by.id);
}

async function follow(work: Outbox, id: string, by: string): Promise<void> {
  const outbox = work.objectStore("outbox");
  for (const item of await outbox.index("visitOf").getAll(id)) {
    await outbox.put({ ...(item.code === "not_found" ? unsent(item) : item), visitOf: by });
  }
}
