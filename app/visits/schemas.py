"""What reception's forms send, as typed, and the commands that it means.

Each form answers with a command, or with what is wrong: field name to a text's key, perhaps with its values.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, TypeAlias, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from app.clerk import Command
from app.declarations.schemas import Person, normal_phone
from app.kit.text import clean
from app.screening.rules import parse_temperature
from app.visits.commands import (
    AddNote,
    CheckOut,
    CorrectVisit,
    EnterFromPaper,
    ResolveDiscrepancy,
    SettleDiscrepancy,
    VoidVisit,
)
from app.visits.models import Discrepancy, Visit

Errors: TypeAlias = dict[str, str | tuple[str, Mapping[str, object]]]
C = TypeVar("C", bound=Command)
OLDEST = 2000
CLOCK = re.compile(r"([0-9]{1,2})[:.hg]?([0-9]{2})")
BIRTH_YEAR = re.compile(r"(19|20)[0-9]{2}")


class Wrong(Exception):
    """What is wrong with a form."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def _made(command: type[C], missing: str, **fields: Any) -> C:
    """Return a command of what was typed; `missing` is the text for the one field that must not be empty."""
    try:
        return command(**fields)
    except ValidationError as error:
        told: Errors = {}
        for found in error.errors():
            field = str(found["loc"][0]) if found["loc"] else missing
            codes = {"string_too_short": missing, "string_too_long": "too_long"}
            told[field] = "errors." + codes.get(found["type"], "value_odd")
        raise Wrong(told) from error


class Form(BaseModel):
    """A form that the server gave out: its command's id came inside it."""

    command_id: str = ""


class NoteForm(Form):
    """A note."""

    text: str = ""

    def command(self, visit: Visit) -> AddNote:
        """Return the command; raises Wrong."""
        return _made(AddNote, "note_empty", visit_id=visit.id, text=self.text.strip())


class VoidForm(Form):
    """A line to be struck through."""

    void_reason: str = ""

    def command(self, visit: Visit) -> VoidVisit:
        """Return the command; raises Wrong."""
        try:
            return _made(VoidVisit, "reason_missing", visit_id=visit.id, reason=self.void_reason.strip())
        except Wrong as wrong:
            raise Wrong({"void_reason": next(iter(wrong.errors.values()))}) from wrong


class ResolutionForm(Form):
    """What came of a discrepancy."""

    code: str = ""
    resolution: str = ""

    def command(self, visit: Visit) -> ResolveDiscrepancy:
        """Return the command; raises Wrong."""
        return _made(
            ResolveDiscrepancy,
            "resolution_missing",
            visit_id=visit.id,
            code=self.code,
            resolution=self.resolution.strip(),
        )


class DepartureForm(Form):
    """Somebody who forgot to check out."""

    left_at: str = ""
    badge_returned: str = ""

    def command(self, visit: Visit, zone: str) -> CheckOut:
        """Return the command; raises Wrong."""
        left_at = read_moment(self.left_at, zone)
        errors: Errors = {}
        if left_at is None:
            errors["left_at"] = "errors.moment_odd"
        if visit.badge_number is not None and self.badge_returned not in ("yes", "no"):
            errors["badge_returned"] = "errors.badge_returned_missing"
        if errors or left_at is None:
            raise Wrong(errors)
        came = visit.admitted_at or visit.occurred_at
        if left_at == came.replace(second=0, microsecond=0):
            left_at = came  # a form knows minutes only
        returned = self.badge_returned == "yes" if visit.badge_number is not None else None
        return CheckOut(visit_id=visit.id, badge_returned=returned, forgotten=True, left_at=left_at)


class SettlementForm(Form):
    """What became of a discrepancy without a line: whose departure it was (`way` is visit), or a reason."""

    way: str = ""
    visit: str = ""
    other: str = ""
    left_at: str = ""
    resolution: str = ""

    def command(self, stray: Discrepancy, zone: str) -> SettleDiscrepancy:
        """Return the command; raises Wrong."""
        visit_id = _read_id(self.visit) or _read_id(self.other)
        if self.way != "visit":
            entered = visit_id if stray.kind == "refused" else None
            return _made(
                SettleDiscrepancy, "resolution_missing", discrepancy_id=stray.id, visit_id=entered,
                resolution=self.resolution.strip(),
            )  # fmt: skip
        left_at = read_moment(self.left_at, zone)
        errors: Errors = {}
        if visit_id is None:
            errors["visit"] = "errors.visit_missing"
        if left_at is None:
            errors["left_at"] = "errors.moment_odd"
        if errors:
            raise Wrong(errors)
        if left_at == stray.occurred_at.replace(second=0, microsecond=0):
            left_at = None  # a form knows minutes only
        return SettleDiscrepancy(discrepancy_id=stray.id, visit_id=visit_id, left_at=left_at)


