// Whom to call, and what they said: one tap.
import { change, type Draft, valueOf } from "../drafts";
import { snapshot, unitOf } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";

const ANSWERS = [
  ["agreed", "guard.call.agreed"],
  ["no_answer", "guard.call.no_answer"],
  ["declined", "guard.call.declined"],
] as const;

export function Call({ draft, missing }: { draft: Draft; missing: boolean }) {
  const rule = snapshot.value?.policy.kinds[draft.kind];
  const unit = unitOf(valueOf(draft, "unit"));
  if (!rule || rule.host_call === "none" || !unit) return null;
  return (
    <div class="call" data-missing={missing ? "" : undefined}>
      <span class="call-extension">
        <Icon name="phone" />
        <span>{unit.extension ? t("guard.call.extension", { extension: unit.extension }) : t("guard.call.call")}</span>
      </span>
      <div class="call-answers" role="group" aria-label={t("guard.call.label")}>
        {ANSWERS.map(([answer, word], at) => (
          <button
            key={answer}
            type="button"
            id={at === 0 ? "need-host_call" : undefined}
            aria-pressed={draft.hostCall === answer}
            onClick={() => change(draft.key, { hostCall: draft.hostCall === answer ? null : answer })}
          >
            {t(word)}
          </button>
        ))}
      </div>
    </div>
  );
}
