"""A site and what stands in it: gates, units, people who work there, badges."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.db import BookTable, UtcTime
from app.kit.zones import DEFAULT_ZONE

RESERVED_SITE = UUID(int=0)
"""Acts that concern no site are journalled here."""


class Site(BookTable, table=True):
    """An office's premises (trụ sở): one book, one chain."""

    __tablename__ = "site"
    __table_args__ = (sa.CheckConstraint("letterhead IN ('state', 'party')", name="letterhead"),)

    id: UUID = Field(primary_key=True)
    name: str
    parent_name: str = ""
    letterhead: str = "state"
    place: str = ""
    """The place name that stands before a date in a letterhead."""
    zone: str = DEFAULT_ZONE
    public_url: str = ""
    wifi_name: str = ""
    wifi_password: str = ""
    contact: str = ""
    """Whom a visitor asks about their data."""
    created_at: datetime = Field(sa_type=UtcTime)


class Gate(BookTable, table=True):
    """An entrance (cổng)."""

    __tablename__ = "gate"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id"], ["site.id"]),)

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str
    code: str
    created_at: datetime = Field(sa_type=UtcTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcTime)


class GateCode(BookTable, table=True):
    """Which gate a poster's code leads to."""

    __tablename__ = "gate_code"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "gate_id"], ["gate.site_id", "gate.id"]),)

    code: str = Field(primary_key=True)
    site_id: UUID
    gate_id: UUID


class Unit(BookTable, table=True):
    """A department that people come to see (phòng, đơn vị)."""

    __tablename__ = "unit"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id"], ["site.id"]),)

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str
    extension: str = ""
    directions: str = ""
    """Where to go, such as "tầng 2"."""
    position: int = 0
    retired_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Employee(BookTable, table=True):
    """Somebody who works here (CBCCVC, NLĐ); a host too where `receives` is set."""

    __tablename__ = "employee"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "unit_id"], ["unit.site_id", "unit.id"]),
        sa.UniqueConstraint("site_id", "badge_code"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str
    title: str = ""
    unit_id: UUID | None = None
    badge_code: str | None = None
    """What a scan of the employee's badge reads; digits or letters, folded to upper case."""
    receives: bool = True
    search_key: str
    usual_minute: int | None = None
    """Minute of the day of the usual arrival in the site's zone, as the last arrivals show it."""
    retired_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Badge(BookTable, table=True):
    """A visitor's badge (thẻ khách) of a gate."""

    __tablename__ = "badge"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "gate_id"], ["gate.site_id", "gate.id"]),
        sa.CheckConstraint("state IN ('free', 'out', 'missing', 'cancelled')", name="state"),
        sa.CheckConstraint("(state = 'out') = (visit_id IS NOT NULL)", name="holder"),
        sa.UniqueConstraint("site_id", "number"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    gate_id: UUID
    number: str
    state: str = "free"
    visit_id: UUID | None = None
