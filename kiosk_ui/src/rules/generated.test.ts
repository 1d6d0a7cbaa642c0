// What tests/cases/generated.py made up and the Python rules answered, answered by their twins.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Answers, type Questionnaire, checkAnswers, screenAnswers } from "./answers";
import { checkDigits, normaliseDigits } from "./digits";
import { type Fields, checkCompanion, checkPerson, normaliseIdentity, warnPerson } from "./person";
import {
  type Channel, type Decision, type DecisionKind, type KindRule, type Policy, type ScreeningInput,
  checkLimits, checkOverride, decide, screenExit,
} from "./screening";
import { type Reading, parseTemperature } from "./temperature";
import { clean, fold, maskTail } from "./text";

type Told = Omit<Decision, "recheck_at"> & { readonly recheck_at: string | null };
interface Cases {
  readonly policies: readonly Policy[];
  readonly screenings: readonly {
    policy: number;
    input: Omit<ScreeningInput, "readings"> & { readings: readonly (Omit<Reading, "at"> & { at: string })[] };
    now: string;
    decision: Told;
    leaving: Told;
  }[];
  readonly answers: readonly { questionnaire: Questionnaire; answers: Answers; outcome: unknown; errors: unknown }[];
  readonly persons: readonly {
    who: "person" | "companion";
    rule: KindRule;
    channel: Channel;
    today: string;
    fields: Fields;
    errors: unknown;
    warnings: unknown;
    identity: string;
  }[];
  readonly temperatures: readonly { text: string; tenths: number | null }[];
  readonly digits: readonly { text: string; ok: boolean; digits: string | null }[];
  readonly texts: readonly Text[];
  readonly letters: readonly Text[];
  readonly limits: readonly {
    counts: readonly [number, number, number];
    unit: string | null;
    people: number;
    quotas: Policy["quotas"];
    reasons: unknown;
  }[];
  readonly overrides: readonly {
    kind: DecisionKind;
    wanted: DecisionKind;
    reason: string;
    may: boolean;
    code: string | null;
  }[];
}
interface Text {
  readonly text: string;
  readonly folded: string;
  readonly cleaned: string;
  readonly masked: string;
}

const cases = JSON.parse(readFileSync("build/cases.json", "utf8")) as Cases;

/** Fails with the first few cases that the two sides answer differently. */
function same<C>(name: keyof Cases, all: readonly C[], answer: (found: C) => { is: unknown; told: unknown }): void {
  test(`${all.length} ${name} as the server`, () => {
    assert.ok(all.length > 0);
    const apart: unknown[] = [];
    for (const found of all) {
      const { is, told } = answer(found);
      if (JSON.stringify(sorted(is)) !== JSON.stringify(sorted(told))) apart.push({ found, is, told });
    }
    assert.deepEqual(apart.slice(0, 5), [], `${apart.length} of ${all.length} differ`);
  });
}

/** Objects with their names in order, since the two sides may fill them in another. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]);
}

function inMilliseconds(told: Told): Decision {
  return { ...told, recheck_at: told.recheck_at === null ? null : Date.parse(told.recheck_at) };
}

same("screenings", cases.screenings, (found) => {
  const policy = cases.policies[found.policy] as Policy;
  const readings = found.input.readings.map((reading) => ({ ...reading, at: Date.parse(reading.at) }) as Reading);
  const rule = policy.kinds[found.input.kind];
  const leaving = screenExit(rule, policy, readings[0] ?? null, found.input.badge);
  return {
    is: [decide({ ...found.input, readings }, policy, Date.parse(found.now)), leaving],
    told: [inMilliseconds(found.decision), inMilliseconds(found.leaving)],
  };
});

same("answers", cases.answers, ({ questionnaire, answers, outcome, errors }) => ({
  is: [screenAnswers(answers, questionnaire), checkAnswers(answers, questionnaire)],
  told: [outcome, errors],
}));

same("persons", cases.persons, (found) => {
  const check = found.who === "person" ? checkPerson : checkCompanion;
  return {
    is: [
      check(found.fields, found.rule, found.today, found.channel),
      warnPerson(found.fields, found.today),
      normaliseIdentity(found.fields["identity_number"] ?? ""),
    ],
    told: [found.errors, found.warnings, found.identity],
  };
});

same("temperatures", cases.temperatures, ({ text, tenths }) => ({ is: parseTemperature(text), told: tenths }));

same("digits", cases.digits, ({ text, ok, digits }) => ({
  is: [checkDigits(text), normaliseDigits(text)],
  told: [ok, digits],
}));

for (const name of ["texts", "letters"] as const) {
  same(name, cases[name], ({ text, folded, cleaned, masked }) => ({
    is: [fold(text), clean(text), maskTail(text)],
    told: [folded, cleaned, masked],
  }));
}

same("limits", cases.limits, ({ counts: [site, gate, unit], unit: unitId, people, quotas, reasons }) => {
  const policy = { ...(cases.policies[0] as Policy), quotas };
  return { is: checkLimits({ site, gate, unit }, policy, unitId, people), told: reasons };
});

same("overrides", cases.overrides, ({ kind, wanted, reason, may, code }) => ({
  is: checkOverride({ kind, reasons: [], recheck_at: null, missing: [] }, wanted, reason, may),
  told: code,
}));
