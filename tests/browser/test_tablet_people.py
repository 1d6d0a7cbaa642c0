"""Who comes to a gate: a fever, a group, no papers, another decision, a way out."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from app.clock import SetClock
from app.db import Book
from tests.browser.conftest import Screens
from tests.browser.desk import BE, HOA, LANDSCAPE, Hand, begin_shift, declare, let_in, somebody, visits
from tests.conftest import Live, serving
from tests.office import MORNING, Office, make_office


@pytest.fixture
def morning(book: Book, chromium: Browser) -> Iterator[tuple[Screens, Office, SetClock]]:
    """Give an office whose clock a test moves."""
    clock = SetClock(MORNING)
    with serving(book, clock) as served, ExitStack() as closing:
        office = make_office(book, served.app.state.gatebook.clerk, clock)
        opened = Screens(chromium, Live(served.url, served.app, served.secure_port, office), closing)
        yield opened, office, clock
        assert opened.wrong == []


def test_a_fever_leads_to_a_rest_and_a_second_reading(morning: tuple[Screens, Office, SetClock]) -> None:
    screens, office, clock = morning
    declare(office, HOA)
    hand = begin_shift(screens.open(*LANDSCAPE), office)
    hand.row("Trần Thị Hoa")
    hand.digits("378")
    expect(hand.page.locator(".decide")).to_have_text("Đo lại sau 15 phút")
    expect(hand.page.locator(".reasons")).to_contain_text("Thân nhiệt 37,8 °C")
    hand.decide()
    hand.recorded("mời ngồi nghỉ, đo lại lúc 07:2")
    hand.tap(hand.page.get_by_role("tab", name="Đo lại"))
    hand.row("Trần Thị Hoa")
    expect(hand.page.locator(".reading-past")).to_contain_text("Nghỉ đến 07:2")
    clock.moment += timedelta(minutes=16)
    hand.page.reload()
    hand.tap(hand.page.get_by_role("tab", name="Đo lại"))
    expect(hand.page.locator(".row-since")).to_have_text("đo lại được rồi")
    hand.row("Trần Thị Hoa")
    # To rest is decided already, and the button asks for the next reading.
    expect(hand.page.locator(".decide")).to_contain_text("Còn thiếu: thân nhiệt")
    hand.digits("379")
    expect(hand.page.locator(".reasons")).to_contain_text("Gọi y tế: 19009095")
    hand.digits("366")
    hand.tiles()
    hand.decide()
    hand.recorded("đã vào lúc 07:2")
    visit = visits(office)["Trần Thị Hoa"]
    assert [reading["tenths"] for reading in visit.readings] == [378, 366]
    assert (visit.state, visit.temperature, visit.discrepancies) == ("on_site", 366, [])


def test_a_reading_that_no_thermometer_shows_is_asked_again(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("375"[::-1])
    expect(desk.page.get_by_role("alert")).to_have_text("Số đo lạ. Nhập từ 34,0 đến 42,5, hoặc bấm Không đo được")
    desk.button("Không đo được")
    desk.button("Từ chối đo")
    expect(desk.page.locator(".decide")).to_have_text("Chưa cho vào")
    desk.decide()
    desk.recorded("chưa cho vào")
    visit = visits(live.office)["Trần Thị Hoa"]
    assert (visit.state, visit.temperature, visit.not_measured) == ("refused", None, "declined")


def test_a_group_is_one_screen_and_each_gets_a_badge(desk: Hand, live: Live) -> None:
    child = somebody("Lò Thị Bống", 5, birth_year=2016, identity_type=None, identity_number="", phone="")
    declare(live.office, HOA, BE, child)
    expect(desk.page.locator(".row-sub").first).to_contain_text("đoàn 3 người")
    desk.row("Trần Thị Hoa")
    desk.digits("365366381")
    desk.tap(desk.page.get_by_role("button", name="Cả đoàn"))
    expect(desk.page.locator(".decide")).to_contain_text("Cho 2 người vào")
    desk.decide()
    desk.recorded("Đã cho 2 người vào")
    found = visits(live.office)
    assert [found[name].state for name in ("Trần Thị Hoa", "Lê Văn Bé", "Lò Thị Bống")] == [
        "on_site",
        "on_site",
        "waiting",
    ]
    assert {found["Trần Thị Hoa"].badge_number, found["Lê Văn Bé"].badge_number} == {"001", "002"}
    desk.row("Lò Thị Bống")
    expect(desk.page.locator(".decide")).to_have_text("Đo lại sau 15 phút")
    desk.decide()
    desk.recorded("Lò Thị Bống")


def test_a_group_of_another_size_needs_a_reason(desk: Hand, live: Live) -> None:
    declare(live.office, HOA, BE)
    desk.row("Trần Thị Hoa")
    desk.digits("365366")
    desk.tap(desk.page.get_by_role("button", name="Cả đoàn"))
    desk.button("Thêm một người")
    desk.decide()
    expect(desk.page.get_by_label("Vì sao khác?")).to_be_focused()
    desk.page.keyboard.type("có thêm lái xe")
    desk.decide()
    desk.recorded("Đã cho 2 người vào")


def test_somebody_leaves_by_badge_number_and_the_badge_is_free_again(screens: Screens, live: Live) -> None:
    let_in(live.office, BE, "007")
    hand = begin_shift(screens.open(*LANDSCAPE), live.office)
    hand.scan("007")
    expect(hand.page.locator(".out-badge")).to_contain_text("007")
    hand.decide()
    hand.recorded("Lê Văn Bé đã ra lúc")
    assert visits(live.office)["Lê Văn Bé"].state == "left"
    expect(hand.page.get_by_role("tab", name="Ở trong")).to_contain_text("0")


def test_a_badge_that_was_not_returned_is_missing(screens: Screens, live: Live) -> None:
    let_in(live.office, BE, "007")
    hand = begin_shift(screens.open(*LANDSCAPE), live.office)
    hand.tap(hand.page.get_by_role("tab", name="Ở trong"))
    hand.row("Lê Văn Bé")
    hand.button("Cho ra, chưa trả thẻ")
    hand.recorded("chưa trả thẻ 007")
    assert visits(live.office)["Lê Văn Bé"].badge_missing is True


def test_an_own_line_is_corrected_and_struck_through_with_a_reason(desk: Hand, live: Live) -> None:
    desk.row("Đỗ Văn Đức")
    desk.digits("364")
    desk.tiles()
    desk.decide()
    desk.recorded("Đỗ Văn Đức")
    desk.tap(desk.page.locator(".bar-duty"))
    desk.button("Dòng tôi ghi trong ca này")
    desk.button("Sửa, có lý do")
    desk.page.get_by_label("Ô nào sai?").select_option(label="Thân nhiệt")
    desk.page.get_by_label("Giá trị đúng").fill("36,8")
    desk.button("Nhầm số")
    desk.button("Ghi giá trị đúng")
    desk.recorded("Đã sửa dòng")
    assert visits(live.office)["Đỗ Văn Đức"].temperature == 368
    desk.tap(desk.page.locator(".bar-duty"))
    desk.button("Dòng tôi ghi trong ca này")
    desk.button("Hủy dòng")
    desk.button("Ghi trùng")
    desk.button("Hủy dòng này")
    desk.recorded("Đã hủy dòng")
    assert visits(live.office)["Đỗ Văn Đức"].state == "voided"


def test_a_decision_otherwise_needs_a_reason_and_somebody_who_may(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("379")
    desk.button("Quyết định khác…")
    desk.button("Cho vào")
    desk.button("Ghi quyết định này")
    expect(desk.page.get_by_role("alert")).to_contain_text("Vui lòng ghi lý do")
    desk.page.get_by_label("Lý do").fill("vừa đi nắng, đã đo lại bằng nhiệt kế thủy ngân")
    desk.button("Ghi quyết định này")
    expect(desk.page.get_by_role("alert")).to_contain_text("Vui lòng mời người có quyền")
    desk.page.get_by_label("Ai cho phép").fill("Nguyễn Thị Thảo, Chánh Văn phòng")
    desk.button("Ghi quyết định này")
    desk.recorded("đã vào")
    visit = visits(live.office)["Trần Thị Hoa"]
    assert visit.override is not None
    assert (visit.state, visit.override["decision"]) == ("on_site", "admit")


def test_a_guard_declares_for_somebody_who_has_no_papers(desk: Hand, live: Live) -> None:
    desk.button("Khách mới")
    desk.button("Khách")
    desk.page.get_by_label("Họ và tên").fill("Hồ A Páo")
    desk.page.get_by_label("Năm sinh").fill("1960")
    desk.page.get_by_label("Phòng cần gặp").select_option(label="Ban Tiếp công dân")
    desk.page.get_by_label("Nội dung").fill("gửi đơn")
    desk.page.get_by_label("Giấy tờ", exact=True).select_option(label="Không mang giấy tờ")
    desk.page.get_by_label("Người bảo lãnh").fill("ông Trưởng ban")
    desk.button("Khai hộ…")
    desk.button("Xong")
    expect(desk.page.locator(".question .error").first).to_contain_text("Vui lòng trả lời")
    for group in desk.page.locator(".question-answers").all():
        label = group.get_attribute("aria-labelledby") or ""
        group.get_by_role("button", name="Có" if "cough" in label else "Không", exact=True).click()
    desk.button("Xong")
    expect(desk.page.locator(".declared")).to_contain_text("ho")
    desk.digits("365")
    desk.tiles()
    desk.decide()
    desk.recorded("Hồ A Páo")
    visit = visits(live.office)["Hồ A Páo"]
    assert (visit.outcome, visit.vouched_by, visit.identity_type) == ("caution", "ông Trưởng ban", "none")
