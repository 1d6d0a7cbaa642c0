"""Entering what was written on paper while the power was out (Nhập bù từ sổ giấy)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.clerk import Work
from app.clerk.commands import YEARS
from app.db import table_of
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.text import clean
from app.visits import repository, rules
from app.visits.commands import EnterFromPaper
from app.visits.handlers.lines import answer, entry_payload
from app.visits.handlers.matters import open_matter, settle_matter
from app.visits.handlers.scene import site_of
from app.visits.models import PaperLine

PAPER_LINES = table_of(PaperLine)


def enter_from_paper(work: Work, command: EnterFromPaper) -> dict[str, Any]:
    """Enter one line with its own times, marked as such; the same line of the same sheet never twice."""
    lock_head(work)
    matter = open_matter(work, command.discrepancy_id) if command.discrepancy_id is not None else None
    if matter is not None and matter.kind != "refused":
        # Who left has a line already, or is none: a departure is settled in its own way.
        raise Refusal("not_found")
    sheet = clean(command.sheet).upper()
    known = repository.paper_line(work, sheet, command.line)
    if known is not None:
        raise Refusal("paper_line_entered", sheet=sheet, line=command.line, visit_id=str(known))
    if repository.gate(work.session, work.site_id, command.gate_id) is None:
        raise Refusal("not_found")
    if command.unit_id and not repository.unit_exists(work, command.unit_id):
        raise Refusal("unit_unknown")
    if not YEARS[0] < command.day.year < YEARS[1]:
        raise Refusal("date_odd")
    site = site_of(work)
    arrived, left = _times(command, site.zone)
    if max(arrived, left or arrived) > work.received_at:
        raise Refusal("time_in_future")
    visit = repository.new_visit(work, command.person, _columns(work, command, arrived, left) | {"paper_sheet": sheet})
    repository.give_number(work, visit, site.zone)
    sequence = record(work, "VisitEnteredFromPaper", ("visit", visit.id), entry_payload(visit, None), arrived)
    repository.save(work, visit, sequence)
    row = {"site_id": work.site_id, "sheet": sheet, "line": command.line, "visit_id": visit.id}
    work.remember("paper", (work.site_id, sheet, command.line), visit.id)
    work.later(PAPER_LINES, row)
    if matter is not None:
        settle_matter(work, matter, visit.id)
    return answer(visit)


def _times(command: EnterFromPaper, zone: str) -> tuple[datetime, datetime | None]:
    arrived = datetime.combine(command.day, command.arrived, ZoneInfo(zone))
    if command.left is None:
        return arrived, None
    # Duty runs round the clock: somebody who left "before" arriving left on the next day.
    day = command.day if command.left >= command.arrived else command.day + timedelta(days=1)
    return arrived, datetime.combine(day, command.left, ZoneInfo(zone))


def _columns(work: Work, command: EnterFromPaper, arrived: datetime, left: datetime | None) -> dict[str, Any]:
    state = rules.STATE_OF_DECISION[command.decision]
    reading = {"tenths": command.tenths, "not_measured": command.not_measured, "at": arrived.isoformat()}
    measured = command.tenths is not None or command.not_measured is not None
    return {
        "kind": command.visit_kind,
        "state": "left" if left and state == "on_site" else state,
        "gate_in_id": command.gate_id,
        "gate_out_id": command.gate_id if left else None,
        "unit_id": command.unit_id,
        "host_name": command.host_name,
        "purpose": command.purpose,
        "plate": command.plate,
        "badge_number": command.badge_number or None,
        "readings": [reading | {"by": str(work.actor.account_id), "leaving": False}] if measured else [],
        "temperature": command.tenths,
        "not_measured": command.not_measured,
        "mask": command.mask,
        "sanitiser": command.sanitiser,
        "decision": command.decision,
        "occurred_at": arrived,
        "admitted_at": arrived if state == "on_site" else None,
        "left_at": left,
        "note": clean(command.note),
        "paper_line": command.line,
        "late": True,
    }
