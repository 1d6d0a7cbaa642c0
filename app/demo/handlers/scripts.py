"""What people do at the gates, one script for each visit."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.declarations.schemas import Person
from app.demo.handlers.office import Cast
from app.demo.handlers.stage import Act, Script, Stage
from app.demo.rules import Call, Somebody, somebody
from app.kit.ids import new_id
from app.selfservice.commands import Declare, DeclaredPerson
from app.visits.commands import (
    AddNote,
    CheckIn,
    CheckOut,
    CorrectVisit,
    OpenDetails,
    Override,
    Reading,
    ResolveDiscrepancy,
    Undo,
    VoidVisit,
)
from app.visits.repository import of_pass

LIMIT = 375
SYMPTOMS = ("fever", "cough", "breath", "throat", "tired", "vomit", "diarrhoea", "bleeding", "rash")
NOT_MEASURED = {"lo_hi": "recheck", "broken": "admit", "declined": "refuse"}
SHIFTS = ("Y Bluê Niê", "Nguyễn Văn Đức", "Trần Thị Lan", "Y Bluê Niê")
"""Who stands at the main gate from midnight, six, two in the afternoon and ten at night."""
BACK_GATE = "Lò Văn Mười"
RECEPTION = "Vũ Thị Hương"


def on_duty(cast: Cast, at: datetime, gate: int) -> str:
    """Return the name of the guard at a gate."""
    if gate == 1:
        return BACK_GATE
    hour = at.astimezone(ZoneInfo(cast.zone)).hour
    return SHIFTS[0 if hour < 6 else 1 if hour < 14 else 2 if hour < 22 else 3]  # noqa: PLR2004


def answers(health: str) -> dict[str, bool | str | list[str]]:
    """Return the answers of somebody who is well, coughs, or was close to a case."""
    given: dict[str, bool | str | list[str]] = dict.fromkeys(SYMPTOMS, False)
    given |= {"places": [], "contact": health == "stop", "truthful": True}
    if health == "caution":
        given["cough"] = True
    return given


def person_of(known: Somebody, call: Call | None = None) -> Person:
    """Return a person as a form states them."""
    person = Person(
        name=known.name, birth_year=known.birth_year, sex=known.sex, nationality=known.nationality, phone=known.phone,
        identity_type=known.identity_type, identity_number=known.identity_number, organisation=known.organisation,
        address=known.address,
    )  # fmt: skip
    if call is not None and call.no_papers:
        return person.model_copy(update={"identity_type": "none", "identity_number": ""})
    return person


class Gate:
    """One gate's part in a visit: what the guard on duty does there."""

    def __init__(self, stage: Stage, cast: Cast, gate: int) -> None:
        """Stand at a gate."""
        self.stage, self.cast, self.gate = stage, cast, gate

    def do(self, command: Any) -> Act:
        """Have the guard on duty do something."""
        guard = on_duty(self.cast, self.stage.clock.now(), self.gate)
        return self.stage.do(self.cast.guard(guard, self.gate), command)

    def reading(self, taken: int | str) -> Reading:
        """Return a reading that is taken now."""
        at = self.stage.clock.now()
        if isinstance(taken, int):
            return Reading(tenths=taken, at=at)
        return Reading(not_measured=taken, at=at)  # pyright: ignore[reportArgumentType] - one of the three

    def badge(self) -> str | None:
        """Take the lowest free badge."""
        free = self.cast.free[self.gate]
        free.sort()
        return free.pop(0) if free else None

    def back(self, badge: str | None) -> None:
        """Hang a badge up again."""
        if badge is not None:
            self.cast.free[self.gate].append(badge)


def decided(readings: tuple[int | str, ...], health: str) -> str:
    """Return the decision that the tablet shows after these readings."""
    if health == "stop":
        return "refer"
    if not readings:
        return "admit"
    last = readings[-1]
    if isinstance(last, str):
        return NOT_MEASURED[last]
    if last < LIMIT:
        return "admit"
    return "recheck" if len(readings) == 1 else "refer"


def visit(stage: Stage, cast: Cast, call: Call) -> Script:
    """Play one person's visit."""
    gate = Gate(stage, cast, call.gate)
    yield call.at
    fields: dict[str, Any] = {}
    if call.channel == "guard":
        fields = _told_to_guard(cast, call)
    else:
        declared = stage.do(cast.visitor(call.gate), _form(cast, call))
        if call.ending == "never_came":
            return
        yield call.at + timedelta(minutes=call.wait)
        fields = {"visit_id": party_of(stage, cast, declared)[0]}
    yield from _at_the_gate(gate, call, fields)


def _told_to_guard(cast: Cast, call: Call) -> dict[str, Any]:
    """Return what a guard writes down for somebody who did not declare."""
    fields: dict[str, Any] = {
        "visit_kind": call.kind, "unit_id": cast.units[call.unit], "host_name": call.host, "purpose": call.purpose,
        "plate": call.plate, "people_count": call.people,
    }  # fmt: skip
    if call.person >= 0:
        return fields | {"person": person_of(somebody(call.person), call), "answers": answers(call.health)}
    if call.kind == "invited":
        return fields | {"on_word_of": call.word}
    return fields | {"person": Person(organisation=call.word)}


