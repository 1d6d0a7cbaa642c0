"""The demo's history: believable, whole, and the same every time."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.clerk import Clerk
from app.clock import SetClock
from app.db import Book
from app.demo.handlers import tell_history
from app.demo.handlers.stage import Stage
from app.demo.rules import EMPLOYEES, UNITS, plan_day, somebody
from app.journal.queries import head, verify_site
from app.kit.text import clean, fold
from app.kit.zones import DEFAULT_ZONE
from app.main import make_clerk
from app.sites.repository import sites
from app.visits.models import Visit

TUESDAY_MORNING = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 22, 17, 20, tzinfo=UTC)


def tell(book: Book, now: datetime, days: int) -> tuple[Clerk, Stage, list[tuple[int, int]]]:
    """Write a short history and return the clerk, the stage and the progress that was told."""
    clock = SetClock(now)
    clerk = make_clerk(book, clock)
    clerk.start()
    told: list[tuple[int, int]] = []
    stage = tell_history(clerk, clock, now, lambda written, of: told.append((written, of)), days)
    clerk.stop()
    return clerk, stage, told


def states(book: Book) -> Counter[str]:
    with book.reading() as session:
        return Counter(session.scalars(sa.select(col(Visit.state))))


@pytest.mark.parametrize("now", [TUESDAY_MORNING, SUNDAY_NIGHT], ids=["in the morning", "at night"])
def test_the_history_is_recorded_whole_and_ends_on_a_day_that_is_alive(book: Book, now: datetime) -> None:
    _, stage, told = tell(book, now, 2)
    assert stage.refused == []
    assert told[-1] == (3, 3)
    found = states(book)
    assert (found["on_site"], found["resting"]) == (27, 1)
    assert found["waiting"] >= 3
    with book.reading() as session:
        site = sites(session)[0]
        assert verify_site(session, site.id).holds
        assert now - timedelta(minutes=5) <= head(session, site.id).received_at <= now
        odd = session.scalars(sa.select(Visit).where(col(Visit.state) == "on_site")).all()
        assert [len(visit.discrepancies) for visit in odd if visit.discrepancies] == [1]


def test_told_again_it_only_adds_the_days_that_are_missing(book: Book) -> None:
    tell(book, SUNDAY_NIGHT, 1)
    before = states(book)
    _, stage, told = tell(book, SUNDAY_NIGHT + timedelta(hours=3), 1)
    assert told == [(0, 0)]
    assert states(book) == before
    _, stage, told = tell(book, TUESDAY_MORNING, 1)
    assert stage.refused == []
    assert told[-1] == (1, 1)
    assert states(book)["left"] > before["left"]


def test_a_day_is_the_same_every_time_and_no_two_are_alike() -> None:
    tuesday = date(2026, 11, 24)
    assert plan_day(tuesday, 5, DEFAULT_ZONE) == plan_day(tuesday, 5, DEFAULT_ZONE)
    assert plan_day(tuesday, 5, DEFAULT_ZONE) != plan_day(tuesday + timedelta(1), 6, DEFAULT_ZONE)


def test_a_working_day_has_about_sixty_visitors_and_sixty_employees_and_a_sunday_few() -> None:
    tuesday, sunday = (plan_day(day, 5, DEFAULT_ZONE) for day in (date(2026, 11, 24), date(2026, 11, 22)))
    assert 50 <= len(tuesday.calls) <= 75
    assert 50 <= len(tuesday.duties) <= 62
    assert len(sunday.calls) < 12
    assert len(sunday.duties) == 2


def test_ninety_days_hold_everything_that_happens_at_a_gate() -> None:
    days = [plan_day(date(2026, 8, 26) + timedelta(number), number, DEFAULT_ZONE) for number in range(90)]
    calls = [call for plan in days for call in plan.calls]
    assert {call.kind for call in calls} == {"visitor", "delivery", "invited", "citizen", "emergency"}
    assert {call.channel for call in calls} == {"phone", "stand", "guard"}
    assert {call.health for call in calls} == {"clear", "caution", "stop"}
    assert {call.ending for call in calls} == {"leaves", "forgets", "keeps_badge", "never_came"}
    assert any(len(call.readings) == 2 and call.readings[0] == "lo_hi" for call in calls)
    assert any(isinstance(call.readings[0], int) and call.readings[0] >= 375 for call in calls if call.readings)
    for happens in ("corrected", "voided", "opened", "as_fact", "refused_for", "note", "no_papers", "plate"):
        assert any(getattr(call, happens) for call in calls), happens
    assert sum(len(plan.paper) for plan in days) == 18
    assert any(party.missing for plan in days for party in plan.parties)
    assert any(duty.at.date() != duty.until.date() for plan in days for duty in plan.duties)


def test_people_have_names_of_every_shape_and_are_the_same_every_time() -> None:
    people = [somebody(number) for number in range(2000)]
    assert people == [somebody(number) for number in range(2000)]
    names = [person.name for person in people]
    assert {1, 2, 3, 4, 5} <= {len(name.split()) for name in names}
    assert {"Y Bluê Niê", "Hồ A Páo", "Lò Thị Mai", "H'Hen Niê"} <= set(names)
    assert all(clean(name) == name for name in names)
    assert {person.nationality for person in people} >= {"VN", "KR", "FR", "LA"}
    assert len({fold(name) for name in names}) > 900


def test_a_citizens_number_fits_the_person() -> None:
    for person in (somebody(number) for number in range(300)):
        if person.identity_type == "cccd":
            number = person.identity_number
            assert len(number) == 12
            assert int(number[4:6]) == person.birth_year % 100
            assert int(number[3]) % 2 == (person.sex == "female")


def test_sixty_people_work_in_ten_units() -> None:
    assert len({fold(name) for name, _, _ in EMPLOYEES}) == 60
    assert {unit for _, _, unit in EMPLOYEES} == set(range(len(UNITS)))
