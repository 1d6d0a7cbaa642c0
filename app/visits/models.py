"""The visit: one line of the book."""

from dataclasses import field, make_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic.fields import FieldInfo
from sqlmodel import Field

from app.db import BookTable, UtcTime
from app.visits.rules import NUMBERED

STATES = ("expected", "waiting", "resting", "on_site", "left", "refused", "referred", "voided", "expired")
KINDS = ("visitor", "delivery", "invited", "citizen", "emergency", "employee")
DECISIONS = ("admit", "recheck", "refer", "refuse")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Visit(BookTable, table=True):
    """A visitor's or an employee's visit (lượt vào), as people query it; the journal tells how it came to be so."""

    __tablename__ = "visit"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "gate_in_id"], ["gate.site_id", "gate.id"]),
        sa.ForeignKeyConstraint(["site_id", "gate_out_id"], ["gate.site_id", "gate.id"]),
        sa.ForeignKeyConstraint(["site_id", "unit_id"], ["unit.site_id", "unit.id"]),
        sa.ForeignKeyConstraint(["site_id", "employee_id"], ["employee.site_id", "employee.id"]),
        sa.ForeignKeyConstraint(["site_id", "declaration_id"], ["declaration.site_id", "declaration.id"]),
        sa.CheckConstraint(_one_of("state", STATES), name="state"),
        sa.CheckConstraint(_one_of("kind", KINDS), name="kind"),
        sa.CheckConstraint(f"decision IS NULL OR {_one_of('decision', DECISIONS)}", name="decision"),
        sa.CheckConstraint("temperature IS NULL OR temperature BETWEEN 340 AND 425", name="temperature"),
        sa.CheckConstraint("length(name) > 0", name="name"),
        sa.CheckConstraint(f"NOT ({_one_of('state', NUMBERED)}) OR number IS NOT NULL", name="number"),
        sa.Index("ix_visit_arrived", "site_id", "occurred_at", "id"),
        sa.Index("ix_visit_day", "site_id", "day", "number"),
        sa.Index(
            "ix_visit_open", "site_id", "state",
            sqlite_where=sa.text("state IN ('waiting', 'resting', 'on_site', 'referred')"),
            postgresql_where=sa.text("state IN ('waiting', 'resting', 'on_site', 'referred')"),
        ),
        sa.Index(
            "ix_visit_attention", "site_id", "occurred_at",
            sqlite_where=sa.text("CAST(discrepancies AS TEXT) <> '[]'"),
            postgresql_where=sa.text("CAST(discrepancies AS TEXT) <> '[]'"),
        ),
        sa.Index("ix_visit_phone", "site_id", "phone_hash"),
        sa.Index("ix_visit_phone_tail", "site_id", "phone_tail_hash"),
        sa.Index("ix_visit_identity", "site_id", "identity_hash"),
        sa.Index("ix_visit_identity_tail", "site_id", "identity_tail_hash"),
        sa.Index("ix_visit_pass", "site_id", "pass_id"),
        sa.Index("ix_visit_person", "site_id", "person_key"),
    )  # fmt: skip

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    day: date | None = None
    """The site's day of `occurred_at` that the number counts in."""
    number: int | None = None
    """STT within the day, given once, when the visit first becomes on site, refused or referred."""
    state: str
    kind: str = "visitor"
    gate_in_id: UUID
    gate_out_id: UUID | None = None
    pass_id: UUID | None = None
    declaration_id: UUID | None = None
    employee_id: UUID | None = None

    name: str
    birth_year: int | None = None
    birth_date: date | None = None
    sex: str | None = None
    nationality: str | None = None
    phone_closed: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    phone_hash: bytes | None = Field(default=None, sa_type=sa.LargeBinary(16))
    phone_tail_hash: bytes | None = Field(default=None, sa_type=sa.LargeBinary(16))
    identity_type: str | None = None
    identity_closed: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    identity_hash: bytes | None = Field(default=None, sa_type=sa.LargeBinary(16))
    identity_tail_hash: bytes | None = Field(default=None, sa_type=sa.LargeBinary(16))
    identity_masked: str | None = None
    person_key: bytes | None = Field(default=None, sa_type=sa.LargeBinary(16))
    """Keyed hash by which the same person is recognised: identity, else folded name, birth year and phone."""
    organisation: str = ""
    address: str = ""
    companion_of: UUID | None = None

    unit_id: UUID | None = None
    host_name: str = ""
    host_call: str | None = None
    purpose: str = ""
    plate: str = ""
    people_count: int | None = None
    on_word_of: str = ""
    vouched_by: str = ""

    badge_number: str | None = None
    badge_missing: bool = False
    readings: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    """Every reading: {"tenths": 374 | null, "not_measured": code | null, "at": iso, "by": account, "leaving": bool}."""
    temperature: int | None = None
    """The reading that decided, in tenths of a degree Celsius."""
    not_measured: str | None = None
    mask: bool | None = None
    sanitiser: bool | None = None
    outcome: str | None = None
    """What the answers mean: clear, caution or stop."""
    flags: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    decision: str | None = None
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    """Reasons of the decision: {"code": …, **values}."""
    override: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    policy_version: int | None = None
    rest_until: datetime | None = Field(default=None, sa_type=UtcTime)

    account_id: UUID
    """Who decided last."""
    device_id: UUID | None = None
    device_time: datetime | None = Field(default=None, sa_type=UtcTime)
    occurred_at: datetime = Field(sa_type=UtcTime)
    """When the person arrived at the gate; lists are ordered by it."""
    received_at: datetime = Field(sa_type=UtcTime)
    admitted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcTime)
    note: str = ""
    paper_sheet: str | None = None
    paper_line: int | None = None
    late: bool = False
    discrepancies: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    """Open discrepancies: {"code": …, **values}; resolved ones stand in the journal."""
    search_key: str
    sequence: int = Field(default=0, sa_type=sa.BigInteger)
    """The journal sequence of the last change, which makes a page's cursor."""


