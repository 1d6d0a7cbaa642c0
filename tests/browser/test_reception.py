"""Reception in Chromium: the live log, search while typing, a visit beside the list, lines from paper by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from app.accounts.repository import accounts
from app.declarations.schemas import Person
from app.visits.commands import CheckOut
from tests.browser.conftest import Screens, faults
from tests.browser.reach import each_look
from tests.conftest import Live
from tests.office import PASSPHRASE, Office
from tests.visits.lines import check_in

ROWS = "#rows > tr:not(.day-row)"
LOOKS = [("sqlite", 1440, 900, "light"), ("postgres", 1280, 800, "dark"), ("postgres", 360, 740, "light")]


def log_in(page: Page, office: Office) -> None:
    with office.book.reading() as session:
        known = {account.id: account.login for account in accounts(session, office.site_id)}
    page.goto("/login")
    page.fill("[name=login]", known[office.actors["reception"].account_id] or "")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.press("[name=passphrase]", "Enter")
    page.wait_for_url("**/log")


@pytest.fixture
def desk(screens: Screens, live: Live) -> Page:
    """Give reception's screen with a morning of forty lines on it."""
    for number in range(40):
        check_in(live.office, f"Khách số {number:02d}")
    check_in(live.office, "Trần Thị Hoa", person=Person(name="Trần Thị Hoa", phone="0912 345 678"))
    page = screens.open(1440, 900)
    log_in(page, live.office)
    expect(page.locator(ROWS)).to_have_count(41)
    return page


def test_a_new_line_slides_in_by_itself_and_figures_follow(desk: Page, live: Live) -> None:
    visit_id = check_in(live.office, "Vừa mới đến")
    expect(desk.locator(f"{ROWS} >> nth=0")).to_contain_text("Vừa mới đến")
    expect(desk.locator("#said")).to_have_text("1 dòng mới")
    expect(desk.locator("#heads .figure-on-site .figure-number")).to_have_text("42")
    live.office.do("guard", CheckOut(visit_id=visit_id, device_time=live.office.clock.now()))
    expect(desk.locator(f"{ROWS} >> nth=0")).to_contain_text("Đã ra")
    expect(desk.locator(ROWS)).to_have_count(42)


def test_what_is_being_read_does_not_move_and_the_new_lines_are_told(desk: Page, live: Live) -> None:
    desk.evaluate("scrollTo(0, 900)")
    read = desk.locator("#rows .row-link", has_text="Khách số 15")
    before = read.bounding_box()
    for number in range(3):
        check_in(live.office, f"Đến sau {number}")
    expect(desk.locator("#news-bar button")).to_have_text("3 dòng mới")
    expect(desk.locator(ROWS)).to_have_count(44)
    after = read.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 1
    desk.click("#news-bar button")
    expect(desk.locator("#news-bar")).to_be_hidden()
    expect(desk.locator(f"{ROWS} >> nth=0")).to_be_in_viewport()


