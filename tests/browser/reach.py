"""Whether everybody can use a page: big enough to hit, operable by keyboard, no wider than the screen at any zoom."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import faults

TARGET = 48
"""CSS pixels a finger needs, each way."""
MOST_STOPS = 500
"""Of the Tab key on one page; a walk that is longer goes nowhere."""
REFLOW = 320
"""CSS pixels of the narrowest screen that WCAG 2.2 (1.4.10) asks for."""

# A box or a radio is hit by its whole label; what is cut to a pixel is for screen readers; a link in a line of text is
# as high as the line, and a row's link covers its row.
SMALL = """(least) => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[inert]');
  const area = (element) => {
    const label = element.matches('input[type=radio], input[type=checkbox]') ? element.closest('label') : null;
    const row = getComputedStyle(element, '::after').position === 'absolute' ? element.closest('tr, li') : null;
    return (label ?? row ?? element).getBoundingClientRect();
  };
  const inText = (element) => element.matches('a') && getComputedStyle(element).display === 'inline' &&
    [...element.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  const places = document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab]');
  const counts = (element) => shown(element) && !inText(element) && !element.matches('.skip, .sr-only');
  return [...places].filter(counts).flatMap((element) => {
    const { width, height } = area(element);
    const small = width > 1 && (width < least - 0.5 || height < least - 0.5);
    return small ? [`${Math.round(width)} × ${Math.round(height)}: ${element.outerHTML.slice(0, 160)}`] : [];
  });
}"""

# Walks with Tab: what has the focus shows a ring of its own, or that of the label drawn in its stead.
RING = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const ring = (one, part) => {
    const style = one && getComputedStyle(one, part);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const around = [element, element.nextElementSibling, element.closest('label')];
  const seen = around.some((one) => ring(one)) || ring(element, '::after');
  const order = (window.reached ??= []);
  // A date's own parts are several stops in one field, and the last of them shows a ring that no script can see.
  const within = order.at(-1) === element;
  const again = order.includes(element) && !within;
  order.push(element);
  return { again, seen: seen || within, html: element.outerHTML.slice(0, 160) };
}"""

FROM_THE_TOP = """() => {
  window.reached = [];
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}"""

UNREACHED = """() => {
  const places = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary');
  const passedBy = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled &&
    element.tabIndex >= 0 && !window.reached.includes(element);
  // Of a group of radio buttons one is a stop.
  const grouped = (element) => element.type === 'radio' && window.reached.some(({ name }) => name === element.name);
  return [...places].filter((element) => passedBy(element) && !grouped(element))
    .map((element) => element.outerHTML.slice(0, 160));
}"""

SIDEWAYS = """() => {
  const sticksOut = (element) => element.getBoundingClientRect().right > innerWidth + 1;
  const wide = document.documentElement.scrollWidth > innerWidth;
  return (wide ? [...document.body.querySelectorAll('*')] : [])
    .filter((element) => sticksOut(element) && !element.closest('.ledger-scroll'))
    .slice(0, 3).map((element) => element.outerHTML.slice(0, 160));
}"""


def each_look(names: tuple[str, ...], looks: Iterable[Any]) -> pytest.MarkDecorator:
    """Run a test once for each look: (database, *names); a page looks the same on both, and is opened on both."""
    return pytest.mark.parametrize(("database", *names), list(looks), indirect=["database"])


def small_targets(page: Page, least: int = TARGET) -> list[str]:
    """Return what a page lets people hit that is smaller than a finger needs."""
    return page.evaluate(SMALL, least)


def keyboard_faults(page: Page, pace: int = 0) -> list[str]:
    """Go through a page with the Tab key, and return what shows no focus and what it never reached.

    A live part may be replaced under the walk, so what is wrong must be wrong on a second one too. `pace` is in
    milliseconds a key, for a page that takes what is quicker for a scanner.
    """
    told = _walk(page, pace)
    return [one for one in _walk(page, pace) if one in told] if told else []


def _walk(page: Page, pace: int) -> list[str]:
    page.evaluate(FROM_THE_TOP)
    told: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab", delay=pace)
        at = page.evaluate(RING)
        if at is None or at["again"]:
            break
        if not at["seen"]:
            told.append(f"no ring: {at['html']}")
    return told + [f"not reached: {html}" for html in page.evaluate(UNREACHED)]


@contextmanager
def zoomed(page: Page, narrowest: int) -> Generator[None]:
    """Show a page as a browser does at 200 %: half as wide and half as high, in CSS pixels."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": max(size["width"] // 2, narrowest), "height": size["height"] // 2})
    yield
    page.set_viewport_size(size)


def sideways(page: Page) -> list[str]:
    """Return what sticks out to the right, if the page scrolls sideways."""
    return page.evaluate(SIDEWAYS)


def barriers(page: Page, *, keyboard: bool = False, narrowest: int = REFLOW) -> list[str]:
    """Return all that keeps somebody from using the page that is open: axe's finds, targets, zoom, and the keyboard."""
    told = faults(page) + small_targets(page)
    with zoomed(page, narrowest):
        told += [f"sideways at 200 %: {html}" for html in sideways(page)]
    return told + (keyboard_faults(page) if keyboard else [])
