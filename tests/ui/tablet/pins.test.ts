import "fake-indexeddb/auto";
import { forceCloseDatabase } from "fake-indexeddb";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { openDB } from "idb";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { ATTEMPTS, ITERATIONS, Pins, VALID } from "../../../kiosk_ui/src/tablet/pins";
import { openVault, PLAIN, type Vault } from "../../../kiosk_ui/src/tablet/vault";
import { GUARD, MORNING } from "./gate";

const PIN = "480215";
const WRONG = "111111";
const OTHER = "019ab000-0000-7000-8000-0000000000d1";
const DUC = { id: GUARD, expires_at: null };
const LAN = { id: OTHER, expires_at: null };
let name: string;
let vault: Vault;
let at: number;
let opened: Pins[];

const FEW = 1000;
const open = (sealedBy: Vault = vault): Pins => {
  const pins = new Pins(sealedBy, () => at, name, FEW);
  opened.push(pins);
  return pins;
};

beforeEach(async () => {
  name = newId();
  vault = await openVault(newId());
  at = MORNING;
  opened = [];
});

afterEach(() => opened.forEach((pins) => pins.close()));

const times = async (count: number, work: () => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < count; done += 1) await work();
};

test("a PIN that the server has taken is known here, and no other", async () => {
  const pins = open();
  await pins.keep(DUC, PIN);
  assert.equal(await pins.check(GUARD, PIN), "right");
  assert.equal(await pins.check(GUARD, WRONG), "wrong");
  assert.equal(await pins.check(OTHER, PIN), "needs_server");
  assert.deepEqual([...(await pins.known())], [GUARD]);
});

test("somebody unknown costs the same work", async () => {
  const pins = open();
  let derived = 0;
  const deriveBits = crypto.subtle.deriveBits.bind(crypto.subtle);
  crypto.subtle.deriveBits = (...how) => ((derived += 1), deriveBits(...how));
  await pins.check(OTHER, PIN);
  crypto.subtle.deriveBits = deriveBits;
  assert.equal(derived, 1);
  assert.ok(ITERATIONS >= 600_000);
});

test("after five wrong ones only the server opens, also after a reload", async () => {
  await open().keep(DUC, PIN);
  assert.equal(await open().triesLeft(GUARD), ATTEMPTS);
  await times(ATTEMPTS - 1, async () => assert.equal(await open().check(GUARD, WRONG), "wrong"));
  assert.deepEqual([await open().triesLeft(GUARD), await open().triesLeft(OTHER)], [1, null]);
  assert.equal(await open().check(GUARD, WRONG), "needs_server");
  assert.equal(await open().check(GUARD, PIN), "needs_server");
  assert.deepEqual([...(await open().known())], []);
  await open().keep(DUC, PIN);
  assert.equal(await open().check(GUARD, PIN), "right");
});

test("the fifth may be right, and then the count begins anew", async () => {
  const pins = open();
  await pins.keep(DUC, PIN);
  await times(ATTEMPTS - 1, () => pins.check(GUARD, WRONG));
  assert.equal(await pins.check(GUARD, PIN), "right");
  await times(ATTEMPTS - 1, async () => assert.equal(await pins.check(GUARD, WRONG), "wrong"));
});

test("two tabs that try at once have five attempts between them", async () => {
  await open().keep(DUC, PIN);
  const [one, other] = [open(), open()];
  const tried = await Promise.all(
    Array.from({ length: 8 }, (_, turn) => (turn % 2 === 0 ? one : other).check(GUARD, WRONG)),
  );
  assert.equal(tried.filter((checked) => checked === "wrong").length, ATTEMPTS - 1);
  assert.equal(await one.check(GUARD, PIN), "needs_server");
});

test("an attempt counts before it is looked at: ending the page takes none back", async () => {
  await open().keep(DUC, PIN);
  const hangs: Vault = { ...PLAIN, sealed: true, mac: () => new Promise(() => undefined) };
  const pins = open(hangs);
  const database = await openDB(name, 1);
  const counted = async (): Promise<number> => (await database.get("kept", GUARD) as { wrong: number }).wrong;
  for (let tried = 0; tried < ATTEMPTS; tried += 1) void pins.check(GUARD, WRONG);
  while ((await counted()) < ATTEMPTS) await new Promise((soon) => setImmediate(soon));
  database.close();
  assert.equal(await open().check(GUARD, PIN), "needs_server");
});

