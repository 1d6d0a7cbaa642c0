"""The feed: after any gap nothing is missing and nothing is doubled, in this process and from another."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest
from sqlmodel import Session

from app.clerk import Clerk
from app.feed import queries
from app.feed.queries import Reader
from app.journal.queries import StoryLine, head
from app.sites.commands import SaveUnit
from tests.apart import run
from tests.conftest import opened_again
from tests.office import Office

PATIENCE = 20


def act(office: Office, count: int) -> None:
    for number in range(count):
        office.do("manager", SaveUnit(name=f"Phòng số {number}"))


def end_of(office: Office) -> int:
    with office.book.reading() as session:
        return head(session, office.site_id).sequence


async def until(holds: Callable[[], bool]) -> None:
    """Let others run until something holds that tells nobody of it."""
    async with asyncio.timeout(PATIENCE):
        for _ in iter(holds, True):  # noqa: FBT003 - the value at which it ends
            await asyncio.sleep(0)


async def take(entries: AsyncIterator[StoryLine], last: int) -> list[int]:
    """Return the sequences that come until `last` does."""
    found: list[int] = []
    async with asyncio.timeout(PATIENCE):
        async for line in entries:
            found.append(line.sequence)
            if line.sequence == last:
                return found
    return found


async def heard(office: Office, reader: Reader, *, after: int | None, count: int) -> list[int]:
    """Listen, have `count` things done meanwhile, and return what was heard."""
    await reader.start()
    start = await asyncio.to_thread(end_of, office)
    listening = asyncio.create_task(take(reader.entries(office.site_id, after), start + count))
    await until(lambda: bool(reader.listeners))
    await asyncio.to_thread(act, office, count)
    found = await listening
    await reader.stop()
    return found


def test_a_listener_hears_each_entry_once_in_order(office: Office) -> None:
    reader = Reader(office.book)
    office.clerk.listeners.append(reader.heard)
    start = end_of(office)
    assert run(heard(office, reader, after=None, count=40)) == list(range(start + 1, start + 41))


def test_a_listener_that_comes_back_with_its_cursor_misses_nothing(office: Office) -> None:
    reader = Reader(office.book)
    office.clerk.listeners.append(reader.heard)
    start = end_of(office)
    assert run(heard(office, reader, after=3, count=10)) == list(range(4, start + 11))


def test_what_another_process_wrote_is_heard_too(office: Office) -> None:
    other = opened_again(office.book)
    start = end_of(office)
    # Nothing wakes this reader but the other's notification, or its own look once a second.
    assert run(heard(office, Reader(other), after=None, count=5)) == list(range(start + 1, start + 6))
    other.close()


def test_a_listener_hears_nothing_of_another_site(office: Office, other_office: Office) -> None:
    async def listen() -> list[int]:
        reader = Reader(office.book)
        office.clerk.listeners.append(reader.heard)
        await reader.start()
        start = await asyncio.to_thread(end_of, office)
        listening = asyncio.create_task(take(reader.entries(office.site_id, None), start + 1))
        await until(lambda: bool(reader.listeners))
        await asyncio.to_thread(act, other_office, 3)
        await asyncio.to_thread(act, office, 1)
        found = await listening
        await reader.stop()
        return found

    start = end_of(office)
    assert run(listen()) == [start + 1]


def test_the_end_ends_every_listener(office: Office) -> None:
    async def listen() -> list[int]:
        reader = Reader(office.book)
        await reader.start()
        listening = asyncio.create_task(take(reader.entries(office.site_id, None), -1))
        await until(lambda: bool(reader.listeners))
        await reader.stop()
        return await listening

    assert run(listen()) == []


@pytest.mark.parametrize("late", [True, False])
def test_a_slow_listener_is_dropped_and_not_the_clerk_held_up(
    office: Office, clerk: Clerk, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    monkeypatch.setattr("app.feed.queries.WAITING_LIMIT", 3)

    async def listen() -> int:
        reader = Reader(office.book)
        clerk.listeners.append(reader.heard)
        await reader.start()
        async with reader.listening(office.site_id) as listener:
            await asyncio.to_thread(act, office, 10 if late else 2)
            await until(lambda: not late or listener not in reader.listeners)
            dropped = listener not in reader.listeners
        await reader.stop()
        return int(dropped)

    assert run(listen()) == int(late)


def test_the_end_waits_for_the_session_that_is_still_read_in(
    office: Office, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, going_on = threading.Event(), threading.Event()
    after = queries.journal.after

    def slow(session: Session, site_id: UUID, sequence: int) -> list[StoryLine]:
        reading.set()
        going_on.wait(PATIENCE)
        return after(session, site_id, sequence)

    async def listen() -> bool:
        reader = Reader(office.book)
        clerk.listeners.append(reader.heard)
        await reader.start()
        async with reader.listening(office.site_id):
            monkeypatch.setattr(queries.journal, "after", slow)
            await asyncio.to_thread(act, office, 1)
            await asyncio.to_thread(reading.wait, PATIENCE)
            ending = asyncio.create_task(reader.stop())
            for _ in range(100):
                await asyncio.sleep(0)
            ended_early = ending.done()
            going_on.set()
            await ending
        return not ended_early

    assert run(listen())
