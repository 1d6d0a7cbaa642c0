// What was declared and what it means; or, for somebody without a phone, what the guard asked and heard.
import { hour } from "../clock";
import { slip } from "../desk";
import { change, type Draft, outcomeOf, stated, visitOf } from "../drafts";
import { questionsOf, STATEMENT_KEY } from "../../rules/answers";
import { snapshot } from "../store";
import { t } from "../texts";
import { flagWords } from "../words";
import { Icon } from "./icon";

export function Declared({ draft, missing }: { draft: Draft; missing: boolean }) {
  const site = snapshot.value;
  const rule = site?.policy.kinds[draft.kind];
  if (!site || !rule || (rule.declaration === "none" && !visitOf(draft.source)?.declared_at)) return null;
  const outcome = outcomeOf(draft);
  if (outcome === null) return <Ask draft={draft} missing={missing} />;
  const visit = draft.answers === null ? visitOf(draft.source) : undefined;
  const words = flagWords(visit, site.questionnaire);
  const notes = visit ? visit.flags.filter((flag) => flag.code === "note").map((flag) => flag.vi) : outcome.notes;
  const statement = stated(draft.source);
  const heading = statement
    ? t("guard.pass.signed", { time: hour(statement.issued) })
    : visit?.declared_at
      ? t("guard.declared.at", { time: hour(visit.declared_at) })
      : t("guard.declared.by_guard");
  return (
    <ul class="declared">
      <li class="soft" data-kind="plain">
        <Icon name="file-text" />
        <span>{heading}</span>
        {draft.answers !== null ? (
          <button type="button" class="button button-quiet" onClick={() => (slip.value = { shows: "declare" })}>
            {t("guard.declared.change")}
          </button>
        ) : null}
      </li>
      {outcome.level === "clear" ? (
        <li data-kind="clear">
          <Icon name="check" />
          <span>{t("guard.declared.clear")}</span>
        </li>
      ) : (
        <li data-kind="flag" data-level={outcome.level}>
          <Icon name="triangle-alert" />
          <span>{[...new Set(outcome.codes.map(words))].join(", ")}</span>
        </li>
      )}
      {statement && statement.people > 1 ? (
        <li data-kind="plain">
          <Icon name="users" />
          <span>{t("guard.pass.party", { count: statement.people })}</span>
        </li>
      ) : null}
      {notes.map((note) => (
        <li key={note} data-kind="plain">
          <Icon name="flag" />
          <span>{note}</span>
        </li>
      ))}
    </ul>
  );
}

function Ask({ draft, missing }: { draft: Draft; missing: boolean }) {
  const allNo = (): void => {
    const questions = questionsOf(snapshot.value?.questionnaire ?? { sections: [], statement: NONE, warning: NONE });
    const answers = Object.fromEntries(
      questions.filter((question) => question.type === "yes_no").map((question) => [question.key, false]),
    );
    change(draft.key, { answers: { ...answers, [STATEMENT_KEY]: true } });
  };
  return (
    <div class="ask" data-missing={missing ? "" : undefined}>
      <p>
        <Icon name="file-x" />
        <span>{t("guard.declared.none")}</span>
      </p>
      <div class="cluster">
        <button type="button" class="button button-plain" id="need-declaration" onClick={allNo}>
          <Icon name="check" />
          <span>{t("guard.declared.all_no")}</span>
        </button>
        <button type="button" class="button button-quiet" onClick={() => (slip.value = { shows: "declare" })}>
          {t("guard.declared.ask")}
        </button>
      </div>
    </div>
  );
}

const NONE = { vi: "", en: "" };
