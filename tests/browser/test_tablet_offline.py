"""The tablet works alone: from its first visit on it starts, logs in, records and hands over with no server at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlmodel import col

from app.accounts.commands import RevokeDevice
from app.accounts.models import Device
from app.journal.models import Entry
from app.tablet.routes import installed
from app.web.templating import BUILD, asset
from tests.browser.conftest import Screens, faults
from tests.browser.desk import (
    GUARD,
    HOA,
    LANDSCAPE,
    PORTRAIT,
    Hand,
    begin_shift,
    connect,
    cut_off,
    declare,
    refuse,
    unsent,
    visits,
)
from tests.browser.trusted import NAME, Tablets, TrustedLive
from tests.conftest import Live
from tests.office import PIN
from tests.proxy import Proxy

OTHER = "Trần Thị Lan"
STORES = """async () => {
  const found = {};
  for (const { name } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    const database = await new Promise((open) => (opening.onsuccess = () => open(opening.result)));
    for (const store of database.objectStoreNames) {
      const counting = database.transaction(store).objectStore(store).count();
      found[`${name}/${store}`] = await new Promise((told) => (counting.onsuccess = () => told(counting.result)));
    }
    database.close();
  }
  return found;
}"""


@pytest.fixture
def way(trusted: TrustedLive) -> Iterator[Proxy]:
    """Give the network between a tablet and the trusted server."""
    with Proxy(trusted.secure_port) as proxy:
        yield proxy


def ready(page: Page) -> None:
    """Wait until this page would start without a server."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def admit(hand: Hand, name: str, digits: str = "365") -> None:
    """Let somebody of the list in."""
    hand.row(name)
    hand.digits(digits)
    hand.tiles()
    hand.decide()
    expect(hand.page.locator(".undo")).to_contain_text(name)


def hand_over(hand: Hand, to: str) -> None:
    """Hand the shift over to somebody whose PIN this tablet knows, or has a server to ask about."""
    hand.tap(hand.page.locator(".bar-duty"))
    hand.tap(hand.page.locator(".option", has_text="Bàn giao ca"))
    hand.tap(hand.page.locator(".option", has_text=to))
    hand.digits(PIN)
    expect(hand.page.locator(".bar-duty")).to_contain_text(to)


def entries(live: Live, event: str) -> list[Any]:
    """Return whose entries of a kind the journal has, in their order."""
    with live.office.book.reading() as session:
        found = sa.select(col(Entry.account_id)).where(col(Entry.event) == event).order_by(col(Entry.sequence))
        return list(session.scalars(found))


def test_a_tablet_works_a_whole_shift_alone_from_its_first_visit_on(
    trusted: TrustedLive, tablets: Tablets, way: Proxy
) -> None:
    office, base = trusted.office, f"https://{NAME}:{way.port}"
    declare(office, HOA)
    hand = begin_shift(tablets.page("bàn bảo vệ", base), office, guard=OTHER)
    ready(hand.page)
    hand_over(hand, GUARD)
    # Chromium writes cookies to the disk every half minute, or when it is closed.
    tablets.running.pop("bàn bảo vệ").close()
    hand = Hand(tablets.page("bàn bảo vệ", base))
    hand.page.goto("/tablet")
    hand.tap(hand.page.locator(".bar-duty"))
    hand.button("Khóa màn hình")
    expect(hand.page.get_by_role("heading", name="Màn hình đã khóa")).to_be_visible()

    # The server is off, and the battery was empty.
    way.go("refuse")
    tablets.kill("bàn bảo vệ")
    hand = Hand(tablets.page("bàn bảo vệ", base))
    page = hand.page
    page.goto("/tablet")
    expect(page.get_by_role("heading", name="Màn hình đã khóa")).to_be_visible()
    hand.digits("111111")
    expect(page.locator(".pin-problem")).to_contain_text("Mã PIN chưa đúng. Không có mạng, còn 4 lần thử.")
    hand.digits(PIN)
    expect(page.locator(".bar-duty")).to_contain_text(GUARD)
    expect(page.locator(".bar-net")).to_contain_text("Mất mạng từ")

    admit(hand, HOA.name)
    admit(hand, "Đỗ Văn Đức")
    hand.tap(page.get_by_role("tab", name="Ở trong"))
    hand.row(HOA.name)
    hand.tap(page.locator(".pad .button-primary, .pad .decide").first)
    expect(page.locator(".undo")).to_contain_text("đã ra")
    hand_over(hand, OTHER)
    hand.tap(page.get_by_role("tab", name="Chờ"))
    admit(hand, "Lê Thị Lan")
    unsent(page, 6)
    page.reload()
    expect(page.locator(".bar-duty")).to_contain_text(OTHER)
    unsent(page, 6)

    # Back: what was done is in the book once, by those who did it.
    way.go("pass")
    unsent(page, 0)
    expect(page.locator(".bar-net")).to_contain_text("Có mạng")
    first, second = office.actors["guard"].account_id, office.actors["other_guard"].account_id
    found = visits(office)
    assert {name: (visit.state, visit.account_id) for name, visit in found.items()} == {
        HOA.name: ("left", first),
        "Đỗ Văn Đức": ("on_site", first),
        "Lê Thị Lan": ("on_site", second),
    }
    assert entries(trusted, "VisitCheckedIn") == [first, first, second]
    assert entries(trusted, "ShiftBegan") == [second]
    # With a server to ask, then without.
    assert entries(trusted, "ShiftHandedOver") == [second, first]


