import "fake-indexeddb/auto";
import { forceCloseDatabase } from "fake-indexeddb";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type IDBPDatabase, openDB } from "idb";
import { lastAct, useOutbox } from "../../../kiosk_ui/src/tablet/acts";
import { Unreachable } from "../../../kiosk_ui/src/tablet/api";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { note } from "../../../kiosk_ui/src/tablet/gate";
import { Outdated } from "../../../kiosk_ui/src/tablet/outbox/disk";
import { type Item, UNREADABLE } from "../../../kiosk_ui/src/tablet/outbox/items";
import { Outbox } from "../../../kiosk_ui/src/tablet/outbox/outbox";
import { openVault, PLAIN, type Vault } from "../../../kiosk_ui/src/tablet/vault";
import { keptItem, newItem, recorded, Server, until, visit } from "./gate";

let name: string;
let server: Server;
let opened: Outbox[];
let connections: IDBDatabase[];

const openDatabase = IDBFactory.prototype.open;

beforeEach(() => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  name = newId();
  server = new Server();
  opened = [];
  connections = [];
  IDBFactory.prototype.open = function (this: IDBFactory, ...wanted: [string, number?]): IDBOpenDBRequest {
    const request = openDatabase.apply(this, wanted);
    request.addEventListener("success", () => request.result.name === name && connections.push(request.result));
    return request;
  };
});

afterEach(() => {
  opened.forEach((outbox) => outbox.close());
  IDBFactory.prototype.open = openDatabase;
});

async function open(vault?: Vault, blocked?: () => void): Promise<Outbox> {
  const outbox = await Outbox.open("tab", {
    transport: server,
    name,
    ...(vault ? { vault } : {}),
    ...(blocked ? { blocked } : {}),
  });
  opened.push(outbox);
  return outbox;
}

const offline = (): void => void (server.reply = (id) => new Unreachable(id));

/** Put without waiting for the answer; it is kept when this is over. */
async function keep(outbox: Outbox, ...items: ReturnType<typeof newItem>[]): Promise<void> {
  const before = outbox.items.value.length;
  for (const item of items) void outbox.put(item);
  await until(() => outbox.items.value.length === before + items.length);
}

/** What lies in a store, as it is. */
async function raw(store = "outbox"): Promise<Record<string, unknown>[]> {
  const database = await openDB(name);
  const found = (await database.getAll(store)) as Record<string, unknown>[];
  database.close();
  return found;
}

/** The database as the first version of the tablet made it. */
async function firstVersion(items: readonly object[]): Promise<IDBPDatabase> {
  const database = await openDB(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("outbox", { keyPath: "id" }).createIndex("sequence", "sequence");
      fresh.createObjectStore("counters");
      fresh.createObjectStore("leases");
    },
  });
  for (const item of items) await database.add("outbox", item);
  await database.put("counters", 7, "sequence");
  return database;
}

const first = (changed: Partial<Item>): object => {
  const { visitId, draft, ...item } = keptItem(changed);
  assert.deepEqual([visitId, draft], [null, null]);
  return item;
};

test("nothing that somebody entered can be read on the disk, and what is looked for can", async () => {
  offline();
  const outbox = await open();
  const row = visit({ name: "Trần Thị Hoa" });
  await keep(outbox, newItem({ command: { kind: "add_note", text: "mang thang" }, rows: [row] }));
  const [stored] = await raw();
  const { content, refusal, ...plain } = stored ?? {};
  assert.deepEqual(Object.keys(plain).sort(), "askUntil code id kind sequence status visitId visitOf".split(" "));
  assert.equal(refusal, null);
  const { iv, data } = content as { iv: Uint8Array; data: ArrayBuffer };
  assert.equal(iv.length, 12);
  assert.ok(!/thang|Hoa|add_note/.test(Buffer.from(data).toString("latin1")));
});

test("what a refusal says is sealed too", async () => {
  const outbox = await open();
  server.reply = (id) => ({ id, status: "refused", code: "already_decided", values: { by: "Nguyễn Văn Đức" } });
  await outbox.put(newItem());
  const [stored] = await raw();
  assert.deepEqual([stored?.["status"], stored?.["code"]], ["refused", "already_decided"]);
  assert.deepEqual(Object.keys(stored?.["refusal"] as object).sort(), ["data", "iv"]);
  outbox.close();
  assert.deepEqual((await open()).items.value[0]?.values, { by: "Nguyễn Văn Đức" });
});

test("without a vault, as on a plain-http name, lines are kept and sent all the same", async () => {
  offline();
  const outbox = await open(PLAIN);
  await keep(outbox, newItem(), newItem());
  outbox.close();
  server.reply = recorded;
  const after = await open(PLAIN);
  after.resume();
  await until(() => after.items.value.length === 0);
  assert.deepEqual(await raw(), []);
});

test("a tablet that is updated keeps the lines of the first version, counts on, and seals them", async () => {
  const rows = [visit()];
  const unsent = first({ sequence: 6, rows, command: { kind: "check_in", purpose: "hồ sơ" } });
  const refused = first({ sequence: 7, status: "refused", code: "badge_not_free", values: { next: "015" } });
  (await firstVersion([refused, unsent])).close();
  offline();
  const outbox = await open();
  assert.deepEqual(
    outbox.items.value,
    [unsent, refused].map((item) => ({ ...item, visitId: null, draft: null })),
  );
  await keep(outbox, newItem());
  assert.equal(outbox.items.value[2]?.sequence, 8);
  const stored = await raw();
  assert.ok(stored.every(({ content }) => "iv" in (content as object)));
  server.reply = recorded;
  outbox.resume();
  await until(() => outbox.items.value.length === 1);
  assert.equal(server.puts[0]?.command["purpose"] ?? server.posts[0]?.[0]?.command["purpose"], "hồ sơ");
});

