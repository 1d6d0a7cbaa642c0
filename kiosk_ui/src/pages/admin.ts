// The pairing page: how long the code still holds, and whether a device has taken it.

const LOOK_EVERY_MS = 3_000;

function countDown(): void {
  const shown = document.querySelector<HTMLElement>("[data-countdown]");
  if (shown === null) return;
  const end = performance.now() + Number(shown.dataset["countdown"]) * 1_000;
  const text = shown.dataset["text"] ?? "{time}";
  const show = (): void => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1_000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    shown.textContent = text.replace("{time}", time);
    if (left === 0) location.reload();
  };
  shown.hidden = false;
  show();
  setInterval(show, 1_000);
}

/** Looks at this page again until its state changes; a look that fails is followed by the next. */
async function lookAgain(): Promise<void> {
  const page = document.querySelector<HTMLElement>("[data-pairing]");
  if (page?.dataset["pairing"] !== "open") return;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const text = await answer.text();
      if (answer.ok && !text.includes('data-pairing="open"')) {
        location.reload();
        return;
      }
    } catch {
      // The network may be away for a moment.
    }
  }
  setTimeout(() => void lookAgain(), LOOK_EVERY_MS);
}

countDown();
void lookAgain();
