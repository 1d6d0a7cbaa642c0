// Where most go and why, each in one tap: whoever came without a declaration need not be typed about.
import { computed } from "@preact/signals";
import { change, type Draft, valueOf } from "../drafts";
import { often } from "../often";
import { snapshot, unitOf, visits } from "../store";
import { t } from "../texts";

const usual = computed(() => often([...visits.value.values()], snapshot.value?.seen ?? []));

export function Often({ draft }: { draft: Draft }) {
  if (draft.kind !== "visitor" || usual.value.length === 0) return null;
  const isSo = (unit: string, purpose: string): boolean =>
    valueOf(draft, "unit") === unit && valueOf(draft, "purpose") === purpose;
  const begun = valueOf(draft, "unit") !== "" || valueOf(draft, "purpose") !== "";
  if (begun && !usual.value.some(({ unit, purpose }) => isSo(unit, purpose))) return null;
  return (
    <div class="cluster often" role="group" aria-label={t("guard.often.label")}>
      {usual.value.map(({ unit, purpose }) => (
        <button
          key={`${unit} ${purpose}`}
          type="button"
          class="button button-plain often-one"
          aria-pressed={isSo(unit, purpose)}
          onClick={() => change(draft.key, { fields: { ...draft.fields, unit, purpose } })}
        >
          <span>
            {unitOf(unit)?.name} · {purpose}
          </span>
        </button>
      ))}
    </div>
  );
}
