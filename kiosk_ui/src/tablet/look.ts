// How this tablet looks and sounds: chosen on it, kept on it, and nothing about anybody. Read before the first paint, so
// nothing here may wait for anything.

export interface Settings {
  readonly sound: "off" | "low" | "middle" | "loud";
  readonly vibration: boolean;
  /** The hand that types: where the keypad is. */
  readonly hand: "right" | "left";
  readonly light: "clock" | "light" | "dark" | "system";
  /** Minutes after midnight at the site between which it is night. */
  readonly nightFrom: number;
  readonly nightTo: number;
  readonly size: "normal" | "large" | "larger";
  /** Minutes after which a sheet that nobody touches gives way to the list; 0 for never. */
  readonly idle: number;
  /** The site's zone as it was last told, since the night begins before the server has answered. */
  readonly zone: string;
}

export const SOUNDS = ["off", "low", "middle", "loud"] as const;
export const HANDS = ["right", "left"] as const;
export const LIGHTS = ["clock", "light", "dark", "system"] as const;
export const SIZES = ["normal", "large", "larger"] as const;
export const IDLE_MINUTES = [1, 2, 5, 0] as const;

const DAY = 24 * 60;
const KEY = "gatebook.tablet.settings";

export const DEFAULTS: Settings = {
  sound: "middle",
  vibration: true,
  hand: "right",
  light: "clock",
  nightFrom: 18 * 60,
  nightTo: 5 * 60 + 30,
  size: "normal",
  idle: 2,
  zone: "Asia/Ho_Chi_Minh",
};

/** What was kept; whatever is missing or strange is as on a new tablet. */
export function readSettings(kept: string | null): Settings {
  const found = parse(kept);
  const one = <T>(name: keyof Settings, allowed: readonly T[]): T =>
    allowed.includes(found[name] as T) ? (found[name] as T) : (DEFAULTS[name] as T);
  const minute = (name: "nightFrom" | "nightTo"): number => {
    const value = found[name];
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < DAY ? value : DEFAULTS[name];
  };
  return {
    sound: one("sound", SOUNDS),
    vibration: one("vibration", [true, false]),
    hand: one("hand", HANDS),
    light: one("light", LIGHTS),
    nightFrom: minute("nightFrom"),
    nightTo: minute("nightTo"),
    size: one("size", SIZES),
    idle: one("idle", IDLE_MINUTES as readonly number[]),
    zone: zoned(found["zone"]),
  };
}

function parse(kept: string | null): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(kept ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function zoned(zone: unknown): string {
  try {
    if (typeof zone !== "string") return DEFAULTS.zone;
    minuteIn(zone, 0);
    return zone;
  } catch {
    // A zone that this browser does not know.
    return DEFAULTS.zone;
  }
}

export function keptSettings(): Settings {
  try {
    return readSettings(localStorage.getItem(KEY));
  } catch {
    // A browser that keeps nothing.
    return DEFAULTS;
  }
}

export function keepSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Then they hold until the page is loaded again.
  }
}

/** Whether a minute of the day lies in the night, which may go over midnight. */
export function isNight(minute: number, from: number, to: number): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** The palette at a minute of the site's day; null leaves it to the reader's system. */
export function themeAt(settings: Settings, minute: number): "light" | "dark" | null {
  if (settings.light === "system") return null;
  if (settings.light !== "clock") return settings.light;
  return isNight(minute, settings.nightFrom, settings.nightTo) ? "dark" : "light";
}

/** Minutes since midnight in a zone. */
export function minuteIn(zone: string, at: number | string | Date): number {
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const [hours, minutes] = made.format(new Date(at)).split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** Put a look on the page: tokens.css and tablet-look.css read it from the root. */
export function paint(root: HTMLElement, settings: Settings, minute: number): void {
  const theme = themeAt(settings, minute);
  if (theme === null) delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  root.dataset["hand"] = settings.hand;
  root.dataset["size"] = settings.size;
}
