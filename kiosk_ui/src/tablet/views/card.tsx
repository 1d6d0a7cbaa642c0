// Somebody new by their citizen card: what it says, to be compared with card and face, and where most go in one tap.
import { computed } from "@preact/signals";
import { change, type Draft, type FieldName, valueOf } from "../drafts";
import { often } from "../often";
import { snapshot, unitOf, visits } from "../store";
import { t } from "../texts";
import { FORM } from "./fields";
import { Icon } from "./icon";

const SAID: readonly FieldName[] = ["full_name", "birth_year", "sex", "identity_type", "identity_number", "address"];

const usual = computed(() => often([...visits.value.values()], snapshot.value?.seen ?? []));

/** What is still to be asked: what the card says is above, and may be changed there. */
export function beyondCard(draft: Draft): readonly FieldName[] {
  return FORM[draft.kind].filter((name) => !SAID.includes(name) || !draft.fields[name]);
}

export function CardFacts({ draft, onEdit }: { draft: Draft; onEdit: () => void }) {
  const { sex, birth_year, identity_number, address } = draft.fields;
  const born = birth_year ? t("guard.sheet.born", { year: birth_year }) : "";
  const who = [born, sex === "male" || sex === "female" ? t(`guard.scan.sex.${sex}`) : ""].filter(Boolean).join(", ");
  return (
    <>
      <div class="sheet-facts card-facts">
        <p>
          <Icon name="id-card" />
          <span>
            {t("guard.scan.unverified")}
            <br />
            <strong>{identity_number}</strong> {[who, address].filter(Boolean).join(" · ")}
          </span>
        </p>
        <button type="button" class="button button-quiet" onClick={onEdit}>
          <Icon name="pencil" />
          <span>{t("guard.sheet.edit")}</span>
        </button>
      </div>
      <Often draft={draft} />
    </>
  );
}

/** A unit and a purpose with one tap. */
function Often({ draft }: { draft: Draft }) {
  if (usual.value.length === 0) return null;
  return (
    <div class="often" role="group" aria-label={t("guard.often.label")}>
      {usual.value.map(({ unit, purpose }) => (
        <button
          key={`${unit} ${purpose}`}
          type="button"
          class="button button-plain often-one"
          aria-pressed={valueOf(draft, "unit") === unit && valueOf(draft, "purpose") === purpose}
          onClick={() => change(draft.key, { fields: { ...draft.fields, unit, purpose } })}
        >
          <span class="often-purpose">{purpose}</span>
          <small class="often-unit">{unitOf(unit)?.name}</small>
        </button>
      ))}
    </div>
  );
}
