"""What the server decides, and how that differs from what a device showed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from app.clerk import Work
from app.errors import Refusal
from app.kit.text import clean
from app.screening import rules as screening
from app.visits import repository
from app.visits.commands import CheckIn, Override
from app.visits.handlers.scene import Scene, oddities
from app.visits.models import VisitLine


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the server decides about a person, and what differs from what the device showed."""

    decision: str
    reasons: list[dict[str, Any]]
    recheck_at: datetime | None
    discrepancies: list[dict[str, Any]]


def wanted_by(command: CheckIn) -> screening.DecisionKind:
    """Return what the guard wants recorded."""
    return command.override.decision if command.override else command.decision


def rule(work: Work, visit: VisitLine, command: CheckIn, scene: Scene) -> Ruled:
    """Decide as the rules give, hold it against what the device showed, and check the limits."""
    if work.mode == "ask" and command.policy_version not in (None, scene.in_force.version):
        raise Refusal("policy_newer", version=scene.in_force.version)
    case = screening_input(work, visit, command.badge_number)
    ruled = screening.decide(case, scene.in_force.policy, scene.at)
    found = oddities(work, scene.moment)
    if command.policy_version not in (None, scene.in_force.version):
        found.append({"code": "policy_newer", "version": scene.in_force.version})
    found += _differences(work, command, ruled)
    wanted = wanted_by(command)
    if wanted == "admit":
        found += limit_findings(work, visit, scene.in_force.policy)
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


def limit_findings(work: Work, visit: VisitLine, policy: screening.Policy) -> list[dict[str, Any]]:
    """Return the quotas that one more would pass; an `ask` is refused for them."""
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
