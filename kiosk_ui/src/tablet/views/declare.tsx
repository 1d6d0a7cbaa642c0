// Khai hộ: the questionnaire's own questions, asked aloud by the guard and answered here.
import { useSignal } from "@preact/signals";
import { checkAnswers, type Question, questionsOf, STATEMENT_KEY } from "../../rules/answers";
import { slip } from "../desk";
import { change, type Draft } from "../drafts";
import { snapshot } from "../store";
import { language, t } from "../texts";
import { Icon } from "./icon";
import { SlipFrame } from "./slip";

export function DeclareSlip({ draft }: { draft: Draft }) {
  const site = snapshot.value;
  const answers = useSignal<Record<string, unknown>>({ ...draft.answers });
  const wrong = useSignal<Record<string, string>>({});
  if (!site) return null;
  const days = { lookback_days: site.policy.lookback_days };
  const say = (text: string): string => text.replace("{lookback_days}", String(days.lookback_days));
  const set = (key: string, value: unknown): void => void (answers.value = { ...answers.value, [key]: value });
  const finish = (): void => {
    const told = { ...answers.value, [STATEMENT_KEY]: true };
    wrong.value = checkAnswers(told, site.questionnaire);
    const first = questionsOf(site.questionnaire).find((question) => wrong.value[question.key]);
    if (first) {
      document.getElementById(`answer-${first.key}`)?.focus();
      return;
    }
    change(draft.key, { answers: told });
    slip.value = null;
  };
  return (
    <SlipFrame
      title={t("guard.declare.title")}
      foot={
        <>
          <p class="soft slip-note">{site.questionnaire.statement[language()]}</p>
          <button type="button" class="button button-primary" onClick={finish}>
            <span>{t("guard.declare.go")}</span>
          </button>
        </>
      }
    >
      {site.questionnaire.sections.map((section) => (
        <fieldset key={section.key} class="questions">
          <legend>{say(section.labels[language()])}</legend>
          {section.questions.map((question) => (
            <Asked
              key={question.key}
              question={question}
              label={say(question.labels[language()])}
              value={answers.value[question.key]}
              wrong={question.key in wrong.value}
              onAnswer={(value) => set(question.key, value)}
            />
          ))}
        </fieldset>
      ))}
    </SlipFrame>
  );
}

interface AskedProps {
  readonly question: Question;
  readonly label: string;
  readonly value: unknown;
  readonly wrong: boolean;
  readonly onAnswer: (value: unknown) => void;
}

function Asked({ question, label, value, wrong, onAnswer }: AskedProps) {
  const id = `answer-${question.key}`;
  const choices = choicesOf(question);
  return (
    <div class="question" data-missing={wrong ? "" : undefined}>
      {choices === null ? <label for={id}>{label}</label> : <span id={`${id}-label`}>{label}</span>}
      {choices !== null ? (
        <div class="question-answers" role="group" aria-labelledby={`${id}-label`}>
          {choices.map(([answer, word], at) => (
            <button
              key={word}
              type="button"
              id={at === 0 ? id : undefined}
              class="answer"
              data-answer={String(answer)}
              aria-pressed={value === answer}
              onClick={() => onAnswer(answer)}
            >
              {word}
            </button>
          ))}
        </div>
      ) : (
        <Written id={id} question={question} value={value} onAnswer={onAnswer} />
      )}
      {wrong ? (
        <p class="error">
          <Icon name="circle-alert" />
          <span>{t("errors.answer_missing")}</span>
        </p>
      ) : null}
    </div>
  );
}

function Written({
  id,
  question,
  value,
  onAnswer,
}: {
  id: string;
  question: Question;
  value: unknown;
  onAnswer: (value: unknown) => void;
}) {
  const lines = question.type === "places";
  const text = Array.isArray(value) ? value.join("\n") : typeof value === "string" ? value : "";
  const told = (typed: string): void =>
    onAnswer(lines ? typed.split("\n").filter((line) => line.trim() !== "") : typed);
  // As it was typed: an empty line at the end is the one that is being begun.
  return (
    <textarea
      id={id}
      rows={2}
      maxLength={1000}
      defaultValue={text}
      onInput={(event) => told(event.currentTarget.value)}
    />
  );
}

function choicesOf(question: Question): readonly (readonly [unknown, string])[] | null {
  if (question.type === "yes_no")
    return [
      [false, t("common.no")],
      [true, t("common.yes")],
    ];
  if (question.type !== "choice") return null;
  return (question.options ?? []).map((option) => [option.key, option.labels[language()]]);
}
