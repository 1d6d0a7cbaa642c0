"""A shift from its first tap to its handover: the left hand, the night, what was half typed, and who takes over."""

import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlmodel import col

from app.tablet.models import Handover
from tests.browser.conftest import Screens, faults
from tests.browser.desk import BE, HOA, LANDSCAPE, Hand, begin_shift, declare, let_in, unsent, visits
from tests.conftest import Live
from tests.office import PIN

PAINTED_WITH = """new MutationObserver(() => {
  if (document.body && window.paintedWith === undefined) {
    window.paintedWith = { ...document.documentElement.dataset };
  }
}).observe(document, { childList: true, subtree: true });"""


def test_a_shift_by_the_left_hand_at_night_is_handed_over_thrice_twice_without_a_network(
    screens: Screens, live: Live
) -> None:
    page = screens.open(*LANDSCAPE)
    page.clock.install()
    page.add_init_script(PAINTED_WITH)
    declare(live.office, HOA)
    let_in(live.office, BE, "009")
    hand = begin_shift(page, live.office)
    _choose(hand, "Tay trái", "Tối")
    assert _left(page, ".pad") < _left(page, ".sheet") < _left(page, ".queue")
    hand.button("Khách mới")
    hand.button("Khách")
    page.get_by_label("Họ và tên").fill("Lò Thị Mới")
    page.clock.fast_forward("03:00")
    expect(page.locator(".half")).to_contain_text("Đang nhập dở 1")
    page.reload()
    page.locator(".half .row", has_text="Lò Thị Mới").click()
    assert page.evaluate("window.paintedWith") == {"theme": "dark", "hand": "left", "size": "normal"}
    expect(page.get_by_label("Họ và tên")).to_have_value("Lò Thị Mới")
    hand.button("Bỏ, không ghi")
    hand.button("Hoàn tác")
    expect(page.get_by_label("Họ và tên")).to_have_value("Lò Thị Mới")
    hand.row("Trần Thị Hoa")
    hand.digits("381")
    hand.tiles()
    hand.decide()
    hand.recorded("Trần Thị Hoa")
    hand.tap(page.get_by_role("tab", name="Ở trong"))
    hand.row("Lê Văn Bé")
    hand.button("Cho ra, chưa trả thẻ")
    hand.recorded("Lê Văn Bé")
    _hand_over(hand, "Trần Thị Lan", "Thợ điện ra trước 17:00")
    expect(page.locator(".told")).to_contain_text("Thợ điện ra trước 17:00")
    hand.recorded("Nguyễn Văn Đức đã bàn giao ca cho Trần Thị Lan")
    page.context.set_offline(True)
    hand.button("Đã đọc")
    _hand_over(hand, "Nguyễn Văn Đức", "Mạng hỏng từ chiều")
    expect(page.locator(".told")).to_contain_text("Mạng hỏng từ chiều")
    _take_over(hand, "Trần Thị Lan")
    page.context.set_offline(False)
    unsent(page, 0)
    expect(page.locator(".bar-net")).to_contain_text("Có mạng")
    # Read without a network, it is no news when the server tells of it.
    expect(page.locator(".told")).to_have_count(0)
    lan = live.office.actors["other_guard"].account_id
    with live.office.book.reading() as session:
        first, second, third = session.scalars(sa.select(Handover).order_by(col(Handover.occurred_at))).all()
    assert (first.to_account_id, second.from_account_id) == (lan, lan)
    assert first.open == {"waiting": 0, "resting": 1, "on_site": 0, "unsent": 0}
    assert first.badges_missing == ["009"]
    assert [line.split(" ", 1)[1] for line in first.unusual] == ["Trần Thị Hoa: thân nhiệt 38,1 °C"]
    assert second.note == "Mạng hỏng từ chiều"
    assert (third.from_account_id, third.to_account_id, third.by_taker) == (second.to_account_id, lan, True)


def test_somebody_unknown_to_this_tablet_leaves_by_badge_or_name(desk: Hand, live: Live) -> None:
    desk.page.route("**/api/v1/tablet/changes*", lambda route: route.abort())
    let_in(live.office, BE, "009")
    desk.page.keyboard.type("009")
    desk.button("Người ra không có trong danh sách")
    desk.decide()
    desk.recorded("thẻ 009 đã ra")
    expect(desk.page.locator(".undo")).to_contain_text("đã khớp với sổ")
    desk.page.keyboard.type("nobody")
    desk.button("Người ra không có trong danh sách")
    expect(desk.page.get_by_label("Họ và tên")).to_have_value("nobody")
    assert faults(desk.page) == []
    desk.decide()
    expect(desk.page.locator(".undo")).to_contain_text("chưa khớp")
    assert visits(live.office)["Lê Văn Bé"].state == "left"


def _choose(hand: Hand, *words: str) -> None:
    hand.tap(hand.page.locator(".bar-duty"))
    hand.button("Cài đặt máy này")
    for word in words:
        hand.tap(hand.page.get_by_role("radio", name=word, exact=True))
    assert faults(hand.page) == []
    hand.button("Đóng")
    hand.row("Trần Thị Hoa")


def _hand_over(hand: Hand, to: str, note: str) -> None:
    hand.tap(hand.page.locator(".bar-duty"))
    hand.button("Bàn giao ca")
    hand.page.get_by_label("Lời nhắn cho ca sau").fill(note)
    hand.button(to)
    assert faults(hand.page) == []
    hand.digits(PIN)
    expect(hand.page.locator(".bar-duty")).to_contain_text(to)


def _take_over(hand: Hand, taker: str) -> None:
    """Find the tablet locked by one who has gone."""
    hand.tap(hand.page.locator(".bar-duty"))
    hand.button("Khóa màn hình")
    hand.button("Người khác trực")
    expect(hand.page.locator(".notice", has_text="chưa bàn giao ca")).to_be_visible()
    assert faults(hand.page) == []
    hand.button("Quay lại")
    expect(hand.page.get_by_role("heading", name="Màn hình đã khóa")).to_be_visible()
    hand.button("Người khác trực")
    hand.button(taker)
    hand.digits(PIN)
    expect(hand.page.locator(".told")).to_contain_text(f"{taker} tự nhận ca")
    hand.button("Đã đọc")


def _left(page: Page, place: str) -> float:
    box = page.locator(place).bounding_box()
    assert box is not None
    return box["x"]
