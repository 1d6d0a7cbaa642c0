"""Departures of people whom the book does not know to be inside, and what becomes of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.clerk import Work
from app.declarations.repository import pass_by_digits
from app.declarations.rules import normalise_digits
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id
from app.kit.text import clean, fold
from app.visits import repository, rules
from app.visits.commands import CheckOut, OpenDiscrepancy, SettleDiscrepancy
from app.visits.handlers import discrepancies as rows
from app.visits.handlers.lines import entry_payload, gate_fields, give_badge_back, whereabouts
from app.visits.handlers.matters import open_matter, settle_matter
from app.visits.handlers.scene import odd_particulars, place_of, site_of
from app.visits.handlers.sights import record_sight
from app.visits.models import Discrepancy, VisitLine
from app.visits.queries.attention import departure, present

UNDESCRIBED = frozenset({"mode", "device_time", "device_sequence", "device_offset_ms", "policy_version", "account_id"})
"""What a command says of its sending, and not of what happened."""


def whose_departure(work: Work, command: CheckOut, at: datetime) -> VisitLine | None:
    """Return who left: by visit, else by badge, else by the pass's digits, else by the one such name inside."""
    if command.visit_id is not None:
        return repository.load(work, command.visit_id)
    number = command.badge_number or ""
    if number and work.mode == "ask":
        # In front of the guard the badge decides, whatever a clock says.
        holder = repository.load_by_badge(work, number)
        if holder is not None:
            return holder
    party_member = _by_digits(work, command.digits) if command.digits else None
    if party_member is not None:
        return party_member
    told = rules.Departure(at, number, fold(command.name))
    inside = repository.inside(work, number, told.name)
    sure = rules.who_left(told, [present(line) for line in inside])
    found = next((line for line in inside if line.id == sure), None)
    if found is None and command.badge_returned and number and all(line.badge_number != number for line in inside):
        # The badge of somebody who left without giving it back.
        return repository.load_by_badge(work, number)
    return found


def _by_digits(work: Work, typed: str) -> VisitLine | None:
    digits = normalise_digits(typed)
    found = pass_by_digits(work.session, work.site_id, digits) if digits else None
    party = repository.party(work, found.id) if found else []
    inside = [visit for visit in party if visit.state == "on_site"]
    return inside[0] if len(inside) == 1 else None


def keep_departure(work: Work, command: CheckOut, moment: rules.Moment) -> dict[str, Any]:
    """Keep a departure that fits nobody for reception; an `ask` is refused, since whoever asks can look again."""
    if work.mode == "ask":
        raise Refusal("not_found")
    place_of(work)
    content = command.model_dump(mode="json", exclude_defaults=True, exclude=set(UNDESCRIBED))
    row = stray(
        work, "departure", content, name=command.name, badge_number=command.badge_number, code="departure_unmatched",
        command_kind="check_out", command_id=work.command_id, occurred_at=moment.at,
    )  # fmt: skip
    rows.keep(work, row, is_new=True)
    told: dict[str, Any] = {"name": row.name, "badge_number": row.badge_number, "gate_id": str(row.gate_id)}
    record(work, "DepartureUnmatched", ("discrepancy", row.id), told | odd_particulars(work, moment), moment.at)
    return {"matched": False, "discrepancy_id": str(row.id)}


def stray(work: Work, kind: str, content: dict[str, Any], *, name: str, **columns: Any) -> Discrepancy:
    """Make a discrepancy without a line, not yet kept; its content is closed."""
    made = new_id()
    defaults: dict[str, Any] = {
        "site_id": work.site_id,
        "id": made,
        "kind": kind,
        "gate_id": work.actor.gate_id,
        "device_id": work.actor.device_id,
        "account_id": work.actor.account_id,
        "received_at": work.received_at,
        "name": clean(name),
        "content_closed": rows.close_content(work, made, content),
    }
    return Discrepancy(**(defaults | columns))


def match_late_entry(work: Work, line: VisitLine) -> bool:
    """End a visit whose departure came in before its entry did: the badge's first open departure after it.

    Only where the badge says so; by name alone reception decides. Returns whether it was matched.
    """
    if work.mode == "ask" or line.state != "on_site" or line.badge_number is None:
        return False
    waiting = {row.id: row for row in rows.open_departures(work, line.badge_number)}
    told = {key: departure(row) for key, row in waiting.items()}
    found = rules.departure_of(present(line), told)
    if found is None:
        return False
    waiting[found].automatic = True
    _match(work, waiting[found], line, waiting[found].occurred_at)
    return True


