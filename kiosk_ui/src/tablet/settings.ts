// The tablet's own settings while it runs: changed on the slip, kept at once, painted at once.
import { computed, effect, signal } from "@preact/signals";
import { minuteOfDay, tick, zone } from "./clock";
import { keepSettings, keptSettings, paint, type Settings } from "./look";
import { snapshot } from "./store";

export const settings = signal<Settings>(keptSettings());

const minute = computed(() => minuteOfDay(tick.value));

export function change(by: Partial<Settings>): void {
  settings.value = { ...settings.value, ...by };
  keepSettings(settings.value);
}

/** Keep the page as the settings say, and as the hour goes. */
export function watchSettings(): void {
  effect(() => paint(document.documentElement, settings.value, minute.value));
  effect(() => {
    if (snapshot.value !== null && zone.value !== settings.peek().zone) change({ zone: zone.value });
  });
}
