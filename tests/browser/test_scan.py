"""Scanning on the guard's tablet: a camera that really reads, and a scanner that types whatever has the focus."""

import time
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from app.declarations.files import write_pass
from app.declarations.models import Pass
from app.selfservice.queries import address_of, pass_view
from tests.browser.conftest import Screens, faults
from tests.browser.desk import BE, HOA, LANDSCAPE, SCANNER_GAP, Hand, begin_shift, declare, let_in, unsent, visits
from tests.browser.trusted import started
from tests.conftest import Live
from tests.office import PIN

CARD = "024179001000||Nông Thị Mới|05031979|Nữ|Số 12, tổ 5, phường Minh Xuân, Tuyên Quang|10052021||Cha|Mẹ\r\n"
PICTURE = (1280, 720)
FILM_FRAMES = 3
PIXELS = 5
"""Of each square in the picture."""


def show(film: Path, text: str) -> None:
    """Hold a code to the camera: a film of it, as large as a card of 18 mm stands in the frame, on a grey desk."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text.encode())
    code.make(fit=True)
    rows = code.get_matrix()
    squares: Any = Image.frombytes(
        "L", (len(rows), len(rows)), bytes(0 if dark else 255 for row in rows for dark in row)
    )
    side = len(rows) * PIXELS
    drawn = squares.resize((side, side), Image.Resampling.NEAREST).rotate(4, expand=True, fillcolor=150).convert("RGB")
    frame = Image.new("RGB", PICTURE, (120, 120, 120))
    frame.paste(drawn, ((PICTURE[0] - drawn.width) // 2 + 20, (PICTURE[1] - drawn.height) // 2))
    frame.save(film.with_suffix(".jpeg"), quality=80)
    film.write_bytes(film.with_suffix(".jpeg").read_bytes() * FILM_FRAMES)


def camera_on(chromium: Browser, film: Path) -> AbstractContextManager[Browser]:
    """Start a browser whose camera sees a film."""
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    return started(chromium.browser_type, *camera)


def signed_pass(live: Live) -> str:
    """Return the text of the one declared pass's QR."""
    office = live.office
    with office.book.reading() as session:
        address = address_of(office.book.closing, session.scalars(sa.select(Pass)).one())
        statement = pass_view(session, address.removeprefix("/p/"), office.clock.now()).statement()
    assert statement is not None
    return write_pass(statement, office.site_id, office.book.keys.passes(office.site_id))


ACTS = {"⏎": ("Enter", 13, "\r"), "⇥": ("Tab", 9, ""), " ": (" ", 32, " ")}


def type_keys(hand: Hand, line: str) -> None:
    """Type as a scanner does that is shown a code with keys in it: ⏎ is Enter, ⇥ is Tab."""
    session: Any = hand.page.context.new_cdp_session(hand.page)
    begun = max(time.time(), hand.scanned) + 0.5
    hand.scanned = begun + len(line) * SCANNER_GAP
    for at, sign in enumerate(line):
        key, number, text = ACTS.get(sign, (sign, ord(sign), sign))
        what = {"key": key, "windowsVirtualKeyCode": number, "timestamp": begun + at * SCANNER_GAP}
        typed = {"type": "keyDown", "text": text, "unmodifiedText": text} if text else {"type": "rawKeyDown"}
        session.send("Input.dispatchKeyEvent", typed | what)
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **what})
    session.detach()


def heading(page: Page, text: str) -> None:
    """Wait for a sheet's heading."""
    expect(page.locator(".sheet h2")).to_contain_text(text)


def test_the_camera_reads_a_pass_and_a_card(chromium: Browser, live: Live, tmp_path: Path) -> None:
    film = tmp_path / "film.mjpeg"
    show(film, "https://vneid.gov.vn/qr/1")
    declare(live.office, HOA)
    let_in(live.office, BE)
    with camera_on(chromium, film) as browser, ExitStack() as closing:
        screens = Screens(browser, live, closing)
        hand = begin_shift(screens.open(*LANDSCAPE, permissions=["camera"]), live.office)
        page = hand.page
        assert page.evaluate("typeof BarcodeDetector") == "undefined"

        page.locator(".scan-large").click()
        expect(page.get_by_role("alert")).to_contain_text("Mã VNeID không đọc được ở đây: nhập họ tên và 12 số")
        assert faults(page) == []

        show(film, signed_pass(live))
        page.get_by_role("button", name="Quét bằng camera").last.click()
        heading(page, "Trần Thị Hoa")
        # The camera is off again.
        expect(page.locator("video")).to_have_count(0)

        show(film, CARD)
        hand.touches = 0
        hand.tap(page.locator(".queue-find").get_by_role("button", name="Quét bằng camera"))
        heading(page, "Nông Thị Mới")
        expect(page.locator(".sheet")).to_contain_text("Đọc từ thẻ, chưa xác minh")
        assert screens.wrong == []


