"""The pass on the visitor's phone: what it says in each state, and leaving with it."""

import re
from typing import Any

from app.declarations.files import Statement, write_pass
from app.screening.commands import PublishPolicy
from app.screening.handlers import default_policy
from app.sites.files import qr_svg
from app.visits.commands import CheckIn, CheckOut, Reading, VoidVisit
from app.visits.models import Visit
from tests.conftest import Browser
from tests.office import Office
from tests.selfservice.conftest import HEALTH, WHO, Visitor
from tests.selfservice.test_sending import walk_to_the_end


def at_the_gate(office: Office, visit: Visit, tenths: int = 365, decision: str = "admit", badge: str = "014") -> None:
    now = office.clock.now()
    office.do(
        "guard",
        CheckIn.model_validate(
            {"visit_id": visit.id, "readings": [Reading(tenths=tenths, at=now)], "mask": True, "sanitiser": True,
             "badge_number": badge if decision == "admit" else None, "decision": decision, "device_time": now}
        ),
    )  # fmt: skip


def test_the_code_is_the_ten_digits_and_nothing_else(visitor: Visitor) -> None:
    visitor.walk()
    page = visitor.browser.get(f"/p/{visitor.token}")
    digits = visitor.passes[0].digits
    shown = re.search(r"<span>(\d{3})</span> <span>(\d{3})</span> <strong>(\d{4})</strong>", page.text)
    assert shown is not None
    assert "".join(shown.groups()) == digits
    assert visitor.token not in re.sub(r'="[^"]*"', "", page.text)


def stated(visitor: Visitor, **changed: Any) -> str:
    """Return the QR that the pass's page must show, as SVG."""
    office, [made, *_] = visitor.browser.office, visitor.passes
    fields: dict[str, Any] = {
        "digits": made.digits, "issued_at": office.clock.now(), "expires_at": made.expires_at, "outcome": "clear",
        "language": "vi", "kind": "visitor", "no_papers": False, "people": 1, "name": "Trần Thị Hoa",
        "unit": "Phòng Hành chính - Quản trị",
    }  # fmt: skip
    key = office.book.keys.passes(office.site_id)
    return str(qr_svg(write_pass(Statement(**(fields | changed)), office.site_id, key), long=True))


def test_the_code_states_who_declared_until_they_are_in(visitor: Visitor) -> None:
    visitor.walk()
    browser, address = visitor.browser, f"/p/{visitor.token}"
    assert stated(visitor) in browser.get(address).text
    at_the_gate(browser.office, visitor.visits[0], 378, "recheck")
    assert stated(visitor) in browser.get(address).text
    browser.office.clock.advance(minutes=16)
    at_the_gate(browser.office, visitor.visits[0])
    assert str(qr_svg(visitor.passes[0].digits)) in browser.get(address).text


def test_an_amended_declaration_has_a_fresh_statement_that_ends_with_the_pass(visitor: Visitor) -> None:
    last = walk_to_the_end(visitor)
    action, clock = visitor.fields.action, visitor.browser.office.clock
    address = visitor.post(last, action).headers["location"]
    before = stated(visitor)
    assert before in visitor.browser.get(address).text
    clock.advance(minutes=5)
    visitor.post(last | {"full_name": "Trần Thị Hoài", "a.cough": "yes"}, action)
    text = visitor.browser.get(address).text
    assert before not in text
    assert stated(visitor, name="Trần Thị Hoài", outcome="caution") in text


def test_without_scripts_the_page_looks_again_by_itself(visitor: Visitor) -> None:
    visitor.walk()
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert '<noscript><meta http-equiv="refresh" content="16"></noscript>' in text


def test_waiting_then_admitted_with_badge_and_where_to_go(visitor: Visitor) -> None:
    visitor.walk()
    browser, token = visitor.browser, visitor.token
    before = browser.get(f"/p/{token}/state").json()
    assert (before["state"], before["poll_seconds"]) == ("waiting", 4)
    at_the_gate(browser.office, visitor.visits[0])
    after = browser.get(f"/p/{token}/state").json()
    assert after["state"] == "on_site"
    assert after["version"] != before["version"]
    text = browser.get(f"/p/{token}").text
    assert "Đã vào lúc 07:12 · thẻ 014" in text
    assert "Phòng Hành chính - Quản trị, tầng 2 · máy lẻ 101" in text


def test_a_high_reading_says_when_to_come_back(visitor: Visitor) -> None:
    visitor.walk()
    at_the_gate(visitor.browser.office, visitor.visits[0], 378, "recheck")
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert "Mời Ông/Bà ngồi nghỉ, đo lại lúc 07:27." in text
    assert "37,8" not in text


def test_who_is_referred_is_asked_to_see_the_guard_and_told_no_diagnosis(visitor: Visitor) -> None:
    visitor.walk(health=HEALTH | {"a.fever": "yes"})
    at_the_gate(visitor.browser.office, visitor.visits[0], 365, "refer")
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert "Ông/Bà vui lòng chưa vào và gặp bảo vệ để được hướng dẫn." in text
    assert "sốt" not in text


