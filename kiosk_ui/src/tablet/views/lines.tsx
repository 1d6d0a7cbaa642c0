// Own lines of this shift: a wrong field corrected, a wrong line struck through, each with a reason; and notes.
import { useSignal } from "@preact/signals";
import { computed } from "@preact/signals";
import { hour } from "../clock";
import { slip } from "../desk";
import { correct, note, strike } from "../gate";
import { arrived, type ShownVisit, snapshot, visits } from "../store";
import { t } from "../texts";
import { formatTenths } from "../../rules/temperature";
import { point } from "../texts";
import { Icon } from "./icon";
import { isOwn } from "./leaving";
import { SlipFrame } from "./slip";

const REASONS = ["guard.reason.person", "guard.reason.number", "guard.reason.twice"] as const;
const FIELDS = [
  ["name", "guard.field.full_name"], ["birth_year", "guard.field.birth_year"], ["organisation", "guard.field.organisation"],
  ["unit_id", "guard.field.unit"], ["host_name", "guard.field.host"], ["purpose", "guard.field.purpose"],
  ["plate", "guard.field.plate"], ["badge_number", "guard.badge.label"], ["temperature", "guard.field.temperature"],
  ["mask", "guard.tile.mask"], ["sanitiser", "guard.tile.sanitiser"],
] as const;
type CorrectField = (typeof FIELDS)[number][0];

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
                <button type="button" class="button button-plain" onClick={() => (slip.value = { shows: "correct", visitId: visit.id })}>{t("guard.line.correct")}</button>
                <button type="button" class="button button-plain" onClick={() => (slip.value = { shows: "strike", visitId: visit.id })}>{t("guard.line.strike")}</button>
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
  return [t(`common.state.${visit.state}`), hour(visit.admitted_at ?? visit.occurred_at), degrees, badge].filter(Boolean).join(" · ");
}

interface ReasonsProps {
  readonly chosen: string;
  /** Kinds that are recorded first and completed afterwards have that as a reason too. */
  readonly later?: boolean;
  readonly onChoose: (reason: string) => void;
}

function Reasons({ chosen, later, onChoose }: ReasonsProps) {
  return (
    <div class="options" role="group" aria-label={t("guard.reason.label")}>
      {[...REASONS, ...(later ? ["guard.reason.added"] : [])].map((key) => (
        <button key={key} type="button" class="option" aria-pressed={chosen === t(key)} onClick={() => onChoose(t(key))}>{t(key)}</button>
      ))}
    </div>
  );
}

export function CorrectSlip({ visit }: { visit: ShownVisit }) {
  const field = useSignal<CorrectField>("name");
  const value = useSignal(valueOf(visit, "name"));
  const reason = useSignal("");
  const problem = useSignal("");
  const choose = (name: CorrectField): void => {
    field.value = name;
    value.value = valueOf(visit, name);
  };
  const go = (): void => {
    if (reason.value === "") return void (problem.value = t("guard.reason.choose"));
    slip.value = null;
    void correct(visit, field.value, value.value.trim(), reason.value);
  };
  return (
    <SlipFrame
      title={t("guard.line.correct_title", { name: visit.name })}
      foot={<button type="button" class="button button-primary" onClick={go}>{t("guard.line.correct_go")}</button>}
    >
      <div class="field">
        <label for="correct-field">{t("guard.line.which")}</label>
        <select id="correct-field" value={field.value} onChange={(event) => choose(event.currentTarget.value as CorrectField)}>
          {FIELDS.map(([name, word]) => <option key={name} value={name}>{t(word)}</option>)}
        </select>
      </div>
      <div class="field">
        <label for="correct-value">{t("guard.line.right")}</label>
        <NewValue field={field.value} value={value.value} onChange={(typed) => (value.value = typed)} />
      </div>
      <p>{t("guard.reason.label")}</p>
      <Reasons chosen={reason.value} later={visit.kind !== "visitor" && visit.kind !== "employee"} onChoose={(one) => (reason.value = one)} />
      <Problem text={problem.value} />
    </SlipFrame>
  );
}

function NewValue({ field, value, onChange }: { field: CorrectField; value: string; onChange: (value: string) => void }) {
  const options = optionsOf(field);
  if (options === null) {
    return <input id="correct-value" type="text" maxLength={300} autocomplete="off" value={value} onInput={(event) => onChange(event.currentTarget.value)} />;
  }
  return (
    <select id="correct-value" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map(([key, word]) => <option key={key} value={key}>{word}</option>)}
    </select>
  );
}

function optionsOf(field: CorrectField): readonly (readonly [string, string])[] | null {
  if (field === "unit_id") return (snapshot.value?.units ?? []).map((unit) => [unit.id, unit.name]);
  if (field !== "mask" && field !== "sanitiser") return null;
  return [["yes", t("common.yes")], ["no", t("common.no")]];
}

function valueOf(visit: ShownVisit, field: CorrectField): string {
  if (field === "mask" || field === "sanitiser") return visit[field] ? "yes" : "no";
  if (field === "temperature") return lastTenths(visit);
  return String(visit[field] ?? "");
}

function lastTenths(visit: ShownVisit): string {
  const tenths = visit.readings.flatMap((reading) => reading.tenths ?? []).pop();
  return tenths === undefined ? "" : formatTenths(tenths, point());
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
      foot={<button type="button" class="button button-stop" onClick={go}>{t("guard.line.strike_go")}</button>}
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
      foot={<button type="button" class="button button-primary" onClick={go}>{t("guard.line.note_go")}</button>}
    >
      <div class="field">
        <label for="note-text">{t("guard.line.note")}</label>
        <textarea id="note-text" rows={3} maxLength={1000} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      </div>
      <Problem text={problem.value} />
    </SlipFrame>
  );
}

function Problem({ text }: { text: string }) {
  return text === "" ? null : <p class="error" role="alert"><Icon name="circle-alert" /><span>{text}</span></p>;
}
