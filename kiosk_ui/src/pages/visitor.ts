// What a visitor's pages do beyond their HTML: the pass looks again, the stand clears itself, a phone remembers its owner.

const OWN = "gatebook-own";
const FIELDS = [
  "full_name", "birth_year", "sex", "nationality", "phone", "identity_type", "identity_number", "organisation",
  "address", "plate",
]; // prettier-ignore

type Details = Record<string, string>;

function read(store: Storage): Details | null {
  try {
    return JSON.parse(store.getItem(OWN) ?? "null") as Details | null;
  } catch {
    return null;
  }
}

const onStand = document.body.classList.contains("stand");
const form = document.querySelector<HTMLFormElement>("#declaration");

/** The pass asks whether anything changed, and then takes its part of the page anew. */
function watch(): void {
  const live = document.querySelector<HTMLElement>("[data-live]");
  const seconds = Number(live?.dataset["seconds"] ?? 0);
  if (live === null || seconds === 0) return;
  setTimeout(() => void look(live).finally(watch), seconds * 1000);
}

async function look(live: HTMLElement): Promise<void> {
  if (document.hidden) return;
  try {
    const answer = await fetch(live.dataset["state"] ?? "", { headers: { Accept: "application/json" } });
    const { version } = (await answer.json()) as { version?: string };
    if (!answer.ok || version === undefined || version === live.dataset["version"]) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.querySelector<HTMLElement>("[data-live]");
    if (fresh === null) return;
    live.replaceWith(fresh);
    const said = document.querySelector("[data-said]");
    if (said !== null) said.textContent = fresh.querySelector(".pass-state")?.textContent?.trim() ?? "";
  } catch {
    // No network for the moment: the next look will tell.
  }
}

/** On a stand everything that was typed is gone after a while without a touch, and the countdown is seen. */
function clearWhenIdle(): void {
  const line = (): HTMLElement | null => document.querySelector("[data-idle]");
  let left = 0;
  const show = (): void => {
    const shown = line();
    if (shown === null) return;
    shown.textContent = (shown.dataset["words"] ?? "").replace("{seconds}", String(left));
    shown.classList.toggle("countdown-soon", left <= 20);
    shown.hidden = false;
  };
  const again = (): void => {
    left = Number(line()?.dataset["idle"] ?? 60);
    show();
  };
  for (const touch of ["pointerdown", "keydown", "input", "scroll", "swapped"]) addEventListener(touch, again, { passive: true });
  setInterval(() => {
    left -= 1;
    if (left > 0) show();
    else location.replace(line()?.dataset["start"] ?? location.pathname);
  }, 1000);
  again();
}

/** On a stand a step leaves no entry in the browser's history, which would send it again for whoever comes next. */
function stepInPlace(): void {
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || event.defaultPrevented) return;
    event.preventDefault();
    void step(sent, event.submitter as HTMLButtonElement | null);
  });
}

async function step(sent: HTMLFormElement, pressed: HTMLButtonElement | null): Promise<void> {
  const address = new URL(pressed?.getAttribute("formaction") ?? sent.action, location.href);
  const body = new URLSearchParams([...new FormData(sent)].map(([name, value]) => [name, String(value)]));
  if (pressed !== null && pressed.name !== "") body.set(pressed.name, pressed.value);
  try {
    const page = new DOMParser().parseFromString(await (await fetch(address, { method: "POST", body })).text(), "text/html");
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(page.body);
    scrollTo(0, 0);
    const target = address.hash === "" ? '[aria-invalid="true"], main' : address.hash;
    document.querySelector<HTMLElement>(target)?.focus();
  } catch {
    // No answer: base.ts frees the form's buttons for another try, as after coming back to a page.
    dispatchEvent(new Event("pageshow"));
  }
  dispatchEvent(new Event("swapped"));
}

function button(text: string, kind: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button button-${kind}`;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

/** The owner's own details stay in this tab until the pass is there, which offers to keep them. Answers never do. */
function noteOwnDetails(): void {
  form?.addEventListener("submit", () => {
    const typed = new FormData(form);
    const own = { ...read(sessionStorage) };
    for (const name of FIELDS) if (typed.has(name)) own[name] = String(typed.get(name));
    sessionStorage.setItem(OWN, JSON.stringify(own));
  });
}

function fillIn(): void {
  const place = document.querySelector<HTMLElement>(".remembered");
  const own = read(localStorage);
  const name = form?.querySelector<HTMLInputElement>("[name=full_name]");
  if (own === null || place === null || form === null || name === null || name === undefined || name.value !== "") return;
  for (const field of FIELDS) {
    const control = form.elements.namedItem(field);
    if (control instanceof RadioNodeList || control instanceof HTMLInputElement || control instanceof HTMLSelectElement) {
      control.value = own[field] ?? "";
    }
  }
  const forget = button(place.dataset["forget"] ?? "", "quiet", () => {
    localStorage.removeItem(OWN);
    form.reset();
    place.hidden = true;
  });
  place.replaceChildren(place.dataset["remembered"] ?? "", forget);
  place.hidden = false;
}

function offerToRemember(): void {
  const place = document.querySelector<HTMLElement>(".remember");
  if (place === null) return;
  const show = (): void => {
    const kept = localStorage.getItem(OWN) !== null;
    const own = read(sessionStorage);
    place.hidden = !kept && own === null;
    const keep = (): void => { localStorage.setItem(OWN, JSON.stringify(own)); show(); };
    const forget = (): void => { localStorage.removeItem(OWN); show(); };
    if (kept) place.replaceChildren(place.dataset["remembered"] ?? "", button(place.dataset["forget"] ?? "", "quiet", forget));
    else place.replaceChildren(button(place.dataset["remember"] ?? "", "plain", keep));
  };
  show();
}

watch();
if (onStand) {
  clearWhenIdle();
  stepInPlace();
} else {
  fillIn();
  noteOwnDetails();
  offerToRemember();
}
