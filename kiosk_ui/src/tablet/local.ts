// What the gate needs to go on without a server, on the tablet's disk: sealed by the vault, or not kept at all.
import { signal } from "@preact/signals";
import { Shelf } from "./shelf";
import type { Snapshot, TabletAccount, TabletBadge, TabletVisit } from "./types";
import type { Sealed, Vault } from "./vault";

/** What changes all the time, kept apart from what rarely does. */
export interface Lines {
  readonly visits: readonly TabletVisit[];
  readonly badges: readonly TabletBadge[];
  readonly sequence: number;
  /** How far the server's clock is ahead of the device's, in milliseconds. */
  readonly offset: number;
}

/** Who works, since when (an ISO moment), and whether the screen is locked. */
export interface Duty {
  readonly account: TabletAccount;
  readonly since: string;
  readonly locked: boolean;
}

export interface Known {
  readonly snapshot: Snapshot;
  readonly offset: number;
  /** Null where the last guard has gone. */
  readonly duty: Duty | null;
}

type People = Pick<Snapshot, "employees" | "seen">;
type Place = Omit<Snapshot, keyof People | "visits" | "badges" | "sequence">;

interface Parts {
  place: Place;
  people: People;
  lines: Lines;
  duty: Duty | null;
}

/** Why nothing is kept at the moment: the tablet goes on, but would not start again without a server. */
export type Trouble = "full" | "closed";

const SOON = 200;

export class Local {
  readonly trouble = signal<Trouble | null>(null);
  private readonly due = new Map<keyof Parts, unknown>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing: Promise<void> | null = null;
  /** Nothing is written behind an erasure, by this tab or another, until the server tells a whole snapshot again. */
  private erased = false;

  private constructor(
    private readonly shelf: Shelf<Sealed>,
    private readonly vault: Vault,
  ) {}

  static open(vault: Vault, name = "gatebook-local"): Local {
    return new Local(new Shelf<Sealed>(name), vault);
  }

  /** Keep all that the server told, and who works. */
  keepSnapshot(found: Snapshot, duty: Duty | null, offset: number): Promise<void> {
    this.erased = false;
    const { visits, badges, sequence, employees, seen, ...place } = found;
    this.owe("place", place satisfies Place);
    this.owe("people", { employees, seen } satisfies People);
    this.owe("lines", { visits, badges, sequence, offset } satisfies Lines);
    this.owe("duty", duty);
    return this.flush();
  }

  /** Keep the lines soon: many changes at once are written once. */
  keepLines(lines: Lines): void {
    if (!this.vault.sealed) return;
    this.owe("lines", lines);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), SOON);
  }

  keepDuty(duty: Duty | null): Promise<void> {
    this.owe("duty", duty);
    return this.flush();
  }

  /** What was kept, or null where there is nothing that can be read. */
  async snapshot(): Promise<Known | null> {
    if (!this.vault.sealed) return null;
    try {
      const [place, people, lines, duty] = await Promise.all([
        this.part("place"),
        this.part("people"),
        this.part("lines"),
        this.part("duty"),
      ]);
      if (place === undefined || people === undefined || lines === undefined) return null;
      const { offset, ...told } = lines;
      return { snapshot: { ...place, ...people, ...told }, offset, duty: duty ?? null };
    } catch {
      // Its key is gone, or the disk: the server tells it anew.
      return null;
    }
  }

  /** Write what is due; at once where the page goes. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.writing !== null) await this.writing;
    if (this.due.size === 0 || !this.vault.sealed) return;
    this.writing = this.write().finally(() => (this.writing = null));
    await this.writing;
  }

  async erase(): Promise<void> {
    this.erased = true;
    clearTimeout(this.timer);
    while (this.writing !== null) await this.writing;
    this.due.clear();
    await this.shelf.clear();
  }

  close(): void {
    clearTimeout(this.timer);
    this.shelf.close();
  }

  private owe<K extends keyof Parts>(part: K, value: Parts[K]): void {
    if (!this.erased) this.due.set(part, value);
  }

  private async part<K extends keyof Parts>(name: K): Promise<Parts[K] | undefined> {
    const sealed = await this.shelf.get(name);
    return sealed === undefined ? undefined : this.vault.open<Parts[K]>(sealed);
  }

  private async write(): Promise<void> {
    const due = [...this.due];
    this.due.clear();
    try {
      const sealed = await Promise.all(
        due.map(async ([part, value]) => [part, await this.vault.seal(value)] as const),
      );
      await this.shelf.put(new Map(sealed));
      this.trouble.value = null;
    } catch (error) {
      // What comes later is newer: only what nobody has told anew meanwhile is owed again.
      for (const [part, value] of due) if (!this.due.has(part)) this.due.set(part, value);
      const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
      this.trouble.value = isFull ? "full" : "closed";
    }
  }
}