def _match(work: Work, row: Discrepancy, line: VisitLine, left_at: datetime) -> None:
    """Let the departure end the visit, at the gate and with all that was told there."""
    before = gate_fields(line)
    told = rows.open_content(work.book.closing, row)
    if told.get("reading"):
        line.readings = [*line.readings, told["reading"] | {"by": str(row.account_id), "leaving": True}]
    line.state, line.gate_out_id, line.rest_until = "left", row.gate_id, None
    line.left_at = max(left_at, line.admitted_at or line.occurred_at)
    give_badge_back(work, line, returned=told.get("badge_returned"))
    sequence = record(work, "VisitCheckedOut", ("visit", line.id), entry_payload(line, before), line.left_at)
    if line.number is None:
        repository.give_number(work, line, site_of(work).zone)
    repository.save(work, line, sequence)
    row.visit_id = line.id
    row.resolved_at, row.resolved_by = work.received_at, work.actor.account_id
    rows.keep(work, row)
    payload = {"name": line.name, "badge_number": row.badge_number, "visit_id": str(line.id)}
    payload |= {"automatic": row.automatic, "resolution": row.resolution}
    record(work, "DepartureMatched", ("discrepancy", row.id), payload, line.left_at)


def give_way(work: Work, line: VisitLine) -> None:
    """Take back what the book matched by itself, where the visit's own departure arrives: that one is certain."""
    row = rows.matched_by_itself(work, line.id) if line.state == "left" else None
    if row is None:
        return
    reopen(work, row.id)
    line.state, line.left_at, line.gate_out_id = "on_site", None, None
    if line.badge_number is not None:
        line.badge_missing = False
        repository.set_badge(work, line.badge_number, "out", line.id)


def reopen(work: Work, discrepancy_id: UUID) -> None:
    """Have a departure wait for its visit again."""
    row = rows.find(work, discrepancy_id)
    if row is None:
        return
    payload = {"name": row.name, "badge_number": row.badge_number, "visit_id": str(row.visit_id)}
    row.resolved_at, row.resolved_by, row.visit_id, row.automatic, row.resolution = None, None, None, False, ""
    rows.keep(work, row)
    record(work, "DepartureReopened", ("discrepancy", row.id), payload)


def withdraw(work: Work, discrepancy_id: UUID, at: datetime) -> dict[str, Any]:
    """Undo a departure that fitted nobody."""
    row = rows.find(work, discrepancy_id)
    if row is None or row.resolved_at is not None:
        raise Refusal("undo_superseded")
    row.resolved_at, row.resolved_by = work.received_at, work.actor.account_id
    rows.keep(work, row)
    record(work, "DepartureUndone", ("discrepancy", row.id), {"name": row.name, "badge_number": row.badge_number}, at)
    return {"matched": False, "discrepancy_id": str(row.id)}


def open_discrepancy(work: Work, command: OpenDiscrepancy) -> dict[str, Any]:
    """Journal that somebody sees what a discrepancy holds: once per account and ten minutes."""
    lock_head(work)
    row = rows.find(work, command.discrepancy_id)
    if row is None:
        raise Refusal("not_found")
    journalled = record_sight(work, "DiscrepancyOpened", ("discrepancy", row.id))
    return {"discrepancy_id": str(row.id), "journalled": journalled}


def settle_discrepancy(work: Work, command: SettleDiscrepancy) -> dict[str, Any]:
    """Settle a departure by its visit or a reason, a refused act by a reason and perhaps its visit."""
    lock_head(work)
    row = open_matter(work, command.discrepancy_id)
    resolution = clean(command.resolution)
    line = repository.load(work, command.visit_id) if command.visit_id is not None else None
    if command.visit_id is not None and line is None:
        raise Refusal("not_found")
    if row.kind == "departure" and line is not None:
        row.resolution = resolution
        _match(work, row, line, _left_at(work, row, line, command))
        return {"discrepancy_id": str(row.id), "visit_id": str(line.id)}
    if not resolution:
        raise Refusal("resolution_missing")
    return settle_matter(work, row, line.id if line is not None else None, resolution)


def _left_at(work: Work, row: Discrepancy, line: VisitLine, command: SettleDiscrepancy) -> datetime:
    if not rules.may_move(line.state, "left"):
        raise Refusal("already_left" if line.state == "left" else "not_on_site", **whereabouts(work, line))
    told = command.left_at or row.occurred_at
    if told > work.received_at:
        raise Refusal("time_in_future")
    if told < (line.admitted_at or line.occurred_at) - rules.CLOCK_TOLERANCE:
        raise Refusal("left_before_arrival")
    return told
