"""A shift without a network, in Chromium over trusted TLS, on a real `gatebook serve`.

One tablet, its clock two hours ahead, two tabs at work. The browser is killed in the middle and started again without a
network; when the network is back replies are lost after the commit, requests are cut, and the server is killed while it
takes the lines in. Then every line is in the book once, in the order and at the time at which it was made.
"""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from app.clerk.receipts import RECEIPTS
from app.clock import Clock
from app.db import Book, Keys, migrate, table_of
from app.journal.models import Entry
from app.main import make_clerk
from app.sites.commands import SaveEmployee
from bench.processes import free_port
from tests.browser.desk import GUARD, begin_shift
from tests.browser.trusted import NAME, Tablets, make_authority, started, trust
from tests.office import PIN, make_office
from tests.proxy import Proxy, Trouble

ENTRIES = table_of(Entry)
KEYS = Keys(bytes(range(32)))
HAND = Path(__file__).with_name("hand.js").read_text(encoding="utf-8")
TABLET = "bàn bảo vệ"
TABS = 2
CODES_PER_TAB = 20
AHEAD = timedelta(hours=2)
WRONG_CLOCK = f"""(() => {{
  const ahead = {AHEAD // timedelta(milliseconds=1)};
  const Real = Date;
  globalThis.Date = class extends Real {{
    constructor(...given) {{ given.length === 0 ? super(Real.now() + ahead) : super(...given); }}
    static now() {{ return Real.now() + ahead; }}
  }};
}})()"""
COUNT_REPEATED = """(() => {
  const fetched = globalThis.fetch;
  globalThis.repeated = 0;
  globalThis.fetch = async (...asked) => {
    const response = await fetched(...asked);
    if (response.ok && String(asked[0]).startsWith("/api/v1/commands")) {
      const told = await response.clone().json();
      globalThis.repeated += (told.results ?? [told]).filter(({ status }) => status === "repeated").length;
    }
    return response;
  };
})()"""
TOLERANCE = timedelta(seconds=2)
START_SECONDS = 60
PATIENCE_MS = 60_000
KEPT = """() => new Promise((kept, failed) => {
  const opening = indexedDB.open("gatebook");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("outbox").objectStore("outbox").getAll();
    asked.onsuccess = () => { opening.result.close(); kept(asked.result.map(({ id, sequence }) => [sequence, id])); };
  };
})"""


@dataclass
class Gatebook:
    """`gatebook serve` in a process of its own, on http and https; it may be killed and started again."""

    data: Path
    database_url: str | None = None
    port: int = field(default_factory=free_port)
    https_port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def open(self) -> Book:
        """Open its book beside it."""
        if self.database_url is None:
            return Book(keys=KEYS, path=self.data / "book.db")
        return Book(keys=KEYS, url=self.database_url)

    def run(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start the program."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEBOOK_")}
        settings = {
            "DATA": str(self.data), "KEY": bytes(range(32)).hex(), "HOST": "127.0.0.1", "PORT": str(self.port),
            "HTTPS_PORT": str(self.https_port), "LOG_LEVEL": "warning", "DATABASE_URL": self.database_url or "",
        }  # fmt: skip
        environment = kept | {f"GATEBOOK_{name}": value for name, value in settings.items()}
        log = (self.data / "serve.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "app.cli", *arguments], env=environment, stdout=log, stderr=log
            )

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.process = self.run("serve")
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.data / "serve.log").read_text("utf-8"))
            time.sleep(0.02)

    def kill(self) -> None:
        """End it with SIGKILL."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it in order, where it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def verifies(self) -> bool:
        """Tell whether `gatebook verify` finds the journal whole."""
        return self.run("verify").wait() == 0

    def _ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@dataclass(frozen=True)
class Told:
    """What a shift came to."""

    acts: int
    recorded: int
    in_order: bool
    worst_time: timedelta
    discrepancies: int
    verified: bool
    survived_kill: bool
    lost_replies: int
    repeated: int
    refused: int
    left: int
    seconds_offline: float
    seconds_to_sync: float

    @property
    def holds(self) -> bool:
        """Whether every act is in the book once, in its order and at its time, though replies were lost."""
        all_there = self.recorded == self.acts and self.in_order and self.verified and self.survived_kill
        nothing_odd = self.worst_time < TOLERANCE and (self.discrepancies, self.refused, self.left) == (0, 0, 0)
        return all_there and nothing_odd and self.lost_replies > 0 and self.repeated > 0


@contextmanager
def office_in(gatebook: Gatebook) -> Generator[Any]:
    """Make an office with its cast and staff in the book; its clerk works until the block ends."""
    book = gatebook.open()
    migrate(book)
    clerk = make_clerk(book, Clock())
    clerk.start()
    try:
        office = make_office(book, clerk, Clock())  # pyright: ignore[reportArgumentType] - never moved here
        unit = next(iter(office.units.values()))
        for code in codes(0, 2 * TABS):
            office.do("manager", SaveEmployee(name=f"Cán bộ {code}", title="", unit_id=unit, badge_code=code))
        yield office
    finally:
        clerk.stop()
        book.close()


def codes(first: int, count: int = 1) -> list[str]:
    """Return the badge codes of one tab's half of the shift, or of several."""
    return [f"CB{first * CODES_PER_TAB + at:04}" for at in range(count * CODES_PER_TAB)]


