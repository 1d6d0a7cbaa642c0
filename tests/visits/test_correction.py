"""Corrections, struck-through lines, notes, opened details, discrepancies, and lines from paper."""

from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from app.declarations.schemas import Person
from app.journal.queries import StoryLine, story
from app.kit.ids import new_id
from app.sites.repository import badge_of
from app.visits.commands import (
    AddNote,
    CheckOut,
    CorrectVisit,
    EnterFromPaper,
    OpenDetails,
    ResolveDiscrepancy,
    VoidVisit,
)
from app.visits.repository import open_phone
from tests.office import Office, later
from tests.visits.test_admission import arrival, visit_of


def admitted(office: Office) -> UUID:
    return UUID(office.do("guard", arrival(office))["visit_id"])


def lines(office: Office, visit_id: UUID) -> list[StoryLine]:
    with office.book.reading() as session:
        return story(session, office.site_id, ("visit", visit_id))


def correction(visit_id: UUID, field: Any, value: str, reason: str = "nhầm số") -> CorrectVisit:
    return CorrectVisit(visit_id=visit_id, field=field, value=value, reason=reason)


def test_a_correction_keeps_the_old_value_and_the_reason_in_the_journal(office: Office) -> None:
    visit_id = admitted(office)
    office.do("reception", correction(visit_id, "name", "Trần Thị Hoà"))
    assert visit_of(office, {"visit_id": str(visit_id)}).name == "Trần Thị Hoà"
    last = lines(office, visit_id)[-1]
    assert last.event == "VisitCorrected"
    assert last.payload == {
        "name": "Trần Thị Hoà", "field": "name", "old": "Trần Thị Hoa", "new": "Trần Thị Hoà", "reason": "nhầm số",
    }  # fmt: skip


def test_a_corrected_phone_is_closed_again_and_in_no_payload(office: Office) -> None:
    visit_id = admitted(office)
    office.do("reception", correction(visit_id, "phone", "0987 654 321"))
    visit = visit_of(office, {"visit_id": str(visit_id)})
    assert open_phone(office.book.closing, visit) == "0987 654 321"
    assert "654 321" not in str([line.payload for line in lines(office, visit_id)])


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("temperature", "99", "temperature_odd"),
        ("birth_year", "84", "birth_year_odd"),
        ("unit_id", "no unit", "unit_unknown"),
        ("mask", "maybe", "value_odd"),
        ("sex", "?", "value_odd"),
        ("admitted_at", "yesterday", "time_odd"),
        ("admitted_at", "2026-11-24T07:00:00", "time_odd"),
        ("admitted_at", "2999-01-01T00:00:00+00:00", "time_in_future"),
        ("left_at", "2026-11-24T00:10:00+00:00", "left_before_arrival"),
    ],
)
def test_an_odd_correction_is_refused_and_changes_nothing(office: Office, field: str, value: str, code: str) -> None:
    visit_id = admitted(office)
    before = visit_of(office, {"visit_id": str(visit_id)}).model_dump()
    assert office.act("reception", correction(visit_id, field, value)).code == code
    assert visit_of(office, {"visit_id": str(visit_id)}).model_dump() == before


def test_a_corrected_badge_frees_the_old_one_and_takes_the_new(office: Office) -> None:
    visit_id = admitted(office)
    office.do("reception", correction(visit_id, "badge_number", "015"))
    with office.book.reading() as session:
        states = {number: badge_of(session, office.site_id, number) for number in ("014", "015")}
    assert {number: badge.state for number, badge in states.items() if badge} == {"014": "free", "015": "out"}


def test_a_guard_corrects_own_lines_of_this_shift_only(office: Office) -> None:
    visit_id = admitted(office)
    assert office.do("guard", correction(visit_id, "purpose", "giao hồ sơ"))
    assert office.act("other_guard", correction(visit_id, "purpose", "khác")).code == "not_own_line"


def test_a_voided_line_keeps_its_number_and_frees_its_badge(office: Office) -> None:
    visit_id = admitted(office)
    office.do("guard", VoidVisit(visit_id=visit_id, reason="ghi trùng"))
    visit = visit_of(office, {"visit_id": str(visit_id)})
    assert (visit.state, visit.number) == ("voided", 1)
    assert office.act("reception", correction(visit_id, "name", "Ai đó")).code == "line_voided"
    assert visit_of(office, office.do("guard", arrival(office))).number == 2


