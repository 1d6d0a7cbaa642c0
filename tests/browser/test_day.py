"""A whole day, by pages alone: from the first run through poster, phone, tablets and reception to the workbook."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from app.journal.queries import sites, verify_site
from tests.browser.conftest import Screens, faults
from tests.browser.desk import FINGER_GAP
from tests.browser.test_visitor import NEXT, PHONE, agree, tap
from tests.conftest import Served
from tests.office import PASSPHRASE, PIN

UNITS = "Phòng Hành chính - Quản trị, 101, tầng 2\nPhòng Tổng hợp, 102, tầng 3"
OTHER_PIN = "731906"
DESK, TABLET, PHONE_SIZE = (1440, 900), (1280, 800), (360, 740)


@pytest.fixture
def day(chromium: Browser, empty_live: Served) -> Iterator[Screens]:
    """Give browsers on a server whose book is empty."""
    with ExitStack() as closing:
        opened = Screens(chromium, empty_live, closing)  # pyright: ignore[reportArgumentType] - its address is all that is used
        yield opened
        assert opened.wrong == []


def set_up(page: Page, token: str) -> None:
    """Fill the first run's one page, keep the recovery sheet, and give two of its words back."""
    open_office(page, token)
    keep_recovery(page)
    expect(page.locator("main")).to_contain_text("In áp phích")
    assert faults(page) == []


def open_office(page: Page, token: str) -> None:
    """Fill the first run's one page and send it, as far as the recovery sheet."""
    page.goto(f"/setup/{token}")
    typed = {
        "office_name": "Văn phòng UBND tỉnh Tuyên Quang", "parent_name": "UBND tỉnh Tuyên Quang",
        "place": "Tuyên Quang", "contact": "Phòng HC-QT, máy lẻ 101", "gate_name": "Cổng A", "units": UNITS,
        "manager_name": "Nguyễn Thị Thảo", "manager_login": "thao", "manager_passphrase": PASSPHRASE,
        "guard_name": "Nguyễn Văn Đức", "guard_pin": PIN,
    }  # fmt: skip
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile("/setup/recovery$"))


def keep_recovery(page: Page) -> None:
    """Give two of the recovery sheet's words back."""
    words = [word.strip().split()[-1] for word in page.locator("ol li").all_inner_texts()]
    assert len(words) == 24
    page.goto("/setup/recovery/check")
    for name in ("first", "second"):
        place = re.search(r"\d+", page.locator(f"label[for=f-{name}]").inner_text())
        assert place is not None
        page.fill(f"[name={name}]", words[int(place[0]) - 1])
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/setup/done"))


def send(page: Page) -> None:
    """Press the button of the page's first form."""
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def furnish(page: Page) -> None:
    """Add a second gate, its guard, reception, and a policy whose rest is over at once."""
    page.goto("/admin/gates")
    page.fill("[name=name]", "Cổng B")
    send(page)
    for name, role, login, secret in (
        ("Trần Thị Lan", "guard", "", OTHER_PIN),
        ("Vũ Thị Hương", "receptionist", "huong", PASSPHRASE),
    ):
        page.goto("/admin/accounts")
        page.fill("[name=name]", name)
        tap(page, "role", role)
        if login:
            page.fill("[name=login]", login)
        page.fill("[name=secret]", secret)
        page.locator("form:has([name=secret]) button[type=submit]").click()
        expect(page.locator("main")).to_contain_text(name)
    page.goto("/admin/policy/new")
    page.fill("[name=rest_minutes]", "0")
    page.get_by_role("button", name="Xem những điểm khác").click()
    page.locator("button[name=act][value=publish]").click()
    expect(page).not_to_have_url(re.compile("/new"))


def pairing_code(page: Page, gate: str) -> str:
    """Ask for a pairing code of a gate's tablet."""
    page.goto("/admin/devices")
    page.select_option("[name=gate_id]", label=gate)
    page.fill("[name=name]", f"Máy {gate}")
    page.locator("form:has([name=gate_id]) button[type=submit]").click()
    return re.sub(r"\D", "", page.locator(".digits-large").inner_text())


def pair_and_log_in(tablet: Page, code: str, guard: str, pin: str) -> None:
    """Pair a tablet and begin a shift on it."""
    tablet.goto("/tablet")
    expect(tablet.locator(".lock-body")).to_be_visible()
    tablet.keyboard.type(code, delay=FINGER_GAP)
    tablet.get_by_text(guard).first.click()
    tablet.keyboard.type(pin, delay=FINGER_GAP)
    expect(tablet.get_by_text("Trực:").first).to_be_visible()


