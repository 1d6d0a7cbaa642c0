"""What groups, employees and reception do, and a script for all that a day holds."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.demo.handlers.office import Cast
from app.demo.handlers.scripts import RECEPTION, Gate, answers, decided, party_of, person_of, visit
from app.demo.handlers.stage import Script, Stage
from app.demo.rules import Call, Duty, Party, Plan, somebody
from app.selfservice.commands import Declare, DeclaredPerson
from app.visits.commands import AdmitParty, CheckIn, CheckOut, EnterFromPaper, PartyMember


def party(stage: Stage, cast: Cast, group: Party) -> Script:
    """Play a group: declared by one of them, admitted together, out one by one."""
    yield group.at
    gate = Gate(stage, cast, group.gate)
    people = [DeclaredPerson(person=person_of(somebody(number)), answers=answers("clear")) for number in group.people]
    declared = stage.do(
        cast.visitor(group.gate),
        Declare(
            gate_id=cast.gates[group.gate], channel="phone", language="vi", notice_version=1, people=people,
            unit_id=cast.units[group.unit], purpose=group.purpose,
        ),
    )  # fmt: skip
    yield group.at + timedelta(minutes=7)
    came = party_of(stage, cast, declared)[: len(people) - group.missing]
    worn = {visit_id: gate.badge() for visit_id in came}
    members = [
        PartyMember(
            visit_id=visit_id, readings=[gate.reading(361 + at % 9)], mask=True, sanitiser=True, badge_number=badge
        )
        for at, (visit_id, badge) in enumerate(worn.items())
    ]
    reason = "một người không đến" if group.missing else ""
    pass_id = UUID(declared.values["pass_id"])
    gate.do(AdmitParty(pass_id=pass_id, members=members, counted=len(came), count_reason=reason))
    yield stage.clock.now() + timedelta(minutes=group.stay)
    for visit_id, badge in worn.items():
        gate.do(CheckOut(visit_id=visit_id, badge_returned=None if badge is None else True))
        gate.back(badge)


def duty(stage: Stage, cast: Cast, shift: Duty) -> Script:
    """Play an employee's day at work."""
    yield shift.at
    gate = Gate(stage, cast, shift.employee % 5 == 0)
    taken, readings = shift.readings[:1], iter(shift.readings[1:])
    fields: dict[str, Any] = {"employee_id": cast.employees[shift.employee], "visit_kind": "employee"}
    while True:
        decision = decided(taken, "clear")
        reading = gate.reading(taken[-1])
        act = gate.do(CheckIn(**fields, readings=[reading], mask=True, sanitiser=True, decision=decision))  # pyright: ignore[reportArgumentType]
        if decision != "recheck":
            break
        yield stage.clock.now() + timedelta(minutes=16 if isinstance(taken[-1], int) else 6)
        fields = {"visit_id": UUID(act.values["visit_id"])}
        taken = (*taken, next(readings))
    if shift.forgets:
        return
    yield shift.until if decision == "admit" else stage.clock.now() + timedelta(minutes=30)
    if act.recorded:
        gate.do(CheckOut(visit_id=UUID(act.values["visit_id"])))


def paper(stage: Stage, cast: Cast, sheet: str, calls: list[Call]) -> Script:
    """Reception enters what the guard wrote on paper while the power was out."""
    zone = ZoneInfo(cast.zone)
    yield calls[-1].at + timedelta(hours=4)
    for line, call in enumerate(calls, 1):
        arrived = call.at.astimezone(zone)
        left = arrived + timedelta(minutes=call.stay)
        entered = EnterFromPaper(
            sheet=sheet, line=line, gate_id=cast.gates[call.gate], day=arrived.date(),
            arrived=arrived.time().replace(second=0), left=left.time().replace(second=0),
            person=person_of(somebody(call.person)), unit_id=cast.units[call.unit], purpose=call.purpose,
            tenths=int(call.readings[0]), mask=True, sanitiser=True,
        )  # fmt: skip
        stage.do(cast.actors[RECEPTION], entered)
        yield stage.clock.now() + timedelta(minutes=1)


def scripts_of(stage: Stage, cast: Cast, plan: Plan, sheet: str) -> Iterator[Script]:
    """Yield a script for all that a day's plan holds."""
    yield from (visit(stage, cast, call) for call in plan.calls)
    yield from (party(stage, cast, group) for group in plan.parties)
    yield from (duty(stage, cast, shift) for shift in plan.duties)
    if plan.paper:
        yield paper(stage, cast, sheet, plan.paper)
