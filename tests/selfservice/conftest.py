"""A visitor in front of a gate's form, as far as HTTP goes: what a page shows is what is sent on."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import col

from app.declarations.models import Pass
from app.journal import queries as journal
from app.visits.models import Visit
from app.visits.repository import of_pass
from tests.conftest import Browser

WHO = {
    "full_name": "Trần Thị Hoa",
    "birth_year": "1984",
    "sex": "female",
    "nationality": "VN",
    "phone": "0912 345 678",
    "identity_type": "cccd",
    "identity_number": "008184001234",
    "organisation": "Điện lực tỉnh",
    "address": "",
}
QUESTIONS = ("fever", "cough", "breath", "throat", "tired", "vomit", "diarrhoea", "bleeding", "rash", "contact")
HEALTH = {f"a.{name}": "no" for name in QUESTIONS} | {"a.places": "", "truthful": "yes"}


class Fields(HTMLParser):
    """The fields of a page's form with their values, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.action = ""
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("id") == "declaration":
            self.action = found["action"]
        if tag == "select":
            self._select = found["name"]
        if tag == "option" and "selected" in found:
            self.values[self._select] = found["value"]
        if tag == "textarea":
            self._area = found["name"]
            self.values[self._area] = ""
        if tag == "input" and "name" in found and (found["type"] not in ("radio", "checkbox") or "checked" in found):
            self.values[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data.removeprefix("\n")


@dataclass
class Visitor:
    """Somebody who fills in the form, one page after another."""

    browser: Browser
    page: Response
    whom: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def fields(self) -> Fields:
        """The form that the page shows."""
        parser = Fields()
        parser.feed(self.page.text)
        return parser

    def send(self, go: str = "next", **typed: str) -> Response:
        """Send the page's form with what was typed into it."""
        shown = self.fields
        return self.post(shown.values | {name.replace("__", "."): value for name, value in typed.items()} | {"go": go})

    def post(self, values: dict[str, Any], address: str | None = None) -> Response:
        """Send these values to the form's address."""
        self.page = self.browser.post(address or self.fields.action, data=values)
        return self.page

    def walk(self, who: dict[str, str] | None = None, health: dict[str, str] | None = None) -> Response:
        """Go through the whole form and send it."""
        self.send(**{"agree.health": "yes"})
        self.send(**(who or WHO))
        self.send(**self.whom)
        return self.send(**(health or HEALTH))

    @property
    def wrong(self) -> dict[str, str]:
        """The errors beside the fields, by the ids of the fields."""
        found = re.findall(r'<p class="error" id="f-(.+?)-error">.*?<span>(.*?)</span></p>', self.page.text, re.DOTALL)
        return dict(found)

    @property
    def visits(self) -> list[Visit]:
        """Everybody whom the book knows, in the order in which they were declared."""
        with self.browser.office.book.reading() as session:
            return list(session.scalars(sa.select(Visit).order_by(col(Visit.id))))

    @property
    def passes(self) -> list[Pass]:
        """Every pass of the book."""
        with self.browser.office.book.reading() as session:
            return list(session.scalars(sa.select(Pass)))

    def party(self, made: Pass) -> list[Visit]:
        """Return the people of a pass, the declarant first."""
        with self.browser.office.book.reading() as session:
            return of_pass(session, made.site_id, made.id)

    def story(self, visit: Visit) -> list[journal.StoryLine]:
        """Return all that the journal tells of a visit."""
        with self.browser.office.book.reading() as session:
            return journal.story(session, visit.site_id, ("visit", visit.id))

    @property
    def token(self) -> str:
        """The pass's secret, out of the address that the form ended on."""
        assert self.page.status_code == 303, self.page.text
        return self.page.headers["location"].removeprefix("/p/")


@pytest.fixture
def visitor(client: Browser) -> Visitor:
    """Give a visitor who has just scanned the poster of gate A."""
    return scan(client)


def scan(client: Browser, **headers: str) -> Visitor:
    """Return a visitor in front of the first page."""
    page = client.get(f"/g/{client.office.gate_code}", headers=headers)
    assert page.status_code == 200, page.text
    unit = str(client.office.units["Phòng Hành chính - Quản trị"])
    return Visitor(client, page, {"unit": unit, "host": "bà Lan", "purpose": "hồ sơ đấu thầu", "plate": ""})
