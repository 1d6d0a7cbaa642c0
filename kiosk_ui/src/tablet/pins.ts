// Whether a PIN is right, without asking the server: for accounts whose PIN it has confirmed on this very tablet.
//
// A verifier is HMAC-SHA-256, with a key that never leaves this browser, over PBKDF2-SHA-256 of the PIN. A copy of the
// disk is no help in guessing; on the tablet itself there are five attempts, counted on the disk before each is looked
// at, so that neither a second tab nor a reload gives more. The server's word on a PIN begins them anew.
import { Shelf } from "./shelf";
import type { Vault } from "./vault";

interface Verifier {
  readonly salt: Uint8Array;
  readonly proof: Uint8Array;
  /** When the server confirmed the PIN, and the latest hour since then: milliseconds since 1970, by the server's clock. */
  readonly made: number;
  readonly seen: number;
  readonly wrong: number;
}

/** `needs_server`: nothing is known of this account here, not any more, or five attempts were wrong. */
export type Checked = "right" | "wrong" | "needs_server";

/** OWASP's password storage recommendations, 2023, for PBKDF2 with SHA-256. */
export const ITERATIONS = 600_000;
export const ATTEMPTS = 5;
export const VALID = 7 * 86_400_000;
const SALT_BYTES = 16;

export class Pins {
  private readonly shelf: Shelf<Verifier>;

  constructor(
    private readonly vault: Vault,
    private readonly now: () => number,
    name = "gatebook-pins",
    private readonly iterations = ITERATIONS,
  ) {
    this.shelf = new Shelf(name);
  }

  /** The server has just taken this PIN: what was known of the account's before is forgotten. */
  async keep(accountId: string, pin: string): Promise<void> {
    if (!this.vault.sealed) return;
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const proof = await this.prove(accountId, pin, salt);
    const made = this.now();
    await this.shelf.change(accountId, () => ({ salt, proof, made, seen: made, wrong: 0 }));
  }

  /** Check a PIN. Somebody unknown takes as long as anybody else. */
  async check(accountId: string, pin: string): Promise<Checked> {
    if (!this.vault.sealed) return "needs_server";
    const now = this.now();
    const known = await this.shelf.change(accountId, (before) =>
      before === undefined
        ? undefined
        : { ...before, seen: Math.max(before.seen, now), wrong: Math.min(before.wrong + 1, ATTEMPTS) },
    );
    const salt = known?.salt ?? crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const proof = await this.prove(accountId, pin, salt);
    if (known === undefined || !isUsable(known, now)) return "needs_server";
    if (!equal(proof, known.proof)) return known.wrong + 1 >= ATTEMPTS ? "needs_server" : "wrong";
    await this.shelf.change(accountId, (before) => (before === undefined ? undefined : { ...before, wrong: 0 }));
    return "right";
  }

  /** The accounts that may begin here without the server. */
  async known(): Promise<ReadonlySet<string>> {
    if (!this.vault.sealed) return new Set();
    const keys = await this.shelf.keys();
    const found = await Promise.all(keys.map(async (key) => [key, await this.shelf.get(key)] as const));
    const now = this.now();
    return new Set(found.flatMap(([key, verifier]) => (verifier && isUsable(verifier, now) ? [key] : [])));
  }

  /** The server does not take this PIN: should it be what is known here, it is known no more. */
  async deny(accountId: string, pin: string): Promise<void> {
    const known = this.vault.sealed ? await this.shelf.get(accountId) : undefined;
    if (known === undefined || !equal(await this.prove(accountId, pin, known.salt), known.proof)) return;
    await this.shelf.change(accountId, () => undefined);
  }

  /** Accounts that are not the site's guards any more lose theirs. */
  async keepOnly(accountIds: ReadonlySet<string>): Promise<void> {
    if (!this.vault.sealed) return;
    const gone = (await this.shelf.keys()).filter((key) => !accountIds.has(key));
    await Promise.all(gone.map((key) => this.shelf.change(key, () => undefined)));
  }

  erase(): Promise<void> {
    return this.shelf.clear();
  }

  close(): void {
    this.shelf.close();
  }

  private async prove(accountId: string, pin: string, salt: Uint8Array): Promise<Uint8Array> {
    const text = new TextEncoder();
    const key = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations: this.iterations };
    const derived = new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
    return this.vault.mac(Uint8Array.from([...text.encode(`pin:${accountId}:`), ...derived]));
  }
}

/** A clock that was set back makes nothing young again. */
function isUsable({ made, seen, wrong }: Verifier, now: number): boolean {
  return wrong < ATTEMPTS && Math.max(seen, now) - made < VALID;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  let differs = one.length ^ other.length;
  for (const [at, byte] of one.entries()) differs |= byte ^ (other[at] ?? 0);
  return differs === 0;
}
