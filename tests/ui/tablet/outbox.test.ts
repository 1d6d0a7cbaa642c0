import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Problem, Unreachable } from "../../../kiosk_ui/src/tablet/api";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { Box } from "../../../kiosk_ui/src/tablet/outbox/box";
import { type Ending, Outbox } from "../../../kiosk_ui/src/tablet/outbox/outbox";
import { openVault } from "../../../kiosk_ui/src/tablet/vault";
import { newItem, recorded, Server, until } from "./gate";

let name: string;
let server: Server;
let opened: Outbox[];

beforeEach(() => {
  // As on a plain-http name, where there are no locks: the lease does their work.
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  name = newId();
  server = new Server();
  opened = [];
});

afterEach(() => opened.forEach((outbox) => outbox.close()));

async function open(tab = "tab"): Promise<Outbox> {
  const outbox = await Outbox.open(tab, { transport: server, name });
  opened.push(outbox);
  return outbox;
}

/** What is in IndexedDB, whatever an outbox believes. */
async function kept(): Promise<string[]> {
  const box = await Box.open(name, await openVault());
  const found = (await box.all()).map((item) => `${item.id} ${item.status}`);
  box.close();
  return found;
}

test("a command is on the disk before anything is asked of the network", async () => {
  const outbox = await open();
  const item = newItem();
  let atSending: string[] = [];
  server.reply = async (id, command) => {
    atSending = await kept();
    return recorded(id, command);
  };
  await outbox.put(item);
  assert.deepEqual(atSending, [`${item.id} unsent`]);
});

test("an answered command is recorded and leaves the outbox", async () => {
  const outbox = await open();
  const item = newItem();
  assert.deepEqual(await outbox.put(item), { how: "recorded", values: { visit_id: `visit-of-${item.id}` } });
  assert.deepEqual(outbox.items.value, []);
  assert.deepEqual(await kept(), []);
  assert.equal(server.puts[0]?.command["mode"], "ask");
});

test("a command that was recorded before is recorded", async () => {
  const outbox = await open();
  server.reply = (id) => ({ id, status: "repeated", code: null, values: {} });
  assert.equal((await outbox.put(newItem())).how, "recorded");
});

test("an answer that echoes another id takes nothing out of the outbox", async () => {
  const outbox = await open();
  const item = newItem();
  let times = 0;
  server.reply = (id, command) => ((times += 1) < 3 ? recorded(newId(), command) : recorded(id, command));
  assert.equal((await outbox.put(item)).how, "recorded");
  assert.equal(times, 3);
});

test("a refused command stops the guard and waits in the tray", async () => {
  const outbox = await open();
  server.reply = (id) => ({ id, status: "refused", code: "badge_not_free", values: { next: "015" } });
  const item = newItem();
  assert.deepEqual(await outbox.put(item), { how: "refused", code: "badge_not_free", values: { next: "015" } });
  assert.deepEqual(await kept(), [`${item.id} refused`]);
});

test("a refused ask may be sent again as a fact under the same id", async () => {
  const outbox = await open();
  server.reply = (id, command) =>
    command["mode"] === "ask" ? { id, status: "refused", code: "quota_reached", values: {} } : recorded(id, command);
  const item = newItem();
  await outbox.put(item);
  await outbox.insist(item.id);
  await until(() => outbox.items.value.length === 0);
  assert.deepEqual(
    server.puts.map((put) => [put.id, put.command["mode"]]),
    [
      [item.id, "ask"],
      [item.id, "fact"],
    ],
  );
});

test("a command that is not answered in time is sent again as a fact, with the same content", async () => {
  const outbox = await open();
  server.reply = (id, command) => (command["mode"] === "ask" ? new Unreachable(id) : recorded(id, command));
  const item = newItem();
  await outbox.put(item);
  await until(() => outbox.items.value.length === 0);
  const [ask, fact] = server.puts.map((put) => put.command);
  assert.deepEqual({ ...fact, mode: "ask" }, ask);
});

test("the guard goes on after a second and a half, and hears later", async () => {
  const outbox = await open();
  const heard: Ending["how"][] = [];
  outbox.listen((_item, ending) => heard.push(ending.how));
  let answer: () => void = () => undefined;
  server.reply = (id, command) => new Promise((done) => (answer = () => done(recorded(id, command) as never)));
  assert.equal((await outbox.put(newItem())).how, "later");
  assert.deepEqual(heard, []);
  answer();
  await until(() => heard.length === 1);
  assert.deepEqual(heard, ["recorded"]);
});

