// Whether a PIN is right, without asking the server: for accounts whose PIN it has confirmed on this very tablet.
//
// A verifier is HMAC-SHA-256, with a key that never leaves this browser, over PBKDF2-SHA-256 of the PIN. A copy of the
// disk is no help in guessing; on the tablet itself there are five attempts, counted on the disk before each is looked
// at, so that neither a second tab nor a reload gives more. The server's word on a PIN begins them anew.
import { Shelf } from "./shelf";
import type { TabletAccount } from "./types";
import type { Vault } from "./vault";

type Account = Pick<TabletAccount, "id" | "expires_at">;

interface Verifier {
  readonly salt: Uint8Array;
  readonly proof: Uint8Array;
  /** When the server confirmed the PIN, and the latest hour since then: milliseconds since 1970, by the server's clock. */
  readonly made: number;
  readonly seen: number;
  readonly wrong: number;
  /** When the account itself ends, as the server last said; null where it does not. */
  readonly until: number | null;
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
  async keep(account: Account, pin: string): Promise<void> {
    if (!this.vault.sealed) return;
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const proof = await this.prove(account.id, pin, salt);
    const made = this.now();
    const until = endOf(account);
    await this.shelf.change(account.id, () => ({ salt, proof, made, seen: made, wrong: 0, until }));
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

  /** How often a PIN of this account may still be wrong here; null where nothing is known of it. */
  async triesLeft(accountId: string): Promise<number | null> {
    const known = this.vault.sealed ? await this.shelf.get(accountId) : undefined;
    return known === undefined ? null : Math.max(0, ATTEMPTS - known.wrong);
  }

  /** The accounts that may begin here without the server. */
  async known(): Promise<ReadonlySet<string>> {
    if (!this.vault.sealed) return new Set();
    const now = this.now();
    const found = (await this.shelf.keys()).map(async (key) => [key, await this.see(key, now)] as const);
    return new Set((await Promise.all(found)).flatMap(([key, is]) => (is && isUsable(is, now) ? [key] : [])));
  }

  /** The server's guards as it names them now: who is none any more loses theirs, and an account ends when it says. */
  async keepOnly(accounts: readonly Account[]): Promise<void> {
    if (!this.vault.sealed) return;
    const now = this.now();
    const ends = new Map(accounts.map((account) => [account.id, endOf(account)]));
    await Promise.all((await this.shelf.keys()).map((key) => this.see(key, now, ends)));
  }

  /** A clock that is set back later makes nothing young again: it was this late already. */
  private see(key: string, now: number, ends?: ReadonlyMap<string, number | null>): Promise<Verifier | undefined> {
    return this.shelf.change(key, (is) => {
      if (is === undefined || (ends && !ends.has(key))) return undefined;
      return { ...is, seen: Math.max(is.seen, now), until: ends === undefined ? is.until : (ends.get(key) ?? null) };
    });
  }

  /** The server does not take this PIN: should it be what is known here, it is known no more. */
  async deny(accountId: string, pin: string): Promise<void> {
    const known = this.vault.sealed ? await this.shelf.get(accountId) : undefined;
    if (known === undefined || !equal(await this.prove(accountId, pin, known.salt), known.proof)) return;
    await this.shelf.change(accountId, () => undefined);
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

/** A clock that was set back makes nothing young again, and no account that has ended. */
function isUsable({ made, seen, wrong, until }: Verifier, now: number): boolean {
  const latest = Math.max(seen, now);
  return wrong < ATTEMPTS && latest - made < VALID && latest < (until ?? Number.POSITIVE_INFINITY);
}

/** Null too where an older server says nothing of it; what cannot be read has ended. */
function endOf({ expires_at }: Account): number | null {
  return (expires_at as string | null | undefined) == null ? null : Date.parse(expires_at ?? "") || 0;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  let differs = one.length ^ other.length;
  for (const [at, byte] of one.entries()) differs |= byte ^ (other[at] ?? 0);
  return differs === 0;
}
