"""Search in the book: one function for both databases.

A hit holds what was typed, folded: three letters or more anywhere, one or two at a word's start. Four digits match the
tail of a phone or identity number, a whole number matches itself, both by keyed hash.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import EPOCH, MICROSECOND, Closing, table_of
from app.declarations.rules import normalise_identity
from app.declarations.schemas import normal_phone
from app.errors import Problem
from app.kit.paging import Page, decode_cursor, encode_cursor
from app.kit.text import clean, fold
from app.kit.zones import day_bounds, local_day
from app.visits.models import Visit
from app.visits.queries.filters import Filters, Line, Standpoint, conditions, line_of, lines_of
from app.visits.queries.lines import before

LONGEST = 200
"""No line holds more in one piece: a longer query finds nothing, and costs nothing."""
LONGEST_TYPED = 4 * LONGEST
MOST_WORDS = 20
MOST_LISTED = 500
TRIGRAM = 3
TAIL = re.compile(r"[0-9]{4}")
NUMBER = re.compile(r"[A-Z]{0,2}[0-9]{5,15}")
CAME = col(Visit.occurred_at)
VISITS = table_of(Visit)


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, as it is looked for."""

    typed: str
    whole: str
    words: tuple[str, ...]
    hashes: tuple[tuple[str, bytes], ...] = field(repr=False)

    @staticmethod
    def of(text: str, closing: Closing) -> "Query":
        """Read what was typed."""
        typed = clean(text[:LONGEST_TYPED])
        whole = fold(typed)
        return Query(typed, whole, tuple(dict.fromkeys(whole.split())), tuple(_hashes(typed, closing)))

    @property
    def is_empty(self) -> bool:
        """Tell whether it can match nothing."""
        return not self.whole or len(self.whole) > LONGEST or len(self.words) > MOST_WORDS

    @property
    def long(self) -> list[str]:
        """The words that match anywhere."""
        return [word for word in self.words if len(word) >= TRIGRAM]

    @property
    def short(self) -> list[str]:
        """The words that match the start of a word."""
        return [word for word in self.words if len(word) < TRIGRAM]