def test_a_revoked_tablet_erases_what_it_keeps_at_its_next_contact(
    trusted: TrustedLive, tablets: Tablets, way: Proxy
) -> None:
    office = trusted.office
    hand = begin_shift(tablets.page("bàn bảo vệ", f"https://{NAME}:{way.port}"), office)
    page = hand.page
    ready(page)
    other = page.context.new_page()
    other.goto("/tablet")
    expect(other.locator(".queue")).to_be_visible()
    page.bring_to_front()
    way.go("refuse")
    admit(hand, "Đỗ Văn Đức")
    unsent(page, 1)
    with office.book.reading() as session:
        device = session.scalars(sa.select(Device).where(col(Device.name) == "Máy bàn bảo vệ")).one()
    office.do("manager", RevokeDevice(device_id=device.id))
    way.go("pass")
    for tab in (page, other):
        expect(tab.locator(".notice", has_text="Mọi dữ liệu trên máy đã được xóa")).to_be_visible()
    expect(page.get_by_role("heading", name="Nhập mã kết nối")).to_be_visible()
    page.wait_for_function(f"({STORES})().then((found) => Object.values(found).every((count) => count === 0))")
    page.reload()
    expect(page.get_by_role("heading", name="Nhập mã kết nối")).to_be_visible()
    assert visits(office) == {}