def count(page: Page) -> int:
    """Return how many lines a tab says to be on this tablet only."""
    return int(page.locator(".bar-unsent").get_attribute("data-count") or 0)


class Shift:
    """One tablet's shift, step by step."""

    def __init__(self, gatebook: Gatebook, tablets: Tablets, proxy: Proxy, acts: int) -> None:
        """Take a server that runs, tablets, and what lies between them."""
        self.gatebook, self.tablets, self.proxy, self.acts = gatebook, tablets, proxy, acts
        self.base = f"https://{NAME}:{proxy.port}"

    def open(self, *, online: bool, first: str = WRONG_CLOCK) -> BrowserContext:
        """Start the tablet's browser, its clock ahead; or with what else runs before a page's own scripts."""
        context = self.tablets.start(TABLET, base_url=self.base)
        context.add_init_script(first)
        context.add_init_script(COUNT_REPEATED)
        self.network(context, there=online)
        return context

    def network(self, context: BrowserContext, *, there: bool) -> None:
        """Give or take the network: the browser knows of it, and the way is cut too."""
        self.proxy.go("pass" if there else "refuse")
        context.set_offline(not there)

    def work(self, pages: list[Page], acts: int, half: int) -> None:
        """Have the tabs begin so many acts together."""
        for at, page in enumerate(pages):
            own = acts // len(pages) + (at < acts % len(pages))
            page.evaluate(HAND, {"acts": own, "codes": codes(half * TABS + at)})

    def finish(self, pages: list[Page]) -> None:
        """Wait until every tab has done its acts."""
        over = "() => shift.done === shift.acts || shift.failed !== ''"
        for page in pages:
            page.wait_for_function(over, timeout=PATIENCE_MS, polling=50)
        self.sound(pages)

    def sound(self, pages: list[Page]) -> None:
        """Raise what went wrong in a tab, if anything did."""
        failed = [told for page in pages if (told := page.evaluate("shift.failed"))]
        if failed:
            raise RuntimeError(failed)

    def resume(self, page: Page) -> None:
        """Come back to the desk after a start without a network: with the PIN, where the tablet asks for it."""
        page.goto("/tablet")
        expect(page.locator(".queue, .keypad, .duty").first).to_be_visible()
        if page.get_by_role("button", name=GUARD, exact=True).is_visible():
            page.get_by_role("button", name=GUARD, exact=True).click()
        if not page.locator(".queue").is_visible():
            for digit in PIN:
                page.get_by_role("button", name=digit, exact=True).click()
        expect(page.locator(".queue")).to_be_visible()

    def first_half(self, office: Any) -> int:
        """Pair, go off, work, and be killed in the midst of it; return what had been painted as kept."""
        context = self.open(online=True)
        begin_shift(context.pages[0], office)
        office.clerk.stop()
        # Chromium writes cookies down within half a minute; a tablet that was closed in order has them on its disk.
        self.tablets.running.pop(TABLET).close()
        context = self.open(online=True)
        first = context.pages[0]
        self.resume(first)
        second = context.new_page()
        second.goto("/tablet")
        expect(second.locator(".queue")).to_be_visible()
        first.wait_for_function("() => navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready")
        self.network(context, there=False)
        pages = [first, second]
        # Killed at half of them, in the midst; quick tabs may be further by then, and never at the end.
        self.work(pages, self.acts * 9 // 10, half=0)
        first.wait_for_function(
            f"() => Number(document.querySelector('.bar-unsent').dataset.count) >= {self.acts // 2}"
            " || shift.failed !== ''",
            timeout=PATIENCE_MS, polling=20,
        )  # fmt: skip
        self.sound(pages)
        painted = max(count(page) for page in pages)
        self.tablets.kill(TABLET)
        return painted

    def second_half(self, context: BrowserContext) -> tuple[list[Page], int]:
        """Come back and do the rest; return the tabs, and what was still there."""
        first, second = context.pages[0], context.new_page()
        self.resume(first)
        self.resume(second)
        there = count(first)
        self.work([first, second], self.acts - there, half=1)
        self.finish([first, second])
        for page in (first, second):
            expect(page.locator(".bar-unsent")).to_have_attribute("data-count", str(self.acts))
        return [first, second], there

    def sync(self, context: BrowserContext, pages: list[Page]) -> float:
        """Give the network back, such as it is, and kill the server in the midst; return the seconds to the end."""
        self.proxy.trouble = Trouble(
            replies=1 + self.acts // 100, requests=1 + self.acts // 500, chance=0.6, least=2500, seed=3
        )
        began = time.perf_counter()
        self.network(context, there=True)
        pages[0].wait_for_function(
            f"() => Number(document.querySelector('.bar-unsent').dataset.count) < {self.acts}",
            timeout=PATIENCE_MS, polling=5,
        )  # fmt: skip
        self.gatebook.kill()
        self.gatebook.start()
        for page in pages:
            expect(page.locator(".bar-unsent")).to_have_attribute("data-count", "0", timeout=PATIENCE_MS)
        return time.perf_counter() - began


def run(gatebook: Gatebook, tablets: Tablets, acts: int) -> Told:
    """Live through a shift of so many acts, and compare the book with it."""
    with Proxy(gatebook.https_port) as proxy:
        shift = Shift(gatebook, tablets, proxy, acts)
        began = time.perf_counter()
        with office_in(gatebook) as office:
            gatebook.start()
            painted = shift.first_half(office)
        context = shift.open(online=False)
        pages, there = shift.second_half(context)
        made = {sequence: UUID(command_id) for sequence, command_id in pages[0].evaluate(KEPT)}
        offline = time.perf_counter() - began
        seconds = shift.sync(context, pages)
        left, refused = len(pages[0].evaluate(KEPT)), pages[0].locator(".bar-attention").count()
        repeated = sum(page.evaluate("repeated") for page in pages)
        gatebook.stop()
        return Told(
            acts=acts, survived_kill=painted <= there <= acts, lost_replies=proxy.lost + proxy.cut,
            repeated=repeated, left=left, refused=refused, seconds_offline=offline, seconds_to_sync=seconds,
            **compared(gatebook, [made[sequence] for sequence in sorted(made)]), verified=gatebook.verifies(),
        )  # fmt: skip


def compared(gatebook: Gatebook, made: list[UUID]) -> dict[str, Any]:
    """Look for every command in the book, in the order in which they were made."""
    book = gatebook.open()
    with book.reading() as session:
        receipts = session.execute(
            sa.select(RECEIPTS.c.command_id).where(RECEIPTS.c.command_id.in_(made), RECEIPTS.c.status == "recorded")
        ).all()
        found = session.execute(
            sa.select(ENTRIES.c.command_id, ENTRIES.c.occurred_at, ENTRIES.c.event)
            .where(ENTRIES.c.command_id.in_(made))
            .order_by(ENTRIES.c.sequence)
        ).all()
    book.close()
    happened = {command_id: at for command_id, at, _ in found}
    # An id begins with the milliseconds at which the tablet made it, by its own clock.
    off = [abs(happened[one] - (moment_of(one) - AHEAD)) for one in made if one in happened]
    return {
        "recorded": len(receipts),
        "in_order": [command_id for command_id, _, event in found if event != "DiscrepancyFound"] == made,
        "worst_time": max(off, default=timedelta(0)),
        "discrepancies": sum(event == "DiscrepancyFound" for _, _, event in found),
    }


def moment_of(command_id: UUID) -> datetime:
    """Return the time in a UUIDv7."""
    return datetime.fromtimestamp((command_id.int >> 80) / 1000, UTC)


def whole_shift(folder: Path, acts: int, database_url: str | None = None) -> Told:
    """Live through a shift on a book, a server and a tablet of their own, all of them in a folder."""
    data = folder / "data"
    data.mkdir(parents=True)
    home = trust(folder / "home", make_authority(data))
    gatebook = Gatebook(data, database_url)
    with sync_playwright() as playwright, started(playwright.chromium) as chromium:
        tablets = Tablets(chromium, home, folder / "profiles")
        try:
            return run(gatebook, tablets, acts)
        finally:
            gatebook.stop()
            for context in tablets.running.values():
                context.close()
