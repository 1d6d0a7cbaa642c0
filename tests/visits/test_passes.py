"""A pass that a tablet checked by its signature alone: decided about later, by its digits."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.declarations.files import NAME_BYTES, cut
from app.declarations.models import Pass
from app.declarations.schemas import Person
from app.kit.ids import new_id
from app.visits.commands import CheckIn, CheckOut, Undo
from app.visits.models import Visit
from tests.browser.desk import declare, somebody
from tests.office import Office
from tests.tablet.test_passes import declare as declare_party
from tests.tablet.test_passes import digits_of
from tests.visits.test_admission import ANSWERS, arrival


def declared_pass(office: Office) -> tuple[str, UUID]:
    """Have somebody declare, and return the pass's digits and the waiting visit."""
    declare(office, somebody("Trần Thị Hoa"))
    with office.book.reading() as session:
        [visit] = session.scalars(sa.select(Visit).where(col(Visit.state) == "waiting"))
        found = session.get(Pass, (office.site_id, visit.pass_id))
        assert found is not None
        return found.digits, visit.id


def by_pass(office: Office, digits: str, **changed: Any) -> CheckIn:
    told: dict[str, Any] = {"person": Person(name="Trần Thị Hoa"), "pass_digits": digits, "answers": None}
    return arrival(office, **(told | changed))


@pytest.mark.parametrize("mode", ["ask", "fact"])
def test_a_pass_that_the_tablet_never_heard_of_decides_about_its_own_visit(office: Office, mode: Any) -> None:
    digits, visit_id = declared_pass(office)
    values = office.do("guard", by_pass(office, digits, mode=mode))
    assert (values["visit_id"], values["state"]) == (str(visit_id), "on_site")
    with office.book.reading() as session:
        visit = session.get(Visit, (office.site_id, visit_id))
        assert visit is not None
        assert (visit.phone_hash is not None, visit.discrepancies) == (True, [])


def test_a_pass_used_at_two_tablets_is_one_line_with_a_discrepancy(office: Office) -> None:
    digits, visit_id = declared_pass(office)
    office.do("guard", by_pass(office, digits, mode="fact"))
    assert office.act("other_guard", by_pass(office, digits, mode="ask")).code == "already_decided"
    values = office.do("other_guard", by_pass(office, digits, mode="fact", badge_number="101"))
    assert values["visit_id"] == str(visit_id)
    with office.book.reading() as session:
        [visit] = session.scalars(sa.select(Visit))
        assert [found["code"] for found in visit.discrepancies] == ["already_decided"]


def test_a_pass_of_no_declaration_is_refused_when_asked_and_kept_as_a_fact(office: Office) -> None:
    assert office.act("guard", by_pass(office, "4821093766", mode="ask")).code == "pass_unknown"
    values = office.do("guard", by_pass(office, "4821093766", mode="fact"))
    with office.book.reading() as session:
        visit = session.get(Visit, (office.site_id, UUID(values["visit_id"])))
        assert visit is not None
        assert (visit.name, visit.state) == ("Trần Thị Hoa", "on_site")
        assert {"code": "pass_unknown", "pass_digits": "4821093766"} in visit.discrepancies


def test_a_pass_that_had_expired_by_then_is_kept_with_a_discrepancy(office: Office) -> None:
    digits, visit_id = declared_pass(office)
    office.clock.advance(hours=30)
    assert office.act("guard", by_pass(office, digits, mode="ask")).code == "pass_expired"
    assert office.do("guard", by_pass(office, digits, mode="fact"))["visit_id"] == str(visit_id)
    with office.book.reading() as session:
        visit = session.get(Visit, (office.site_id, visit_id))
        assert visit is not None
        assert "pass_expired" in {found["code"] for found in visit.discrepancies}


def lines(office: Office) -> list[Visit]:
    with office.book.reading() as session:
        return list(session.scalars(sa.select(Visit).order_by(col(Visit.id))))


def codes(visit: Visit) -> list[str]:
    return [found["code"] for found in visit.discrepancies]