VISIT_COLUMNS = tuple(Visit.model_fields)


def _plain(name: str, info: FieldInfo) -> tuple[str, Any, Any]:
    if info.default_factory is not None:
        return name, Any, field(default_factory=list[Any])
    return (name, Any, field()) if info.is_required() else (name, Any, field(default=info.default))


if TYPE_CHECKING:
    VisitLine = Visit
else:
    # What the clerk works on: the same columns without SQLAlchemy's and pydantic's instruments, which cost a command
    # more than its statements do (docs/adr/0012-plain-lines.md).
    VisitLine = make_dataclass(
        "VisitLine",
        [_plain(name, info) for name, info in Visit.model_fields.items()],
        kw_only=True,
        slots=True,
        namespace={"__doc__": "A visit as the clerk works on it."},
    )


class DayCount(BookTable, table=True):
    """The last number given on a site's day; written under the lock of the chain's head."""

    __tablename__ = "day_count"

    site_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    last: int


class VisitNumber(BookTable, table=True):
    """Whose a day's number is: unique without the id, and never given twice."""

    __tablename__ = "visit_number"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "visit_id"], ["visit.site_id", "visit.id"]),)

    site_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    visit_id: UUID


class PaperLine(BookTable, table=True):
    """Which line of which paper sheet has been entered: never twice."""

    __tablename__ = "paper_line"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "visit_id"], ["visit.site_id", "visit.id"]),)

    site_id: UUID = Field(primary_key=True)
    sheet: str = Field(primary_key=True)
    line: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    visit_id: UUID


class Discrepancy(BookTable, table=True):
    """A discrepancy that no line carries: a departure without its visit, or an act at the gate that was refused."""

    __tablename__ = "discrepancy"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "gate_id"], ["gate.site_id", "gate.id"]),
        sa.ForeignKeyConstraint(["site_id", "device_id"], ["device.site_id", "device.id"]),
        sa.ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"]),
        sa.ForeignKeyConstraint(["site_id", "resolved_by"], ["account.site_id", "account.id"]),
        sa.ForeignKeyConstraint(["site_id", "visit_id"], ["visit.site_id", "visit.id"]),
        sa.CheckConstraint("kind IN ('departure', 'refused')", name="kind"),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved"),
        sa.CheckConstraint("visit_id IS NULL OR resolved_at IS NOT NULL", name="visit"),
        sa.Index(
            "ix_discrepancy_open", "site_id", "occurred_at", "id",
            sqlite_where=sa.text("resolved_at IS NULL"), postgresql_where=sa.text("resolved_at IS NULL"),
        ),
        sa.Index("ix_discrepancy_command", "site_id", "command_id"),
        sa.Index("ix_discrepancy_visit", "site_id", "visit_id"),
    )  # fmt: skip

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    kind: str
    gate_id: UUID
    device_id: UUID
    account_id: UUID
    """Who did it, or tried to."""
    occurred_at: datetime = Field(sa_type=UtcTime)
    received_at: datetime = Field(sa_type=UtcTime)
    name: str = ""
    badge_number: str | None = None
    content_closed: bytes = Field(sa_type=sa.LargeBinary)
    """The command's own fields as JSON: they may hold a phone, an identity number and answers."""
    command_kind: str
    code: str
    """Why it has no line."""
    command_id: UUID
    """The departure's own command, or the one that was refused."""
    resolved_at: datetime | None = Field(default=None, sa_type=UtcTime)
    resolved_by: UUID | None = None
    resolution: str = ""
    visit_id: UUID | None = None
    """The visit that a departure ended, or in which a refused act was entered."""
    automatic: bool = False
    """Matched by the book itself, when the entry arrived later than the departure."""
