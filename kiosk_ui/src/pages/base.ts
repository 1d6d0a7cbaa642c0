// What every page does beyond its HTML. Each part is a comfort: without it the page still works.

const CARRIED = "gatebook-carried";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function controls(): Control[] {
  return [...document.querySelectorAll<Control>("main input[name], main select[name], main textarea[name]")].filter(
    (control) => control.type !== "password" && control.type !== "file",
  );
}

function isBox(control: Control): control is HTMLInputElement {
  return control.type === "radio" || control.type === "checkbox";
}

/** A click on a language keeps what was typed: it lies in this tab's storage until the next page has read it. */
function carryTyped(): void {
  const typed = controls().map((control) => [control.name, control.value, isBox(control) && control.checked]);
  sessionStorage.setItem(CARRIED, JSON.stringify([location.pathname, typed]));
}

function restoreTyped(): void {
  const carried = sessionStorage.getItem(CARRIED);
  if (carried === null) return;
  sessionStorage.removeItem(CARRIED);
  const [path, typed] = JSON.parse(carried) as [string, [string, string, boolean][]];
  if (path !== location.pathname) return;
  const waiting = [...typed];
  for (const control of controls()) {
    const at = waiting.findIndex(([name, value]) => name === control.name && (!isBox(control) || value === control.value));
    const [found] = at < 0 ? [] : waiting.splice(at, 1);
    if (found === undefined) continue;
    if (isBox(control)) control.checked = found[2];
    else control.value = found[1];
  }
}

function switchLanguage(): void {
  restoreTyped();
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-language]")) {
    link.addEventListener("click", carryTyped);
  }
}

function focusFirstError(): void {
  const wrong = document.querySelector<HTMLElement>('[aria-invalid="true"]');
  const target = wrong?.matches("fieldset") === true ? wrong.querySelector<HTMLElement>("input") : wrong;
  target?.focus();
}

/** A second tap on the same button sends nothing; coming back with the back button frees the form again. */
function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset["sent"] !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset["sent"];
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
    }
  });
}

/** `<time data-clock data-zone="Asia/Ho_Chi_Minh">` shows the time of day, in the site's zone and not the machine's. */
function showClock(): void {
  for (const clock of document.querySelectorAll<HTMLTimeElement>("time[data-clock]")) {
    const form = new Intl.DateTimeFormat("vi", {
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
      timeZone: clock.dataset["zone"] ?? "Asia/Ho_Chi_Minh",
    });
    const show = (): void => {
      clock.textContent = form.format(new Date());
    };
    show();
    setInterval(show, 5_000);
  }
}

function printOnTap(): void {
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
}

switchLanguage();
focusFirstError();
sendOnce();
showClock();
printOnTap();
