"""Pictures of every page, for the guides: into the folder GATEBOOK_PICTURES, else into a temporary one."""

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Response

from app.accounts.commands import OpenPairing
from tests.browser.desk import FINGER_GAP
from tests.browser.morning import office_at_seven, play
from tests.browser.test_scan import CARD, camera_on, show
from tests.conftest import Live
from tests.office import PASSPHRASE, PIN
from tests.visits.test_attention import handed
from tests.visits.test_strays import unmatched

pytestmark = pytest.mark.pictures
PHONE, DESK, TABLET, UPRIGHT = (360, 740), (1440, 900), (1280, 800), (800, 1280)
CODE = "204816"
BAD, UNKNOWN = 400, 401


@dataclass
class Scene:
    """An office's morning on a real server, a browser, and where pictures go."""

    live: Live
    browser: Browser
    visit: str
    folder: Path
    failed: list[str] = field(default_factory=list[str])
    """Addresses that a page asked for and did not get."""

    @contextmanager
    def page(self, size: tuple[int, int], login: str | None = None) -> Generator[Page]:
        """Give a page of a size, at the office's time, logged in as somebody."""
        width, height = size
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
            device_scale_factor=1, reduced_motion="reduce", base_url=self.live.url, has_touch=size != DESK,
        )  # fmt: skip
        context.clock.install(time=self.live.office.clock.now())
        page = context.new_page()
        page.on("response", self._hear)
        if login is not None:
            page.goto("/login")
            page.fill("[name=login]", login)
            page.fill("[name=passphrase]", PASSPHRASE)
            page.click("main button[type=submit], main button:not([type])")
            page.wait_for_url(lambda address: "/login" not in address)
        try:
            yield page
        finally:
            context.close()

    def _hear(self, answer: Response) -> None:
        # An unpaired tablet asks who it is, and is told that nobody knows.
        if answer.status >= BAD and answer.status != UNKNOWN:
            self.failed.append(answer.url)

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Take a picture once the page's fonts are there, and see that the page is wide enough for what it holds."""
        page.evaluate("document.fonts.ready.then(() => true)")
        assert not self.failed
        taken = Image.open(BytesIO(page.screenshot(full_page=whole, animations="disabled")))
        # A page has few colours; a palette of them makes a picture a third as large.
        taken.convert("RGB").quantize(128).save(self.folder / f"{name}.png", optimize=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"


@pytest.fixture
def scene(empty_file: Path, tmp_path: Path, chromium: Browser) -> Iterator[Scene]:
    """Give an office at three minutes to eight."""
    path = tmp_path / "book.db"
    shutil.copy(empty_file, path)
    folder = Path(os.environ.get("GATEBOOK_PICTURES") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    with office_at_seven(path) as live:
        yield Scene(live, chromium, str(play(live.office)), folder)


def test_the_visitors_phone(scene: Scene) -> None:
    with scene.page(PHONE) as page:
        page.goto(f"/g/{scene.live.office.gate_code}")
        scene.take(page, "phone-notice")
        page.check("[name='agree.health']")
        page.click("main button[value=next] >> visible=true")
        _type(page, full_name="Trần Thị Hoa", birth_year="1984", phone="0912 345 678")
        _choose(page, sex="female")
        page.select_option("[name=identity_type]", "cccd")
        _type(page, identity_number="008184001234", organisation="Điện lực tỉnh")
        page.evaluate("scrollTo(0, 0)")
        scene.take(page, "phone-form")
        page.click("main .next button[value=next]")
        page.select_option("[name=unit]", index=1)
        _type(page, host="Lê Thị Lan", purpose="hồ sơ đấu thầu")
        scene.take(page, "phone-whom")
        page.click("main .next button[value=next]")
        for question in page.locator("input[type=radio][value=no]").all():
            question.check(force=True)
        scene.take(page, "phone-health")
        page.check("[name=truthful]")
        page.click("main .next button[value=next]")
        page.wait_for_url("**/p/*")
        scene.take(page, "phone-pass")


def test_the_day_log_and_a_visit(scene: Scene) -> None:
    with scene.page(DESK, _reception(scene)) as page:
        page.goto("/log")
        scene.take(page, "log")
        page.get_by_role("link", name="Trần Quốc Việt").click()
        page.get_by_text("đọc nhầm biển số").scroll_into_view_if_needed()
        scene.take(page, "visit")
        page.goto("/paper")
        scene.take(page, "paper")
        unmatched(scene.live.office, name="Lê Văn Bé", badge_number="021")
        handed(scene.live.office)
        page.goto("/log/attention")
        scene.take(page, "attention")


def test_the_managers_pages(scene: Scene) -> None:
    with scene.page(DESK, "thao") as page:
        page.goto("/exports")
        scene.take(page, "exports")
        page.goto("/admin")
        scene.take(page, "admin")
        page.goto("/admin/policy")
        scene.take(page, "policy")
        page.goto(f"/admin/gates/{scene.live.office.gate_a}/poster")
        scene.take(page, "poster", whole=True)


@pytest.mark.parametrize(("size", "name"), [(TABLET, "tablet"), (UPRIGHT, "tablet-upright")])
def test_the_guards_tablet(scene: Scene, size: tuple[int, int], name: str) -> None:
    with scene.page(size) as page:
        _begin_shift(scene, page)
        if size == TABLET:
            scene.take(page, f"{name}-list")
        page.get_by_text("Trần Thị Hoa").first.click()
        page.keyboard.type("365", delay=FINGER_GAP)
        page.locator(".reading-figure", has_text="36,5").wait_for()
        if size == TABLET:
            page.get_by_text("Khẩu trang").first.click()
            page.get_by_text("Sát khuẩn").first.click()
        scene.take(page, name)


def test_the_guards_tablet_without_a_network_at_night_and_at_the_change_of_shift(scene: Scene) -> None:
    with scene.page(TABLET) as page:
        _begin_shift(scene, page)
        page.get_by_text("Đinh Công Tráng").first.click()
        page.keyboard.type("381", delay=FINGER_GAP)
        page.get_by_text("Khẩu trang").first.click()
        page.get_by_text("Sát khuẩn").first.click()
        page.context.set_offline(True)
        page.locator(".decide").click()
        page.locator('.undo[data-how="later"]').wait_for()
        page.locator('.bar-net[data-net="offline"]').wait_for()
        page.get_by_text("Trần Thị Hoa").first.click()
        scene.take(page, "tablet-offline")
        page.context.set_offline(False)
        page.locator('.bar-unsent[data-count="0"]').wait_for()
        page.locator(".bar-duty").click()
        page.get_by_role("button", name="Bàn giao ca").click()
        page.get_by_label("Lời nhắn cho ca sau").fill("Thợ đường truyền còn ở tầng 2, hẹn ra trước 17:00.")
        page.get_by_role("heading", name="Bàn giao ca của Nguyễn Văn Đức").click()
        scene.take(page, "tablet-handover")
        page.locator(".bar-duty").click()
        page.get_by_role("button", name="Cài đặt máy này").click()
        page.get_by_role("radio", name="Tay trái").click()
        page.get_by_role("radio", name="Tối", exact=True).click()
        page.get_by_text("Trần Thị Hoa").first.click()
        page.keyboard.type("365", delay=FINGER_GAP)
        page.locator(".reading-figure", has_text="36,5").wait_for()
        scene.take(page, "tablet-left")


def test_what_the_guards_camera_reads(scene: Scene, tmp_path: Path) -> None:
    film = tmp_path / "film.mjpeg"
    show(film, "https://vneid.gov.vn/qr/1")
    with camera_on(scene.browser, film) as browser, replace(scene, browser=browser).page(TABLET) as page:
        page.context.grant_permissions(["camera"])
        _begin_shift(scene, page)
        page.locator(".scan-large").click()
        page.get_by_role("dialog", name="Mã này không phải thẻ căn cước").wait_for()
        scene.take(page, "tablet-scan")
        show(film, CARD)
        page.get_by_role("button", name="Quét bằng camera").last.click()
        page.locator(".sheet", has_text="Đọc từ thẻ, chưa xác minh").wait_for()
        scene.take(page, "tablet-card")


def _begin_shift(scene: Scene, page: Page) -> None:
    office = scene.live.office
    code_hash = office.book.closing.hash("pairing", CODE).hex()
    office.do("manager", OpenPairing(code_hash=code_hash, gate_id=office.gate_a, name="Máy cổng A", purpose="tablet"))
    page.goto("/tablet")
    page.get_by_text("Nhập mã kết nối").wait_for()
    page.keyboard.type(CODE, delay=FINGER_GAP)
    page.get_by_text("Nguyễn Văn Đức").click()
    page.get_by_text("Nguyễn Văn Đức, nhập mã PIN").wait_for()
    page.keyboard.type(PIN, delay=FINGER_GAP)
    page.get_by_text("Trần Thị Hoa").first.wait_for()


def _reception(scene: Scene) -> str:
    return f"huong-{str(scene.live.office.site_id)[-6:]}"


def _type(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"[name={name}]", value)


def _choose(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.check(f"[name={name}][value={value}]", force=True)
