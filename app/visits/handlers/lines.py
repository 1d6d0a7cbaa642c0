"""A line of the book as an act leaves it: its readings, its state, its entry, and the answer to whoever acted."""

from typing import Any
from zoneinfo import ZoneInfo

from app.accounts.models import Account
from app.clerk import Work
from app.declarations.handlers import spend_pass
from app.errors import Refusal
from app.journal.handlers import record
from app.visits import repository, rules
from app.visits.handlers.ruling import Ruled
from app.visits.handlers.scene import Scene
from app.visits.models import VisitLine

GATE_FIELDS = (
    "state", "kind", "gate_in_id", "gate_out_id", "unit_id", "host_name", "host_call", "purpose", "plate",
    "people_count", "on_word_of", "vouched_by", "badge_number", "badge_missing", "readings", "temperature",
    "not_measured", "mask", "sanitiser", "decision", "reasons", "override", "policy_version", "account_id",
    "discrepancies",
)  # fmt: skip
GATE_TIMES = ("rest_until", "admitted_at", "left_at", "occurred_at")
GATE_IDS = frozenset({"gate_in_id", "gate_out_id", "unit_id", "account_id"})


def add_readings(work: Work, visit: VisitLine, taken: list[dict[str, Any]], *, leaving: bool = False) -> None:
    """Add readings to a visit: every one is kept, and the last one decides."""
    added: list[dict[str, Any]] = [
        reading | {"by": str(work.actor.account_id), "leaving": leaving} for reading in taken
    ]
    visit.readings = [*visit.readings, *added]
    if added and not leaving:
        last: dict[str, Any] = added[-1]
        visit.temperature, visit.not_measured = last["tenths"], last["not_measured"]


def settle(work: Work, visit: VisitLine, before: dict[str, Any] | None, ruled: Ruled, scene: Scene) -> dict[str, Any]:
    """Move the visit to where the decision leads, number it, write the entry, and return the command's answer."""
    visit.decision, visit.reasons, visit.policy_version = ruled.decision, ruled.reasons, scene.in_force.version
    visit.state = rules.STATE_OF_DECISION[ruled.decision]
    visit.account_id, visit.device_id, visit.device_time = work.actor.account_id, work.actor.device_id, work.device_time
    visit.received_at = work.received_at
    visit.gate_in_id = work.actor.gate_id or visit.gate_in_id
    visit.rest_until = ruled.recheck_at if ruled.decision == "recheck" else None
    if visit.number is None:
        visit.occurred_at = scene.at
    if ruled.decision == "admit":
        visit.admitted_at = scene.at
        _remember_arrival(work, visit, scene.site.zone)
    visit.discrepancies = [*visit.discrepancies, *ruled.discrepancies]
    if visit.state in rules.NUMBERED:
        repository.give_number(work, visit, scene.site.zone)
    if visit.pass_id is not None:
        spend_pass(work, visit.pass_id, scene.at)
    sequence = record(
        work, rules.EVENT_OF_DECISION[ruled.decision], ("visit", visit.id), entry_payload(visit, before), scene.at
    )
    repository.save(work, visit, sequence)
    return answer(visit)


def _remember_arrival(work: Work, visit: VisitLine, zone: str) -> None:
    """Move an employee's usual minute of arrival a quarter of the way to this one."""
    if visit.employee_id is None or visit.admitted_at is None:
        return
    employee = repository.employee(work.session, work.site_id, visit.employee_id)
    if employee is not None:
        local = visit.admitted_at.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        employee.usual_minute = minute if employee.usual_minute is None else (3 * employee.usual_minute + minute) // 4


def gate_fields(visit: VisitLine) -> dict[str, Any]:
    """Return what a gate may change of a visit, as JSON: an undo restores it."""
    fields: dict[str, Any] = {name: getattr(visit, name) for name in GATE_FIELDS}
    fields |= {name: str(fields[name]) if fields[name] else None for name in GATE_IDS}
    return fields | {name: moment.isoformat() if (moment := getattr(visit, name)) else None for name in GATE_TIMES}


def entry_payload(visit: VisitLine, before: dict[str, Any] | None) -> dict[str, Any]:
    """Return an entry's particulars: the line as the gate left it, and as it was."""
    return {"name": visit.name, "number": visit.number, "after": gate_fields(visit), "before": before}


def answer(visit: VisitLine) -> dict[str, Any]:
    """Return what a device is told of a visit that it acted on."""
    return {
        "visit_id": str(visit.id),
        "state": visit.state,
        "number": visit.number,
        "decision": visit.decision,
        "reasons": visit.reasons,
        "rest_until": visit.rest_until.isoformat() if visit.rest_until else None,
        "badge_number": visit.badge_number,
        "sequence": visit.sequence,
    }


def give_badge_back(work: Work, visit: VisitLine, *, returned: bool | None) -> None:
    """Free the badge of somebody who leaves, or note that it is missing."""
    if visit.badge_number is None:
        return
    visit.badge_missing = not returned
    repository.set_badge(work, visit.badge_number, "free" if returned else "missing")


def already_decided(work: Work, visit: VisitLine) -> dict[str, Any]:
    """Refuse a second decision about one visit; a fact is kept as a discrepancy of the first."""
    where = whereabouts(work, visit)
    if work.mode == "ask":
        raise Refusal("already_decided", **where)
    found = {"code": "already_decided", "by_account": str(work.actor.account_id), **where}
    visit.discrepancies = [*visit.discrepancies, found]
    sequence = record(work, "DiscrepancyFound", ("visit", visit.id), found)
    repository.save(work, visit, sequence)
    return answer(visit)


def whereabouts(work: Work, visit: VisitLine) -> dict[str, Any]:
    """Return who decided about a visit, when and at which gate, for whoever comes second."""
    gate = repository.gate(work.session, work.site_id, visit.gate_in_id)
    decided_by = work.session.get(Account, (work.site_id, visit.account_id))
    at = visit.left_at or visit.admitted_at or visit.received_at
    return {
        "state": visit.state,
        "by": decided_by.name if decided_by else "",
        "at": at.isoformat(),
        "gate": gate.name if gate else "",
        "visit_id": str(visit.id),
    }
