// Half-typed visitors on the disk, so that a reload or a dead battery loses none: sealed, or not kept at all.
import { effect } from "@preact/signals";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Draft, drafts, isBegun } from "./drafts";
import type { Sealed, Vault } from "./vault";

interface Kept {
  /** Milliseconds since 1970: a draft of another day is nobody's any more. */
  readonly at: number;
  readonly sealed: Sealed;
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Kept };
}

const NAME = "gatebook-drafts";
const LONGEST = 16 * 60 * 60 * 1000;

/** Bring back what was kept, then keep what changes, until the page goes. Returns once the kept drafts are open. */
export async function keepDrafts(vault: Vault, name = NAME): Promise<DraftBox | null> {
  // On a plain-http name nothing would be sealed, and a stranger's phone number is not left lying on a disk.
  if (!vault.sealed) return null;
  const database = await openDB<Schema>(name, 1, { upgrade: (fresh) => void fresh.createObjectStore("drafts") });
  const box = new DraftBox(database, vault);
  await box.bringBack();
  box.follow();
  return box;
}

export class DraftBox {
  private known = new Map<string, Draft>();
  private writing: Promise<void> | null = null;
  private changes = false;
  private stop: () => void = () => undefined;

  constructor(
    private readonly database: IDBPDatabase<Schema>,
    private readonly vault: Vault,
  ) {}

  async bringBack(): Promise<void> {
    const found = new Map<string, Draft>();
    for (const key of await this.database.getAllKeys("drafts")) {
      const draft = await this.opened(key);
      if (draft === null) await this.database.delete("drafts", key);
      else found.set(key, draft);
    }
    this.known = new Map(found);
    if (found.size > 0) drafts.value = new Map([...found, ...drafts.peek()]);
  }

  follow(): void {
    this.stop = effect(() => {
      void drafts.value;
      this.changes = true;
      this.writing ??= this.run();
    });
  }

  /** Wait until what was last typed is on the disk. */
  async settled(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  close(): void {
    this.stop();
    this.database.close();
  }

  private async opened(key: string): Promise<Draft | null> {
    const kept = await this.database.get("drafts", key);
    if (kept === undefined || Date.now() - kept.at > LONGEST) return null;
    try {
      return await this.vault.open<Draft>(kept.sealed);
    } catch {
      // Its key was forgotten: nobody will ever read it.
      return null;
    }
  }

  private async run(): Promise<void> {
    while (this.changes) {
      this.changes = false;
      await this.write();
    }
    this.writing = null;
  }

  /** Write until nothing has changed meanwhile; a full disk leaves drafts where they are, on the screen. */
  private async write(): Promise<void> {
    try {
      for (let work = this.changed(); work.length > 0; work = this.changed()) {
        for (const [key, draft] of work) await this.keep(key, draft);
      }
    } catch {
      // Nothing of a draft is in the book yet; the next change tries again.
    }
  }

  private changed(): [string, Draft | null][] {
    const now = new Map([...drafts.peek()].filter(([, draft]) => isBegun(draft)));
    const gone = [...this.known.keys()].filter((key) => !now.has(key));
    const other = [...now].filter(([key, draft]) => this.known.get(key) !== draft);
    return [...other, ...gone.map((key): [string, null] => [key, null])];
  }

  private async keep(key: string, draft: Draft | null): Promise<void> {
    if (draft === null) {
      await this.database.delete("drafts", key);
      this.known.delete(key);
    } else {
      await this.database.put("drafts", { at: Date.now(), sealed: await this.vault.seal(draft) }, key);
      this.known.set(key, draft);
    }
  }
}
