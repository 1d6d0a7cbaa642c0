import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { useOutbox } from "../../../kiosk_ui/src/tablet/acts";
import { Unreachable } from "../../../kiosk_ui/src/tablet/api";
import { handOut } from "../../../kiosk_ui/src/tablet/carry";
import { slip } from "../../../kiosk_ui/src/tablet/desk";
import * as drafts from "../../../kiosk_ui/src/tablet/drafts";
import { carryOut } from "../../../kiosk_ui/src/tablet/gate";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { type Item, UNREADABLE } from "../../../kiosk_ui/src/tablet/outbox/items";
import { Outbox } from "../../../kiosk_ui/src/tablet/outbox/outbox";
import { items, takeSnapshot } from "../../../kiosk_ui/src/tablet/store";
import { happenedAt } from "../../../kiosk_ui/src/tablet/outbox/items";
import { discard, edit, handToReception, remedies } from "../../../kiosk_ui/src/tablet/tray";
import { keptItem, newItem, recorded, Server, snapshot, visit } from "./gate";

const EARLIER = "2026-11-24T00:12:00.000Z";
const hoa = visit();

let server: Server;
let outbox: Outbox;

beforeEach(async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  server = new Server();
  outbox = await Outbox.open("tab", { transport: server, name: newId() });
  useOutbox(outbox);
  outbox.items.subscribe((kept) => (items.value = kept));
  drafts.drafts.value = new Map();
  drafts.currentKey.value = null;
  takeSnapshot(snapshot({ visits: [hoa] }));
});

afterEach(() => outbox.close());

/** An arrival that was refused when the guard had gone on: its sheet is closed. */
async function refusedArrival(): Promise<Item> {
  drafts.open({ from: "visit", id: hoa.id });
  const draft = drafts.current.value;
  assert.ok(draft);
  server.reply = (id) => ({ id, status: "refused", code: "badge_not_free", values: { badge_number: "014" } });
  const stamps = { device_time: EARLIER, device_offset_ms: 60_000 };
  const command = { kind: "check_in", visit_id: hoa.id, badge_number: "014", ...stamps } as const;
  await outbox.put(newItem({ command, rows: [{ ...hoa, state: "on_site" }], draft: { ...draft, badge: "014" } }));
  drafts.close(draft.key);
  server.reply = recorded;
  return last();
}

function last(): Item {
  const found = items.value.at(-1);
  assert.ok(found);
  return found;
}

const sent = (): Record<string, unknown> => ({ ...server.puts.at(-1)?.command });

test("the most useful thing to do about a refused line comes first", () => {
  const draft = { key: "x" } as drafts.Draft;
  const asked = { status: "refused", code: "badge_not_free", askUntil: 5 } as const;
  assert.deepEqual(remedies(keptItem({ ...asked, draft })), ["edit", "insist", "hand", "discard"]);
  assert.deepEqual(remedies(keptItem(asked)), ["insist", "hand", "discard"]);
  assert.deepEqual(remedies(keptItem({ ...asked, askUntil: 0 })), ["hand", "discard"]);
  assert.deepEqual(remedies(keptItem({ ...asked, code: UNREADABLE })), ["hand", "discard"]);
});

test("a line says when it happened by the server's clock, and an unreadable one by its id", () => {
  const command = { kind: "check_in", device_time: EARLIER, device_offset_ms: 60_000 } as const;
  assert.equal(new Date(happenedAt(keptItem({ command }))).toISOString(), "2026-11-24T00:13:00.000Z");
  const id = newId(Date.parse(EARLIER));
  assert.equal(new Date(happenedAt(keptItem({ id, command: { kind: "check_in" } }))).toISOString(), EARLIER);
});

test("to put a line right, the sheet opens with what was entered; the new line has its own id and the old time", async () => {
  const refused = await refusedArrival();
  slip.value = { shows: "tray" };
  edit(refused);
  const draft = drafts.current.value;
  assert.deepEqual([slip.value, draft?.badge, draft?.refusal?.code], [null, "014", "badge_not_free"]);
  assert.ok(draft);
  const decided = { kind: "admit", reasons: [], recheck_at: null, missing: [] } as const;
  await carryOut({ ...draft, badge: "015" }, decided);
  assert.deepEqual(items.value, []);
  assert.notEqual(server.puts.at(-1)?.id, refused.id);
  const { badge_number, device_time, device_offset_ms } = sent();
  assert.deepEqual([badge_number, device_time, device_offset_ms], ["015", EARLIER, 60_000]);
});

test("a line about a visit that was named since is put right under that name", async () => {
  const refused = await refusedArrival();
  edit({ ...refused, visitId: "the-visit" });
  assert.deepEqual(drafts.current.value?.source, { from: "visit", id: "the-visit" });
});

test("reception gets a line with all that it said, and it leaves the tray", async () => {
  const refused = await refusedArrival();
  await handToReception(refused, "bà Hoa, Điện lực");
  assert.deepEqual(items.value, []);
  const { device_time, device_offset_ms, device_sequence, policy_version, account_id, mode, ...body } = sent();
  assert.ok(device_time !== EARLIER && mode === "ask" && device_sequence === 2 && policy_version === 1);
  assert.ok(account_id === undefined || typeof account_id === "string");
  assert.equal(typeof device_offset_ms, "number");
  assert.deepEqual(body, {
    kind: "hand_to_reception",
    refused_id: refused.id,
    refused_kind: "check_in",
    code: "badge_not_free",
    name: "bà Hoa, Điện lực",
    content: { ...refused.command },
    happened_at: EARLIER,
  });
});

test("a line is discarded with its reason, which is sent, and not before that is kept", async () => {
  const refused = await refusedArrival();
  server.reply = (id) => new Unreachable(id);
  void discard(refused, "Đã ghi bằng dòng khác");
  while (last().id === refused.id) await new Promise((again) => setTimeout(again, 1));
  assert.deepEqual(items.value.map((item) => item.command.kind), ["discard_refused"]);
  const { refused_id, refused_kind, code, name, reason } = last().command;
  assert.deepEqual(
    [refused_id, refused_kind, code, name, reason],
    [refused.id, "check_in", "badge_not_free", hoa.name, "Đã ghi bằng dòng khác"],
  );
});

const ENVELOPE = { version: 1, site_id: "", device_id: "", count: 0, made_at: "", nonce: "", ciphertext: "" };

test("where a tablet shares files, the export is shared; to close that list is no error", async () => {
  const shared: string[] = [];
  const share = (what: { files: File[] }): Promise<void> => {
    shared.push(...what.files.map((file) => file.name));
    return Promise.reject(new DOMException("closed", "AbortError"));
  };
  Object.defineProperty(globalThis, "navigator", { value: { canShare: () => true, share }, configurable: true });
  await handOut("gatebook-cong-a-2026-11-24.gbx", ENVELOPE);
  assert.deepEqual(shared, ["gatebook-cong-a-2026-11-24.gbx"]);
});

test("where it does not, the export is downloaded", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const links: Record<string, unknown>[] = [];
  let clicks = 0;
  const createElement = (): object => {
    links.push({ click: () => (clicks += 1) });
    return links.at(-1) ?? {};
  };
  Object.defineProperty(globalThis, "document", { value: { createElement }, configurable: true });
  try {
    await handOut("gatebook-cong-a-2026-11-24.gbx", ENVELOPE);
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
  assert.equal(clicks, 1);
  assert.equal(links[0]?.["download"], "gatebook-cong-a-2026-11-24.gbx");
  assert.match(String(links[0]?.["href"]), /^blob:/);
});