class CorrectionForm(Form):
    """One field, its right value and why."""

    field: str = ""
    value: str = ""
    reason: str = ""

    def command(self, visit: Visit, zone: str) -> CorrectVisit:
        """Return the command; raises Wrong."""
        value = self.value
        if self.field in ("admitted_at", "left_at"):
            moment = read_moment(value, zone)
            if moment is None:
                raise Wrong({"value": "errors.moment_odd"})
            value = moment.isoformat()
        if self.field == "name" and not clean(value):
            raise Wrong({"value": "errors.full_name_missing"})
        reason = self.reason.strip()
        return _made(CorrectVisit, "reason_missing", visit_id=visit.id, field=self.field, value=value, reason=reason)


class PaperForm(Form):
    """One line of a paper sheet."""

    sheet: str = ""
    line: str = ""
    gate: str = ""
    day: str = ""
    arrived: str = ""
    left: str = ""
    visit_kind: str = "visitor"
    name: str = ""
    birth_year: str = ""
    organisation: str = ""
    identity_number: str = ""
    phone: str = ""
    unit: str = ""
    host_name: str = ""
    purpose: str = ""
    plate: str = ""
    badge_number: str = ""
    temperature: str = ""
    mask: str = ""
    sanitiser: str = ""
    decision: str = "admit"
    note: str = ""

    def command(self) -> EnterFromPaper:
        """Return the command; raises Wrong with all that is wrong."""
        errors: Errors = {}
        fields = self._where_and_when(errors) | self._measured(errors)
        person = self._person(errors)
        if errors:
            raise Wrong(errors)
        same = {name: clean(getattr(self, name)) for name in ("host_name", "purpose", "plate", "badge_number", "note")}
        ticks = {name: True if getattr(self, name) else None for name in ("mask", "sanitiser")}
        chosen = {"visit_kind": self.visit_kind, "decision": self.decision}
        return _made(EnterFromPaper, "value_odd", person=person, **fields, **same, **ticks, **chosen)

    def _where_and_when(self, errors: Errors) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "sheet": clean(self.sheet),
            "line": int(self.line) if re.fullmatch(r"[0-9]{1,3}", self.line.strip()) else None,
            "gate_id": _read_id(self.gate),
            "day": _read_day(self.day),
            "arrived": read_clock(self.arrived),
        }
        errors |= {field: told for name, (field, told) in PAPER_MISSING.items() if fields[name] in (None, "")}
        fields["left"] = read_clock(self.left)
        if self.left.strip() and fields["left"] is None:
            errors["left"] = "errors.time_odd"
        fields["unit_id"] = _read_id(self.unit)
        return fields

    def _measured(self, errors: Errors) -> dict[str, Any]:
        text = self.temperature.strip()
        if text.casefold() in ("lo", "hi"):
            return {"tenths": None, "not_measured": "lo_hi"}
        tenths = parse_temperature(text) if text else None
        if text and tenths is None:
            errors["temperature"] = "errors.temperature_odd"
        return {"tenths": tenths, "not_measured": None}

    def _person(self, errors: Errors) -> Person:
        number, year = clean(self.identity_number), self.birth_year.strip()
        if not clean(self.name):
            errors["name"] = "errors.full_name_missing"
        if year and not BIRTH_YEAR.fullmatch(year):
            errors["birth_year"] = "errors.birth_year_odd"
        if self.phone.strip() and normal_phone(self.phone) is None:
            errors["phone"] = "errors.phone"
        long = [name for name, most in LONGEST.items() if len(clean(getattr(self, name))) > most]
        errors |= dict.fromkeys(long, "errors.too_long")
        if errors:
            return Person()
        return Person(
            name=self.name,
            birth_year=int(year) if year else None,
            phone=self.phone,
            identity_type=identity_type_of(number),
            identity_number=number,
            organisation=self.organisation,
        )


PAPER_MISSING: Mapping[str, tuple[str, str]] = {
    "sheet": ("sheet", "errors.paper_sheet"),
    "line": ("line", "errors.paper_line"),
    "gate_id": ("gate", "errors.paper_gate"),
    "day": ("day", "errors.paper_day"),
    "arrived": ("arrived", "errors.paper_arrived"),
}
LONGEST: Mapping[str, int] = {
    "sheet": 30, "name": 100, "organisation": 200, "identity_number": 40, "phone": 40, "host_name": 200, "purpose": 200,
    "plate": 200, "badge_number": 12, "note": 1000,
}  # fmt: skip


def identity_type_of(number: str) -> Any:
    """Return what a number on paper most likely is, by its form, or None where there is none."""
    bare = re.sub(r"[\s.]", "", number)
    if not bare:
        return None
    forms = {"cccd": r"[0-9]{12}", "cmnd": r"[0-9]{9}", "passport": r"[A-Za-z][0-9]{7}"}
    return next((name for name, form in forms.items() if re.fullmatch(form, bare)), "other")


def read_clock(text: str) -> time | None:
    """Return a time of day as people write it: 7:26, 0726, 07h26."""
    found = CLOCK.fullmatch(text.strip().casefold())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004


def read_moment(text: str, zone: str) -> datetime | None:
    """Return a browser's day and time at the site, with its zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None and moment.year >= OLDEST else None


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if day.year >= OLDEST else None
