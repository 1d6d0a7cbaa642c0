"""A form sent twice, changed, too often, from elsewhere."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.clerk import Status
from app.declarations.handlers import open_answers
from app.declarations.models import Declaration
from app.kit.ids import new_id
from app.main import make_app
from app.selfservice.commands import AmendDeclaration
from app.settings import Settings
from app.sites.commands import ChangeGate
from app.visits.commands import CheckIn, CorrectVisit, Reading
from app.visits.repository import open_phone
from tests.conftest import Browser
from tests.office import Office, pair
from tests.selfservice.conftest import HEALTH, WHO, Visitor, scan


def admit(office: Office, visitor: Visitor) -> None:
    [visit] = visitor.visits
    now = office.clock.now()
    office.do(
        "guard",
        CheckIn(visit_id=visit.id, readings=[Reading(tenths=365, at=now)], mask=True, sanitiser=True,
                badge_number="014", decision="admit", device_time=now),
    )  # fmt: skip


def walk_to_the_end(visitor: Visitor) -> dict[str, Any]:
    """Go through the form and return its last page's fields, not yet sent."""
    visitor.send(**{"agree.health": "yes"})
    visitor.send(**WHO)
    visitor.send(**visitor.whom)
    return visitor.fields.values | HEALTH | {"go": "next"}


