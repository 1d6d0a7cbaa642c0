// Reception's day log: live, searched while typing, read by keyboard. Without this script every part is a page or a form.
import { follow } from "../reception/feed";
import { isScrolled, mend, move, rows } from "../reception/lines";
import { ask, calledOff, send } from "../reception/part";

const TYPED = 150;
const SOON = 250;
const WIDE = "(min-width: 1200px)";
const SWITCHED_OFF = "gatebook-keys-off";

const find = <E extends HTMLElement>(selector: string): E => document.querySelector<E>(selector)!;
const book = find("#book");
const side = find("#side");
const search = find<HTMLFormElement>("#search");
const field = find<HTMLInputElement>("#q");
const anyDay = find<HTMLInputElement>("#any_day");
const newsBar = find("#news-bar");
const newsButton = find<HTMLButtonElement>("#news-bar button");
let unseen = 0;

function swapList(part: Document | null): void {
  const list = part?.querySelector("#list");
  if (list) find("#list").replaceWith(list);
}

// --- What is new -----------------------------------------------------------------------------------------------------

let asking = false;
let askAgain = false;
let soon: number | undefined;

function happened(): void {
  clearTimeout(soon);
  soon = window.setTimeout(() => void takeNews(), SOON);
}

async function takeNews(): Promise<void> {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    const part = await ask(`${book.dataset["news"] ?? ""}&after=${book.dataset["sequence"] ?? "0"}`);
    const news = part?.querySelector<HTMLElement>("#news");
    if (news) await show(news);
  } catch {
    // No network: the feed comes back and asks again.
  } finally {
    asking = false;
  }
  if (askAgain) {
    askAgain = false;
    happened();
  }
}

async function show(news: HTMLElement): Promise<void> {
  book.dataset["sequence"] = news.dataset["sequence"] ?? "0";
  for (const id of ["heads", "day-sum"]) {
    const part = news.querySelector(`#${id}`);
    if (part) document.getElementById(id)?.replaceWith(part);
  }
  const touched = new Set((news.dataset["touched"] ?? "").split(" ").filter(Boolean));
  const searched = "searched" in find("#list").dataset;
  const isLive = "live" in book.dataset && !searched;
  const fresh = [...news.querySelectorAll<HTMLElement>("tbody > tr")];
  if (isLive && ("anew" in news.dataset || (rows().closest("[hidden]") && fresh.length > 0))) {
    swapList(await ask(location.pathname + location.search));
    return;
  }
  tell(mend(touched, fresh, !isLive));
  const opened = side.querySelector<HTMLElement>("[data-visit]")?.dataset["visit"];
  // Neither what somebody types nor what they just opened is taken out of their hands.
  const busy = side.contains(document.activeElement) || side.querySelector("[data-opened]") !== null;
  if (opened !== undefined && touched.has(opened) && !busy) await open(opened, false);
}

function tell(added: number): void {
  if (added === 0) return;
  find("#said").textContent = words(added);
  if (!isScrolled()) return;
  unseen += added;
  newsButton.textContent = words(unseen);
  newsBar.hidden = false;
}

function words(count: number): string {
  const one = newsButton.dataset["one"] ?? "";
  return count === 1 ? one : (newsButton.dataset["many"] ?? "").replace("{count}", String(count));
}

function seen(): void {
  if (isScrolled()) return;
  unseen = 0;
  newsBar.hidden = true;
}

newsButton.addEventListener("click", () => {
  find("main").scrollIntoView();
  newsBar.hidden = true;
  unseen = 0;
});
addEventListener("scroll", seen, { passive: true });

// --- Search ----------------------------------------------------------------------------------------------------------

let typing: number | undefined;
let searching: AbortController | undefined;

