// The outbox carried to reception by hand, in a sealed file, from a tablet that never reaches the server again.
//
// The file is one JSON object in UTF-8, and its name ends in `.gbx`:
//   {"version": 1, "site_id": "…", "device_id": "…", "count": 2, "made_at": "2026-11-24T05:00:00.000Z",
//    "nonce": "<base64, 12 bytes>", "ciphertext": "<base64, the sealed content and 16 bytes of tag>"}
// ChaCha20-Poly1305 (RFC 8439) under the snapshot's `outbox_key` (base64url, 32 bytes). The associated data are the
// plain fields, as UTF-8, joined by line feeds, without one at the end:
//   gatebook-outbox ⏎ version ⏎ site_id ⏎ device_id ⏎ count ⏎ made_at
// The content is JSON in UTF-8, oldest command first, but a command after the one that makes its visit:
//   {"device_id": "…", "commands": [
//     {"id": "…", "kind": "check_in", "status": "unsent" | "refused", "code": null | "badge_not_free",
//      "visit_of": null | "<id of the command in this file, or recorded before, that makes the visit>",
//      "command": {"kind": "check_in", …, "mode": "fact", "device_sequence": 17, "device_time": "…",
//                  "device_offset_ms": 0, "policy_version": 1, "account_id": "…"}}]}
// `command` is what would be sent to /api/v1/commands under `id`, so that a later sending is a repetition. Where
// `visit_of` is not null it has no `visit_id`: that is the visit which the other command made. A command that the
// tablet cannot read any more has `"command": null`. tests/cases/carry.json holds an example for both sides.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Item, sent, UNREADABLE } from "./outbox/items";
import type { Values } from "./types";

export const CARRY_VERSION = 1;
export const NONCE_BYTES = 12;
const MINUTE = 60_000;

/** Whose lines they are, and when the file is made. */
export interface Origin {
  readonly site_id: string;
  readonly device_id: string;
  /** ISO 8601, in UTC. */
  readonly made_at: string;
}

export interface Envelope extends Origin {
  readonly version: number;
  readonly count: number;
  readonly nonce: string;
  readonly ciphertext: string;
}

/** Seal what waits, refused lines too, under the key that the server has as well. */
export function sealOutbox(items: readonly Item[], origin: Origin, key: string, nonce = newNonce()): Envelope {
  const plain = { version: CARRY_VERSION, ...origin, count: items.length };
  const content = { device_id: origin.device_id, commands: ordered(items).map(carried) };
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const sealed = chacha20poly1305(fromBase64(key), nonce, associated(plain)).encrypt(bytes);
  return { ...plain, nonce: toBase64(nonce), ciphertext: toBase64(sealed) };
}

/** `gatebook-cong-a-2026-11-24.gbx` */
export function fileName(gate: string, day: string): string {
  const plain = gate.replace(/[đĐ]/g, "d").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return `gatebook-${plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "gate"}-${day}.gbx`;
}

/** Hand the file over: to whatever the tablet shares with, else to its folder of downloads. */
export async function handOut(name: string, envelope: Envelope): Promise<void> {
  const file = new File([JSON.stringify(envelope)], name, { type: "application/octet-stream" });
  const shown = { files: [file], title: name };
  if ((navigator as Partial<Navigator>).canShare?.(shown)) {
    try {
      return await navigator.share(shown);
    } catch (error) {
      // Somebody closed the list of where to share to; or nothing there takes such a file, and it is downloaded.
      if (error instanceof DOMException && error.name === "AbortError") return;
    }
  }
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // Some browsers read the file only after they have asked where to put it.
  setTimeout(() => URL.revokeObjectURL(address), MINUTE);
}

/** A refused arrival that was put right is younger than what is about its visit. */
function ordered(items: readonly Item[]): Item[] {
  const places = new Map(items.map((item, at) => [item.id, at]));
  const waits = (item: Item, at: number): boolean => (places.get(item.visitOf ?? "") ?? -1) > at;
  return [...items.filter((item, at) => !waits(item, at)), ...items.filter(waits)];
}

function carried(item: Item): Values {
  return {
    id: item.id,
    kind: item.command.kind,
    status: item.status,
    code: item.code,
    visit_of: item.visitOf,
    command: item.code === UNREADABLE ? null : sent(item, "fact"),
  };
}

function associated(plain: Omit<Envelope, "nonce" | "ciphertext">): Uint8Array {
  const { version, site_id, device_id, count, made_at } = plain;
  return new TextEncoder().encode(["gatebook-outbox", version, site_id, device_id, count, made_at].join("\n"));
}

function newNonce(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(standard), (letter) => letter.charCodeAt(0));
}
