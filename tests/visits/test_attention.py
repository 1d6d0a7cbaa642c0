"""Reception sees to what is open: lines with discrepancies, departures without a visit, acts that were refused."""

import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.journal import queries as journal
from app.kit.ids import new_id
from app.tablet.commands import DiscardRefused, HandToReception
from app.visits.models import Visit
from app.visits.queries import heads, standpoint
from app.visits.queries.attention import matters
from app.visits.queries.content import typed
from tests.conftest import Browser
from tests.office import Office
from tests.visits.lines import check_in
from tests.visits.test_strays import events, kept, unmatched, visit_of

REFUSED: dict[str, Any] = {
    "kind": "check_in",
    "visit_kind": "visitor",
    "person": {"name": "Đỗ Văn Đức", "birth_year": 1971, "phone": "0912345678", "identity_number": "001084012345"},
    "purpose": "nộp hồ sơ",
    "readings": [{"tenths": 366, "not_measured": None, "at": "2026-11-24T00:26:00Z"}],
    "mask": True,
    "sanitiser": True,
    "decision": "admit",
    "answers": {"symptoms": True},
}


def handing(**changed: Any) -> HandToReception:
    fields: dict[str, Any] = {
        "mode": "fact", "refused_id": new_id(), "refused_kind": "check_in", "code": "badge_not_free",
        "name": "Đỗ Văn Đức", "content": REFUSED,
    }  # fmt: skip
    return HandToReception(**(fields | changed))


def handed(office: Office, **changed: Any) -> UUID:
    return UUID(office.do("guard", handing(**changed))["discrepancy_id"])


def command_id(page: str, action: str) -> str:
    found = re.search(
        rf'action="{re.escape(action)}"[^>]*>\s*<input type="hidden" name="command_id" value="([^"]+)"', page
    )
    assert found is not None
    return found[1]


def test_what_was_refused_is_kept_closed_and_named_in_the_journal_by_name_only(office: Office) -> None:
    found = kept(office, handed(office))
    assert (found.kind, found.name, found.code) == ("refused", "Đỗ Văn Đức", "badge_not_free")
    assert b"0912345678" not in found.content_closed
    with office.book.reading() as session:
        payloads = str([line.payload for line in journal.after(session, office.site_id, 0)])
    assert "Đỗ Văn Đức" in payloads
    for closed in ("0912345678", "001084012345", "symptoms", "nộp hồ sơ"):
        assert closed not in payloads


def test_one_refused_command_is_one_matter_however_often_it_is_handed_over(office: Office) -> None:
    refused_id = new_id()
    assert handed(office, refused_id=refused_id) == handed(office, refused_id=refused_id)
    with office.book.reading() as session:
        here = standpoint(session, office.site_id, office.clock.now())
        assert heads(session, here).attention == 1


def test_what_a_guard_gave_up_comes_back_by_no_other_way(office: Office) -> None:
    refused_id = new_id()
    gone: dict[str, Any] = {
        "refused_id": refused_id,
        "refused_kind": "check_in",
        "code": "badge_not_free",
        "name": "Hoa",
    }
    office.do("guard", DiscardRefused(mode="fact", reason="nhập trùng", **gone))
    assert events(office, 1) == ["RefusedDiscarded"]
    assert office.do("guard", handing(refused_id=refused_id))["discrepancy_id"] is None


def test_reception_hands_nothing_to_itself(office: Office) -> None:
    assert office.act("reception", handing()).code == "no_gate"


