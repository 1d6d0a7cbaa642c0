"""A visitor with a phone in hand, and one at the stand, in Chromium."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.declarations.models import Pass
from app.visits.commands import CheckIn, Reading
from app.visits.models import Visit
from tests.browser.conftest import Screens, faults
from tests.browser.reach import each_look
from tests.conftest import Live
from tests.office import Office, pair
from tests.selfservice.conftest import QUESTIONS

NEXT = "main .next .button-primary"
PHONE = re.compile(r"/p/[^/]+$")


def start(page: Page, office: Office, query: str = "") -> None:
    page.goto(f"/g/{office.gate_code}{query}")


def tap(page: Page, name: str, value: str) -> None:
    page.locator(f'label:has([name="{name}"][value="{value}"])').click()


def agree(page: Page) -> None:
    page.locator('[name="agree.health"]').check()
    page.locator(NEXT).click()


def say_who(page: Page) -> None:
    page.fill("[name=full_name]", "Trần Thị Hoa")
    page.fill("[name=birth_year]", "1984")
    tap(page, "sex", "female")
    page.fill("[name=phone]", "0912 345 678")
    page.select_option("[name=identity_type]", "cccd")
    page.fill("[name=identity_number]", "008184001234")
    page.fill("[name=organisation]", "Điện lực tỉnh")


def say_whom(page: Page, office: Office) -> None:
    page.select_option("[name=unit]", str(office.units["Phòng Hành chính - Quản trị"]))
    page.fill("[name=purpose]", "hồ sơ đấu thầu")


def say_health(page: Page) -> None:
    for question in QUESTIONS:
        tap(page, f"a.{question}", "no")
    page.locator("[name=truthful]").check()


def walk_to_the_end(page: Page, office: Office) -> None:
    """Fill in the whole form and leave it to be sent."""
    start(page, office)
    agree(page)
    say_who(page)
    page.locator(NEXT).click()
    say_whom(page, office)
    page.locator(NEXT).click()
    say_health(page)


def passes(office: Office) -> list[Pass]:
    with office.book.reading() as session:
        return list(session.scalars(sa.select(Pass)))


def admit(office: Office) -> None:
    with office.book.reading() as session:
        [visit] = session.scalars(sa.select(Visit))
    now = office.clock.now()
    office.do(
        "guard",
        CheckIn(visit_id=visit.id, readings=[Reading(tenths=365, at=now)], mask=True, sanitiser=True,
                badge_number="014", decision="admit", device_time=now),
    )  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("named", [True, False], ids=["by name", "on localhost"])
def test_a_visitor_declares_on_a_phone(screens: Screens, live: Live, *, scripts: bool, named: bool) -> None:
    page = screens.open(named=named, java_script_enabled=scripts)
    walk_to_the_end(page, live.office)
    page.locator(NEXT).click()
    expect(page).to_have_url(PHONE)
    expect(page.locator(".pass-digits strong")).to_have_text(passes(live.office)[0].digits[-4:])
    expect(page.locator(".pass-state")).to_contain_text("Đang chờ bảo vệ")
    assert len(passes(live.office)) == 1


@each_look(("scheme",), [("sqlite", "light"), ("postgres", "dark")])
def test_every_page_is_within_everybodys_reach(screens: Screens, live: Live, scheme: str) -> None:
    page = screens.open(width=320, color_scheme=scheme)
    start(page, live.office)
    page.locator("summary").click()
    assert faults(page) == []
    page.locator(NEXT).click()
    assert faults(page) == []
    agree(page)
    page.locator("button[value=add]").click()
    assert faults(page) == []
    page.locator(NEXT).click()
    assert faults(page) == []
    expect(page.locator("[name=full_name]")).to_be_focused()
    page.locator("button[value='remove.1']").click()
    say_who(page)
    page.locator(NEXT).click()
    assert faults(page) == []
    say_whom(page, live.office)
    page.locator(NEXT).click()
    assert faults(page) == []
    say_health(page)
    page.locator(NEXT).click()
    expect(page).to_have_url(PHONE)
    assert faults(page) == []
    admit(live.office)
    expect(page.locator(".pass-state")).to_contain_text("Đã vào lúc", timeout=15_000)
    page.locator("summary").click()
    assert faults(page) == []
    for path in (f"/g/{live.office.gate_code}/paper", "/g/nowhere", "/p/nowhere"):
        page.goto(path)
        assert faults(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_tap_is_one_declaration(screens: Screens, live: Live, *, scripts: bool) -> None:
    page = screens.open(java_script_enabled=scripts)
    walk_to_the_end(page, live.office)
    page.locator(NEXT).dblclick()
    expect(page).to_have_url(PHONE)
    assert len(passes(live.office)) == 1


def test_the_back_button_shows_each_step_as_it_was_and_makes_no_second_declaration(
    screens: Screens, live: Live
) -> None:
    page = screens.open()
    walk_to_the_end(page, live.office)
    page.go_back()
    expect(page.locator("[name=purpose]")).to_have_value("hồ sơ đấu thầu")
    page.go_back()
    expect(page.locator("[name=full_name]")).to_have_value("Trần Thị Hoa")
    page.locator(NEXT).click()
    say_whom(page, live.office)
    page.locator(NEXT).click()
    say_health(page)
    page.locator(NEXT).click()
    expect(page).to_have_url(PHONE)
    address = page.url
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sức khỏe")
    say_health(page)
    page.locator(NEXT).click()
    expect(page).to_have_url(address)
    assert len(passes(live.office)) == 1


def test_a_pass_changes_by_itself(screens: Screens, live: Live) -> None:
    page = screens.open()
    walk_to_the_end(page, live.office)
    page.locator(NEXT).click()
    expect(page.locator(".pass-state[data-state=waiting]")).to_be_visible()
    admit(live.office)
    state = page.locator(".pass-state[data-state=on_site]")
    expect(state).to_contain_text("thẻ 014", timeout=15_000)
    expect(state).to_contain_text("tầng 2 · máy lẻ 101")
    expect(page.locator("[data-said]")).to_contain_text("thẻ 014")


def test_leaving_with_the_phone(screens: Screens, live: Live) -> None:
    page = screens.open()
    walk_to_the_end(page, live.office)
    page.locator(NEXT).click()
    expect(page).to_have_url(PHONE)
    admit(live.office)
    page.reload()
    page.locator("summary").click()
    page.get_by_role("button", name="Tôi đang ra cổng").click()
    expect(page.locator(".pass-state[data-state=left]")).to_contain_text("trả thẻ khách")


def test_a_phone_remembers_its_owner_only_when_asked_and_forgets_again(screens: Screens, live: Live) -> None:
    page = screens.open()
    walk_to_the_end(page, live.office)
    page.locator(NEXT).click()
    expect(page).to_have_url(PHONE)
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Nhớ thông tin trên điện thoại này").click()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "Trần Thị Hoa" in kept
    for never in ("fever", "hồ sơ đấu thầu", "truthful"):
        assert never not in kept
    start(page, live.office)
    agree(page)
    expect(page.locator("[name=full_name]")).to_have_value("Trần Thị Hoa")
    expect(page.locator("[name=sex][value=female]")).to_be_checked()
    assert faults(page) == []
    page.get_by_role("button", name="Xóa thông tin đã nhớ").click()
    expect(page.locator("[name=full_name]")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0


def test_another_language_keeps_what_was_typed(screens: Screens, live: Live) -> None:
    for scripts in (True, False):
        page = screens.open(java_script_enabled=scripts)
        start(page, live.office)
        agree(page)
        page.fill("[name=full_name]", "Trần Thị Hoa")
        tap(page, "sex", "female")
        page.get_by_role("button", name="English").click()
        expect(page.locator("h1")).to_have_text("Who you are")
        expect(page.locator("[name=full_name]")).to_have_value("Trần Thị Hoa")
        expect(page.locator("[name=sex][value=female]")).to_be_checked()


def test_enter_goes_on_and_not_elsewhere(screens: Screens, live: Live) -> None:
    page = screens.open()
    start(page, live.office)
    agree(page)
    say_who(page)
    page.locator("[name=organisation]").press("Enter")
    expect(page.locator("h1")).to_have_text("Đến gặp ai")


def go_on(page: Page) -> None:
    """Press the button that goes on, and wait for another screen in the same page."""
    screen = page.locator("[name=screen]")
    before = screen.input_value()
    page.locator(NEXT).click()
    expect(screen).not_to_have_value(before)


def at_stand(screens: Screens, live: Live) -> Page:
    pair(live.office, live.office.gate_a, "Quầy", "stand", "stand")
    page = screens.open(1280, 800)
    page.context.add_cookies(
        [{"name": "gatebook_device", "value": live.office.device_tokens["stand"], "url": live.url}]
    )
    page.clock.install()
    start(page, live.office, "?stand")
    return page


def test_a_stand_clears_itself_with_a_countdown_in_sight(screens: Screens, live: Live) -> None:
    page = at_stand(screens, live)
    expect(page.locator(".countdown")).to_contain_text("sau 60 giây")
    assert faults(page) == []
    page.locator('[name="agree.health"]').check()
    go_on(page)
    go_on(page)
    page.fill("[name=full_name]", "Trần Thị Hoa")
    page.clock.run_for(41_000)
    expect(page.locator(".countdown")).to_contain_text("sau 19 giây")
    page.locator("[name=birth_year]").press("1")
    expect(page.locator(".countdown")).to_contain_text("sau 60 giây")
    page.clock.run_for(61_000)
    expect(page.locator("h1")).to_have_text("Khai báo trước khi vào")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    # One page before, the blank one: no step is left that the next person could go back to.
    assert page.evaluate("history.length") == 2


def test_a_stand_ends_on_the_digits_and_then_begins_again(screens: Screens, live: Live) -> None:
    page = at_stand(screens, live)
    page.locator('[name="agree.health"]').check()
    go_on(page)
    go_on(page)
    page.fill("[name=full_name]", "Trần Thị Hoa")
    page.fill("[name=birth_year]", "1984")
    tap(page, "sex", "female")
    go_on(page)
    page.select_option("[name=identity_type]", "none")
    go_on(page)
    page.fill("[name=phone]", "0912 345 678")
    go_on(page)
    go_on(page)
    page.select_option("[name=unit]", str(live.office.units["Ban Tiếp công dân"]))
    go_on(page)
    page.fill("[name=purpose]", "nộp hồ sơ")
    go_on(page)
    for question in QUESTIONS[:-1]:
        tap(page, f"a.{question}", "no")
    assert faults(page) == []
    go_on(page)
    go_on(page)
    tap(page, "a.contact", "no")
    page.locator("[name=truthful]").check()
    page.locator(NEXT).click()
    expect(page.locator("h1")).to_have_text("Đã gửi tờ khai")
    expect(page.locator(".pass-digits strong")).to_have_text(passes(live.office)[0].digits[-4:])
    assert faults(page) == []
    page.clock.run_for(31_000)
    expect(page.locator("h1")).to_have_text("Khai báo trước khi vào")
