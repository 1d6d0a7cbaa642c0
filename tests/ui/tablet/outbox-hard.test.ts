// What goes wrong at a gate: tabs, kills, lost replies, busy servers, wrong clocks, lines about lines.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Problem, Unreachable } from "../../../kiosk_ui/src/tablet/api";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { Box } from "../../../kiosk_ui/src/tablet/outbox/box";
import { isFact } from "../../../kiosk_ui/src/tablet/outbox/items";
import { Outbox } from "../../../kiosk_ui/src/tablet/outbox/outbox";
import { jittered, PACE, type Pace } from "../../../kiosk_ui/src/tablet/outbox/pace";
import { openVault, PLAIN } from "../../../kiosk_ui/src/tablet/vault";
import { keptItem, newItem, recorded, Server, until } from "./gate";

const NEVER = 1_000_000;
/** Nothing is tried again by itself: what is sent was woken by something. */
const ASLEEP: Pace = { ...PACE, random: () => 0, first: NEVER, longest: NEVER };

let name: string;
let server: Server;
let opened: Outbox[];

beforeEach(() => {
  withoutLocks();
  name = newId();
  server = new Server();
  opened = [];
});

afterEach(() => opened.forEach((outbox) => outbox.close()));

async function open(tab = "tab", pace: Pace = PACE): Promise<Outbox> {
  const outbox = await Outbox.open(tab, { transport: server, name, pace });
  opened.push(outbox);
  return outbox;
}

/** As on a plain-http name: a lease does the locks' work. */
function withoutLocks(): void {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
}

/** As on a trusted address: one holder at a time, in the order of asking. */
function withLocks(): void {
  let last: Promise<unknown> = Promise.resolve();
  const request = (_name: string, work: () => Promise<unknown>): Promise<unknown> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
}

const offline = (): void => void (server.reply = (id) => new Unreachable(id));

/** Put without waiting for the answer; it is kept when this is over. */
async function keep(outbox: Outbox, ...items: ReturnType<typeof newItem>[]): Promise<void> {
  for (const item of items) void outbox.put(item);
  await until(() => items.every(({ id }) => outbox.items.value.some((one) => one.id === id)));
}

/** The ids of all that reached the server, in order, and how often. */
const sentIds = (): string[] => [...server.puts, ...server.posts.flat()].map((sent) => sent.id);

/** A server that records each id once, and may lose the reply. */
function book(): { recorded: string[]; loseNext: number } {
  const kept = { recorded: [] as string[], loseNext: 0 };
  server.reply = (id, command) => {
    const again = kept.recorded.includes(id);
    if (!again) kept.recorded.push(id);
    kept.loseNext -= 1;
    if (kept.loseNext >= 0) return new Unreachable(id);
    const answer = recorded(id, command) as { id: string; status: "recorded" };
    return { ...answer, status: again ? "repeated" : "recorded", code: null, values: { visit_id: `visit-of-${id}` } };
  };
  return kept;
}

for (const [how, prepare] of Object.entries({ locks: withLocks, "a lease": withoutLocks })) {
  test(`with ${how}, two tabs that both record have one sender at a time, and every line arrives once`, async () => {
    prepare();
    let [under, most] = [0, 0];
    const kept = book();
    const answer = server.reply;
    server.reply = async (id, command) => {
      most = Math.max(most, (under += 1));
      await new Promise((done) => setTimeout(done, 1));
      under -= 1;
      return answer(id, command);
    };
    server.post = async (commands) => {
      const answers = [];
      for (const { id, command } of commands) answers.push(await server.put(id, command));
      return answers;
    };
    const quick = { ...PACE, look: 2 };
    const tabs = [await open("one", quick), await open("other", quick)];
    const items = Array.from({ length: 12 }, () => newItem());
    await Promise.all(items.map((item, at) => tabs[at % 2]?.put(item)));
    await until(() => tabs.every((tab) => tab.items.value.length === 0));
    assert.equal(most, 1);
    assert.deepEqual([...kept.recorded].sort(), items.map((item) => item.id).sort());
    assert.equal(sentIds().length, items.length);
  });
}

test("a tab that is killed while it sends leaves its line to the next, and the book has it once", async () => {
  const kept = book();
  const answer = server.reply;
  server.reply = (id, command) => (void answer(id, command), new Promise(() => undefined));
  const killed = await open("one");
  const item = newItem();
  void killed.put(item);
  await until(() => kept.recorded.length === 1);
  killed.close();
  server.reply = answer;
  const next = await open("one");
  assert.deepEqual(next.items.value.map((one) => one.id), [item.id]);
  next.resume();
  await until(() => next.items.value.length === 0);
  assert.deepEqual(kept.recorded, [item.id]);
  assert.deepEqual(sentIds(), [item.id, item.id]);
});

