// Somebody leaves whom this tablet does not know: a badge number or a name is enough, the book finds the rest.
import { useSignal } from "@preact/signals";
import { slip } from "../desk";
import { checkOutUnknown } from "../gate";
import { net } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";
import { Problem } from "./reasons";
import { SlipFrame } from "./slip";

const BADGE_MOST = 12;

export function UnknownSlip({ typed }: { typed: string }) {
  const isBadge = /\d/.test(typed) && typed.length <= BADGE_MOST;
  const badge = useSignal(isBadge ? typed : "");
  const name = useSignal(isBadge ? "" : typed);
  const problem = useSignal("");
  const go = (event: Event): void => {
    event.preventDefault();
    if (badge.value.trim() === "" && name.value.trim() === "") return void (problem.value = t("guard.unknown.missing"));
    slip.value = null;
    void checkOutUnknown(badge.value.trim(), name.value.trim());
  };
  return (
    <SlipFrame title={t("guard.unknown.title")}>
      <form class="unknown" onSubmit={go} noValidate>
        <p class="soft">{t(net.value === "offline" ? "guard.unknown.lead_offline" : "guard.unknown.lead")}</p>
        <div class="field field-short">
          <label for="unknown-badge">{t("guard.badge.label")}</label>
          <input
            id="unknown-badge"
            type="text"
            maxLength={BADGE_MOST}
            autocomplete="off"
            value={badge.value}
            onInput={(event) => (badge.value = event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="unknown-name">{t("guard.field.full_name")}</label>
          <input
            id="unknown-name"
            type="text"
            maxLength={100}
            autocomplete="off"
            spellcheck={false}
            value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
        </div>
        <Problem text={problem.value} />
        <button type="submit" class="decide" data-decision="out">
          <Icon name="log-out" />
          <span class="decide-word">{t("guard.out.go")}</span>
        </button>
      </form>
    </SlipFrame>
  );
}
