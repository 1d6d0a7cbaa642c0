// The hour at the gate: the device's clock, corrected by the server's at their last contact.
import { computed, signal } from "@preact/signals";

/** How far the server's clock is ahead of this device's, in milliseconds. */
export const offset = signal(0);
/** Moves each second, for whatever counts down or shows the hour. */
export const tick = signal(Date.now());
export const zone = signal("Asia/Ho_Chi_Minh");

const SECOND = 1000;

export function startClock(): void {
  setInterval(() => (tick.value = Date.now()), SECOND);
}

const slowly = computed(() => tick.value - (tick.value % (10 * SECOND)));

/** The hour to within ten seconds, read by what need not be drawn again each second. */
export function aboutNow(): number {
  return slowly.value + offset.value;
}

/** Now as the server would say it, in milliseconds since 1970. */
export function now(): number {
  return Date.now() + offset.peek();
}

/** The same, read by a view that must be drawn again each second. */
export function seenNow(): number {
  return tick.value + offset.value;
}

/** Learn the server's clock from an answer: it was written about halfway between asking and hearing. */
export function noteServerTime(iso: string, askedAt: number, heardAt: number): void {
  const middle = askedAt + (heardAt - askedAt) / 2;
  const found = Date.parse(iso) - middle;
  // A few hundredths of a second are the way there, not the clock.
  if (Math.abs(found - offset.peek()) > 250) offset.value = Math.round(found);
}

/** Making one takes longer than using it a hundred times. */
const shown = computed(() =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone: zone.value,
    hour: "2-digit",
    minute: "2-digit",
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hourCycle: "h23",
  }),
);

function parts(at: number | string): Map<string, string> {
  return new Map(shown.value.formatToParts(new Date(at)).map((part) => [part.type, part.value]));
}

/** `07:26` at the site. */
export function hour(at: number | string): string {
  const found = parts(at);
  return `${found.get("hour")}:${found.get("minute")}`;
}

/** `24/11` at the site. */
export function day(at: number | string): string {
  const found = parts(at);
  return `${found.get("day")}/${found.get("month")}`;
}

/** `2026-11-24` at the site. */
export function isoDay(at: number | string): string {
  const found = parts(at);
  return `${found.get("year")}-${found.get("month")}-${found.get("day")}`;
}

/** Minutes since midnight at the site. */
export function minuteOfDay(at: number | string): number {
  const found = parts(at);
  return Number(found.get("hour")) * 60 + Number(found.get("minute"));
}

/** `4:59` until then, or null when it is over. */
export function countdown(until: string, at: number): string | null {
  const left = Math.ceil((Date.parse(until) - at) / SECOND);
  return left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : null;
}
