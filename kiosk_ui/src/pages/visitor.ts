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
  const line = document.querySelector<HTMLElement>("[data-idle]");
  if (line === null) return;
  const whole = Number(line.dataset["idle"]);
  let left = whole;
  const show = (): void => {
    line.textContent = (line.dataset["words"] ?? "").replace("{seconds}", String(left));
    line.classList.toggle("countdown-soon", left <= 20);
  };
  for (const touch of ["pointerdown", "keydown", "input", "scroll"]) {
    addEventListener(touch, () => { left = whole; show(); }, { passive: true });
  }
  setInterval(() => {
    left -= 1;
    if (left > 0) return show();
    form?.reset();
    location.replace(line.dataset["start"] ?? location.pathname);
  }, 1000);
  line.hidden = false;
  show();
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
} else {
  fillIn();
  noteOwnDetails();
  offerToRemember();
}