def declare(page: Page, path: str, who: str, *, companion: str = "") -> str:
    """Declare on a phone, with somebody along if named; return the pass's ten digits."""
    page.goto(path)
    agree(page)
    page.fill("[name=full_name]", who)
    page.fill("[name=birth_year]", "1984")
    tap(page, "sex", "female")
    page.fill("[name=phone]", "0912 345 678")
    page.select_option("[name=identity_type]", "cccd")
    page.fill("[name=identity_number]", "008184001234")
    page.fill("[name=organisation]", "Điện lực tỉnh")
    if companion:
        page.locator("button[value=add]").click()
        page.fill("#f-c1-full_name", companion)
        page.fill("#f-c1-birth_year", "2016")
    page.locator(NEXT).click()
    page.select_option("[name=unit]", label="Phòng Hành chính - Quản trị")
    page.fill("[name=purpose]", "hồ sơ đấu thầu")
    page.locator(NEXT).click()
    expect(page.locator("main")).to_contain_text("triệu chứng")
    for answer in page.locator('label:has([value="no"])').all():
        answer.click()
    # That it is true and, for a party, that the answers hold for everybody.
    for box in page.locator("main [type=checkbox]").all():
        box.check()
    page.locator(NEXT).click()
    expect(page).to_have_url(PHONE)
    return re.sub(r"\D", "", page.locator(".pass-digits").inner_text())


def choose(tablet: Page, who: str) -> None:
    """Tap somebody in the list."""
    tablet.locator(".queue, aside, nav, main").get_by_text(who).first.click()


def measure(tablet: Page, digits: str) -> None:
    """Type a temperature and tap both tiles where they are not yet on."""
    tablet.keyboard.type(digits)
    for tile in ("#need-mask", "#need-sanitiser"):
        if tablet.locator(tile).get_attribute("aria-pressed") == "false":
            tablet.locator(tile).click()


def log_in(page: Page, login: str) -> None:
    """Log in with a passphrase."""
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=passphrase]", PASSPHRASE)
    send(page)


def workbook_rows(path: Path) -> list[dict[str, str]]:
    """Return the workbook's lines as the day log writes them."""
    sheet = load_workbook(path).worksheets[0]
    heads, *lines = sheet.iter_rows(values_only=True)
    rows = [dict(zip(map(str, heads), line, strict=True)) for line in lines]
    return [
        {
            "STT": f"{row['STT']:.0f}",
            "Vào": _hour(row["Giờ vào"]),
            "Ra": _hour(row["Giờ ra"]),
            "Họ tên": str(row["Họ và tên"]),
            "°C": str(row["Thân nhiệt (°C)"]).replace(".", ","),
            "Thẻ": str(row["Số thẻ"]),
        }
        for row in rows
    ]


def _hour(moment: object) -> str:
    return f"{moment:%H:%M}" if isinstance(moment, datetime) else "–"


def log_rows(page: Page) -> list[dict[str, str]]:
    """Return what the day log shows, first line first."""
    page.goto("/log")
    heads = [head.strip() for head in page.locator("table thead th").all_inner_texts()]
    wanted = {"STT", "Vào", "Ra", "Họ tên", "°C", "Thẻ"}
    rows: list[dict[str, str]] = []
    for line in page.locator("table tbody tr").all():
        cells = [cell.strip() for cell in line.locator("th, td").all_inner_texts()]
        rows.append({head: cell for head, cell in zip(heads, cells, strict=True) if head in wanted})
    return rows[::-1]


def come_in(day: Screens, tablet: Page, address: str) -> None:
    """Declare by a plain-http name and be admitted: the phone shows it by itself."""
    phone = day.open(*PHONE_SIZE, named=True)
    declare(phone, address, "Trần Thị Hoa")
    choose(tablet, "Trần Thị Hoa")
    measure(tablet, "365")
    tablet.locator("button.decide").click()
    expect(tablet.locator("body")).to_contain_text("Trần Thị Hoa đã vào")
    expect(phone.locator(".pass-state")).to_contain_text("001", timeout=20_000)


