"""Two processes write to one book: nothing is lost, doubled, skipped or locked for ever."""

import asyncio
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from app.db import Book
from app.feed.queries import Reader
from app.journal.queries import after, head, verify_site
from app.visits.models import Visit
from tests.apart import run
from tests.clerk.racer import order
from tests.office import Office

RACERS, EACH = 2, 40
PATIENCE = 120


def start(book: Book, offices: list[Office]) -> "list[subprocess.Popen[str]]":
    """Start the racers, each with the offices in another order."""
    orders = [order(book, offices, EACH), order(book, offices[::-1], EACH)]
    racers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.clerk.racer"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )
        for _ in range(RACERS)
    ]  # fmt: skip
    for racer, told in zip(racers, orders, strict=True):
        assert racer.stdin is not None
        racer.stdin.write(told)
        racer.stdin.close()
        racer.stdin = None
    return racers


def recorded(racers: "list[subprocess.Popen[str]]") -> list[int]:
    return [int(racer.communicate(timeout=PATIENCE)[0]) for racer in racers]


def test_sequences_and_numbers_have_no_gap_and_nobody_waits_for_ever(
    book: Book, office: Office, other_office: Office
) -> None:
    offices = [office, other_office]
    assert recorded(start(book, offices)) == [2 * EACH, 2 * EACH]
    for raced in offices:
        with book.reading() as session:
            verdict = verify_site(session, raced.site_id)
            numbers = session.scalars(sa.select(col(Visit.number)).where(col(Visit.site_id) == raced.site_id)).all()
            end = head(session, raced.site_id)
        assert (verdict.holds, verdict.entries) == (True, end.sequence)
        assert sorted(number or 0 for number in numbers) == list(range(1, RACERS * EACH + 1))


async def follow(reader: Reader, office: Office, cursor: int, until: int) -> list[int]:
    """Return the sequences that a listener hears after its cursor, up to one."""
    heard: list[int] = []
    async for line in reader.entries(office.site_id, cursor):
        heard.append(line.sequence)
        if line.sequence >= until:
            return heard
    return heard


async def listen(book: Book, office: Office, before: int, last: int) -> list[list[int]]:
    reader = Reader(book)
    await reader.start()
    listeners = [asyncio.create_task(follow(reader, office, before, last)) for _ in range(3)]
    racers = start(book, [office])
    heard = await asyncio.wait_for(asyncio.gather(*listeners), PATIENCE)
    assert await asyncio.to_thread(recorded, racers) == [EACH, EACH]
    await reader.stop()
    return heard


def test_a_feed_hears_what_both_write_once_and_in_order(book: Book, office: Office) -> None:
    with book.reading() as session:
        before = head(session, office.site_id).sequence
    last = before + RACERS * EACH
    for heard in run(listen(book, office, before, last)):
        assert heard == list(range(before + 1, last + 1))
    with book.reading() as session:
        assert after(session, office.site_id, last) == []
