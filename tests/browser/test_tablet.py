"""The guard's tablet in Chromium: from pairing to a rush, each touch counted."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlmodel import col

from app.declarations.models import Pass
from app.sites.commands import ImportEmployees, NewEmployee
from app.visits.commands import CheckOut
from app.visits.models import Visit
from tests.browser.conftest import Screens
from tests.browser.desk import (
    BE,
    FINGER_GAP,
    HOA,
    LANDSCAPE,
    Hand,
    begin_shift,
    declare,
    let_in,
    somebody,
    unsent,
    visits,
)
from tests.conftest import Live


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
    visit = visits(live.office)["Giao hàng tại cổng"]
    assert (visit.kind, visit.state) == ("delivery", "on_site")


def test_a_rush_of_thirty_people(screens: Screens, live: Live) -> None:
    staff = [
        NewEmployee(name=f"Hoàng Thị {name}", badge_code=f"CB{at:03}") for at, name in enumerate("ABCDEGHIKLMNOPQRSTUV")
    ]
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


def test_letters_go_to_the_search_and_digits_to_the_open_keypad(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    expect(desk.page.locator(".row", has_text="Trần Thị Hoa")).to_be_visible()
    desk.page.keyboard.type("hoa", delay=FINGER_GAP)
    expect(desk.page.get_by_role("textbox")).to_have_value("hoa")
    desk.page.keyboard.press("Enter", delay=FINGER_GAP)
    expect(desk.page.locator(".sheet h2")).to_contain_text("Trần Thị Hoa")
    desk.page.keyboard.type("365", delay=FINGER_GAP)
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