def test_a_note_is_added_under_the_notes_before_it(office: Office) -> None:
    visit_id = admitted(office)
    office.do("reception", AddNote(visit_id=visit_id, text="có gọi lại"))
    office.do("reception", AddNote(visit_id=visit_id, text="đã xong"))
    assert visit_of(office, {"visit_id": str(visit_id)}).note == "có gọi lại\nđã xong"
    assert office.act("reception", AddNote(visit_id=visit_id, text="\u200b")).code == "note_empty"


def test_details_opened_are_journalled_once_per_account_and_ten_minutes(office: Office) -> None:
    visit_id = admitted(office)
    assert office.do("reception", OpenDetails(visit_id=visit_id))["journalled"] is True
    assert office.do("reception", OpenDetails(visit_id=visit_id))["journalled"] is False
    assert office.do("manager", OpenDetails(visit_id=visit_id))["journalled"] is True
    office.clock.advance(minutes=10)
    assert office.do("reception", OpenDetails(visit_id=visit_id))["journalled"] is True


def test_a_discrepancy_is_closed_with_a_word_on_it_and_kept_in_the_journal(office: Office) -> None:
    fact = arrival(office, tenths=376).model_copy(update={"mode": "fact"})
    visit_id = UUID(office.do("guard", fact)["visit_id"])
    office.do("reception", ResolveDiscrepancy(visit_id=visit_id, code="decision_differs", resolution="đã đo lại: 36,6"))
    assert visit_of(office, {"visit_id": str(visit_id)}).discrepancies == []
    payload = lines(office, visit_id)[-1].payload
    assert payload is not None
    assert payload["resolved"][0]["code"] == "decision_differs"


def test_reception_checks_out_who_forgot_at_the_time_that_was_told(office: Office) -> None:
    visit_id = admitted(office)
    left_at = later(office.clock.now(), hours=2)
    forgotten = CheckOut(visit_id=visit_id, forgotten=True, left_at=left_at, badge_returned=True)
    assert office.act("reception", forgotten).code == "time_in_future"
    office.clock.advance(hours=10)
    office.do("reception", forgotten.model_copy(update={"device_sequence": 1}))
    assert visit_of(office, {"visit_id": str(visit_id)}).left_at == left_at


def paper(office: Office, **changed: Any) -> EnterFromPaper:
    fields: dict[str, Any] = {
        "sheet": "a-07", "line": 3, "gate_id": office.gate_a, "day": date(2026, 11, 23), "arrived": time(22, 40),
        "left": time(0, 15), "person": Person(name="Lò Thị Mai"), "tenths": 366, "mask": True,
    }  # fmt: skip
    return EnterFromPaper(**(fields | changed))


def test_a_line_from_paper_has_its_own_times_across_midnight_and_is_marked(office: Office) -> None:
    visit = visit_of(office, office.do("reception", paper(office)))
    assert (visit.state, visit.paper_sheet, visit.paper_line, visit.day) == ("left", "A-07", 3, date(2026, 11, 23))
    assert visit.admitted_at is not None
    assert visit.left_at is not None
    assert (visit.left_at - visit.admitted_at).total_seconds() == 95 * 60
    assert visit.number == 1


def test_the_same_line_of_the_same_sheet_is_never_entered_twice(office: Office) -> None:
    office.do("reception", paper(office))
    assert office.act("reception", paper(office, person=Person(name="Ai khác"))).code == "paper_line_entered"
    assert office.do("reception", paper(office, line=4))


def test_two_who_enter_one_line_at_the_same_moment_make_one_visit(office: Office) -> None:
    ids = [new_id(), new_id()]
    waiting = [
        office.clerk.begin(command_id, paper(office), office.actors[who])
        for command_id, who in zip(ids, ("reception", "manager"), strict=True)
    ]
    codes = [outcome(30).code for outcome in waiting]
    assert codes == [None, "paper_line_entered"]


def test_a_line_from_paper_cannot_be_of_the_future(office: Office) -> None:
    assert office.act("reception", paper(office, day=date(2026, 11, 25))).code == "time_in_future"
