// What a scanned pass is worth with no network: its ten digits, and behind them the site's signed statement. The twin of
// app/declarations/files.py, which says what the bytes are; both read tests/cases/pass.json.
import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { checkDigits, closeDigits, PASS_DIGITS, scannedDigits } from "../rules/digits";
import type { Kind } from "../rules/screening";

// Of our own, since crypto.subtle does not exist on a plain-http name.
hashes.sha512 = sha512;

export type How = "whole" | "forged" | "altered" | "expired" | "foreign" | "digits_only" | "not_a_pass";

/** What a pass says by itself: of the declarant, and how many come along. Times are milliseconds since 1970. */
export interface Statement {
  readonly digits: string;
  readonly issued: number;
  readonly expires: number;
  readonly outcome: "clear" | "caution" | "stop";
  readonly language: "vi" | "en";
  readonly kind: Kind;
  readonly no_papers: boolean;
  readonly people: number;
  /** Both end in "…" where they were too long. */
  readonly name: string;
  readonly unit: string;
}

/** `digits` are the pass's own, unless the text is none or was put together from two. */
export interface PassReading {
  readonly how: How;
  readonly digits: string | null;
  readonly statement: Statement | null;
}

/** The site whose passes are good here. */
export interface PassKeys {
  readonly siteId: string;
  /** Base64url of 32 bytes. */
  readonly passKey: string;
}

const VERSION = 1;
const TAG_BYTES = 4;
const SIGNATURE_BYTES = 64;
const BLOCK_BYTES = 7;
const BLOCK_DIGITS = 17;
const LAST_DIGITS = [0, 3, 5, 8, 10, 13, 15];
const LEAST_BYTES = 1 + TAG_BYTES + 4 + 4 + 4 + 1 + 1 + 1 + 1 + SIGNATURE_BYTES;
const LEAST_DIGITS = 40;
const OUTCOMES = ["clear", "caution", "stop"] as const;
const KINDS = ["visitor", "delivery", "invited", "citizen", "emergency", "employee"] as const;
const MINUTE = 60_000;

/** Only `whole` may be acted on unseen by the server; `now` is in milliseconds since 1970. */
export function readPass(text: string, keys: PassKeys, now: number): PassReading {
  const digits = scannedDigits(text);
  if (digits === null || digits.length < PASS_DIGITS) return reading("not_a_pass");
  const head = digits.slice(0, PASS_DIGITS);
  const tail = digits.slice(PASS_DIGITS);
  const known = checkDigits(head) ? head : null;
  if (tail === "") return known === null ? reading("not_a_pass") : reading("digits_only", known);
  const signed = digits.length >= LEAST_DIGITS ? bytesOf(tail) : null;
  if (signed === null || signed.length < LEAST_BYTES || signed[0] !== VERSION) {
    return reading(known !== null && digits.length >= LEAST_DIGITS ? "altered" : "not_a_pass");
  }
  return weigh(head, signed, keys, now);
}

function weigh(head: string, signed: Uint8Array, keys: PassKeys, now: number): PassReading {
  const tag = sha512(hex(keys.siteId.replaceAll("-", ""))).slice(0, TAG_BYTES);
  if (!tag.every((byte, at) => byte === signed[1 + at])) return reading("foreign");
  const body = signed.slice(0, -SIGNATURE_BYTES);
  if (!isSigned(signed.slice(-SIGNATURE_BYTES), body, keys.passKey)) {
    return reading("forged", checkDigits(head) ? head : null);
  }
  const statement = statementOf(body);
  if (statement === null || statement.digits !== head) return reading("altered");
  return { how: now < statement.expires ? "whole" : "expired", digits: head, statement };
}

function reading(how: How, digits: string | null = null): PassReading {
  return { how, digits, statement: null };
}

function isSigned(signature: Uint8Array, body: Uint8Array, key: string): boolean {
  try {
    return verify(signature, body, base64url(key));
  } catch {
    return false;
  }
}

function statementOf(body: Uint8Array): Statement | null {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const marks = view.getUint8(17);
  const name = textAt(body, 19);
  const unit = name === null ? null : textAt(body, name.end);
  const outcome = OUTCOMES[marks & 3];
  const kind = KINDS[(marks >> 3) & 7];
  if (name === null || unit === null || unit.end !== body.length || marks >> 7 !== 0) return null;
  if (outcome === undefined || kind === undefined) return null;
  return {
    digits: closeDigits(String(view.getUint32(5)).padStart(PASS_DIGITS - 1, "0")),
    issued: view.getUint32(9) * MINUTE,
    expires: view.getUint32(13) * MINUTE,
    outcome,
    language: (marks >> 2) & 1 ? "en" : "vi",
    kind,
    no_papers: ((marks >> 6) & 1) === 1,
    people: view.getUint8(18),
    name: name.text,
    unit: unit.text,
  };
}

/** A text with its length before it, and where it ends; null where its bytes are not all there or no UTF-8. */
function textAt(body: Uint8Array, at: number): { text: string; end: number } | null {
  const length = body[at];
  if (length === undefined || at + 1 + length > body.length) return null;
  try {
    const bytes = body.slice(at + 1, at + 1 + length);
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), end: at + 1 + length };
  } catch {
    return null;
  }
}

/** The bytes that digits stand for, seven in seventeen at a time; null where no bytes are written so. */
function bytesOf(digits: string): Uint8Array | null {
  const found: number[] = [];
  for (let at = 0; at < digits.length; at += BLOCK_DIGITS) {
    const block = digits.slice(at, at + BLOCK_DIGITS);
    const size = block.length === BLOCK_DIGITS ? BLOCK_BYTES : LAST_DIGITS.indexOf(block.length);
    let value = BigInt(block);
    if (size < 0 || value >= 1n << BigInt(8 * size)) return null;
    const bytes: number[] = [];
    for (let left = size; left > 0; left -= 1) {
      bytes.unshift(Number(value & 255n));
      value >>= 8n;
    }
    found.push(...bytes);
  }
  return Uint8Array.from(found);
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function base64url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
