// Why a line is changed: one tap; and what is wrong with what was entered.
import { t } from "../texts";
import { Icon } from "./icon";

const REASONS = ["guard.reason.person", "guard.reason.number", "guard.reason.twice"] as const;

interface ReasonsProps {
  readonly chosen: string;
  /** Kinds that are recorded first and completed afterwards have that as a reason too. */
  readonly later?: boolean;
  readonly onChoose: (reason: string) => void;
}

export function Reasons({ chosen, later, onChoose }: ReasonsProps) {
  return (
    <div class="options" role="group" aria-label={t("guard.reason.label")}>
      {[...REASONS, ...(later ? ["guard.reason.added"] : [])].map((key) => (
        <button
          key={key}
          type="button"
          class="option"
          aria-pressed={chosen === t(key)}
          onClick={() => onChoose(t(key))}
        >
          {t(key)}
        </button>
      ))}
    </div>
  );
}

export function Problem({ text }: { text: string }) {
  return text === "" ? null : (
    <p class="error" role="alert">
      <Icon name="circle-alert" />
      <span>{text}</span>
    </p>
  );
}
