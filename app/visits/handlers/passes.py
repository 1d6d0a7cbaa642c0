"""Whom a pass stands for that a tablet took by its signature, or by its ten digits, without asking the book."""

from datetime import datetime
from typing import Any

from app.clerk import Work
from app.declarations.repository import pass_by_digits
from app.errors import Refusal
from app.kit.text import fold
from app.visits import repository, rules
from app.visits.commands import CheckIn
from app.visits.handlers.lines import whereabouts
from app.visits.models import VisitLine


def whose_pass(work: Work, command: CheckIn, at: datetime) -> tuple[VisitLine | None, list[dict[str, Any]]]:
    """Return the declared visit that a check-in by a pass is about, and what is odd about the pass.

    Where the pass stands for nobody who may still come in, an `ask` is refused; a `fact` gets a line of its own (None),
    which says why it is not the declared one.
    """
    digits = {"pass_digits": command.pass_digits}
    found = pass_by_digits(work.session, work.site_id, command.pass_digits or "")
    if found is None:
        return None, _odd(work, "pass_unknown", digits)
    party = [visit for visit in repository.party(work, found.id) if visit.state != "voided"]
    name = fold(command.person.name) if command.person is not None else ""
    place = rules.member_of([fold(visit.name) for visit in party], name, command.pass_position)
    if place is None:
        return None, _odd(work, "pass_person_differs", digits)
    visit = party[place]
    if visit.state in rules.PASSED:
        return None, _odd(work, "pass_used", digits | whereabouts(work, visit))
    if visit.state == "waiting" and at >= found.expires_at:
        return visit, _odd(work, "pass_expired", digits | {"at": found.expires_at.isoformat()})
    return visit, []


def _odd(work: Work, code: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    if work.mode == "ask":
        raise Refusal(code, **values)
    return [{"code": code, **values}]
