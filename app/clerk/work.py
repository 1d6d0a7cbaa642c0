"""A command being carried out, and the batch that it belongs to.

Most of what a command writes waits until the batch ends and is then written together, in the order in which tables
depend on each other: a command costs a fraction of what its own statements would. What a later command of the same
batch must see, its capability keeps with `remember`. All of it is forgotten where a command is refused.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from app.clerk.commands import Ticket
from app.db import Book

Row: TypeAlias = tuple[sa.Table, dict[str, Any]]
Kept: TypeAlias = Mapping[Any, Any]


def _no_rows(_kept: Kept) -> list[Row]:
    return []


def _nothing(_connection: Connection, _kept: Kept) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Ending:
    """What has to be done before the commit with what is remembered in a group: rows to insert, then statements."""

    rows: Callable[[Kept], list[Row]] = _no_rows
    after: Callable[[Connection, Kept], None] = _nothing


class Batch:
    """The commands of one transaction."""

    def __init__(self, book: Book, session: Session) -> None:
        """Open a batch on the writing session."""
        self.book = book
        self.session = session
        self.connection = session.connection()
        # SAVEPOINT and its ends go past SQLAlchemy: twice per command, and nothing to translate.
        self.driver = self.connection.connection.cursor().execute
        self.kept: dict[str, dict[Any, Any]] = {}
        self.rows: list[Row] = []
        self.endings: dict[str, Ending] = {}

    def write(self, rows: Iterable[Row]) -> None:
        """Insert rows, those of a table together, tables that others depend on first."""
        tables: dict[sa.Table, list[dict[str, Any]]] = {}
        for table, row in rows:
            tables.setdefault(table, []).append(row)
        for table in sorted(tables, key=_depth):
            self.connection.execute(_insert(table), tables[table])

    def finish(self) -> None:
        """Write all that waits."""
        rows = self.rows
        for group, ending in self.endings.items():
            rows = [*rows, *ending.rows(self.kept.get(group, {}))]
        self.write(rows)
        for group, ending in self.endings.items():
            if group in self.kept:
                ending.after(self.connection, self.kept[group])


class Work:
    """One command being carried out inside the clerk's transaction; given to its handler."""

    def __init__(self, batch: Batch, ticket: Ticket) -> None:
        """Open the work of one ticket."""
        self._batch = batch
        self._kept: dict[str, dict[Any, Any]] = {}
        self._rows: list[Row] = []
        self._written_early: list[Row] = []
        self.command_id = ticket.command_id
        self.actor = ticket.actor
        self.mode = ticket.command.mode
        self.device_time = ticket.command.device_time
        self.device_offset = timedelta(milliseconds=ticket.command.device_offset_ms)
        self.received_at = ticket.received_at

    @property
    def site_id(self) -> UUID:
        """The site whose book is written."""
        return self.actor.site_id

    @property
    def session(self) -> Session:
        """The writing session."""
        return self._batch.session

    @property
    def connection(self) -> Connection:
        """The writing connection."""
        return self._batch.connection

    @property
    def book(self) -> Book:
        """The open book, for closing sensitive fields."""
        return self._batch.book

    def later(self, table: sa.Table, row: dict[str, Any]) -> None:
        """Insert `row` with the others of the batch, at its end."""
        self._rows.append((table, row))

    def recall(self, group: str, key: Any) -> Any:
        """Return what was remembered in this batch, or None."""
        own = self._kept.get(group)
        if own is not None and key in own:
            return own[key]
        before = self._batch.kept.get(group)
        return before.get(key) if before is not None else None

    def recall_all(self, group: str) -> dict[Any, Any]:
        """Return all that is remembered in a group, by key."""
        return {**self._batch.kept.get(group, {}), **self._kept.get(group, {})}

    def remember(self, group: str, key: Any, value: Any) -> None:
        """Keep `value` (treat it as immutable) until the batch ends."""
        self._kept.setdefault(group, {})[key] = value

    def at_end(self, group: str, ending: Ending) -> None:
        """Do this before the commit with what is remembered in the group."""
        self._batch.endings.setdefault(group, ending)

    def flush(self, *tables: sa.Table) -> None:
        """Insert the waiting rows of some tables now, for a handler that reads them."""
        early = [row for row in self._batch.rows if row[0] in tables]
        self._batch.write([*early, *(row for row in self._rows if row[0] in tables)])
        self._written_early = [*self._written_early, *early]
        self._batch.rows = [row for row in self._batch.rows if row[0] not in tables]
        self._rows = [row for row in self._rows if row[0] not in tables]

    def settle(self) -> None:
        """Hand rows and memory over to the batch: the command is recorded."""
        self.session.flush()
        self._batch.rows += self._rows
        for group, kept in self._kept.items():
            self._batch.kept.setdefault(group, {}).update(kept)

    def forget(self) -> None:
        """Drop what the command did; what it flushed for commands before it waits again."""
        self.session.expunge_all()
        self._batch.rows = self._written_early + self._batch.rows


_INSERTS: dict[sa.Table, sa.Insert] = {}


def _insert(table: sa.Table) -> sa.Insert:
    if table not in _INSERTS:
        _INSERTS[table] = sa.insert(table)
    return _INSERTS[table]


_DEPTHS: dict[sa.Table, int] = {}


def _depth(table: sa.Table) -> int:
    if table not in _DEPTHS:
        _DEPTHS.update({known: depth for depth, known in enumerate(SQLModel.metadata.sorted_tables)})
    return _DEPTHS[table]
