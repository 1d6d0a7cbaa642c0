// The desk: the list, the sheet, the keypad and the one button; below, what was just done.
import { useEffect, useRef } from "preact/hooks";
import { closeSheet, DECIDABLE, leaving, rush, said, type Slip, slip } from "../desk";
import { current, visitOf } from "../drafts";
import { type ShownVisit, visits } from "../store";
import { BadgeSlip } from "./badges";
import { Bar } from "./bar";
import { DeclareSlip } from "./declare";
import { Kinds } from "./kinds";
import { HandoverSlip } from "./handover";
import { LeavingPad, LeavingSheet } from "./leaving";
import { MenuSlip } from "./menu";
import { CorrectSlip } from "./correct";
import { NoteSlip, ShiftSlip, StrikeSlip } from "./lines";
import { OverrideSlip } from "./override";
import { Pad } from "./pad";
import { SendSlip } from "./pin";
import { PartySlip } from "./party";
import { PassSlip } from "./pass";
import { Queue } from "./queue";
import { RushSheet } from "./rush";
import { NoCardSlip, ScanSlip } from "./scan";
import { EmptySheet, Sheet } from "./sheet";
import { SettingsSlip } from "./settings";
import { nobodyFocused } from "./slip";
import { TraySlip } from "./tray";
import { UndoBar } from "./undo";
import { UnknownSlip } from "./unknown";

export function Desk() {
  const shown = slip.value;
  const shows = showsWhat();
  // A sheet that closes leaves the focus nowhere: the list is what comes next, and no field that opens a keyboard.
  const before = useRef(shows);
  useEffect(() => {
    if (before.current === shows) return;
    before.current = shows;
    if (shows !== "sheet" && nobodyFocused()) document.getElementById("queue-list")?.focus({ preventScroll: true });
  }, [shows]);
  return (
    <div class="gate">
      <Bar />
      <main class="desk" data-shows={shows} onKeyDown={(event) => event.key === "Escape" && stepBack(event)}>
        <Queue />
        {shown !== null && shown.shows !== "not_measured" ? <Slips shown={shown} /> : <Person />}
      </main>
      <UndoBar />
      <p class="sr-only" role="status">
        {said.value}
      </p>
    </div>
  );
}

/** Escape puts the sheet away, as its cross does; in a field it belongs to the field. */
function stepBack(event: KeyboardEvent): void {
  const inField = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (slip.value === null && !inField && !event.defaultPrevented) closeSheet();
}

/** Upright, the list has the room while nobody's sheet is open. */
function showsWhat(): "list" | "sheet" | "rush" {
  if (current.value !== null || leaving.value !== null || slip.value !== null) return "sheet";
  return rush.value ? "rush" : "list";
}

function Person() {
  const draft = current.value;
  const visit = draft === null ? leaving.value : visitOf(draft.source);
  if (draft !== null && (visit == null || DECIDABLE.has(visit.state))) {
    return (
      <>
        <Sheet draft={draft} />
        <Pad draft={draft} />
      </>
    );
  }
  // Somebody inside; or another gate was quicker.
  if (visit != null) return <Inside visit={visit} />;
  return rush.value ? <RushSheet /> : <EmptySheet />;
}

function Inside({ visit }: { visit: ShownVisit }) {
  return (
    <>
      <LeavingSheet visit={visit} />
      {visit.state === "on_site" ? <LeavingPad key={visit.id} visit={visit} /> : <section class="pad" />}
    </>
  );
}

function Slips({ shown }: { shown: Slip }) {
  const draft = current.value;
  switch (shown.shows) {
    case "kinds":
      return <Kinds />;
    case "tray":
      return <TraySlip />;
    case "send":
      return <SendSlip />;
    case "menu":
      return <MenuSlip />;
    case "handover":
      return <HandoverSlip />;
    case "unknown":
      return <UnknownSlip key={shown.typed} typed={shown.typed} />;
    case "settings":
      return <SettingsSlip />;
    case "shift":
      return <ShiftSlip />;
    case "party":
      return <PartySlip key={shown.passId} passId={shown.passId} />;
    case "pass":
      return <PassSlip key={shown.told.digits} told={shown.told} />;
    case "scan":
      return <ScanSlip />;
    case "no_card":
      return <NoCardSlip how={shown.how} />;
    case "correct":
    case "strike":
    case "note":
      return <LineSlip shows={shown.shows} visit={visits.value.get(shown.visitId)} />;
    default:
      if (draft === null) return null;
      if (shown.shows === "override") return <OverrideSlip draft={draft} />;
      return shown.shows === "declare" ? <DeclareSlip draft={draft} /> : <BadgeSlip draft={draft} />;
  }
}

function LineSlip({ shows, visit }: { shows: "correct" | "strike" | "note"; visit: ShownVisit | undefined }) {
  if (visit === undefined) return null;
  if (shows === "correct") return <CorrectSlip visit={visit} />;
  return shows === "strike" ? <StrikeSlip visit={visit} /> : <NoteSlip visit={visit} />;
}
