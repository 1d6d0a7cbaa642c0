// A tablet's life in order, as a page that is loaded again and again on one disk.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { after, before, beforeEach, mock, test } from "node:test";
import { openDB } from "idb";
import { act, lastAct } from "../../../kiosk_ui/src/tablet/acts";
import { Problem } from "../../../kiosk_ui/src/tablet/api";
import { lock } from "../../../kiosk_ui/src/tablet/lock";
import {
  badges,
  base,
  erased,
  greeting,
  items,
  locked,
  offlineSince,
  onDuty,
  phase,
  sessionLost,
  snapshot as known,
  unsent,
} from "../../../kiosk_ui/src/tablet/store";
import type { TabletAccount } from "../../../kiosk_ui/src/tablet/types";
import { openVault, PLAIN } from "../../../kiosk_ui/src/tablet/vault";
import { GUARD, snapshot, until, visit } from "./gate";

type Session = typeof import("../../../kiosk_ui/src/tablet/session");
let session: Session;

const PIN = "480215";
const DUC: TabletAccount = { id: GUARD, name: "Nguyễn Văn Đức", stand_in: false, expires_at: null };
const LAN: TabletAccount = { ...DUC, id: "019ab000-0000-7000-8000-0000000000d1", name: "Trần Thị Lan" };
const HOA = visit({ state: "on_site" });

/** The server as a tablet meets it: gone, or there with whoever's session. */
const server = {
  isThere: true,
  isPaired: true,
  isRevoked: false,
  session: null as TabletAccount | null,
  guards: [DUC, LAN] as readonly TabletAccount[],
  pins: new Map([DUC, LAN].map((one) => [one.id, PIN])),
  taken: [] as { kind: string; account_id: string }[],
  /** What answers in the server's place: a Wi-Fi's own page, a proxy's. */
  between: null as (() => Response) | null,
  greetings: 0,
  /** What holds up the answers to greetings on their way. */
  slow: Promise.resolve(),

  told: () =>
    snapshot({ visits: [HOA], guards: server.guards, guard: server.session ?? DUC, server_time: new Date().toISOString() }),

  answer(path: string, body: Record<string, unknown>): unknown {
    const { guards, session: guard } = server;
    if (server.isRevoked) throw new Problem(401, "device_revoked");
    if (!server.isPaired) throw new Problem(401, "device_unknown");
    if (path.endsWith("/greeting") || path.endsWith("/pair")) {
      const { site_name, gate, device_id } = server.told();
      return { site_name, gate, device_id, guards, guard };
    }
    if (path.endsWith("/login")) {
      if (server.pins.get(String(body["account_id"])) !== body["pin"]) throw new Problem(401, "wrong_pin");
      server.session = guards.find((one) => one.id === body["account_id"]) ?? null;
      return server.told();
    }
    if (guard === null) throw new Problem(401, "not_logged_in");
    if (path.endsWith("/unlock") && server.pins.get(guard.id) !== body["pin"]) throw new Problem(401, "wrong_pin");
    if (path.endsWith("/logout")) server.session = null;
    if (path.endsWith("/unlock") || path.endsWith("/logout")) return null;
    if (path.endsWith("/snapshot")) return server.told();
    if (path.includes("/changes")) return { sequence: 10, server_time: new Date().toISOString(), visits: [], badges: [], reload: false };
    return {};
  },

  take(id: string, command: { kind: string; account_id: string }): unknown {
    if (server.session === null) throw new Problem(401, "not_logged_in");
    server.taken.push(command);
    return { id, status: "recorded", code: null, values: {} };
  },

  async fetch(path: string, how: RequestInit): Promise<Response> {
    const answered = await server.respond(path, how);
    if (path.endsWith("/greeting")) {
      server.greetings += 1;
      await server.slow;
    }
    return answered;
  },

  respond(path: string, how: RequestInit): Promise<Response> {
    if (server.between !== null) return Promise.resolve(server.between());
    if (!server.isThere) return Promise.reject(new TypeError("Failed to fetch"));
    const body = JSON.parse(String(how.body ?? "{}")) as Record<string, never>;
    try {
      const answer = path.startsWith("/api/v1/commands") ? commands(path, body) : server.answer(path, body);
      return Promise.resolve(answer === null ? new Response(null, { status: 204 }) : Response.json(answer));
    } catch (error) {
      const { status, code } = error as Problem;
      return Promise.resolve(Response.json({ code, status }, { status }));
    }
  },
};

