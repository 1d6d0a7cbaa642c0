// The middle of the desk in a rush: what was just recorded, and how to go on.
import { rushCount, rushLast } from "../rush";
import { t } from "../texts";
import { Icon } from "./icon";

export function RushSheet() {
  return (
    <section class="sheet rush" aria-label={t("guard.rush.name")}>
      <h2>{t("guard.rush.title")}</h2>
      <p class="soft">{t("guard.rush.lead")}</p>
      <p class="rush-total">
        <span class="rush-count">{rushCount.value}</span> <span>{t("guard.rush.count")}</span>
      </p>
      <ul class="rush-last" aria-live="polite">
        {rushLast.value.map((one) => (
          <li key={one.id}>
            <Icon name="check" />
            <span>{one.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
