"""The tablet is within everybody's reach, at both sizes, light and dark, and small."""

from gzip import compress
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Screens, faults
from tests.browser.desk import BE, HOA, LANDSCAPE, PORTRAIT, Hand, declare, let_in, show_pairing, somebody
from tests.browser.reach import each_look
from tests.conftest import Live
from tests.office import PIN


@each_look(
    ("size", "scheme"),
    [
        ("sqlite", LANDSCAPE, "light"),
        ("postgres", LANDSCAPE, "dark"),
        ("postgres", PORTRAIT, "light"),
        ("sqlite", PORTRAIT, "dark"),
    ],
)
def test_every_screen_is_within_everybodys_reach(
    screens: Screens, live: Live, size: tuple[int, int], scheme: Any
) -> None:
    declare(live.office, HOA, answers={"cough": True, "places": ["Hải Phòng 12/11"]})
    declare(live.office, somebody("Nguyễn Hoàng Phương Thảo Nguyên", 7), BE)
    let_in(live.office, somebody("Phạm Ngọc Ánh", 8), "009")
    show_pairing(live.office)
    page = screens.open(*size, color_scheme=scheme)
    page.add_init_script("localStorage.setItem('gatebook.tablet.settings', '{\"light\":\"system\"}')")
    hand = Hand(page)
    page.goto("/tablet")
    hand.page.get_by_role("heading", name="Nhập mã kết nối").wait_for()
    assert faults(page) == []
    hand.digits("482913")
    hand.button("Nguyễn Văn Đức")
    assert faults(page) == []
    hand.digits(PIN)
    page.locator(".queue").wait_for()
    assert faults(page) == []
    hand.row("Trần Thị Hoa")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.digits("381")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.button("Không đo được")
    assert faults(page) == []
    hand.button("Trở lại bàn phím")
    hand.button("Quyết định khác…")
    assert faults(page) == []
    hand.row("Nguyễn Hoàng Phương Thảo Nguyên")
    hand.digits("365")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.tap(page.get_by_role("tab", name="Ở trong"))
    hand.row("Phạm Ngọc Ánh")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.button("Ghi chú")
    assert faults(page) == []
    hand.button("Khách mới")
    assert faults(page) == []
    hand.button("Khách")
    assert (faults(page), scrolls(page)) == ([], [])
    hand.button("Khai hộ…")
    assert faults(page) == []
    hand.tap(page.locator(".bar-duty"))
    assert faults(page) == []
    hand.button("Dòng tôi ghi trong ca này")
    assert faults(page) == []
    hand.tap(page.locator(".bar-unsent"))
    assert faults(page) == []
    hand.button("Giờ cao điểm")
    hand.button("Đóng")
    assert faults(page) == []


def scrolls(page: Page) -> list[str]:
    """Return which of sheet and keypad would have to be scrolled."""
    taller = "element => element.scrollHeight > element.clientHeight + 1"
    return [str(pane.get_attribute("class")) for pane in page.locator(".sheet, .pad").all() if pane.evaluate(taller)]


def test_the_tablet_is_small(live: Live, screens: Screens) -> None:
    page = screens.open(*LANDSCAPE)
    sizes: list[int] = []
    page.on(
        "response", lambda answer: sizes.append(len(compress(answer.body()))) if answer.url.endswith(".js") else None
    )
    show_pairing(live.office)
    page.goto("/tablet")
    page.get_by_role("heading", name="Nhập mã kết nối").wait_for()
    assert 0 < sum(sizes) < 120_000
