// What may be typed about somebody, each field labelled, marked where it is still missing.
import { change, type Draft, type FieldName, valueOf } from "../drafts";
import type { Kind } from "../../rules/screening";
import { snapshot } from "../store";
import { t } from "../texts";

const LABELS: Readonly<Record<FieldName, string>> = {
  full_name: "guard.field.full_name",
  birth_year: "guard.field.birth_year",
  sex: "guard.field.sex",
  phone: "guard.field.phone",
  identity_type: "guard.field.identity_type",
  identity_number: "guard.field.identity_number",
  organisation: "guard.field.organisation",
  address: "guard.field.address",
  unit: "guard.field.unit",
  host: "guard.field.host",
  purpose: "guard.field.purpose",
  plate: "guard.field.plate",
  people_count: "guard.field.people_count",
  on_word_of: "guard.field.on_word_of",
  vouched_by: "guard.field.vouched_by",
};

/** What is asked of each kind, the likeliest first. */
export const FORM: Readonly<Record<Kind, readonly FieldName[]>> = {
  visitor: [
    "full_name",
    "birth_year",
    "unit",
    "host",
    "purpose",
    "organisation",
    "identity_type",
    "identity_number",
    "phone",
    "plate",
  ],
  citizen: ["full_name", "birth_year", "address", "purpose", "identity_type", "identity_number", "phone"],
  invited: ["plate", "people_count", "on_word_of", "full_name", "organisation", "unit"],
  delivery: ["organisation", "full_name", "plate", "purpose"],
  emergency: ["organisation", "people_count", "plate", "purpose"],
  employee: [],
};
/** What may be changed of somebody whose person is known. */
export const PLACE: readonly FieldName[] = ["unit", "host", "purpose", "plate"];

const NARROW = new Set<FieldName>(["birth_year", "people_count"]);
const NUMERIC = new Set<FieldName>(["birth_year", "people_count", "phone"]);
const MOST: Readonly<Partial<Record<FieldName, number>>> = {
  full_name: 100,
  birth_year: 4,
  people_count: 3,
  plate: 15,
};

interface Props {
  readonly draft: Draft;
  readonly names: readonly FieldName[];
  readonly missing: readonly string[];
}

export function Fields({ draft, names, missing }: Props) {
  const shown = names.filter((name) => name !== "identity_number" || hasNumber(draft));
  const more = needsVoucher(draft) && !shown.includes("vouched_by") ? [...shown, "vouched_by" as const] : shown;
  return (
    <div class="entry">
      {more.map((name) => (
        <Field key={name} draft={draft} name={name} missing={isMissing(name, missing)} />
      ))}
    </div>
  );
}

function isMissing(name: FieldName, missing: readonly string[]): boolean {
  return missing.includes(name) || (name === "vouched_by" && missing.includes("voucher"));
}

function hasNumber(draft: Draft): boolean {
  const type = valueOf(draft, "identity_type");
  return type !== "" && type !== "none";
}

/** Without papers somebody vouches, by name, where the kind wants papers at all. */
export function needsVoucher(draft: Draft): boolean {
  const rule = snapshot.value?.policy.kinds[draft.kind];
  const wanted = rule !== undefined && rule.identity !== "none" && !rule.never_refuse_for_papers;
  return wanted && valueOf(draft, "identity_type") === "none";
}

function Field({ draft, name, missing }: { draft: Draft; name: FieldName; missing: boolean }) {
  const id = `need-${name}`;
  const set = (value: string): void =>
    change(draft.key, { fields: { ...draft.fields, [name]: value, ...(name === "unit" ? { host: "" } : {}) } });
  return (
    <div class={`field${NARROW.has(name) ? " field-short" : ""}${missing ? " is-missing" : ""}`}>
      <label for={id}>
        {t(LABELS[name])}
        {missing ? <span class="entry-missing"> · {t("guard.field.missing")}</span> : null}
      </label>
      <Control draft={draft} name={name} id={id} onChange={set} />
    </div>
  );
}

interface ControlProps {
  readonly draft: Draft;
  readonly name: FieldName;
  readonly id: string;
  readonly onChange: (value: string) => void;
}

function Control({ draft, name, id, onChange }: ControlProps) {
  const value = valueOf(draft, name);
  const options = optionsOf(name);
  if (options !== null) {
    return (
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{t("guard.field.choose")}</option>
        {options.map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </select>
    );
  }
  return (
    <>
      <input
        id={id}
        type="text"
        value={value}
        autocomplete="off"
        spellcheck={false}
        maxLength={MOST[name] ?? 200}
        inputMode={NUMERIC.has(name) ? "numeric" : "text"}
        list={name === "host" ? "hosts" : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {name === "host" ? <Hosts unitId={valueOf(draft, "unit")} /> : null}
    </>
  );
}

function optionsOf(name: FieldName): readonly (readonly [string, string])[] | null {
  if (name === "unit") return (snapshot.value?.units ?? []).map((unit) => [unit.id, unit.name]);
  if (name !== "identity_type") return null;
  return [
    ["cccd", t("guard.identity.cccd")],
    ["cmnd", t("guard.identity.cmnd")],
    ["passport", t("guard.identity.passport")],
    ["other", t("guard.identity.other")],
    ["none", t("guard.identity.none")],
  ];
}

function Hosts({ unitId }: { unitId: string }) {
  const hosts = (snapshot.value?.employees ?? []).filter((one) => one.receives && (!unitId || one.unit_id === unitId));
  return (
    <datalist id="hosts">
      {hosts.map((host) => (
        <option key={host.id} value={host.name}>
          {host.title}
        </option>
      ))}
    </datalist>
  );
}
