// What a pass comes to at this gate: whoever it stands for here, a sheet from what it states, or why it opens nothing.
import { call, Problem } from "./api";
import type { PassReading, Statement } from "./pass";
import { type ShownVisit, takeChanges, visits } from "./store";
import type { TabletVisit, Values } from "./types";

/** Why a pass opened nothing, for the guard to read. `line` is whoever has used it. */
export interface Told {
  readonly how: "forged" | "altered" | "foreign" | "expired" | "used" | "unknown";
  readonly digits: string | null;
  readonly statement: Statement | null;
  readonly line: ShownVisit | null;
}

export type Worth =
  | { readonly then: "open"; readonly visit: ShownVisit }
  | { readonly then: "state"; readonly statement: Statement }
  | { readonly then: "tell"; readonly told: Told };

const COMING = new Set(["waiting", "resting", "referred"]);
const GONE = new Set(["left", "refused"]);

/** Whoever still comes in by it first, then whoever is inside and may leave; a pass is used once. */
export function worthOf(pass: PassReading): Worth {
  const { digits, statement } = pass;
  const tell = (how: Told["how"], line: ShownVisit | null = null): Worth => ({
    then: "tell",
    told: { how, digits, statement, line },
  });
  if (pass.how === "forged" || pass.how === "altered" || pass.how === "foreign") return tell(pass.how);
  const party = digits === null ? [] : linesOf(digits);
  const first = (among: (visit: ShownVisit) => boolean): ShownVisit | undefined => party.find(among);
  const comes = first((visit) => COMING.has(visit.state));
  if (comes) return { then: "open", visit: comes };
  const inside = first((visit) => visit.state === "on_site");
  // At the way out it opens who leaves; while others of the party are still to come, the guard chooses.
  if (inside) {
    const others = statement !== null && companionsLeft(statement) > 0;
    return others ? tell("used", inside) : { then: "open", visit: inside };
  }
  const gone = first((visit) => GONE.has(visit.state));
  if (gone) return tell("used", gone);
  if (statement === null) return tell("unknown");
  return pass.how === "expired" ? tell("expired") : { then: "state", statement };
}

/** The lines that this tablet knows of a pass, struck ones apart; those of its own that are not sent yet included. */
export function linesOf(digits: string): ShownVisit[] {
  return [...visits.value.values()].filter((visit) => visit.pass_digits === digits && visit.state !== "voided");
}

/** How many of the people of a pass this tablet has no line of, the declarant apart. */
export function companionsLeft(statement: Statement): number {
  return Math.max(0, statement.people - Math.max(1, linesOf(statement.digits).length));
}

/** Ask the book about digits that this tablet does not know: their lines, why they are no good, or null: no answer. */
export async function askBook(digits: string): Promise<TabletVisit | { code: string; values: Values } | null> {
  try {
    const found = await call<{ visits: TabletVisit[] }>("POST", "/api/v1/tablet/pass", { digits });
    takeChanges({ sequence: 0, server_time: "", visits: found.visits, badges: [], reload: false });
    return found.visits.find((visit) => COMING.has(visit.state)) ?? found.visits[0] ?? null;
  } catch (error) {
    return error instanceof Problem && error.status < 500 && error.status !== 401
      ? { code: error.code, values: error.values }
      : null;
  }
}
