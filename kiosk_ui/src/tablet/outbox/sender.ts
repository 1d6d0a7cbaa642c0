// Sends what waits, oldest first, one sender for all tabs. An `ask` goes alone and is waited for; facts go in batches.
import { Problem, Unreachable } from "../api";
import type { Answer, Values } from "../types";
import type { Box } from "./box";
import { Outdated } from "./disk";
import { isFact, type Item, sent } from "./items";
import { inTurn, type Turn } from "./lease";
import { jittered, type Pace } from "./pace";

/** How the sender reaches the server; throws Problem or Unreachable. */
export interface Transport {
  put(id: string, command: Values, patience: number): Promise<Answer>;
  post(commands: readonly { id: string; command: Values }[], patience: number): Promise<Answer[]>;
}

/** What the sender has to tell. */
export interface Told {
  recorded(item: Item, answer: Answer): void;
  refused(item: Item, code: string, values: Values): void;
  /** The server was reached, or not. */
  reached(reached: boolean): void;
  /** Nobody is logged in: sending waits until somebody is. */
  loginNeeded(): void;
  /** Something in the outbox is different now. */
  changed(): void;
}

const BATCH = 50;
// Statuses after which the same request may succeed: anything else is the command's own fault. A 403 is about the origin,
// of which a proxy may have told the server something else.
const PASSING = new Set([401, 403, 408, 425, 429, 500, 502, 503, 504]);
const RECORDED: ReadonlySet<Answer["status"]> = new Set(["recorded", "repeated"]);

export class Sender {
  private running = false;
  private again = false;
  private paused = false;
  private stopped = false;
  private pause: number;
  /** How the request that is under way was meant. */
  private sentAs: "ask" | "fact" = "fact";
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Items of a batch that was refused as a whole: they go one by one. */
  private alone = new Set<string>();
  /** Items whose `ask` was not answered in time, and whose `fact` has followed at once. */
  private readonly hurried = new Set<string>();

  constructor(
    private readonly box: Box,
    private readonly owner: string,
    private readonly transport: Transport,
    private readonly told: Told,
    private readonly pace: Pace,
  ) {
    this.pause = pace.first;
  }

  /** There is something to send. */
  kick(): void {
    this.again = true;
    clearTimeout(this.timer);
    if (!this.running) void this.run();
  }

  /** There may be a network again: try at once, and begin with short pauses. */
  wake(): void {
    this.pause = this.pace.first;
    this.kick();
  }

  /** Somebody logged in: what waited for it goes on. */
  resume(): void {
    this.paused = false;
    this.wake();
  }

