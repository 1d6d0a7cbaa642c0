// The list's lines: put in where they belong, without moving what is being read.

export function rows(): HTMLTableSectionElement {
  return document.querySelector<HTMLTableSectionElement>("#rows")!;
}

const byPlace = (row: HTMLElement): string => row.dataset["place"] ?? "";

/** Puts a line in where it belongs, newest first; beyond the last that is shown only where nothing more is to come. */
function put(row: HTMLElement): boolean {
  const list = rows();
  const next = [...list.children].find((other) => byPlace(other as HTMLElement) < byPlace(row)) ?? null;
  if (next === null && document.querySelector("#more") !== null) return false;
  list.insertBefore(row, next);
  return true;
}

/** Takes in what changed: touched lines are replaced or, where they no longer fit, leave. Returns how many are new. */
export function mend(touched: ReadonlySet<string>, fresh: Iterable<HTMLElement>, keepOrder: boolean): number {
  const anchor = reading();
  const top = anchor?.getBoundingClientRect().top ?? 0;
  const given = new Map([...fresh].map((row) => [row.id, row]));
  let added = 0;
  for (const id of touched) {
    const shown = document.getElementById(`v-${id}`);
    const row = given.get(`v-${id}`);
    if (shown !== null && row === undefined && !keepOrder) shown.remove();
    if (shown !== null && row !== undefined) {
      if (shown.classList.contains("is-open")) row.classList.add("is-open");
      const focused = shown.contains(document.activeElement);
      shown.replaceWith(row);
      if (focused) row.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
    }
  }
  if (!keepOrder) {
    for (const row of given.values()) {
      if (row.isConnected && rows().contains(row)) continue;
      if (document.getElementById(row.id) !== null || !put(row)) continue;
      row.classList.add("is-new");
      if (row.id.startsWith("v-")) added += 1;
    }
  }
  if (anchor?.isConnected === true) scrollBy(0, anchor.getBoundingClientRect().top - top);
  return added;
}

/** The first line that is in view, while the list's beginning is not: what somebody is reading. */
function reading(): HTMLElement | undefined {
  if (rows().getBoundingClientRect().top >= 0) return undefined;
  return [...rows().children].find((row) => row.getBoundingClientRect().top >= 0) as HTMLElement | undefined;
}

export function isScrolled(): boolean {
  return rows().getBoundingClientRect().top < 0;
}

/** Moves to the line after or before the one that has the focus. */
export function move(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("#rows .row-link")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.closest("tr")?.scrollIntoView({ block: "nearest" });
}
