"""Check-in: load, decide, check limits, move the state, write the journal."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from app.clerk import Work
from app.declarations.handlers import Stated, write_declaration
from app.declarations.schemas import Person
from app.errors import Refusal
from app.journal.handlers import lock_head
from app.screening.rules import LEVEL_RANK, Level
from app.visits import repository, rules
from app.visits.commands import CheckIn
from app.visits.handlers.lines import add_readings, already_decided, answer, gate_fields, settle, whereabouts
from app.visits.handlers.passes import whose_pass
from app.visits.handlers.ruling import rule, wanted_by
from app.visits.handlers.scene import questions_for, scene_of
from app.visits.handlers.strays import match_late_entry
from app.visits.models import VisitLine


def check_in(work: Work, command: CheckIn) -> dict[str, Any]:
    """Carry out a check-in; refuses what it cannot record, keeps a fact with its discrepancies."""
    lock_head(work)
    scene = scene_of(work)
    visit, before = _load(work, command, scene.at)
    if before is not None and not rules.may_move(visit.state, rules.STATE_OF_DECISION[wanted_by(command)]):
        return already_decided(work, visit)
    _fill(work, visit, command, scene.at)
    ruled = rule(work, visit, command, scene)
    answered = settle(work, visit, before, ruled, scene)
    return answer(visit) if match_late_entry(work, visit) else answered


def _load(work: Work, command: CheckIn, at: datetime) -> tuple[VisitLine, dict[str, Any] | None]:
    """Return the visit to decide about, and its gate fields as they were (None for a new one)."""
    if command.visit_id is not None:
        visit = repository.load(work, command.visit_id)
        if visit is None:
            raise Refusal("not_found")
        return visit, gate_fields(visit)
    if work.actor.gate_id is None:
        raise Refusal("no_gate")
    odd: list[dict[str, Any]] = []
    if command.pass_digits is not None:
        declared, odd = whose_pass(work, command, at)
        if declared is not None:
            before = gate_fields(declared)
            declared.discrepancies = [*declared.discrepancies, *odd]
            return declared, before
    person, more = _who(work, command)
    more |= {"discrepancies": odd} if odd else {}
    columns = {"state": "expected", "gate_in_id": work.actor.gate_id, "occurred_at": at, "kind": command.visit_kind}
    return repository.new_visit(work, person, columns | more), None


def _who(work: Work, command: CheckIn) -> tuple[Person, dict[str, Any]]:
    if command.employee_id is not None:
        return _employee(work, command.employee_id)
    if command.seen_visit_id is not None and command.person is None:
        seen = repository.load(work, command.seen_visit_id)
        if seen is None:
            raise Refusal("not_found")
        return repository.open_person(work.book.closing, seen), {}
    person = command.person or Person()
    # A delivery or a leader's car may come without a name: the line then carries what it has.
    name = person.name or command.on_word_of or person.organisation or command.plate or command.visit_kind
    return person.model_copy(update={"name": name}), {}


def _employee(work: Work, employee_id: UUID) -> tuple[Person, dict[str, Any]]:
    employee = repository.employee(work.session, work.site_id, employee_id)
    if employee is None or employee.retired_at is not None:
        raise Refusal("not_found")
    present = repository.present(work, employee_id)
    if present is not None:
        raise Refusal("already_decided", **whereabouts(work, present))
    return Person(name=employee.name), {
        "kind": "employee",
        "employee_id": employee.id,
        "unit_id": employee.unit_id,
    }


def _fill(work: Work, visit: VisitLine, command: CheckIn, at: datetime) -> None:
    """Put what the guard entered on the visit."""
    if command.unit_id is not None:
        if not repository.unit_exists(work, command.unit_id):
            raise Refusal("unit_unknown")
        visit.unit_id = command.unit_id
    for name in ("host_name", "purpose", "plate", "on_word_of", "vouched_by", "host_call", "people_count"):
        value = getattr(command, name)
        if value:
            setattr(visit, name, value)
    add_readings(work, visit, [reading.model_dump(mode="json") for reading in command.readings])
    visit.mask = command.mask if command.mask is not None else visit.mask
    visit.sanitiser = command.sanitiser if command.sanitiser is not None else visit.sanitiser
    if command.answers is not None:
        _declare_for(work, visit, command, at)


def _declare_for(work: Work, visit: VisitLine, command: CheckIn, at: datetime) -> None:
    """Keep the answers that a guard wrote down for somebody (khai hộ).

    A guard whose tablet could not read the declaration of a pass asks again: the stricter of both answers counts.
    """
    stated = Stated(command.answers or {}, "guard", visit.pass_id)
    written = write_declaration(work, stated, questions_for(work, at), at)
    declared = visit.outcome if command.pass_digits is not None else None
    if declared is not None and LEVEL_RANK[cast("Level", declared)] > LEVEL_RANK[cast("Level", written.outcome)]:
        return
    visit.declaration_id, visit.outcome, visit.flags = written.id, written.outcome, written.flags
