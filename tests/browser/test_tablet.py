"""The guard's tablet in Chromium: from pairing to a rush, with and without a network."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Route, expect
from sqlmodel import col

from app.accounts.commands import RevokeDevice
from app.accounts.models import Device
from app.clock import SetClock
from app.db import Book
from app.declarations.models import Pass
from app.sites.commands import ImportEmployees, NewEmployee
from app.visits.commands import CheckIn, CheckOut, Reading
from app.visits.models import Visit
from tests.browser.conftest import Screens, faults
from tests.browser.desk import LANDSCAPE, PORTRAIT, Hand, begin_shift, declare, let_in, show_pairing, somebody
from tests.conftest import Live, serving
from tests.office import MORNING, PIN, Office, make_office

HOA, BE = somebody("Trần Thị Hoa"), somebody("Lê Văn Bé", 1000)


@pytest.fixture
def desk(screens: Screens, live: Live) -> Hand:
    """Give a tablet at gate A with the guard on duty."""
    return begin_shift(screens.open(*LANDSCAPE), live.office)


@pytest.fixture
def morning(book: Book, chromium: Browser) -> Iterator[tuple[Screens, Office, SetClock]]:
    """Give an office whose clock a test moves."""
    clock = SetClock(MORNING)
    with serving(book, clock) as served, ExitStack() as closing:
        office = make_office(book, served.app.state.gatebook.clerk, clock)
        opened = Screens(chromium, Live(served.url, served.app, office), closing)
        yield opened, office, clock
        assert opened.wrong == []


def visits(office: Office) -> dict[str, Visit]:
    """Return the book's visits by name."""
    with office.book.reading() as session:
        return {visit.name: visit for visit in session.scalars(sa.select(Visit))}


def unsent(page: Page, count: int) -> None:
    expect(page.locator(".bar-unsent")).to_have_attribute("data-count", str(count))


def cut_off(page: Page) -> None:
    """Cut the way of commands; the rest of the network goes on."""
    page.route("**/api/v1/commands*", refuse)
    page.route("**/api/v1/commands/*", refuse)


def refuse(route: Route) -> None:
    route.abort()


def connect(page: Page) -> None:
    page.unroute("**/api/v1/commands*")
    page.unroute("**/api/v1/commands/*")


@pytest.mark.parametrize("named", [True, False], ids=["by name", "on localhost"])
def test_a_tablet_is_paired_a_guard_logs_in_and_admits(screens: Screens, live: Live, *, named: bool) -> None:
    declare(live.office, HOA)
    hand = begin_shift(screens.open(*LANDSCAPE, named=named), live.office)
    hand.row("Trần Thị Hoa")
    hand.digits("365")
    hand.tiles()
    hand.decide()
    hand.recorded("Trần Thị Hoa đã vào lúc")
    unsent(hand.page, 0)
    visit = visits(live.office)["Trần Thị Hoa"]
    assert (visit.state, visit.number, visit.temperature, visit.badge_number) == ("on_site", 1, 365, "001")
    assert (visit.mask, visit.sanitiser, visit.decision, visit.discrepancies) == (True, True, "admit", [])


