"""The clerk at work: the queue, the batches, and the answers."""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.clerk.commands import Actor, Caller, Command, Outcome, Status, Ticket
from app.clerk.receipts import RECEIPTS, forget, known_receipts, may_follow, outcome_again, receipt
from app.clerk.work import Batch, Work
from app.clock import Clock
from app.db import Book
from app.errors import NotFound, Problem, Refusal

log = structlog.get_logger()

BATCH_LIMIT = 128
PATIENCE = 5
"""In how many requests a command may fail before those after it pass it."""
MOST_FAILURES = 1000
UNHOLDABLE = (DataError, IntegrityError, OverflowError, UnicodeError)
"""What a value does that no column, no constraint or no date takes."""

Handler = Callable[[Work, Any], dict[str, Any]]
"""Carries a command out; returns the values of its answer (JSON) or raises Refusal."""


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
        self._failures: dict[UUID, int] = {}
        """In how many requests a command failed, of those that failed last."""

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

    @property
    def running(self) -> bool:
        """Whether commands are being taken and carried out."""
        return self._open and self._thread is not None and self._thread.is_alive()

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

    def begin(self, command_id: UUID, command: Command, actor: Actor) -> Callable[[float], Outcome]:
        """Hand a command over and return what waits for its outcome, at most for a number of seconds."""
        outcomes = self.begin_all([(command_id, command, actor)])
        return lambda timeout: outcomes(timeout)[0]

    def begin_all(self, commands: list[tuple[UUID, Command, Actor]]) -> Callable[[float], list[Outcome]]:
        """Hand commands over that are carried out in this order, and return what waits for their outcomes."""
        done = threading.Event()
        caller = Caller(done.set, left=len(commands))
        tickets = [self._ticket(command_id, command, actor, caller) for command_id, command, actor in commands]
        self._enqueue(tickets)

        def outcomes(timeout: float) -> list[Outcome]:
            if not done.wait(timeout):
                raise Problem(503, "busy")
            return [_result(ticket) for ticket in tickets]

        return outcomes

    def submit(self, command_id: UUID, command: Command, actor: Actor, timeout: float = 30) -> Outcome:
        """Hand a command over and wait for its outcome; for threads, never for the event loop."""
        return self.begin(command_id, command, actor)(timeout)

    async def submit_async(self, commands: list[tuple[UUID, Command, Actor]]) -> list[Outcome | Problem]:
        """Hand commands over and wait for all their outcomes without holding a thread.

        They are carried out in this order: after one that fails the rest is left undone (`not_recorded`). A caller that
        goes away does not cancel its commands.
        """
        finished = asyncio.Event()
        caller = Caller(finished.set, asyncio.get_running_loop(), len(commands))
        tickets = [self._ticket(command_id, command, actor, caller) for command_id, command, actor in commands]
        self._enqueue(tickets)
        await finished.wait()
        return [
            ticket.outcome if isinstance(ticket.outcome, Outcome) else Problem(503, "not_recorded")
            for ticket in tickets
        ]

    def _ticket(self, command_id: UUID, command: Command, actor: Actor, caller: Caller) -> Ticket:
        return Ticket(command_id, command, actor, self.clock.now(), command.content_hash(), caller)

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

    def _settle(self, batch: list[Ticket], *, again: bool = True) -> None:
        try:
            self._write([ticket for ticket in batch if not ticket.caller.held_up])
        except Exception as error:
            # One of several may be to blame, or another process that was quicker: alone, once more.
            if len(batch) > 1 or (again and isinstance(error, IntegrityError)):
                for ticket in batch:
                    # What it came to was rolled back, and it may be left undone now.
                    ticket.outcome = None
                    self._settle([ticket], again=len(batch) > 1)
                return
            log.exception("command_failed", kind=batch[0].command.kind_name, command_id=str(batch[0].command_id))
            # What the book cannot hold it cannot hold tomorrow either: a device would send it for ever.
            odd = isinstance(error, UNHOLDABLE)
            batch[0].outcome = Outcome(Status.REFUSED, {}, "input_odd") if odd else error
            if not odd:
                self._hold_up(batch[0])
            self._report(batch, time.perf_counter(), 0.0)
        _answer([ticket.caller for ticket in batch])

    def _hold_up(self, failed: Ticket) -> None:
        """Leave undone what the same caller wants done after a command that failed.

        What comes later may build on it: an undo that is carried out first finds nothing to undo, and what it should
        have undone stands. So a device keeps both and sends them again in their order. A command that fails whenever it
        is tried must not hold up a device for ever: after PATIENCE requests the rest passes it.
        """
        failures = self._failures.pop(failed.command_id, 0) + 1
        self._failures[failed.command_id] = failures
        if len(self._failures) > MOST_FAILURES:
            del self._failures[next(iter(self._failures))]
        failed.caller.held_up = failures < PATIENCE

    def _write(self, batch: list[Ticket]) -> None:
        if not batch:
            return
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
        receipts = known_receipts(batch.connection, tickets)
        fresh: list[dict[str, Any]] = []
        for ticket in tickets:
            key = (ticket.actor.site_id, ticket.command_id)
            known = receipts.get(key)
            if known is not None and not may_follow(known, ticket):
                ticket.outcome = outcome_again(known, ticket)
                continue
            ticket.outcome = self._carry_out(batch, ticket)
            if known is not None:
                forget(batch.connection, known, fresh)
            receipts[key] = receipt(ticket, ticket.outcome)
            fresh.append(receipts[key])
        batch.finish()
        if fresh:
            # Outside every savepoint: a refusal by rule has a receipt.
            batch.write((RECEIPTS, row) for row in fresh)

    def _carry_out(self, batch: Batch, ticket: Ticket) -> Outcome:
        work = Work(batch, ticket)
        handler = self._handlers[ticket.command.kind_name]
        batch.driver("SAVEPOINT command")
        try:
            values = handler(work, ticket.command)
            work.settle()
        except (Refusal, NotFound) as refusal:
            work.forget()
            batch.driver("ROLLBACK TO SAVEPOINT command")
            batch.driver("RELEASE SAVEPOINT command")
            return Outcome(Status.REFUSED, refusal.values, refusal.code)
        batch.driver("RELEASE SAVEPOINT command")
        return Outcome(Status.RECORDED, values)


def _answer(callers: list[Caller]) -> None:
    """Tell each caller whose last command is done; an event loop is woken once for all of its callers."""
    loops: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for caller in callers:
        caller.left -= 1
        if caller.left == 0 and caller.loop is None:
            caller.tell()
        elif caller.left == 0 and caller.loop is not None:
            loops.setdefault(caller.loop, []).append(caller.tell)
    for loop, told in loops.items():
        # A loop that has ended has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_all, told)


def _tell_all(told: list[Callable[[], None]]) -> None:
    for tell in told:
        tell()


def _sites(batch: list[Ticket]) -> frozenset[UUID]:
    return frozenset(ticket.actor.site_id for ticket in batch)


def _result(ticket: Ticket) -> Outcome:
    if isinstance(ticket.outcome, Outcome):
        return ticket.outcome
    raise Problem(503, "not_recorded") from ticket.outcome
