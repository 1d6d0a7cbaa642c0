// The units and purposes that visitors come for most often here, today's before those of earlier days.
import { fold } from "../rules/text";
import type { Kind } from "../rules/screening";

export interface Errand {
  readonly unit: string;
  readonly purpose: string;
}

interface Came {
  readonly kind: Kind;
  readonly unit_id: string | null;
  readonly purpose: string;
}

const MOST = 3;
/** A purpose that is a whole story is nobody else's. */
const LONGEST = 40;
const TODAY = 2;

/** At most three, the most frequent first; one of today counts as two. */
export function often(today: readonly Came[], before: readonly Came[]): Errand[] {
  const counts = new Map<string, Errand & { count: number }>();
  const note = (came: Came, weight: number): void => {
    if (came.kind !== "visitor" || came.unit_id === null) return;
    if (came.purpose === "" || came.purpose.length > LONGEST) return;
    const key = `${came.unit_id} ${fold(came.purpose)}`;
    const known = counts.get(key) ?? { unit: came.unit_id, purpose: came.purpose, count: 0 };
    counts.set(key, { ...known, count: known.count + weight });
  };
  for (const came of today) note(came, TODAY);
  for (const came of before) note(came, 1);
  return [...counts.values()]
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST)
    .map(({ unit, purpose }) => ({ unit, purpose }));
}