test("what was not sent is sent by the page that is opened next, in order and in one batch", async () => {
  const before = await open();
  server.reply = (id) => new Unreachable(id);
  const items = [newItem(), newItem(), newItem()];
  for (const item of items) void before.put(item);
  await until(() => before.items.value.length === 3);
  before.close();
  server.reply = recorded;
  const box = await Box.open(name, await openVault());
  for (const item of items) await box.late(item.id);
  box.close();
  const after = await open();
  assert.equal(after.items.value.length, 3);
  after.resume();
  await until(() => after.items.value.length === 0);
  assert.deepEqual(
    server.posts.at(-1)?.map((sent) => sent.id),
    items.map((item) => item.id),
  );
  assert.ok(server.posts.at(-1)?.every((sent) => sent.command["mode"] === "fact"));
});

test("one bad command never holds up the others", async () => {
  const box = await Box.open(name, await openVault());
  const [good, bad, better] = [newItem(), newItem(), newItem()];
  for (const item of [good, bad, better]) await box.add(item);
  box.close();
  server.reply = (id, command) => (id === bad?.id ? new Problem(422, "input_odd") : recorded(id, command));
  const outbox = await open();
  outbox.resume();
  await until(() => outbox.items.value.length === 1);
  assert.deepEqual(await kept(), [`${bad?.id} refused`]);
});

test("while nobody is logged in nothing is lost, and sending goes on afterwards", async () => {
  const outbox = await open();
  let asked = 0;
  outbox.onLoginNeeded = () => (asked += 1);
  server.reply = () => new Problem(401, "not_logged_in");
  await outbox.put(newItem());
  assert.equal(asked, 1);
  assert.equal(outbox.items.value.length, 1);
  server.reply = recorded;
  outbox.resume();
  await until(() => outbox.items.value.length === 0);
});

test("a busy server is asked again after the time that it names", async () => {
  const outbox = await open();
  const times: number[] = [];
  server.reply = (id, command) => {
    times.push(Date.now());
    return times.length === 1 ? new Problem(503, "busy", {}, 0.05) : recorded(id, command);
  };
  await outbox.put(newItem());
  assert.ok(Number(times[1]) - Number(times[0]) >= 45);
  assert.deepEqual(await kept(), []);
});

test("a server that takes the origin for another's refuses no line", async () => {
  const outbox = await open();
  server.reply = () => new Problem(403, "origin_unproven");
  const ending = await outbox.put(newItem());
  assert.equal(ending.how, "later");
  server.reply = recorded;
  await until(() => outbox.items.value.length === 0);
});

test("an id that was used with other content goes to the tray", async () => {
  const outbox = await open();
  server.reply = () => new Problem(409, "command_reused");
  assert.deepEqual(await outbox.put(newItem()), { how: "refused", code: "command_reused", values: {} });
});

test("a command about a visit that is not named yet waits for its name", async () => {
  const outbox = await open();
  const arrival = newItem({ command: { kind: "check_in" } });
  const leaving = newItem({ command: { kind: "check_out" }, visitOf: arrival.id });
  await Promise.all([outbox.put(arrival), outbox.put(leaving)]);
  assert.equal(server.puts[1]?.command["visit_id"], `visit-of-${arrival.id}`);
});

test("a command about a visit that never came to be goes to the tray", async () => {
  const outbox = await open();
  server.reply = (id) => ({ id, status: "refused", code: "incomplete", values: {} });
  const arrival = newItem({ command: { kind: "check_in" } });
  await outbox.put(arrival);
  const ending = await outbox.put(newItem({ command: { kind: "check_out" }, visitOf: arrival.id }));
  assert.deepEqual(ending, { how: "refused", code: "not_found", values: {} });
});

test("two tabs send each command once, and both hear of it", async () => {
  const [one, other] = [await open("one"), await open("other")];
  const heard: string[] = [];
  other.listen((item) => heard.push(item.id));
  const items = [newItem(), newItem()];
  await Promise.all([one.put(items[0] ?? newItem()), one.put(items[1] ?? newItem())]);
  await until(() => heard.length === 2 && other.items.value.length === 0);
  assert.deepEqual(heard.sort(), items.map((item) => item.id).sort());
  assert.equal(server.puts.length + server.posts.flat().length, 2);
});

test("items are counted without gaps, across pages", async () => {
  const one = await open();
  await one.put(newItem());
  await one.put(newItem());
  one.close();
  await (await open()).put(newItem());
  assert.deepEqual(
    server.puts.map((put) => put.command["device_sequence"]),
    [1, 2, 3],
  );
});

test("a lease is held by one, ends by itself, and only its owner ends it early", async () => {
  const box = await Box.open(name, await openVault());
  assert.equal(await box.lease("sender", "one", 1000, 500), true);
  assert.equal(await box.lease("sender", "other", 1400, 500), false);
  await box.release("sender", "other");
  assert.equal(await box.lease("sender", "other", 1400, 500), false);
  assert.equal(await box.lease("sender", "one", 1400, 500), true);
  assert.equal(await box.lease("sender", "other", 1900, 500), true);
  box.close();
});
