// Two hundred acts while everything fails at random: each is in the book exactly once, and in the order of the acts.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, Unreachable } from "../../../kiosk_ui/src/tablet/api";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import type { NewItem } from "../../../kiosk_ui/src/tablet/outbox/items";
import { Outbox } from "../../../kiosk_ui/src/tablet/outbox/outbox";
import { PACE, type Pace } from "../../../kiosk_ui/src/tablet/outbox/pace";
import type { Transport } from "../../../kiosk_ui/src/tablet/outbox/sender";
import type { Answer, Values } from "../../../kiosk_ui/src/tablet/types";
import { newItem, until } from "./gate";

const ACTS = 200;
const TABS = 3;

/** A repeatable source of numbers from 0 up to 1 (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A book behind a bad network: it may lose the way there, the way back, or have no time. */
class BadServer implements Transport {
  readonly book = new Map<string, Values>();
  trouble = 0.5;

  constructor(private readonly random: () => number) {}

  async put(id: string, command: Values): Promise<Answer> {
    await this.there();
    if (this.fails(0.1)) throw new Problem(503, "busy", {}, 0.001);
    const answer = this.record(id, command);
    await this.back();
    return answer;
  }

  async post(commands: readonly { id: string; command: Values }[]): Promise<Answer[]> {
    await this.there();
    const busyFrom = this.fails(0.2) ? Math.floor(this.random() * commands.length) : commands.length;
    const answers = commands.map(({ id, command }, at) =>
      at < busyFrom ? this.record(id, command) : ({ id, status: "again", code: "busy", values: {} } as const),
    );
    await this.back();
    return answers;
  }

  private record(id: string, command: Values): Answer {
    const known = this.book.get(id);
    if (known !== undefined) {
      assert.deepEqual({ ...command, mode: "fact" }, { ...known, mode: "fact" });
    } else {
      this.book.set(id, command);
    }
    const status = known === undefined ? "recorded" : "repeated";
    return { id, status, code: null, values: { visit_id: `visit-of-${id}` } };
  }

  private async there(): Promise<void> {
    await this.pass();
    if (this.fails(0.5)) throw new Unreachable("the way there");
    if (this.fails(0.1)) throw new Problem(502, "unexpected");
  }

  private async back(): Promise<void> {
    await this.pass();
    if (this.fails(0.5)) throw new Unreachable("the way back");
  }

  /** Other things happen meanwhile: acts, kills. */
  private pass(): Promise<void> {
    return new Promise((done) => setTimeout(done, Math.floor(this.random() * 3)));
  }

  private fails(part: number): boolean {
    return this.random() < this.trouble * part;
  }
}

/** As the book keeps it, by the outbox's own count. */
function inOrder(book: ReadonlyMap<string, Values>): boolean {
  const counts = [...book.values()].map((command) => Number(command["device_sequence"]));
  return counts.every((count, at) => at === 0 || count > Number(counts[at - 1]));
}

for (const seed of [1, 7, 482_109]) {
  test(`of ${ACTS} acts on a bad day each is in the book once, in order (day ${seed})`, async () => {
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
    const random = chance(seed);
    const server = new BadServer(random);
    const name = newId();
    // A killed tab's lease lasts longer than its last request, which may still be under way.
    const pace: Pace = { ...PACE, random, ask: 20, first: 1, longest: 4, look: 3, lease: 60 };
    const open = (tab: number): Promise<Outbox> => Outbox.open(`tab-${tab}`, { transport: server, name, pace });
    const tabs = await Promise.all(Array.from({ length: TABS }, (_, tab) => open(tab)));
    const painted = new Map<string, NewItem>();
    const arrivals: string[] = [];

    for (let at = 0; at < ACTS; at += 1) {
      const tab = Math.floor(random() * TABS);
      const about = random() < 0.3 ? (arrivals[Math.floor(random() * arrivals.length)] ?? null) : null;
      const item = newItem({ command: { kind: about === null ? "check_in" : "check_out" }, visitOf: about });
      void tabs[tab]?.put(item);
      // A guard acts again once the line is painted.
      await until(() => tabs[tab]?.items.value.some((one) => one.id === item.id) === true || server.book.has(item.id));
      painted.set(item.id, item);
      if (about === null) arrivals.push(item.id);
      if (random() < 0.1) {
        // Killed: nothing is finished or released, and the page comes back.
        tabs[tab]?.close();
        tabs[tab] = await open(tab);
      }
    }

    server.trouble = 0.1;
    tabs.forEach((outbox) => outbox.resume());
    await until(() => tabs.every((outbox) => outbox.items.value.length === 0));
    tabs.forEach((outbox) => outbox.close());

    assert.deepEqual([...server.book.keys()], [...painted.keys()]);
    assert.ok(inOrder(server.book));
    for (const [id, { visitOf }] of painted) {
      if (visitOf !== null) assert.equal(server.book.get(id)?.["visit_id"], `visit-of-${visitOf}`);
    }
  });
}
