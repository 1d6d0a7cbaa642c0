import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../../kiosk_ui/src/tablet/ids";

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an id is a UUIDv7", () => {
  for (let at = 0; at < 200; at += 1) assert.match(newId(), FORM);
});

test("ids of later moments sort later", () => {
  const moments = [0, 1, 255, 256, 65_536, 1_795_000_000_000, 1_795_000_000_001];
  const ids = moments.map((moment) => newId(moment));
  assert.deepEqual([...ids].sort(), ids);
});

test("two ids of one moment differ", () => {
  const ids = new Set(Array.from({ length: 500 }, () => newId(1_795_000_000_000)));
  assert.equal(ids.size, 500);
});
