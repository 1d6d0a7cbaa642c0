// The outbox as the rest of the tablet knows it: put a command in, hear what became of it. Nothing here draws.
import { signal } from "@preact/signals";
import { call } from "../api";
import { newId } from "../ids";
import type { Answer, Values } from "../types";
import { openVault, type Vault } from "../vault";
import { Box } from "./box";
import { Outdated } from "./disk";
import type { Item, NewItem } from "./items";
import { ownerOf } from "./lease";
import { PACE, type Pace } from "./pace";
import { onWake } from "../wake";
import { Sender, type Told, type Transport } from "./sender";

/** What the guard is told: recorded, refused with what to do, or go on (the answer comes later). */
export type Ending =
  | { readonly how: "recorded"; readonly values: Values }
  | { readonly how: "refused"; readonly code: string; readonly values: Values }
  | { readonly how: "later" };

type Listener = (item: Item, ending: Ending) => void;

export const httpTransport: Transport = {
  put: (id, command, patience) => call<Answer>("PUT", `/api/v1/commands/${id}`, command, patience),
  post: async (commands, patience) =>
    (await call<{ results: Answer[] }>("POST", "/api/v1/commands", { commands }, patience)).results,
};

export interface Options {
  readonly vault?: Vault;
  readonly transport?: Transport;
  /** The database's name; tabs with the same one are one outbox. */
  readonly name?: string;
  readonly pace?: Pace;
  /** An older page of this tablet holds the disk: nothing can be kept until it is closed. */
  readonly blocked?: () => void;
}

export class Outbox {
  /** All that is kept, and so is only on this tablet: unsent and refused, oldest first. */
  readonly items = signal<readonly Item[]>([]);
  /** A newer page keeps this tablet's lines in another way: this one must be loaded again before it can record. */
  readonly outdated = signal(false);
  /** Nobody is logged in, so nothing can be sent. */
  onLoginNeeded: () => void = () => undefined;
  onReached: (reached: boolean) => void = () => undefined;

  private readonly sender: Sender;
  private readonly listeners = new Set<Listener>();
  private readonly tabs: BroadcastChannel | undefined;
  private readonly unwatch: () => void;
  private reading: Promise<void> | null = null;
  private readAgain = false;
  /** What became of items while all were being read: it is newer than what is read. */
  private meanwhile = new Map<string, Item | null>();
  private closed = false;
  private readonly waiting = new Map<string, (ending: Ending) => void>();

  private constructor(
    private readonly box: Box,
    transport: Transport,
    name: string,
    owner: string,
    private readonly pace: Pace,
  ) {
    this.sender = new Sender(box, owner, transport, this.told(), pace);
    this.tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(`${name}-outbox`);
    if (this.tabs) this.tabs.onmessage = (event) => void this.hear(event.data as Heard);
    this.unwatch = onWake(() => this.sender.wake());
  }

  /** `tab` names this tab, and is the same after it is loaded again: a lease that it left behind is still its own. */
  static async open(tab: string = newId(), options: Options = {}): Promise<Outbox> {
    const { transport = httpTransport, name = "gatebook", pace = PACE, blocked } = options;
    const vault = options.vault ?? (await openVault());
    const box = await Box.open(name, vault, blocked);
    const outbox = new Outbox(box, transport, name, await ownerOf(box, tab), pace);
    await outbox.refresh();
    return outbox;
  }

  close(): void {
    this.closed = true;
    this.unwatch();
    this.sender.stop();
    this.tabs?.close();
    this.box.close();
  }

  /** Hear what became of each item, whichever tab sent it. */
  listen(listener: Listener): void {
    this.listeners.add(listener);
  }

  /**
   * Keep a command, send it, and tell within a second and a half how to go on. Throws where the disk does not take it:
   * then nothing of it was kept. `instead` is the refused item whose place it takes, in the same moment.
   */
  async put(made: Omit<NewItem, "askUntil">, instead: string | null = null, asks = true): Promise<Ending> {
    const item = await this.keep({ ...made, askUntil: asks ? this.pace.now() + this.pace.ask : 0 }, instead);
    if (instead !== null) this.meanwhile.set(instead, null);
    this.meanwhile.set(item.id, item);
    this.items.value = [...this.items.value.filter((one) => one.id !== instead), item];
    const answered = new Promise<Ending>((resolve) => {
      this.waiting.set(item.id, resolve);
      setTimeout(() => this.end(item.id, { how: "later" }), this.pace.ask);
    });
    if (instead === null) this.tabs?.postMessage({ about: "changed" } satisfies Heard);
    // The line is kept: should this reading fail, the next one shows what became of those about the same visit.
    else void this.spread().catch(() => undefined);
    this.sender.kick();
    return answered;
  }

  /** Somebody logged in: what waited for it goes on. */
  resume(): void {
    this.sender.resume();
  }

  /** Send a refused command once more, as a fact. */
  async insist(id: string): Promise<void> {
    await this.box.insist(id);
    await this.spread();
    this.sender.kick();
  }

  /** The site no longer knows this tablet: all that it kept goes, unsent lines too. */
  async erase(): Promise<void> {
    await this.box.erase();
    await this.spread();
  }

  private async keep(made: NewItem, instead: string | null): Promise<Item> {
    try {
      return await this.box.add(made, instead);
    } catch (error) {
      if (error instanceof Outdated) this.outdated.value = true;
      throw error;
    }
  }

  private told(): Told {
    return {
      recorded: (item, answer) => this.ended(item, { how: "recorded", values: answer.values }, true),
      refused: (item, code, values) => this.ended(item, { how: "refused", code, values }, true),
      reached: (reached) => this.onReached(reached),
      loginNeeded: () => this.onLoginNeeded(),
      changed: () => void this.spread(),
    };
  }

  private ended(item: Item, ending: Ending, ours: boolean): void {
    if (ours) this.tabs?.postMessage({ about: "ended", item, ending } satisfies Heard);
    for (const listener of this.listeners) listener(item, ending);
    const is: Item | null =
      ending.how === "refused" ? { ...item, status: "refused", code: ending.code, values: ending.values } : null;
    this.meanwhile.set(item.id, is);
    this.items.value = this.items.value.flatMap((one) => (one.id === item.id ? (is ?? []) : one));
    this.end(item.id, ending);
  }

  private end(id: string, ending: Ending): void {
    this.waiting.get(id)?.(ending);
    this.waiting.delete(id);
  }

  private async hear(heard: Heard): Promise<void> {
    if (heard.about === "ended") this.ended(heard.item, heard.ending, false);
    await this.refresh();
  }

  private async spread(): Promise<void> {
    await this.refresh();
    if (!this.closed) this.tabs?.postMessage({ about: "changed" } satisfies Heard);
  }

  /** Read what is kept. However often it is called, one reading is under way and at most one more follows. */
  private refresh(): Promise<void> {
    this.readAgain = this.reading !== null;
    this.reading ??= this.readAll().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readAll(): Promise<void> {
    try {
      do {
        this.readAgain = false;
        const meanwhile = (this.meanwhile = new Map<string, Item | null>());
        const found = (await this.box.all()).filter((item) => !meanwhile.has(item.id));
        const changed = [...meanwhile.values()].flatMap((item) => item ?? []);
        this.items.value = [...found, ...changed].sort((one, other) => one.sequence - other.sequence);
      } while (this.readAgain);
    } catch (error) {
      if (error instanceof Outdated) this.outdated.value = true;
      // Else the page is going, and with it the connection to the disk.
      else if (!this.closed) throw error;
    }
  }
}

type Heard = { about: "changed" } | { about: "ended"; item: Item; ending: Ending };