def _hashes(typed: str, closing: Closing) -> Iterable[tuple[str, bytes]]:
    number = normalise_identity(typed)
    if TAIL.fullmatch(number):
        yield "phone_tail_hash", closing.hash("phone-tail", number)
        yield "identity_tail_hash", closing.hash("identity-tail", number)
    if phone := normal_phone(typed):
        yield "phone_hash", closing.hash("phone", phone)
    if NUMBER.fullmatch(number):
        yield "identity_hash", closing.hash("identity", number)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for, and in which lines."""

    query: Query
    filters: Filters


def search(
    session: Session, here: Standpoint, sought: Sought, cursor: str | None = None, limit: int = 50
) -> Page[Line]:
    """Return up to `limit` hits that follow `cursor`, newest day first, within a day those with the accents as typed.

    At most four queries, however deep the page lies: on SQLite what its indexes know, the rest of the cursor's day, the
    days before it in the order of arrival, and again, by rank, the day in which these were cut. Raises Problem 400 for
    a cursor that is none of ours.
    """
    if sought.query.is_empty:
        return Page([], None)
    seeker = _Seeker(session, here, sought)
    found: list[_Hit] = []
    earlier = None
    if cursor is not None:
        last = _Place.read(cursor)
        found = seeker.of_day(last.at, limit + 1, last)
        earlier = day_bounds(local_day(last.at, here.zone), here.zone)[0]
    if len(found) <= limit:
        found += seeker.of_days_before(earlier, limit + 1 - len(found))
    return Page([hit.line for hit in found[:limit]], found[limit - 1].place.cursor() if len(found) > limit else None)


@dataclass(frozen=True, slots=True)
class _Place:
    rank: int
    at: datetime
    visit_id: UUID

    @staticmethod
    def read(cursor: str) -> "_Place":
        parts = decode_cursor(cursor, 3)
        try:
            rank, at, visit_id = parts or ("", "", "")
            return _Place(int(rank), EPOCH + int(at) * MICROSECOND, UUID(str(visit_id)))
        except (ValueError, OverflowError) as error:
            raise Problem(400, "cursor_odd") from error

    def cursor(self) -> str:
        return encode_cursor(self.rank, (self.at - EPOCH) // MICROSECOND, self.visit_id.hex)


@dataclass(frozen=True, slots=True)
class _Hit:
    line: Line
    rank: int
    day: date

    @property
    def place(self) -> _Place:
        return _Place(self.rank, self.line.visit.occurred_at, self.line.visit.id)


class _Seeker:
    """Reads the hits of one search."""

    def __init__(self, session: Session, here: Standpoint, sought: Sought) -> None:
        self.session, self.here = session, here
        self.rank = _rank(sought.query)
        hits = lines_of(here).add_columns(self.rank)
        self.hits = hits.where(*conditions(here, sought.filters), _matches(session, here.site_id, sought.query))

    def read(self, hits: sa.Select[Any]) -> list[_Hit]:
        def hit(visit: Visit, expires_at: datetime | None, rank: int) -> _Hit:
            return _Hit(line_of(self.here, visit, expires_at), rank, local_day(visit.occurred_at, self.here.zone))

        return [hit(*row) for row in self.session.execute(hits)]

    def of_day(self, at: datetime, limit: int, after: _Place | None = None) -> list[_Hit]:
        """Return the hits of the day of `at`, those with the accents as typed first."""
        start, end = day_bounds(local_day(at, self.here.zone), self.here.zone)
        hits = self.hits.where(start <= CAME, end > CAME)
        if after is not None:
            same = sa.and_(self.rank == after.rank, before(after.at, after.visit_id))
            hits = hits.where(sa.or_(self.rank > after.rank, same))
        return self.read(hits.order_by(self.rank, CAME.desc(), col(Visit.id).desc()).limit(limit))

    def of_days_before(self, moment: datetime | None, limit: int) -> list[_Hit]:
        """Return the hits of the days that end at `moment` or earlier."""
        earlier = self.hits if moment is None else self.hits.where(moment > CAME)
        found = self.read(earlier.order_by(CAME.desc(), col(Visit.id).desc()).limit(limit))
        cut = found[-1] if len(found) == limit else None
        # In the last day a hit that is to come first may lie beyond the page: that day is read again, by rank.
        whole = [hit for hit in found if cut is None or hit.day != cut.day]
        whole.sort(key=lambda hit: (-hit.day.toordinal(), hit.rank))
        return whole if cut is None else whole + self.of_day(cut.place.at, limit - len(whole))


def _rank(query: Query) -> sa.ColumnElement[int]:
    """Return 0 for a line that holds what was typed, accents and all, else 1."""
    # SQLite knows the case of ASCII letters only, so the ways in which a name is written are spelled out.
    ways = {query.typed, query.typed.lower(), query.typed.upper(), query.typed.title()}
    shown = (col(Visit.name), col(Visit.organisation), col(Visit.host_name))
    as_typed = sa.or_(*(column.contains(way, autoescape=True) for column in shown for way in sorted(ways)))
    return sa.case((as_typed, 0), else_=1)


def _matches(session: Session, site_id: UUID, query: Query) -> sa.ColumnElement[bool]:
    short = [_short(query)] if query.short else []
    text = sa.and_(*map(_contains, query.long), *short)
    matches = sa.or_(text, *(VISITS.c[name] == value for name, value in query.hashes))
    if session.get_bind().dialect.name == "postgresql":
        return matches
    few = _few(session, site_id, query)
    return matches if few is None else sa.and_(col(Visit.id).in_(few), matches)


LINE = sa.table("visit_line", sa.column("line"), sa.column("visit_id", sa.Uuid()))
KEY = sa.table("visit_search", sa.column("rowid"), sa.column("search_key"))
"""SQLite's index of trigrams, which the migrations make."""


def _few(session: Session, site_id: UUID, query: Query) -> Sequence[UUID] | None:
    """Return what SQLite's indexes know of the hits, or None where they are many.

    Many are found soonest by reading the book from its end: a page is full long before the index has named them all.
    """
    if not query.long:
        return None
    indexed = sa.select(LINE.c.visit_id).where(LINE.c.line == KEY.c.rowid, KEY.c.search_key.op("MATCH")(_phrase(query)))
    hashed = [
        sa.select(VISITS.c.id).where(VISITS.c.site_id == site_id, VISITS.c[name] == value)
        for name, value in query.hashes
    ]
    listed: sa.CompoundSelect[UUID] = sa.union_all(indexed, *hashed).limit(MOST_LISTED + 1)
    found = session.scalars(listed).all()
    return None if len(found) > MOST_LISTED else found


def _short(query: Query) -> sa.ColumnElement[bool]:
    """Return the condition that the short words begin words, or that all of what was typed stands somewhere."""
    starts = sa.and_(*map(_starts_word, query.short))
    # "an thi" stands in "Trần Thị", though no word there begins with "an".
    return sa.or_(starts, _contains(query.whole)) if len(query.whole) >= TRIGRAM else starts


def _phrase(query: Query) -> str:
    return " AND ".join(map(_quoted, query.long))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _contains(text: str) -> sa.ColumnElement[bool]:
    return col(Visit.search_key).contains(text, autoescape=True)


def _starts_word(text: str) -> sa.ColumnElement[bool]:
    key = col(Visit.search_key)
    return sa.or_(key.startswith(text, autoescape=True), key.contains(" " + text, autoescape=True))