test("a lease that a killed tab leaves behind ends by itself, and another tab takes over", async () => {
  const box = await Box.open(name, PLAIN);
  await box.lease("sender", "killed", Date.now(), 40);
  await box.add(newItem());
  box.close();
  const other = await open("other", { ...PACE, lease: 40, look: 2 });
  other.resume();
  await until(() => other.items.value.length === 0);
  assert.equal(server.puts.length, 1);
});

test("a tab that is doubled has its original's name, and all the same only one of them sends", async () => {
  const quick = { ...PACE, look: 2 };
  const original = await open("tab", quick);
  let answer = (): void => undefined;
  const [first, second] = [newItem(), newItem()];
  server.reply = (id, command) => new Promise((done) => (answer = () => done(recorded(id, command) as never)));
  await keep(original, first, second);
  await until(() => server.puts.length === 1);
  const doubled = await open("tab", quick);
  server.reply = recorded;
  answer();
  await until(() => original.items.value.length === 1 && original.items.value[0]?.id === second.id);
  doubled.resume();
  await until(() => original.items.value.length === 0 && doubled.items.value.length === 0);
  assert.deepEqual(sentIds(), [first.id, second.id]);
});

test("a reply that is lost after the commit is asked for again", async () => {
  const kept = book();
  kept.loseNext = 2;
  const outbox = await open("tab", { ...PACE, first: 1 });
  const item = newItem();
  assert.equal((await outbox.put(item)).how, "recorded");
  assert.deepEqual(kept.recorded, [item.id]);
  assert.equal(server.puts.length, 3);
});

test("of a batch, what the server was too busy for is sent again, and the rest is not", async () => {
  const box = await Box.open(name, await openVault());
  const items = [newItem(), newItem(), newItem()];
  for (const item of items) await box.add(item);
  box.close();
  let busy = true;
  server.reply = (id, command) => {
    if (id !== items[1]?.id || !busy) return recorded(id, command);
    busy = false;
    return { id, status: "again", code: "busy", values: {} };
  };
  const outbox = await open("tab", { ...PACE, first: 1 });
  outbox.resume();
  await until(() => outbox.items.value.length === 0);
  const [one, two, three] = items.map((item) => item.id);
  assert.deepEqual(server.posts.map((sent) => sent.map(({ id }) => id)), [[one, two, three]]);
  assert.deepEqual(server.puts.map((sent) => sent.id), [two]);
});

test("a batch whose answer leaves one out keeps that one", async () => {
  const box = await Box.open(name, await openVault());
  const items = [newItem(), newItem()];
  for (const item of items) await box.add(item);
  box.close();
  const post = server.post.bind(server);
  server.post = async (commands) => (await post(commands)).slice(1);
  const outbox = await open("tab", { ...PACE, first: 1 });
  outbox.resume();
  await until(() => outbox.items.value.length === 0);
  assert.deepEqual(server.puts.map((sent) => sent.id), [items[0]?.id]);
});

test("what something between the tablet and the server answers never throws a line out", async () => {
  const outbox = await open("tab", { ...PACE, first: 1 });
  let times = 0;
  server.reply = (id, command) => ((times += 1) < 4 ? new Problem(404, "unexpected") : recorded(id, command));
  assert.equal((await outbox.put(newItem())).how, "recorded");
  assert.equal(times, 4);
});

test("pauses are between their half and their whole, as chance has it", () => {
  assert.equal(jittered(800, { ...PACE, random: () => 0 }), 400);
  assert.equal(jittered(800, { ...PACE, random: () => 0.5 }), 600);
  assert.ok(jittered(800, { ...PACE, random: () => 0.999999 }) <= 800);
});

test("an act tries at once, however long the pause is", async () => {
  const outbox = await open("tab", ASLEEP);
  offline();
  await keep(outbox, newItem());
  await until(() => server.puts.length === 2);
  server.reply = recorded;
  await outbox.put(newItem());
  await until(() => outbox.items.value.length === 0);
});

test("the network's return, a look at the tablet and a page that comes back try at once", async () => {
  const page = new EventTarget();
  const screen = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const add = globalThis.addEventListener;
  Object.defineProperty(globalThis, "document", { value: screen, configurable: true });
  globalThis.addEventListener = page.addEventListener.bind(page) as typeof add;
  try {
    const outbox = await open("tab", ASLEEP);
    const wakes: (readonly [EventTarget, string])[] = [
      [page, "online"],
      [page, "focus"],
      [page, "pageshow"],
      [screen, "visibilitychange"],
    ];
    for (const [target, event] of wakes) {
      offline();
      const before = server.puts.length;
      await keep(outbox, newItem());
      // The sender may be under way still, and then tries once more.
      await until(() => server.puts.length >= before + 2);
      server.reply = recorded;
      target.dispatchEvent(new Event(event));
      await until(() => outbox.items.value.length === 0);
    }
  } finally {
    globalThis.addEventListener = add;
    Reflect.deleteProperty(globalThis, "document");
  }
});

