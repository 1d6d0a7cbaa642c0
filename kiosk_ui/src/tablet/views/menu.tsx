// The menu of whoever is on duty: own lines, this tablet's settings, the lock, the change of shift.
import { hour } from "../clock";
import { slip } from "../desk";
import { lock } from "../lock";
import { onDuty, snapshot, unsent } from "../store";
import { t } from "../texts";
import { Device } from "./device";
import { Option, SlipFrame } from "./slip";

export function MenuSlip() {
  const waiting = unsent.value.length;
  return (
    <SlipFrame title={t("guard.menu.title", { name: onDuty.value?.name ?? "" })}>
      <p class="soft">{t("guard.menu.since", { time: hour(snapshot.value?.shift_started_at ?? Date.now()) })}</p>
      <div class="options">
        <Option icon="file-text" word={t("guard.menu.lines")} onTap={() => (slip.value = { shows: "shift" })} />
        <Option icon="lock" word={t("guard.menu.lock")} onTap={() => ((slip.value = null), lock())} />
        <Option icon="settings" word={t("guard.settings.title")} onTap={() => (slip.value = { shows: "settings" })} />
        <Option
          icon="log-out"
          word={t("guard.menu.handover")}
          more={waiting > 0 ? t("guard.menu.unsent", { count: waiting }) : ""}
          onTap={() => (slip.value = { shows: "handover" })}
        />
      </div>
      <Device />
    </SlipFrame>
  );
}
