"""A moment is the same moment in whatever zone a device tells it."""

from zoneinfo import ZoneInfo

from app.journal.queries import verify_site
from app.visits.commands import CheckOut
from tests.office import Office
from tests.visits.test_admission import arrival


def test_a_device_that_tells_local_time_leaves_a_chain_that_holds(office: Office) -> None:
    local = office.clock.now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    visit = office.do("guard", arrival(office, device_time=local))
    office.do("guard", CheckOut(visit_id=visit["visit_id"], badge_returned=True, device_time=local))
    with office.book.reading() as session:
        assert verify_site(session, office.site_id).holds