function commands(path: string, body: Record<string, never>): unknown {
  const batch = body["commands"] as { id: string; command: never }[] | undefined;
  if (batch !== undefined) return { results: batch.map(({ id, command }) => server.take(id, command)) };
  return server.take(path.split("/").at(-1) ?? "", body as never);
}

class Stream {
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  readyState = 0;
  close(): void {
    this.readyState = Stream.CLOSED;
  }
}

class Storage extends Map<string, string> {
  getItem = (key: string): string | null => this.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.set(key, value);
  removeItem = (key: string): void => void this.delete(key);
}

let awake: NodeJS.Timeout;
after(() => clearInterval(awake));

before(async () => {
  setMaxListeners(0);
  const page = new EventTarget();
  const put = (name: string, value: unknown): void =>
    void Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  put("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  put("addEventListener", page.addEventListener.bind(page));
  put("localStorage", new Storage());
  put("sessionStorage", new Storage());
  put("EventSource", Stream);
  put("navigator", {});
  put("BroadcastChannel", undefined);
  put("fetch", (path: string, how: RequestInit) => server.fetch(path, how));
  // What a tablet has still to try again keeps nothing waiting once the last test has ended.
  const [later, again] = [globalThis.setTimeout, globalThis.setInterval];
  awake = again(() => undefined, 1000);
  put("setTimeout", (...how: Parameters<typeof later>) => later(...how).unref());
  put("setInterval", (...how: Parameters<typeof again>) => again(...how).unref());
  session = await import("../../../kiosk_ui/src/tablet/session");
});

/** The page is loaded again: all that it had in mind is gone, what is on the disk is not. */
async function load(opening = openVault()): Promise<void> {
  phase.value = "starting";
  known.value = greeting.value = onDuty.value = offlineSince.value = null;
  base.value = new Map();
  badges.value = [];
  locked.value = sessionLost.value = erased.value = false;
  await session.start(opening);
}

/** The same on plain http, where nothing can be sealed. */
const loadPlain = (): Promise<void> => load(Promise.resolve(PLAIN));

/** A network that is back is noticed by the page without being told when. */
const back = (): void => void ((server.isThere = true), dispatch());
const dispatch = (): void => void document.dispatchEvent(new Event("visibilitychange"));

beforeEach(() => {
  server.taken = [];
});

const refusedAs = (why: string) => (error: unknown) => (error as { why?: string }).why === why;

test("paired and with nobody on duty it shows the names", async () => {
  await load();
  await until(() => phase.value === "duty");
  assert.deepEqual(greeting.value?.guards, [DUC, LAN]);
});

test("without a server nobody begins here who never did with one", async () => {
  server.isThere = false;
  await assert.rejects(session.logIn(DUC.id, PIN), refusedAs("needs_server"));
  assert.equal(phase.value, "duty");
  back();
});

test("logged in with a server, and then loaded again without one, the desk is as it was", async () => {
  await session.logIn(LAN.id, PIN);
  await session.logIn(DUC.id, PIN);
  assert.equal(phase.value, "desk");
  server.isThere = false;
  await load();
  assert.deepEqual([phase.value, onDuty.value, [...base.value.keys()]], ["desk", DUC, [HOA.id]]);
  await until(() => offlineSince.value !== null);
});

test("locked, it is locked after it was loaded again, and the PIN opens it without a server", async () => {
  lock();
  await load();
  assert.equal(locked.value, true);
  await assert.rejects(session.unlock("111111"), refusedAs("wrong"));
  assert.equal(locked.value, true);
  await session.unlock(PIN);
  assert.equal(locked.value, false);
});

test("a lock that only the store remembers holds too: a dead battery opens nothing", async () => {
  lock();
  await until(async () => {
    localStorage.removeItem("gatebook.tablet.active");
    await load();
    return locked.value;
  });
  await session.unlock(PIN);
});

test("the shift is taken over without a server, and the journal will hear of it", async () => {
  let kept = false;
  await session.takeOver(LAN.id, PIN, () => {
    kept = true;
    assert.notDeepEqual(onDuty.value, LAN);
    return Promise.resolve();
  });
  assert.ok(kept);
  assert.deepEqual([phase.value, onDuty.value, known.value?.guard], ["desk", LAN, LAN]);
  await until(() => unsent.value.length === 1);
  assert.deepEqual([unsent.value[0]?.command.kind, unsent.value[0]?.command["account_id"]], ["begin_shift", LAN.id]);
  await load();
  assert.deepEqual([onDuty.value, unsent.value.length], [LAN, 1]);
});

test("back with another's session, the desk goes on as whose it is, and what waits is sent", async () => {
  back();
  await until(() => unsent.value.length === 0);
  assert.deepEqual(server.taken.map(({ kind, account_id }) => [kind, account_id]), [["begin_shift", LAN.id]]);
  await until(() => offlineSince.value === null);
  assert.deepEqual([phase.value, onDuty.value, known.value?.guard, sessionLost.value], ["desk", LAN, LAN, false]);
});

test("the PIN of whoever works opens the lock also where the session is another's, and makes it theirs", async () => {
  lock();
  await session.unlock(PIN);
  assert.deepEqual([locked.value, server.session], [false, LAN]);
});

test("the session ended there: the desk stays, and the PIN sends what waits", async () => {
  server.session = null;
  dispatch();
  await until(() => sessionLost.value);
  assert.deepEqual([phase.value, onDuty.value], ["desk", LAN]);
  await assert.rejects(session.reconnect("111111"), (error) => error instanceof Problem && error.code === "wrong_pin");
  assert.equal(sessionLost.value, true);
  await session.reconnect(PIN);
  assert.deepEqual([phase.value, sessionLost.value, server.session], ["desk", false, LAN]);
});

test("an answer from before the PIN, that comes after it, loses no session again", async () => {
  server.session = null;
  dispatch();
  await until(() => sessionLost.value);
  const [slow, release] = held();
  server.slow = slow;
  const asked = server.greetings;
  await until(() => (dispatch(), server.greetings > asked));
  await session.reconnect(PIN);
  const answered = server.greetings;
  release();
  await until(() => server.greetings > answered);
  assert.deepEqual([phase.value, sessionLost.value, server.session], ["desk", false, LAN]);
});

test("logged out without a server nobody works here, whatever session the server still has", async () => {
  server.isThere = false;
  await session.logOut();
  assert.deepEqual([phase.value, onDuty.value], ["duty", null]);
  await load();
  assert.deepEqual([phase.value, onDuty.value], ["duty", null]);
  assert.equal(server.session, LAN);
  back();
  await until(() => server.session === null);
  assert.deepEqual([phase.value, onDuty.value], ["duty", null]);
});

test("what is unsent outlives the change of shift and every reload", async () => {
  server.isThere = false;
  await session.logIn(DUC.id, PIN);
  await until(() => unsent.value.length === 1);
  await session.logOut();
  await load();
  assert.deepEqual([phase.value, unsent.value.length], ["duty", 1]);
  back();
  await session.logIn(LAN.id, PIN);
  await until(() => unsent.value.length === 0);
  assert.deepEqual(server.taken.map(({ account_id }) => account_id), [DUC.id]);
});

test("a PIN that was changed there opens here as the new one only", async () => {
  server.pins.set(LAN.id, "975310");
  await assert.rejects(session.logIn(LAN.id, PIN), (error) => error instanceof Problem);
  server.isThere = false;
  await assert.rejects(session.logIn(LAN.id, PIN), refusedAs("needs_server"));
  back();
  await session.logIn(LAN.id, "975310");
  server.isThere = false;
  await session.logIn(LAN.id, "975310");
  assert.deepEqual(onDuty.value, LAN);
  back();
});

test("whose account was ended does not go on, and can begin here no more", async () => {
  server.guards = [DUC];
  server.session = null;
  dispatch();
  await until(() => phase.value === "duty");
  assert.deepEqual(greeting.value?.guards, [DUC]);
  server.isThere = false;
  await assert.rejects(session.logIn(LAN.id, "975310"), refusedAs("needs_server"));
  server.guards = [DUC, LAN];
});

test("a tablet that lost its cookie is paired anew, and keeps what it has not sent", async () => {
  await session.logIn(DUC.id, PIN);
  await until(() => unsent.value.length > 0);
  server.isPaired = false;
  back();
  await until(() => phase.value === "pairing");
  assert.equal(erased.value, false);
  assert.ok(unsent.value.length > 0);
  server.isPaired = true;
  await session.pair("482913");
  // Nobody who worked here before begins without a server, and a reload opens no desk.
  server.isThere = false;
  for (const one of [DUC, LAN]) await assert.rejects(session.logIn(one.id, PIN), refusedAs("needs_server"));
  await load();
  assert.deepEqual([phase.value, onDuty.value, unsent.value.length > 0], ["duty", null, true]);
  back();
  await session.logIn(DUC.id, PIN);
  await until(() => unsent.value.length === 0);
});

test("a stand-in's PIN opens until the account ends, and not after, whatever the clock is set to", async () => {
  const end = Date.now() + 3_600_000;
  const standIn = { ...LAN, id: "019ab000-0000-7000-8000-0000000000d2", stand_in: true, expires_at: new Date(end).toISOString() };
  server.guards = [DUC, LAN, standIn];
  server.pins.set(standIn.id, "602481");
  await session.logIn(standIn.id, "602481");
  server.isThere = false;
  await session.logIn(standIn.id, "602481");
  assert.ok((await session.knownPins()).has(standIn.id));
  let at = end;
  const clock = mock.method(Date, "now", () => at);
  assert.equal((await session.knownPins()).has(standIn.id), false);
  await assert.rejects(session.logIn(standIn.id, "602481"), refusedAs("needs_server"));
  at = end - 3_000_000;
  await assert.rejects(session.logIn(standIn.id, "602481"), refusedAs("needs_server"));
  await session.logIn(DUC.id, PIN);
  clock.mock.restore();
  server.guards = [DUC, LAN];
  back();
  await session.logIn(DUC.id, PIN);
  await until(() => unsent.value.length === 0);
});

test("a yes that is not the server's proves no PIN, opens no lock and ends no shift", async () => {
  const html = { status: 200, headers: { "Content-Type": "text/html" } };
  const strangers = [
    () => new Response("<html>Vui lòng đăng nhập Wi-Fi</html>", html),
    () => new Response("", { status: 200 }),
    () => Response.json({ ok: true }),
    () => Response.json([]),
    () => Response.json({ guard: LAN }),
  ];
  for (const stranger of strangers) {
    lock();
    await until(() => locked.value);
    server.between = stranger;
    await assert.rejects(session.unlock("111222"), refusedAs("wrong"));
    assert.equal(locked.value, true);
    await session.unlock(PIN);
    await assert.rejects(session.logIn(DUC.id, "111222"), refusedAs("wrong"));
    await session.logIn(DUC.id, PIN);
    server.between = null;
  }
  // Nothing of a PIN and without a body: the server says so to a login never.
  server.between = () => new Response(null, { status: 204 });
  await assert.rejects(session.logIn(DUC.id, "111222"), refusedAs("wrong"));
  server.between = strangers[0] ?? null;
  await session.logOut();
  assert.deepEqual([phase.value, server.session], ["duty", DUC]);
  server.between = null;
  await session.logIn(DUC.id, PIN);
  await until(() => unsent.value.length === 0);
});

const ACTIVE = "gatebook.tablet.active";

test("where the clock fell back, or says nothing, a start is locked", async () => {
  server.isThere = false;
  for (const mark of [String(Date.now() + 90_000), String(Date.now() + 365 * 86_400_000), "NaN", ""]) {
    localStorage.setItem(ACTIVE, mark);
    await load();
    assert.deepEqual([phase.value, locked.value], ["desk", true], mark);
  }
  localStorage.setItem(ACTIVE, String(Date.now() + 5000));
  await load();
  assert.equal(locked.value, false);
  back();
  await until(() => offlineSince.value === null);
});

test("where nothing is kept the server's session opens the desk, locked unless it was touched at this address", async () => {
  assert.equal(server.session, DUC);
  await loadPlain();
  await until(() => phase.value === "desk");
  assert.deepEqual([onDuty.value, locked.value], [DUC, false]);
  localStorage.removeItem(ACTIVE);
  await loadPlain();
  await until(() => phase.value === "desk");
  assert.deepEqual([onDuty.value, locked.value], [DUC, true]);
  await session.unlock(PIN);
});

test("where nothing is kept a shift that ended without a server is over after a reload, there too once nothing waits", async () => {
  server.isThere = false;
  await session.logOut();
  await loadPlain();
  await until(() => phase.value === "unreachable");
  back();
  await until(() => server.session === null);
  assert.deepEqual([phase.value, onDuty.value], ["duty", null]);
  await loadPlain();
  await until(() => phase.value === "duty");
  await session.logIn(LAN.id, "975310");
  await loadPlain();
  await until(() => phase.value === "desk");
  assert.deepEqual([onDuty.value, locked.value, server.session], [LAN, false, LAN]);
});

test("who goes while lines wait leaves a session that sends them, and then ends", async () => {
  server.isThere = false;
  void act({ body: { kind: "begin_shift" }, rows: [], before: [], text: "", undoable: false, fact: true });
  await until(() => unsent.value.length === 1);
  await session.logOut();
  await loadPlain();
  back();
  await until(() => server.session === null && phase.value === "duty");
  assert.deepEqual([unsent.value.length, server.taken.length], [0, 1]);
});

test("another's session, begun at another address, is not ended by who left this one", async () => {
  await session.logIn(DUC.id, PIN);
  server.isThere = false;
  await session.logOut();
  server.session = LAN;
  back();
  await until(() => offlineSince.value === null);
  await loadPlain();
  await until(() => phase.value === "duty");
  assert.equal(server.session, LAN);
  await load();
});

test("a revoked tablet erases all that it kept, and says so", async () => {
  server.isThere = false;
  await session.logIn(LAN.id, "975310").catch(() => session.logIn(DUC.id, PIN));
  await until(() => unsent.value.length > 0);
  server.isRevoked = true;
  back();
  await until(() => erased.value);
  assert.deepEqual([phase.value, known.value, onDuty.value, base.value.size], ["pairing", null, null, 0]);
  assert.equal(lastAct.value, null);
  await until(() => items.value.length === 0);
  await until(async () => (await left()) === 0);
  await load();
  await until(() => phase.value === "pairing");
});

function held(): [Promise<void>, () => void] {
  let release = (): void => undefined;
  return [new Promise((done) => (release = done)), () => release()];
}

/** How many values are still on the disk. */
async function left(): Promise<number> {
  let count = 0;
  for (const { name } of await indexedDB.databases()) {
    const database = await openDB(name ?? "");
    for (const store of database.objectStoreNames) count += await database.count(store);
    database.close();
  }
  return count;
}
