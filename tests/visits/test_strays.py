"""People who leave without the book knowing that they came."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clerk import Outcome, Status
from app.journal import queries as journal
from app.kit.ids import new_id
from app.kit.text import fold
from app.visits import rules
from app.visits.commands import CheckOut, OpenDiscrepancy, SettleDiscrepancy, Undo
from app.visits.handlers.discrepancies import open_content
from app.visits.models import Discrepancy, Visit
from tests.office import MORNING, Office
from tests.visits.lines import check_in


def leaving(office: Office, who: str = "other_guard", **told: Any) -> Outcome:
    """Have a departure told by a tablet that was offline."""
    fields: dict[str, Any] = {"mode": "fact", "device_time": office.clock.now(), "badge_returned": True}
    return office.act(who, CheckOut(**(fields | told)))


def after(office: Office, **by: float) -> datetime:
    """Move the clock on and return what it shows."""
    office.clock.advance(**by)
    return office.clock.now()


def unmatched(office: Office, **told: Any) -> UUID:
    outcome = leaving(office, **told)
    assert (outcome.status, outcome.values["matched"]) == (Status.RECORDED, False)
    return UUID(outcome.values["discrepancy_id"])


def kept(office: Office, discrepancy_id: UUID) -> Discrepancy:
    with office.book.reading() as session:
        found = session.get(Discrepancy, (office.site_id, discrepancy_id))
    assert found is not None
    return found


def visit_of(office: Office, visit_id: UUID) -> Visit:
    with office.book.reading() as session:
        found = session.get(Visit, (office.site_id, visit_id))
    assert found is not None
    return found


def events(office: Office, last: int) -> list[str]:
    with office.book.reading() as session:
        assert journal.verify_site(session, office.site_id).holds
        return [line.event for line in journal.after(session, office.site_id, 0)][-last:]


def test_a_departure_by_name_is_that_of_the_only_one_of_this_name(office: Office) -> None:
    visit_id = check_in(office, "Đỗ Văn Đức")
    check_in(office, "Đỗ Văn Đạt")
    assert leaving(office, name="do van duc").values["visit_id"] == str(visit_id)
    assert visit_of(office, visit_id).state == "left"


def test_of_two_with_one_name_reception_decides(office: Office) -> None:
    first, second = (check_in(office, "Nguyễn Văn An") for _ in range(2))
    found = kept(office, unmatched(office, name="Nguyễn Văn An"))
    assert (found.kind, found.name, found.resolved_at) == ("departure", "Nguyễn Văn An", None)
    assert {visit_of(office, visit_id).state for visit_id in (first, second)} == {"on_site"}
    assert events(office, 1) == ["DepartureUnmatched"]


def test_a_badge_that_another_name_was_told_with_is_left_to_reception(office: Office) -> None:
    visit_id = check_in(office, "Trần Thị Hoa", badge_number="014")
    unmatched(office, name="Lê Văn Bé", badge_number="014")
    assert visit_of(office, visit_id).state == "on_site"
    assert leaving(office, name="Hoa", badge_number="014").values["visit_id"] == str(visit_id)


def test_nobody_leaves_before_they_came(office: Office) -> None:
    earlier = office.clock.now() - timedelta(minutes=30)
    visit_id = check_in(office, "Trần Thị Hoa", badge_number="014")
    unmatched(office, badge_number="014", device_time=earlier)
    assert visit_of(office, visit_id).state == "on_site"


def test_who_asks_is_refused_and_may_look_again(office: Office) -> None:
    told: dict[str, Any]
    for told in ({"name": "Không Ai"}, {"badge_number": "014"}, {"digits": "1234567890"}, {"visit_id": new_id()}):
        outcome = leaving(office, **told, mode="ask")
        assert (outcome.status, outcome.code) == (Status.REFUSED, "not_found")


@pytest.mark.parametrize("told", [{"badge_number": "014"}, {"digits": "1234567890"}, {"name": "Ai Đó"}, {}])
def test_a_fact_without_a_match_is_never_refused(office: Office, told: dict[str, str]) -> None:
    unmatched(office, **told, visit_id=None if told else new_id())


def test_an_entry_that_comes_after_its_departure_is_ended_by_it(office: Office) -> None:
    left = after(office, hours=2)
    reading = {"tenths": 366, "at": left}
    stray = unmatched(office, badge_number="014", device_time=left, reading=reading)
    office.clock.advance(hours=1)
    visit_id = check_in(office, "Trần Thị Hoa", badge_number="014", mode="fact", device_time=MORNING)
    visit, found = visit_of(office, visit_id), kept(office, stray)
    assert (visit.state, visit.left_at, visit.gate_out_id) == ("left", left, office.gate_b)
    assert (visit.badge_missing, visit.readings[-1]["leaving"]) == (False, True)
    assert visit.readings[-1]["by"] == str(office.actors["other_guard"].account_id)
    assert (found.visit_id, found.automatic) == (visit_id, True)
    assert events(office, 3) == ["VisitCheckedIn", "VisitCheckedOut", "DepartureMatched"]


def test_an_entry_takes_the_first_departure_after_it(office: Office) -> None:
    times = [MORNING + timedelta(hours=hours) for hours in (1, 3)]
    office.clock.advance(hours=5)
    first, second = (unmatched(office, badge_number="014", device_time=at) for at in times)
    later = check_in(office, "Y Bluê Niê", badge_number="014", mode="fact", device_time=MORNING + timedelta(hours=2))
    sooner = check_in(office, "Trần Thị Hoa", badge_number="014", mode="fact", device_time=MORNING)
    assert (kept(office, first).visit_id, kept(office, second).visit_id) == (sooner, later)


def test_a_visits_own_departure_beats_the_one_that_the_book_guessed(office: Office) -> None:
    office.clock.advance(hours=5)
    stray = unmatched(office, badge_number="014", device_time=MORNING + timedelta(hours=3))
    visit_id = check_in(office, "Trần Thị Hoa", badge_number="014", mode="fact", device_time=MORNING)
    own = MORNING + timedelta(hours=1)
    assert leaving(office, visit_id=visit_id, device_time=own).status is Status.RECORDED
    assert visit_of(office, visit_id).left_at == own
    assert (kept(office, stray).visit_id, kept(office, stray).resolved_at) == (None, None)
    other = check_in(office, "Y Bluê Niê", badge_number="014", mode="fact", device_time=MORNING + timedelta(hours=2))
    assert kept(office, stray).visit_id == other


def test_a_name_alone_matches_no_later_entry_by_itself(office: Office) -> None:
    stray = unmatched(office, name="Trần Thị Hoa", device_time=after(office, hours=1))
    check_in(office, "Trần Thị Hoa", mode="fact", device_time=MORNING)
    assert kept(office, stray).resolved_at is None


def test_undoing_the_entry_has_its_departure_wait_again(office: Office) -> None:
    stray = unmatched(office, badge_number="014", device_time=after(office, hours=1))
    check_in(office, "Trần Thị Hoa", mode="fact", badge_number="014", device_time=MORNING)
    visit_id = kept(office, stray).visit_id
    assert visit_id is not None
    with office.book.reading() as session:
        [*_, matched] = journal.story(session, office.site_id, ("discrepancy", stray))
    undone = Undo(mode="fact", undone_id=matched.command_id, device_time=MORNING + timedelta(seconds=5))
    assert office.act("guard", undone).status is Status.RECORDED
    assert (visit_of(office, visit_id).state, kept(office, stray).visit_id) == ("voided", None)


def test_a_departure_that_fits_nobody_can_be_undone(office: Office) -> None:
    told = new_id()
    now = office.clock.now()
    office.act("guard", CheckOut(mode="fact", name="Ai Đó", device_time=now), told)
    undone = office.act("guard", Undo(mode="fact", undone_id=told, device_time=now + timedelta(seconds=4)))
    assert undone.status is Status.RECORDED
    assert kept(office, UUID(undone.values["discrepancy_id"])).resolved_at is not None
    again = office.act("guard", Undo(mode="fact", undone_id=told, device_time=now + timedelta(seconds=5)))
    assert again.code == "undo_superseded"


def test_reception_settles_a_departure_by_its_visit(office: Office) -> None:
    visit_id = check_in(office, "Nguyễn Văn An", badge_number="007")
    left = after(office, minutes=40)
    stray = unmatched(office, name="Nguyễn Văn Ân", badge_number="017", device_time=left)
    office.clock.advance(hours=1)
    office.do("reception", SettleDiscrepancy(discrepancy_id=stray, visit_id=visit_id))
    visit, found = visit_of(office, visit_id), kept(office, stray)
    assert (visit.state, visit.left_at, visit.gate_out_id) == ("left", left, office.gate_b)
    assert (found.visit_id, found.automatic) == (visit_id, False)
    assert events(office, 2) == ["VisitCheckedOut", "DepartureMatched"]
    again = office.act("reception", SettleDiscrepancy(discrepancy_id=stray, resolution="lần nữa"))
    assert again.code == "discrepancy_settled"


def test_reception_settles_a_departure_by_a_reason(office: Office) -> None:
    stray = unmatched(office, name="Nguyễn Văn An")
    assert office.act("reception", SettleDiscrepancy(discrepancy_id=stray)).code == "resolution_missing"
    office.do("reception", SettleDiscrepancy(discrepancy_id=stray, resolution="Cán bộ, không ghi sổ"))
    assert kept(office, stray).resolution == "Cán bộ, không ghi sổ"
    assert events(office, 1) == ["DiscrepancySettled"]


def test_settling_says_what_does_not_fit(office: Office, other_office: Office) -> None:
    stray = unmatched(office, name="Nguyễn Văn An")
    office.clock.advance(hours=1)
    later = check_in(office, "Nguyễn Văn An")
    assert (
        office.act("reception", SettleDiscrepancy(discrepancy_id=stray, visit_id=later)).code == "left_before_arrival"
    )
    tomorrow = office.clock.now() + timedelta(days=1)
    settling = SettleDiscrepancy(discrepancy_id=stray, visit_id=later, left_at=tomorrow)
    assert office.act("reception", settling).code == "time_in_future"
    for nobodys in (SettleDiscrepancy(discrepancy_id=new_id(), resolution="?"), SettleDiscrepancy(
        discrepancy_id=stray, visit_id=new_id())):  # fmt: skip
        assert office.act("reception", nobodys).code == "not_found"
    assert other_office.act("reception", SettleDiscrepancy(discrepancy_id=stray, resolution="?")).code == "not_found"
    office.do("reception", SettleDiscrepancy(discrepancy_id=stray, visit_id=later, left_at=office.clock.now()))


def test_what_was_told_is_closed_and_opening_it_is_an_act(office: Office) -> None:
    stray = unmatched(office, digits="1234567890", name="Trần Thị Hoa")
    opened = [office.do("reception", OpenDiscrepancy(discrepancy_id=stray))["journalled"] for _ in range(2)]
    assert opened == [True, False]
    assert events(office, 1) == ["DiscrepancyOpened"]
    assert open_content(office.book.closing, kept(office, stray))["digits"] == "1234567890"
    with office.book.reading() as session:
        payloads = [line.payload for line in journal.after(session, office.site_id, 0)]
    assert "1234567890" not in str(payloads)


NAMES = st.sampled_from(["Nguyễn Văn An", "Nguyễn Văn Ân", "Nguyen An", "Trần Thị Hoa", "Hoa", ""])
BADGES = st.sampled_from(["", "7", "007", "014"])
TIMES = st.integers(0, 600).map(lambda minutes: MORNING + timedelta(minutes=minutes))
DEPARTURES = st.builds(rules.Departure, TIMES, BADGES, NAMES.map(fold))
INSIDE = st.lists(st.builds(rules.Present, st.uuids(version=4), TIMES, BADGES, NAMES.map(fold)), max_size=8)


@given(DEPARTURES, INSIDE)
def test_who_left_beyond_doubt_is_always_among_those_who_may_have(
    departure: rules.Departure, inside: list[rules.Present]
) -> None:
    sure, possible = rules.who_left(departure, inside), rules.may_have_left(departure, inside)
    assert sure is None or sure in possible
    assert sure == rules.who_left(departure, reversed(inside))
    came = {person.visit_id: person.arrived for person in inside}
    assert all(came[visit_id] <= departure.at + rules.CLOCK_TOLERANCE for visit_id in possible)
    assert (departure.badge_number, departure.name) != ("", "") or not possible
