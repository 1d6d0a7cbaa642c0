"""What was refused, or never sent, is settled by a guard: put right, handed over, discarded, carried away as a file."""

import base64
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect
from sqlmodel import col

from app.journal.models import Entry
from app.tablet.files import CarriedLine, open_envelope, read_envelope
from tests.browser.desk import BE, HOA, Hand, connect, cut_off, declare, unsent, visits
from tests.browser.reach import barriers
from tests.conftest import Live
from tests.office import PASSPHRASE, PIN


def refusing(code: str, values: dict[str, Any]) -> Callable[[Route], None]:
    """Return a server that refuses each command."""

    def answer(route: Route) -> None:
        command_id = route.request.url.rsplit("/", 1)[1]
        route.fulfill(json={"id": command_id, "status": "refused", "code": code, "values": values})

    return answer


def refused(desk: Hand, name: str) -> None:
    """Decide about somebody, and be refused."""
    desk.page.route("**/api/v1/commands/*", refusing("badge_not_free", {"badge_number": "001", "next": "002"}))
    decide(desk, name)
    expect(desk.page.locator('.undo[data-how="refused"]')).to_be_visible()
    desk.page.unroute("**/api/v1/commands/*")


def decide(desk: Hand, name: str) -> None:
    """Decide about somebody who is well."""
    desk.row(name)
    desk.digits("365")
    desk.tiles()
    desk.decide()


def carried(page: Page) -> tuple[str, list[CarriedLine]]:
    """Export the outbox; return the file's name, and the lines as the server opens them."""
    padded = page.evaluate("fetch('/api/v1/tablet/snapshot').then((found) => found.json())")["outbox_key"] + "="
    with page.expect_download() as download:
        page.get_by_role("button", name="Xuất các dòng chưa gửi ra tệp").click()
    envelope = read_envelope(download.value.path().read_text(encoding="utf-8"))
    return download.value.suggested_filename, open_envelope(envelope, base64.urlsafe_b64decode(padded))


def test_a_refused_line_is_settled_and_what_is_unsent_can_be_carried_away(desk: Hand, live: Live) -> None:
    page = desk.page
    declare(live.office, HOA)
    declare(live.office, BE)
    refused(desk, "Trần Thị Hoa")
    desk.page.reload()
    cut_off(page)
    decide(desk, "Lê Văn Bé")
    unsent(page, 1)
    desk.tap(page.locator(".bar-attention"))
    expect(page.locator(".tray-refused .tray-why")).to_contain_text("Thẻ 001 đang có người giữ")
    assert barriers(page) == []
    name, lines = carried(page)
    assert name.startswith("gatebook-cong-a-")
    assert [(line.kind, line.status, line.code) for line in lines] == [
        ("check_in", "refused", "badge_not_free"),
        ("check_in", "unsent", None),
    ]
    connect(page)
    unsent(page, 0)
    desk.button("Sửa và gửi lại")
    expect(page.locator(".reading-figure")).to_have_text("36,5")
    desk.decide()
    desk.recorded("đã vào")
    expect(page.locator(".bar-attention")).to_have_count(0)
    found = visits(live.office)
    assert {person: found[person].state for person in ("Trần Thị Hoa", "Lê Văn Bé")} == {
        "Trần Thị Hoa": "on_site",
        "Lê Văn Bé": "on_site",
    }


def test_a_refused_line_is_handed_to_reception_or_discarded_and_the_journal_says_so(desk: Hand, live: Live) -> None:
    page = desk.page
    declare(live.office, HOA)
    declare(live.office, BE)
    for person in ("Trần Thị Hoa", "Lê Văn Bé"):
        refused(desk, person)
    page.reload()
    desk.tap(page.locator(".bar-attention"))
    desk.tap(page.locator(".tray-refused", has_text="Lê Văn Bé").get_by_role("button", name="Chuyển lễ tân"))
    page.get_by_label("Là ai, việc gì?").fill("")
    desk.button("Chuyển lễ tân")
    expect(page.get_by_role("alert")).to_contain_text("Vui lòng ghi là ai")
    page.get_by_label("Là ai, việc gì?").fill("anh Bé, cấp thoát nước")
    assert barriers(page) == []
    desk.button("Chuyển lễ tân")
    desk.recorded("Đã chuyển lễ tân: anh Bé, cấp thoát nước")
    desk.button("Bỏ dòng này")
    desk.button("Đã ghi bằng dòng khác")
    desk.button("Bỏ dòng này")
    desk.recorded("Đã bỏ dòng: Trần Thị Hoa")
    expect(page.locator(".tray-list")).to_have_count(0)
    with live.office.book.reading() as session:
        events = list(session.scalars(sa.select(col(Entry.event)).order_by(col(Entry.sequence))))
    assert events[-2:] == ["RefusedHandedToReception", "RefusedDiscarded"]


def test_a_manager_who_logs_in_beside_the_tablet_turns_no_line_away(desk: Hand, live: Live) -> None:
    page = desk.page
    declare(live.office, HOA)
    cut_off(page)
    decide(desk, "Trần Thị Hoa")
    unsent(page, 1)
    beside = page.context.new_page()
    beside.goto("/login")
    beside.fill("[name=login]", "thao")
    beside.fill("[name=passphrase]", PASSPHRASE)
    beside.press("[name=passphrase]", "Enter")
    beside.wait_for_url("**/log*")
    connect(page)
    page.bring_to_front()
    desk.tap(page.locator(".bar-send"))
    expect(page.locator(".bar-attention")).to_have_count(0)
    desk.digits(PIN)
    unsent(page, 0)
    assert visits(live.office)["Trần Thị Hoa"].state == "on_site"
