"""A pass that the tablet has never heard of, since it was declared while the tablet had no network."""

import re

import sqlalchemy as sa
from playwright.sync_api import expect

from app.declarations.files import write_pass
from app.declarations.models import Pass
from app.selfservice.queries import address_of, pass_view
from app.sites.files import qr_svg
from tests.browser.conftest import Screens, faults
from tests.browser.desk import BE, HOA, Hand, declare, refuse, unsent, visits
from tests.conftest import Live

PHONE = (360, 740)
API = "**/api/v1/**"


def declare_on_a_phone(screens: Screens, live: Live) -> str:
    """Declare for two, look at the pass on a small phone, and return the text that its QR holds."""
    office = live.office
    declare(office, HOA, BE)
    with office.book.reading() as session:
        address = address_of(office.book.closing, session.scalars(sa.select(Pass)).one())
        statement = pass_view(session, address.removeprefix("/p/"), office.clock.now()).statement()
    assert statement is not None
    text = write_pass(statement, office.site_id, office.book.keys.passes(office.site_id))
    page = screens.open(*PHONE)
    page.goto(address)
    path = page.locator(".pass-qr path").last.get_attribute("d")
    assert f'd="{path}"' in qr_svg(text, long=True)
    drawn, digits = page.locator(".pass-qr").bounding_box(), page.locator(".pass-digits strong").bounding_box()
    assert drawn is not None
    assert digits is not None
    # Large enough for a cheap camera, and the digits that people read out are still on the first screen.
    assert drawn["width"] >= 280
    assert digits["y"] + digits["height"] <= PHONE[1]
    assert faults(page) == []
    return text


def test_a_signed_pass_is_admitted_without_a_network_in_six_touches_and_is_one_line_afterwards(
    desk: Hand, screens: Screens, live: Live
) -> None:
    desk.page.route(API, refuse)
    text = declare_on_a_phone(screens, live)
    page = desk.page
    desk.scan(text[:-1] + str((int(text[-1]) + 1) % 10))
    expect(page.get_by_role("alert")).to_contain_text("chữ ký không đúng")
    assert faults(page) == []
    desk.scan(text)
    expect(page.locator(".sheet h2")).to_contain_text("Trần Thị Hoa")
    expect(page.locator(".sheet")).to_contain_text("Theo mã đã ký")
    before = desk.touches
    desk.digits("365")
    desk.tiles()
    desk.decide()
    assert desk.touches - before == 6
    unsent(page, 1)
    desk.scan(text)
    expect(page.get_by_role("alert")).to_contain_text("đã dùng: Trần Thị Hoa")
    desk.button("Người đi cùng mã này: còn 1")
    for name, typed in (("full_name", "Lê Văn Bé"), ("birth_year", "1984"), ("purpose", "hồ sơ đấu thầu")):
        page.fill(f"#need-{name}", typed)
    page.select_option("#need-unit", index=1)
    desk.button("Đã hỏi: đều không")
    desk.digits("364")
    desk.tiles()
    desk.decide()
    unsent(page, 2)
    page.unroute(API)
    unsent(page, 0)
    book = visits(live.office)
    assert {name: (visit.state, visit.discrepancies) for name, visit in book.items()} == {
        "Trần Thị Hoa": ("on_site", []), "Lê Văn Bé": ("on_site", []),
    }  # fmt: skip
    assert len({visit.pass_id for visit in book.values()}) == 1
    expect(page.get_by_role("tab", name="Ở trong")).to_have_text(re.compile("2$"))
