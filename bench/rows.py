"""What SQLite itself takes for the rows that check-ins write: same rows, same encryption, one executemany each."""

import json
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.accounts.repository import open_session
from app.clerk import Actor, Batch, Caller, Clerk, Ticket
from app.clerk.work import Row
from app.clock import Clock
from app.db import Book
from app.kit.ids import new_id
from app.main import make_clerk
from app.visits.commands import CheckIn
from bench.office import KEYS, check_in

Rows = list[tuple[sa.Table, list[dict[str, Any]]]]


def raw_insert_rate(folder: Path, count: int, size: int) -> float:
    """Return commands per second when their rows are only inserted, `size` commands a transaction."""
    batches = captured_rows(folder, count, size)
    path = folder / "raw.db"
    shutil.copy(folder / "book.db", path)
    book = Book(keys=KEYS, path=path)
    compiled = [_compile(book, rows) for rows in batches]
    with book.writer.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        started = time.perf_counter()
        for statements in compiled:
            driver.execute("BEGIN IMMEDIATE")
            for statement, parameters in statements:
                driver.executemany(statement, parameters)
            driver.execute("COMMIT")
        elapsed = time.perf_counter() - started
    book.close()
    return count / elapsed


def captured_rows(folder: Path, count: int, size: int) -> list[Rows]:
    """Have a clerk carry check-ins out, and return the rows that it inserted, transaction by transaction."""
    path = folder / "captured.db"
    shutil.copy(folder / "book.db", path)
    book = Book(keys=KEYS, path=path)
    known = json.loads((folder / "office.json").read_text())
    actor = _guard(book, known["token"])
    clerk = make_clerk(book, Clock())
    captured: list[list[Row]] = []
    write = Batch.write

    def noted(self: Batch, rows: Iterable[Row]) -> None:
        waiting = list(rows)
        captured[-1].extend(waiting)
        write(self, waiting)

    Batch.write = noted
    try:
        for start in range(0, count, size):
            captured.append([])
            clerk._write([_ticket(clerk, number, known["unit"], actor) for number in range(start, start + size)])  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    finally:
        Batch.write = write
    book.close()
    return [_by_table(rows) for rows in captured]


def _by_table(rows: Iterable[Row]) -> Rows:
    tables: dict[sa.Table, list[dict[str, Any]]] = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    return list(tables.items())


def _guard(book: Book, token: str) -> Actor:
    with book.reading() as session:
        opened = open_session(session, token, Clock().now())
    if opened is None or opened.device is None:
        raise RuntimeError("the bench's guard is not logged in")
    account, device = opened.account, opened.device
    return Actor(account.site_id, account.id, account.name, account.role, device.id, device.gate_id)


def _ticket(clerk: Clerk, number: int, unit_id: str, actor: Actor) -> Ticket:
    command = CheckIn.model_validate(check_in(number, unit_id))
    return Ticket(new_id(), command, actor, clerk.clock.now(), command.content_hash(), Caller(lambda: None))


def _compile(book: Book, rows: Rows) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Return plain statements with parameters in the driver's own form."""
    dialect = book.writer.dialect
    compiled: list[tuple[str, list[tuple[Any, ...]]]] = []
    for table, together in rows:
        columns = [column for column in table.columns if column.name in together[0]]
        places = ", ".join("?" for _ in columns)
        names = ", ".join(f'"{column.name}"' for column in columns)
        bind = [column.type.bind_processor(dialect) for column in columns]
        parameters = [
            tuple(
                process(row[column.name]) if process is not None else row[column.name]
                for column, process in zip(columns, bind, strict=True)
            )
            for row in together
        ]
        compiled.append((f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', parameters))  # noqa: S608 - our tables
    return compiled
