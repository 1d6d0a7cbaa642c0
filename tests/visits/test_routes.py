"""A visit's page and what reception does there; lines from paper; sheets to print."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from app.journal.queries import StoryLine, story
from app.kit.ids import new_id
from app.visits.commands import CheckIn
from app.visits.models import Visit
from app.visits.repository import find
from app.visits.routes.paper import following
from app.visits.schemas import identity_type_of, read_clock, read_moment
from tests.conftest import Browser
from tests.office import Office
from tests.tablet.test_passes import declare, party_of
from tests.visits.lines import check_in, enter
from tests.visits.test_admission import ANSWERS, arrival

CLOSED = {"phone": "0912 345 678", "identity_type": "cccd", "identity_number": "008184001234"}


def declared(office: Office) -> UUID:
    """Have somebody admitted whose phone, identity number and answers are closed."""
    command = arrival(office, answers=ANSWERS | {"cough": False, "places": ["Hải Phòng 12/11"]})
    assert command.person is not None
    person = command.person.model_copy(update=CLOSED)
    return UUID(office.do("guard", command.model_copy(update={"person": person}))["visit_id"])


def post(client: Browser, address: str, command_id: str = "", **typed: str) -> Any:
    return client.post(address, data={"command_id": command_id or str(new_id()), **typed})


def visit_of(office: Office, visit_id: UUID) -> Visit:
    with office.book.reading() as session:
        found = find(session, office.site_id, visit_id)
    assert found is not None
    return found


def told(office: Office, visit_id: UUID, event: str) -> list[StoryLine]:
    with office.book.reading() as session:
        return [line for line in story(session, office.site_id, ("visit", visit_id)) if line.event == event]


def text_of(page: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def test_a_visits_page_tells_its_whole_story_with_names(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    post(
        client, f"/visits/{visit_id}/corrections", field="organisation", value="Điện lực thành phố", reason="nghe nhầm"
    )
    text = text_of(client.get(f"/visits/{visit_id}"))
    assert "Cho vào · Nguyễn Văn Đức, Máy guard" in text
    assert "Cổng A · 36,5 °C · thẻ 014" in text
    assert "Sửa, có lý do · Vũ Thị Hương Cơ quan, đơn vị: Điện lực tỉnh → Điện lực thành phố “nghe nhầm”" in text


def test_closed_details_stay_closed_until_their_opening_is_in_the_journal(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    for answer in (client.get(f"/visits/{visit_id}"), client.head(f"/visits/{visit_id}")):
        for secret in ("345 678", "345678", "008184001234", "Hải Phòng"):
            assert secret not in answer.text
    assert client.get(f"/visits/{visit_id}/details").status_code == 405
    assert client.head(f"/visits/{visit_id}/details").status_code == 405
    assert told(office, visit_id, "DetailsOpened") == []
    opened = post(client, f"/visits/{visit_id}/details")
    assert len(told(office, visit_id, "DetailsOpened")) == 1
    for secret in ("0912 345 678", "008184001234", "Hải Phòng 12/11"):
        assert secret in opened.text
    assert opened.headers["cache-control"] == "no-store"
    assert "0912 345 678" not in client.get(f"/visits/{visit_id}").text


def test_opening_is_told_once_per_account_and_ten_minutes(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    for _ in range(2):
        post(client, f"/visits/{visit_id}/details")
    assert len(told(office, visit_id, "DetailsOpened")) == 1
    client.log_in("manager")
    post(client, f"/visits/{visit_id}/details")
    assert len(told(office, visit_id, "DetailsOpened")) == 2
    office.clock.advance(minutes=11)
    post(client, f"/visits/{visit_id}/details")
    assert len(told(office, visit_id, "DetailsOpened")) == 3


def test_somebody_who_forgot_is_checked_out_at_the_time_that_was_told(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    office.clock.advance(hours=10)
    answer = post(client, f"/visits/{visit_id}/departure", left_at="2026-11-24T16:30", badge_returned="no")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/visits/{visit_id}")
    visit = visit_of(office, visit_id)
    assert (visit.state, visit.badge_missing) == ("left", True)
    assert visit.left_at is not None
    assert visit.left_at.isoformat() == "2026-11-24T09:30:00+00:00"


LEAVINGS: list[tuple[dict[str, str], str]] = [
    ({"left_at": "", "badge_returned": "yes"}, "Vui lòng chọn ngày và giờ"),
    ({"left_at": "24/11", "badge_returned": "yes"}, "Vui lòng chọn ngày và giờ"),
    ({"left_at": "2026-11-24T06:00", "badge_returned": "yes"}, "Vui lòng nhập giờ ra sau giờ vào."),
    ({"left_at": "2026-11-25T06:00", "badge_returned": "yes"}, "Vui lòng nhập giờ đã qua"),
    ({"left_at": "2026-11-24T07:30"}, "Vui lòng chọn đã trả thẻ hay chưa."),
]


def test_a_time_of_leaving_that_cannot_be_is_told_beside_its_field(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    office.clock.advance(hours=1)
    for typed, words in LEAVINGS:
        answer = post(client, f"/visits/{visit_id}/departure", **typed)
        assert (answer.status_code, words in text_of(answer)) == (422, True), typed
        assert f'name="left_at" type="datetime-local" value="{typed["left_at"]}"' in answer.text
    assert visit_of(office, visit_id).state == "on_site"


def test_leaving_within_the_minute_of_arrival_is_no_error(client: Browser) -> None:
    office = client.log_in("reception").office
    office.clock.advance(seconds=40)
    visit_id = declared(office)
    answer = post(client, f"/visits/{visit_id}/departure", left_at="2026-11-24T07:12", badge_returned="yes")
    assert answer.status_code == 303


CORRECTIONS = [
    ("name", "Trần Thị Huệ", "Trần Thị Huệ"),
    ("birth_year", "1985", 1985),
    ("sex", "female", "female"),
    ("host_name", "ông Bình", "ông Bình"),
    ("temperature", "37,1", 371),
    ("mask", "no", False),
    ("admitted_at", "2026-11-24T07:10", "2026-11-24T00:10:00+00:00"),
]


def test_each_field_is_corrected_in_its_own_way_with_its_old_value_kept(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    for field, value, _ in CORRECTIONS:
        assert f'name="field" value="{field}"' in client.get(f"/visits/{visit_id}?correct={field}").text
        answer = post(client, f"/visits/{visit_id}/corrections", field=field, value=value, reason="nhầm số")
        assert answer.status_code == 303, (field, text_of(answer))
    visit = visit_of(office, visit_id)
    kept = {field: getattr(visit, field) for field, _, _ in CORRECTIONS}
    kept["admitted_at"] = kept["admitted_at"].isoformat()
    assert kept == {field: value for field, _, value in CORRECTIONS}
    text = text_of(client.get(f"/visits/{visit_id}"))
    assert "Họ và tên: Trần Thị Hoa → Trần Thị Huệ" in text
    assert "Thân nhiệt: 36,5 °C → 37,1 °C" in text
    assert "Khẩu trang: Có → Không" in text
    assert "Giờ vào: 07:12 24/11/2026 → 07:10 24/11/2026" in text


def test_a_corrected_phone_is_shown_nowhere_and_found_by_its_digits(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    assert "345 678" not in client.get(f"/visits/{visit_id}?correct=phone").text
    post(client, f"/visits/{visit_id}/corrections", field="phone", value="0987 654 321", reason="đọc nhầm")
    page = client.get(f"/visits/{visit_id}")
    assert "654 321" not in page.text
    assert "Điện thoại: •••• → ••••" in text_of(page)
    assert "Trần Thị Hoa" in client.post("/log/search", data={"q": "0987654321"}).text


WRONG_CORRECTIONS = [
    ("name", "   ", "nhầm", "Vui lòng nhập họ và tên."),
    ("birth_year", "84", "nhầm", "Vui lòng nhập năm sinh bằng bốn chữ số"),
    ("temperature", "99", "nhầm", "Số đo lạ."),
    ("name", "Trần Thị Huệ", "  ", "Vui lòng ghi lý do"),
    ("name", "Trần Thị Huệ", "x" * 600, "Vui lòng viết ngắn hơn"),
    ("name", "x" * 600, "nhầm", "Vui lòng viết ngắn hơn"),
    ("admitted_at", "hôm qua", "nhầm", "Vui lòng chọn ngày và giờ"),
    ("unit_id", "\0'", "nhầm", "Vui lòng chọn phòng, đơn vị trong danh sách."),
]


def test_a_correction_that_cannot_be_keeps_what_was_typed(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    for field, value, reason, words in WRONG_CORRECTIONS:
        answer = post(client, f"/visits/{visit_id}/corrections", field=field, value=value, reason=reason)
        assert (answer.status_code, words in text_of(answer)) == (422, True), field
        assert f'name="field" value="{field}"' in answer.text
        assert reason.strip() in answer.text
    assert told(office, visit_id, "VisitCorrected") == []


def test_a_field_that_nobody_may_correct_is_not_found(client: Browser) -> None:
    visit_id = declared(client.log_in("reception").office)
    assert post(client, f"/visits/{visit_id}/corrections", field="state", value="left", reason="x").status_code == 404


def test_a_form_sent_twice_is_one_act(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id, command_id = declared(office), str(new_id())
    for _ in range(2):
        assert post(client, f"/visits/{visit_id}/notes", command_id, text="có hẹn").status_code == 303
    assert visit_of(office, visit_id).note == "có hẹn"
    assert post(client, f"/visits/{visit_id}/notes", command_id, text="khác").status_code == 409
    assert post(client, f"/visits/{visit_id}/notes", "nonsense", text="khác").status_code == 400


def test_a_note_is_shown_as_typed_and_an_empty_one_is_none(client: Browser) -> None:
    visit_id = declared(client.log_in("reception").office)
    post(client, f"/visits/{visit_id}/notes", text="<b>đã gọi</b> lại")
    page = client.get(f"/visits/{visit_id}").text
    assert "&lt;b&gt;đã gọi&lt;/b&gt; lại" in page
    assert "<b>đã gọi" not in page
    empty = post(client, f"/visits/{visit_id}/notes", text=" ")
    assert (empty.status_code, "Vui lòng nhập ghi chú." in text_of(empty)) == (422, True)


def test_a_struck_line_is_struck_with_its_reason_and_can_be_changed_no_more(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = declared(office)
    missing = post(client, f"/visits/{visit_id}/voiding", void_reason="")
    assert (missing.status_code, "Vui lòng ghi lý do" in text_of(missing)) == (422, True)
    assert post(client, f"/visits/{visit_id}/voiding", void_reason="ghi trùng").status_code == 303
    page = client.get(f"/visits/{visit_id}")
    assert "Hủy dòng · Vũ Thị Hương “ghi trùng”" in text_of(page)
    assert "?correct=" not in page.text
    again = post(client, f"/visits/{visit_id}/corrections", field="name", value="X Y", reason="nhầm")
    assert "Dòng này đã hủy" in text_of(again)


def test_a_discrepancy_is_told_in_words_and_resolved_with_a_word(client: Browser) -> None:
    office = client.log_in("reception").office
    late = office.clock.now() + timedelta(hours=3)
    visit_id = check_in(office, "Lạ giờ", device_time=late, mode="fact")
    page = client.get(f"/visits/{visit_id}")
    assert "Đồng hồ máy tại cổng chạy nhanh" in text_of(page)
    address = f"/visits/{visit_id}/resolutions"
    missing = post(client, address, code="time_in_future", resolution="")
    assert (missing.status_code, "Vui lòng ghi đã xử lý thế nào." in text_of(missing)) == (422, True)
    assert post(client, address, code="time_in_future", resolution="đã chỉnh giờ máy").status_code == 303
    assert visit_of(office, visit_id).discrepancies == []
    assert "Đã xử lý · Vũ Thị Hương" in text_of(client.get(f"/visits/{visit_id}"))
    assert post(client, address, code="time_in_future", resolution="lần nữa").status_code == 404


def test_what_was_answered_shows_in_no_story_before_it_is_opened(client: Browser) -> None:
    office = client.log_in("reception").office
    command: CheckIn = arrival(office, answers=ANSWERS | {"cough": True})
    visit_id = UUID(office.do("guard", command)["visit_id"])
    text = text_of(client.get(f"/visits/{visit_id}"))
    assert "tờ khai có lưu ý" in text
    assert not re.search(r"\bho\b", text)


def test_a_guard_has_no_page_of_a_visit(client: Browser) -> None:
    visit_id = declared(client.office)
    client.log_in("guard")
    assert client.get(f"/visits/{visit_id}").status_code == 404
    assert post(client, f"/visits/{visit_id}/details").status_code == 404
    assert told(client.office, visit_id, "DetailsOpened") == []


def test_another_offices_visit_is_not_found(client: Browser, other_office: Office) -> None:
    theirs = enter(other_office, 1, "Trần Thị Hoa")
    client.log_in("reception")
    assert client.get(f"/visits/{theirs}").status_code == 404
    for act in ("details", "notes", "departure", "voiding", "resolutions"):
        assert post(client, f"/visits/{theirs}/{act}", text="x").status_code == 404
    assert client.get("/visits/nothing").status_code == 422


def test_a_form_from_elsewhere_changes_nothing(client: Browser) -> None:
    visit_id = declared(client.log_in("reception").office)
    answer = client.post(f"/visits/{visit_id}/notes", data={"text": "x"}, headers={"Origin": "http://evil.test"})
    assert answer.status_code == 403
    assert visit_of(client.office, visit_id).note == ""


def test_those_who_were_declared_together_are_named_and_their_story_begins_with_the_declaration(
    client: Browser,
) -> None:
    office = client.log_in("reception").office
    first, second = party_of(office, declare(office, "Trần Thị Hoa", "Trần Bé Na"))
    page = client.get(f"/visits/{first}")
    assert f'href="/visits/{second}"' in page.text
    assert "Khai báo · Ông/Bà tự khai" in text_of(page)


PAPER = {
    "sheet": "241126-01", "line": "3", "day": "2026-11-23", "arrived": "0726", "left": "7:58", "name": "Lê Văn Bé",
    "birth_year": "1990", "organisation": "Sở Tài chính", "identity_number": "008 184 001 234", "phone": "0912345678",
    "temperature": "365", "mask": "yes", "badge_number": "014",
}  # fmt: skip


def paper(office: Office, **changed: str) -> dict[str, str]:
    return PAPER | {"gate": str(office.gate_a)} | changed


def test_a_line_from_paper_has_its_own_times_and_leads_to_the_next(client: Browser) -> None:
    office = client.log_in("reception").office
    answer = post(client, "/paper", **paper(office))
    assert answer.status_code == 303, text_of(answer)
    following_page = client.get(answer.headers["location"])
    assert "Đã nhập dòng 3 của tờ 241126-01." in text_of(following_page)
    for kept in ('name="line" type="text" value="4"', 'value="241126-01"', 'value="2026-11-23"', "3. Lê Văn Bé"):
        assert kept in following_page.text
    assert "Lê Văn Bé" not in answer.headers["location"]
    page = client.get("/log?from=2026-11-23&to=2026-11-23").text
    for shown in ("07:26", "07:58", "Giấy 241126-01, dòng 3", "36,5", "014"):
        assert shown in page


def test_the_same_line_of_a_sheet_is_never_entered_twice_and_nothing_typed_is_lost(client: Browser) -> None:
    office = client.log_in("reception").office
    post(client, "/paper", **paper(office))
    again = post(client, "/paper", **paper(office, name="Người khác"))
    assert again.status_code == 422
    assert "Dòng 3 của tờ 241126-01 đã được nhập rồi." in text_of(again)
    assert 'value="Người khác"' in again.text


WRONG_LINES: list[tuple[dict[str, str], str]] = [
    ({"sheet": " "}, "Vui lòng nhập số tờ"),
    ({"sheet": "x" * 40}, "Vui lòng viết ngắn hơn"),
    ({"line": "ba"}, "Vui lòng nhập số dòng"),
    ({"gate": "x"}, "Vui lòng chọn cổng."),
    ({"day": "31/02/2026"}, "Vui lòng chọn ngày ghi trên tờ."),
    ({"arrived": "25:00"}, "Vui lòng nhập giờ vào, ví dụ 0726."),
    ({"left": "sáng"}, "Vui lòng nhập giờ dạng 07:26."),
    ({"name": "\u200b"}, "Vui lòng nhập họ và tên."),
    ({"birth_year": "84"}, "Vui lòng nhập năm sinh"),
    ({"phone": "123"}, "Vui lòng xem lại số điện thoại"),
    ({"temperature": "99"}, "Số đo lạ."),
    ({"day": "2026-11-25"}, "Vui lòng nhập giờ đã qua"),
    ({"line": "900"}, "Vui lòng nhập lại giá trị này"),
    ({"visit_kind": "cat"}, "Vui lòng nhập lại giá trị này"),
    ({"unit": "018f0000-0000-7000-8000-000000000000"}, "Vui lòng chọn phòng, đơn vị trong danh sách."),
]


def test_a_line_from_paper_that_cannot_be_is_told_and_kept(client: Browser) -> None:
    office = client.log_in("reception").office
    for changed, words in WRONG_LINES:
        answer = post(client, "/paper", **paper(office, **changed))
        assert (answer.status_code, words in text_of(answer)) == (422, True), changed
        assert 'value="Sở Tài chính"' in answer.text
    assert "Lê Văn Bé" not in client.get("/log?from=2026-11-23").text


def test_lo_on_paper_is_a_reason_and_not_a_temperature(client: Browser) -> None:
    office = client.log_in("reception").office
    post(client, "/paper", **paper(office, temperature="Lo"))
    assert "Lo/Hi" in client.get("/log?from=2026-11-23").text


def test_sheets_are_numbered_beforehand(client: Browser) -> None:
    office = client.log_in("reception").office
    page = client.get("/paper/sheets", params={"sheet": "t-09", "count": 3, "gate": str(office.gate_b)})
    assert re.findall(r'aria-label="(T-\d+)"', page.text) == ["T-09", "T-10", "T-11"]
    assert "Cổng B" in page.text
    assert client.get("/paper/sheets?count=500").status_code == 422
    assert "241126-01" in client.get("/paper/sheets").text


def test_the_blank_declaration_asks_the_questions_in_force(client: Browser) -> None:
    text = text_of(client.log_in("reception").get("/paper/declaration"))
    for words in ("Tờ khai trước khi vào", "Trong 14 ngày qua", "Sốt", "Tiếp xúc gần", "Tôi cam đoan"):
        assert words in text


@pytest.mark.parametrize(
    ("first", "count", "numbers"),
    [
        ("A-01", 3, ["A-01", "A-02", "A-03"]),
        ("99", 2, ["99", "100"]),
        ("TỜ", 1, ["TỜ"]),
        ("TỜ", 2, ["TỜ-01", "TỜ-02"]),
        ("1234567890123", 2, ["1234567890123", "1234567890124"]),
    ],
)
def test_sheet_numbers_count_up(first: str, count: int, numbers: list[str]) -> None:
    assert following(first, count) == numbers


def test_times_of_day_are_read_as_people_write_them() -> None:
    read = {text: read_clock(text) for text in ("7:26", "0726", "07h26", "7.26", " 726 ")}
    assert {str(at) for at in read.values()} == {"07:26:00"}
    assert [read_clock(text) for text in ("", "26", "2460", "07:60", "sáng", "12345")] == [None] * 6
    assert read_moment("0001-01-01T00:00", "Asia/Ho_Chi_Minh") is None
    assert read_moment("2026-11-24T07:00+07:00", "Asia/Ho_Chi_Minh") is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [("008184001234", "cccd"), ("012 345 678", "cmnd"), ("C1234567", "passport"), ("QN123", "other"), ("", None)],
)
def test_a_number_on_paper_is_taken_for_what_its_form_says(number: str, kind: str | None) -> None:
    assert identity_type_of(number) == kind
