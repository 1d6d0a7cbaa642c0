"""Administration in Chromium: readable at each size, a pairing page that changes by itself, and no need of scripts."""

import json
import re
import urllib.request

from playwright.sync_api import Page, expect

from tests.admin.test_pages import MANAGERS_PAGES, PAGES
from tests.browser.conftest import Screens, faults
from tests.browser.reach import each_look
from tests.conftest import Live
from tests.office import PASSPHRASE

LOOKS = [("sqlite", 1440, 900, "light"), ("postgres", 1280, 800, "dark"), ("sqlite", 360, 740, "light")]


def log_in(page: Page) -> Page:
    page.goto("/login")
    page.fill("[name=login]", "thao")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/log")
    return page


@each_look(("width", "height", "scheme"), LOOKS)
def test_nothing_that_axe_or_a_narrow_screen_would_mind(screens: Screens, width: int, height: int, scheme: str) -> None:
    page = screens.open(width, height, color_scheme=scheme)
    for address in ("/", "/login"):
        page.goto(address)
        assert faults(page) == [], address
    log_in(page)
    for address in (*PAGES, *MANAGERS_PAGES):
        page.goto(address)
        assert faults(page) == [], address


def test_a_refused_form_says_why_and_puts_the_cursor_there(screens: Screens) -> None:
    page = log_in(screens.open(360, 740))
    page.goto("/admin/policy/new")
    page.fill("[name=rest_minutes]", "999")
    page.locator("button[value=look]").click()
    expect(page.locator("[name=rest_minutes]")).to_be_focused()
    expect(page.locator("#f-rest_minutes-error")).to_have_text("Vui lòng nhập số từ 0 đến 240.")
    assert faults(page) == []


def test_the_pairing_page_counts_down_and_changes_when_a_device_took_the_code(screens: Screens, live: Live) -> None:
    page = log_in(screens.open(1280, 800, named=True))
    page.goto("/admin/devices")
    page.fill("[name=name]", "Máy mới")
    page.locator("main form").last.get_by_role("button").click()
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"Còn [0-9]:[0-9]{2}\."))
    assert faults(page) == []
    code = re.sub(r"\D", "", page.locator(".digits").inner_text())
    asked = urllib.request.Request(  # noqa: S310 - our own server on loopback
        f"{live.url}/api/v1/tablet/pair",
        json.dumps({"code": code}).encode(),
        {"Content-Type": "application/json", "Origin": live.url},
    )
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - the same
        assert answer.status == 200
    expect(page.locator("main")).to_contain_text("Máy mới đã kết nối.", timeout=15_000)


def test_a_version_is_published_without_scripts_and_from_a_plain_http_name(screens: Screens) -> None:
    page = log_in(screens.open(1280, 800, named=True, java_script_enabled=False))
    page.goto("/admin/policy/new")
    page.fill("[name=threshold_tenths]", "37,8")
    page.locator("button[value=look]").click()
    expect(page.locator(".section-look tbody tr")).to_have_count(1)
    page.locator("button[value=publish]").click()
    expect(page.locator("main")).to_contain_text("Đã ban hành bản mới.")
    expect(page.locator("main tbody tr").first).to_contain_text("Đang áp dụng")


def test_units_gates_and_people_are_kept_without_scripts(screens: Screens) -> None:
    page = log_in(screens.open(360, 740, java_script_enabled=False))
    for address, name in (
        ("/admin/units", "Phòng Ngoại vụ"),
        ("/admin/gates", "Cổng C"),
        ("/admin/employees", "Hồ A Páo"),
    ):
        page.goto(address)
        page.fill("[name=name]", name)
        page.locator("main form").last.get_by_role("button").click()
        expect(page.locator("tbody")).to_contain_text(name)
