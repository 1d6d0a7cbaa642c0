"""Fixtures: an open book on both databases, the named cast, a program to talk to, a browser."""

import asyncio
import shutil
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import uvicorn
from fastapi.testclient import TestClient

from app.accounts.commands import OpenSession
from app.accounts.repository import new_token, token_hash
from app.accounts.security import DEVICE_COOKIE, SESSION_COOKIE
from app.clerk import Clerk
from app.cli.doors import Server
from app.clock import Clock, SetClock
from app.db import Book, Keys, migrate
from app.feed.queries import Reader
from app.kit.ids import new_id
from app.main import make_app, make_clerk
from app.settings import Settings
from app.trust.security import open_door
from tests.office import MORNING, Office, later, make_office
from tests.postgres import Cluster, shared_cluster

# No timing in tests: a slow machine fails none.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")
KEYS = Keys(bytes(range(32)))
DATABASES = ("sqlite", "postgres")


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """Return a name that no other worker of the run has."""
    return getattr(request.config, "workerinput", {}).get("workerid", "alone")


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty encrypted file to copy."""
    path = tmp_path_factory.mktemp("empty") / "book.db"
    book = Book(keys=KEYS, path=path)
    migrate(book)
    book.close()
    return path


@pytest.fixture(scope="session")
def empty_database(worker: str) -> str:
    """Return the name of a migrated, empty database to copy."""
    cluster, name = shared_cluster(), f"empty_{worker}"
    cluster.drop(name)
    book = Book(keys=KEYS, url=cluster.create(name))
    migrate(book)
    book.close()
    return name


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Name the database that a test runs on: each test that opens a book runs on both."""
    return request.param


@pytest.fixture
def book(database: str, request: pytest.FixtureRequest, tmp_path: Path, worker: str) -> Iterator[Book]:
    """Give a migrated, empty book."""
    if database == "sqlite":
        path = tmp_path / "book.db"
        shutil.copy(request.getfixturevalue("empty_file"), path)
        opened = Book(keys=KEYS, path=path)
        yield opened
        opened.close()
        return
    cluster: Cluster = shared_cluster()
    template = request.getfixturevalue("empty_database")
    name = f"book_{worker}_{new_id().hex}"
    opened = Book(keys=KEYS, url=cluster.create(name, template))
    yield opened
    opened.close()
    cluster.drop(name)


def opened_again(book: Book) -> Book:
    """Open the same book a second time, as another process does; the caller closes it."""
    if book.path is not None:
        return Book(keys=KEYS, path=book.path)
    return Book(keys=KEYS, url=book.writer.url.render_as_string(hide_password=False))


@pytest.fixture
def clock() -> SetClock:
    """Give a clock that shows 07:12 at the gate until it is moved."""
    return SetClock(MORNING)


@pytest.fixture
def clerk(book: Book, clock: SetClock) -> Iterator[Clerk]:
    """Give a clerk at work."""
    made = make_clerk(book, clock)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def office(book: Book, clerk: Clerk, clock: SetClock) -> Office:
    """Give an office with its whole cast."""
    return make_office(book, clerk, clock)


@pytest.fixture
def other_office(office: Office) -> Office:
    """Give an office of which the first may see nothing; name it after `client`, whose clerk it then shares."""
    return make_office(office.book, office.clerk, office.clock, "Sở Giao thông vận tải")


class Browser(TestClient):
    """Somebody's browser as far as HTTP goes: cookies, and an Origin on every state change."""

    office: Office

    def log_in(self, who: str) -> "Browser":
        """Open a session as one of the cast, a guard on the own tablet."""
        actor = self.office.actors[who]
        token = new_token()
        command = OpenSession(token_hash=token_hash(token).hex(), expires_at=later(self.office.clock.now(), hours=12))
        self.office.clerk.submit(new_id(), command, actor)
        self.cookies.set(SESSION_COOKIE, token)
        if who in self.office.device_tokens:
            self.cookies.set(DEVICE_COOKIE, self.office.device_tokens[who])
        return self

    def be_stranger(self) -> "Browser":
        """Forget every cookie."""
        self.cookies.clear()
        return self


@pytest.fixture
def client(office: Office) -> Iterator[Browser]:
    """Give a browser that talks to a program on the office's book; its clerk is the program's own."""
    office.clerk.stop()
    app = make_app(office.book, office.clock, Settings())
    office.clerk = app.state.gatebook.clerk
    origin = "http://gatebook.test"
    with Browser(app, base_url=origin, headers={"Origin": origin}, follow_redirects=False) as browser:
        browser.office = office
        yield browser


@dataclass
class Served:
    """A real server on loopback, on a book that may be empty; `secure_port` is 0 where it has no https."""

    url: str
    app: Any
    secure_port: int


@dataclass
class Live(Served):
    """A real server with an office's whole cast."""

    office: Office


@contextmanager
def serving(book: Book, clock: Clock, tls: Path | None = None) -> Generator[Served]:
    """Serve a book on loopback until the block ends; with `tls`, a data folder with an authority, on https too."""
    with socket.socket() as found, socket.socket() as secure:
        found.bind(("127.0.0.1", 0))
        secure.bind(("127.0.0.1", 0))
        secure_port = secure.getsockname()[1]
        door = open_door(Settings(data=tls, https_port=secure_port), clock) if tls is not None else None
        app = make_app(book, clock, Settings(), door=door)
        server = Server(uvicorn.Config(app, log_config=None, access_log=False, loop="uvloop"), door, clock)
        sockets = [found, secure] if door is not None else [found]
        thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.02)
        try:
            yield Served(f"http://127.0.0.1:{found.getsockname()[1]}", app, secure_port if door is not None else 0)
        finally:
            # Feeds first: the server waits for every open answer.
            reader: Reader = app.state.reader
            if reader.loop is not None:
                asyncio.run_coroutine_threadsafe(reader.stop(), reader.loop)
            server.should_exit = True
            thread.join()


@pytest.fixture
def empty_live(book: Book) -> Iterator[Served]:
    """Give a real server on a book with no site, on the machine's clock."""
    with serving(book, Clock()) as served:
        yield served


@pytest.fixture
def live(book: Book) -> Iterator[Live]:
    """Give a real server on the machine's clock, with an office's whole cast, for browsers."""
    clock = Clock()
    with serving(book, clock) as served:
        office = make_office(book, served.app.state.gatebook.clerk, clock)  # pyright: ignore[reportArgumentType]
        yield Live(served.url, served.app, served.secure_port, office)
