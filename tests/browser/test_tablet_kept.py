"""Nothing is lost on a tablet: cut off, closed, locked, refused, taken back, handed over."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect
from sqlmodel import col

from app.accounts.commands import RevokeDevice
from app.accounts.models import Device
from app.visits.commands import CheckIn, Reading
from tests.browser.conftest import Screens
from tests.browser.desk import (
    BE,
    HOA,
    LANDSCAPE,
    Hand,
    begin_shift,
    connect,
    cut_off,
    declare,
    let_in,
    refuse,
    show_pairing,
    unsent,
    visits,
)
from tests.conftest import Live
from tests.office import PIN


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
        CheckIn(
            visit_id=waiting.id, readings=readings, mask=True, sanitiser=True, badge_number="101", decision="admit"
        ),
    )
    desk.decide()
    told = desk.page.locator('.undo[data-how="refused"]')
    expect(told).to_contain_text(re.compile(r"Trần Thị Lan đã ghi lượt này lúc \d\d:\d\d tại Cổng B"))
    desk.page.unroute("**/api/v1/tablet/changes*")
    desk.button("Đã hiểu")
    desk.tap(desk.page.locator(".bar-attention"))
    desk.button("Bỏ dòng này")
    desk.button("Bỏ dòng này")
    expect(desk.page.get_by_role("alert")).to_contain_text("Vui lòng ghi lý do")
    desk.button("Đã ghi bằng dòng khác")
    desk.button("Bỏ dòng này")
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
    expect(desk.page.get_by_role("heading", name="Màn hình đã khóa")).to_be_visible()
    desk.digits(PIN)
    expect(desk.page.locator(".reading-figure")).to_have_text("36,5")


def test_the_shift_changes_and_the_next_guard_logs_in(desk: Hand, live: Live) -> None:
    desk.tap(desk.page.locator(".bar-duty"))
    desk.button("Bàn giao ca")
    desk.button("Kết thúc ca, chưa có người nhận")
    expect(desk.page.get_by_role("heading", name="Ai đang trực?")).to_be_visible()
    expect(desk.page.locator(".notice")).to_have_count(0)
    desk.button("Trần Thị Lan")
    desk.digits(PIN)
    expect(desk.page.locator(".bar-duty")).to_contain_text("Trần Thị Lan")
    expect(desk.page.locator(".told")).to_contain_text("Nguyễn Văn Đức kết thúc ca")
    desk.row("Đỗ Văn Đức")
    desk.digits("364")
    desk.tiles()
    desk.decide()
    desk.recorded("Đỗ Văn Đức")
    assert visits(live.office)["Đỗ Văn Đức"].account_id == live.office.actors["other_guard"].account_id


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
