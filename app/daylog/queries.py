"""The day log as a page shows it: lines, what they are called, and the figures above them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.clerk import Actor
from app.db import EPOCH, MICROSECOND
from app.errors import NotFound
from app.journal.queries import head
from app.kit.paging import Page
from app.kit.zones import day_bounds, local_day
from app.screening.queries import policy_at
from app.sites import repository as sites
from app.sites.models import Site
from app.visits import queries as book
from app.visits.models import DECISIONS, KINDS, STATES, Visit
from app.visits.queries import Filters, Heads, Line, Query, Sought, Standpoint
from app.visits.rules import OPEN

PAGE_LINES = 50
BARS_FROM, BARS_TO = 6, 18
"""Hours of the day that are always drawn."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody looks at: the filters, and what they search for, if anything."""

    filters: Filters
    query: Query | None = None
    any_day: bool = False

    @property
    def day(self) -> date | None:
        """The one day that is shown, if it is one."""
        return self.filters.from_day if self.filters.from_day == self.filters.to_day else None

    def address(self, **changed: str | None) -> str:
        """Return the log's address with these filters, changed."""
        parameters = self.filters.address() | changed
        return "?" + urlencode({name: value for name, value in parameters.items() if value})

    @property
    def narrowed(self) -> dict[str, str]:
        """The filters beside the days, by their names in the address."""
        return {name: value for name, value in self.filters.address().items() if name not in ("from", "to")}


def shown(filters: Filters, here: Standpoint) -> Shown:
    """Return what to show where an address names no day: today, or every day of what is still open."""
    still_open = filters.state in OPEN or filters.overdue or filters.attention
    if filters.from_day or filters.to_day or still_open:
        return Shown(filters)
    return Shown(filters.on(here.today, here.today))


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the day and how many people arrived in it."""

    hour: int
    count: int
    share: float
    """Of the fullest hour, 0 to 1."""


def bars(hours: list[int]) -> list[Bar]:
    """Return the hours to draw: the office's day, and whatever lies outside it."""
    used = [hour for hour, count in enumerate(hours) if count]
    first, last = min([BARS_FROM, *used]), max([BARS_TO, *used])
    most = max([1, *hours])
    return [Bar(hour, hours[hour], hours[hour] / most) for hour in range(first, last + 1)]


def list_context(session: Session, here: Standpoint, asked: Shown, cursor: str | None = None) -> dict[str, Any]:
    """Return what the list of lines needs."""
    page = page_of(session, here, asked, cursor)
    return {
        "here": here,
        "shown": asked,
        "lines": page.rows,
        "next_cursor": page.next_cursor,
        "names": book.names_of(session, here.site_id, book.PLACES),
        "place": place,
        "day_place": partial(day_place, here.zone),
        "limit": policy_at(session, here.site_id, here.now).policy.threshold_tenths,
    }


def place(visit: Visit) -> str:
    """Return where a line stands as a text that sorts like lines do, for a page that puts new ones in."""
    return f"{_microseconds(visit.occurred_at):020d}-{visit.id}"


def day_place(zone: str, visit: Visit) -> str:
    """Return where the heading of a line's day stands: after all that the day may still bring."""
    return f"{_microseconds(day_bounds(local_day(visit.occurred_at, zone), zone)[1]):020d}"


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def page_of(session: Session, here: Standpoint, asked: Shown, cursor: str | None) -> Page[Line]:
    """Return a page of the book, or of hits where something is searched for."""
    if asked.query is None:
        return book.rows(session, here, asked.filters, cursor, PAGE_LINES)
    return book.search(session, here, Sought(asked.query, asked.filters), cursor, PAGE_LINES)


def head_context(session: Session, here: Standpoint, asked: Shown) -> dict[str, Any]:
    """Return what the figures above the list need."""
    day = asked.day or here.today
    counted: Heads = book.heads(session, here)
    return {
        "here": here,
        "shown": asked,
        "heads": counted,
        "bars_day": day,
        "bars": bars(book.arrivals_by_hour(session, here, day)),
        "sum": book.day_sum(session, here, day),
        "sequence": head(session, here.site_id).sequence,
    }


def page_context(session: Session, actor: Actor, here: Standpoint, asked: Shown) -> dict[str, Any]:
    """Return what the page around list and figures needs."""
    day = asked.day
    return {
        "site": site_of(session, actor),
        "gates": [(str(gate.id), gate.name) for gate in sites.gates(session, actor.site_id, retired=True)],
        "units": [(str(unit.id), unit.name) for unit in sites.units(session, actor.site_id, retired=True)],
        "kinds": KINDS,
        "states": STATES,
        "decisions": DECISIONS,
        "day_before": day - timedelta(days=1) if day else None,
        "day_after": day + timedelta(days=1) if day and day < here.today else None,
    }


def site_of(session: Session, actor: Actor) -> Site:
    """Return the actor's site."""
    site = sites.find_site(session, actor.site_id)
    if site is None:
        raise NotFound
    return site
