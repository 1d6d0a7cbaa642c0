"""Check-in: load, decide, check limits, move the state, write the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts.models import Account
from app.clerk import Work
from app.declarations.handlers import Stated, spend_pass, write_declaration
from app.declarations.schemas import Person
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.text import clean
from app.screening import rules as screening
from app.screening.queries import (
    PolicyInForce,
    QuestionsInForce,
    Span,
    policy_among,
    policy_spans,
    question_spans,
    questions_among,
)
from app.sites.models import Site
from app.visits import repository, rules
from app.visits.commands import CheckIn, Override
from app.visits.models import VisitLine

GATE_FIELDS = (
    "state", "kind", "gate_in_id", "gate_out_id", "unit_id", "host_name", "host_call", "purpose", "plate",
    "people_count", "on_word_of", "vouched_by", "badge_number", "badge_missing", "readings", "temperature",
    "not_measured", "mask", "sanitiser", "decision", "reasons", "override", "policy_version", "account_id",
    "discrepancies",
)  # fmt: skip
GATE_TIMES = ("rest_until", "admitted_at", "left_at", "occurred_at")
GATE_IDS = frozenset({"gate_in_id", "gate_out_id", "unit_id", "account_id"})


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the server decides about a person, and what differs from what the device showed."""

    decision: str
    reasons: list[dict[str, Any]]
    recheck_at: datetime | None
    discrepancies: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where, when and under which policy an act happened."""

    site: Site
    moment: rules.Moment
    in_force: PolicyInForce

    @property
    def at(self) -> datetime:
        """When it happened, as believed."""
        return self.moment.at


def check_in(work: Work, command: CheckIn) -> dict[str, Any]:
    """Carry out a check-in; refuses what it cannot record, keeps a fact with its discrepancies."""
    lock_head(work)
    scene = scene_of(work)
    visit, before = _load(work, command, scene.at)
    if before is not None and not rules.may_move(visit.state, rules.STATE_OF_DECISION[_wanted(command)]):
        return already_decided(work, visit)
    _fill(work, visit, command, scene.at)
    ruled = _rule(work, visit, command, scene)
    return settle(work, visit, before, ruled, scene)


def _wanted(command: CheckIn) -> screening.DecisionKind:
    """Return what the guard wants recorded."""
    return command.override.decision if command.override else command.decision


def scene_of(work: Work) -> Scene:
    """Return the scene of an act; refuses a time in the future unless it is a fact."""
    moment = believe(work)
    return Scene(site_of(work), moment, policy_for(work, moment.at))


def site_of(work: Work) -> Site:
    """Return the site whose book is written, read once per batch."""
    site = work.recall("site", work.site_id) or work.session.get(Site, work.site_id)
    if site is None:
        raise Refusal("not_found")
    work.remember("site", work.site_id, site)
    return cast("Site", site)


def believe(work: Work) -> rules.Moment:
    """Return when the act happened; refuses a time in the future unless it is a fact."""
    moment = rules.believe(work.device_time, work.device_offset, work.received_at)
    if moment.odd and work.mode == "ask":
        raise Refusal(moment.odd)
    return moment


def policy_for(work: Work, at: datetime) -> PolicyInForce:
    """Return the policy in force when the act happened, read once per batch."""
    spans = work.recall("policy", work.site_id)
    if spans is None:
        spans = policy_spans(work.session, work.site_id)
        work.remember("policy", work.site_id, spans)
    return policy_among(work.session, work.site_id, spans, _since_the_first(spans, at))


def questions_for(work: Work, at: datetime) -> QuestionsInForce:
    """Return the questionnaire in force when the act happened, read once per batch."""
    spans = work.recall("questionnaire", work.site_id)
    if spans is None:
        spans = question_spans(work.session, work.site_id)
        work.remember("questionnaire", work.site_id, spans)
    return questions_among(work.session, work.site_id, spans, _since_the_first(spans, at))


def _since_the_first(spans: list[Span], at: datetime) -> datetime:
    """Return the moment whose version holds: an act before the first one, by a clock that is slow, is held to that."""
    return max(at, min((span.valid_from for span in spans), default=at))


def _load(work: Work, command: CheckIn, at: datetime) -> tuple[VisitLine, dict[str, Any] | None]:
    """Return the visit to decide about, and its gate fields as they were (None for a new one)."""
    if command.visit_id is not None:
        visit = repository.load(work, command.visit_id)
        if visit is None:
            raise Refusal("not_found")
        return visit, gate_fields(visit)
    if work.actor.gate_id is None:
        raise Refusal("no_gate")
    person, more = _who(work, command)
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
        _declare_for(work, visit, command.answers, at)


def _declare_for(work: Work, visit: VisitLine, answers: dict[str, Any], at: datetime) -> None:
    """Keep the answers that a guard wrote down for somebody (khai hộ)."""
    written = write_declaration(work, Stated(answers, "guard", visit.pass_id), questions_for(work, at), at)
    visit.declaration_id, visit.outcome, visit.flags = written.id, written.outcome, written.flags


def add_readings(work: Work, visit: VisitLine, taken: list[dict[str, Any]], *, leaving: bool = False) -> None:
    """Add readings to a visit: every one is kept, and the last one decides."""
    added: list[dict[str, Any]] = [
        reading | {"by": str(work.actor.account_id), "leaving": leaving} for reading in taken
    ]
    visit.readings = [*visit.readings, *added]
    if added and not leaving:
        last: dict[str, Any] = added[-1]
        visit.temperature, visit.not_measured = last["tenths"], last["not_measured"]


def _rule(work: Work, visit: VisitLine, command: CheckIn, scene: Scene) -> Ruled:
    """Decide as the rules give, hold it against what the device showed, and check the limits."""
    if work.mode == "ask" and command.policy_version not in (None, scene.in_force.version):
        raise Refusal("policy_newer", version=scene.in_force.version)
    case = screening_input(work, visit, command.badge_number)
    ruled = screening.decide(case, scene.in_force.policy, scene.at)
    found: list[dict[str, Any]] = [{"code": scene.moment.odd}] if scene.moment.odd else []
    if command.policy_version not in (None, scene.in_force.version):
        found.append({"code": "policy_newer", "version": scene.in_force.version})
    found += _differences(work, command, ruled)
    wanted = _wanted(command)
    if wanted == "admit":
        found += limit_findings(work, visit, scene.in_force.policy, scene.at)
        found += take_badge(work, visit, command.badge_number)
    visit.override = command.override.model_dump(mode="json") if command.override else visit.override
    reasons = [{"code": reason.code, **reason.values} for reason in ruled.reasons]
    return Ruled(wanted, reasons, ruled.recheck_at, found)


def screening_input(work: Work, visit: VisitLine, badge_number: str | None) -> screening.ScreeningInput:
    """Return what the rules look at, from the visit as it is now."""
    kind = cast("screening.Kind", visit.kind)
    gate_id = work.actor.gate_id or visit.gate_in_id
    has_badge = badge_number is not None or visit.badge_number is not None
    return screening.ScreeningInput(
        kind=kind,
        readings=tuple(_reading(reading) for reading in visit.readings if not reading.get("leaving")),
        mask=bool(visit.mask),
        sanitiser=bool(visit.sanitiser),
        outcome=_outcome(visit),
        host_call=cast("screening.HostCall | None", visit.host_call),
        badge=has_badge,
        # Looked up only where it matters.
        badges_free=has_badge or repository.next_badge(work, gate_id) is not None,
        identity=_identity(visit),
        vouched=bool(visit.vouched_by),
        phone=visit.phone_hash is not None,
        filled=frozenset(name for name, column in FILLED_BY.items() if getattr(visit, column)),
        channel="guard",
    )


FILLED_BY = {
    "full_name": "name",
    "birth_year": "birth_year",
    "sex": "sex",
    "nationality": "nationality",
    "organisation": "organisation",
    "unit": "unit_id",
    "host": "host_name",
    "purpose": "purpose",
    "plate": "plate",
    "people_count": "people_count",
    "on_word_of": "on_word_of",
}
"""Which column fills which field of a kind's least record."""


