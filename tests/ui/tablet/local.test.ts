import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { openDB } from "idb";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { type Duty, Local } from "../../../kiosk_ui/src/tablet/local";
import { openVault, PLAIN, type Vault } from "../../../kiosk_ui/src/tablet/vault";
import { GUARD, snapshot, visit } from "./gate";

const DUTY: Duty = {
  account: { id: GUARD, name: "Nguyễn Văn Đức", stand_in: false, expires_at: null },
  since: "2026-11-24T00:00:00Z",
  locked: false,
};
let name: string;
let vault: Vault;
let opened: Local[];

const open = (sealedBy: Vault = vault): Local => {
  const local = Local.open(sealedBy, name);
  opened.push(local);
  return local;
};

beforeEach(async () => {
  name = newId();
  vault = await openVault(newId());
  opened = [];
});

afterEach(() => {
  mock.restoreAll();
  opened.forEach((local) => local.close());
});

const HOA = visit();

test("what the server told is there again after a restart, with whoever works", async () => {
  const told = snapshot({ visits: [HOA] });
  await open().keepSnapshot(told, DUTY, -7_200_000);
  assert.deepEqual(await open().snapshot(), { snapshot: told, offset: -7_200_000, duty: DUTY });
});

test("lines that changed since are kept with the rest", async () => {
  const local = open();
  const told = snapshot({ visits: [HOA] });
  await local.keepSnapshot(told, DUTY, 0);
  const left = { ...HOA, state: "left" as const, sequence: HOA.sequence + 1 };
  local.keepLines({ visits: [left], badges: told.badges, sequence: told.sequence + 1, offset: 250 });
  await local.flush();
  const known = await open().snapshot();
  assert.deepEqual(known?.snapshot, { ...told, visits: [left], sequence: told.sequence + 1 });
  assert.equal(known?.offset, 250);
});

test("the last guard has gone: the next start knows it", async () => {
  const local = open();
  await local.keepSnapshot(snapshot({}), DUTY, 0);
  await local.keepDuty(null);
  assert.equal((await open().snapshot())?.duty, null);
});

test("what comes while it is being written is written too", async () => {
  const local = open();
  const told = snapshot({});
  void local.keepSnapshot(told, DUTY, 0);
  for (let sequence = 1; sequence <= 20; sequence += 1) {
    local.keepLines({ visits: [], badges: [], sequence: told.sequence + sequence, offset: 0 });
  }
  await local.flush();
  assert.equal((await open().snapshot())?.snapshot.sequence, told.sequence + 20);
});

test("nothing on the disk can be read without the key", async () => {
  await open().keepSnapshot(snapshot({ visits: [{ ...HOA, name: "Trần Thị Hoa" }] }), DUTY, 0);
  const database = await openDB(name, 1);
  for (const kept of (await database.getAll("kept")) as { iv: Uint8Array; data: ArrayBuffer }[]) {
    assert.deepEqual(Object.keys(kept).sort(), ["data", "iv"]);
    assert.equal(new TextDecoder().decode(kept.data).includes("Hoa"), false);
  }
  database.close();
  assert.equal(await open(await openVault(newId())).snapshot(), null);
});

test("where nothing can be sealed nothing is kept", async () => {
  const local = open(PLAIN);
  await local.keepSnapshot(snapshot({}), DUTY, 0);
  local.keepLines({ visits: [], badges: [], sequence: 1, offset: 0 });
  await local.flush();
  assert.equal(await local.snapshot(), null);
  assert.equal((await indexedDB.databases()).some((database) => database.name === name), false);
});

test("a full disk is said, and what is owed is written when there is room", async () => {
  const local = open();
  const full = mock.method(IDBObjectStore.prototype, "put", () => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  await local.keepSnapshot(snapshot({ visits: [HOA] }), DUTY, 0);
  assert.equal(local.trouble.value, "full");
  full.mock.restore();
  await local.keepDuty({ ...DUTY, locked: true });
  assert.equal(local.trouble.value, null);
  const known = await open().snapshot();
  assert.equal(known?.snapshot.visits.length, 1);
  assert.equal(known?.duty?.locked, true);
});

test("a disk that is gone is said, and the tablet goes on", async () => {
  const local = open();
  const gone = mock.method(IDBFactory.prototype, "open", () => {
    throw new DOMException("gone", "UnknownError");
  });
  await local.keepSnapshot(snapshot({}), DUTY, 0);
  assert.equal(local.trouble.value, "closed");
  assert.equal(await local.snapshot(), null);
  gone.mock.restore();
  await local.flush();
  assert.equal(local.trouble.value, null);
  assert.notEqual(await local.snapshot(), null);
});

test("erased, nothing is left, not even what was still to be written", async () => {
  const local = open();
  await local.keepSnapshot(snapshot({}), DUTY, 0);
  local.keepLines({ visits: [HOA], badges: [], sequence: 2, offset: 0 });
  await local.erase();
  await local.flush();
  const database = await openDB(name, 1);
  assert.equal(await database.count("kept"), 0);
  database.close();
});

test("erased in another tab, what this one was about to write is not written, nor what it hears later", async () => {
  const [local, other] = [open(), open()];
  const told = snapshot({});
  await local.keepSnapshot(told, DUTY, 0);
  const database = await openDB(name, 1);
  mock.timers.enable({ apis: ["setTimeout"] });
  const lines = { visits: [HOA], badges: [], sequence: 2, offset: 0 };
  local.keepLines(lines);
  await other.erase();
  const heard = local.erase();
  local.keepLines(lines);
  void local.keepDuty({ ...DUTY, locked: true });
  await heard;
  local.keepLines(lines);
  mock.timers.tick(10_000);
  mock.timers.reset();
  await local.flush();
  assert.equal(await database.count("kept"), 0);
  database.close();
  // Paired anew, it keeps again.
  await local.keepSnapshot(told, DUTY, 0);
  assert.deepEqual((await open().snapshot())?.snapshot, told);
});