  /** The page goes: what is under way may come to nothing, the next page sends it. */
  stop(): void {
    this.paused = this.stopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.again && !this.paused) {
        this.again = false;
        const ran = await inTurn(this.box, this.owner, this.pace, (turn) => this.drain(turn));
        // Another tab sends; should it be closed, this one takes over.
        if (!ran && (await this.box.unsent(1)).length > 0) this.later(this.pace.look);
      }
    } catch (error) {
      if (this.stopped) return;
      // The disk is full, or gone for the moment: what is on it is still to be sent.
      this.rest(null);
      this.told.changed();
      if (!(error instanceof DOMException || error instanceof Outdated)) throw error;
    } finally {
      this.running = false;
    }
  }

  private async drain(turn: Turn): Promise<void> {
    while (!this.paused && (await turn.renew())) {
      const [first, ...rest] = await this.box.unsent(BATCH);
      if (first === undefined) return;
      try {
        await this.sendNext(first, rest);
        this.told.reached(true);
        this.pause = this.pace.first;
      } catch (error) {
        if (!(await this.bear(error, first))) return;
      }
      this.told.changed();
    }
  }

  private async sendNext(first: Item, rest: readonly Item[]): Promise<void> {
    const now = this.pace.now();
    this.sentAs = isFact(first, now) ? "fact" : "ask";
    const batch = this.sentAs === "fact" && !this.alone.has(first.id) ? batchOf([first, ...rest], now) : [first];
    if (first.visitOf !== null) {
      // What it was about never came to be.
      await this.refuse(first, "not_found", {});
    } else if (batch.length > 1) {
      await this.sendBatch(batch);
    } else {
      const patience = this.sentAs === "fact" ? this.pace.patience : Math.max(first.askUntil - now, 1);
      await this.take([[first, await this.transport.put(first.id, sent(first, this.sentAs), patience)]]);
    }
  }

  private async sendBatch(batch: readonly Item[]): Promise<void> {
    const commands = batch.map((item) => ({ id: item.id, command: sent(item, "fact") }));
    let answers: Answer[];
    try {
      answers = await this.transport.post(commands, this.pace.patience);
    } catch (error) {
      if (!isItsFault(error)) throw error;
      // One of them is at fault; one by one it is found, and the others pass.
      this.alone = new Set(batch.map((item) => item.id));
      return;
    }
    const found = new Map(answers.map((answer) => [answer.id, answer]));
    await this.take(batch.map((item) => [item, found.get(item.id)]));
  }

  /** Take in the answers; an item without one stays, and sending rests before it is tried again. */
  private async take(answered: readonly (readonly [Item, Answer | undefined])[]): Promise<void> {
    const own = answered.flatMap(([item, answer]) => (answer?.id === item.id ? [{ item, answer }] : []));
    const recorded = own.filter(({ answer }) => RECORDED.has(answer.status));
    await this.box.settle(recorded.map(({ item, answer }) => ({ id: item.id, visitId: visitOf(answer) })));
    for (const { item, answer } of recorded) this.told.recorded(item, answer);
    for (const { item, answer } of own) {
      if (!RECORDED.has(answer.status) && answer.status !== "again") {
        await this.refuse(item, answer.code ?? "command_reused", answer.values);
      }
    }
    const busy = own.find(({ answer }) => answer.status === "again");
    if (busy !== undefined) throw new Problem(503, busy.answer.code ?? "busy");
    if (own.length < answered.length) throw new Unreachable("an answer is missing");
  }

  private async refuse(item: Item, code: string, values: Values): Promise<void> {
    await this.box.refuse(item.id, code, values, this.sentAs);
    this.told.refused(item, code, values);
  }

  /** Deal with a failure; true where sending goes on at once. */
  private async bear(error: unknown, item: Item): Promise<boolean> {
    if (isItsFault(error)) {
      this.told.reached(true);
      await this.refuse(item, error.status === 409 ? "command_reused" : error.code, error.values);
      return true;
    }
    if (error instanceof Problem && error.status === 401) {
      this.paused = true;
      this.told.reached(true);
      this.told.loginNeeded();
      return false;
    }
    if (error instanceof Unreachable && (await this.hurry(item))) return true;
    if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
    this.told.reached(error instanceof Problem);
    this.rest(error instanceof Problem ? error.retryAfter : null);
    return false;
  }

  /** The first time that an `ask` is not answered in time, its `fact` follows without a pause. */
  private async hurry(item: Item): Promise<boolean> {
    if (item.askUntil === 0 || this.hurried.has(item.id)) return false;
    this.hurried.add(item.id);
    await this.box.late(item.id);
    return true;
  }

  private rest(retryAfter: number | null): void {
    this.later(retryAfter === null ? jittered(this.pause, this.pace) : retryAfter * 1000);
    this.pause = Math.min(this.pause * 2, this.pace.longest);
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.kick(), milliseconds);
  }
}

/** The facts at the head that may go together: none of them waits for another's answer. */
function batchOf(items: readonly Item[], now: number): Item[] {
  const end = items.findIndex((item) => !isFact(item, now) || item.visitOf !== null);
  return end < 0 ? [...items] : items.slice(0, end);
}

/** The server has read the command and does not take it. What says so without a code came from something between. */
function isItsFault(error: unknown): error is Problem {
  return error instanceof Problem && !PASSING.has(error.status) && error.code !== "unexpected";
}

function visitOf(answer: Answer): string | null {
  const id = answer.values["visit_id"];
  return typeof id === "string" ? id : null;
}
