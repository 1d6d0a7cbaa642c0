// What happens at the site, as it happens. The stream only says that something did: what it was is asked for by the
// sequence up to which this tablet knows, so that a gap is closed however it came, and nothing is taken twice. Where
// event streams are cut off, the tablet asks every five seconds; where the server is gone, less and less often.
import { jittered, PACE } from "./outbox/pace";

export interface Listener {
  /** Ask for what changed; false where the server was not reached. */
  catchUp(): Promise<boolean>;
}

const POLL = 5000;
const LONGEST = 15_000;
/** A stream whose network went silently still looks open. */
const TOUCH = 30_000;
const FAILURES_ALLOWED = 3;

let source: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let pause = POLL;
let failures = 0;
let heard: Listener | null = null;

export function startFeed(listener: Listener): void {
  stopFeed();
  heard = listener;
  failures = 0;
  pause = POLL;
  listen();
  lookLater();
}

export function stopFeed(): void {
  source?.close();
  source = heard = null;
  clearTimeout(timer);
}

/** There may be a network again, or somebody looks at the tablet: ask at once. */
export function wakeFeed(): void {
  if (heard === null) return;
  pause = POLL;
  if (source?.readyState !== EventSource.OPEN) {
    source?.close();
    failures = 0;
    listen();
  }
  void look();
}

function listen(): void {
  source = new EventSource("/api/v1/feed");
  source.onopen = () => {
    failures = 0;
    // What happened between the last look and now.
    void look();
  };
  source.onmessage = () => void look();
  source.onerror = () => void (failures += 1);
}

async function look(): Promise<void> {
  const reached = await heard?.catchUp();
  if (reached === undefined) return;
  if (reached && pause > POLL) failures = 0;
  pause = reached ? POLL : Math.min(pause * 1.5, LONGEST);
  lookLater();
}

/** While the stream stands there is little to ask; a look now and then finds out that the network is gone, or back. */
function lookLater(): void {
  clearTimeout(timer);
  const stands = source?.readyState === EventSource.OPEN;
  timer = setTimeout(() => {
    // A stream that is refused for good is closed by the browser: a new one is tried while there is hope.
    if (source?.readyState === EventSource.CLOSED && failures <= FAILURES_ALLOWED) listen();
    void look();
  }, jittered(stands ? TOUCH : pause, PACE));
}