def test_a_walk_in_by_card_is_admitted_in_eight_touches(desk: Hand, live: Live) -> None:
    let_in(live.office, BE)
    page = desk.page
    expect(page.get_by_role("tab", name="Ở trong")).to_contain_text("1")
    page.locator(".queue-find input").focus()
    desk.scan(CARD.rstrip())
    heading(page, "Nông Thị Mới")
    expect(page.locator(".queue-find input")).to_have_value("")
    expect(page.locator(".card-facts")).to_contain_text("024179001000")
    assert page.locator(".sheet").evaluate("sheet => sheet.scrollHeight <= sheet.clientHeight + 1")
    assert faults(page) == []
    desk.tap(page.locator(".often-one").first)
    desk.button("Đã hỏi: đều không")
    desk.digits("365")
    desk.tiles()
    desk.decide()
    desk.recorded("Nông Thị Mới")
    assert desk.touches == 8
    unsent(page, 0)
    visit = visits(live.office)["Nông Thị Mới"]
    assert (visit.state, visit.birth_year, visit.sex, visit.purpose) == ("on_site", 1979, "female", "nghiệm thu")
    assert visit.address == "Số 12, tổ 5, phường Minh Xuân, Tuyên Quang"


def test_a_scan_leaves_nothing_in_fields_keypads_or_pins(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    page = desk.page
    desk.button("Khách mới")
    desk.button("Khách")
    page.get_by_label("Họ và tên").fill("Lò Thị")
    page.get_by_label("Họ và tên").focus()
    desk.scan("NV003")
    heading(page, "Lê Thị Lan")
    desk.digits("36")
    desk.scan(signed_pass(live))
    heading(page, "Trần Thị Hoa")
    expect(page.locator(".reading-figure")).to_have_text("––,–")
    desk.tap(page.locator(".half .row", has_text="Lê Thị Lan"))
    expect(page.locator(".reading-figure")).to_contain_text("36")
    desk.tap(page.locator(".half .row", has_text="Lò Thị"))
    expect(page.get_by_label("Họ và tên")).to_have_value("Lò Thị")
    page.get_by_label("Nội dung").focus()
    page.keyboard.type("nop ho so can bo", delay=1)
    expect(page.get_by_label("Nội dung")).to_have_value("nop ho so can bo")
    desk.tap(page.locator(".bar-duty"))
    desk.button("Khóa màn hình")
    wrong: list[str] = []
    page.on("request", lambda asked: wrong.append(asked.url) if "unlock" in asked.url else None)
    for code in ("482913", "4829137765", CARD.rstrip()):
        desk.scan(code)
        expect(page.locator(".pin-dots [data-filled]")).to_have_count(0)
    assert wrong == []


def test_where_there_is_no_camera_it_says_what_to_do(desk: Hand) -> None:
    page = desk.page
    page.locator(".scan-large").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    desk.button("Nhập bằng tay")
    expect(page.get_by_label("Họ và tên")).to_be_visible()


def test_a_code_with_keys_in_it_admits_nobody(desk: Hand, live: Live) -> None:
    declare(live.office, HOA)
    page = desk.page
    expect(page.locator(".queue .row", has_text="Trần Thị Hoa")).to_be_visible()
    # From the open list to the admission: a reading, mask and sanitiser that no guard has seen.
    type_keys(desk, f"{signed_pass(live)[:10]}⏎{' ' * 40}36⇥5⇥⇥ ⇥⇥⇥ ⇥ {'⇥' * 15} ⏎")
    heading(page, "Trần Thị Hoa")
    untouched(page)
    type_keys(desk, f"⇥⇥⇥ ⇥⇥⇥ ⇥ 36⏎5⏎{'⇥' * 15} ⏎")
    untouched(page)
    type_keys(desk, f"36⏎5⏎ {'⇥' * 3} {'⇥' * 15} ⏎")
    untouched(page)
    # And a person's hand still goes that way, key by key.
    page.keyboard.type("365", delay=150)
    expect(page.locator(".reading-figure")).to_contain_text("36,5")
    page.locator("#need-mask").focus()
    page.keyboard.press("Space", delay=80)
    expect(page.locator("#need-mask")).to_have_attribute("aria-pressed", "true")
    assert visits(live.office)["Trần Thị Hoa"].state == "waiting"


def untouched(page: Page) -> None:
    """When all keys have done what they do, no reading and no tile is set, and nothing was done."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.locator(".reading-figure")).to_have_text("––,–")
    expect(page.locator("[id^=need-][aria-pressed=true]")).to_have_count(0)
    expect(page.locator(".undo")).to_have_attribute("data-how", "old")


def test_a_code_with_keys_in_it_enters_no_pin(desk: Hand) -> None:
    page = desk.page
    desk.tap(page.locator(".bar-duty"))
    desk.button("Khóa màn hình")
    expect(page.get_by_role("heading", name="Màn hình đã khóa")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "unlock" in request.url else None)
    for line in ("48⏎02⏎15⏎", f"{PIN[:3]}⏎{PIN[3:]}⏎", f"⏎{PIN}", f" {PIN[:2]}⇥{PIN[2:]} "):
        type_keys(desk, line)
        expect(page.locator(".pin-dots [data-filled]")).to_have_count(0)
    page.keyboard.type(PIN, delay=150)
    expect(page.locator(".queue")).to_be_visible()
    assert len(asked) == 1
