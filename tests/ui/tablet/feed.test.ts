import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { startFeed, stopFeed, wakeFeed } from "../../../kiosk_ui/src/tablet/feed";
import { base, sequence, takeChanges, takeSnapshot } from "../../../kiosk_ui/src/tablet/store";
import type { Changes } from "../../../kiosk_ui/src/tablet/types";
import { MORNING, snapshot, visit } from "./gate";

class Stream {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static all: Stream[] = [];
  readyState = Stream.CONNECTING;
  onopen = (): void => undefined;
  onmessage = (): void => undefined;
  onerror = (): void => undefined;
  constructor(readonly address: string) {
    Stream.all.push(this);
  }
  open(): void {
    this.readyState = Stream.OPEN;
    this.onopen();
  }
  /** What a proxy without event streams, or a server that is not there, makes of it. */
  refuse(): void {
    this.readyState = Stream.CLOSED;
    this.onerror();
  }
  close(): void {
    this.readyState = Stream.CLOSED;
  }
}

let asked: number[];
let isReached: boolean;

const stream = (): Stream => Stream.all.at(-1) as Stream;
const settle = (): Promise<void> => new Promise((soon) => setImmediate(soon));

/** Let time pass, a second after the other. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1000);
    await settle();
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: MORNING });
  mock.method(Math, "random", () => 1);
  Object.defineProperty(globalThis, "EventSource", { value: Stream, configurable: true });
  Stream.all = [];
  asked = [];
  isReached = true;
  startFeed({ catchUp: () => (asked.push(Date.now()), Promise.resolve(isReached)) });
});

afterEach(() => {
  stopFeed();
  mock.timers.reset();
  mock.restoreAll();
});

test("with each opening it asks for what was missed, and with each happening for what it was", () => {
  stream().open();
  assert.equal(asked.length, 1);
  stream().onmessage();
  stream().onmessage();
  assert.equal(asked.length, 3);
  assert.equal(Stream.all.length, 1);
});

test("while the stream stands it asks twice a minute, since a network may go without a word", async () => {
  stream().open();
  await pass(65);
  assert.equal(asked.length, 3);
});

test("where streams are cut off it asks every five seconds, and tries the stream a few times", async () => {
  stream().refuse();
  for (let turn = 0; turn < 6; turn += 1) {
    await pass(5);
    if (stream().readyState !== Stream.CLOSED) stream().refuse();
  }
  assert.equal(asked.length, 6);
  assert.equal(Stream.all.length, 4);
});

test("where the server is gone it asks less and less often, and at once when the network may be back", async () => {
  isReached = false;
  stream().refuse();
  await pass(60);
  const gaps = asked.slice(1).map((at, turn) => at - (asked[turn] ?? 0));
  assert.deepEqual([...gaps].sort((one, other) => one - other), gaps);
  assert.ok((gaps.at(-1) ?? 0) <= 15_000);
  const before = asked.length;
  isReached = true;
  wakeFeed();
  await settle();
  assert.equal(asked.length, before + 1);
  stream().open();
  await settle();
  assert.equal(stream().readyState, Stream.OPEN);
});

test("a server that is back after long gets its stream back without anybody's touch", async () => {
  isReached = false;
  for (let turn = 0; turn < 40; turn += 1) {
    if (stream().readyState !== Stream.CLOSED) stream().refuse();
    await pass(5);
  }
  isReached = true;
  await pass(30);
  const streams = Stream.all.length;
  await pass(30);
  assert.ok(stream().readyState === Stream.CONNECTING || Stream.all.length > streams);
});

test("stopped, it asks nothing more", async () => {
  stream().open();
  stopFeed();
  await pass(120);
  wakeFeed();
  assert.equal(asked.length, 1);
});

test("what comes twice, or late, changes a line once and never back", () => {
  const line = visit({ sequence: 11, state: "waiting" });
  takeSnapshot(snapshot({ sequence: 11, visits: [line] }));
  const changes = (changed: Partial<Changes>): Changes => ({
    sequence: 12,
    server_time: new Date(MORNING).toISOString(),
    visits: [],
    badges: [],
    reload: false,
    ...changed,
  });
  const inside = { ...line, state: "on_site" as const, sequence: 12 };
  takeChanges(changes({ visits: [inside] }));
  takeChanges(changes({ visits: [inside] }));
  takeChanges(changes({ sequence: 11, visits: [line] }));
  assert.deepEqual([...base.value.values()], [inside]);
  assert.equal(sequence.value, 12);
});
