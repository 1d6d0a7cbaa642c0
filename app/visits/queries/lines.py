"""Lines of the book by keyset: a page costs the same however deep it lies."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import EPOCH, MICROSECOND, UtcTime
from app.errors import Problem
from app.journal.models import Entry
from app.kit.paging import Page, decode_cursor, encode_cursor
from app.visits.models import Visit
from app.visits.queries.filters import Filters, Line, Standpoint, conditions, line_of, lines_of

MOST_TOUCHED = 200


def rows(
    session: Session, here: Standpoint, filters: Filters, cursor: str | None = None, limit: int = 50
) -> Page[Line]:
    """Return up to `limit` lines that follow `cursor`, newest first; raises Problem 400 for a cursor not of ours."""
    query = lines_of(here).where(*conditions(here, filters))
    if cursor is not None:
        query = query.where(before(*read_place(cursor)))
    found = session.execute(newest_first(query).limit(limit + 1)).all()
    lines = [line_of(here, *row) for row in found[:limit]]
    return Page(lines, place_of(lines[-1].visit) if len(found) > limit else None)


def newest_first(query: sa.Select[Visit, datetime]) -> sa.Select[Visit, datetime]:
    """Return the query in the order of arrival, last first."""
    return query.order_by(col(Visit.occurred_at).desc(), col(Visit.id).desc())


def before(at: datetime, visit_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition that a line stands before a place in the order of arrival."""
    place = sa.tuple_(sa.literal(at, UtcTime()), sa.literal(visit_id, sa.Uuid()))
    return sa.tuple_(col(Visit.occurred_at), col(Visit.id)) < place


def place_of(visit: Visit) -> str:
    """Return the cursor that names a line."""
    return encode_cursor((visit.occurred_at - EPOCH) // MICROSECOND, visit.id.hex)


def read_place(cursor: str) -> tuple[datetime, UUID]:
    """Return the place that a cursor names."""
    parts = decode_cursor(cursor, 2)
    try:
        at, visit_id = parts or ("", "")
        return EPOCH + int(at) * MICROSECOND, UUID(str(visit_id))
    except (ValueError, OverflowError) as error:
        raise Problem(400, "cursor_odd") from error


def find_line(session: Session, here: Standpoint, visit_id: UUID) -> Line | None:
    """Return one line of the site."""
    found = session.execute(lines_of(here).where(col(Visit.id) == visit_id)).one_or_none()
    return line_of(here, *found) if found else None


def touched(
    session: Session, here: Standpoint, filters: Filters, after: int
) -> tuple[frozenset[UUID], list[Line]] | None:
    """Return the lines that entries after `after` touched, and of these the wanted ones, newest first.

    None where they are more than a page should mend one by one: it is to be shown anew.
    """
    entries = sa.select(col(Entry.subject_id)).where(
        col(Entry.site_id) == here.site_id, col(Entry.sequence) > after, col(Entry.subject_kind) == "visit"
    )
    ids = frozenset(session.scalars(entries.limit(MOST_TOUCHED + 1)))
    if len(ids) > MOST_TOUCHED:
        return None
    query = lines_of(here).where(col(Visit.id).in_(ids), *conditions(here, filters))
    return ids, [line_of(here, *row) for row in session.execute(newest_first(query))]
