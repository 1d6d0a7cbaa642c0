"""Which lines somebody wants to see, and from where in time they look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import EPOCH
from app.declarations.models import Pass
from app.errors import NotFound
from app.kit.zones import day_bounds, local_day
from app.screening.queries import policy_at
from app.sites.models import Site
from app.visits.models import DECISIONS, KINDS, STATES, Visit

OPEN_NOW = sa.text("visit.state IN ('waiting', 'resting', 'on_site', 'referred')")
"""Word for word the condition of the partial index `ix_visit_open`, so that both databases see that it serves."""
ODD = sa.text("CAST(visit.discrepancies AS TEXT) <> '[]'")
"""Likewise that of `ix_visit_attention`."""
UNTOLD = ("expected", "waiting")
"""States of people whom no gate has dealt with."""
T = TypeVar("T")

YEARS = (1970, 2199)
"""The years that a book's days may be of."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which lines are wanted; what is None narrows nothing. Days are the site's, both inclusive.

    `gate_id` is where somebody came in or went out. `overdue` and `attention` (open discrepancies) narrow where true.
    """

    from_day: date | None = None
    to_day: date | None = None
    gate_id: UUID | None = None
    unit_id: UUID | None = None
    state: str | None = None
    decision: str | None = None
    kind: str | None = None
    overdue: bool = False
    attention: bool = False

    @staticmethod
    def parse(address: Mapping[str, str]) -> "Filters":
        """Read filters from an address's parameters; what cannot be read narrows nothing, days are put in order."""
        first, last = _read(_day, address.get("from")), _read(_day, address.get("to"))
        if first and last and last < first:
            first, last = last, first
        return Filters(
            from_day=first,
            to_day=last,
            gate_id=_read(UUID, address.get("gate")),
            unit_id=_read(UUID, address.get("unit")),
            state=_known(STATES, address.get("state")),
            decision=_known(DECISIONS, address.get("decision")),
            kind=_known(KINDS, address.get("kind")),
            overdue=address.get("overdue") == "yes",
            attention=address.get("attention") == "yes",
        )

    def address(self) -> dict[str, str]:
        """Return the parameters that `parse` reads back to the same filters."""
        named = {
            "from": self.from_day,
            "to": self.to_day,
            "gate": self.gate_id,
            "unit": self.unit_id,
            "state": self.state,
            "decision": self.decision,
            "kind": self.kind,
            "overdue": "yes" if self.overdue else None,
            "attention": "yes" if self.attention else None,
        }
        return {name: str(value) for name, value in named.items() if value is not None}

    def on(self, first: date | None, last: date | None) -> "Filters":
        """Return the same for other days."""
        return replace(self, from_day=first, to_day=last)


def _day(text: str) -> date:
    """Return a day that somebody may have come on; the calendar's ends have no day before or after."""
    day = date.fromisoformat(text)
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError("no year of a book")
    return day


def _read(reader: Callable[[str], T], text: str | None) -> T | None:
    try:
        return reader(text) if text else None
    except ValueError:
        return None


def _known(values: tuple[str, ...], text: str | None) -> str | None:
    return text if text in values else None


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A site's book as read at a moment: what nobody wrote down by then, but the clock and the policy say."""

    site_id: UUID
    zone: str
    now: datetime
    overdue_before: datetime
    """Whoever arrived before it and is still on site is overdue; an employee only a day later: people work late."""

    @property
    def today(self) -> date:
        """The site's day."""
        return local_day(self.now, self.zone)

    def is_overdue(self, visit: Visit) -> bool:
        """Tell whether somebody should have left by now."""
        grace = timedelta(days=1) if visit.kind == "employee" else timedelta(0)
        return visit.state == "on_site" and visit.occurred_at < self.overdue_before - grace

    @property
    def overdue(self) -> sa.ColumnElement[bool]:
        """The same as a condition."""
        came, kind = col(Visit.occurred_at), col(Visit.kind)
        late = sa.or_(kind != "employee", came < self.overdue_before - timedelta(days=1))
        return sa.and_(OPEN_NOW, col(Visit.state) == "on_site", came < self.overdue_before, late)

    @property
    def expired(self) -> sa.ColumnElement[bool]:
        """The condition that a line waits in vain, since its pass has expired; the pass is joined by `lines_of`."""
        return sa.and_(col(Visit.state).in_(UNTOLD), col(Pass.expires_at) <= self.now)


def standpoint(session: Session, site_id: UUID, now: datetime) -> Standpoint:
    """Return how a site's book is read at `now`, by the policy in force; raises NotFound for an unknown site."""
    zone = session.scalar(sa.select(col(Site.zone)).where(col(Site.id) == site_id))
    if zone is None:
        raise NotFound
    at = policy_at(session, site_id, now).policy.overdue_at
    closing = datetime.combine(local_day(now, zone), at, ZoneInfo(zone))
    if closing > now:
        closing = datetime.combine(local_day(now, zone) - timedelta(days=1), at, ZoneInfo(zone))
    return Standpoint(site_id, zone, now, closing.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the book and its state as of now: `overdue` and `expired` too, which no row holds."""

    visit: Visit
    state: str


def lines_of(here: Standpoint) -> sa.Select[Visit, datetime]:
    """Return the query of all lines of a site, each with its pass's end, in no order."""
    joined = sa.and_(col(Pass.site_id) == col(Visit.site_id), col(Pass.id) == col(Visit.pass_id))
    query = sa.select(Visit, col(Pass.expires_at)).outerjoin(Pass, joined)
    return query.where(col(Visit.site_id) == here.site_id)


def line_of(here: Standpoint, visit: Visit, expires_at: datetime | None) -> Line:
    """Return a line with its state as of now."""
    if here.is_overdue(visit):
        return Line(visit, "overdue")
    if visit.state in UNTOLD and expires_at is not None and expires_at <= here.now:
        return Line(visit, "expired")
    return Line(visit, visit.state)


def conditions(here: Standpoint, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that a line passes which is wanted."""
    named = ((Visit.unit_id, filters.unit_id), (Visit.decision, filters.decision), (Visit.kind, filters.kind))
    wanted: list[sa.ColumnElement[bool]] = [col(column) == value for column, value in named if value is not None]
    if filters.from_day:
        wanted.append(col(Visit.occurred_at) >= day_bounds(filters.from_day, here.zone)[0])
    if filters.to_day:
        wanted.append(col(Visit.occurred_at) < day_bounds(filters.to_day, here.zone)[1])
    if filters.gate_id:
        wanted.append(sa.or_(col(Visit.gate_in_id) == filters.gate_id, col(Visit.gate_out_id) == filters.gate_id))
    if filters.overdue:
        wanted.append(here.overdue)
    if filters.attention:
        wanted.append(attention())
    return wanted + _in_state(here, filters.state)


def attention() -> sa.ColumnElement[bool]:
    """Return the condition that a line carries an open discrepancy."""
    # Every line came after the epoch. Told so, SQLite takes the index even where it has no figures of the table.
    return sa.and_(ODD, col(Visit.occurred_at) > EPOCH)


def _in_state(here: Standpoint, state: str | None) -> list[sa.ColumnElement[bool]]:
    if state is None:
        return []
    if state == "expired":
        return [sa.or_(col(Visit.state) == "expired", here.expired)]
    if state in UNTOLD:
        return [col(Visit.state) == state, sa.or_(col(Pass.expires_at).is_(None), col(Pass.expires_at) > here.now)]
    return [col(Visit.state) == state]
