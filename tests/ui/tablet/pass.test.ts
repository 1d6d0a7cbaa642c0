import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readPass } from "../../../kiosk_ui/src/tablet/pass";

interface Case {
  readonly what: string;
  readonly text: string;
  readonly how: string;
  readonly digits: string | null;
  readonly told: readonly [string, string, number, string] | null;
}
const cases = JSON.parse(readFileSync("tests/cases/pass.json", "utf8")) as {
  site_id: string;
  pass_key: string;
  now: string;
  cases: Case[];
};
const keys = { siteId: cases.site_id, passKey: cases.pass_key };
const now = Date.parse(cases.now);
const whole = cases.cases[0]?.text ?? "";

for (const { what, text, how, digits, told } of cases.cases) {
  test(`a pass is read as the server reads it: ${what}`, () => {
    const found = readPass(text, keys, now);
    const { name, unit, people, outcome } = found.statement ?? {};
    assert.deepEqual([found.how, found.digits], [how, digits]);
    assert.deepEqual(found.statement === null ? null : [name, unit, people, outcome], told);
  });
}

test("a pass expires at its minute", () => {
  const expires = readPass(whole, keys, now).statement?.expires ?? 0;
  assert.equal(readPass(whole, keys, expires - 1).how, "whole");
  assert.equal(readPass(whole, keys, expires).how, "expired");
});

test("no digit can be changed", () => {
  for (let at = 0; at < whole.length; at += 7) {
    const digit = (Number(whole[at]) + 1) % 10;
    assert.notEqual(readPass(whole.slice(0, at) + String(digit) + whole.slice(at + 1), keys, now).how, "whole");
  }
});

test("a broken key makes no pass whole, and no exception", () => {
  assert.equal(readPass(whole, { ...keys, passKey: "AAAA" }, now).how, "forged");
});
