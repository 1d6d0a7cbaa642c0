// Finding somebody by what is typed or scanned: a pass, its last digits, a badge, a card, or letters of a name.
import { checkDigits, normaliseDigits } from "../rules/digits";
import { fold } from "../rules/text";
import type { ShownVisit } from "./store";
import type { TabletEmployee, TabletSeen } from "./types";

export type Found =
  | { readonly what: "visit"; readonly visit: ShownVisit; readonly exact: boolean }
  | { readonly what: "employee"; readonly employee: TabletEmployee; readonly exact: boolean }
  | { readonly what: "seen"; readonly seen: TabletSeen; readonly exact: boolean };

export interface Among {
  readonly visits: readonly ShownVisit[];
  readonly employees: readonly TabletEmployee[];
  readonly seen: readonly TabletSeen[];
}

const MOST = 30;
const LEAST_LETTERS = 3;
const LONGEST = 120;
const TAIL = [3, 4, 10];
/** Kinds whose lines seldom say who came: nobody to be found again. */
const NAMELESS = new Set(["delivery", "emergency"]);
const OPEN = new Set(["waiting", "resting", "referred", "on_site"]);

/** All who fit, best first; nothing until there is enough to go by. */
export function find(typed: string, among: Among): Found[] {
  // A scanner types a signed pass in hundreds of digits: nothing is looked for on the way.
  if (typed.length > LONGEST) return [];
  const wanted = fold(typed);
  if (wanted === "") return [];
  const cards = byCard(wanted, among.employees);
  const digits = normaliseDigits(typed);
  if (digits !== null) return [...cards, ...byDigits(digits, among.visits)].slice(0, MOST);
  const codes = byBadge(wanted, among.visits);
  if (cards.length > 0 || codes.length > 0) return [...cards, ...codes];
  return wanted.length < LEAST_LETTERS ? [] : byName(wanted, among).slice(0, MOST);
}

/** The one that a scan means; null where it could be several. */
export function theOne(found: readonly Found[]): Found | null {
  const exact = found.filter((one) => one.exact);
  if (exact.length > 0) return exact.length === 1 ? (exact[0] ?? null) : null;
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** A pass whose digits are right but which this tablet knows nothing of. */
export function isWholePass(typed: string): boolean {
  return checkDigits(typed);
}

/** What is folded once for each line and person, and not with each letter that is typed. */
interface Folded {
  readonly name: string;
  /** All that is searched in. */
  readonly key: string;
  readonly code: string;
}

const known = new WeakMap<object, Folded>();

function remembered(one: object, fresh: () => Folded): Folded {
  let found = known.get(one);
  if (found === undefined) known.set(one, (found = fresh()));
  return found;
}

function foldedVisit(visit: ShownVisit): Folded {
  return remembered(visit, () => {
    const name = fold(visit.name);
    const key = [name, fold(visit.organisation), fold(visit.plate)].join(" | ");
    return { name, key, code: fold(visit.badge_number ?? "") };
  });
}

function foldedEmployee(employee: TabletEmployee): Folded {
  return remembered(employee, () => ({
    name: fold(employee.name),
    key: employee.search_key,
    code: fold(employee.badge_code ?? ""),
  }));
}

/** The server's key of somebody seen before begins with the folded name. */
function nameSeen(seen: TabletSeen): string {
  const ends = seen.search_key.indexOf(" | ");
  return ends < 0 ? seen.search_key : seen.search_key.slice(0, ends);
}

function byCard(code: string, employees: readonly TabletEmployee[]): Found[] {
  return employees
    .filter((employee) => employee.badge_code !== null && foldedEmployee(employee).code === code)
    .map((employee) => ({ what: "employee", employee, exact: true }));
}

function byDigits(digits: string, visits: readonly ShownVisit[]): Found[] {
  const found: Found[] = [];
  for (const visit of visits) {
    if (!OPEN.has(visit.state)) continue;
    const badge = visit.state === "on_site" && visit.badge_number !== null && sameBadge(visit.badge_number, digits);
    const pass = TAIL.includes(digits.length) && (visit.pass_digits?.endsWith(digits) ?? false);
    if (badge || pass) found.push({ what: "visit", visit, exact: badge || digits.length > 4 });
  }
  // Who waits is likelier to stand here than who is inside.
  return found.sort((one, other) => inside(one) - inside(other));
}

function inside(found: Found): number {
  return found.what === "visit" && found.visit.state === "on_site" ? 1 : 0;
}

function sameBadge(badge: string, digits: string): boolean {
  return badge === digits || (/^[0-9]+$/.test(badge) && Number(badge) === Number(digits));
}

function byBadge(code: string, visits: readonly ShownVisit[]): Found[] {
  const found: Found[] = [];
  for (const visit of visits) {
    if (visit.state === "on_site" && visit.badge_number !== null && foldedVisit(visit).code === code) {
      found.push({ what: "visit", visit, exact: true });
    }
  }
  return found;
}

function byName(wanted: string, among: Among): Found[] {
  const here: Found[] = [];
  const present = new Set<string>();
  for (const visit of among.visits) {
    if (!OPEN.has(visit.state)) continue;
    if (visit.employee_id !== null) present.add(visit.employee_id);
    if (foldedVisit(visit).key.includes(wanted)) here.push({ what: "visit", visit, exact: false });
  }
  const employees: Found[] = among.employees
    .filter((employee) => !present.has(employee.id) && employee.search_key.includes(wanted))
    .map((employee) => ({ what: "employee", employee, exact: false }));
  const names = new Set(here.map(nameOf));
  const seen: Found[] = among.seen
    .filter((one) => !NAMELESS.has(one.kind) && one.search_key.includes(wanted) && !names.has(nameSeen(one)))
    .map((one) => ({ what: "seen", seen: one, exact: false }));
  return ranked([...here, ...employees, ...seen], wanted);
}

/** Best first, and within a rank as they came: each name is looked at once. */
function ranked(found: readonly Found[], wanted: string): Found[] {
  const ranks: Found[][] = [[], [], [], []];
  for (const one of found) ranks[rankOf(nameOf(one), wanted)]?.push(one);
  return ranks.flat();
}

function nameOf(found: Found): string {
  if (found.what === "visit") return foldedVisit(found.visit).name;
  return found.what === "employee" ? foldedEmployee(found.employee).name : nameSeen(found.seen);
}

/** The given name, which people go by, is the last word; then any word's beginning; then anywhere. */
function rankOf(name: string, wanted: string): number {
  const given = name.lastIndexOf(" ") + 1;
  if (name.startsWith(wanted, given)) return 0;
  if (name.startsWith(wanted) || name.includes(` ${wanted}`)) return 1;
  return name.includes(wanted) ? 2 : 3;
}
