"""A guard's hand on the tablet: pairing, logging in, tapping and typing, each touch counted."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import Locator, Page, Route, expect

from app.accounts.commands import OpenPairing
from app.accounts.models import VISITOR_ACCOUNT
from app.clerk import Actor, Status
from app.declarations.schemas import Person
from app.kit.ids import new_id
from app.selfservice.commands import Declare, DeclaredPerson
from app.visits.commands import CheckIn, Reading
from app.visits.models import Visit
from tests.browser.morning import CLEAR
from tests.office import PIN, Office

CODE = "482913"
GUARD = "Nguyễn Văn Đức"
SCANNER_GAP = 0.004
"""Seconds between two keys of a USB scanner."""
FINGER_GAP = 150
"""Milliseconds between two keys of a person; faster and even, they are taken for a scanner's."""
LANDSCAPE, PORTRAIT = (1280, 800), (800, 1280)


@dataclass
class Hand:
    """One hand on a tablet; each tap and each typed key is a touch."""

    page: Page
    touches: int = 0
    scanned: float = 0
    """When the last code ended, by the times of its keys."""

    def tap(self, place: Locator) -> None:
        """Tap something."""
        place.click()
        self.touches += 1

    def button(self, name: str) -> None:
        """Tap the button of this name."""
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def row(self, name: str) -> None:
        """Tap somebody in the list."""
        self.tap(self.page.locator(".row", has_text=name))

    def digits(self, digits: str) -> None:
        """Tap digits on the keypad."""
        for digit in digits:
            self.button(digit)

    def tiles(self) -> None:
        """Tap mask and sanitiser."""
        self.tap(self.page.locator("#need-mask"))
        self.tap(self.page.locator("#need-sanitiser"))

    def decide(self) -> None:
        """Tap the one button."""
        self.tap(self.page.locator(".decide"))

    def scan(self, code: str) -> None:
        """Hold a card to the scanner, which types its code and Enter: no touch.

        Each key carries its time, so that the rhythm is a scanner's however busy this machine is.
        """
        session: Any = self.page.context.new_cdp_session(self.page)  # Playwright types what it sends in part
        # A little later than what a person typed just before, and than the last code.
        begun = max(time.time(), self.scanned) + 0.5
        self.scanned = begun + len(code) * SCANNER_GAP
        for at, key in enumerate([*code, "Enter"]):
            text = "\r" if key == "Enter" else key
            what = {"key": key, "timestamp": begun + at * SCANNER_GAP}
            session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, "unmodifiedText": text, **what})
            session.send("Input.dispatchKeyEvent", {"type": "keyUp", **what})
        session.detach()

    def recorded(self, text: str) -> None:
        """Wait until the strip below is green and says so."""
        expect(self.page.locator('.undo[data-how="recorded"]')).to_contain_text(text)


def show_pairing(office: Office, gate_id: UUID | None = None, code: str = CODE) -> None:
    """Have the administration show a pairing code."""
    code_hash = office.book.closing.hash("pairing", code).hex()
    office.do("manager", OpenPairing(code_hash=code_hash, gate_id=gate_id or office.gate_a, name="Máy bàn bảo vệ"))


def begin_shift(page: Page, office: Office, gate_id: UUID | None = None, guard: str = GUARD) -> Hand:
    """Pair a fresh tablet and log in on it, as far as the desk."""
    show_pairing(office, gate_id)
    page.goto("/tablet")
    hand = Hand(page)
    expect(page.get_by_role("heading", name="Nhập mã kết nối")).to_be_visible()
    hand.digits(CODE)
    hand.button(guard)
    hand.digits(PIN)
    expect(page.locator(".queue")).to_be_visible()
    return Hand(page)


def declare(office: Office, *people: Person, answers: dict[str, Any] | None = None, **more: Any) -> None:
    """Have somebody declare on a phone, alone or with others; `answers` are the first one's."""
    parts = [
        DeclaredPerson(person=person, answers=CLEAR | (answers or {} if at == 0 else {}))
        for at, person in enumerate(people)
    ]
    fields: dict[str, Any] = {"unit_id": next(iter(office.units.values())), "purpose": "hồ sơ đấu thầu"}
    command = Declare(
        gate_id=office.gate_a, channel="phone", language="vi", notice_version=1, people=parts, **(fields | more)
    )
    visitor = Actor(office.site_id, VISITOR_ACCOUNT, "", "visitor", gate_id=office.gate_a)
    assert office.clerk.submit(new_id(), command, visitor).status is Status.RECORDED


def somebody(name: str, number: int = 1234, **changed: Any) -> Person:
    """Return a person with papers."""
    fields: dict[str, Any] = {
        "birth_year": 1984, "sex": "female", "nationality": "VN", "phone": "0912 345 678", "identity_type": "cccd",
        "identity_number": f"00818400{number:04}", "organisation": "Điện lực tỉnh",
    }  # fmt: skip
    return Person(name=name, **(fields | changed))


HOA, BE = somebody("Trần Thị Hoa"), somebody("Lê Văn Bé", 1000)


def let_in(office: Office, person: Person, badge: str | None = "001", **more: Any) -> str:
    """Have the guard at the other tablet of the gate admit somebody, and return the visit's id."""
    fields: dict[str, Any] = {
        "unit_id": next(iter(office.units.values())), "purpose": "nghiệm thu", "answers": CLEAR, "badge_number": badge,
    }  # fmt: skip
    readings = [Reading(tenths=365, at=office.clock.now())]
    command = CheckIn(person=person, readings=readings, mask=True, sanitiser=True, decision="admit", **(fields | more))
    return str(office.do("guard", command)["visit_id"])


def visits(office: Office) -> dict[str, Visit]:
    """Return the book's visits by name."""
    with office.book.reading() as session:
        return {visit.name: visit for visit in session.scalars(sa.select(Visit))}


def unsent(page: Page, count: int) -> None:
    """Wait until so many lines are only on this tablet."""
    expect(page.locator(".bar-unsent")).to_have_attribute("data-count", str(count))


def cut_off(page: Page) -> None:
    """Cut the way of commands; the rest of the network goes on."""
    page.route("**/api/v1/commands*", refuse)
    page.route("**/api/v1/commands/*", refuse)


def refuse(route: Route) -> None:
    """Let a request come to nothing."""
    route.abort()


def connect(page: Page) -> None:
    """Open the way of commands again."""
    page.unroute("**/api/v1/commands*")
    page.unroute("**/api/v1/commands/*")
