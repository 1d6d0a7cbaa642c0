"""Lines of the book as programs read them: no phone, no answer, identity numbers masked."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.visits.commands import Decision, Kind
from app.visits.queries import Filters, Line, Names

State = Annotated[
    str, StringConstraints(pattern="^(expected|waiting|resting|on_site|left|refused|referred|voided|expired)$")
]


class LogQuery(BaseModel):
    """Which lines are wanted. Days are the site's, both inclusive."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_day: date | None = Field(default=None, alias="from")
    to_day: date | None = Field(default=None, alias="to")
    gate: UUID | None = None
    unit: UUID | None = None
    state: State | None = None
    decision: Decision | None = None
    kind: Kind | None = None
    overdue: bool = False
    attention: bool = False
    """Only lines with an open discrepancy."""
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = None
    """What a page before gave as `next_cursor`."""

    def filters(self) -> Filters:
        """Return them as the book's queries take them."""
        return Filters(
            self.from_day, self.to_day, self.gate, self.unit, self.state, self.decision, self.kind,
            self.overdue, self.attention,
        )  # fmt: skip


class SearchQuery(LogQuery):
    """The same, and what is searched for: in the request's body, since it may name somebody."""

    q: Annotated[str, StringConstraints(max_length=20_000)]


class LogLine(BaseModel):
    """A line of the book. Temperatures are tenths of a degree Celsius, times are UTC."""

    id: UUID
    day: date | None
    number: int | None
    """STT within the site's day."""
    state: str
    """As of now: `overdue` and `expired` too."""
    kind: str
    name: str
    birth_year: int | None
    sex: str | None
    nationality: str | None
    identity_type: str | None
    identity_masked: str | None
    organisation: str
    address: str
    unit_id: UUID | None
    unit: str
    host_name: str
    purpose: str
    plate: str
    people_count: int | None
    badge_number: str | None
    badge_missing: bool
    temperature: int | None
    not_measured: str | None
    mask: bool | None
    sanitiser: bool | None
    outcome: str | None
    decision: str | None
    reasons: list[str]
    """The decision's reasons, as codes."""
    gate_in_id: UUID
    gate_in: str
    gate_out_id: UUID | None
    gate_out: str
    arrived_at: AwareDatetime
    admitted_at: AwareDatetime | None
    left_at: AwareDatetime | None
    rest_until: AwareDatetime | None
    paper_sheet: str | None
    paper_line: int | None
    late: bool
    discrepancies: list[str]
    """Open discrepancies, as codes."""

    @classmethod
    def of(cls, line: Line, names: Names) -> Self:
        """Return a line as it may be shown."""
        visit = line.visit
        same = visit.model_dump(include=set(cls.model_fields) - {"state", "reasons", "discrepancies"})
        return cls(
            **same,
            state=line.state,
            unit=names.of(visit.unit_id),
            gate_in=names.of(visit.gate_in_id),
            gate_out=names.of(visit.gate_out_id),
            arrived_at=visit.occurred_at,
            reasons=[str(reason["code"]) for reason in visit.reasons],
            discrepancies=[str(found["code"]) for found in visit.discrepancies],
        )


class LogPage(BaseModel):
    """A page of lines, newest first."""

    lines: list[LogLine]
    next_cursor: str | None
    """Leads to the next page; null on the last."""
    as_of: datetime
