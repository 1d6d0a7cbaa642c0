"""What a running program holds, as routes reach it."""

from collections.abc import Iterator
from typing import Annotated, Protocol, cast

from fastapi import Depends, FastAPI, Request
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from app.clerk import Clerk
from app.clock import Clock
from app.db import Book
from app.settings import Settings


class AppState:
    """The open book, its clerk, the clock and the settings of one process."""

    def __init__(self, book: Book, clerk: Clerk, clock: Clock, settings: Settings) -> None:
        """Keep them together."""
        self.book = book
        self.clerk = clerk
        self.clock = clock
        self.settings = settings
        self.own_authority = False
        """Whether https shows a certificate that staff's devices know, and visitors' phones do not."""

    def attach(self, app: FastAPI) -> None:
        """Let the routes of `app` reach this state."""
        app.state.gatebook = self
        app.state.clock = self.clock


def app_state(connection: HTTPConnection) -> AppState:
    """Return the state of the program that answers this request."""
    return cast("AppState", connection.app.state.gatebook)


def _reading(request: Request) -> Iterator[Session]:
    with app_state(request).book.reading() as session:
        yield session


BookSession = Annotated[Session, Depends(_reading, scope="function")]
"""A read-only session that ends before the answer leaves."""


class Beside(Protocol):
    """The https door beside the one that a request came by."""

    def origin(self, host: str) -> str | None:
        """Return where it is reached by this host, where its certificate is for it."""
        ...


def safe_origin(connection: HTTPConnection) -> str | None:
    """Return where https is on the host that was asked, as an origin; None where there is none."""
    door = cast("Beside | None", connection.app.state.door)
    return door.origin(connection.headers.get("host", "")) if door is not None else None


def origin_to_ask(request: Request) -> str | None:
    """Return what a page on http may ask, to know whether its browser trusts https; None on https."""
    return safe_origin(request) if request.url.scheme == "http" else None


def visitors_base(request: Request) -> str:
    """Return where visitors reach what this page was opened at: never by a certificate that their phones don't know."""
    state, base = app_state(request), request.base_url
    if state.own_authority and (base.scheme, base.port or 443) == ("https", state.settings.https_port):
        base = base.replace(scheme="http", port=state.settings.port)
    return str(base)