def test_search_goes_while_typing_and_what_is_typed_is_sent_in_no_address(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.keyboard.press("/")
    desk.keyboard.type("hoa")
    expect(desk.locator(ROWS)).to_have_count(1)
    expect(desk.locator(ROWS)).to_contain_text("Trần Thị Hoa")
    assert desk.evaluate("location.hash") == "#q=hoa"
    assert asked
    assert not any("hoa" in address for address in asked)
    desk.reload()
    expect(desk.locator("#q")).to_have_value("hoa")
    expect(desk.locator(ROWS)).to_have_count(1)
    desk.fill("#q", "")
    expect(desk.locator(ROWS)).to_have_count(41)
    assert desk.evaluate("location.hash") == ""


def test_without_a_script_search_filters_and_pages_work(screens: Screens, live: Live) -> None:
    for number in range(52):
        check_in(live.office, f"Khách số {number:02d}")
    page = screens.open(1280, 800, java_script_enabled=False)
    log_in(page, live.office)
    assert page.locator(ROWS).count() == 50
    page.click("#more a")
    assert page.locator(ROWS).count() == 2
    page.fill("#q", "khach so 07")
    page.press("#q", "Enter")
    assert page.locator(ROWS).all_inner_texts() == [page.locator(ROWS).inner_text()]
    assert "Khách số 07" in page.locator(ROWS).inner_text()
    page.click("#rows .row-link")
    assert page.locator("h1").inner_text() == "Khách số 07"


def test_more_lines_are_added_below(screens: Screens, live: Live) -> None:
    for number in range(52):
        check_in(live.office, f"Khách số {number:02d}")
    page = screens.open(1440, 900)
    log_in(page, live.office)
    page.click("#more a")
    expect(page.locator(ROWS)).to_have_count(52)
    expect(page.locator("#more")).to_have_count(0)
    assert page.evaluate("location.pathname + location.search") == "/log"


def test_a_line_opens_beside_the_list_by_keys_and_closes_to_where_one_was(desk: Page) -> None:
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator("#side #visit-name")).to_have_text("Khách số 39")
    expect(desk.locator("#rows .is-open")).to_contain_text("Khách số 39")
    desk.keyboard.press("Escape")
    expect(desk.locator("#side")).to_be_hidden()
    assert desk.evaluate("document.activeElement.textContent") == "Khách số 39"
    desk.keyboard.press("?")
    expect(desk.locator("#help")).to_be_visible()
    desk.uncheck("#keys-on")
    desk.keyboard.press("Escape")
    desk.locator("#rows .row-link").first.focus()
    desk.keyboard.press("n")
    assert desk.url.endswith("/log")


def test_a_note_beside_the_list_and_details_that_stay_open_while_they_are_read(desk: Page, live: Live) -> None:
    desk.locator("#rows .row-link", has_text="Trần Thị Hoa").click()
    desk.fill("#side [name=text]", "có hẹn lại")
    desk.press("#side [name=text]", "Enter")
    expect(desk.locator("#side .note")).to_have_text("có hẹn lại")
    assert desk.url.endswith("/log")
    desk.click("#side [data-open] button")
    expect(desk.locator("#side #closed")).to_contain_text("0912 345 678")
    check_in(live.office, "Đến sau")
    expect(desk.locator(ROWS)).to_have_count(42)
    expect(desk.locator("#side #closed")).to_contain_text("0912 345 678")


def test_many_lines_from_paper_are_entered_by_keyboard_alone(screens: Screens, live: Live) -> None:
    page = screens.open(1280, 800)
    log_in(page, live.office)
    page.goto("/paper?sheet=T-01&day=2026-01-05")
    for number, name in enumerate(("Lê Văn Bé", "Hồ A Páo"), 1):
        expect(page.locator("[name=line]")).to_have_value(str(number))
        expect(page.locator("[name=arrived]")).to_be_focused()
        page.keyboard.type("0726")
        page.keyboard.press("Tab")
        page.keyboard.type("0758")
        page.keyboard.press("Tab")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text(f"Đã nhập dòng {number} của tờ T-01.")
    page.goto("/log?from=2026-01-05&to=2026-01-05")
    expect(page.locator(ROWS)).to_have_count(2)


@each_look(("width", "height", "scheme"), LOOKS)
def test_nothing_that_axe_or_a_narrow_screen_would_mind(
    screens: Screens, live: Live, width: int, height: int, scheme: str
) -> None:
    check_in(live.office, "Trần Thị Hoa")
    page = screens.open(width, height, color_scheme=scheme)
    log_in(page, live.office)
    assert faults(page) == []
    visit = page.locator("#rows .row-link").first.get_attribute("href") or ""
    for address in (visit, f"{visit}?correct=name", "/paper", "/log?state=refused"):
        page.goto(address)
        assert faults(page) == [], address
