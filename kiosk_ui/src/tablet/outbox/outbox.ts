// The outbox as the rest of the tablet knows it: put a command in, hear what became of it. Nothing here draws.
import { signal } from "@preact/signals";
import { call } from "../api";
import { newId } from "../ids";
import type { Answer, Values } from "../types";
import { Box } from "./box";
import { ASK_MILLISECONDS, type Item, type NewItem } from "./items";
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

export class Outbox {
  /** All that is kept: unsent and refused, oldest first. */
  readonly items = signal<readonly Item[]>([]);
  /** Nobody is logged in, so nothing can be sent. */
  onLoginNeeded: () => void = () => undefined;
  onReached: (reached: boolean) => void = () => undefined;

  private readonly sender: Sender;
  private readonly listeners = new Set<Listener>();
  private readonly tabs: BroadcastChannel | undefined;
  private version = 0;
  private closed = false;
  private readonly waiting = new Map<string, (ending: Ending) => void>();

  private constructor(
    private readonly box: Box,
    transport: Transport,
    name: string,
    tab: string,
  ) {
    this.sender = new Sender(box, tab, transport, this.told());
    this.tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(`${name}-outbox`);
    if (this.tabs) this.tabs.onmessage = (event) => void this.hear(event.data as Heard);
  }

  /** `tab` names this tab, and is the same after it is loaded again: a lease that it left behind is still its own. */
  static async open(tab: string = newId(), transport: Transport = httpTransport, name = "gatebook"): Promise<Outbox> {
    const outbox = new Outbox(await Box.open(name), transport, name, tab);
    await outbox.refresh();
    return outbox;
  }

  close(): void {
    this.closed = true;
    this.sender.stop();
    this.tabs?.close();
    this.box.close();
  }

  /** Hear what became of each item, whichever tab sent it. */
  listen(listener: Listener): void {
    this.listeners.add(listener);
  }

  /** Keep a command, send it, and tell within a second and a half how to go on. */
  async put(made: Omit<NewItem, "askUntil">): Promise<Ending> {
    const item = await this.box.add({ ...made, askUntil: Date.now() + ASK_MILLISECONDS });
    this.version += 1;
    this.items.value = [...this.items.value, item];
    this.tabs?.postMessage({ about: "changed" } satisfies Heard);
    const answered = new Promise<Ending>((resolve) => {
      this.waiting.set(item.id, resolve);
      setTimeout(() => this.end(item.id, { how: "later" }), ASK_MILLISECONDS);
    });
    this.sender.kick();
    return answered;
  }

  /** Try again now: the network is back, or somebody logged in. */
  resume(): void {
    this.sender.resume();
  }

  /** Send a refused command once more, as a fact. */
  async insist(id: string): Promise<void> {
    await this.box.insist(id);
    await this.spread();
    this.sender.kick();
  }

  /** Take a refused command out of the tray. */
  async drop(id: string): Promise<void> {
    await this.box.drop(id);
    await this.spread();
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
    this.version += 1;
    const kept = this.items.value;
    this.items.value =
      ending.how === "refused"
        ? kept.map((one) =>
            one.id === item.id ? { ...one, status: "refused", code: ending.code, values: ending.values } : one,
          )
        : kept.filter((one) => one.id !== item.id);
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

  /** Read what is kept; what changed meanwhile is read again, so that no older list comes last. */
  private async refresh(): Promise<void> {
    try {
      let seen: number;
      let found: Item[];
      do {
        seen = this.version;
        found = await this.box.all();
      } while (seen !== this.version);
      this.items.value = found;
    } catch (error) {
      // The page is going, and with it the connection to the disk.
      if (!this.closed) throw error;
    }
  }
}

type Heard = { about: "changed" } | { about: "ended"; item: Item; ending: Ending };
