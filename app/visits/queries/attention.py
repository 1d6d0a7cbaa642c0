"""What reception has to see to: lines with open discrepancies, and discrepancies that no line carries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import EPOCH, MICROSECOND, UtcTime
from app.errors import Problem
from app.kit.paging import Page, decode_cursor, encode_cursor
from app.kit.text import fold, sort_key_vietnamese
from app.visits import rules
from app.visits.models import Discrepancy, Visit, VisitLine
from app.visits.queries.filters import Standpoint, attention

OPEN_MATTER = sa.text("discrepancy.resolved_at IS NULL")
"""Word for word the condition of the partial index `ix_discrepancy_open`."""
INSIDE = ("on_site", "resting", "referred")
MOST_LIKELY = 20
MOST_FITTING = 300
MOST_INSIDE = 300
A_WORD = 2
AROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to see to: a line with discrepancies, or a discrepancy without a line."""

    at: datetime
    id: UUID
    visit: Visit | None = None
    stray: Discrepancy | None = None


def matters(session: Session, here: Standpoint, cursor: str | None = None, limit: int = 50) -> Page[Matter]:
    """Return up to `limit` open matters that follow `cursor`, the oldest first; raises Problem 400."""
    visits = sa.select(Visit).where(col(Visit.site_id) == here.site_id, attention())
    strays = sa.select(Discrepancy).where(col(Discrepancy.site_id) == here.site_id, OPEN_MATTER)
    if cursor is not None:
        place = sa.tuple_(*_read_place(cursor))
        visits = visits.where(sa.tuple_(col(Visit.occurred_at), col(Visit.id)) > place)
        strays = strays.where(sa.tuple_(col(Discrepancy.occurred_at), col(Discrepancy.id)) > place)
    visits = visits.order_by(col(Visit.occurred_at), col(Visit.id)).limit(limit + 1)
    strays = strays.order_by(col(Discrepancy.occurred_at), col(Discrepancy.id)).limit(limit + 1)
    found = [Matter(visit.occurred_at, visit.id, visit=visit) for visit in session.scalars(visits)]
    found += [Matter(stray.occurred_at, stray.id, stray=stray) for stray in session.scalars(strays)]
    found.sort(key=lambda matter: (matter.at, matter.id))
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], encode_cursor((last.at - EPOCH) // MICROSECOND, last.id.hex) if last else None)


def _read_place(cursor: str) -> tuple[sa.ColumnElement[datetime], sa.ColumnElement[UUID]]:
    parts = decode_cursor(cursor, 2)
    try:
        at, row_id = parts or ("", "")
        moment, found = EPOCH + int(at) * MICROSECOND, UUID(str(row_id))
    except (ValueError, OverflowError) as error:
        raise Problem(400, "cursor_odd") from error
    return sa.literal(moment, UtcTime()), sa.literal(found, sa.Uuid())


def find_stray(session: Session, site_id: UUID, discrepancy_id: UUID) -> Discrepancy | None:
    """Return a discrepancy without a line, of the site."""
    return session.get(Discrepancy, (site_id, discrepancy_id))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whose departure it may be: the likely ones first, those who left already, and whoever else is inside."""

    likely: list[Visit]
    gone: list[Visit]
    others: list[Visit]


def candidates(session: Session, stray: Discrepancy) -> Candidates:
    """Return who may have left, by badge, by name, and all who were inside then (the newest 300)."""
    told = departure(stray)
    fitting = _fitting(session, stray, told)
    ranked = rules.may_have_left(told, [present(visit) for visit in fitting.values()])
    likely = [fitting[visit_id] for visit_id in ranked if fitting[visit_id].state in INSIDE][:MOST_LIKELY]
    gone = [fitting[visit_id] for visit_id in ranked if fitting[visit_id].state == "left"][:MOST_LIKELY]
    chosen = {visit.id for visit in likely}
    others = [visit for visit in _inside(session, stray) if visit.id not in chosen]
    return Candidates(likely, gone, sorted(others, key=lambda visit: sort_key_vietnamese(visit.name)))


def entered(session: Session, stray: Discrepancy) -> list[Visit]:
    """Return lines of about that time under the same name, in which a refused act may have been entered already."""
    told = rules.Departure(stray.occurred_at + AROUND, "", fold(stray.name))
    fitting = _fitting(session, stray, told)
    ranked = rules.may_have_left(told, [present(visit) for visit in fitting.values()])
    return [fitting[visit_id] for visit_id in ranked][:MOST_LIKELY]


def present(visit: Visit | VisitLine) -> rules.Present:
    """Return a visit as matching looks at it."""
    arrived = visit.admitted_at or visit.occurred_at
    return rules.Present(visit.id, arrived, visit.badge_number or "", fold(visit.name))


def departure(stray: Discrepancy) -> rules.Departure:
    """Return a departure as matching looks at it."""
    return rules.Departure(stray.occurred_at, stray.badge_number or "", fold(stray.name))


def _fitting(session: Session, stray: Discrepancy, told: rules.Departure) -> dict[UUID, Visit]:
    key = col(Visit.search_key)
    described = [key.contains(word, autoescape=True) for word in told.name.split() if len(word) >= A_WORD]
    if number := told.badge_number.lstrip("0"):
        described.append(sa.func.ltrim(col(Visit.badge_number), "0") == number)
    recent = sa.and_(
        col(Visit.occurred_at) > stray.occurred_at - AROUND, col(Visit.occurred_at) < stray.occurred_at + AROUND
    )
    query = sa.select(Visit).where(
        col(Visit.site_id) == stray.site_id,
        sa.or_(col(Visit.state).in_(INSIDE), sa.and_(col(Visit.state).in_(("left", "refused")), recent)),
        sa.or_(sa.false(), *described),
    )
    found = session.scalars(query.order_by(col(Visit.occurred_at).desc()).limit(MOST_FITTING))
    return {visit.id: visit for visit in found}


def _inside(session: Session, stray: Discrepancy) -> list[Visit]:
    query = sa.select(Visit).where(
        col(Visit.site_id) == stray.site_id,
        col(Visit.state).in_(INSIDE),
        col(Visit.occurred_at) <= stray.occurred_at + rules.CLOCK_TOLERANCE,
    )
    return list(session.scalars(query.order_by(col(Visit.occurred_at).desc()).limit(MOST_INSIDE)))
