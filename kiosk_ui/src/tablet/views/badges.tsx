// Another badge than the next one: those of this gate that are free.
import { useSignal } from "@preact/signals";
import { slip } from "../desk";
import { badgeOf, change, type Draft } from "../drafts";
import { freeBadges } from "../store";
import { t } from "../texts";
import { SlipFrame } from "./slip";

const MOST = 60;

export function BadgeSlip({ draft }: { draft: Draft }) {
  const typed = useSignal("");
  const choose = (number: string | null): void => {
    change(draft.key, { badge: number });
    slip.value = null;
  };
  return (
    <SlipFrame title={t("guard.badge.title")}>
      <form
        class="cluster"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.value.trim() !== "") choose(typed.value.trim());
        }}
      >
        <div class="field field-short">
          <label for="badge-typed">{t("guard.badge.typed")}</label>
          <input
            id="badge-typed"
            type="text"
            maxLength={12}
            autocomplete="off"
            value={typed.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button button-primary">
          {t("guard.badge.take")}
        </button>
      </form>
      <div class="badge-grid" role="group" aria-label={t("guard.badge.free")}>
        {freeBadges(MOST).map((number) => (
          <button
            key={number}
            type="button"
            class="option"
            aria-pressed={badgeOf(draft) === number}
            onClick={() => choose(number)}
          >
            {number}
          </button>
        ))}
      </div>
    </SlipFrame>
  );
}
