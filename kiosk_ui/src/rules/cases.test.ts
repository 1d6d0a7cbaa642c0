// The tablet's rules and the server's run the same cases.
import assert from "node:assert/strict";
import { test } from "node:test";
import answerCases from "../../../tests/cases/answers.json";
import decideCases from "../../../tests/cases/decide.json";
import digitCases from "../../../tests/cases/digits.json";
import foldCases from "../../../tests/cases/fold.json";
import personCases from "../../../tests/cases/person.json";
import temperatureCases from "../../../tests/cases/temperature.json";
import defaultPolicy from "../../../app/screening/policy.default.json";
import defaultQuestions from "../../../app/screening/questionnaire.default.json";
import { type Question, type Questionnaire, checkAnswers, screenAnswers } from "./answers";
import { checkDigits, groupDigits, normaliseDigits } from "./digits";
import { type Fields, checkCompanion, checkPerson, warnPerson } from "./person";
import {
  BLANK_INPUT, type Channel, type Kind, type KindRule, type Policy, type ScreeningInput, type Tile, checkLimits,
  checkOverride, decide, policyInForce, screenExit, shownValues,
} from "./screening";
import { type Reading, formatTenths, parseTemperature, showTyped } from "./temperature";
import { clean, fold, maskTail } from "./text";

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merged(base: Json, patch: Json): Json {
  const found: Json = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const old = found[key];
    found[key] = isObject(value) && isObject(old) ? merged(old, value) : value;
  }
  return found;
}

const BARE_RULE: Omit<KindRule, "mask" | "sanitiser"> = {
  declaration: "none",
  temperature: "required",
  badge: false,
  identity: "none",
  phone: "none",
  host_call: "none",
  exit_temperature: false,
  fields: [],
  never_refuse_for_papers: false,
  record_after: false,
};

/** What the server sends: every default spelled out. */
function policyWith(patch: Json = {}): Policy {
  const found = merged(defaultPolicy, patch) as unknown as Policy;
  const tile = (required: boolean | "advise"): Tile =>
    required === "advise" ? "advise" : required ? "required" : "none";
  const masks = { mask: tile(found.mask_required), sanitiser: tile(found.sanitiser_required) };
  const kinds = Object.entries(found.kinds).map(([kind, rule]) => [kind, { ...BARE_RULE, ...masks, ...rule }]);
  return { ...found, kinds: Object.fromEntries(kinds) as Policy["kinds"] };
}

function questionsWith(patch: Json): Questionnaire {
  const base = defaultQuestions as Questionnaire;
  const patched = (question: Question): Question => ({ ...question, ...(patch[question.key] as Partial<Question>) });
  return {
    ...base,
    sections: base.sections.map((section) => ({ ...section, questions: section.questions.map(patched) })),
  };
}

for (const { text, tenths } of temperatureCases) {
  test(`a typed temperature: ${JSON.stringify(text).slice(0, 30)}`, () => {
    assert.equal(parseTemperature(text), tenths);
  });
}

for (const { text, folded, cleaned } of foldCases) {
  test(`text: ${JSON.stringify(text)}`, () => {
    assert.equal(fold(text), folded);
    assert.equal(clean(text), cleaned);
  });
}

for (const found of answerCases) {
  test(`answers: ${found.name}`, () => {
    const questionnaire = questionsWith(found.questions);
    assert.deepEqual(screenAnswers(found.answers, questionnaire), found.outcome);
    assert.deepEqual(checkAnswers(found.answers, questionnaire), found.errors);
  });
}

interface CaseReading {
  readonly tenths: number | null;
  readonly reason: string | null;
  readonly at: string;
}

function inputFrom(document: Json): ScreeningInput {
  const readings = ((document["readings"] ?? []) as CaseReading[]).map(
    (reading) => ({ ...reading, at: Date.parse(reading.at) }) as Reading,
  );
  return { ...BLANK_INPUT, kind: document["kind"] as Kind, ...document, readings };
}

for (const found of decideCases) {
  test(`decide: ${found.name}`, () => {
    const decision = decide(inputFrom(found.input), policyWith(found.policy), Date.parse(found.now));
    const recheck = found.decision.recheck_at;
    assert.deepEqual(decision, { ...found.decision, recheck_at: recheck === null ? null : Date.parse(recheck) });
  });
}

