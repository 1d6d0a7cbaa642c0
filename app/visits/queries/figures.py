"""Figures of the book as it stands."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.declarations.models import Pass
from app.kit.zones import day_bounds
from app.visits.models import Discrepancy, Visit
from app.visits.queries.attention import OPEN_MATTER
from app.visits.queries.filters import OPEN_NOW, Standpoint, attention

MOST_ATTENTION = 1000


@dataclass(frozen=True, slots=True)
class Heads:
    """How many people of a site wait, rest, were referred, are on site, are overdue.

    `attention` is how many matters reception has to see to: lines with discrepancies and discrepancies without a
    line, each counted up to a thousand.
    """

    waiting: int
    resting: int
    referred: int
    on_site: int
    overdue: int
    attention: int


def heads(session: Session, here: Standpoint) -> Heads:
    """Count the people of a site as of now, whatever day they came."""

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    fresh = sa.or_(col(Pass.expires_at).is_(None), col(Pass.expires_at) > here.now)
    states = [sa.and_(col(Visit.state) == "waiting", fresh)]
    states += [col(Visit.state) == state for state in ("resting", "referred", "on_site")]
    joined = sa.and_(col(Pass.site_id) == col(Visit.site_id), col(Pass.id) == col(Visit.pass_id))
    query = sa.select(*(count(condition) for condition in (*states, here.overdue))).select_from(Visit)
    query = query.outerjoin(Pass, joined).where(col(Visit.site_id) == here.site_id, OPEN_NOW)
    # In order and up to a number, so that PostgreSQL, which cannot tell how rare they are, takes their index.
    odd = sa.select(col(Visit.id)).where(col(Visit.site_id) == here.site_id, attention())
    counted = odd.order_by(col(Visit.occurred_at).desc()).limit(MOST_ATTENTION).subquery()
    strays = sa.select(col(Discrepancy.id)).where(col(Discrepancy.site_id) == here.site_id, OPEN_MATTER)
    counted_strays = strays.limit(MOST_ATTENTION).subquery()
    open_matters = sum(
        session.scalar(sa.select(sa.func.count()).select_from(matters)) or 0 for matters in (counted, counted_strays)
    )
    return Heads(*session.execute(query).one(), attention=open_matters)


def arrivals_by_hour(session: Session, here: Standpoint, day: date) -> list[int]:
    """Return how many people arrived in each of the day's 24 hours at the site."""
    start, end = day_bounds(day, here.zone)
    came = col(Visit.occurred_at)
    query = sa.select(came).where(
        col(Visit.site_id) == here.site_id, came >= start, came < end, col(Visit.state) != "voided"
    )
    hours = [0] * 24
    zone = ZoneInfo(here.zone)
    for at in session.scalars(query):
        hours[at.astimezone(zone).hour] += 1
    return hours


@dataclass(frozen=True, slots=True)
class DaySum:
    """What stands under a day of the paper book, of the people who came on it."""

    entered: int
    left: int
    on_site: int


def day_sum(session: Session, here: Standpoint, day: date) -> DaySum:
    """Return a day's sum: how many came in, how many of them left, how many are still on site."""
    query = sa.select(col(Visit.state), sa.func.count()).where(
        col(Visit.site_id) == here.site_id,
        col(Visit.day) == day,
        col(Visit.admitted_at).is_not(None),
        col(Visit.state).in_(("on_site", "left")),
    )
    counts = {row[0]: int(row[1]) for row in session.execute(query.group_by(col(Visit.state)))}
    on_site, left = counts.get("on_site", 0), counts.get("left", 0)
    return DaySum(entered=on_site + left, left=left, on_site=on_site)
