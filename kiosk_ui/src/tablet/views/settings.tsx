// This tablet's settings: what is heard, which hand types, night, size of the text. Each tap is kept and seen at once.
import { IDLE_MINUTES, HANDS, LIGHTS, type Settings, SIZES, SOUNDS } from "../look";
import { change, settings } from "../settings";
import { give } from "../sound";
import { t } from "../texts";
import { SlipFrame } from "./slip";

const DAY = 24 * 60;

export function SettingsSlip() {
  const now = settings.value;
  return (
    <SlipFrame title={t("guard.settings.title")}>
      <p class="soft">{t("guard.settings.lead")}</p>
      <div class="settings">
      <Choice
        name="sound"
        values={SOUNDS}
        now={now.sound}
        words={{
          off: "guard.settings.sound_off",
          low: "guard.settings.sound_low",
          middle: "guard.settings.sound_middle",
          loud: "guard.settings.sound_loud",
        }}
        label="guard.settings.sound"
        onChoose={(sound) => (change({ sound }), give("admit"))}
      />
      {canVibrate() ? (
        <Choice
          name="vibration"
          values={["on", "off"]}
          now={now.vibration ? "on" : "off"}
          words={{ on: "guard.settings.on", off: "guard.settings.off" }}
          label="guard.settings.vibration"
          onChoose={(value) => (change({ vibration: value === "on" }), give("admit"))}
        />
      ) : null}
      <Choice
        name="hand"
        values={HANDS}
        now={now.hand}
        words={{ right: "guard.settings.hand_right", left: "guard.settings.hand_left" }}
        label="guard.settings.hand"
        onChoose={(hand) => change({ hand })}
      />
      <Choice
        name="light"
        values={LIGHTS}
        now={now.light}
        words={{
          clock: "guard.settings.light_clock",
          light: "guard.settings.light_light",
          dark: "guard.settings.light_dark",
          system: "guard.settings.light_system",
        }}
        label="guard.settings.light"
        onChoose={(light) => change({ light })}
      />
      {now.light === "clock" ? <Night now={now} /> : null}
      <Choice
        name="size"
        values={SIZES}
        now={now.size}
        words={{
          normal: "guard.settings.size_normal",
          large: "guard.settings.size_large",
          larger: "guard.settings.size_larger",
        }}
        label="guard.settings.size"
        onChoose={(size) => change({ size })}
      />
      <Choice
        name="idle"
        values={IDLE_MINUTES.map(String)}
        now={String(now.idle)}
        words={{ "0": "guard.settings.idle_never" }}
        word={(value) => t("guard.settings.idle_minutes", { count: value })}
        label="guard.settings.idle"
        onChoose={(value) => change({ idle: Number(value) })}
      />
      </div>
    </SlipFrame>
  );
}

function canVibrate(): boolean {
  return typeof (navigator as Partial<Navigator>).vibrate === "function";
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly values: readonly T[];
  readonly now: T;
  readonly words: Readonly<Partial<Record<T, string>>>;
  readonly word?: (value: T) => string;
  readonly onChoose: (value: T) => void;
}

/** One of a few, side by side: radio buttons, so that arrows go through them. */
function Choice<T extends string>({ name, label, values, now, words, word, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset class="setting">
      <legend>{t(label)}</legend>
      <div class="segments">
        {values.map((value) => (
          <label key={value} class="segment">
            <input
              type="radio"
              name={`setting-${name}`}
              value={value}
              checked={value === now}
              onChange={() => onChoose(value)}
            />
            <span>{words[value] === undefined ? (word?.(value) ?? value) : t(words[value])}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Night({ now }: { now: Settings }) {
  return (
    <div class="setting setting-night">
      <Time id="night-from" label={t("guard.settings.night_from")} minute={now.nightFrom} field="nightFrom" />
      <Time id="night-to" label={t("guard.settings.night_to")} minute={now.nightTo} field="nightTo" />
    </div>
  );
}

interface TimeProps {
  readonly id: string;
  readonly label: string;
  readonly minute: number;
  readonly field: "nightFrom" | "nightTo";
}

function Time({ id, label, minute, field }: TimeProps) {
  return (
    <div class="field field-short">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="time"
        value={clockWord(minute)}
        onChange={(event) => {
          const [hours, minutes] = event.currentTarget.value.split(":").map(Number);
          const found = (hours ?? NaN) * 60 + (minutes ?? NaN);
          if (Number.isInteger(found) && found >= 0 && found < DAY) change({ [field]: found });
        }}
      />
    </div>
  );
}

function clockWord(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
