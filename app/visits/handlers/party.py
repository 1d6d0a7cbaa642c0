"""A declared group at the gate: each person a reading, one act for all who are clear."""

from copy import copy
from typing import Any

from app.clerk import Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.screening import rules as screening
from app.visits import repository
from app.visits.commands import AdmitParty, PartyMember
from app.visits.handlers.lines import add_readings, answer, gate_fields, settle
from app.visits.handlers.ruling import Ruled, limit_findings, screening_input, take_badge
from app.visits.handlers.scene import Scene, oddities, scene_of
from app.visits.handlers.strays import match_late_entry


def admit_party(work: Work, command: AdmitParty) -> dict[str, Any]:
    """Decide about each of a group; whoever lacks something waits on. Answers with `people` and `aside`."""
    lock_head(work)
    # Whoever was taken off the list is not counted.
    declared = sum(line.state != "voided" for line in repository.party(work, command.pass_id))
    if declared == 0:
        raise Refusal("not_found")
    if command.counted != declared and not command.count_reason.strip():
        raise Refusal("count_differs", declared=declared, counted=command.counted)
    scene = scene_of(work)
    people = [_decide(work, command, member, scene) for member in command.members]
    if command.counted != declared:
        counted = {"declared": declared, "counted": command.counted, "reason": command.count_reason}
        record(work, "PartyCountDiffered", ("pass", command.pass_id), counted, scene.at)
    aside = [person["visit_id"] for person in people if person["state"] == "waiting"]
    return {"people": people, "aside": aside}


def _decide(work: Work, command: AdmitParty, member: PartyMember, scene: Scene) -> dict[str, Any]:
    visit = repository.load(work, member.visit_id)
    if visit is None or visit.pass_id != command.pass_id:
        raise Refusal("not_found")
    if visit.state not in ("waiting", "resting"):
        return answer(visit)
    waiting, before = copy(visit), gate_fields(visit)
    add_readings(work, visit, [reading.model_dump(mode="json") for reading in member.readings])
    visit.mask, visit.sanitiser = member.mask, member.sanitiser
    ruled = screening.decide(screening_input(work, visit, member.badge_number), scene.in_force.policy, scene.at)
    if ruled.missing and work.mode == "ask":
        # Not recorded at all: what was entered for this person stays on the tablet's screen.
        return answer(waiting)
    found = oddities(work, scene.moment)
    found += [{"code": "incomplete", "missing": list(ruled.missing)}] if ruled.missing else []
    if ruled.kind == "admit":
        found += limit_findings(work, visit, scene.in_force.policy)
        found += take_badge(work, visit, member.badge_number)
    reasons = [{"code": reason.code, **reason.values} for reason in ruled.reasons]
    answered = settle(work, visit, before, Ruled(ruled.kind, reasons, ruled.recheck_at, found), scene)
    return answer(visit) if match_late_entry(work, visit) else answered
