"""One clerk writes.

Requests hand a Command to the clerk and wait. The clerk takes what is waiting, runs each command in a SAVEPOINT
inside one transaction, commits once, and only then answers each: an answer of success always means durable, and a
rush costs few fsyncs. It knows no capability: handlers register with it when the program starts.
"""

import asyncio
import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, TypeVar
from uuid import UUID

import sqlalchemy as sa
import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from app.clock import Clock
from app.db import Book, UtcTime, table_of
from app.errors import Problem, Refusal

log = structlog.get_logger()

BATCH_LIMIT = 128
C = TypeVar("C", bound="Command")


class Command(BaseModel):
    """What somebody wants done, as it came from a device, a form or the shell.

    `mode` is not part of the content: an `ask` may be sent again as a `fact`, which is never refused for policy,
    quota or clock. `account_id` names who did it, where a device sends what another guard did before the shift changed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=20_000)

    mode: Literal["ask", "fact"] = "ask"
    device_time: datetime | None = None
    device_sequence: int | None = Field(None, ge=0)
    device_offset_ms: int = 0
    """How far the server's clock was ahead of the device's at their last contact."""
    policy_version: int | None = Field(None, ge=1)
    account_id: UUID | None = None

    @property
    def kind_name(self) -> str:
        """The value of the command's `kind`, which every subclass has."""
        return str(getattr(self, "kind"))  # noqa: B009 - the field exists in the subclasses only

    def content_hash(self) -> bytes:
        """Return 32 bytes that are equal where the content is, whatever the mode."""
        return hashlib.sha256(self.model_dump_json(exclude={"mode"}, exclude_defaults=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf something is done: an account of a site, perhaps at a device of a gate."""

    site_id: UUID
    account_id: UUID
    name: str
    role: str
    device_id: UUID | None = None
    gate_id: UUID | None = None
    session_id: UUID | None = None
    since: datetime | None = None
    """When the session, and with it the shift, began."""


class Status(StrEnum):
    """How a command ended."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the clerk answers: the status, a code where it was refused, and JSON values for whoever asked."""

    status: Status
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    code: str | None = None


class Receipt(SQLModel, table=True):
    """What became of a command; it lives as long as the record and makes a repetition harmless."""

    __tablename__ = "receipt"
    __table_args__ = (sa.CheckConstraint("status IN ('recorded', 'refused')", name="status"),)

    site_id: UUID = Column(primary_key=True)
    command_id: UUID = Column(primary_key=True)
    content_hash: bytes = Column(sa_type=sa.LargeBinary)
    account_id: UUID
    kind: str
    mode: str
    status: str
    code: str | None = None
    answer: dict[str, Any] = Column(sa_type=sa.JSON)
    received_at: datetime = Column(sa_type=UtcTime)


class Work:
    """One command being carried out inside the clerk's transaction; given to its handler.

    Rows that nobody reads back within the batch can wait in `later` and are written together at its end; what a
    capability wants to carry from command to command within a batch it keeps with `remember`. Both are forgotten
    where the command is refused.
    """

    def __init__(self, batch: "Batch", ticket: "Ticket") -> None:
        """Open the work of one ticket."""
        self._batch = batch
        self._kept: dict[Any, Any] = {}
        self._rows: list[tuple[sa.Table, dict[str, Any]]] = []
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
    def book(self) -> Book:
        """The open book, for closing sensitive fields."""
        return self._batch.book

    def later(self, table: sa.Table, row: dict[str, Any]) -> None:
        """Write `row` with the others of the batch, at its end."""
        self._rows.append((table, row))

    def recall(self, key: Any) -> Any:
        """Return what was remembered in this batch, or None."""
        return self._kept.get(key, self._batch.kept.get(key))

    def remember(self, key: Any, value: Any) -> None:
        """Keep `value` (treat it as immutable) until the batch ends."""
        self._kept[key] = value

    def at_end(self, key: Any, act: Callable[[Connection, Any], None]) -> None:
        """Before the commit call `act` with the connection and what is remembered under `key`."""
        self._batch.endings[key] = act

    def flush(self) -> None:
        """Write the waiting rows now, for a handler that reads them."""
        self._batch.write_rows()
        _insert(self.session.connection(), self._rows)
        self._rows = []

    def settle(self) -> None:
        """Hand rows and memory over to the batch: the command is recorded."""
        self.session.flush()
        self._batch.rows += self._rows
        self._batch.kept |= self._kept


class Batch:
    """The commands of one transaction."""

    def __init__(self, book: Book, session: Session) -> None:
        """Open a batch on the writing session."""
        self.book = book
        self.session = session
        self.kept: dict[Any, Any] = {}
        self.rows: list[tuple[sa.Table, dict[str, Any]]] = []
        self.endings: dict[Any, Callable[[Connection, Any], None]] = {}

    def write_rows(self) -> None:
        """Write the rows that wait, those of a table together, in the order in which tables were first named."""
        _insert(self.session.connection(), self.rows)
        self.rows = []

    def finish(self) -> None:
        """Do what has to be done once before the commit."""
        self.write_rows()
        for key, act in self.endings.items():
            if key in self.kept:
                act(self.session.connection(), self.kept[key])


def _insert(connection: Connection, rows: Iterable[tuple[sa.Table, dict[str, Any]]]) -> None:
    tables: dict[sa.Table, list[dict[str, Any]]] = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    for table, together in tables.items():
        connection.execute(sa.insert(table), together)


Handler = Callable[[Work, Any], dict[str, Any]]
"""Carries a command out; returns the values of its answer (JSON) or raises Refusal."""


@dataclass(slots=True)
class Ticket:
    """A command on its way through the clerk."""

    command_id: UUID
    command: Command
    actor: Actor
    received_at: datetime
    content_hash: bytes
    answer: Callable[[Outcome | Exception], None]
    outcome: Outcome | Exception | None = None
    asked: float = field(default_factory=time.perf_counter)


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What one batch was, for metrics and for the feed."""

    size: int
    seconds: float
    commit_seconds: float
    sites: frozenset[UUID]
    kinds: frozenset[str]
    outcomes: tuple[str, ...]


class Clerk:
    """The one writer of this process."""

    def __init__(self, book: Book, clock: Clock, queue_limit: int = 2000) -> None:
        """Make a clerk that is idle until `start()`."""
        self.book = book
        self.clock = clock
        self.queue_limit = queue_limit
        self.listeners: list[Callable[[BatchReport], None]] = []
        self.before_commit: list[Callable[[Connection, frozenset[UUID]], None]] = []
        self._handlers: dict[str, Handler] = {}
        self._waiting: deque[Ticket] = deque()
        self._wake = threading.Condition()
        self._open = False
        self._thread: threading.Thread | None = None

    def register(self, kind: str, handler: Handler) -> None:
        """Let `handler` carry out commands of `kind`; called once per kind, when the program starts."""
        if kind in self._handlers:
            message = f"two handlers for {kind}"
            raise ValueError(message)
        self._handlers[kind] = handler

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that have a handler."""
        return frozenset(self._handlers)

    @property
    def queued(self) -> int:
        """How many commands wait."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin to take commands."""
        self._open = True
        self._thread = threading.Thread(target=self._run, name="clerk", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more commands, finish those that wait, and end."""
        with self._wake:
            self._open = False
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(self, command_id: UUID, command: Command, actor: Actor, timeout: float = 30) -> Outcome:
        """Hand a command over and wait for its outcome; for threads, never for the event loop."""
        done = threading.Event()
        ticket = self._ticket(command_id, command, actor, lambda _outcome: done.set())
        self._enqueue([ticket])
        if not done.wait(timeout):
            raise Problem(503, "busy")
        return _result(ticket)

    async def submit_async(self, commands: list[tuple[UUID, Command, Actor]]) -> list[Outcome | Problem]:
        """Hand commands over and wait for all their outcomes without holding a thread.

        A caller that goes away does not cancel its commands.
        """
        loop = asyncio.get_running_loop()
        finished = asyncio.Event()
        left = len(commands)
        lock = threading.Lock()

        def answered(_outcome: Outcome | Exception) -> None:
            nonlocal left
            with lock:
                left -= 1
                last = left == 0
            if last:
                loop.call_soon_threadsafe(finished.set)

        tickets = [self._ticket(command_id, command, actor, answered) for command_id, command, actor in commands]
        self._enqueue(tickets)
        await finished.wait()
        return [
            ticket.outcome if isinstance(ticket.outcome, Outcome) else Problem(503, "not_recorded")
            for ticket in tickets
        ]

    def _ticket(
        self, command_id: UUID, command: Command, actor: Actor, answer: Callable[[Outcome | Exception], None]
    ) -> Ticket:
        return Ticket(command_id, command, actor, self.clock.now(), command.content_hash(), answer)

    def _enqueue(self, tickets: list[Ticket]) -> None:
        with self._wake:
            if not self._open:
                raise Problem(503, "closing", retry_after=5)
            if len(self._waiting) + len(tickets) > self.queue_limit:
                raise Problem(503, "busy", retry_after=2)
            self._waiting.extend(tickets)
            self._wake.notify()

    def _run(self) -> None:
        while batch := self._take():
            self._settle(batch)

    def _take(self) -> list[Ticket]:
        with self._wake:
            while not self._waiting:
                if not self._open:
                    return []
                self._wake.wait()
            batch = [self._waiting.popleft()]
            # On PostgreSQL a batch holds one site: two sites locked in two orders would deadlock.
            while self._waiting and len(batch) < BATCH_LIMIT:
                if not self.book.embedded and self._waiting[0].actor.site_id != batch[0].actor.site_id:
                    break
                batch.append(self._waiting.popleft())
            return batch

    def _settle(self, batch: list[Ticket]) -> None:
        try:
            self._write(batch)
        except Exception as error:  # noqa: BLE001 - whatever failed, the others of the batch deserve their own try
            if len(batch) > 1:
                for ticket in batch:
                    self._settle([ticket])
                return
            log.exception("command_failed", kind=batch[0].command.kind_name, command_id=str(batch[0].command_id))
            batch[0].outcome = error
            self._report(batch, time.perf_counter(), 0.0)
        for ticket in batch:
            if ticket.outcome is not None:
                ticket.answer(ticket.outcome)

    def _write(self, batch: list[Ticket]) -> None:
        started = time.perf_counter()
        with self.book.writer.connect() as connection:
            transaction = connection.begin()
            try:
                with Session(connection, autoflush=False, expire_on_commit=False) as session:
                    self._carry_out_all(Batch(self.book, session), batch)
                    for act in self.before_commit:
                        act(connection, _sites(batch))
                    commit_started = time.perf_counter()
                    transaction.commit()
            except BaseException:
                transaction.rollback()
                raise
        self._report(batch, started, time.perf_counter() - commit_started)

    def _report(self, batch: list[Ticket], started: float, commit_seconds: float) -> None:
        outcomes = tuple(t.outcome.status.value if isinstance(t.outcome, Outcome) else "failed" for t in batch)
        kinds = frozenset(ticket.command.kind_name for ticket in batch)
        report = BatchReport(len(batch), time.perf_counter() - started, commit_seconds, _sites(batch), kinds, outcomes)
        for listener in self.listeners:
            listener(report)

    def _carry_out_all(self, batch: Batch, tickets: list[Ticket]) -> None:
        receipts = _known_receipts(batch.session, tickets)
        fresh: list[dict[str, Any]] = []
        for ticket in tickets:
            key = (ticket.actor.site_id, ticket.command_id)
            known = receipts.get(key)
            if known is not None and not _may_follow(known, ticket):
                ticket.outcome = _outcome_again(known, ticket)
                continue
            ticket.outcome = self._carry_out(batch, ticket)
            if known is not None:
                _forget(batch.session, known, fresh)
            receipts[key] = _receipt(ticket, ticket.outcome)
            fresh.append(receipts[key])
        batch.finish()
        if fresh:
            # Outside every savepoint: a refusal by rule has a receipt.
            batch.session.connection().execute(sa.insert(RECEIPTS), fresh)

    def _carry_out(self, batch: Batch, ticket: Ticket) -> Outcome:
        work = Work(batch, ticket)
        handler = self._handlers[ticket.command.kind_name]
        connection = batch.session.connection()
        connection.exec_driver_sql("SAVEPOINT command")
        try:
            values = handler(work, ticket.command)
            work.settle()
        except Refusal as refusal:
            batch.session.expunge_all()
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT command")
            connection.exec_driver_sql("RELEASE SAVEPOINT command")
            return Outcome(Status.REFUSED, refusal.values, refusal.code)
        connection.exec_driver_sql("RELEASE SAVEPOINT command")
        return Outcome(Status.RECORDED, values)


RECEIPTS = table_of(Receipt)


def _sites(batch: list[Ticket]) -> frozenset[UUID]:
    return frozenset(ticket.actor.site_id for ticket in batch)


def _result(ticket: Ticket) -> Outcome:
    if isinstance(ticket.outcome, Outcome):
        return ticket.outcome
    raise Problem(503, "not_recorded") from ticket.outcome


def _known_receipts(session: Session, tickets: list[Ticket]) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    ids = {ticket.command_id for ticket in tickets}
    sites = {ticket.actor.site_id for ticket in tickets}
    rows = session.connection().execute(
        sa.select(RECEIPTS).where(RECEIPTS.c.site_id.in_(sites), RECEIPTS.c.command_id.in_(ids))
    )
    return {(row.site_id, row.command_id): dict(row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's documented name


def _may_follow(known: dict[str, Any], ticket: Ticket) -> bool:
    """Tell whether an `ask` that was refused is now followed, once, by its `fact`."""
    return (
        known["status"] == Status.REFUSED
        and known["mode"] == "ask"
        and ticket.command.mode == "fact"
        and known["content_hash"] == ticket.content_hash
    )


def _outcome_again(known: dict[str, Any], ticket: Ticket) -> Outcome:
    if known["content_hash"] != ticket.content_hash:
        return Outcome(Status.CONFLICT, {}, "command_reused")
    if known["status"] == Status.REFUSED:
        return Outcome(Status.REFUSED, known["answer"], known["code"])
    return Outcome(Status.REPEATED, known["answer"])


def _receipt(ticket: Ticket, outcome: Outcome) -> dict[str, Any]:
    return {
        "site_id": ticket.actor.site_id,
        "command_id": ticket.command_id,
        "content_hash": ticket.content_hash,
        "account_id": ticket.command.account_id or ticket.actor.account_id,
        "kind": ticket.command.kind_name,
        "mode": ticket.command.mode,
        "status": outcome.status.value,
        "code": outcome.code,
        "answer": outcome.values,
        "received_at": ticket.received_at,
    }


def _forget(session: Session, known: dict[str, Any], fresh: list[dict[str, Any]]) -> None:
    if known in fresh:
        fresh.remove(known)
        return
    session.connection().execute(
        sa.delete(RECEIPTS).where(
            RECEIPTS.c.site_id == known["site_id"], RECEIPTS.c.command_id == known["command_id"]
        )
    )