test("what was known of a PIN expires after seven days, also where the clock is set back", async () => {
  const pins = open();
  await pins.keep(DUC, PIN);
  at += VALID - 1;
  assert.equal(await pins.check(GUARD, PIN), "right");
  at += 1;
  assert.equal(await pins.check(GUARD, PIN), "needs_server");
  at = MORNING;
  assert.equal(await pins.check(GUARD, PIN), "needs_server");
});

test("a clock that is set back after the list was looked at, or after a greeting, makes nothing young again", async () => {
  for (const look of [(pins: Pins) => pins.known(), (pins: Pins) => pins.keepOnly([DUC, LAN])]) {
    at = MORNING;
    const pins = open();
    await pins.keep(DUC, PIN);
    at += VALID;
    await look(pins);
    at = MORNING + 1000;
    assert.deepEqual([...(await open().known())], []);
    assert.equal(await open().check(GUARD, PIN), "needs_server");
  }
});

test("an account that ends is known until then, as the server last said", async () => {
  const pins = open();
  await pins.keep({ id: GUARD, expires_at: new Date(MORNING + 60_000).toISOString() }, PIN);
  at += 59_999;
  assert.equal(await pins.check(GUARD, PIN), "right");
  at += 1;
  assert.equal(await pins.check(GUARD, PIN), "needs_server");
  assert.deepEqual([...(await pins.known())], []);
  await pins.keepOnly([{ id: GUARD, expires_at: new Date(MORNING + 120_000).toISOString() }]);
  assert.equal(await pins.check(GUARD, PIN), "right");
  await pins.keepOnly([{ id: GUARD, expires_at: "one day" }]);
  assert.equal(await pins.check(GUARD, PIN), "needs_server");
  // A server that says nothing of it ends nobody's.
  await pins.keepOnly([{ id: GUARD } as typeof DUC]);
  assert.equal(await pins.check(GUARD, PIN), "right");
});

test("a PIN that was changed takes the place of the one before", async () => {
  const pins = open();
  await pins.keep(DUC, PIN);
  await pins.keep(DUC, "975310");
  assert.equal(await pins.check(GUARD, PIN), "wrong");
  assert.equal(await pins.check(GUARD, "975310"), "right");
});

test("a PIN that the server takes no more is forgotten; one that was mistyped changes nothing", async () => {
  const pins = open();
  await pins.keep(DUC, PIN);
  await pins.deny(GUARD, WRONG);
  assert.equal(await pins.check(GUARD, PIN), "right");
  await pins.deny(GUARD, PIN);
  assert.equal(await pins.check(GUARD, PIN), "needs_server");
});

test("who is no guard of the site any more is known no more", async () => {
  const pins = open();
  await pins.keep(DUC, PIN);
  await pins.keep(LAN, PIN);
  await pins.keepOnly([LAN]);
  assert.equal(await pins.check(GUARD, PIN), "needs_server");
  assert.equal(await pins.check(OTHER, PIN), "right");
});

test("one account's proof is of no use for another, and the disk alone proves nothing", async () => {
  const pins = open();
  await pins.keep(DUC, PIN);
  await pins.keep(LAN, WRONG);
  const database = await openDB(name, 1);
  await database.put("kept", await database.get("kept", GUARD), OTHER);
  database.close();
  assert.equal(await pins.check(OTHER, PIN), "wrong");
  const elsewhere = open(await openVault(newId()));
  assert.equal(await elsewhere.check(GUARD, PIN), "wrong");
});

test("where nothing can be sealed nothing is kept, and the server is asked", async () => {
  const pins = open(PLAIN);
  await pins.keep(DUC, PIN);
  assert.equal(await pins.check(GUARD, PIN), "needs_server");
  assert.deepEqual([...(await pins.known())], []);
  assert.equal((await indexedDB.databases()).some((database) => database.name === name), false);
});

test("it goes on when the browser closes the disk under it", async () => {
  const pins = open();
  const [connections, openDatabase] = [[] as IDBDatabase[], IDBFactory.prototype.open];
  IDBFactory.prototype.open = function (this: IDBFactory, ...wanted: [string, number?]): IDBOpenDBRequest {
    const request = openDatabase.apply(this, wanted);
    request.addEventListener("success", () => connections.push(request.result));
    return request;
  };
  await pins.keep(DUC, PIN);
  IDBFactory.prototype.open = openDatabase;
  connections.forEach((connection) => forceCloseDatabase(connection as never));
  assert.equal(await pins.check(GUARD, PIN), "right");
});
