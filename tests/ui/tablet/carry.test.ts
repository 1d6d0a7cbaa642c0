import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { fileName, sealOutbox } from "../../../kiosk_ui/src/tablet/carry";
import { type Item, UNREADABLE } from "../../../kiosk_ui/src/tablet/outbox/items";
import type { Body } from "../../../kiosk_ui/src/tablet/types";
import { keptItem } from "./gate";

interface Carried {
  readonly id: string;
  readonly status: Item["status"];
  readonly code: string | null;
  readonly visit_of: string | null;
  readonly command: Body & { readonly mode: string; readonly device_sequence: number };
}

const found = JSON.parse(readFileSync(join("tests", "cases", "carry.json"), "utf8")) as Record<string, string> & {
  readonly envelope: Record<"site_id" | "device_id" | "made_at" | "ciphertext" | "nonce", string>;
};
const { site_id, device_id, made_at } = found.envelope;
const bytes = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? "", "base64"));

const items = (JSON.parse(found["plaintext"] ?? "") as { commands: Carried[] }).commands.map((one) => {
  const { mode, device_sequence, ...command } = one.command;
  assert.equal(mode, "fact");
  const { id, status, code, visit_of: visitOf } = one;
  return keptItem({ id, status, code, visitOf, command: command as Body, sequence: device_sequence });
});

function content(envelope: ReturnType<typeof sealOutbox>): { device_id: string; commands: Carried[] } {
  const { version, count } = envelope;
  const lines = ["gatebook-outbox", version, envelope.site_id, envelope.device_id, count, envelope.made_at];
  const cipher = chacha20poly1305(bytes(found["key"]), bytes(envelope.nonce), Buffer.from(lines.join("\n")));
  return JSON.parse(Buffer.from(cipher.decrypt(bytes(envelope.ciphertext))).toString()) as ReturnType<typeof content>;
}

test("the file is what the server's side expects", () => {
  const sealed = sealOutbox(items, { site_id, device_id, made_at }, found["key"] ?? "", bytes(found["nonce"]));
  assert.deepEqual(sealed, found.envelope);
});

test("the file's plain fields cannot be changed unnoticed", () => {
  const sealed = sealOutbox(items, { site_id, device_id, made_at }, found["key"] ?? "");
  assert.equal(content(sealed).commands.length, 3);
  assert.throws(() => content({ ...sealed, count: 2 }));
  assert.throws(() => content({ ...sealed, device_id: site_id }));
});

test("no two files are sealed alike, and nothing in them can be read", () => {
  const [one, other] = [1, 2].map(() => sealOutbox(items, { site_id, device_id, made_at }, found["key"] ?? ""));
  assert.notEqual(one?.nonce, other?.nonce);
  assert.notEqual(one?.ciphertext, other?.ciphertext);
  assert.ok(!Buffer.from(one?.ciphertext ?? "", "base64").toString("latin1").includes("check_in"));
});

test("a line that was named since says its visit, and one that cannot be read says so", () => {
  const named = keptItem({ command: { kind: "check_out" }, visitId: "the-visit" });
  const lost = keptItem({ command: { kind: "check_in" }, status: "refused", code: UNREADABLE });
  const sealed = sealOutbox([named, lost], { site_id, device_id, made_at }, found["key"] ?? "");
  const [one, other] = content(sealed).commands;
  assert.equal(one?.command["visit_id"], "the-visit");
  assert.deepEqual([other?.id, other?.code, other?.command], [lost.id, UNREADABLE, null]);
});

test("what is about a visit comes after the line that makes it", () => {
  const right = keptItem({ command: { kind: "check_in" }, sequence: 3 });
  const leaving = keptItem({ command: { kind: "check_out" }, visitOf: right.id, sequence: 2 });
  const last = keptItem({ sequence: 4 });
  const sealed = sealOutbox([leaving, right, last], { site_id, device_id, made_at }, found["key"] ?? "");
  assert.deepEqual(content(sealed).commands.map((one) => one.id), [right.id, last.id, leaving.id]);
});

test("a file is named by its gate, in letters that every disk takes, and its day", () => {
  assert.equal(fileName("Cổng A", "2026-11-24"), "gatebook-cong-a-2026-11-24.gbx");
  assert.equal(fileName("Đường sau / số 2", "2026-11-24"), "gatebook-duong-sau-so-2-2026-11-24.gbx");
  assert.equal(fileName("門", "2026-11-24"), "gatebook-gate-2026-11-24.gbx");
});
