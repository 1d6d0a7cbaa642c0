// One line of the list: who, since when, from where and to whom, and why a second look is needed, in a word.
import { aboutNow, countdown, hour, seenNow } from "../clock";
import { leavingId, openDraft, openEmployee, openFound, openVisit, partyOf } from "../desk";
import { currentKey, type Draft, keyOf, valueOf } from "../drafts";
import type { Found } from "../find";
import { arrived, type ShownVisit, snapshot, unitOf } from "../store";
import { t } from "../texts";
import type { TabletEmployee, TabletVisit } from "../types";
import { flagWord, readingWord } from "../words";
import { Icon } from "./icon";

const MARKS: Readonly<Record<string, string>> = {
  waiting: "clock",
  resting: "timer",
  referred: "stethoscope",
  on_site: "circle-dot",
  refused: "ban",
  left: "log-out",
};

interface RowProps {
  readonly mark: string;
  readonly state: string;
  readonly name: string;
  readonly since: string;
  readonly sub: string;
  readonly flag?: string | undefined;
  readonly level?: string | undefined;
  readonly chosen: boolean;
  readonly pending?: boolean | undefined;
  readonly onOpen: () => void;
}

function Row(props: RowProps) {
  return (
    <li>
      <button
        type="button"
        class="row"
        aria-current={props.chosen ? "true" : undefined}
        data-pending={props.pending ? "" : undefined}
        onClick={props.onOpen}
      >
        <span class="row-mark" data-state={props.state}>
          <Icon name={props.mark} />
        </span>
        <span class="row-name">{props.name}</span>
        <span class="row-since">{props.since}</span>
        {props.sub ? <span class="row-sub">{props.sub}</span> : null}
        {props.flag ? (
          <span class="row-flag" data-level={props.level}>
            <Icon name="triangle-alert" />
            <span>{props.flag}</span>
          </span>
        ) : null}
      </button>
    </li>
  );
}

export function VisitRow({ visit }: { visit: ShownVisit }) {
  const chosen = currentKey.value === keyOf({ from: "visit", id: visit.id }) || leavingId.value === visit.id;
  return (
    <Row
      mark={MARKS[visit.state] ?? "circle"}
      state={visit.state}
      name={visit.name}
      since={sinceWord(visit)}
      sub={subWord(visit)}
      flag={flagsWord(visit)}
      level={levelOf(visit)}
      chosen={chosen}
      pending={visit.pending}
      onOpen={() => openVisit(visit)}
    />
  );
}

export function EmployeeRow({ employee }: { employee: TabletEmployee }) {
  const unit = unitOf(employee.unit_id)?.name;
  return (
    <Row
      mark="id-card"
      state="employee"
      name={employee.name}
      since=""
      sub={[employee.title, unit].filter(Boolean).join(" · ")}
      chosen={currentKey.value === keyOf({ from: "employee", id: employee.id })}
      onOpen={() => openEmployee(employee.id)}
    />
  );
}

/** Somebody whose sheet was begun and left. */
export function HalfRow({ draft }: { draft: Draft }) {
  const reading = draft.reading === null ? "" : `${readingWord(draft.reading)}${draft.reading.tenths === null ? "" : " °C"}`;
  return (
    <Row
      mark="pencil"
      state="half"
      name={valueOf(draft, "full_name") || t(`rules.kind.${draft.kind}`)}
      since=""
      sub={[reading, valueOf(draft, "organisation"), t("guard.half.open")].filter(Boolean).join(" · ")}
      chosen={false}
      onOpen={() => openDraft(draft.key)}
    />
  );
}

/** Somebody who stepped aside in a rush. */
export function DraftRow({ draft }: { draft: Draft }) {
  return (
    <Row
      mark="hourglass"
      state="resting"
      name={valueOf(draft, "full_name") || t(`rules.kind.${draft.kind}`)}
      since=""
      sub={t("guard.row.aside")}
      chosen={currentKey.value === draft.key}
      onOpen={() => openDraft(draft.key)}
    />
  );
}

export function FoundRow({ found }: { found: Found }) {
  if (found.what === "visit") return <VisitRow visit={found.visit} />;
  if (found.what === "employee") return <EmployeeRow employee={found.employee} />;
  const { seen } = found;
  return (
    <Row
      mark="book-open"
      state="seen"
      name={seen.name}
      since={seen.birth_year ? String(seen.birth_year) : ""}
      sub={[seen.organisation, t("guard.row.seen")].filter(Boolean).join(" · ")}
      chosen={false}
      onOpen={() => openFound(found)}
    />
  );
}

function sinceWord(visit: ShownVisit): string {
  if (visit.state === "on_site") return hour(visit.admitted_at ?? visit.occurred_at);
  if (visit.state === "resting" && visit.rest_until !== null) {
    const left = countdown(visit.rest_until, seenNow());
    return left === null ? t("guard.row.recheck_now") : t("guard.row.recheck_at", { time: hour(visit.rest_until) });
  }
  if (visit.state === "referred") return hour(visit.occurred_at);
  return t("guard.row.minutes", { count: Math.max(0, Math.floor((aboutNow() - arrived(visit)) / 60_000)) });
}

function subWord(visit: ShownVisit): string {
  const gate = snapshot.value?.gates.find((one) => one.id === visit.gate_in_id);
  const elsewhere = gate !== undefined && gate.id !== snapshot.value?.gate.id ? gate.name : "";
  const unit = unitOf(visit.unit_id)?.name ?? "";
  const kind = visit.kind === "visitor" || visit.kind === "employee" ? "" : t(`rules.kind.${visit.kind}`);
  const party = partyWith(visit);
  const group = party.length > 1 ? t("guard.row.party", { count: party.length }) : "";
  const badge =
    visit.badge_number && visit.state === "on_site" ? t("guard.row.badge", { badge: visit.badge_number }) : "";
  return [group, badge, kind, visit.organisation, unit, elsewhere].filter(Boolean).join(" · ");
}

function flagsWord(visit: ShownVisit): string | undefined {
  if (visit.state === "on_site") return undefined;
  if (visit.state === "referred") return t("common.state.referred");
  const flags = partyWith(visit)
    .filter((one) => one.outcome !== "clear")
    .flatMap((one) => one.flags.filter((flag) => flag.code !== "note").map(flagWord));
  return [...new Set(flags)].join(", ") || undefined;
}

function levelOf(visit: ShownVisit): "stop" | undefined {
  return visit.state === "referred" || partyWith(visit).some((one) => one.outcome === "stop") ? "stop" : undefined;
}

/** The line itself; for somebody who waits with a group, all who wait with it. */
function partyWith(visit: ShownVisit): readonly TabletVisit[] {
  if (visit.state !== "waiting" || visit.pass_id === null || visit.companion_of !== null) return [visit];
  return (partyOf.value.get(visit.pass_id) ?? [visit]).filter((one) => one.state === "waiting");
}
