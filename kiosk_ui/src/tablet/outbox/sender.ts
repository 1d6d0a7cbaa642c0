// Sends what waits, oldest first, one sender for all tabs. An `ask` goes alone and is waited for; facts go in batches.
import { Problem, Unreachable } from "../api";
import type { Answer, Values } from "../types";
import type { Box } from "./box";
import { isFact, type Item, sent } from "./items";
import { inTurn, laterOn, type Turn } from "./lease";

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

export const PATIENCE = 8000;
const BATCH = 50;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
// Statuses after which the same request may succeed: anything else is the command's own fault.
const PASSING = new Set([401, 408, 425, 429, 500, 502, 503, 504]);

export class Sender {
  private running = false;
  private again = false;
  private paused = false;
  private stopped = false;
  private pause = FIRST_PAUSE;
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
  ) {}

  /** There is something to send, or a reason to try again now. */
  kick(): void {
    this.again = true;
    clearTimeout(this.timer);
    if (!this.running) void this.run();
  }

  /** Somebody logged in: what waited for it goes on. */
  resume(): void {
    this.paused = false;
    this.pause = FIRST_PAUSE;
    this.kick();
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
        const ran = await inTurn(this.box, this.owner, (turn) => this.drain(turn));
        if (ran || (await this.box.unsent()).length === 0) continue;
        // Another tab sends; should it be closed, this one takes over.
        await laterOn();
        this.again = true;
      }
    } catch (error) {
      if (!this.stopped) throw error;
    } finally {
      this.running = false;
    }
  }

  private async drain(turn: Turn): Promise<void> {
    while (!this.paused && (await turn.renew())) {
      const [first, ...rest] = await this.box.unsent();
      if (first === undefined) return;
      try {
        await this.sendNext(first, rest);
        this.told.reached(true);
        this.pause = FIRST_PAUSE;
      } catch (error) {
        if (!(await this.bear(error, first))) return;
      }
      this.told.changed();
    }
  }

  private async sendNext(first: Item, rest: readonly Item[]): Promise<void> {
    const now = Date.now();
    const batch = isFact(first, now) && !this.alone.has(first.id) ? batchOf([first, ...rest], now) : [first];
    if (first.visitOf !== null) {
      // What it was about never came to be.
      await this.refuse(first, "not_found", {});
    } else if (batch.length > 1) {
      await this.sendBatch(batch);
    } else {
      const mode = isFact(first, now) ? "fact" : "ask";
      const patience = mode === "fact" ? PATIENCE : Math.max(first.askUntil - now, 1);
      await this.take(first, await this.transport.put(first.id, sent(first, mode), patience));
    }
  }

  private async sendBatch(batch: readonly Item[]): Promise<void> {
    const commands = batch.map((item) => ({ id: item.id, command: sent(item, "fact") }));
    let answers: Answer[];
    try {
      answers = await this.transport.post(commands, PATIENCE);
    } catch (error) {
      if (!(error instanceof Problem) || PASSING.has(error.status)) throw error;
      // One of them is at fault; one by one it is found, and the others pass.
      this.alone = new Set(batch.map((item) => item.id));
      return;
    }
    const found = new Map(answers.map((answer) => [answer.id, answer]));
    for (const item of batch) {
      const answer = found.get(item.id);
      if (answer !== undefined && answer.status !== "again") await this.take(item, answer);
    }
    if (answers.some((answer) => answer.status === "again")) throw new Problem(503, "busy");
  }

  private async take(item: Item, answer: Answer): Promise<void> {
    if (answer.id !== item.id) throw new Unreachable(item.id);
    if (answer.status === "recorded" || answer.status === "repeated") {
      const visitId = answer.values["visit_id"];
      await this.box.settle(item.id, typeof visitId === "string" ? visitId : null);
      this.told.recorded(item, answer);
    } else if (answer.status === "again") {
      throw new Problem(503, answer.code ?? "busy");
    } else {
      await this.refuse(item, answer.code ?? "command_reused", answer.values);
    }
  }

  private async refuse(item: Item, code: string, values: Values): Promise<void> {
    await this.box.refuse(item.id, code, values);
    this.told.refused(item, code, values);
  }

  /** Deal with a failure; true where sending goes on at once. */
  private async bear(error: unknown, item: Item): Promise<boolean> {
    if (error instanceof Problem && !PASSING.has(error.status)) {
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
    this.told.reached(!(error instanceof Unreachable));
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
    const wait = retryAfter === null ? this.pause : retryAfter * 1000;
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    this.timer = setTimeout(() => this.kick(), wait);
  }
}

/** The facts at the head that may go together: none of them waits for another's answer. */
function batchOf(items: readonly Item[], now: number): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.length === BATCH || !isFact(item, now) || item.visitOf !== null) break;
    found.push(item);
  }
  return found;
}
