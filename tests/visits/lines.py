"""Lines of a book, in the quickest ways to write them."""

from datetime import date, time
from typing import Any
from uuid import UUID

from app.declarations.schemas import Person
from app.visits.commands import CheckIn, EnterFromPaper, Reading
from tests.office import Office

TODAY = date(2026, 11, 24)
YESTERDAY = date(2026, 11, 23)


def enter(office: Office, line: int, name: str, day: date = YESTERDAY, at: str = "08:00", **more: object) -> UUID:
    """Have a line entered, in the quickest way to write one with its own time."""
    who = {key: more.pop(key) for key in list(more) if key in Person.model_fields}
    person = Person.model_validate({"name": name, **who})
    fields: dict[str, Any] = {"tenths": 365, "mask": True, "sanitiser": True, "left": time(23, 59)} | more
    command = EnterFromPaper(
        sheet="T1", line=line, gate_id=fields.pop("gate_id", office.gate_a), day=day, arrived=time.fromisoformat(at),
        person=person, **fields,
    )  # fmt: skip
    return UUID(office.do("reception", command)["visit_id"])


def check_in(office: Office, name: str, **changed: object) -> UUID:
    """Have an employee's-like quick line: a delivery, which needs next to nothing."""
    now = office.clock.now()
    fields: dict[str, Any] = {
        "visit_kind": "delivery", "person": Person(name=name), "readings": [Reading(tenths=365, at=now)], "mask": True,
        "decision": "admit", "device_time": now,
    }  # fmt: skip
    return UUID(office.do("guard", CheckIn.model_validate(fields | changed))["visit_id"])
