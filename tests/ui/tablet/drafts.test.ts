import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openDB } from "idb";
import {
  closeSheet,
  halfTyped,
  leavingId,
  openDraft,
  openNew,
  openVisit,
  slip,
  takeBack,
  throwAway,
} from "../../../kiosk_ui/src/tablet/desk";
import { type DraftBox, keepDrafts } from "../../../kiosk_ui/src/tablet/draftbox";
import * as drafts from "../../../kiosk_ui/src/tablet/drafts";
import { giveWay } from "../../../kiosk_ui/src/tablet/idle";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { items, locked, phase, takeSnapshot } from "../../../kiosk_ui/src/tablet/store";
import { openVault, PLAIN, type Vault } from "../../../kiosk_ui/src/tablet/vault";
import { snapshot, visit } from "./gate";

const hoa = visit();
const inside = visit({ name: "Lê Văn Bé", state: "on_site", badge_number: "014" });

beforeEach(() => {
  drafts.drafts.value = new Map();
  drafts.currentKey.value = null;
  leavingId.value = slip.value = null;
  items.value = [];
  locked.value = false;
  phase.value = "desk";
  takeSnapshot(snapshot({ visits: [hoa, inside] }));
});

function opened(): drafts.Draft {
  const found = drafts.current.value;
  assert.ok(found);
  return found;
}

function type(name: string): void {
  drafts.change(opened().key, { fields: { full_name: name, phone: "0912345678" } });
}

async function keptIn<T>(vault: Vault, name: string, work: (box: DraftBox) => Promise<T>): Promise<T> {
  const box = await keepDrafts(vault, name);
  assert.ok(box);
  try {
    return await work(box);
  } finally {
    box.close();
  }
}

test("an idle sheet gives way to the list, and what was typed is one tap away", () => {
  openNew("visitor");
  type("Lò Thị Mới");
  const { key } = opened();
  giveWay();
  assert.equal(drafts.current.value, null);
  assert.deepEqual(
    halfTyped.value.map((draft) => draft.key),
    [key],
  );
  openDraft(key);
  assert.equal(opened().fields.full_name, "Lò Thị Mới");
  assert.deepEqual(halfTyped.value, []);
});

test("a sheet that was only looked at leaves nothing behind", () => {
  openVisit(hoa);
  closeSheet();
  assert.equal(drafts.drafts.value.size, 0);
  openVisit(inside);
  giveWay();
  assert.equal(leavingId.value, null);
});

test("an idle desk leaves a panel that is typed into, and a locked screen, as they are", () => {
  openVisit(hoa);
  drafts.typeDigit(opened().key, "3");
  slip.value = { shows: "declare" };
  giveWay();
  assert.ok(drafts.current.value);
  slip.value = null;
  locked.value = true;
  giveWay();
  assert.ok(drafts.current.value);
});

test("what was begun for somebody who was let in elsewhere is no longer shown", () => {
  openVisit(hoa);
  drafts.typeDigit(opened().key, "3");
  closeSheet();
  assert.equal(halfTyped.value.length, 1);
  takeSnapshot(snapshot({ visits: [{ ...hoa, state: "on_site" }] }));
  assert.deepEqual(halfTyped.value, []);
});

test("a draft that was thrown away can be taken back", () => {
  openNew("visitor");
  type("Lò Thị Mới");
  throwAway(opened());
  assert.equal(drafts.drafts.value.size, 0);
  takeBack();
  assert.equal(opened().fields.full_name, "Lò Thị Mới");
});

test("half-typed visitors survive a reload, sealed", async () => {
  const name = newId();
  const vault = await openVault(newId());
  await keptIn(vault, name, async (box) => {
    openNew("visitor");
    type("Lò Thị Mới");
    await box.settled();
  });
  const disk = await openDB(name);
  const [kept] = (await disk.getAll("drafts")) as { sealed: { data: ArrayBuffer } }[];
  disk.close();
  assert.ok(kept);
  assert.equal(Buffer.from(kept.sealed.data).includes("0912345678"), false);
  drafts.drafts.value = new Map();
  drafts.currentKey.value = null;
  await keptIn(vault, name, async () => {
    assert.deepEqual(
      halfTyped.value.map((draft) => draft.fields.full_name),
      ["Lò Thị Mới"],
    );
  });
});

test("what was decided about is on the disk no more", async () => {
  const name = newId();
  const vault = await openVault(newId());
  await keptIn(vault, name, async (box) => {
    openNew("visitor");
    type("Lò Thị Mới");
    await box.settled();
    drafts.close(opened().key);
    await box.settled();
  });
  await keptIn(vault, name, async () => assert.equal(drafts.drafts.value.size, 0));
});

test("whose key was forgotten is nobody's draft", async () => {
  const name = newId();
  const vault = await openVault(newId());
  await keptIn(vault, name, async (box) => {
    openNew("visitor");
    type("Lò Thị Mới");
    await box.settled();
  });
  drafts.drafts.value = new Map();
  await vault.erase();
  await keptIn(vault, name, async () => assert.equal(drafts.drafts.value.size, 0));
});

test("where nothing can be sealed nothing is kept", async () => {
  assert.equal(await keepDrafts(PLAIN, newId()), null);
});
