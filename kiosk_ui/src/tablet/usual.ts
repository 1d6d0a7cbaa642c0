// Employees who usually come about now and are not here yet: they need no search.
import type { TabletEmployee } from "./types";

const WINDOW_MINUTES = 60;
const MOST = 40;
const DAY_MINUTES = 24 * 60;

/** Nearest first; while nobody's habits are known, those of the directory by their given name. */
export function usualNow(
  employees: readonly TabletEmployee[],
  present: ReadonlySet<string>,
  minute: number,
): TabletEmployee[] {
  const absent = employees.filter((employee) => !present.has(employee.id));
  const near = absent
    .filter((employee) => distance(employee, minute) <= WINDOW_MINUTES)
    .sort((one, other) => distance(one, minute) - distance(other, minute) || byName(one, other));
  if (near.length > 0) return near.slice(0, MOST);
  return absent
    .filter((employee) => employee.usual_minute === null)
    .sort(byName)
    .slice(0, MOST);
}

/** Round the clock: 23:50 is near to 00:10. */
function distance(employee: TabletEmployee, minute: number): number {
  if (employee.usual_minute === null) return DAY_MINUTES;
  const apart = Math.abs(employee.usual_minute - minute);
  return Math.min(apart, DAY_MINUTES - apart);
}

function byName(one: TabletEmployee, other: TabletEmployee): number {
  return given(one.name).localeCompare(given(other.name), "vi") || one.name.localeCompare(other.name, "vi");
}

/** People are known by their given name, the last word. */
function given(name: string): string {
  return name.split(" ").at(-1) ?? name;
}