def _form(cast: Cast, call: Call) -> Declare:
    stated = DeclaredPerson(person=person_of(somebody(call.person), call), answers=answers(call.health))
    channel = "stand" if call.channel == "stand" else "phone"
    return Declare(
        gate_id=cast.gates[call.gate], channel=channel, language="vi", notice_version=1, people=[stated],
        visit_kind=call.kind, unit_id=cast.units[call.unit], host_name=call.host, purpose=call.purpose,
        plate=call.plate,
    )  # fmt: skip


def party_of(stage: Stage, cast: Cast, declared: Act) -> list[UUID]:
    """Return the visits of a party that just declared, the declarant's first."""
    pass_id = UUID(declared.values["pass_id"])
    with stage.clerk.book.reading() as session:
        return [found.id for found in of_pass(session, cast.site_id, pass_id)]


def _at_the_gate(gate: Gate, call: Call, fields: dict[str, Any]) -> Script:
    """Read, decide, perhaps read again, let in or not; then out."""
    stage = gate.stage
    taken, readings = call.readings[:1], iter(call.readings[1:])
    while True:
        decision = decided(taken, call.health)
        badge = gate.badge() if decision == "admit" and call.kind in ("visitor", "citizen") else None
        act = gate.do(_check_in(call, fields, [gate.reading(one) for one in taken[-1:]], decision, badge))
        if decision != "recheck" or call.as_fact:
            break
        yield stage.clock.now() + timedelta(minutes=16 if isinstance(taken[-1], int) else 6)
        fields = {"visit_id": UUID(act.values["visit_id"])}
        taken = (*taken, next(readings))
    if call.refused_for or not act.recorded:
        gate.back(badge)
        return
    yield from _inside(gate, call, act, badge, decision)


def _check_in(call: Call, fields: dict[str, Any], readings: list[Reading], decision: str, badge: str | None) -> CheckIn:
    more: dict[str, Any] = {"readings": readings, "decision": decision}
    if call.refused_for:
        more["override"] = Override(decision="refuse", reason=call.refused_for)
    elif call.as_fact:
        # Shown by a tablet that did not know better, and kept with a discrepancy.
        more |= {"decision": "admit", "mode": "fact"}
    else:
        more["badge_number"] = badge
    return CheckIn(**fields, mask=True, sanitiser=True, **more)


def _inside(gate: Gate, call: Call, act: Act, badge: str | None, decision: str) -> Script:
    stage, cast = gate.stage, gate.cast
    yield stage.clock.now() + timedelta(minutes=3)
    visit_id = UUID(act.values["visit_id"])
    yield from _about(gate, call, visit_id)
    if call.ending == "forgets" and decision == "admit":
        return
    yield stage.clock.now() + timedelta(minutes=40 if decision == "refer" else call.stay)
    leaving = CheckOut(visit_id=visit_id, badge_returned=None if badge is None else call.ending != "keeps_badge")
    out = Gate(stage, cast, 1 - call.gate) if call.plate and stage.clock.now().minute % 5 == 0 else gate
    if call.corrected:
        yield from _tapped_too_early(out, leaving)
    out.do(leaving)
    if call.ending != "keeps_badge":
        gate.back(badge)


def _tapped_too_early(gate: Gate, leaving: CheckOut) -> Script:
    """Play a tap on the wrong line, taken back within ten seconds; the person leaves a little later."""
    stage = gate.stage
    guard = gate.cast.guard(on_duty(gate.cast, stage.clock.now(), gate.gate), gate.gate)
    command_id = new_id()
    stage.do(guard, leaving, command_id)
    yield stage.clock.now() + timedelta(seconds=6)
    stage.do(guard, Undo(undone_id=command_id))
    yield stage.clock.now() + timedelta(minutes=2)


def _about(gate: Gate, call: Call, visit_id: UUID) -> Script:
    """Play what reception and the guard have to say about a line."""
    stage = gate.stage
    reception = gate.cast.actors[RECEPTION]
    if call.corrected:
        stage.do(
            reception, CorrectVisit(visit_id=visit_id, field="organisation", value="Sở Xây dựng", reason="nhầm số")
        )
    if call.note:
        stage.do(reception, AddNote(visit_id=visit_id, text=call.note))
    if call.opened:
        stage.do(reception, OpenDetails(visit_id=visit_id))
    if call.as_fact:
        stage.enter(_resolve(stage, gate.cast, visit_id))
    if call.voided:
        yield from _written_twice(gate, call)


def _resolve(stage: Stage, cast: Cast, visit_id: UUID) -> Script:
    yield stage.clock.now() + timedelta(hours=3)
    resolution = "đã gọi cho phòng tiếp, khách đo lại 36,8 tại phòng"
    command = ResolveDiscrepancy(visit_id=visit_id, code="decision_differs", resolution=resolution)
    stage.do(cast.actors[RECEPTION], command)


def _written_twice(gate: Gate, call: Call) -> Script:
    """Play a line that was written twice and is struck through."""
    badge = gate.badge()
    fields = _told_to_guard(gate.cast, call)
    act = gate.do(_check_in(call, fields | {"visit_kind": "citizen"}, [gate.reading(365)], "admit", badge))
    yield gate.stage.clock.now() + timedelta(minutes=1)
    if act.recorded:
        gate.do(VoidVisit(visit_id=UUID(act.values["visit_id"]), reason="ghi trùng"))
    gate.back(badge)
