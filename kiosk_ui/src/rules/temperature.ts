// The twin of the temperature in app/screening/rules. Temperatures are tenths of a degree Celsius.
import { squeeze } from "./text";

export type NotMeasured = "lo_hi" | "broken" | "declined";

/** One taking of a temperature: a number or the reason why there is none. `at` is milliseconds since 1970. */
export type Reading =
  | { readonly tenths: number; readonly reason: null; readonly at: number }
  | { readonly tenths: null; readonly reason: NotMeasured; readonly at: number };

export const PLAUSIBLE_TENTHS = [340, 425] as const;
const TYPED = /^([0-9]{2})(?:[.,]?([0-9]))?$/;
const TYPED_MOST = 8;

/** Tenths from `365`, `36,5`, `36.5`, `３６．５` or `36`; null for anything else, and outside 34,0 to 42,5. */
export function parseTemperature(text: string): number | null {
  if (Array.from(text).length > TYPED_MOST) return null;
  const found = TYPED.exec(squeeze(text.normalize("NFKC")));
  if (found === null) return null;
  const tenths = Number(found[1]) * 10 + Number(found[2] ?? 0);
  return isPlausible(tenths) ? tenths : null;
}

export function isPlausible(tenths: number): boolean {
  return tenths >= PLAUSIBLE_TENTHS[0] && tenths <= PLAUSIBLE_TENTHS[1];
}

/** `36,5` for 365. */
export function formatTenths(tenths: number, point = ","): string {
  return `${Math.floor(tenths / 10)}${point}${tenths % 10}`;
}

/** What the keypad shows while digits come in: 3, 36, 36,5. */
export function showTyped(digits: string, point = ","): string {
  return digits.length > 2 ? `${digits.slice(0, 2)}${point}${digits.slice(2)}` : digits;
}
