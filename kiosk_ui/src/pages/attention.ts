// What reception has to see to, live: a matter that comes or goes changes the list, and not the place in it.
import { follow } from "../reception/feed";
import { ask } from "../reception/part";

const SOON = 250;
let soon: number | undefined;

async function renew(): Promise<void> {
  const part = await ask(location.pathname + location.search);
  const fresh = part?.querySelector("#matters");
  const shown = document.querySelector("#matters");
  if (!fresh || !shown || fresh.innerHTML === shown.innerHTML) return;
  const focused = shown.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  shown.replaceWith(fresh);
  if (focused) fresh.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

follow(() => {
  clearTimeout(soon);
  soon = window.setTimeout(() => void renew().catch(() => undefined), SOON);
});