def test_an_expired_pass_says_so(visitor: Visitor) -> None:
    visitor.walk()
    visitor.browser.office.clock.advance(hours=25)
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert "đã kết thúc" in text or "đã hết hạn" in text
    assert "Trần Thị Hoa" not in text
    assert f'href="/g/{visitor.browser.office.gate_code}"' in text


def test_a_cancelled_line_says_to_see_the_guard(visitor: Visitor) -> None:
    visitor.walk()
    office = visitor.browser.office
    office.do("reception", VoidVisit(visit_id=visitor.visits[0].id, reason="ghi trùng"))
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert "Tờ khai này đã hủy." in text


def test_a_pass_mistyped_or_made_up_is_told_kindly(visitor: Visitor) -> None:
    visitor.walk()
    browser = visitor.browser
    made = visitor.passes[0]
    for token in (visitor.token[:-1], visitor.token + "x", "x", made.digits, str(made.id), "%00"):
        page = browser.get(f"/p/{token}")
        assert page.status_code == 404
        assert "Không tìm thấy mã vào cổng này" in page.text
    assert browser.get("/p/x/state", headers={"Accept": "application/json"}).json()["code"] == "pass_unknown"


def test_leaving_from_the_phone_is_a_check_out(visitor: Visitor) -> None:
    visitor.walk()
    browser, office = visitor.browser, visitor.browser.office
    at_the_gate(office, visitor.visits[0])
    page = browser.get(f"/p/{visitor.token}")
    leaving = re.findall(r'name="leaving" value="([^"]+)"', page.text)
    assert "trả thẻ khách" in page.text
    office.clock.advance(minutes=40)
    for _ in range(2):
        assert browser.post(f"/p/{visitor.token}/departure", data={"leaving": leaving}).status_code == 303
    [visit] = visitor.visits
    assert (visit.state, visit.left_at, visit.gate_out_id) == ("left", office.clock.now(), office.gate_a)
    assert [line.event for line in visitor.story(visit)].count("VisitCheckedOut") == 1
    text = browser.get(f"/p/{visitor.token}").text
    assert "Đã ra lúc 07:52." in text
    assert "trả thẻ khách tại cổng" in text


def test_the_guard_takes_the_badge_of_whoever_left_by_phone(visitor: Visitor) -> None:
    visitor.walk()
    browser, office = visitor.browser, visitor.browser.office
    at_the_gate(office, visitor.visits[0])
    leaving = re.findall(r'name="leaving" value="([^"]+)"', browser.get(f"/p/{visitor.token}").text)
    browser.post(f"/p/{visitor.token}/departure", data={"leaving": leaving})
    office.do("guard", CheckOut(badge_number="014", badge_returned=True))
    assert visitor.visits[0].badge_missing is False


def test_of_a_party_those_leave_who_are_ticked(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(go="add", **WHO)
    visitor.send(**{"c1.full_name": "Trần Bé An", "c1.birth_year": "2018"})
    visitor.send(**visitor.whom)
    visitor.send(**HEALTH | {"same_for_all": "yes"})
    browser, office = visitor.browser, visitor.browser.office
    for number, visit in enumerate(visitor.visits):
        at_the_gate(office, visit, badge=f"{14 + number:03d}")
    leaving = re.findall(r'name="leaving" value="([^"]+)" checked', browser.get(f"/p/{visitor.token}").text)
    assert len(leaving) == 2
    browser.post(f"/p/{visitor.token}/departure", data={"leaving": leaving[1:]})
    assert [visit.state for visit in visitor.party(visitor.passes[0])] == ["on_site", "left"]


def test_nobody_elses_visit_can_be_ended_with_a_pass(client: Browser, visitor: Visitor) -> None:
    visitor.walk()
    at_the_gate(client.office, visitor.visits[0])
    first = visitor.token
    client.be_stranger()
    second = Visitor(client, client.get(f"/g/{client.office.gate_code}"), visitor.whom)
    second.walk()
    leaving = re.findall(r'name="leaving" value="([^"]+)"', client.get(f"/p/{first}").text)
    client.post(f"/p/{second.token}/departure", data={"leaving": [*leaving, "x:y", "::", ""]})
    assert [visit.state for visit in visitor.visits] == ["on_site", "waiting"]


def test_a_pass_lives_as_long_as_the_policy_says(visitor: Visitor) -> None:
    office = visitor.browser.office
    office.do("manager", PublishPolicy(document=default_policy() | {"pass_valid_hours": 2}))
    visitor.walk()
    made = visitor.passes[0]
    assert (made.expires_at - made.created_at).total_seconds() == 7200


def test_a_visit_that_ended_long_ago_no_longer_tells_who_it_was(visitor: Visitor) -> None:
    visitor.walk()
    office = visitor.browser.office
    at_the_gate(office, visitor.visits[0])
    office.do("guard", CheckOut(visit_id=visitor.visits[0].id, badge_returned=True))
    assert "Đã ra lúc" in visitor.browser.get(f"/p/{visitor.token}").text
    office.clock.advance(hours=30)
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert "Lượt vào này đã kết thúc." in text
    assert "07:12" not in text
