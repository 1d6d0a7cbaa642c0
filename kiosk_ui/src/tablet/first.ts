// Before the first paint: night, hand and size as they were chosen on this tablet. A classic script in the page's head.
import { keptSettings, minuteIn, paint } from "./look";

const settings = keptSettings();
paint(document.documentElement, settings, minuteIn(settings.zone, Date.now()));
