import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openDB } from "idb";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import { openVault, type Sealed, type Vault } from "../../../kiosk_ui/src/tablet/vault";
import { until } from "./gate";

const VALUE = { name: "Trần Thị Hoa", tenths: 366, nothing: null, list: [1, { đ: "Đ" }] };

let name: string;

beforeEach(() => {
  name = newId();
});

async function openPlain(): Promise<Vault> {
  const whole = globalThis.crypto;
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  try {
    return await openVault(name);
  } finally {
    Object.defineProperty(globalThis, "crypto", { value: whole, configurable: true });
  }
}

test("what is sealed is opened again, by the page that is opened next too", async () => {
  const sealed = await (await openVault(name)).seal(VALUE);
  assert.deepEqual(await (await openVault(name)).open(sealed), VALUE);
});

test("nothing of a sealed value can be read in it, and no two are alike", async () => {
  const vault = await openVault(name);
  const [one, other] = [await vault.seal(VALUE), await vault.seal(VALUE)];
  assert.ok("data" in one && "data" in other);
  assert.ok(!Buffer.from(one.data).toString("latin1").includes("tenths"));
  assert.notDeepEqual(one.iv, other.iv);
  assert.notDeepEqual(Buffer.from(one.data), Buffer.from(other.data));
});

test("a sealed value that was changed is not opened", async () => {
  const vault = await openVault(name);
  const sealed = await vault.seal(VALUE);
  assert.ok("data" in sealed);
  const bytes = new Uint8Array(sealed.data.slice(0));
  bytes[0] = Number(bytes[0]) ^ 1;
  await assert.rejects(vault.open({ iv: sealed.iv, data: bytes.buffer }));
});

test("the keys cannot be taken out of the browser", async () => {
  await openVault(name);
  const database = await openDB(name);
  const keys = (await database.get("keys", "device")) as Record<string, CryptoKey>;
  database.close();
  assert.deepEqual(Object.keys(keys).sort(), ["mac", "seal"]);
  for (const key of Object.values(keys)) {
    assert.equal(key.extractable, false);
    await assert.rejects(crypto.subtle.exportKey("raw", key));
  }
});

test("two tabs that open the vault at once have the same keys", async () => {
  const [one, other] = await Promise.all([openVault(name), openVault(name)]);
  assert.deepEqual(await other.open(await one.seal(VALUE)), VALUE);
});

test("a code of authentication is this device's own, and stays the same", async () => {
  const bytes = new TextEncoder().encode("482109");
  const one = await (await openVault(name)).mac(bytes);
  assert.equal(one.length, 32);
  assert.deepEqual(await (await openVault(name)).mac(bytes), one);
  assert.notDeepEqual(await (await openVault(newId())).mac(bytes), one);
});

test("after erasing, what was sealed is unreadable in every tab, and new values are sealed anew", async () => {
  const [one, other] = [await openVault(name), await openVault(name)];
  const sealed = await one.seal(VALUE);
  const unreadable = async (vault: Vault): Promise<boolean> => {
    try {
      await vault.open<unknown>(sealed);
      return false;
    } catch {
      return true;
    }
  };
  await one.erase();
  assert.equal(await unreadable(one), true);
  let heard = false;
  await until(() => {
    void unreadable(other).then((is) => (heard ||= is));
    return heard;
  });
  assert.deepEqual(await other.open(await one.seal(VALUE)), VALUE);
});

test("without WebCrypto, as on a plain-http name, values stay as they are and there is no secret", async () => {
  const vault = await openPlain();
  assert.equal(vault.sealed, false);
  const sealed: Sealed = await vault.seal(VALUE);
  assert.deepEqual(sealed, { plain: VALUE });
  assert.deepEqual(await vault.open(sealed), VALUE);
  await assert.rejects(vault.mac(new Uint8Array(1)));
});

test("a value that was kept as it is can be opened by a vault that seals", async () => {
  assert.deepEqual(await (await openVault(name)).open(await (await openPlain()).seal(VALUE)), VALUE);
});
