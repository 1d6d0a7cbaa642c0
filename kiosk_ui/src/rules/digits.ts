// The twin of the pass digits in app/declarations/rules.py. Both run the cases in tests/cases/digits.json.
import { bare } from "./text";

export const PASS_DIGITS = 10;
const SCANNED_MOST = 1000;

// Damm's quasigroup of order ten: finds every wrong digit and every swap of two neighbours.
const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];

/** A whole pass's digits, in any grouping, with the right check digit. */
export function checkDigits(text: string): boolean {
  const digits = normaliseDigits(text);
  return digits !== null && digits.length === PASS_DIGITS && damm(digits) === 0;
}

/** Up to ten bare digits of a pass, whole or its tail; null when there is anything else in the text. */
export function normaliseDigits(text: string): string | null {
  if (Array.from(text).length > 4 * PASS_DIGITS) return null;
  const digits = bare(text.normalize("NFKC")).replace(/[.·-]/gu, "");
  return /^[0-9]{1,10}$/.test(digits) ? digits : null;
}

/** The bare digits of what was scanned, however many a signed pass has; null when there is anything else. */
export function scannedDigits(text: string): string | null {
  if (Array.from(text).length > SCANNED_MOST) return null;
  const digits = bare(text.normalize("NFKC")).replace(/[.·-]/gu, "");
  return /^[0-9]+$/.test(digits) ? digits : null;
}

/** Digits with their check digit after them. */
export function closeDigits(digits: string): string {
  return `${digits}${damm(digits)}`;
}

/** `482 109 3765`: the last four together, since people read those out. */
export function groupDigits(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`;
}

function damm(digits: string): number {
  let state = 0;
  for (const digit of digits) state = Number(DAMM[state]?.[Number(digit)]);
  return state;
}
