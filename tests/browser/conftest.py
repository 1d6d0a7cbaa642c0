"""Chromium, and people's browsers in it: nothing may come from another origin, and no script may fail."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.desk import LANDSCAPE, Hand, begin_shift

# Fixtures: pytest finds them here.
from tests.browser.trusted import NAME, started, tablets, tls_data, trusted, trusting_home
from tests.conftest import Live

__all__ = ["tablets", "tls_data", "trusted", "trusting_home"]

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a browser for all tests of a worker."""
    with sync_playwright() as playwright, started(playwright.chromium) as browser:
        yield browser


@dataclass
class Screens:
    """Opens pages in browsers of their own, and hears what goes wrong in them."""

    browser: Browser
    live: Live
    closing: ExitStack
    wrong: list[str] = field(default_factory=list[str])

    def open(self, width: int = 360, height: int = 740, *, named: bool = False, **how: Any) -> Page:
        """Return a page in a browser with no past; `named` reaches the server by a plain-http name."""
        port = urlsplit(self.live.url).port
        base = f"http://{NAME}:{port}" if named else self.live.url
        settings: dict[str, Any] = {"viewport": {"width": width, "height": height}, "locale": "vi-VN", "base_url": base}
        context = self.browser.new_context(**(settings | how))
        self.closing.callback(context.close)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda line: self.wrong.append(line.text) if "Content Security" in line.text else None)
        page.on("request", lambda asked: None if asked.url.startswith(base) else self.wrong.append(asked.url))
        return page


@pytest.fixture
def screens(chromium: Browser, live: Live) -> Iterator[Screens]:
    """Give browsers on the live office; at the end nothing may have gone wrong in any of them."""
    with ExitStack() as closing:
        opened = Screens(chromium, live, closing)
        yield opened
        assert opened.wrong == []


@pytest.fixture
def desk(screens: Screens, live: Live) -> Hand:
    """Give a tablet at gate A with the guard on duty."""
    return begin_shift(screens.open(*LANDSCAPE), live.office)


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page, and whether it scrolls sideways."""
    page.evaluate(AXE)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", RULES)
    told = [f"{fault['id']}: {[node['html'] for node in fault['nodes']]}" for fault in found["violations"]]
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return told + (["scrolls sideways"] if sideways else [])