/** What is typed stays in the fragment: browsers send no fragment to anybody. */
function keepTyped(): void {
  const kept = new URLSearchParams();
  if (field.value) kept.set("q", field.value);
  if (field.value && anyDay.checked) kept.set("any", "yes");
  history.replaceState(null, "", `${location.pathname}${location.search}${kept.size ? `#${kept}` : ""}`);
}

async function seek(): Promise<void> {
  clearTimeout(typing);
  searching?.abort();
  const mine = (searching = new AbortController());
  if (location.pathname === "/log") keepTyped();
  try {
    const empty = field.value.trim() === "";
    const page = `/log${new URL(search.action).search}`;
    const part = empty ? await ask(page, { signal: mine.signal }) : await send(search, mine.signal);
    if (!mine.signal.aborted) swapList(part);
  } catch (error) {
    if (!calledOff(error)) throw error;
  }
}

field.addEventListener("input", () => {
  clearTimeout(typing);
  typing = window.setTimeout(() => void seek(), TYPED);
});
anyDay.addEventListener("change", () => void seek());
search.addEventListener("submit", (event) => {
  event.preventDefault();
  void seek();
});

function restoreTyped(): void {
  const kept = new URLSearchParams(location.hash.slice(1));
  const typed = kept.get("q");
  if (typed === null) return;
  field.value = typed;
  anyDay.checked = kept.has("any");
  void seek();
}

// --- More lines ------------------------------------------------------------------------------------------------------

async function more(asked: Promise<Document | null>): Promise<void> {
  const part = await asked;
  if (!part) return;
  const first = part.querySelector<HTMLElement>("#rows .row-link");
  for (const row of part.querySelectorAll<HTMLElement>("#rows > tr")) {
    if (document.getElementById(row.id) === null) rows().append(row);
  }
  const next = part.querySelector("#more");
  const button = find("#more");
  if (next) button.replaceWith(next);
  else button.remove();
  first?.focus({ preventScroll: true });
}

// --- One visit, beside the list --------------------------------------------------------------------------------------

async function open(id: string, focus = true): Promise<void> {
  const part = await ask(`/visits/${id}`);
  if (part) showSide(part, focus);
}

function showSide(part: Document, focus: boolean): void {
  side.replaceChildren(...part.body.children);
  side.hidden = false;
  book.classList.add("is-open");
  const id = side.querySelector<HTMLElement>("[data-visit]")?.dataset["visit"] ?? "";
  for (const row of rows().children) row.classList.toggle("is-open", row.id === `v-${id}`);
  if (focus) side.querySelector<HTMLElement>("[data-close]")?.focus({ preventScroll: true });
}

function close(): void {
  const row = document.querySelector<HTMLElement>("#rows .is-open .row-link");
  side.hidden = true;
  side.replaceChildren();
  book.classList.remove("is-open");
  document.querySelector("#rows .is-open")?.classList.remove("is-open");
  row?.focus({ preventScroll: true });
}

side.addEventListener("submit", (event) => {
  event.preventDefault();
  void send(event.target as HTMLFormElement).then((part) => {
    if (!part) return;
    showSide(part, false);
    side.querySelector<HTMLElement>('[aria-invalid="true"], [data-close]')?.focus({ preventScroll: true });
  });
});

book.addEventListener("click", (event) => {
  const target = event.target as Element;
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = target.closest<HTMLAnchorElement>(".row-link");
  const next = target.closest<HTMLAnchorElement>("#more a");
  if (target.closest("[data-close]")) close();
  else if (link && plain && matchMedia(WIDE).matches) {
    event.preventDefault();
    void open(link.closest("tr")!.id.slice(2));
  } else if (next && plain) {
    event.preventDefault();
    void more(ask(next.href));
  }
});
book.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.id !== "more") return;
  event.preventDefault();
  void more(send(form));
});

// --- Keys ------------------------------------------------------------------------------------------------------------

const help = find<HTMLDialogElement>("#help");
const helpButton = find("#help-open");
const keysOn = find<HTMLInputElement>("#keys-on");
const KEYS: Record<string, () => void> = {
  "/": () => {
    field.focus();
    field.select();
  },
  n: () => find('[aria-keyshortcuts="n"]').click(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const control = event.target as HTMLElement;
  if (event.key === "Escape") {
    if (!side.hidden && control !== field) close();
    find<HTMLDetailsElement>("#filters").open = false;
    return;
  }
  const arrow = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const typed = control.closest("input, select, textarea, [contenteditable]") !== null;
  if (arrow !== 0 && (!typed || control === field) && !side.contains(control)) {
    event.preventDefault();
    move(arrow);
  } else if (!typed && keysOn.checked && KEYS[event.key] !== undefined) {
    event.preventDefault();
    KEYS[event.key]?.();
  }
});

helpButton.hidden = false;
helpButton.addEventListener("click", () => help.showModal());
// Single keys can be switched off, for whoever speaks to the machine or touches keys unawares.
keysOn.checked = localStorage.getItem(SWITCHED_OFF) === null;
keysOn.addEventListener("change", () => {
  if (keysOn.checked) localStorage.removeItem(SWITCHED_OFF);
  else localStorage.setItem(SWITCHED_OFF, "yes");
});

document.documentElement.classList.add("is-typed");
restoreTyped();
follow(happened);
