// Ten digits, back and clear: for temperatures, PINs and the pairing code.
import { t } from "../texts";
import { Icon } from "./icon";

interface Props {
  readonly onDigit: (digit: string) => void;
  readonly onBack: () => void;
  readonly onClear: () => void;
}

export function Keypad({ onDigit, onBack, onClear }: Props) {
  return (
    <div class="keypad" role="group" aria-label={t("guard.keypad.label")}>
      {"123456789".split("").map((digit) => (
        <Key key={digit} digit={digit} onDigit={onDigit} />
      ))}
      <button type="button" class="key key-act" aria-label={t("guard.keypad.back")} onClick={onBack}>
        <Icon name="delete" />
      </button>
      <Key digit="0" onDigit={onDigit} />
      <button type="button" class="key key-act" aria-label={t("guard.keypad.clear")} onClick={onClear}>
        C
      </button>
    </div>
  );
}

function Key({ digit, onDigit }: { digit: string; onDigit: (digit: string) => void }) {
  return (
    <button
      type="button"
      class="key"
      id={digit === "1" ? "need-temperature" : undefined}
      onClick={() => onDigit(digit)}
    >
      {digit}
    </button>
  );
}