for (const { text, ok } of digitCases.check) {
  test(`a pass: ${JSON.stringify(text).slice(0, 30)}`, () => assert.equal(checkDigits(text), ok));
}
for (const { text, digits } of digitCases.normalise) {
  test(`digits: ${JSON.stringify(text).slice(0, 30)}`, () => assert.equal(normaliseDigits(text), digits));
}
test("the last four digits stand together", () => {
  for (const { digits, grouped } of digitCases.group) assert.equal(groupDigits(digits), grouped);
});

for (const found of personCases) {
  test(`${found.who}: ${found.name}`, () => {
    const policy = policyWith({ kinds: { [found.kind]: found.rule } });
    const check = found.who === "person" ? checkPerson : checkCompanion;
    const fields = found.fields as Fields;
    const errors = check(fields, policy.kinds[found.kind as Kind], found.today, found.channel as Channel);
    assert.deepEqual(errors, found.errors);
    if (Object.keys(errors).length === 0) assert.deepEqual(warnPerson(fields, found.today), found.warnings);
  });
}

test("the temperature fills as it is typed", () => {
  assert.deepEqual(["", "3", "36", "365"].map((digits) => showTyped(digits)), ["", "3", "36", "36,5"]);
  assert.equal(formatTenths(400), "40,0");
});

test("a number is masked but for its tail", () => {
  assert.deepEqual(["031184001234", "1234", "1", "", "🙂"].map((n) => maskTail(n)), ["••••••1234", "••••••34", "••••••", "••••••", "••••••"]);
});

test("a high temperature on leaving is told and keeps nobody inside", () => {
  const policy = policyWith({ kinds: { visitor: { exit_temperature: true } } });
  const rule = policy.kinds.visitor;
  assert.deepEqual(screenExit(rule, policy, null, true).missing, ["temperature", "badge_back"]);
  const decision = screenExit(rule, policy, { tenths: 380, reason: null, at: 0 }, false);
  assert.deepEqual([decision.kind, decision.missing], ["admit", []]);
  assert.deepEqual(decision.reasons.map((reason) => shownValues(reason)), [{ temperature: "38,0", threshold: "37,5" }]);
});

test("each full quota is told with its numbers", () => {
  const policy = policyWith({ quotas: { site_max: 100, gate_max: 10, unit_max: { u1: 2 } } });
  assert.deepEqual(checkLimits({ site: 99, gate: 9, unit: 1 }, policy, "u1"), []);
  const full = checkLimits({ site: 100, gate: 10, unit: 2 }, policy, "u1");
  assert.deepEqual(full.map((reason) => reason.code), ["limit_site", "limit_gate", "limit_unit"]);
  assert.deepEqual(checkLimits({ site: 97, gate: 0, unit: 9 }, policy, null, 4), [
    { code: "limit_site", values: { count: 97, max: 100 } },
  ]);
});

test("another decision needs a reason and, to be milder, somebody who may", () => {
  const of = (kind: "admit" | "recheck") => ({ kind, reasons: [], recheck_at: null, missing: [] });
  assert.equal(checkOverride(of("recheck"), "admit", "đo lại bằng máy khác", true), null);
  assert.equal(checkOverride(of("recheck"), "admit", "đo lại bằng máy khác", false), "override_not_permitted");
  assert.equal(checkOverride(of("admit"), "refuse", "say rượu", false), null);
  assert.equal(checkOverride(of("admit"), "refuse", " \u200b. ", false), "override_reason_missing");
  assert.equal(checkOverride(of("admit"), "admit", "như trên", true), "override_same");
});

test("a version starts and ends by itself", () => {
  const usual = { name: "usual", valid_from: 0, valid_until: null };
  const strict = { name: "strict", valid_from: 24, valid_until: 48 };
  const names = [-1, 0, 23, 24, 47, 48].map((now) => policyInForce([strict, usual], now)?.name ?? null);
  assert.deepEqual(names, [null, "usual", "usual", "strict", "strict", "usual"]);
  assert.equal(policyInForce([usual, { ...usual, name: "later" }], 0)?.name, "later");
});