def _reading(kept: dict[str, Any]) -> screening.Reading:
    return screening.Reading(kept["tenths"], kept["not_measured"], datetime.fromisoformat(kept["at"]))


def _outcome(visit: VisitLine) -> screening.Outcome | None:
    if visit.outcome is None:
        return None
    codes = tuple(str(flag["code"]) for flag in visit.flags if flag["code"] != "note")
    return screening.Outcome(cast("screening.Level", visit.outcome), codes)


def _identity(visit: VisitLine) -> Literal["given", "no_papers"] | None:
    if visit.identity_hash is not None:
        return "given"
    return "no_papers" if visit.identity_type == "none" else None


def _differences(work: Work, command: CheckIn, ruled: screening.Decision) -> list[dict[str, Any]]:
    """Return how the device's decision differs from the rules'; an `ask` is refused for it."""
    shown = command.decision
    if command.override is not None:
        return _overridden(work, command.override, ruled)
    if shown == ruled.kind and not ruled.missing:
        return []
    if work.mode == "ask" and shown != ruled.kind:
        raise Refusal("decision_differs", **ruled.document())
    if work.mode == "ask":
        raise Refusal("incomplete", missing=list(ruled.missing))
    code = "decision_differs" if shown != ruled.kind else "incomplete"
    return [{"code": code, "decision": ruled.kind, "missing": list(ruled.missing)}]