def test_a_new_version_is_offered_and_never_forced(
    desk: Hand, live: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = desk.page
    ready(page)
    built = BUILD / asset("worker.js").removeprefix("/static/build/")
    other = tmp_path / built.name
    old = built.read_text(encoding="utf-8")
    version = old.split('version:"')[1].split('"')[0]
    monkeypatch.setattr(installed, "BUILD", tmp_path)

    # One that breaks halfway leaves the old one at work.
    other.write_text(old.replace(version, "BROKEN").replace("/static/icon-192.png", "/static/gone.png"))
    assert page.evaluate("""async () => {
      const registration = await navigator.serviceWorker.getRegistration('/tablet');
      const found = new Promise((told) => registration.addEventListener('updatefound', () => {
        const worker = registration.installing;
        worker.addEventListener('statechange', () => worker.state === 'redundant' && told(worker.state));
      }));
      await registration.update();
      return found;
    }""")
    assert page.evaluate("caches.keys()") == ["gatebook-choice", f"gatebook-shell-{version}"]
    expect(page.locator(".bar-update")).to_have_count(0)

    # In the middle of a visitor nothing is offered.
    desk.row("Đỗ Văn Đức")
    desk.digits("364")
    other.write_text(old.replace(version, "NEWER"))
    page.evaluate("navigator.serviceWorker.getRegistration('/tablet').then((one) => one.update())")
    page.wait_for_function("navigator.serviceWorker.getRegistration('/tablet').then((one) => one.waiting !== null)")
    expect(page.locator(".bar-update")).to_have_count(0)
    cut_off(page)
    desk.tiles()
    desk.decide()
    unsent(page, 1)
    expect(page.locator(".bar-update")).to_contain_text("Có bản mới")
    page.evaluate("document.body.dataset.before = 'yes'")
    desk.tap(page.locator(".bar-update"))
    expect(page.locator("body")).not_to_have_attribute("data-before", "yes")
    unsent(page, 1)
    page.wait_for_function("caches.keys().then((names) => names.join() === 'gatebook-choice,gatebook-shell-NEWER')")
    connect(page)
    unsent(page, 0)
    assert visits(live.office)["Đỗ Văn Đức"].state == "on_site"


@pytest.mark.parametrize(("size", "scheme"), [(LANDSCAPE, "light"), (PORTRAIT, "dark")], ids=["landscape", "portrait"])
def test_on_plain_http_it_says_what_is_missing_and_keeps_working(
    screens: Screens, live: Live, size: tuple[int, int], scheme: Any
) -> None:
    page = screens.open(*size, named=True)
    page.add_init_script(f"localStorage.setItem('gatebook.tablet.settings', '{{\"light\":\"{scheme}\"}}')")
    hand = begin_shift(page, live.office)
    hand.tap(page.locator(".bar-duty"))
    hand.button("Bàn giao ca")
    hand.button("Kết thúc ca, chưa có người nhận")
    expect(page.locator(".device .notice")).to_contain_text("chưa được bảo mật")
    expect(page.get_by_role("link", name="Cách bật bảo mật")).to_have_attribute("href", "/trust")
    assert faults(page) == []
    page.route("**/api/**", lambda route: route.abort())
    hand.button(GUARD)
    hand.digits(PIN)
    expect(page.locator(".pin-problem")).to_contain_text("Vui lòng kiểm tra mạng")
    assert faults(page) == []


def test_on_plain_http_a_shift_that_ended_without_a_network_stays_over(screens: Screens, live: Live) -> None:
    page = screens.open(*LANDSCAPE, named=True)
    hand = begin_shift(page, live.office)
    page.reload()
    expect(page.locator(".queue")).to_be_visible()
    page.route("**/api/**", refuse)
    hand.tap(page.locator(".bar-duty"))
    hand.button("Bàn giao ca")
    hand.button("Kết thúc ca, chưa có người nhận")
    expect(page.get_by_role("heading", name="Ai đang trực?")).to_be_visible()
    page.unroute("**/api/**")
    page.reload()
    expect(page.get_by_role("heading", name="Ai đang trực?")).to_be_visible()
    # What waited went with the session that was left, and then the server ended it.
    page.wait_for_function("fetch('/api/v1/tablet/greeting').then((told) => told.json()).then((told) => !told.guard)")
    assert entries(live, "ShiftHandedOver") == [live.office.actors["guard"].account_id]
    hand.button(OTHER)
    hand.digits(PIN)
    expect(page.locator(".bar-duty")).to_contain_text(OTHER)
    page.reload()
    expect(page.locator(".bar-duty")).to_contain_text(OTHER)


def test_a_session_that_was_begun_at_another_address_asks_for_the_pin(tablets: Tablets, trusted: TrustedLive) -> None:
    page = tablets.page("bàn bảo vệ", f"http://{NAME}:{urlsplit(trusted.url).port}")
    hand = begin_shift(page, trusted.office)
    hand.tap(page.locator(".bar-duty"))
    hand.button("Khóa màn hình")
    locked = page.get_by_role("heading", name="Màn hình đã khóa")
    expect(locked).to_be_visible()
    page.goto(f"{trusted.secure_url}/tablet")
    expect(locked).to_be_visible()
    hand.digits(PIN)
    expect(page.locator(".queue")).to_be_visible()
    page.reload()
    expect(page.locator(".queue")).to_be_visible()