def test_matters_come_oldest_first_and_page_by_page(office: Office) -> None:
    now = office.clock.now()
    for hours in (5, 1, 3):
        unmatched(office, name=f"Khách {hours}", device_time=now - timedelta(hours=hours))
    handed(office, happened_at=now - timedelta(hours=4))
    office.clock.advance(hours=1)
    check_in(office, "Máy chạy nhanh", mode="fact", device_time=office.clock.now() + timedelta(hours=1))
    with office.book.reading() as session:
        here = standpoint(session, office.site_id, office.clock.now())
        first = matters(session, here, limit=2)
        rest = matters(session, here, first.next_cursor, limit=10)
        assert heads(session, here).attention == 5
    named = [(matter.visit or matter.stray) for matter in (*first.rows, *rest.rows)]
    assert [found.name for found in named if found] == [
        "Khách 5", "Đỗ Văn Đức", "Khách 3", "Khách 1", "Máy chạy nhanh",
    ]  # fmt: skip
    assert rest.next_cursor is None


def test_reception_sees_how_much_is_open_and_each_with_what_to_do(client: Browser) -> None:
    office = client.office
    unmatched(office, name="Trần Thị Hoa", badge_number="014")
    handed(office)
    client.log_in("reception")
    assert "/log/attention" in client.get("/log").text
    page = client.get("/log/attention").text
    assert "Tìm lượt vào của Trần Thị Hoa, đã ra" in page
    assert "Ghi lại vào sổ: Đỗ Văn Đức" in page
    assert "0912345678" not in page


def test_guards_see_none_of_it_and_another_office_neither(client: Browser, other_office: Office) -> None:
    stray = unmatched(client.office, name="Trần Thị Hoa")
    addresses = [f"/log/attention/{stray}{rest}" for rest in ("", "/opening", "/settlement", "/entry", "/line")]
    client.log_in("guard")
    for address in ("/log/attention", "/log/import", addresses[0]):
        assert client.get(address).status_code == 404
    for address in addresses[1:]:
        assert client.post(address).status_code == 404
    client.office = other_office
    client.be_stranger().log_in("reception")
    assert client.get(addresses[0]).status_code == 404
    assert client.post(addresses[1]).status_code == 404
    assert "Trần Thị Hoa" not in client.get("/log/attention").text


def test_a_departure_is_settled_on_its_page_by_the_likely_visit(client: Browser) -> None:
    office = client.office
    visit_id = check_in(office, "Trần Thị Hoa", badge_number="014")
    check_in(office, "Y Bluê Niê")
    office.clock.advance(minutes=30)
    stray = unmatched(office, name="Tran Hoa", badge_number="14")
    client.log_in("reception")
    page = client.get(f"/log/attention/{stray}").text
    assert f'type="radio" name="visit" value="{visit_id}"' in page
    assert ">Y Bluê Niê" in page
    action = f"/log/attention/{stray}/settlement"
    typed_in = {"command_id": command_id(page, action), "way": "visit", "left_at": "2026-11-24T07:42"}
    nobody = client.post(action, data=typed_in)
    assert (nobody.status_code, "Vui lòng chọn người đã ra." in nobody.text) == (422, True)
    assert client.post(action, data=typed_in | {"visit": str(visit_id)}).status_code == 303
    assert visit_of(office, visit_id).left_at == office.clock.now()
    assert "Đã xử lý" in client.get("/log/attention?done=yes").text
    assert client.get(f"/log/attention/{stray}").status_code == 200


def test_a_departure_is_settled_by_a_reason_and_a_time_before_the_entry_is_told(client: Browser) -> None:
    office = client.office
    stray = unmatched(office, name="Trần Thị Hoa")
    office.clock.advance(hours=1)
    visit_id = check_in(office, "Trần Thị Hoa")
    client.log_in("manager")
    action = f"/log/attention/{stray}/settlement"
    page = client.get(f"/log/attention/{stray}").text
    early = {
        "command_id": command_id(page, action),
        "way": "visit",
        "visit": str(visit_id),
        "left_at": "2026-11-24T07:12",
    }
    refused = client.post(action, data=early)
    assert (refused.status_code, "Vui lòng nhập giờ ra sau giờ vào." in refused.text) == (422, True)
    empty = client.post(action, data={"command_id": str(new_id()), "way": "reason", "resolution": " "})
    assert (empty.status_code, "Vui lòng ghi đã xử lý thế nào." in empty.text) == (422, True)
    told = {"command_id": str(new_id()), "way": "reason", "resolution": "Đã ghi trong sổ giấy"}
    assert client.post(action, data=told).status_code == 303
    assert kept(office, stray).resolution == "Đã ghi trong sổ giấy"