def test_a_declared_visitor_takes_seven_touches(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("365")
    desk.tiles()
    desk.decide()
    desk.recorded("Trần Thị Hoa")
    assert desk.touches <= 7


def test_somebody_known_without_a_declaration_takes_twelve_touches(screens: Screens, live: Live) -> None:
    visit_id = let_in(live.office, BE)
    live.office.do("guard", CheckOut(visit_id=UUID(visit_id), badge_returned=True))
    hand = begin_shift(screens.open(*LANDSCAPE), live.office)
    hand.tap(hand.page.get_by_role("textbox"))
    hand.page.keyboard.type("van")
    hand.touches += 3
    hand.row("Lê Văn Bé")
    hand.digits("366")
    hand.tiles()
    hand.button("Đã hỏi: đều không")
    hand.decide()
    hand.recorded("Lê Văn Bé")
    assert hand.touches <= 12
    with live.office.book.reading() as session:
        both = session.scalars(sa.select(Visit).where(col(Visit.name) == "Lê Văn Bé")).all()
    assert {visit.person_key for visit in both} == {both[0].person_key}


def test_an_employee_from_the_list_takes_seven_touches(desk: Hand, live: Live) -> None:
    desk.row("Đỗ Văn Đức")
    desk.digits("364")
    desk.tiles()
    desk.decide()
    desk.recorded("Đỗ Văn Đức")
    assert desk.touches <= 7
    assert visits(live.office)["Đỗ Văn Đức"].kind == "employee"


def test_an_employee_by_badge_takes_six_touches(desk: Hand, live: Live) -> None:
    desk.scan("NV003")
    desk.digits("364")
    desk.tiles()
    desk.decide()
    desk.recorded("Lê Thị Lan")
    assert desk.touches <= 6
    assert visits(live.office)["Lê Thị Lan"].employee_id == live.office.employees["Lê Thị Lan"]


def test_a_delivery_takes_two_touches(desk: Hand, live: Live) -> None:
    desk.button("Khách mới")
    desk.tap(desk.page.get_by_role("button", name="Giao hàng tại cổng"))
    desk.recorded("Giao hàng tại cổng")
    assert desk.touches == 2
    [visit] = visits(live.office).values()
    assert (visit.kind, visit.state) == ("delivery", "on_site")


def test_a_rush_of_thirty_people(screens: Screens, live: Live) -> None:
    staff = [NewEmployee(name=f"Hoàng Thị {name}", badge_code=f"CB{at:03}") for at, name in enumerate("ABCDEGHIKLMNOPQRSTUV")]
    live.office.do("manager", ImportEmployees(people=staff))
    guests = [somebody(f"Nông Văn {name}", 2000 + at) for at, name in enumerate("ABCDEGHI")]
    for guest in guests:
        declare(live.office, guest)
    hand = begin_shift(screens.open(*LANDSCAPE), live.office)
    hand.button("Giờ cao điểm")
    for at, person in enumerate(staff):
        hand.scan(person.badge_code)
        expect(hand.page.locator(".sheet h2")).to_contain_text(person.name)
        hand.digits("378" if at == 7 else "364")
        if at != 7:
            hand.tiles()
        expect(hand.page.locator(".sheet h2")).to_contain_text("Giờ cao điểm")
    for guest in guests:
        hand.row(guest.name)
        hand.digits("365")
        hand.tiles()
        expect(hand.page.locator(".sheet h2")).to_contain_text("Giờ cao điểm")
    for name in ("Lò Thị Mới", "Vàng A Mới"):
        hand.button("Khách mới")
        hand.button("Khách")
        hand.page.get_by_label("Họ và tên").fill(name)
        hand.page.get_by_label("Năm sinh").fill("1990")
        hand.page.get_by_label("Phòng cần gặp").select_option(label="Phòng Tổng hợp")
        hand.page.get_by_label("Nội dung").fill("nộp hồ sơ")
        hand.button("Đã hỏi: đều không")
        hand.digits("365")
        hand.tiles()
        hand.recorded(name)
    expect(hand.page.locator(".rush-count")).to_have_text("30")
    expect(hand.page.get_by_role("tab", name="Đo lại")).to_contain_text("1")
    unsent(hand.page, 0)
    found = visits(live.office)
    assert len(found) == 30
    assert [visit.state for visit in found.values()].count("on_site") == 29
    assert found["Hoàng Thị I"].state == "resting"
    badges = [visit.badge_number for visit in found.values() if visit.badge_number]
    assert len(badges) == len(set(badges)) == 10


def test_what_is_unsent_survives_a_reload(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("365")
    desk.tiles()
    cut_off(desk.page)
    desk.decide()
    expect(desk.page.locator('.undo[data-how="later"]')).to_contain_text("đã giữ trên máy")
    unsent(desk.page, 1)
    desk.page.reload()
    unsent(desk.page, 1)
    expect(desk.page.get_by_role("tab", name="Ở trong")).to_contain_text("1")
    assert visits(live.office)["Trần Thị Hoa"].state == "waiting"
    connect(desk.page)
    unsent(desk.page, 0)
    visit = visits(live.office)["Trần Thị Hoa"]
    assert (visit.state, visit.number, visit.discrepancies) == ("on_site", 1, [])


def test_an_unsent_line_survives_a_closed_tab(screens: Screens, live: Live) -> None:
    hand = begin_shift(screens.open(*LANDSCAPE), live.office)
    cut_off(hand.page)
    hand.row("Đỗ Văn Đức")
    hand.digits("364")
    hand.tiles()
    hand.decide()
    unsent(hand.page, 1)
    context = hand.page.context
    hand.page.close()
    page = context.new_page()
    page.goto("/tablet")
    unsent(page, 0)
    assert visits(live.office)["Đỗ Văn Đức"].state == "on_site"


def test_a_guard_takes_back_what_was_just_done(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("365")
    desk.tiles()
    desk.decide()
    desk.recorded("đã vào")
    desk.button("Hoàn tác")
    desk.recorded("Đã hoàn tác")
    expect(desk.page.locator(".reading-figure")).to_have_text("36,5")
    visit = visits(live.office)["Trần Thị Hoa"]
    assert (visit.state, visit.badge_number) == ("waiting", None)
    desk.decide()
    desk.recorded("đã vào")
    assert visits(live.office)["Trần Thị Hoa"].state == "on_site"


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
    assert [found[name].state for name in ("Trần Thị Hoa", "Lê Văn Bé", "Lò Thị Bống")] == ["on_site", "on_site", "waiting"]
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


def test_of_two_tablets_one_wins_and_the_other_is_told_who_and_when(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("365")
    desk.tiles()
    desk.page.route("**/api/v1/tablet/changes*", refuse)
    waiting = visits(live.office)["Trần Thị Hoa"]
    readings = [Reading(tenths=366, at=live.office.clock.now())]
    live.office.do(
        "other_guard",
        CheckIn(visit_id=waiting.id, readings=readings, mask=True, sanitiser=True, badge_number="101", decision="admit"),
    )
    desk.decide()
    told = desk.page.locator('.undo[data-how="refused"]')
    expect(told).to_contain_text(re.compile(r"Trần Thị Lan đã ghi lượt này lúc \d\d:\d\d tại Cổng B"))
    desk.page.unroute("**/api/v1/tablet/changes*")
    desk.button("Đã hiểu")
    desk.tap(desk.page.locator(".bar-attention"))
    desk.button("Bỏ")
    expect(desk.page.locator(".bar-attention")).to_have_count(0)
    assert visits(live.office)["Trần Thị Hoa"].temperature == 366


def test_a_badge_that_another_gate_has_just_taken_is_replaced_by_the_next(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("365")
    desk.tiles()
    desk.page.route("**/api/v1/tablet/changes*", refuse)
    let_in(live.office, BE, "001")
    desk.decide()
    expect(desk.page.locator(".sheet .notice")).to_contain_text("Thẻ 001 đang có người giữ")
    expect(desk.page.locator(".badge-number")).to_have_text("002")
    desk.page.unroute("**/api/v1/tablet/changes*")
    desk.decide()
    desk.recorded("thẻ 002")
    expect(desk.page.locator(".bar-attention")).to_have_count(0)


def test_the_screen_locks_and_nothing_that_was_entered_is_lost(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    desk.row("Trần Thị Hoa")
    desk.digits("365")
    desk.tap(desk.page.locator(".bar-duty"))
    desk.button("Khóa màn hình")
    expect(desk.page.get_by_role("heading", name="Màn hình đã khóa")).to_be_visible()
    desk.page.reload()
    expect(desk.page.get_by_role("heading", name="Màn hình đã khóa")).to_be_visible()
    desk.digits("111111")
    expect(desk.page.get_by_role("alert")).to_contain_text("Vui lòng nhập lại mã PIN")
    desk.digits(PIN)
    expect(desk.page.locator(".queue")).to_be_visible()
    desk.row("Trần Thị Hoa")
    desk.digits("365")
    desk.tap(desk.page.locator(".bar-duty"))
    desk.button("Khóa màn hình")
    desk.digits(PIN)
    expect(desk.page.locator(".reading-figure")).to_have_text("36,5")


def test_the_shift_changes_and_the_next_guard_logs_in(desk: Hand, live: Live) -> None:
    desk.tap(desk.page.locator(".bar-duty"))
    desk.button("Bàn giao ca")
    expect(desk.page.get_by_role("heading", name="Ai đang trực?")).to_be_visible()
    expect(desk.page.locator(".notice")).to_have_count(0)
    desk.button("Trần Thị Lan")
    desk.digits(PIN)
    expect(desk.page.locator(".bar-duty")).to_contain_text("Trần Thị Lan")
    desk.row("Đỗ Văn Đức")
    desk.digits("364")
    desk.tiles()
    desk.decide()
    desk.recorded("Đỗ Văn Đức")
    assert visits(live.office)["Đỗ Văn Đức"].account_id == live.office.actors["other_guard"].account_id


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


def test_letters_go_to_the_search_and_digits_to_the_open_keypad(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    expect(desk.page.locator(".row", has_text="Trần Thị Hoa")).to_be_visible()
    desk.page.keyboard.type("hoa")
    expect(desk.page.get_by_role("textbox")).to_have_value("hoa")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".sheet h2")).to_contain_text("Trần Thị Hoa")
    desk.page.keyboard.type("365")
    expect(desk.page.locator(".reading-figure")).to_have_text("36,5")
    desk.scan("NV002")
    expect(desk.page.locator(".sheet h2")).to_contain_text("Đỗ Văn Đức")
    desk.row("Trần Thị Hoa")
    expect(desk.page.locator(".reading-figure")).to_have_text("36,5")


def test_a_pass_is_found_by_its_last_four_digits_and_by_a_scan(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    expect(desk.page.locator(".row", has_text="Trần Thị Hoa")).to_be_visible()
    with live.office.book.reading() as session:
        digits = session.scalars(sa.select(col(Pass.digits))).one()
    desk.page.keyboard.type(digits[-4:])
    expect(desk.page.locator(".queue-list .row")).to_have_count(1)
    desk.button("Xóa tìm kiếm")
    desk.scan(digits)
    expect(desk.page.locator(".sheet h2")).to_contain_text("Trần Thị Hoa")
    expect(desk.page.locator(".reading-figure")).to_have_text("––,–")


def test_a_revoked_tablet_asks_for_a_code(desk: Hand, live: Live) -> None:
    with live.office.book.reading() as session:
        device = session.scalars(sa.select(Device).where(col(Device.name) == "Máy bàn bảo vệ")).one()
    live.office.do("manager", RevokeDevice(device_id=device.id))
    desk.page.reload()
    expect(desk.page.get_by_role("heading", name="Nhập mã kết nối")).to_be_visible()


def test_who_guesses_a_pin_is_slowed(screens: Screens, live: Live) -> None:
    show_pairing(live.office)
    page = screens.open(*LANDSCAPE)
    page.goto("/tablet")
    hand = Hand(page)
    hand.digits("482913")
    hand.button("Nguyễn Văn Đức")
    for _ in range(5):
        hand.digits("135790")
        expect(page.locator(".pin-problem")).to_contain_text("Vui lòng")
        expect(page.locator(".pin-dots [data-filled]")).to_have_count(0)
    expect(page.locator(".pin-problem")).to_contain_text(re.compile(r"Vui lòng chờ \d+ giây"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_every_screen_is_within_everybodys_reach(screens: Screens, live: Live, size: tuple[int, int], scheme: Any) -> None:
    declare(live.office, HOA, answers={"cough": True, "places": ["Hải Phòng 12/11"]})
    declare(live.office, somebody("Nguyễn Hoàng Phương Thảo Nguyên", 7), BE)
    let_in(live.office, somebody("Phạm Ngọc Ánh", 8), "009")
    show_pairing(live.office)
    page = screens.open(*size, color_scheme=scheme)
    hand = Hand(page)
    page.goto("/tablet")
    hand.page.get_by_role("heading", name="Nhập mã kết nối").wait_for()
    assert faults(page) == []
    hand.digits("482913")
    hand.button("Nguyễn Văn Đức")
    assert faults(page) == []
    hand.digits(PIN)
    page.locator(".queue").wait_for()
    assert faults(page) == []
    hand.row("Trần Thị Hoa")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.digits("381")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.button("Không đo được")
    assert faults(page) == []
    hand.button("Trở lại bàn phím")
    hand.button("Quyết định khác…")
    assert faults(page) == []
    hand.row("Nguyễn Hoàng Phương Thảo Nguyên")
    hand.digits("365")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.tap(page.get_by_role("tab", name="Ở trong"))
    hand.row("Phạm Ngọc Ánh")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.button("Ghi chú")
    assert faults(page) == []
    hand.button("Khách mới")
    assert faults(page) == []
    hand.button("Khách")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.button("Khai hộ…")
    assert faults(page) == []
    hand.tap(page.locator(".bar-duty"))
    assert faults(page) == []
    hand.button("Dòng tôi ghi trong ca này")
    assert faults(page) == []
    hand.tap(page.locator(".bar-unsent"))
    assert faults(page) == []
    hand.button("Giờ cao điểm")
    hand.button("Đóng")
    assert faults(page) == []


def scrolls(page: Page) -> list[str]:
    """Return which of sheet and keypad would have to be scrolled."""
    taller = "element => element.scrollHeight > element.clientHeight + 1"
    return [str(pane.get_attribute("class")) for pane in page.locator(".sheet, .pad").all() if pane.evaluate(taller)]


def test_the_tablet_is_small(live: Live, screens: Screens) -> None:
    page = screens.open(*LANDSCAPE)
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.url.endswith(".js") else None)
    show_pairing(live.office)
    page.goto("/tablet")
    page.get_by_role("heading", name="Nhập mã kết nối").wait_for()
    assert 0 < sum(sizes) < 240_000
