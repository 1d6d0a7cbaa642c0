// The site's feed, for as long as the page is looked at: a browser has few connections to one server, and hidden tabs
// need none, since whoever comes back asks for what was missed.

const POLL = 10_000;

/** Calls `happened` after each entry, and once whenever the page is looked at again or the feed comes back. */
export function follow(happened: () => void): void {
  let source: EventSource | null = null;
  let poll: number | undefined;

  const stop = (): void => {
    source?.close();
    source = null;
    clearInterval(poll);
  };
  const start = (): void => {
    stop();
    source = new EventSource("/api/v1/feed");
    source.addEventListener("open", happened);
    source.addEventListener("message", happened);
    // Where something on the way cuts streams, asking now and then does as well.
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      stop();
      poll = window.setInterval(happened, POLL);
    });
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => {
    if (event.persisted) start();
  });
  if (!document.hidden) start();
}
