"""Check-in, decided by the server."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from app.clerk import Status
from app.declarations.schemas import Person
from app.kit.ids import new_id
from app.sites.repository import badge_of
from app.visits.commands import CheckIn, CheckOut, Override, Reading, Undo
from app.visits.models import Visit
from app.visits.repository import find
from tests.office import Office, later

HOA = Person(name="Trần Thị Hoa", birth_year=1984, organisation="Điện lực tỉnh", phone="0912 345 678")
ANSWERS: dict[str, Any] = {
    "fever": False, "cough": False, "breath": False, "throat": False, "tired": False, "vomit": False,
    "diarrhoea": False, "bleeding": False, "rash": False, "places": [], "contact": False, "truthful": True,
}  # fmt: skip


def arrival(office: Office, tenths: int = 365, **changed: Any) -> CheckIn:
    """Return a check-in that lacks nothing: a visitor whom the guard declares for."""
    now = office.clock.now()
    fields: dict[str, Any] = {
        "person": HOA,
        "unit_id": next(iter(office.units.values())),
        "purpose": "hồ sơ đấu thầu",
        "answers": ANSWERS,
        "readings": [Reading(tenths=tenths, at=now)],
        "mask": True,
        "sanitiser": True,
        "badge_number": "014",
        "decision": "admit",
        "device_time": now,
    }
    return CheckIn(**(fields | changed))


def visit_of(office: Office, values: dict[str, Any]) -> Visit:
    with office.book.reading() as session:
        found = find(session, office.site_id, UUID(values["visit_id"]))
    assert found is not None
    return found


def test_a_clear_visitor_is_on_site_with_a_number_and_a_badge(office: Office) -> None:
    values = office.do("guard", arrival(office))
    visit = visit_of(office, values)
    assert (visit.state, visit.number, visit.badge_number, visit.temperature) == ("on_site", 1, "014", 365)
    assert visit.admitted_at == office.clock.now()
    with office.book.reading() as session:
        taken = badge_of(session, office.site_id, "014")
    assert taken is not None
    assert (taken.state, taken.visit_id) == ("out", visit.id)


def test_a_repeated_command_is_not_a_second_visit(office: Office) -> None:
    command_id, command = new_id(), arrival(office)
    first = office.act("guard", command, command_id)
    again = office.act("guard", command, command_id)
    assert (first.status, again.status) == (Status.RECORDED, Status.REPEATED)
    assert again.values == first.values


def test_a_command_id_reused_with_other_content_is_a_conflict(office: Office) -> None:
    command_id = new_id()
    office.act("guard", arrival(office), command_id)
    assert office.act("guard", arrival(office, tenths=366), command_id).status is Status.CONFLICT


def test_a_temperature_at_the_limit_is_not_admitted_whatever_the_tablet_says(office: Office) -> None:
    outcome = office.act("guard", arrival(office, tenths=375))
    assert (outcome.status, outcome.code, outcome.values["kind"]) == (Status.REFUSED, "decision_differs", "recheck")


def test_a_refused_ask_may_be_followed_once_by_its_fact_and_carries_a_discrepancy(office: Office) -> None:
    command_id, command = new_id(), arrival(office, tenths=375)
    office.act("guard", command, command_id)
    fact = office.act("guard", command.model_copy(update={"mode": "fact"}), command_id)
    assert fact.status is Status.RECORDED
    visit = visit_of(office, fact.values)
    assert [found["code"] for found in visit.discrepancies] == ["decision_differs"]
    assert office.act("guard", command.model_copy(update={"mode": "fact"}), command_id).status is Status.REPEATED


def test_a_high_reading_rests_and_a_second_normal_one_admits_with_both_kept(office: Office) -> None:
    values = office.do("guard", arrival(office, tenths=376, decision="recheck", badge_number=None))
    resting = visit_of(office, values)
    assert (resting.state, resting.number) == ("resting", None)
    assert resting.rest_until == later(office.clock.now(), minutes=15)
    office.clock.advance(minutes=16)
    now = office.clock.now()
    second = CheckIn(
        visit_id=resting.id,
        readings=[Reading(tenths=369, at=now)],
        badge_number="001",
        decision="admit",
        device_time=now,
    )
    admitted = visit_of(office, office.do("guard", second))
    assert (admitted.state, admitted.number, admitted.temperature) == ("on_site", 1, 369)
    assert [reading["tenths"] for reading in admitted.readings] == [376, 369]


def test_the_same_visit_decided_at_two_tablets_has_one_winner_and_the_other_is_told_who_and_when(
    office: Office,
) -> None:
    resting = visit_of(office, office.do("guard", arrival(office, tenths=376, decision="recheck", badge_number=None)))
    office.clock.advance(minutes=16)
    now = office.clock.now()
    fields: dict[str, Any] = {"visit_id": resting.id, "readings": [Reading(tenths=368, at=now)], "decision": "admit"}
    office.do("guard", CheckIn(**fields, badge_number="002"))
    second = office.act("other_guard", CheckIn(**fields, badge_number="101"))
    assert (second.status, second.code) == (Status.REFUSED, "already_decided")
    assert (second.values["by"], second.values["gate"]) == ("Nguyễn Văn Đức", "Cổng A")
    assert datetime.fromisoformat(second.values["at"]) == now


def test_a_badge_that_is_out_is_refused_with_the_next_free_one(office: Office) -> None:
    office.do("guard", arrival(office))
    outcome = office.act("guard", arrival(office))
    assert (outcome.code, outcome.values["next"]) == ("badge_not_free", "001")


def test_a_time_in_the_future_is_refused_and_as_a_fact_is_clamped_and_flagged(office: Office) -> None:
    ahead = arrival(office, device_time=later(office.clock.now(), hours=2))
    assert office.act("guard", ahead).code == "time_in_future"
    fact = visit_of(office, office.do("guard", ahead.model_copy(update={"mode": "fact"})))
    assert fact.occurred_at == office.clock.now()
    assert "time_in_future" in [found["code"] for found in fact.discrepancies]


def test_a_visit_of_another_site_is_not_found(office: Office, other_office: Office) -> None:
    visit = visit_of(office, office.do("guard", arrival(office)))
    assert other_office.act("guard", CheckOut(visit_id=visit.id)).code == "not_found"


def test_an_undo_within_ten_seconds_strikes_a_new_line_and_frees_its_badge(office: Office) -> None:
    command_id = new_id()
    values = office.act("guard", arrival(office), command_id).values
    office.clock.advance(seconds=9)
    office.do("guard", Undo(undone_id=command_id, device_time=office.clock.now()))
    undone = visit_of(office, values)
    assert (undone.state, undone.number) == ("voided", 1)
    assert visit_of(office, office.do("guard", arrival(office))).number == 2


@pytest.mark.parametrize(
    ("who", "seconds", "code"), [("guard", 11, "undo_too_late"), ("other_guard", 1, "undo_not_own")]
)
def test_an_undo_is_refused_late_or_to_others(office: Office, who: str, seconds: int, code: str) -> None:
    command_id = new_id()
    office.act("guard", arrival(office), command_id)
    office.clock.advance(seconds=seconds)
    assert office.act(who, Undo(undone_id=command_id, device_time=office.clock.now())).code == code


def test_check_out_at_another_gate_brings_the_badge_back_and_undo_takes_it_out_again(office: Office) -> None:
    visit = visit_of(office, office.do("guard", arrival(office)))
    command_id = new_id()
    office.act("other_guard", CheckOut(badge_number="014", badge_returned=True), command_id)
    left = visit_of(office, {"visit_id": str(visit.id)})
    assert (left.state, left.gate_out_id, left.badge_missing) == ("left", office.gate_b, False)
    office.do("other_guard", Undo(undone_id=command_id))
    back = visit_of(office, {"visit_id": str(visit.id)})
    assert (back.state, back.left_at, back.gate_out_id) == ("on_site", None, None)
    with office.book.reading() as session:
        taken = badge_of(session, office.site_id, "014")
    assert taken is not None
    assert taken.visit_id == visit.id


def test_a_badge_that_was_not_given_back_is_missing(office: Office) -> None:
    office.do("guard", arrival(office))
    office.do("guard", CheckOut(badge_number="014", badge_returned=False))
    with office.book.reading() as session:
        missing = badge_of(session, office.site_id, "014")
    assert missing is not None
    assert missing.state == "missing"


def test_an_employee_checks_in_without_a_declaration_and_not_twice(office: Office) -> None:
    now = office.clock.now()
    command = CheckIn(
        employee_id=office.employees["Đỗ Văn Đức"], visit_kind="employee",
        readings=[Reading(tenths=364, at=now)], mask=True, sanitiser=True, decision="admit",
    )  # fmt: skip
    visit = visit_of(office, office.do("guard", command))
    assert (visit.name, visit.kind, visit.state) == ("Đỗ Văn Đức", "employee", "on_site")
    assert office.act("guard", command).code == "already_decided"


def test_a_guard_may_be_stricter_with_a_reason_but_not_milder(office: Office) -> None:
    stricter = arrival(
        office, decision="refuse", badge_number=None, override=Override(decision="refuse", reason="say rượu")
    )
    assert visit_of(office, office.do("guard", stricter)).state == "refused"
    milder = arrival(office, tenths=376, override=Override(decision="admit", reason="vội"))
    assert office.act("guard", milder).code == "override_not_permitted"


def test_closed_fields_are_ciphertext_in_the_row_and_in_no_payload(office: Office) -> None:
    visit = visit_of(office, office.do("guard", arrival(office)))
    assert visit.phone_closed is not None
    assert b"912" not in visit.phone_closed
    from app.journal.queries import story  # noqa: PLC0415

    with office.book.reading() as session:
        lines = story(session, office.site_id, ("visit", visit.id))
    assert lines
    assert "912 345" not in str([line.payload for line in lines])