test("a clock that is set back makes nothing wait for an answer that nobody waits for", () => {
  const item = keptItem({ askUntil: 10_000_000 });
  assert.equal(isFact(item, 10_000_000 - 1000), false);
  assert.equal(isFact(item, 10_000_000), true);
  assert.equal(isFact(item, 10_000_000 - 7_200_000), true);
});

test("a clock that is set back frees a lease that would otherwise last for hours", async () => {
  const box = await Box.open(name, PLAIN);
  assert.equal(await box.lease("sender", "one", 10_000_000, 500), true);
  assert.equal(await box.lease("sender", "other", 10_000_000 - 7_200_000, 500), true);
  box.close();
});

test("lines are kept in the order of the acts, whichever is sealed first", async () => {
  offline();
  const vault = await openVault();
  let slow = true;
  const uneven = {
    ...vault,
    sealed: true,
    open: vault.open.bind(vault),
    seal: async (value: unknown) => {
      const wait = slow;
      slow = false;
      if (wait) await new Promise((done) => setTimeout(done, 20));
      return vault.seal(value);
    },
  };
  const outbox = await Outbox.open("tab", { transport: server, name, vault: uneven });
  opened.push(outbox);
  const items = [newItem(), newItem()];
  await keep(outbox, ...items);
  assert.deepEqual(outbox.items.value.map((one) => [one.id, one.sequence]), items.map(({ id }, at) => [id, at + 1]));
});

test("lines about a new visit wait for its name, after the tablet was started again too", async () => {
  offline();
  const before = await open();
  const arrival = newItem({ command: { kind: "check_in" } });
  const leaving = newItem({ command: { kind: "check_out" }, visitOf: arrival.id });
  await keep(before, arrival, leaving);
  before.close();
  server.reply = recorded;
  const after = await open();
  after.resume();
  await until(() => after.items.value.length === 0);
  // The page that was closed may have had the arrival on its way once more.
  const told = server.puts.filter((sent) => sent.id === leaving.id).map((sent) => sent.command["visit_id"]);
  assert.deepEqual(told, [`visit-of-${arrival.id}`]);
});

test("a line about a visit that was named meanwhile finds the name", async () => {
  const [one, other] = [await open("one"), await open("other")];
  const arrival = newItem({ command: { kind: "check_in" } });
  await one.put(arrival);
  await other.put(newItem({ command: { kind: "check_out" }, visitOf: arrival.id }));
  assert.equal(server.puts[1]?.command["visit_id"], `visit-of-${arrival.id}`);
});

/** A refused arrival and a departure that was refused with it, both in the tray. */
async function refusedPair(outbox: Outbox): Promise<readonly [string, string]> {
  server.reply = (id) => ({ id, status: "refused", code: "badge_not_free", values: {} });
  const arrival = newItem({ command: { kind: "check_in", badge_number: "014" } });
  await outbox.put(arrival);
  const leaving = newItem({ command: { kind: "check_out" }, visitOf: arrival.id });
  await outbox.put(leaving);
  assert.deepEqual(outbox.items.value.map((item) => item.code), ["badge_not_free", "not_found"]);
  server.reply = recorded;
  return [arrival.id, leaving.id];
}

test("an arrival that is sent once more takes along what was refused only because of it", async () => {
  const outbox = await open();
  const [arrival, leaving] = await refusedPair(outbox);
  await outbox.insist(arrival);
  await until(() => outbox.items.value.length === 0);
  assert.deepEqual(server.puts.slice(1).map((sent) => sent.id), [arrival, leaving]);
  assert.equal(server.puts.at(-1)?.command["visit_id"], `visit-of-${arrival}`);
});

test("an arrival that is put right takes along what was refused only because of it", async () => {
  const outbox = await open();
  const [arrival, leaving] = await refusedPair(outbox);
  const right = newItem({ command: { kind: "check_in", badge_number: "015" } });
  await outbox.put(right, arrival);
  await until(() => outbox.items.value.length === 0);
  assert.deepEqual(server.puts.slice(1).map((sent) => sent.id), [right.id, leaving]);
  assert.equal(server.puts.at(-1)?.command["visit_id"], `visit-of-${right.id}`);
});

test("what was refused as a fact is not offered as one again", async () => {
  const outbox = await open();
  const refuse: typeof server.reply = (id) => ({ id, status: "refused", code: "quota_reached", values: {} });
  server.reply = refuse;
  await outbox.put(newItem());
  assert.notEqual(outbox.items.value[0]?.askUntil, 0);
  await outbox.insist(outbox.items.value[0]?.id ?? "");
  await until(() => server.puts.length === 2 && outbox.items.value[0]?.status === "refused");
  assert.equal(outbox.items.value[0]?.askUntil, 0);
});

test("what is only on this tablet is counted in every tab, and is the same after the page is loaded again", async () => {
  offline();
  const [one, other] = [await open("one"), await open("other")];
  await keep(one, newItem(), newItem());
  await keep(other, newItem());
  await until(() => one.items.value.length === 3 && other.items.value.length === 3);
  one.close();
  other.close();
  assert.equal((await open("one")).items.value.length, 3);
});
