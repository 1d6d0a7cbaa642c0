"""A pass that a tablet checked by its signature alone: decided about later, by its digits."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.declarations.models import Pass
from app.declarations.schemas import Person
from app.visits.commands import CheckIn
from app.visits.models import Visit
from tests.browser.desk import declare, somebody
from tests.office import Office
from tests.visits.test_admission import arrival


def declared_pass(office: Office) -> tuple[str, UUID]:
    """Have somebody declare, and return the pass's digits and the waiting visit."""
    declare(office, somebody("Trần Thị Hoa"))
    with office.book.reading() as session:
        [visit] = session.scalars(sa.select(Visit).where(col(Visit.state) == "waiting"))
        found = session.get(Pass, (office.site_id, visit.pass_id))
        assert found is not None
        return found.digits, visit.id


def by_pass(office: Office, digits: str, **changed: Any) -> CheckIn:
    return arrival(
        office, **({"person": Person(name="Trần Thị Hoa"), "pass_digits": digits, "answers": None} | changed)
    )


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
        assert {"code": "pass_unknown", "digits": "4821093766"} in visit.discrepancies


def test_a_pass_that_had_expired_by_then_is_kept_with_a_discrepancy(office: Office) -> None:
    digits, visit_id = declared_pass(office)
    office.clock.advance(hours=30)
    assert office.act("guard", by_pass(office, digits, mode="ask")).code == "pass_expired"
    assert office.do("guard", by_pass(office, digits, mode="fact"))["visit_id"] == str(visit_id)
    with office.book.reading() as session:
        visit = session.get(Visit, (office.site_id, visit_id))
        assert visit is not None
        assert "pass_expired" in {found["code"] for found in visit.discrepancies}
