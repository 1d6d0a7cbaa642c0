"""Ninety days of the demo's office, up to now."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from app.accounts.commands import OpenSession
from app.clerk import Clerk
from app.clock import SetClock
from app.demo.handlers.days import scripts_of
from app.demo.handlers.office import Cast, find_cast, open_demo_office
from app.demo.handlers.scripts import RECEPTION, SHIFTS, visit
from app.demo.handlers.stage import Script, Stage
from app.demo.rules import Call, plan_day
from app.journal.queries import head
from app.kit.zones import DEFAULT_ZONE, day_bounds, local_day
from app.reports.commands import ExportLogbook
from app.screening.commands import PublishPolicy
from app.screening.handlers import default_policy
from app.sites.repository import sites
from app.visits.commands import CheckOut
from app.visits.models import Visit

DAYS = 90
INSIDE, OVERDUE = 27, 2
SCENE = timedelta(minutes=75)
Tell = Callable[[int, int], None]
"""Is told how many days of how many are written."""


def tell_history(clerk: Clerk, clock: SetClock, now: datetime, tell: Tell, days: int = DAYS) -> Stage:
    """Write the history up to `now`, or what is missing of it; returns the stage, which knows what was refused.

    The clerk is at work and looks at `clock`.
    """
    stage = Stage(clerk, clock)
    today = local_day(now, DEFAULT_ZONE)
    first, last_written = _written(stage)
    if first is None:
        first = first_missing = today - timedelta(days)
        clock.moment = day_bounds(first, DEFAULT_ZONE)[0] + timedelta(hours=5)
        open_demo_office(stage, lambda: tell(0, days))
    else:
        clock.moment = last_written
        first_missing = local_day(last_written, DEFAULT_ZONE) + timedelta(1)
    cast = find_cast(clerk.book)
    missing = [first_missing + timedelta(at) for at in range((today - first_missing).days + 1)]
    for written, day in enumerate(missing):
        tell(written, len(missing))
        _play_day(stage, cast, day, (day - first).days, now)
    tell(len(missing), len(missing))
    return stage


def _written(stage: Stage) -> tuple[date | None, datetime]:
    """Return the first day of the history that is there, and its last moment."""
    with stage.clerk.book.reading() as session:
        known = sites(session)
        if not known:
            return None, stage.clock.now()
        return local_day(known[0].created_at, DEFAULT_ZONE), head(session, known[0].id).received_at


def _play_day(stage: Stage, cast: Cast, day: date, number: int, now: datetime) -> None:
    is_today = day == local_day(now, DEFAULT_ZONE)
    plan = plan_day(day, number, cast.zone, present=0.3 if is_today else 0.93)
    for script in scripts_of(stage, cast, plan, f"GM-{number:04d}"):
        stage.enter(script)
    for script in _office_work(stage, cast, day, number, keep=OVERDUE if is_today else 0):
        stage.enter(script)
    end = day_bounds(day, cast.zone)[1]
    if not is_today:
        stage.play(end)
        return
    stage.play(now - SCENE)
    _set_scene(stage, cast, now)


def _office_work(stage: Stage, cast: Cast, day: date, number: int, keep: int) -> list[Script]:
    start = day_bounds(day, cast.zone)[0]
    shifts = zip(SHIFTS[1:], (6, 14, 22), strict=True)
    work = [_shift(stage, cast, name, start + timedelta(hours=hour)) for name, hour in shifts]
    work.append(_close_yesterday(stage, cast, start + timedelta(hours=6, minutes=30), keep))
    if day.weekday() == 0 and number > 6:  # noqa: PLR2004 - every Monday, the week before
        work.append(_weekly_export(stage, cast, start + timedelta(hours=8, minutes=20), day))
    if number == 45:  # noqa: PLR2004 - half way, a new order
        work.append(_new_policy(stage, cast, start + timedelta(hours=7), day))
    return work


def _shift(stage: Stage, cast: Cast, name: str, at: datetime) -> Script:
    yield at
    token = secrets.token_hex(32)
    stage.do(cast.guard(name, 0), OpenSession(token_hash=token, expires_at=at + timedelta(hours=12)))


def _weekly_export(stage: Stage, cast: Cast, at: datetime, monday: date) -> Script:
    yield at
    week = ExportLogbook(format="pdf", first=monday - timedelta(7), last=monday - timedelta(1))
    stage.do(cast.actors["Nguyễn Thị Thảo"], week)


def _new_policy(stage: Stage, cast: Cast, at: datetime, day: date) -> Script:
    yield at
    document: dict[str, Any] = default_policy() | {"order": {"number": "12/QĐ-VP", "date": day.isoformat()}}
    stage.do(cast.actors["Nguyễn Thị Thảo"], PublishPolicy(document=document))


def _close_yesterday(stage: Stage, cast: Cast, at: datetime, keep: int) -> Script:
    """Reception checks out whoever forgot to, but for some whom the reader is to find."""
    yield at
    stage.settle()
    for visit_id, admitted_at, badge in _left_inside(stage, cast, at)[keep:]:
        left_at = min(admitted_at + timedelta(minutes=50), at - timedelta(minutes=5))
        stage.do(
            cast.actors[RECEPTION],
            CheckOut(visit_id=visit_id, forgotten=True, left_at=left_at, badge_returned=True if badge else None),
        )
        if badge:
            cast.free[badge >= "100"].append(badge)


def _left_inside(stage: Stage, cast: Cast, before: datetime) -> list[tuple[UUID, datetime, str | None]]:
    query = sa.select(Visit).where(
        col(Visit.site_id) == cast.site_id,
        col(Visit.state) == "on_site",
        col(Visit.occurred_at) < before - timedelta(hours=6),
    )
    with stage.clerk.book.reading() as session:
        found = session.scalars(query.order_by(col(Visit.occurred_at).desc()))
        return [(one.id, one.admitted_at or one.occurred_at, one.badge_number) for one in found]


def _set_scene(stage: Stage, cast: Cast, now: datetime) -> None:
    """Let the last minutes look alive at any hour: some inside, some waiting, one at rest, one odd line."""
    zone = ZoneInfo(cast.zone)
    begin = now - SCENE
    lacking = max(INSIDE - _count_inside(stage, cast) - 2, 0)
    for at in range(lacking):
        moment = (begin + at * (SCENE - timedelta(minutes=10)) / max(lacking, 1)).astimezone(zone)
        stage.enter(visit(stage, cast, _call(moment, 5000 + at, stay=300)))
    odd = _call(now - timedelta(minutes=50), 5100, stay=300, readings=(376,), as_fact=True)
    resting = _call(now - timedelta(minutes=6), 5101, stay=60, readings=(378, 368))
    waiting = [_call(now - timedelta(minutes=ago), 5110 + ago, channel="phone", wait=40) for ago in (11, 6, 2)]
    for call in (odd, resting, *waiting):
        stage.enter(visit(stage, cast, call))
    stage.play(now - timedelta(minutes=3))
    _meet_number(stage, cast, now)
    stage.play(now)


def _call(at: datetime, person: int, **more: Any) -> Call:
    fields: dict[str, Any] = {"channel": "guard", "unit": person % 10, "purpose": "làm việc với phòng"}
    return Call(at, person, 0, **(fields | more))


def _meet_number(stage: Stage, cast: Cast, now: datetime) -> None:
    """Let a few more in, or some employees out, so that the tablet shows a number that fits on a finger's memory."""
    inside = _count_inside(stage, cast)
    for at in range(INSIDE - inside):
        stage.enter(visit(stage, cast, _call(now - timedelta(minutes=2), 5200 + at, stay=300)))
    for visit_id in _employees_inside(stage, cast)[: max(inside - INSIDE, 0)]:
        stage.do(cast.guard(SHIFTS[1], 0), CheckOut(visit_id=visit_id))


def _count_inside(stage: Stage, cast: Cast) -> int:
    stage.settle()
    query = sa.select(sa.func.count()).where(col(Visit.site_id) == cast.site_id, col(Visit.state) == "on_site")
    with stage.clerk.book.reading() as session:
        return session.scalar(query) or 0


def _employees_inside(stage: Stage, cast: Cast) -> list[UUID]:
    query = sa.select(col(Visit.id)).where(
        col(Visit.site_id) == cast.site_id, col(Visit.state) == "on_site", col(Visit.kind) == "employee"
    )
    with stage.clerk.book.reading() as session:
        return list(session.scalars(query))
