"""Check-out, and taking back what was just done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.clerk import Work
from app.declarations.handlers import unspend_pass
from app.errors import Refusal
from app.journal import queries as journal
from app.journal.handlers import flush, lock_head, record
from app.screening import rules as screening
from app.visits import repository, rules
from app.visits.commands import CheckOut, Undo
from app.visits.handlers.lines import (
    GATE_FIELDS,
    GATE_IDS,
    GATE_TIMES,
    add_readings,
    answer,
    entry_payload,
    gate_fields,
    give_badge_back,
    whereabouts,
)
from app.visits.handlers.scene import believe, oddities, policy_for, site_of
from app.visits.handlers.strays import give_way, keep_departure, reopen, whose_departure, withdraw
from app.visits.models import VisitLine


def check_out(work: Work, command: CheckOut) -> dict[str, Any]:
    """Let somebody out at any gate of the site; a badge comes back or is missing."""
    lock_head(work)
    moment = believe(work)
    visit = whose_departure(work, command, moment.at)
    if visit is None:
        return keep_departure(work, command, moment)
    if work.mode == "fact" and command.visit_id is not None:
        give_way(work, visit)
    before = gate_fields(visit)
    odd = [found for found in oddities(work, moment) if found not in visit.discrepancies]
    visit.discrepancies = [*visit.discrepancies, *odd]
    if visit.state == "left" and visit.badge_missing and command.badge_returned:
        return _badge_came_back(work, visit, before)
    if not rules.may_move(visit.state, "left"):
        raise Refusal("already_left" if visit.state == "left" else "not_on_site", **whereabouts(work, visit))
    _exit_screening(work, visit, command, moment.at)
    visit.state, visit.gate_out_id = "left", work.actor.gate_id
    visit.left_at = _left_at(work, visit, command, moment.at)
    visit.rest_until = None
    give_badge_back(work, visit, returned=command.badge_returned)
    sequence = record(work, "VisitCheckedOut", ("visit", visit.id), entry_payload(visit, before), visit.left_at)
    if visit.number is None:
        # Whoever rested and went home without a decision has a line too.
        repository.give_number(work, visit, site_of(work).zone)
    repository.save(work, visit, sequence)
    return answer(visit)


def _exit_screening(work: Work, visit: VisitLine, command: CheckOut, at: datetime) -> None:
    policy = policy_for(work, at).policy
    kind: screening.Kind = visit.kind  # pyright: ignore[reportAssignmentType] - CHECK constraint
    reading = None
    if command.reading is not None:
        add_readings(work, visit, [command.reading.model_dump(mode="json")], leaving=True)
        reading = screening.Reading(command.reading.tenths, command.reading.not_measured, command.reading.at)
    badge_open = visit.badge_number is not None and command.badge_returned is None
    found = screening.screen_exit(policy.kinds[kind], policy, reading, badge_open=badge_open)
    if found.missing and work.mode == "ask" and work.actor.role == "guard":
        raise Refusal("incomplete", missing=list(found.missing))


def _left_at(work: Work, visit: VisitLine, command: CheckOut, at: datetime) -> datetime:
    arrived = visit.admitted_at or visit.occurred_at
    if not (command.forgotten and command.left_at):
        # Two tablets' clocks differ; nobody leaves before they came.
        return max(at, arrived)
    if command.left_at > work.received_at:
        raise Refusal("time_in_future")
    if command.left_at < arrived:
        raise Refusal("left_before_arrival")
    return command.left_at


def _badge_came_back(work: Work, visit: VisitLine, before: dict[str, Any]) -> dict[str, Any]:
    visit.badge_missing = False
    repository.set_badge(work, visit.badge_number or "", "free")
    sequence = record(work, "BadgeReturned", ("visit", visit.id), entry_payload(visit, before))
    repository.save(work, visit, sequence)
    return answer(visit)


def undo(work: Work, command: Undo) -> dict[str, Any]:
    """Restore what stood before one's own act of the last ten seconds; pass and badge are free again."""
    lock_head(work)
    flush(work)
    lines = journal.of_command(work.session, work.site_id, command.undone_id)
    acted = [line for line in lines if _undoable(line)]
    kept = [line for line in lines if line.event == "DepartureUnmatched"]
    if not acted and not kept:
        raise Refusal("not_found")
    moment = believe(work)
    for line in (*acted, *kept):
        if line.account_id != work.actor.account_id or line.device_id != work.actor.device_id:
            raise Refusal("undo_not_own")
        if not rules.may_undo(line.occurred_at, moment.at):
            raise Refusal("undo_too_late")
    matched = [line.subject_id for line in lines if line.event == "DepartureMatched"]
    people = _restore_all(work, acted, moment.at)
    for discrepancy_id in matched:
        reopen(work, discrepancy_id)
    withdrawn = [withdraw(work, line.subject_id, moment.at) for line in kept]
    return {"people": people, **(people or withdrawn)[0]}


def _restore_all(work: Work, acted: list[journal.StoryLine], at: datetime) -> list[dict[str, Any]]:
    """Restore each visit to what stood before the command, which may have done two things to it."""
    first = {line.subject_id: line for line in reversed(acted)}
    last = {line.subject_id: line.sequence for line in acted}
    return [_restore(work, line, last[line.subject_id], at) for line in first.values()]


def _undoable(line: journal.StoryLine) -> bool:
    return line.subject_kind == "visit" and line.payload is not None and "before" in line.payload


def _restore(work: Work, line: journal.StoryLine, left_by: int, at: datetime) -> dict[str, Any]:
    visit = repository.load(work, line.subject_id)
    if visit is None or line.payload is None:
        raise Refusal("not_found")
    if visit.sequence != left_by:
        raise Refusal("undo_superseded")
    now, before = gate_fields(visit), line.payload["before"]
    _swap_badges(work, visit, before)
    if before is None:
        visit.state, visit.badge_number, visit.rest_until = "voided", None, None
    else:
        for name, value in before.items():
            setattr(visit, name, restored(name, value))
    sequence = record(
        work, "VisitUndone", ("visit", visit.id),
        {"name": visit.name, "number": visit.number, "undone": str(line.command_id), "was": now}, at,
    )  # fmt: skip
    repository.save(work, visit, sequence)
    if visit.pass_id is not None and visit.state == "waiting":
        unspend_pass(work, visit.pass_id)
    return answer(visit)


def restored(name: str, value: Any) -> Any:
    """Return a gate field from the form that an entry keeps it in."""
    if value is None or (name in GATE_FIELDS and name not in GATE_IDS):
        return value
    return datetime.fromisoformat(value) if name in GATE_TIMES else UUID(value)


def _swap_badges(work: Work, visit: VisitLine, before: dict[str, Any] | None) -> None:
    """Free the badge that the act took, and take back the one that it gave back."""
    if visit.badge_number is not None and visit.state == "on_site":
        repository.set_badge(work, visit.badge_number, "free")
    number = before["badge_number"] if before is not None and before["state"] == "on_site" else None
    if number is not None and repository.badge_state(work, str(number)) in ("free", "missing"):
        repository.set_badge(work, str(number), "out", visit.id)
