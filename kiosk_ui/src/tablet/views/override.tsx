// Another decision than the rules give: with a reason, and where it is milder, by somebody who may.
import { useSignal } from "@preact/signals";
import { checkOverride, type DecisionKind, RANK } from "../../rules/screening";
import { slip } from "../desk";
import { decision, type Draft, visitOf } from "../drafts";
import { carryOut } from "../gate";
import { snapshot } from "../store";
import { t } from "../texts";
import { kindWord, refusalWord } from "../words";
import { Icon } from "./icon";
import { Option, SlipFrame } from "./slip";

const ICONS = { admit: "check", recheck: "timer", refer: "stethoscope", refuse: "ban" } as const;

export function OverrideSlip({ draft }: { draft: Draft }) {
  const found = decision.value;
  const policy = snapshot.value?.policy;
  const wanted = useSignal<DecisionKind | null>(null);
  const reason = useSignal("");
  const by = useSignal("");
  const problem = useSignal("");
  if (!found || !policy) return null;
  const referred = visitOf(draft.source)?.state === "referred";
  const offered = (Object.keys(ICONS) as DecisionKind[]).filter((kind) =>
    referred ? kind === "recheck" : kind !== found.kind || found.missing.length > 0,
  );
  // Milder than the rules, or in with something missing: a manager confirms it afterwards.
  const milder = wanted.value !== null && (RANK[wanted.value] < RANK[found.kind] || (wanted.value === "admit" && found.missing.length > 0));
  const go = (): void => {
    if (wanted.value === null) return void (problem.value = t("guard.override.choose"));
    const code = checkOverride(found, wanted.value, reason.value, by.value.trim() !== "");
    // Nothing else is missing than what the guard leaves out on purpose.
    if (code !== null && code !== "override_same") return void (problem.value = refusalWord(code, {}));
    if (milder && by.value.trim() === "") return void (problem.value = refusalWord("override_not_permitted", {}));
    slip.value = null;
    const override = { decision: wanted.value, reason: reason.value.trim(), approved_by: by.value.trim() };
    void carryOut(draft, found, override);
  };
  return (
    <SlipFrame
      title={t("guard.override.title")}
      foot={
        <button type="button" class="button button-primary" onClick={go}>
          <span>{t("guard.override.go")}</span>
        </button>
      }
    >
      <div class="options" role="group" aria-label={t("guard.override.title")}>
        {offered.map((kind) => (
          <Option
            key={kind}
            icon={ICONS[kind]}
            word={kindWord(kind, policy)}
            pressed={wanted.value === kind}
            onTap={() => (wanted.value = kind)}
          />
        ))}
      </div>
      <div class="field">
        <label for="override-reason">{t("guard.override.reason")}</label>
        <textarea
          id="override-reason"
          rows={2}
          maxLength={300}
          value={reason.value}
          onInput={(event) => (reason.value = event.currentTarget.value)}
        />
      </div>
      {milder ? (
        <div class="field">
          <label for="override-by">{t("guard.override.by")}</label>
          <input
            id="override-by"
            type="text"
            maxLength={100}
            autocomplete="off"
            value={by.value}
            onInput={(event) => (by.value = event.currentTarget.value)}
          />
        </div>
      ) : null}
      {problem.value ? (
        <p class="error" role="alert">
          <Icon name="circle-alert" />
          <span>{problem.value}</span>
        </p>
      ) : null}
    </SlipFrame>
  );
}
