// Own lines of this shift; a wrong one is struck through, with a reason. And notes.
import { computed, useSignal } from "@preact/signals";
import { hour } from "../clock";
import { slip } from "../desk";
import { note, strike } from "../gate";
import { arrived, type ShownVisit, visits } from "../store";
import { t } from "../texts";
import { lastTenths } from "../words";
import { isOwn } from "./leaving";
import { Problem, Reasons } from "./reasons";
import { SlipFrame } from "./slip";

const own = computed(() =>
  [...visits.value.values()]
    .filter((visit) => visit.state !== "waiting" && isOwn(visit))
    .sort((one, other) => arrived(other) - arrived(one)),
);

export function ShiftSlip() {
  return (
    <SlipFrame title={t("guard.shift.title")}>
      {own.value.length === 0 ? <p class="queue-empty">{t("guard.shift.none")}</p> : null}
      <ul class="tray-list">
        {own.value.map((visit) => (
          <li key={visit.id} data-outcome={visit.state}>
            <span class="soft">{visit.number ?? "–"}</span>
            <span class="tray-what">{visit.state === "voided" ? <s>{visit.name}</s> : visit.name}</span>
            <span class="tray-why">{lineWord(visit)}</span>
            {visit.state === "voided" ? null : (
              <span class="tray-acts">
                <button
                  type="button"
                  class="button button-plain"
                  onClick={() => (slip.value = { shows: "correct", visitId: visit.id })}
                >
                  {t("guard.line.correct")}
                </button>
                <button
                  type="button"
                  class="button button-plain"
                  onClick={() => (slip.value = { shows: "strike", visitId: visit.id })}
                >
                  {t("guard.line.strike")}
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </SlipFrame>
  );
}

function lineWord(visit: ShownVisit): string {
  const degrees = lastTenths(visit) === "" ? "" : `${lastTenths(visit)} °C`;
  const badge = visit.badge_number ? t("guard.row.badge", { badge: visit.badge_number }) : "";
  return [t(`common.state.${visit.state}`), hour(visit.admitted_at ?? visit.occurred_at), degrees, badge]
    .filter(Boolean)
    .join(" · ");
}

export function StrikeSlip({ visit }: { visit: ShownVisit }) {
  const reason = useSignal("");
  const problem = useSignal("");
  const go = (): void => {
    if (reason.value === "") return void (problem.value = t("guard.reason.choose"));
    slip.value = null;
    void strike(visit, reason.value);
  };
  return (
    <SlipFrame
      title={t("guard.line.strike_title", { name: visit.name })}
      foot={
        <button type="button" class="button button-stop" onClick={go}>
          {t("guard.line.strike_go")}
        </button>
      }
    >
      <p class="soft">{t("guard.line.strike_lead")}</p>
      <Reasons chosen={reason.value} onChoose={(one) => (reason.value = one)} />
      <Problem text={problem.value} />
    </SlipFrame>
  );
}

export function NoteSlip({ visit }: { visit: ShownVisit }) {
  const text = useSignal("");
  const problem = useSignal("");
  const go = (): void => {
    if (text.value.trim() === "") return void (problem.value = t("errors.note_empty"));
    slip.value = null;
    void note(visit, text.value.trim());
  };
  return (
    <SlipFrame
      title={t("guard.line.note_title", { name: visit.name })}
      foot={
        <button type="button" class="button button-primary" onClick={go}>
          {t("guard.line.note_go")}
        </button>
      }
    >
      <div class="field">
        <label for="note-text">{t("guard.line.note")}</label>
        <textarea
          id="note-text"
          rows={3}
          maxLength={1000}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      </div>
      <Problem text={problem.value} />
    </SlipFrame>
  );
}