def rest_and_come_in(day: Screens, tablet: Page, address: str) -> None:
    """Rest for a temperature at the limit, and come in with a second reading."""
    declare(day.open(*PHONE_SIZE), address, "Lê Văn Bé")
    choose(tablet, "Lê Văn Bé")
    measure(tablet, "376")
    expect(tablet.locator("button.decide")).to_have_attribute("data-decision", "recheck")
    tablet.locator("button.decide").click()
    tablet.get_by_role("tab", name=re.compile("Đo lại")).click()
    choose(tablet, "Lê Văn Bé")
    measure(tablet, "369")
    expect(tablet.locator("button.decide")).to_have_attribute("data-decision", "admit")
    tablet.locator("button.decide").click()
    expect(tablet.locator("body")).to_contain_text("Lê Văn Bé đã vào")
    tablet.get_by_role("tab", name=re.compile("Chờ")).click()


def come_in_together(day: Screens, tablet: Page, address: str) -> None:
    """Come in as a declared group, on one screen: each a reading, one tap."""
    declare(day.open(*PHONE_SIZE), address, "Lò Thị Mai", companion="Lò Văn Tý")
    choose(tablet, "Lò Thị Mai")
    tablet.keyboard.type("362")
    tablet.keyboard.type("364")
    tablet.get_by_role("button", name="Cả đoàn đã đeo khẩu trang, đã sát khuẩn").click()
    tablet.locator(".party button.decide").click()
    expect(tablet.locator("body")).to_contain_text("Đã cho 2 người vào")


def correct(page: Page, who: str) -> None:
    """Reception corrects a field with a reason, and the story shows it."""
    page.get_by_role("link", name=who).first.click()
    identity = page.locator("[data-visit]").first.get_attribute("data-visit")
    page.goto(f"/visits/{identity}?correct=organisation")
    page.locator("[name=value]").fill("Công ty Điện lực Tuyên Quang")
    page.fill("[name=reason]", "ghi thiếu")
    page.locator("#correct button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("ghi thiếu")
    expect(page.locator("main")).to_contain_text("Điện lực tỉnh")
    assert faults(page) == []


def leave_by_badge(tablet: Page) -> None:
    """Somebody leaves by another gate, by the badge's number."""
    tablet.keyboard.type("001")
    tablet.get_by_text("Trần Thị Hoa").first.click()
    tablet.get_by_role("button", name="Đã trả thẻ 001").click()
    expect(tablet.locator("body")).to_contain_text("Trần Thị Hoa đã ra")


def export(page: Page, path: Path) -> None:
    """Save the day's logbook as a workbook."""
    page.goto("/exports")
    assert faults(page) == []
    tap(page, "form", "xlsx")
    with page.expect_download() as downloading:
        page.locator("button[name=act][value=export]").click()
    downloading.value.save_as(path)


def test_a_whole_day_from_the_first_run_to_the_workbook(day: Screens, empty_live: Served, tmp_path: Path) -> None:
    manager, gate_a, gate_b, reception = (day.open(*size) for size in (DESK, TABLET, TABLET, DESK))
    set_up(manager, empty_live.app.state.setup_token)
    furnish(manager)
    manager.goto("/admin/gates")
    manager.get_by_role("link", name=re.compile("áp phích", re.IGNORECASE)).first.click()
    address = re.search(r"/g/[a-z0-9]+", manager.locator("body").inner_text())
    assert address is not None
    pair_and_log_in(gate_a, pairing_code(manager, "Cổng A"), "Nguyễn Văn Đức", PIN)
    pair_and_log_in(gate_b, pairing_code(manager, "Cổng B"), "Trần Thị Lan", OTHER_PIN)
    assert faults(gate_a) == []
    come_in(day, gate_a, address[0])
    rest_and_come_in(day, gate_a, address[0])
    come_in_together(day, gate_a, address[0])
    log_in(reception, "huong")
    expect(reception).to_have_url(re.compile("/log"))
    assert faults(reception) == []
    correct(reception, "Trần Thị Hoa")
    leave_by_badge(gate_b)
    export(manager, tmp_path / "so.xlsx")
    rows = workbook_rows(tmp_path / "so.xlsx")
    assert [row["Họ tên"] for row in rows] == ["Trần Thị Hoa", "Lê Văn Bé", "Lò Thị Mai", "Lò Văn Tý"]
    assert [row["°C"] for row in rows] == ["36,5", "36,9", "36,2", "36,4"]
    assert [row["Thẻ"] for row in rows] == ["001", "002", "003", "004"]
    assert rows == log_rows(reception)
    assert verified(empty_live)


def verified(served: Served) -> bool:
    """Tell whether every chain of the book holds."""
    with served.app.state.gatebook.book.reading() as session:
        return all(verify_site(session, site_id).holds for site_id in sites(session))
