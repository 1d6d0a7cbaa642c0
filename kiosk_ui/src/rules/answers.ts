// The twin of the answers in app/screening/rules. Both run the cases in tests/cases/answers.json.
import { clean, fold, letters } from "./text";

export interface Texts {
  readonly vi: string;
  readonly en: string;
}
export type Flag = "none" | "caution" | "stop";
export type Level = "clear" | "caution" | "stop";

export interface Option {
  readonly key: string;
  readonly labels: Texts;
  readonly flag?: Flag;
}
export interface Question {
  readonly key: string;
  readonly type: "yes_no" | "text" | "places" | "choice";
  readonly code: string;
  readonly labels: Texts;
  readonly short: Texts;
  readonly required?: boolean;
  readonly flag?: Flag;
  readonly options?: readonly Option[];
  readonly watch?: readonly string[];
}
export interface Section {
  readonly key: string;
  readonly step: "who" | "whom" | "health";
  readonly labels: Texts;
  readonly questions: readonly Question[];
}
/** One version of the questions, as the server's questionnaire document. */
export interface Questionnaire {
  readonly sections: readonly Section[];
  readonly statement: Texts;
  readonly warning: Texts;
}
export type Answers = Readonly<Record<string, unknown>>;
export interface Outcome {
  readonly level: Level;
  readonly codes: readonly string[];
  readonly notes: readonly string[];
}

export const STATEMENT_KEY = "truthful";
const ANSWER_LETTERS = 500;
const PLACES_MOST = 20;
const LEVEL_RANK: Record<Level, number> = { clear: 0, caution: 1, stop: 2 };

export function questionsOf(questionnaire: Questionnaire): Question[] {
  return questionnaire.sections.flatMap((section) => section.questions);
}

/** An error code per question: answer_missing, answer_odd, too_long or statement_missing. */
export function checkAnswers(answers: Answers, questionnaire: Questionnaire): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const question of questionsOf(questionnaire)) {
    const code = answerError(question, answerTo(question, answers));
    if (code !== null) errors[question.key] = code;
  }
  if (answers[STATEMENT_KEY] !== true) errors[STATEMENT_KEY] = "statement_missing";
  return errors;
}

/** What the answers mean; a required question left open or answered oddly is `incomplete`, a caution. */
export function screenAnswers(answers: Answers, questionnaire: Questionnaire): Outcome {
  let level: Level = "clear";
  const codes: string[] = [];
  const notes: string[] = [];
  for (const question of questionsOf(questionnaire)) {
    const answer = answerTo(question, answers);
    const wrong = answerError(question, answer) !== null;
    const [flagged, code]: [Level, string] = wrong ? ["caution", "incomplete"] : flag(question, answer);
    if (!wrong) notes.push(...notesOf(question, answer));
    if (flagged !== "clear" && !codes.includes(code)) codes.push(code);
    if (LEVEL_RANK[flagged] > LEVEL_RANK[level]) level = flagged;
  }
  return { level, codes, notes };
}

// A question may be called constructor: only what was answered counts, not what every object has.
function answerTo({ key }: Question, answers: Answers): unknown {
  return Object.hasOwn(answers, key) ? answers[key] : undefined;
}

function isEmpty(answer: unknown): boolean {
  return answer === undefined || answer === null || answer === "" || (Array.isArray(answer) && answer.length === 0);
}

function answerError(question: Question, answer: unknown): string | null {
  if (isEmpty(answer)) {
    // An empty list of places is an answer: nowhere.
    return (question.required ?? true) && question.type !== "places" ? "answer_missing" : null;
  }
  if (question.type === "yes_no") return typeof answer === "boolean" ? null : "answer_odd";
  if (question.type === "choice") {
    return (question.options ?? []).some((option) => option.key === answer) ? null : "answer_odd";
  }
  const texts: unknown = question.type === "text" ? [answer] : answer;
  if (!isTexts(texts)) return "answer_odd";
  return texts.length > PLACES_MOST || texts.some((text) => letters(text) > ANSWER_LETTERS) ? "too_long" : null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function levelOf(flagged: Flag | undefined): Level {
  return flagged === undefined || flagged === "none" ? "clear" : flagged;
}

function flag(question: Question, answer: unknown): [Level, string] {
  const level = levelOf(question.flag);
  if (question.type === "choice") {
    const chosen = question.options?.find((option) => option.key === answer);
    return chosen ? [levelOf(chosen.flag), `${question.code}.${chosen.key}`] : ["clear", question.code];
  }
  const watch = question.watch ?? [];
  if (question.type === "places" && watch.length > 0) {
    const places = isTexts(answer) ? answer.map(fold).join(" | ") : "";
    return [watch.some((name) => places.includes(fold(name))) ? level : "clear", question.code];
  }
  return [isEmpty(answer) || answer === false ? "clear" : level, question.code];
}

function notesOf(question: Question, answer: unknown): string[] {
  if (question.type === "text" && typeof answer === "string" && answer) return [clean(answer)];
  if (question.type === "places" && isTexts(answer)) return answer.map(clean).filter(Boolean);
  return [];
}
