"""A live server over TLS, and a Chromium that trusts its authority as an office's tablet does.

`trusted` is the server (`trusted.secure_url`, by a name that is not localhost). `tablets` starts Chromium on a profile
that outlives it: `tablets.start("bàn bảo vệ")` twice is a tablet whose browser was killed and started again. The
authority is installed in the profile's own NSS database, so nothing is ignored: a certificate that doesn't fit fails.
"""

import os
import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page

from app.clock import Clock
from app.db import Book
from app.trust.files.folder import AUTHORITY, FOLDER, keep_certificate, note_names, open_authority
from tests.browser.desk import LANDSCAPE
from tests.conftest import Live, serving
from tests.office import make_office

NAME = "cong.gatebook.test"
"""A name on the office's network."""
NAMES = [NAME, "localhost", "127.0.0.1"]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
]  # fmt: skip


@contextmanager
def started(chromium: BrowserType, *more: str) -> Generator[Browser]:
    """Start Debian's Chromium as all tests do, and end it whatever happens."""
    browser = chromium.launch(executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *more])
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class TrustedLive(Live):
    """A real server with an office's whole cast, on http and https; `data` holds its authority."""

    data: Path

    @property
    def secure_url(self) -> str:
        """The origin that a tablet uses."""
        return f"https://{NAME}:{self.secure_port}"


def make_authority(data: Path) -> Path:
    """Make an authority and a certificate for NAMES in a data folder, and return the folder."""
    now = datetime.now(UTC)
    authority, _ = open_authority(data / FOLDER, "thử", NAMES, now)
    note_names(data / FOLDER, NAMES)
    keep_certificate(data / FOLDER, authority, NAMES, now)
    return data


def trust(home: Path, data: Path) -> Path:
    """Make a HOME whose NSS database, which Chromium on Linux reads, holds the authority as trusted."""
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    certutil = shutil.which("certutil")
    assert certutil, "certutil is missing: tools/services.sh installs libnss3-tools"
    of, authority = ["-d", f"sql:{database}"], str(data / FOLDER / AUTHORITY)
    for arguments in (["-N", *of, "--empty-password"], ["-A", *of, "-n", "gatebook", "-t", "C,,", "-i", authority]):
        subprocess.run([certutil, *arguments], check=True, capture_output=True)
    return home


@pytest.fixture(scope="session")
def tls_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with an authority and a certificate for NAMES; copy its `tls` for a server of your own."""
    return make_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def trusting_home(tls_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a HOME in which Chromium trusts that authority."""
    return trust(tmp_path_factory.mktemp("home"), tls_data)


@pytest.fixture
def trusted(book: Book, tls_data: Path) -> Iterator[TrustedLive]:
    """Give a real server on http and https, on the machine's clock."""
    clock = Clock()
    with serving(book, clock, tls_data) as served:
        office = make_office(book, served.app.state.gatebook.clerk, clock)  # pyright: ignore[reportArgumentType]
        yield TrustedLive(served.url, served.app, served.secure_port, office, tls_data)


@dataclass
class Tablets:
    """Starts Chromium on named profiles, and kills it."""

    chromium: Browser
    home: Path
    profiles: Path
    running: dict[str, BrowserContext] = field(default_factory=dict[str, BrowserContext])
    wrong: list[str] = field(default_factory=list[str])

    def start(self, name: str, **how: Any) -> BrowserContext:
        """Return a browser on the profile of this name; what an earlier one kept there is there again."""
        settings: dict[str, Any] = {
            "viewport": {"width": LANDSCAPE[0], "height": LANDSCAPE[1]}, "locale": "vi-VN",
            "executable_path": shutil.which("chromium"), "args": ARGUMENTS,
            "env": os.environ | {"HOME": str(self.home)},
        }  # fmt: skip
        profile = self.profiles / name
        context = self.chromium.browser_type.launch_persistent_context(profile, **(settings | how))
        self.running[name] = context
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.on("console", lambda line: self.wrong.append(line.text) if "Content Security" in line.text else None)
        return context

    def page(self, name: str, base: str, **how: Any) -> Page:
        """Return the first page of a browser on this profile, its addresses beneath `base`."""
        return self.start(name, base_url=base, **how).pages[0]

    def kill(self, name: str) -> None:
        """End a browser as a flat battery does: every process of this profile at once."""
        mark = f"--user-data-dir={self.profiles / name}"
        found = [process for process in psutil.process_iter(["cmdline"]) if mark in (process.info["cmdline"] or [])]
        with self.running.pop(name).expect_event("close"):
            for process in found:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        psutil.wait_procs(found)
        # Chromium's own lock of the profile names a process that is gone.
        for lock in (self.profiles / name).glob("Singleton*"):
            lock.unlink(missing_ok=True)


@pytest.fixture
def tablets(chromium: Browser, trusting_home: Path, tmp_path: Path) -> Iterator[Tablets]:
    """Give tablets that trust the authority; at the end no script of theirs may have failed."""
    opened = Tablets(chromium, trusting_home, tmp_path / "profiles")
    yield opened
    for context in opened.running.values():
        context.close()
    assert opened.wrong == [], opened.wrong
