// A wrong field of an own line put right, with a reason; the book keeps the old value.
import { useSignal } from "@preact/signals";
import { slip } from "../desk";
import { correct } from "../gate";
import { type ShownVisit, snapshot } from "../store";
import { t } from "../texts";
import { lastTenths } from "../words";
import { Problem, Reasons } from "./reasons";
import { SlipFrame } from "./slip";

const FIELDS = [
  ["name", "guard.field.full_name"],
  ["birth_year", "guard.field.birth_year"],
  ["organisation", "guard.field.organisation"],
  ["unit_id", "guard.field.unit"],
  ["host_name", "guard.field.host"],
  ["purpose", "guard.field.purpose"],
  ["plate", "guard.field.plate"],
  ["badge_number", "guard.badge.label"],
  ["temperature", "guard.field.temperature"],
  ["mask", "guard.tile.mask"],
  ["sanitiser", "guard.tile.sanitiser"],
] as const;
type CorrectField = (typeof FIELDS)[number][0];

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
      foot={
        <button type="button" class="button button-primary" onClick={go}>
          {t("guard.line.correct_go")}
        </button>
      }
    >
      <div class="field">
        <label for="correct-field">{t("guard.line.which")}</label>
        <select
          id="correct-field"
          value={field.value}
          onChange={(event) => choose(event.currentTarget.value as CorrectField)}
        >
          {FIELDS.map(([name, word]) => (
            <option key={name} value={name}>
              {t(word)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="correct-value">{t("guard.line.right")}</label>
        <NewValue field={field.value} value={value.value} onChange={(typed) => (value.value = typed)} />
      </div>
      <p>{t("guard.reason.label")}</p>
      <Reasons
        chosen={reason.value}
        later={visit.kind !== "visitor" && visit.kind !== "employee"}
        onChoose={(one) => (reason.value = one)}
      />
      <Problem text={problem.value} />
    </SlipFrame>
  );
}

function NewValue({
  field,
  value,
  onChange,
}: {
  field: CorrectField;
  value: string;
  onChange: (value: string) => void;
}) {
  const options = optionsOf(field);
  if (options === null) {
    return (
      <input
        id="correct-value"
        type="text"
        maxLength={300}
        autocomplete="off"
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <select id="correct-value" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map(([key, word]) => (
        <option key={key} value={key}>
          {word}
        </option>
      ))}
    </select>
  );
}

function optionsOf(field: CorrectField): readonly (readonly [string, string])[] | null {
  if (field === "unit_id") return (snapshot.value?.units ?? []).map((unit) => [unit.id, unit.name]);
  if (field !== "mask" && field !== "sanitiser") return null;
  return [
    ["yes", t("common.yes")],
    ["no", t("common.no")],
  ];
}

function valueOf(visit: ShownVisit, field: CorrectField): string {
  if (field === "mask" || field === "sanitiser") return visit[field] ? "yes" : "no";
  if (field === "temperature") return lastTenths(visit);
  return String(visit[field] ?? "");
}
