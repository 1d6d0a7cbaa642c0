// The preview follows the form: after each change the page is asked for again and its preview swapped in.

const form = document.querySelector<HTMLFormElement>("#exports");
let asked = 0;

function address(): string {
  const fields = [...new FormData(form ?? undefined)].filter(
    (pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== "",
  );
  return `/exports?${new URLSearchParams(fields).toString()}`;
}

/** What is wrong is said by the whole page, after the button: while somebody types, the last preview stays. */
async function showPreview(): Promise<void> {
  const turn = ++asked;
  const answer = await fetch(address(), { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok !== true || turn !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== asked) return;
  for (const part of ["#preview", "#preview-count"]) {
    document.querySelector(part)?.replaceChildren(...(page.querySelector(part)?.childNodes ?? []));
  }
  history.replaceState(null, "", address());
}

/** A range taken from the list keeps the filters and columns that were chosen. */
function takeRange(link: HTMLAnchorElement): void {
  const [first = "", last = ""] = (link.dataset["range"] ?? "").split(" ");
  const from = document.querySelector<HTMLInputElement>("#f-from");
  const to = document.querySelector<HTMLInputElement>("#f-to");
  if (from === null || to === null) return;
  from.value = first;
  to.value = last;
  for (const other of document.querySelectorAll("a[data-range]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  void showPreview();
}

form?.addEventListener("change", () => void showPreview());
for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-range]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    takeRange(link);
  });
}

export {};