def test_each_of_a_party_is_found_by_name_whatever_the_order_at_the_gate(office: Office) -> None:
    digits = digits_of(office, declare_party(office, "Trần Thị Hoa", "Lê Văn Bé", "Đinh Công Tráng"))
    for name, badge in (("dinh cong trang", "016"), ("Lê Văn Bé", "015")):
        command = by_pass(office, digits, person=Person(name=name), pass_position=1, badge_number=badge, mode="fact")
        office.do("guard", command)
    assert [(visit.state, codes(visit)) for visit in lines(office)] == [
        ("waiting", []),
        ("on_site", []),
        ("on_site", []),
    ]


def test_without_a_name_the_position_says_who_of_the_party_it_is(office: Office) -> None:
    digits = digits_of(office, declare_party(office, "Trần Thị Hoa", "Lê Văn Bé"))
    values = office.do("guard", by_pass(office, digits, person=None, pass_position=1))
    assert values["visit_id"] == str(lines(office)[1].id)


def test_a_name_that_the_pass_had_to_cut_is_still_found(office: Office) -> None:
    long = "Nguyễn Thị Phương Thảo Hoàng Kim Ngân Tôn Nữ"
    digits = digits_of(office, declare_party(office, long))
    values = office.do("guard", by_pass(office, digits, person=Person(name=cut(long, NAME_BYTES))))
    [visit] = lines(office)
    assert (values["visit_id"], visit.name, visit.discrepancies) == (str(visit.id), long, [])


@pytest.mark.parametrize("position", [0, 1])
def test_somebody_else_with_the_pass_is_refused_when_asked_and_a_line_of_their_own_as_a_fact(
    office: Office, position: int
) -> None:
    digits, _ = declared_pass(office)
    command = by_pass(office, digits, person=Person(name="Hồ A Páo"), pass_position=position)
    assert office.act("guard", command).code == "pass_person_differs"
    office.do("guard", command.model_copy(update={"mode": "fact"}))
    declared, other = lines(office)
    assert (declared.state, declared.discrepancies) == ("waiting", [])
    assert (other.name, other.state, other.pass_id) == ("Hồ A Páo", "on_site", None)
    assert {"code": "pass_person_differs", "pass_digits": digits} in other.discrepancies


def test_a_pass_whose_holder_has_left_makes_a_new_line_that_says_who_used_it(office: Office) -> None:
    digits, visit_id = declared_pass(office)
    office.do("guard", by_pass(office, digits))
    office.do("guard", CheckOut(visit_id=visit_id, badge_returned=True))
    office.clock.advance(minutes=30)
    again = by_pass(office, digits)
    refused = office.act("other_guard", again)
    assert (refused.code, refused.values["state"], refused.values["gate"]) == ("pass_used", "left", "Cổng A")
    office.do("other_guard", again.model_copy(update={"mode": "fact"}))
    first, second = lines(office)
    assert (first.state, second.state) == ("left", "on_site")
    found = next(one for one in second.discrepancies if one["code"] == "pass_used")
    assert (found["pass_digits"], found["visit_id"]) == (digits, str(visit_id))


def test_a_pass_of_another_site_is_unknown_here(office: Office, other_office: Office) -> None:
    digits, visit_id = declared_pass(other_office)
    values = office.do("guard", by_pass(office, digits, mode="fact"))
    assert values["visit_id"] != str(visit_id)
    assert "pass_unknown" in codes(next(visit for visit in lines(office) if visit.site_id == office.site_id))


def test_taking_back_a_check_in_by_pass_leaves_the_visit_waiting_and_the_pass_unused(office: Office) -> None:
    digits, visit_id = declared_pass(office)
    command_id = new_id()
    office.act("guard", by_pass(office, digits), command_id)
    office.do("guard", Undo(undone_id=command_id, device_time=office.clock.now()))
    assert [visit.state for visit in lines(office)] == ["waiting"]
    assert office.do("guard", by_pass(office, digits))["visit_id"] == str(visit_id)


@pytest.mark.parametrize("worse", ["declared", "asked"])
def test_of_what_was_declared_and_what_a_guard_heard_the_stricter_counts(office: Office, worse: str) -> None:
    fever: dict[str, Any] = {"fever": True}
    digits = digits_of(office, declare_party(office, "Trần Thị Hoa", **(fever if worse == "declared" else {})))
    heard = ANSWERS if worse == "declared" else ANSWERS | fever
    office.do("guard", by_pass(office, digits, answers=heard, mode="fact"))
    [visit] = lines(office)
    assert (visit.outcome, codes(visit)) == ("stop", ["decision_differs"])
