"""What an export's address says: a range of days, filters, columns, and what stands on paper."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from app.reports.commands import FORMATS, ExportLogbook, Format, State
from app.reports.files import Paper
from app.reports.rules import LONGEST_RANGE
from app.visits.commands import Decision, Kind

CAPACITIES = {"state": ("TL.", "KT.", "TUQ."), "party": ("T/L", "K/T")}
"""How somebody signs in another's place, by letterhead."""


def _blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _day(value: object) -> object:
    """Read 24/11/2026 too: a browser without a date field sends what was typed."""
    typed = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", value.strip()) if isinstance(value, str) else None
    return f"{typed[3]}-{typed[2]:0>2}-{typed[1]:0>2}" if typed else _blank(value)


Told = str | tuple[str, Mapping[str, Any]]
Day = Annotated[date | None, BeforeValidator(_day)]
Id = Annotated[UUID | None, BeforeValidator(_blank)]
Flag = Annotated[bool, BeforeValidator(lambda value: value == "yes" if isinstance(value, str) else value)]
Typed = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]


class LogbookQuery(BaseModel):
    """The filters of GET /api/v1/visits, and how the file is to look."""

    model_config = ConfigDict(frozen=True)

    first: Day = Field(
        default=None, alias="from", description="First day, in the site's zone; the last where left out."
    )
    last: Day = Field(default=None, alias="to", description="Last day; today where left out.")
    gate: Id = Field(default=None, description="Only who came in or left through this gate.")
    unit: Id = Field(default=None, description="Only who came to see this unit.")
    kind: Annotated[Kind | None, BeforeValidator(_blank)] = None
    state: Annotated[State | None, BeforeValidator(_blank)] = None
    decision: Annotated[Decision | None, BeforeValidator(_blank)] = None
    overdue: Flag = False
    attention: Flag = False
    columns: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        default_factory=list[str], max_length=40, description="Columns by name; the usual ones where left out."
    )
    number: Typed = Field(default="", description="The document's number, on paper only, as all that follow.")
    dated: Day = None
    capacity: Typed = Field(default="", description="TL., KT., TUQ., or T/L, K/T in a party office.")
    behalf: Typed = Field(default="", description="Whose place the signer takes.")
    title: Typed = Field(default="", description="The signer's office.")
    signer: Typed = Field(default="", description="The signer's name.")

    def command(self, file_format: Format, today: date) -> ExportLogbook:
        """Return the command that exports this."""
        first = self.first or self.last or today
        return ExportLogbook(
            format=file_format,
            first=first,
            last=self.last or max(first, today),
            gate_id=self.gate,
            unit_id=self.unit,
            visit_kind=self.kind,
            state=self.state,
            decision=self.decision,
            overdue=self.overdue,
            attention=self.attention,
            columns=tuple(self.columns),
        )

    def paper(self, language: str) -> Paper:
        """Return how the lines are put to paper."""
        return Paper(language, self.number, self.dated, self.capacity, self.behalf, self.title, self.signer)


def format_of(text: str | None) -> Format:
    """Return the format that is named, else the one for paper."""
    formats: dict[str | None, Format] = {name: name for name in FORMATS}
    return formats.get(text, "pdf")


_DAYS = ("from", "to", "dated")
_TEXTS = ("number", "capacity", "behalf", "title", "signer")
_WRONG: Mapping[str, str] = {
    **{name: "manager.export.wrong.day" for name in _DAYS},  # noqa: C420 - the mapping's keys are plain texts
    **{name: "manager.export.wrong.long" for name in _TEXTS},  # noqa: C420
}


def read_query(given: Mapping[str, Any], today: date) -> tuple[LogbookQuery, dict[str, Told]]:
    """Return what a page's address says and, by field, what is wrong with it; what is wrong is left out."""
    errors: dict[str, Told] = {}
    try:
        query = LogbookQuery.model_validate(given)
    except ValidationError as error:
        wrong = {str(found["loc"][0]) for found in error.errors()}
        errors |= {name: _WRONG.get(name, "manager.export.wrong.choice") for name in sorted(wrong)}
        query = LogbookQuery.model_validate({name: value for name, value in given.items() if name not in wrong})
    command = query.command("pdf", today)
    if not errors and command.last < command.first:
        errors["to"] = "errors.range_backwards"
    if not errors and (command.last - command.first).days >= LONGEST_RANGE:
        errors["to"] = ("errors.range_too_long", {"days": LONGEST_RANGE + 1})
    return query, errors


def ranges(today: date) -> Iterable[tuple[str, date, date]]:
    """Return the ranges that are asked for most: their text's key, first and last day."""
    yesterday, monday, month = today - timedelta(1), today - timedelta(today.weekday()), today.replace(day=1)
    before = month - timedelta(1)
    return (
        ("manager.export.range.today", today, today),
        ("manager.export.range.yesterday", yesterday, yesterday),
        ("manager.export.range.week", monday, today),
        ("manager.export.range.month", month, today),
        ("manager.export.range.last_month", before.replace(day=1), before),
    )
