// What happens at the site, as it happens. Where event streams are cut off, the tablet asks every five seconds.

export interface Listener {
  catchUp(): Promise<void>;
  reached(reached: boolean): void;
}

const POLL = 5000;
const FAILURES_ALLOWED = 3;

let source: EventSource | null = null;
let poll: ReturnType<typeof setInterval> | undefined;
let failures = 0;

export function startFeed(listener: Listener): void {
  stopFeed();
  failures = 0;
  listen(listener);
  // Whether or not the stream stands, a look now and then finds out that the network is gone, or back.
  poll = setInterval(() => {
    if (source?.readyState !== EventSource.OPEN) void listener.catchUp();
  }, POLL);
}

export function stopFeed(): void {
  source?.close();
  source = null;
  clearInterval(poll);
}

function listen(listener: Listener): void {
  source = new EventSource("/api/v1/feed");
  source.onopen = () => {
    failures = 0;
    listener.reached(true);
    // What happened between the snapshot and now.
    void listener.catchUp();
  };
  source.onmessage = () => void listener.catchUp();
  source.onerror = () => {
    failures += 1;
    // A stream that is refused for good is closed by the browser: a new one is tried while there is hope.
    if (source?.readyState === EventSource.CLOSED && failures <= FAILURES_ALLOWED) {
      source.close();
      setTimeout(() => source?.readyState === EventSource.CLOSED && listen(listener), POLL);
    }
  };
}