def test_the_same_form_sent_again_leads_to_the_same_pass(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    first = visitor.post(last, address).headers["location"]
    again = visitor.post(last, address).headers["location"]
    assert first == again
    assert (len(visitor.passes), len(visitor.visits)) == (1, 1)
    assert [line.event for line in visitor.story(visitor.visits[0])] == ["VisitDeclared"]


def test_a_form_changed_while_waiting_is_a_journalled_amendment(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    first = visitor.post(last, address).headers["location"]
    changed = last | {"full_name": "Trần Thị Hoài", "phone": "0987 654 321", "a.cough": "yes"}
    again = visitor.post(changed, address).headers["location"]
    assert first == again
    [visit] = visitor.visits
    assert (visit.name, visit.outcome, visit.state) == ("Trần Thị Hoài", "caution", "waiting")
    book = visitor.browser.office.book
    assert open_phone(book.closing, visit) == "0987 654 321"
    declared, amended = visitor.story(visit)
    assert (declared.event, amended.event) == ("VisitDeclared", "DeclarationAmended")
    assert amended.payload is not None
    assert amended.payload["old"] == {"name": "Trần Thị Hoa", "phone": None, "answers": None}
    with book.reading() as session:
        old = session.get(Declaration, (visit.site_id, UUID(amended.payload["old_declaration_id"])))
    assert old is not None
    assert old.amended_at == visitor.browser.office.clock.now()
    assert open_answers(book.closing, old)["cough"] is False


def test_a_form_changed_and_changed_back_ends_as_it_began(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    visitor.post(last, address)
    visitor.post(last | {"purpose": "nộp báo cáo"}, address)
    visitor.post(last, address)
    assert visitor.visits[0].purpose == "hồ sơ đấu thầu"
    assert len(visitor.story(visitor.visits[0])) == 3


def test_companions_are_added_and_taken_off_while_waiting(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    visitor.post(last, address)
    child = {"companions": "1", "c1.full_name": "Trần Bé An", "c1.birth_year": "2018", "same_for_all": "yes"}
    visitor.post(last | child, address)
    assert [visit.state for visit in visitor.party(visitor.passes[0])] == ["waiting", "waiting"]
    assert visitor.passes[0].people == 2
    visitor.post(last, address)
    assert [visit.state for visit in visitor.party(visitor.passes[0])] == ["waiting", "voided"]
    assert visitor.passes[0].people == 1


def test_after_admission_an_unchanged_form_still_leads_to_its_pass(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    first = visitor.post(last, address).headers["location"]
    admit(visitor.browser.office, visitor)
    assert visitor.post(last, address).headers["location"] == first


def test_after_admission_a_changed_form_says_to_see_the_guard(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    first = visitor.post(last, address).headers["location"]
    admit(visitor.browser.office, visitor)
    page = visitor.post(last | {"full_name": "Người Khác"}, address)
    assert page.status_code == 200
    assert "vui lòng gặp bảo vệ" in page.text
    assert f'href="{first}"' in page.text
    assert [visit.name for visit in visitor.visits] == ["Trần Thị Hoa"]


def test_what_reception_corrected_is_not_written_over(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    visitor.post(last, address)
    office, [visit] = visitor.browser.office, visitor.visits
    office.do("reception", CorrectVisit(visit_id=visit.id, field="name", value="Trần Thị Hoài", reason="nhầm"))
    assert visitor.post(last, address).status_code == 303
    assert visitor.visits[0].name == "Trần Thị Hoài"


def test_an_amendment_of_no_form_is_refused(office: Office, visitor: Visitor) -> None:
    del visitor
    person = {"person": {"name": "Ai đó"}, "answers": {}}
    command = AmendDeclaration.model_validate(
        {"form_id": new_id(), "gate_id": office.gate_a, "channel": "phone", "language": "vi", "notice_version": 1,
         "people": [person]}
    )  # fmt: skip
    assert (outcome := office.act("guard", command)).status is Status.REFUSED
    assert outcome.code == "not_found"


def test_a_reload_of_the_first_page_begins_no_second_form(client: Browser) -> None:
    first = scan(client).fields.values["command_id"]
    assert scan(client).fields.values["command_id"] == first


def test_whoever_scans_again_finds_the_way_back_to_the_pass(visitor: Visitor) -> None:
    visitor.walk()
    address = visitor.page.headers["location"]
    again = scan(visitor.browser)
    assert f'href="{address}"' in again.page.text
    assert again.fields.values["command_id"] != str(visitor.passes[0].form_id)


def test_a_retired_gate_and_an_old_code_are_told_kindly(client: Browser) -> None:
    office = client.office
    office.do("manager", ChangeGate(gate_id=office.gate_a, name="Cổng A", new_code=True))
    page = client.get(f"/g/{office.gate_code}")
    assert page.status_code == 410
    assert "không còn dùng nữa" in page.text
    fresh = office.do("manager", ChangeGate(gate_id=office.gate_a, name="Cổng A"))["gate_code"]
    assert client.get(f"/g/{fresh}").status_code == 200
    office.do("manager", ChangeGate(gate_id=office.gate_a, name="Cổng A", retired=True))
    assert client.get(f"/g/{fresh}").status_code == 410


def test_a_gate_retired_while_the_form_was_filled_in_is_told_kindly(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    office = visitor.browser.office
    office.do("manager", ChangeGate(gate_id=office.gate_a, name="Cổng A", retired=True))
    assert visitor.post(last).status_code == 410
    assert visitor.visits == []


def test_another_offices_gate_writes_another_offices_book(other_office: Office, visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    page = visitor.post(last, f"/g/{other_office.gate_code}")
    # The unit is not one of theirs: they are asked again, and nothing is written anywhere.
    assert page.status_code == 422
    assert list(visitor.wrong) == ["unit"]
    assert visitor.visits == []


def test_a_form_id_of_our_making_is_needed(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    address = visitor.fields.action
    for odd in ("", "1", "not-an-id", "00000000-0000-4000-8000-000000000000"):
        page = visitor.post(last | {"command_id": odd}, address)
        assert page.status_code == 400
        assert "Vui lòng mở lại trang" in page.text


def limited(office: Office, limit: int) -> Browser:
    """Return a browser that talks to a program with a small limit, on the same book."""
    office.clerk.stop()
    app = make_app(office.book, office.clock, Settings(form_limit=limit))
    office.clerk = app.state.gatebook.clerk
    browser = Browser(app, base_url="http://gatebook.test", headers={"Origin": "http://gatebook.test"},
                      follow_redirects=False)  # fmt: skip
    browser.office = office
    return browser


def declare(browser: Browser) -> Visitor:
    visitor = scan(browser.be_stranger())
    visitor.walk()
    return visitor


def test_a_form_too_many_says_to_see_the_guard_and_time_opens_it_again(office: Office) -> None:
    with limited(office, 2) as browser:
        assert [declare(browser).page.status_code for _ in range(2)] == [303, 303]
        page = declare(browser).page
        assert page.status_code == 429
        assert "gặp bảo vệ" in page.text
        office.clock.advance(minutes=11)
        assert declare(browser).page.status_code == 303


def test_a_form_sent_again_is_not_one_too_many(office: Office) -> None:
    with limited(office, 1) as browser:
        visitor = scan(browser)
        last = walk_to_the_end(visitor)
        address = visitor.fields.action
        assert visitor.post(last, address).status_code == 303
        assert visitor.post(last, address).status_code == 303


def test_a_form_amended_without_end_is_limited_too(office: Office) -> None:
    with limited(office, 1) as browser:
        visitor = scan(browser)
        last = walk_to_the_end(visitor)
        address = visitor.fields.action
        names = ("Trần Thị Hoa", "Trần Thị Hoài", "Trần Thị Hòa", "Trần Thị Hoan")
        statuses = [visitor.post(last | {"full_name": name}, address).status_code for name in names]
        assert statuses == [303, 303, 303, 429]


def test_a_stand_is_never_limited(office: Office) -> None:
    pair(office, office.gate_a, "Quầy", "stand", "stand")
    with limited(office, 1) as browser:
        for _ in range(3):
            browser.be_stranger().cookies.set("gatebook_device", office.device_tokens["stand"])
            visitor = scan(browser)
            visitor.walk()
            assert visitor.page.status_code == 303


def test_a_form_proves_its_origin(visitor: Visitor) -> None:
    values = visitor.fields.values | {"agree.health": "yes"}
    action = visitor.fields.action
    for origin in ("https://elsewhere.test", "null", "http://gatebook.test.elsewhere.test"):
        assert visitor.browser.post(action, data=values, headers={"Origin": origin}).status_code == 403
    assert visitor.browser.post(action, data=values).status_code == 200
    del visitor.browser.headers["Origin"]
    assert visitor.browser.post(action, data=values).status_code == 403


def test_a_body_past_the_limit_is_refused(visitor: Visitor) -> None:
    page = visitor.post(visitor.fields.values | {"full_name": "x" * 2_100_000})
    assert page.status_code == 413
    assert visitor.visits == []


MALFORMED = (
    (b"", "application/x-www-form-urlencoded"),
    (b"%ff%fe=%00&=&&&;;", "application/x-www-form-urlencoded"),
    (b'{"command_id": 1}', "application/json"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"go=next", "multipart/form-data"),
)


def test_a_malformed_body_is_refused_and_nothing_breaks(visitor: Visitor) -> None:
    address = visitor.fields.action
    for content, kind in MALFORMED:
        page = visitor.browser.post(address, content=content, headers={"Content-Type": kind})
        assert page.status_code in (400, 422), content
        assert "Traceback" not in page.text


def test_a_form_that_the_clerk_has_no_room_for_is_shown_again_as_it_was(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    visitor.browser.office.clerk.stop()
    page = visitor.post(last)
    assert page.status_code == 503
    assert "Vui lòng thử lại sau vài giây" in page.text
    assert visitor.fields.values["full_name"] == "Trần Thị Hoa"
    visitor.browser.office.clerk.start()
    assert visitor.send().status_code == 303


def test_a_form_carries_no_time_of_its_own(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    visitor.post(last | {"device_time": "2999-01-01T00:00:00Z", "occurred_at": "2999-01-01"})
    assert visitor.visits[0].occurred_at == visitor.browser.office.clock.now()
    assert visitor.visits[0].occurred_at < datetime(2027, 1, 1, tzinfo=UTC)