def _overridden(work: Work, override: Override, ruled: screening.Decision) -> list[dict[str, Any]]:
    """Return what is open about another decision than the rules'.

    A guard may be stricter. To be milder, or to let somebody in who lacks something, needs the word of somebody who
    may; a name that a guard types proves nothing, so such a line stays open until a manager confirms it.
    """
    lets_in = override.decision == "admit" and (ruled.kind != "admit" or bool(ruled.missing))
    may = work.actor.role == "manager"
    named = bool(clean(override.approved_by))
    code = screening.check_override(ruled, override.decision, override.reason, may_override=may or named).code
    if code == "override_same":
        least, most = screening.OVERRIDE_REASON_LETTERS
        code = None if least <= len(clean(override.reason)) <= most else "override_reason_missing"
        if code is None and lets_in and not (may or named):
            code = "override_not_permitted"
    if code is not None and work.mode == "ask":
        raise Refusal(code)
    if code is not None:
        return [{"code": code}]
    milder = screening.RANK[override.decision] < screening.RANK[ruled.kind] or lets_in
    return [{"code": "override_unproven", "approved_by": clean(override.approved_by)}] if milder and not may else []


def limit_findings(work: Work, visit: VisitLine, policy: screening.Policy, at: datetime) -> list[dict[str, Any]]:
    """Return the quotas that one more would pass; an `ask` is refused for them."""
    del at
    quotas = policy.quotas
    if quotas.site_max is None and quotas.gate_max is None and not quotas.unit_max:
        return []
    counted = repository.count_on_site(work)
    counts = screening.Counts(
        site=sum(count for _, _, count in counted),
        gate=sum(count for gate_id, _, count in counted if gate_id == visit.gate_in_id),
        unit=sum(count for _, unit_id, count in counted if unit_id == visit.unit_id),
    )
    unit_id = str(visit.unit_id) if visit.unit_id else None
    reasons = screening.check_limits(counts, policy, unit_id, visit.people_count or 1)
    if reasons and work.mode == "ask":
        raise Refusal("quota_reached", reasons=[{"code": reason.code, **reason.values} for reason in reasons])
    return [{"code": reason.code, **reason.values} for reason in reasons]


def take_badge(work: Work, visit: VisitLine, number: str | None) -> list[dict[str, Any]]:
    """Give the visit a badge; one that is not free stops an `ask`."""
    if number is None or number == visit.badge_number:
        return []
    state = repository.badge_state(work, number)
    visit.badge_number, visit.badge_missing = number, False
    if state in (None, "free"):
        if state is not None:
            repository.set_badge(work, number, "out", visit.id)
        return []
    if work.mode == "ask":
        gate_id = work.actor.gate_id or visit.gate_in_id
        suggested = repository.next_badge(work, gate_id)
        raise Refusal("badge_not_free", badge_number=number, next=suggested)
    return [{"code": "badge_not_free", "badge_number": number}]


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