test("an older page that holds the disk is named, and once it is closed nothing is missing", async () => {
  const old = await firstVersion([first({})]);
  offline();
  let named = 0;
  const opening = open(undefined, () => (named += 1));
  await until(() => named === 1);
  old.close();
  assert.equal((await opening).items.value.length, 1);
});

test("a line whose key is gone stays in the tray, and the others are sent", async () => {
  offline();
  const vault = await openVault(`${name}-vault`);
  const before = await open(vault);
  const lost = newItem({ command: { kind: "check_out" } });
  await keep(before, lost);
  before.close();
  await vault.erase();
  server = new Server();
  const outbox = await open(await openVault(`${name}-vault`));
  await outbox.put(newItem());
  await until(() => outbox.items.value.length === 1);
  const [left] = outbox.items.value;
  assert.deepEqual(
    [left?.id, left?.status, left?.code, left?.command],
    [lost.id, "refused", UNREADABLE, { kind: "check_out" }],
  );
  assert.equal((await raw()).length, 1);
  assert.ok(server.puts.every((sent) => sent.id !== lost.id));
});

test("what stands for a refused line takes its place in the same moment", async () => {
  server.reply = (id) => ({ id, status: "refused", code: "incomplete", values: {} });
  const outbox = await open();
  const refused = newItem();
  await outbox.put(refused);
  offline();
  const follower = newItem({ command: { kind: "discard_refused", refused_id: refused.id } });
  void outbox.put(follower, refused.id);
  await until(() => outbox.items.value[0]?.id === follower.id);
  assert.deepEqual((await raw()).map((stored) => stored["id"]), [follower.id]);
});

test("a line that is not refused is never replaced", async () => {
  offline();
  const outbox = await open();
  const [waits, other] = [newItem(), newItem()];
  await keep(outbox, waits);
  void outbox.put(other, waits.id);
  await until(async () => (await raw()).length === 2);
});

async function withFullDisk(work: () => Promise<void>): Promise<void> {
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (this: IDBObjectStore): IDBRequest<IDBValidKey> {
    throw new DOMException("the disk is full", "QuotaExceededError");
  };
  try {
    await work();
  } finally {
    IDBObjectStore.prototype.add = add;
  }
}

test("on a full disk nothing is half kept, the refused line stays, and the next one is counted on", async () => {
  server.reply = (id) => ({ id, status: "refused", code: "incomplete", values: {} });
  const outbox = await open();
  const refused = newItem();
  await outbox.put(refused);
  offline();
  await withFullDisk(async () => {
    await assert.rejects(outbox.put(newItem(), refused.id), { name: "QuotaExceededError" });
  });
  assert.deepEqual((await raw()).map((stored) => stored["id"]), [refused.id]);
  assert.deepEqual(await raw("counters"), [1]);
  await keep(outbox, newItem());
  assert.equal(outbox.items.value[1]?.sequence, 2);
});

test("on a full disk an act is not painted, and the guard is told so", async () => {
  const outbox = await open();
  useOutbox(outbox);
  await withFullDisk(async () => {
    assert.deepEqual(await note(visit(), "mang thang"), { how: "refused", code: "disk_full", values: {} });
  });
  assert.deepEqual([lastAct.value?.how, lastAct.value?.refusal?.code], ["refused", "disk_full"]);
  assert.deepEqual(outbox.items.value, []);
  assert.deepEqual(server.puts, []);
});

test("where the browser closes the database under us, it is opened again and all goes on", async () => {
  offline();
  const outbox = await open();
  await keep(outbox, newItem());
  connections.forEach((connection) => forceCloseDatabase(connection as never));
  await keep(outbox, newItem());
  connections.forEach((connection) => forceCloseDatabase(connection as never));
  server.reply = recorded;
  outbox.resume();
  await until(() => outbox.items.value.length === 0);
  assert.deepEqual(await raw(), []);
  assert.deepEqual(await raw("counters"), [2]);
});

test("where it is closed while a line is being written, the line is kept once", async () => {
  offline();
  const outbox = await open();
  const put = IDBObjectStore.prototype.put;
  let closed = false;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...given: [unknown, IDBValidKey?]) {
    const request = put.apply(this, given);
    if (!closed) connections.forEach((connection) => forceCloseDatabase(connection as never));
    closed = true;
    return request;
  };
  try {
    await keep(outbox, newItem());
  } finally {
    IDBObjectStore.prototype.put = put;
  }
  assert.equal(closed, true);
  assert.deepEqual((await raw()).map((stored) => stored["sequence"]), [1]);
});

test("a newer page is not held up; the older one records nothing more, says so, and loses nothing", async () => {
  offline();
  const outbox = await open();
  const kept = newItem();
  await keep(outbox, kept);
  const newer = await openDB(name, 99);
  await assert.rejects(outbox.put(newItem()), Outdated);
  assert.equal(outbox.outdated.value, true);
  assert.deepEqual((await newer.getAllKeys("outbox")), [kept.id]);
  newer.close();
});

test("a tablet that is no longer the site's keeps nothing", async () => {
  offline();
  const outbox = await open();
  await keep(outbox, newItem(), newItem());
  await outbox.erase();
  assert.deepEqual(outbox.items.value, []);
  assert.deepEqual([await raw(), await raw("counters")], [[], []]);
});
