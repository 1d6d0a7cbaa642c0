"""Reception sees to what is open, live, and reads in the file of a tablet, in Chromium."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Screens, faults
from tests.browser.test_reception import log_in
from tests.conftest import Live
from tests.tablet.test_outbox_file import entry, on_duty, seal
from tests.visits.lines import check_in
from tests.visits.test_attention import handed
from tests.visits.test_strays import unmatched, visit_of

SCREENS = ((1440, 900, "light"), (800, 1280, "dark"), (360, 740, "light"))


def sound(page: Page) -> None:
    """Hold a page against axe at every size, in light and dark."""
    for width, height, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        assert faults(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})


def test_what_is_open_comes_by_itself_and_each_is_seen_to(screens: Screens, live: Live) -> None:
    office = live.office
    now = office.clock.now()
    visit_id = check_in(office, "Trần Thị Hoa", badge_number="014", mode="fact", device_time=now - timedelta(hours=2))
    page = screens.open(1440, 900)
    log_in(page, office)
    expect(page.locator(".heads a[href='/log/attention'] .figure-number")).to_have_text("0")
    unmatched(office, name="Hoa", badge_number="14", device_time=now - timedelta(hours=1))
    figure = page.locator(".heads a[href='/log/attention']")
    expect(figure.locator(".figure-number")).to_have_text("1")
    figure.click()
    expect(page.locator(".matter")).to_have_count(1)
    handed(office)
    expect(page.locator(".matter")).to_have_count(2)
    sound(page)
    page.click("text=Tìm lượt vào của Hoa")
    sound(page)
    page.click("text=Trần Thị Hoa")
    page.click("text=Ghi là đã ra")
    expect(page.locator(".matter")).to_have_count(1)
    assert visit_of(office, visit_id).state == "left"
    page.click("text=Ghi lại vào sổ: Đỗ Văn Đức")
    page.click("button:has-text('Mở xem')")
    expect(page.locator("[data-opened]")).to_contain_text("0912345678")
    sound(page)
    page.click("text=Mở và ghi vào sổ")
    page.click("text=Ghi, sang dòng sau")
    expect(page.locator(".matter")).to_have_count(0)
    on_duty(office)
    lines = [entry(office, "Y Bluê Niê"), entry(office, "Lê Văn Bé", status="refused", code="badge_not_free")]
    page.click("text=Nhập tệp từ máy tính bảng")
    file = {"name": "cong-a.gbx", "mimeType": "application/octet-stream"}
    page.set_input_files("#f-file", files=[{**file, "buffer": b"PK"}])  # pyright: ignore[reportArgumentType]
    page.click("text=Nhập vào sổ")
    expect(page.locator("#f-file-error")).to_be_visible()
    sound(page)
    page.set_input_files("#f-file", files=[{**file, "buffer": seal(office, lines).encode()}])  # pyright: ignore[reportArgumentType]
    page.click("text=Nhập vào sổ")
    expect(page.locator("tbody tr")).to_have_count(2)
    sound(page)
    page.click("text=Xử lý ngay")
    expect(page.locator(".matter")).to_contain_text("Lê Văn Bé")
