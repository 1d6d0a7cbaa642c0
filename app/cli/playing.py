"""`gatebook demo`: a book of its own with ninety days of history, served."""

import gc
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer

from app.accounts.commands import OpenPairing
from app.cli import serving
from app.cli.opening import read_settings
from app.cli.words import say, text
from app.clock import Clock, SetClock
from app.db import Book
from app.demo.handlers import DAYS, PASSPHRASE, PEOPLE, find_cast, tell_history
from app.kit.ids import new_id
from app.main import make_clerk
from app.settings import Settings
from app.setup.files import only_process, open_book

FOLDER = "demo"
QUEUE = 1000


def demo(
    days: Annotated[int, typer.Option(min=1, max=DAYS, help=text("shell.help.demo_days"))] = DAYS,
    *,
    serve: Annotated[bool, typer.Option(help=text("shell.help.demo_serve"))] = True,
) -> None:
    """Fill a separate demo book, print its accounts, and serve it."""
    known = read_settings()
    own = {"data": known.data / FOLDER, "database_url": None, "key": None, "key_file": None, "workers": 1}
    settings = known.model_copy(update=own)
    with only_process(settings.data):
        book = open_book(settings)
        try:
            _fill(book, days)
            _tell_accounts(book, settings)
        finally:
            book.close()
    if serve:
        serving.run(settings)


def _fill(book: Book, days: int) -> None:
    clock, now = SetClock(Clock().now()), Clock().now()
    clerk = make_clerk(book, clock, QUEUE)
    with _in_a_hurry(book), typer.progressbar(length=days, label=text("shell.demo.writing")) as bar:
        clerk.start()

        def tell(written: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(written - bar.pos)

        try:
            tell_history(clerk, clock, now, tell, days)
        finally:
            clerk.stop()


@contextmanager
def _in_a_hurry(book: Book) -> Generator[None]:
    """Leave out what costs time and only guards what cannot be made again: this history can."""
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, *thresholds[1:])
    _set_synchronous(book, "OFF")
    try:
        yield
    finally:
        _set_synchronous(book, "FULL")
        gc.set_threshold(*thresholds)


def _set_synchronous(book: Book, how: str) -> None:
    with book.writer.connect() as connection:
        plain = connection.connection.driver_connection
        assert plain is not None  # noqa: S101 - a connection that was just opened
        plain.execute(f"PRAGMA synchronous = {how}")


def _tell_accounts(book: Book, settings: Settings) -> None:
    say("shell.demo.accounts", passphrase=PASSPHRASE, data=settings.data)
    for name, role, login, pin in PEOPLE:
        say("shell.demo.account", name=name, role=text(f"shell.role.{role}"), secret=f"PIN {pin}" if pin else login)
    say("shell.demo.pair", code=_pairing_code(book))


def _pairing_code(book: Book) -> str:
    """Return six digits by which a tablet becomes one of the main gate, within ten minutes."""
    cast = find_cast(book)
    digits = f"{secrets.randbelow(10**6):06d}"
    code_hash = book.closing.hash("pairing", digits).hex()
    clerk = make_clerk(book, Clock())
    clerk.start()
    try:
        command = OpenPairing(code_hash=code_hash, gate_id=cast.gates[0], name="Máy thử")
        clerk.submit(new_id(), command, cast.actors[PEOPLE[0][0]])
    finally:
        clerk.stop()
    return f"{digits[:3]} {digits[3:]}"
