"""Every page, at the sizes of whoever reads it: axe, targets, zoom and keyboard, light and dark, in both languages."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from app.declarations.models import Pass
from app.selfservice.queries import address_of
from app.visits.commands import CheckIn, CheckOut, Reading
from app.visits.models import Visit
from tests.browser.conftest import Screens
from tests.browser.desk import FINGER_GAP, LANDSCAPE, PORTRAIT, Hand, declare, let_in, show_pairing, somebody
from tests.browser.reach import REFLOW, barriers, each_look, keyboard_faults, sideways, small_targets, zoomed
from tests.browser.test_day import keep_recovery, open_office
from tests.browser.test_visitor import NEXT, PHONE, agree, at_stand, say_health, say_who, say_whom
from tests.conftest import Live, Served
from tests.office import PASSPHRASE, PIN, Office
from tests.visits.lines import check_in

DESK, PHONE_SIZE = (1440, 900), (360, 740)
LONG = "Nguyễn Phước Tôn Nữ Hoàng Thị Thuỳ Dương Quỳnh Anh Phương Thảo"
LOOKS: list[Any] = [
    pytest.param("sqlite", DESK, "vi", "light", id="a desk, light, Vietnamese"),
    pytest.param("postgres", PHONE_SIZE, "en", "dark", id="a phone, dark, English"),
]
KEYS = 64
"""CSS pixels of a key of the keypad."""


def look(screens: Screens, size: tuple[int, int], language: str, scheme: str, **how: Any) -> Page:
    """Open a browser that reads in a language and a colour scheme, and minds what scripts complain of."""
    page = screens.open(*size, color_scheme=scheme, locale={"vi": "vi-VN", "en": "en-GB"}[language], **how)

    def heard(kind: str, text: str) -> None:
        # A page that is not found says so here too.
        if kind == "error" and not text.startswith("Failed to load resource"):
            screens.wrong.append(text)

    page.on("console", lambda line: heard(line.type, line.text))
    return page


def begin(page: Page, login: str = "thao") -> None:
    """Log in with a passphrase."""
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=passphrase]", PASSPHRASE)
    page.press("[name=passphrase]", "Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def fill_the_book(office: Office) -> UUID:
    """Have lines of every length and state, and return one with a story."""
    visitor = somebody(LONG, organisation="Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh")
    visit = UUID(let_in(office, visitor))
    let_in(office, somebody("Bé", 2), "002")
    check_in(office, "Giao hàng nhanh")
    declare(office, somebody("Trần Thị Hoa", 3), answers={"cough": True})
    office.do("guard", CheckOut(visit_id=visit, badge_returned=False))
    return visit


def office_pages(office: Office, visit: UUID) -> list[str]:
    """Return the address of every page behind a login, and of those before it."""
    unit, employee = next(iter(office.units.values())), next(iter(office.employees.values()))
    account = office.actors["guard"].account_id
    return [
        "/login", "/", "/setup", "/nowhere", "/log", "/log?state=refused", "/log?from=2026-01-01&to=2026-01-31",
        f"/visits/{visit}", f"/visits/{visit}?correct=name", "/paper", "/paper/declaration",
        f"/paper/sheets?gate={office.gate_a}", "/exports", "/exports?form=xlsx", "/admin", "/admin/site",
        "/admin/gates", f"/admin/gates/{office.gate_b}", f"/admin/gates/{office.gate_a}/poster",
        "/admin/units", f"/admin/units/{unit}", "/admin/accounts", f"/admin/accounts/{account}", "/admin/employees",
        f"/admin/employees/{employee}",
        "/admin/employees/import", "/admin/devices", "/admin/badges", "/admin/policy", "/admin/policy/new",
        "/admin/policy/versions/1", "/admin/questions", "/admin/questions/new", "/admin/questions/versions/1",
        "/admin/sealed-codes", "/admin/tokens",
    ]  # fmt: skip


@each_look(("size", "language", "scheme"), LOOKS)
def test_the_offices_pages_are_within_everybodys_reach(
    screens: Screens, live: Live, size: tuple[int, int], language: str, scheme: str
) -> None:
    visit = fill_the_book(live.office)
    page = look(screens, size, language, scheme)
    begin(page)
    wrong: dict[str, list[str]] = {}
    for address in office_pages(live.office, visit):
        page.goto(address)
        wrong[address] = barriers(page, keyboard=size == DESK)
        if size == DESK:
            for width, height in (LANDSCAPE, PORTRAIT):
                page.set_viewport_size({"width": width, "height": height})
                wrong[address] += sideways(page)
            page.set_viewport_size({"width": size[0], "height": size[1]})
    assert {address: told for address, told in wrong.items() if told} == {}


@each_look(("size", "language", "scheme"), LOOKS)
def test_what_the_offices_forms_answer_is_within_everybodys_reach(
    screens: Screens, size: tuple[int, int], language: str, scheme: str
) -> None:
    page = look(screens, size, language, scheme)
    begin(page)
    wrong: dict[str, list[str]] = {}
    for address, name in (
        ("/admin/accounts", "name"), ("/admin/gates", "name"), ("/admin/units", "name"), ("/admin/employees", "name"),
        ("/admin/employees/import", "people"),
        ("/admin/badges", "first"), ("/admin/devices", "name"), ("/paper", "sheet"),
    ):  # fmt: skip
        page.goto(address)
        page.locator(f"form:has([name={name}]) button[type=submit]").first.click()
        expect(page.locator("[aria-invalid=true]").first).to_be_focused()
        wrong[f"{address}, empty"] = barriers(page)
    page.goto("/admin/policy/new")
    page.fill("[name=rest_minutes]", "20")
    page.click("button[value=look]")
    expect(page.locator("button[value=publish]")).to_be_visible()
    wrong["a policy's changes"] = barriers(page)
    page.goto("/admin/devices")
    page.fill("[name=name]", "Máy cổng A")
    page.locator("form:has([name=gate_id]) button[type=submit]").click()
    expect(page.locator(".digits-large")).to_be_visible()
    wrong["a pairing code"] = barriers(page)
    page.goto("/admin/sealed-codes")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".sealed-code")).to_be_visible()
    wrong["a sealed code"] = barriers(page)
    page.goto("/admin/sealed-codes")
    wrong["sealed codes"] = barriers(page)
    assert {where: told for where, told in wrong.items() if told} == {}


def test_what_is_refused_is_said_on_a_page_within_everybodys_reach(screens: Screens, live: Live) -> None:
    page = look(screens, PHONE_SIZE, "vi", "light", named=True)
    page.goto("/login")
    page.fill("[name=login]", "thao")
    page.fill("[name=passphrase]", "không phải thế")
    page.press("[name=passphrase]", "Enter")
    expect(page.locator(".error, .notice-stop").first).to_be_visible()
    assert barriers(page) == []
    address = page.url
    page.goto("about:blank")
    page.set_content(f'<form method="post" action="{address}"><button>Từ nơi khác</button></form>')
    page.click("button")
    expect(page.locator("main")).to_contain_text("403")
    assert barriers(page) == []
    live.app.state.form_counter.limit = 0
    page.goto(f"/g/{live.office.gate_code}")
    agree(page)
    say_who(page)
    page.locator(NEXT).click()
    say_whom(page, live.office)
    page.locator(NEXT).click()
    say_health(page)
    page.locator(NEXT).click()
    expect(page.locator("main")).to_contain_text("gặp bảo vệ")
    assert barriers(page, narrowest=0) == []


@each_look(("language", "scheme"), [("sqlite", "vi", "dark"), ("postgres", "en", "light")])
def test_a_phones_pages_hold_at_twice_their_size(screens: Screens, live: Live, language: str, scheme: str) -> None:
    page = look(screens, PHONE_SIZE, language, scheme)
    wrong: dict[str, list[str]] = {}
    for address in (f"/g/{live.office.gate_code}/paper", "/g/nowhere", "/p/nowhere", f"/g/{live.office.gate_code}"):
        page.goto(address)
        wrong[address] = barriers(page, keyboard=True, narrowest=0)
    agree(page)
    page.locator("button[value=add]").click()
    wrong["who, with somebody along"] = barriers(page, keyboard=True, narrowest=0)
    page.locator("button[value='remove.1']").click()
    say_who(page)
    page.locator(NEXT).click()
    wrong["whom"] = barriers(page, keyboard=True, narrowest=0)
    say_whom(page, live.office)
    page.locator(NEXT).click()
    wrong["health"] = barriers(page, keyboard=True, narrowest=0)
    say_health(page)
    page.locator(NEXT).click()
    expect(page).to_have_url(PHONE)
    wrong["pass"] = barriers(page, keyboard=True, narrowest=0)
    assert {where: told for where, told in wrong.items() if told} == {}


ENDS = ("waiting", "admit", "recheck", "refer", "refuse", "left")


def at_the_gate(office: Office, end: str) -> str:
    """Have somebody with a long name declare and come to an end at the gate; return the pass's address."""
    declare(office, somebody(f"{LONG} {end}", len(end)))
    with office.book.reading() as session:
        visit = next(visit for visit in session.scalars(sa.select(Visit)) if visit.name.endswith(end))
        address = address_of(office.book.closing, session.get_one(Pass, (office.site_id, visit.pass_id)))
    if end != "waiting":
        decision: Any = "admit" if end == "left" else end
        readings = [Reading(tenths=365 if decision == "admit" else 379, at=office.clock.now())]
        badge = f"{ENDS.index(end) + 10:03}" if decision == "admit" else None
        more: dict[str, Any] = {} if decision in ("admit", "recheck") else {"mode": "fact"}
        command = CheckIn(
            visit_id=visit.id, readings=readings, mask=True, sanitiser=True, badge_number=badge, decision=decision,
            **more,
        )  # fmt: skip
        office.do("guard", command)
    if end == "left":
        office.do("guard", CheckOut(visit_id=visit.id, badge_returned=True))
    return address


