"""What a running program holds, as routes reach it."""

from collections.abc import Iterator
from typing import Annotated, cast

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