def test_what_was_refused_is_opened_by_an_act_and_entered_as_a_line(client: Browser) -> None:
    office = client.office
    stray = handed(office, happened_at=office.clock.now() - timedelta(minutes=5))
    client.log_in("reception")
    closed = client.get(f"/log/attention/{stray}").text
    assert "0912345678" not in closed
    opened = client.post(f"/log/attention/{stray}/opening").text
    assert "0912345678" in opened
    assert events(office, 1) == ["DiscrepancyOpened"]
    form = client.post(f"/log/attention/{stray}/entry").text.partition("paper-side")[0]
    assert 'value="36,6"' in form
    action = f"/log/attention/{stray}/line"
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form)}
    sent = fields | {"command_id": command_id(form, action), "gate": str(office.gate_a), "visit_kind": "visitor"}
    wrong = client.post(action, data=sent | {"arrived": "lúc nãy", "decision": "admit"})
    assert (wrong.status_code, 'value="0912345678"' in wrong.text) == (422, True)
    assert client.post(action, data=sent | {"decision": "admit"}).status_code == 303
    found = kept(office, stray)
    assert found.visit_id is not None
    visit = visit_of(office, found.visit_id)
    assert (visit.name, visit.birth_year, visit.temperature, visit.state) == ("Đỗ Văn Đức", 1971, 366, "on_site")
    assert (visit.paper_sheet, visit.paper_line) == ("MTB-241126", 1)
    assert client.get("/log/attention").text.count('class="matter"') == 0


def test_a_tablet_hands_over_what_was_refused_and_nobody_else_does(client: Browser) -> None:
    command = handing().model_dump(mode="json")
    client.log_in("guard")
    answers = [client.put(f"/api/v1/commands/{new_id()}", json=command).json() for _ in range(2)]
    assert [answer["values"]["known"] for answer in answers] == [False, True]
    client.be_stranger().log_in("reception")
    ask = command | {"mode": "ask"}
    assert client.put(f"/api/v1/commands/{new_id()}", json=ask).status_code == 404


def test_settling_by_the_api_is_for_reception(client: Browser) -> None:
    stray = unmatched(client.office, name="Ai Đó")
    sent = {"kind": "settle_discrepancy", "discrepancy_id": str(stray), "resolution": "xong"}
    client.log_in("guard")
    assert client.put(f"/api/v1/commands/{new_id()}", json=sent).status_code == 404
    client.be_stranger().log_in("reception")
    assert client.put(f"/api/v1/commands/{new_id()}", json=sent).json()["status"] == "recorded"


@pytest.mark.parametrize("cursor", ["x", "WzFd", "%00", "W10", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5LCIwIl0"])
def test_a_cursor_that_is_none_of_ours_is_told(client: Browser, cursor: str) -> None:
    assert client.log_in("reception").get(f"/log/attention?cursor={cursor}").status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "person",
    "readings",
    "override",
    "decision",
    "employee_id",
    "visit_id",
    "mask",
    "unit_id",
    "visit_kind",
    "text",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON)))
def test_whatever_a_tablet_told_can_be_shown(office: Office, content: dict[str, Any]) -> None:
    with office.book.reading() as session:
        shown = typed(session, office.site_id, content)
    assert all(isinstance(text, str) for text in shown.values())
    "".join(shown.values()).encode()


def test_a_visit_that_a_refused_act_named_fills_the_form(office: Office) -> None:
    visit_id = check_in(office, "Trần Thị Hoa")
    with office.book.reading() as session:
        assert session.get(Visit, (office.site_id, visit_id)) is not None
        assert typed(session, office.site_id, {"visit_id": str(visit_id)})["name"] == "Trần Thị Hoa"