@each_look(("scheme",), [("sqlite", "light"), ("postgres", "dark")])
def test_a_pass_is_within_everybodys_reach_in_every_state(screens: Screens, live: Live, scheme: str) -> None:
    page = look(screens, PHONE_SIZE, "vi", scheme)
    seen: set[str | None] = set()
    for end in ENDS:
        page.goto(at_the_gate(live.office, end))
        seen.add(page.locator(".pass-state").get_attribute("data-state"))
        assert barriers(page, narrowest=0) == [], end
    assert seen == {"waiting", "on_site", "resting", "referred", "refused", "left"}


@pytest.mark.parametrize("upright", [False, True], ids=["landscape", "upright"])
def test_a_stand_is_operated_by_keyboard_too(screens: Screens, live: Live, *, upright: bool) -> None:
    page = at_stand(screens, live)
    if upright:
        page.set_viewport_size({"width": 800, "height": 1280})
    assert barriers(page, keyboard=True) == []
    page.locator('[name="agree.health"]').check()
    page.locator(NEXT).click()
    expect(page.locator("[name=full_name], [name=nationality]").first).to_be_attached()
    assert barriers(page, keyboard=True) == []
    page.goto(f"/g/{live.office.gate_code}/paper?stand")
    assert barriers(page, keyboard=True) == []


