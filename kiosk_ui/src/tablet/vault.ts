// Keys that never leave the browser: what the tablet keeps on its disk is sealed with them. Somebody who copies the
// disk's files reads nothing; somebody who runs code on this page does (docs/threats.md).
import { type DBSchema, openDB } from "idb";

/** A value at rest: AES-256-GCM over its JSON, or the value itself where the browser has no WebCrypto. */
export type Sealed = { readonly iv: Uint8Array; readonly data: ArrayBuffer } | { readonly plain: unknown };

export interface Vault {
  /** False on a plain-http name: `seal` keeps values as they are, and `mac` throws. */
  readonly sealed: boolean;
  seal(value: unknown): Promise<Sealed>;
  /** What was sealed; throws where the key is gone or the bytes are not what they were. */
  open<T>(sealed: Sealed): Promise<T>;
  /** HMAC-SHA-256 with a key of this device, 32 bytes. */
  mac(bytes: Uint8Array): Promise<Uint8Array>;
  /** Forget the keys: what was sealed is unreadable from now on, and new keys are made when they are needed. */
  erase(): Promise<void>;
}

interface Keys {
  readonly seal: CryptoKey;
  readonly mac: CryptoKey;
}

interface Schema extends DBSchema {
  keys: { key: string; value: Keys };
}

const NAME = "gatebook-vault";
const DEVICE = "device";
/** Recommended for GCM: NIST SP 800-38D, 8.2. */
const IV_BYTES = 12;

export async function openVault(name = NAME): Promise<Vault> {
  if ((globalThis.crypto as Crypto | undefined)?.subtle === undefined) return PLAIN;
  try {
    return new SealedVault(name, await takeKeys(name));
  } catch (error) {
    // Some browsers' private windows keep no keys.
    if (error instanceof DOMException && error.name === "DataCloneError") return PLAIN;
    throw error;
  }
}

/** No secrets can be kept here: values stay as they are. */
export const PLAIN: Vault = {
  sealed: false,
  seal: (value) => Promise.resolve({ plain: value }),
  open: <T>(sealed: Sealed) =>
    "plain" in sealed ? Promise.resolve(sealed.plain as T) : Promise.reject(new Error("there is no key here")),
  mac: () => Promise.reject(new Error("there is no key here")),
  erase: () => Promise.resolve(),
};

class SealedVault implements Vault {
  readonly sealed = true;
  /** Another tab that forgets the keys tells this one. */
  private readonly tabs: BroadcastChannel | undefined;

  constructor(
    private readonly name: string,
    private keys: Keys | null,
  ) {
    this.tabs = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(name);
    if (this.tabs) this.tabs.onmessage = () => (this.keys = null);
    // In Node a channel keeps the process alive.
    (this.tabs as { unref?: () => void } | undefined)?.unref?.();
  }

  async seal(value: unknown): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const { seal } = await this.held();
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, seal, bytes) };
  }

  async open<T>(sealed: Sealed): Promise<T> {
    if ("plain" in sealed) return sealed.plain as T;
    const { seal } = await this.held();
    const iv = new Uint8Array(sealed.iv);
    const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, seal, sealed.data);
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  }

  async mac(bytes: Uint8Array): Promise<Uint8Array> {
    const { mac } = await this.held();
    return new Uint8Array(await crypto.subtle.sign("HMAC", mac, new Uint8Array(bytes)));
  }

  async erase(): Promise<void> {
    this.keys = null;
    this.tabs?.postMessage("erased");
    await withKeys(this.name, (database) => database.delete("keys", DEVICE));
  }

  private async held(): Promise<Keys> {
    return (this.keys ??= await takeKeys(this.name));
  }
}

/** The device's keys; of two tabs that make some at once, the first one's are taken by both. */
async function takeKeys(name: string): Promise<Keys> {
  return withKeys(name, async (database) => {
    const kept = await database.get("keys", DEVICE);
    if (kept !== undefined) return kept;
    const made = await makeKeys();
    const work = database.transaction("keys", "readwrite", { durability: "strict" });
    const first = await work.store.get(DEVICE);
    if (first === undefined) await work.store.add(made, DEVICE);
    await work.done;
    return first ?? made;
  });
}

async function withKeys<T>(
  name: string,
  work: (database: Awaited<ReturnType<typeof openDB<Schema>>>) => Promise<T>,
): Promise<T> {
  const database = await openDB<Schema>(name, 1, { upgrade: (fresh) => void fresh.createObjectStore("keys") });
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

async function makeKeys(): Promise<Keys> {
  const hmac = { name: "HMAC", hash: "SHA-256", length: 256 };
  return {
    seal: await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
    mac: await crypto.subtle.generateKey(hmac, false, ["sign"]),
  };
}
