"""Corrections with a reason, struck-through lines, notes, opened details, resolved discrepancies."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.clerk import Work
from app.clerk.commands import YEARS
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.text import clean
from app.screening.rules import parse_temperature
from app.visits import repository, rules
from app.visits.commands import AddNote, CorrectVisit, OpenDetails, ResolveDiscrepancy, VoidVisit
from app.visits.handlers.duty import shift_of
from app.visits.handlers.lines import answer, entry_payload, gate_fields
from app.visits.handlers.ruling import take_badge
from app.visits.handlers.scene import believe, unproven
from app.visits.handlers.sights import record_sight
from app.visits.models import VisitLine

MOST_LETTERS = 200
BADGE_LETTERS = 12
FOR_MANAGERS = frozenset({"override_unproven"})
"""What only a manager may say the last word on: a decision that was taken in the name of somebody who may."""
CLOSED_FIELDS = frozenset({"phone", "identity_number"})
PERSON_FIELDS = frozenset(
    {"name", "birth_year", "sex", "nationality", "phone", "identity_number", "organisation", "address"}
)


def correct_visit(work: Work, command: CorrectVisit) -> dict[str, Any]:
    """Correct one field; the entry keeps the old value (never a phone or identity number) and the reason."""
    lock_head(work)
    visit = _may_change(work, command.visit_id)
    old = shown_value(visit, command.field)
    value = clean(command.value)
    if command.field in PERSON_FIELDS:
        _correct_person(work, visit, command.field, value)
    else:
        _correct_line(work, visit, command.field, value)
    payload = {"field": command.field, "old": old, "new": shown_value(visit, command.field), "reason": command.reason}
    sequence = record(work, "VisitCorrected", ("visit", visit.id), {"name": visit.name, **payload})
    repository.save(work, visit, sequence)
    return answer(visit)


def shown_value(visit: VisitLine, field: str) -> str | None:
    """Return a field as the journal may keep it: closed fields masked."""
    if field == "phone":
        return "••••" if visit.phone_closed else None
    if field == "identity_number":
        return visit.identity_masked
    value = getattr(visit, field)
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)


def _may_change(work: Work, visit_id: UUID) -> VisitLine:
    """Return a visit that the actor may change: reception any, a guard an own line until handover."""
    visit = repository.load(work, visit_id)
    if visit is None:
        raise Refusal("not_found")
    if work.actor.role == "guard" and not _is_own(work, visit):
        raise Refusal("not_own_line")
    if visit.state == "voided":
        raise Refusal("line_voided")
    return visit


def _is_own(work: Work, visit: VisitLine) -> bool:
    actor = work.actor
    # Sent by whoever is on duty now for somebody who was: in the shift that this was done in, and in no other.
    since = actor.since if actor.since is not None else shift_of(work, believe(work).at)
    line = rules.Line(visit.account_id, visit.device_id, visit.received_at)
    return rules.is_own(line, actor.account_id, actor.device_id, since)


def _correct_person(work: Work, visit: VisitLine, field: str, value: str) -> None:
    person = repository.open_person(work.book.closing, visit)
    changed: Any = value or None
    if field == "birth_year":
        changed = _whole(value, "birth_year_odd")
    if field in CLOSED_FIELDS or field in ("organisation", "address"):
        changed = value
    try:
        person = type(person).model_validate(person.model_dump() | {field: changed})
    except ValidationError as error:
        raise Refusal("value_odd", field=field) from error
    for name, column in repository.person_columns(work.book.closing, visit.site_id, visit.id, person).items():
        setattr(visit, name, column)


def _correct_line(work: Work, visit: VisitLine, field: str, value: str) -> None:
    _LINE_FIELDS[field](work, visit, field, value)


def _text(_work: Work, visit: VisitLine, field: str, value: str) -> None:
    if len(value) > MOST_LETTERS:
        raise Refusal("too_long")
    setattr(visit, field, value)


def _unit(work: Work, visit: VisitLine, _field: str, value: str) -> None:
    try:
        unit_id = UUID(value)
    except ValueError as error:
        raise Refusal("unit_unknown") from error
    if not repository.unit_exists(work, unit_id):
        raise Refusal("unit_unknown")
    visit.unit_id = unit_id


def _badge(work: Work, visit: VisitLine, _field: str, value: str) -> None:
    old = visit.badge_number
    if len(value) > BADGE_LETTERS:
        raise Refusal("too_long")
    if visit.state == "on_site":
        visit.discrepancies = [*visit.discrepancies, *take_badge(work, visit, value or None)]
        if old is not None and old != value:
            repository.set_badge(work, old, "free")
    visit.badge_number = value or None


def _temperature(_work: Work, visit: VisitLine, _field: str, value: str) -> None:
    tenths = parse_temperature(value)
    if tenths is None:
        raise Refusal("temperature_odd")
    visit.temperature, visit.not_measured = tenths, None


def _tick(_work: Work, visit: VisitLine, field: str, value: str) -> None:
    if value not in ("yes", "no"):
        raise Refusal("value_odd", field=field)
    setattr(visit, field, value == "yes")


def _time(work: Work, visit: VisitLine, field: str, value: str) -> None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refusal("time_odd") from error
    if moment.tzinfo is None or moment.year < YEARS[0]:
        raise Refusal("time_odd")
    if moment > work.received_at:
        raise Refusal("time_in_future")
    admitted = moment if field == "admitted_at" else visit.admitted_at
    left = moment if field == "left_at" else visit.left_at
    if admitted and left and left < admitted:
        raise Refusal("left_before_arrival")
    if getattr(visit, field) is None:
        raise Refusal("value_odd", field=field)
    setattr(visit, field, moment)


def _whole(value: str, code: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise Refusal(code)
    return int(value)


_LINE_FIELDS: dict[str, Callable[[Work, VisitLine, str, str], None]] = {
    "host_name": _text,
    "purpose": _text,
    "plate": _text,
    "unit_id": _unit,
    "badge_number": _badge,
    "temperature": _temperature,
    "mask": _tick,
    "sanitiser": _tick,
    "admitted_at": _time,
    "left_at": _time,
}


def void_visit(work: Work, command: VoidVisit) -> dict[str, Any]:
    """Strike a line through; it keeps its number, its badge is free."""
    lock_head(work)
    visit = _may_change(work, command.visit_id)
    before = gate_fields(visit)
    if visit.badge_number is not None and visit.state == "on_site":
        repository.set_badge(work, visit.badge_number, "free")
    visit.state, visit.rest_until = "voided", None
    payload = entry_payload(visit, before) | {"reason": command.reason}
    sequence = record(work, "VisitVoided", ("visit", visit.id), payload)
    repository.save(work, visit, sequence)
    return answer(visit)


def add_note(work: Work, command: AddNote) -> dict[str, Any]:
    """Add a line to a visit's note."""
    lock_head(work)
    visit = repository.load(work, command.visit_id)
    if visit is None:
        raise Refusal("not_found")
    text = clean(command.text)
    if not text:
        raise Refusal("note_empty")
    visit.note = f"{visit.note}\n{text}" if visit.note else text
    visit.discrepancies = [*visit.discrepancies, *unproven(work)]
    sequence = record(work, "NoteAdded", ("visit", visit.id), {"name": visit.name, "text": text})
    repository.save(work, visit, sequence)
    return answer(visit)


def open_details(work: Work, command: OpenDetails) -> dict[str, Any]:
    """Journal that somebody sees closed fields: once per account, visit and ten minutes."""
    lock_head(work)
    visit = repository.load(work, command.visit_id)
    if visit is None:
        raise Refusal("not_found")
    return {"visit_id": str(visit.id), "journalled": record_sight(work, "DetailsOpened", ("visit", visit.id))}


def resolve_discrepancy(work: Work, command: ResolveDiscrepancy) -> dict[str, Any]:
    """Close a discrepancy with a word on what came of it."""
    lock_head(work)
    visit = repository.load(work, command.visit_id)
    if visit is None or not any(found["code"] == command.code for found in visit.discrepancies):
        raise Refusal("not_found")
    if command.code in FOR_MANAGERS and work.actor.role != "manager":
        raise Refusal("override_not_permitted")
    closed = [found for found in visit.discrepancies if found["code"] == command.code]
    visit.discrepancies = [found for found in visit.discrepancies if found["code"] != command.code]
    payload = {"name": visit.name, "resolved": closed, "resolution": clean(command.resolution)}
    sequence = record(work, "DiscrepancyResolved", ("visit", visit.id), payload)
    repository.save(work, visit, sequence)
    return answer(visit)
