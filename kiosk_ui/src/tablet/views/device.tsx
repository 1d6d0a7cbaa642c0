// What the tablet itself can and cannot do here: full screen, the app on the home screen, and what plain http leaves out.
import { canFill, fillScreen, installApp, installPrompt, isFull, safeAddress } from "../install";
import { secure } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";

export function Device() {
  return (
    <footer class="device">
      {secure.value ? null : <Plain />}
      <div class="device-acts">
        {canFill ? (
          <button type="button" class="button button-plain" onClick={() => void fillScreen()}>
            <Icon name={isFull.value ? "minimize" : "maximize"} />
            <span>{t(isFull.value ? "guard.offline.window" : "guard.offline.full_screen")}</span>
          </button>
        ) : null}
        {installPrompt.value === null ? null : (
          <button type="button" class="button button-plain" onClick={() => void installApp()}>
            <Icon name="tablet" />
            <span>{t("guard.offline.install")}</span>
          </button>
        )}
      </div>
    </footer>
  );
}

/** Said once, and never in the way. */
function Plain() {
  return (
    <div class="notice">
      <Icon name="info" />
      <div>
        <p>{t("guard.offline.plain")}</p>
        <p class="device-links">
          <a href="/trust">{t("guard.offline.trust")}</a>
          {safeAddress.value === null ? null : <a href={safeAddress.value}>{t("guard.offline.move")}</a>}
        </p>
      </div>
    </div>
  );
}
