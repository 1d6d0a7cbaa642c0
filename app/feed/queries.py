"""One reader of the journal per process, and those who listen to it.

A listener holds no database session. It is woken by what it may see of each new entry; after a gap it asks the
journal from its cursor, so nothing is missing and nothing is doubled.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import structlog
from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool

from app.clerk import BatchReport
from app.db import Book
from app.journal import queries as journal
from app.journal.queries import StoryLine

log = structlog.get_logger()

CHANNEL = "gatebook"
POLL_SECONDS = 1.0
WAITING_LIMIT = 1000


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who listens to one site; a slow one is dropped and comes back with its cursor."""

    site_id: UUID
    queue: "asyncio.Queue[StoryLine | None]" = field(default_factory=lambda: asyncio.Queue(WAITING_LIMIT))


class Reader:
    """Reads new entries once and hands them to all who listen."""

    def __init__(self, book: Book) -> None:
        """Make a reader that is idle until `start()`."""
        self.book = book
        self.listeners: set[Listener] = set()
        self._cursors: dict[UUID, int] = {}
        self._wake = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        """The event loop that it reads in, once started."""
        self._reading: asyncio.Task[None] | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._open = False

    async def start(self) -> None:
        """Begin to read, in the running event loop."""
        self.loop = asyncio.get_running_loop()
        self._open = True
        self._reading = asyncio.create_task(self._run())
        if not self.book.embedded:
            self._hearing = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """End every feed, then the reading."""
        self._open = False
        for listener in list(self.listeners):
            self._drop(listener)
        if self._hearing is not None:
            self._hearing.cancel()
        # The reading is not cancelled but awaited: a cancelled one would leave its thread with a session of the book.
        self._wake.set()
        await asyncio.gather(*filter(None, (self._reading, self._hearing)), return_exceptions=True)

    def heard(self, _report: BatchReport) -> None:
        """Be woken by this process's clerk, from its thread."""
        if self.loop is not None and self._open:
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._wake.set)

    @contextlib.asynccontextmanager
    async def listening(self, site_id: UUID) -> AsyncGenerator[Listener]:
        """Listen to a site from now on."""
        listener = Listener(site_id)
        self._cursors.setdefault(site_id, await run_in_threadpool(self._head, site_id))
        self.listeners.add(listener)
        if not self._open:
            self._drop(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)

    async def entries(self, site_id: UUID, after: int | None) -> AsyncIterator[StoryLine]:
        """Give the site's entries after a sequence (from now on where it is None), and then each as it comes."""
        async with self.listening(site_id) as listener:
            last = self._cursors[site_id] if after is None else after
            async for line in self._missed(site_id, last):
                last = line.sequence
                yield line
            while (line := await listener.queue.get()) is not None:
                if line.sequence > last:
                    last = line.sequence
                    yield line

    async def _missed(self, site_id: UUID, after: int) -> AsyncIterator[StoryLine]:
        while lines := await run_in_threadpool(self._read, site_id, after):
            for line in lines:
                yield line
            after = lines[-1].sequence

    async def _run(self) -> None:
        while self._open:
            with contextlib.suppress(TimeoutError):
                # Another process may write to the same book (the shell, on SQLite): look once a second as well.
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()
            try:
                await self._hand_out()
            except Exception:
                log.exception("feed_failed")

    async def _hand_out(self) -> None:
        for site_id in {listener.site_id for listener in self.listeners}:
            async for line in self._missed(site_id, self._cursors[site_id]):
                self._cursors[site_id] = line.sequence
                for listener in [found for found in self.listeners if found.site_id == site_id]:
                    if listener.queue.full():
                        self._drop(listener)
                    else:
                        listener.queue.put_nowait(line)
        for site_id in self._cursors.keys() - {listener.site_id for listener in self.listeners}:
            del self._cursors[site_id]

    def _drop(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        while not listener.queue.empty():
            listener.queue.get_nowait()
        listener.queue.put_nowait(None)

    def _head(self, site_id: UUID) -> int:
        with self.book.reading() as session:
            return journal.head(session, site_id).sequence

    def _read(self, site_id: UUID, after: int) -> list[StoryLine]:
        with self.book.reading() as session:
            return journal.after(session, site_id, after)

    async def _listen(self) -> None:
        """Be woken by the clerks of other processes, on PostgreSQL."""
        address = self.book.writer.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while self._open:
            try:
                async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")  # pyright: ignore[reportArgumentType] - a constant
                    # In turns, since a cancellation that comes with a notification is lost in Python 3.11's wait_for.
                    while self._open:
                        async for _notice in connection.notifies(timeout=POLL_SECONDS):
                            self._wake.set()
            except psycopg.OperationalError:
                log.warning("feed_listen_lost")
                await asyncio.sleep(POLL_SECONDS)


def notify(connection: Connection, sites: frozenset[UUID]) -> None:
    """Tell other processes, once per batch and with the commit, that a site's journal went on."""
    if connection.dialect.name == "postgresql":
        for site_id in sites:
            connection.exec_driver_sql(f"SELECT pg_notify('{CHANNEL}', %s)", (str(site_id),))