@pytest.fixture
def first_run(chromium: Browser, empty_live: Served) -> Iterator[Screens]:
    """Give browsers on a server whose book is empty."""
    with ExitStack() as closing:
        opened = Screens(chromium, empty_live, closing)  # pyright: ignore[reportArgumentType] - its address is all that is used
        yield opened
        assert opened.wrong == []


@each_look(("size", "language", "scheme"), LOOKS)
def test_the_first_run_is_within_everybodys_reach(
    first_run: Screens, empty_live: Served, size: tuple[int, int], language: str, scheme: str
) -> None:
    page = look(first_run, size, language, scheme)
    token: str = empty_live.app.state.setup_token
    for address in ("/", "/setup", f"/setup/{token}"):
        page.goto(address)
        assert barriers(page, keyboard=True) == [], address
    page.locator("main button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    assert barriers(page) == []
    open_office(page, token)
    assert barriers(page, keyboard=True) == []
    page.goto("/setup/recovery/check")
    assert barriers(page, keyboard=True) == []
    page.goto("/setup/recovery")
    keep_recovery(page)
    assert barriers(page, keyboard=True) == []


@pytest.mark.parametrize(
    ("size", "named"), [(LANDSCAPE, False), (PORTRAIT, True)], ids=["localhost", "upright, by name"]
)
def test_a_guards_tablet_fits_every_finger(screens: Screens, live: Live, size: tuple[int, int], *, named: bool) -> None:
    declare(live.office, somebody(LONG, 1), answers={"cough": True})
    let_in(live.office, somebody("Phạm Ngọc Ánh", 8), "009")
    show_pairing(live.office)
    page = screens.open(*size, named=named)
    hand = Hand(page)
    page.goto("/tablet")
    page.get_by_role("heading", name="Nhập mã kết nối").wait_for()
    wrong = {"pairing": fingers(page)}
    hand.digits("482913")
    page.get_by_role("button", name="Nguyễn Văn Đức", exact=True).wait_for()
    wrong["who"] = fingers(page)
    hand.button("Nguyễn Văn Đức")
    page.locator(".pin-dots").wait_for()
    wrong["PIN"] = fingers(page)
    hand.digits(PIN)
    page.locator(".queue").wait_for()
    wrong["desk"] = fingers(page) + keyboard_faults(page, FINGER_GAP)
    hand.row(LONG)
    wrong["sheet"] = fingers(page) + keyboard_faults(page, FINGER_GAP)
    hand.digits("381")
    wrong["fever"] = fingers(page)
    hand.tap(page.get_by_role("tab", name="Ở trong"))
    hand.row("Phạm Ngọc Ánh")
    wrong["leaving"] = fingers(page)
    hand.button("Khách mới")
    wrong["kinds"] = fingers(page)
    hand.button("Khách")
    wrong["new visitor"] = fingers(page)
    hand.button("Khai hộ…")
    wrong["declaring"] = fingers(page)
    hand.tap(page.locator(".bar-duty"))
    wrong["duty"] = fingers(page)
    hand.button("Dòng tôi ghi trong ca này")
    wrong["lines"] = fingers(page)
    hand.tap(page.locator(".bar-unsent"))
    wrong["unsent"] = fingers(page)
    hand.button("Giờ cao điểm")
    wrong["rush"] = fingers(page)
    assert {where: told for where, told in wrong.items() if told} == {}


def fingers(page: Page) -> list[str]:
    """Return what on the tablet is too small to hit, or sticks out at the side, also at 200 %."""
    small = """(keys, least) => keys.map((key) => key.getBoundingClientRect())
      .filter(({ width, height }) => width > 0 && (width < least || height < least))
      .map(({ width, height }) => `key ${width} × ${height}`)"""
    keys: list[str] = page.locator(".key").evaluate_all(small, KEYS)
    with zoomed(page, REFLOW):
        wide = sideways(page)
    return small_targets(page) + keys + sideways(page) + wide
