"""`make faults`: the server is killed in the middle of a rush, again and again; what it had answered must stand.

Each round sends check-ins from several connections, ends the server with SIGKILL once enough were answered, starts it
again and sends everything once more. Every answered line must be in the book, every line once, numbers and sequences
without a gap, and the chain whole. Then a tablet lives through a shift without a network (tests/faults/shift.py). On an
encrypted file and on PostgreSQL.
"""

import http.client
import json
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.security import SESSION_COOKIE
from app.clock import Clock
from app.db import Book, migrate, table_of
from app.journal.queries import sites, verify_site
from app.kit.ids import new_id
from app.main import make_clerk
from app.visits.models import Visit
from bench.figures import Figure
from bench.office import KEYS, check_in, open_session
from bench.processes import free_port, wait_for
from tests.faults.shift import TOLERANCE, whole_shift
from tests.office import make_office
from tests.postgres import start_cluster

RESULTS = Path(__file__).with_name("results.json")
ROUNDS = 5
CONNECTIONS = 8
LINES = 400
ACTS = 1_000
SYNC_SECONDS = 60
VISITS = table_of(Visit)


@dataclass
class Tally:
    """What was sent, and what came back."""

    commands: dict[str, dict[str, Any]]
    statuses: dict[str, str] = field(default_factory=dict[str, str])
    enough: threading.Event = field(default_factory=threading.Event)


class Place:
    """Where the book lies, and how its server is started."""

    def __init__(self, name: str, argument: str) -> None:
        """Remember a path, or a PostgreSQL address."""
        self.name = name
        self.argument = argument
        self.port = free_port()

    def open(self) -> Book:
        """Open the book beside whatever serves it."""
        embedded = self.name == "SQLite"
        return Book(keys=KEYS, path=Path(self.argument)) if embedded else Book(keys=KEYS, url=self.argument)

    def start(self) -> psutil.Popen:
        """Start the server and wait until it takes connections."""
        command = [sys.executable, "-m", "bench.servers", "gatebook", str(self.port), self.argument]
        process = psutil.Popen(command)
        wait_for(self.port)
        return process


def new_office(place: Place) -> tuple[str, str]:
    """Make a book with an office; return the guard's session token and a unit."""
    book = place.open()
    migrate(book)
    clerk = make_clerk(book, Clock())
    clerk.start()
    office = make_office(book, clerk, Clock())  # pyright: ignore[reportArgumentType] - never moved here
    token, unit = open_session(office), str(next(iter(office.units.values())))
    clerk.stop()
    book.close()
    return token, unit


def send(place: Place, token: str, tally: Tally, ids: list[str], enough: int) -> None:
    """Send commands one after the other until they end or the server does."""
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
    headers = {
        "Content-Type": "application/json", "Origin": f"http://127.0.0.1:{place.port}",
        "Cookie": f"{SESSION_COOKIE}={token}",
    }  # fmt: skip
    for command_id in ids:
        try:
            connection.request("PUT", f"/api/v1/commands/{command_id}", json.dumps(tally.commands[command_id]), headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return
        tally.statuses[command_id] = str(body.get("status"))
        if len(tally.statuses) >= enough:
            tally.enough.set()


def rush(place: Place, token: str, tally: Tally, enough: int) -> list[threading.Thread]:
    """Begin to send all commands from several connections."""
    ids = list(tally.commands)
    threads = [
        threading.Thread(target=send, args=(place, token, tally, ids[start::CONNECTIONS], enough))
        for start in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    return threads


def one_round(place: Place, token: str, unit: str, number: int) -> tuple[int, float]:
    """Kill the server in a rush, send all again; return the answered lines lost, and the restart's time."""
    first = number * LINES
    tally = Tally({str(new_id()): check_in(first + line, unit) for line in range(LINES)})
    server = place.start()
    threads = rush(place, token, tally, LINES * (number + 1) // (ROUNDS + 1))
    tally.enough.wait(60)
    server.kill()
    server.wait()
    for thread in threads:
        thread.join()
    began = time.perf_counter()
    server = place.start()
    restart = time.perf_counter() - began
    again = Tally(tally.commands)
    for thread in rush(place, token, again, LINES + 1):
        thread.join()
    server.terminate()
    server.wait()
    # What had been answered was durable: sent again it is a repetition, never a first time.
    recorded = [command_id for command_id, status in tally.statuses.items() if status == "recorded"]
    return sum(again.statuses.get(command_id) != "repeated" for command_id in recorded), restart


def whole(place: Place, lines: int) -> tuple[bool, int]:
    """Tell whether the book holds each line once, numbered without a gap, with its chain whole; and how many lines."""
    book = place.open()
    with book.reading() as session:
        numbers = _numbers(session)
        held = all(verify_site(session, site_id).holds for site_id in sites(session))
    book.close()
    gapless = sorted(numbers) == list(range(1, len(numbers) + 1))
    return held and gapless and len(numbers) == lines, len(numbers)


def _numbers(session: Session) -> list[int]:
    return list(session.scalars(sa.select(VISITS.c.number).where(VISITS.c.number.is_not(None))))


def measure(place: Place) -> list[Figure]:
    """Run all rounds on one database."""
    token, unit = new_office(place)
    rounds = [one_round(place, token, unit, number) for number in range(ROUNDS)]
    holds, lines = whole(place, ROUNDS * LINES)
    lost = sum(found[0] for found in rounds)
    return [
        Figure(f"{place.name}: answered lines lost by kill -9", lost, "lines", goal="none", holds=lost == 0),
        Figure(
            f"{place.name}: lines in the book",
            lines,
            "lines",
            goal=f"{ROUNDS * LINES}, each once, chain whole",
            holds=holds,
        ),
        Figure(f"{place.name}: slowest start after a kill", max(found[1] for found in rounds), "s"),
    ]


def live_through(name: str, folder: Path, database_url: str | None = None) -> list[Figure]:
    """Have a tablet live through a shift without a network."""
    told = whole_shift(folder, ACTS, database_url)
    worst, sync = told.worst_time.total_seconds() * 1000, told.seconds_to_sync
    goals: list[tuple[str, float, str, str, bool]] = [
        ("acts of an offline shift in the book", told.recorded, "acts", f"{ACTS}, each once, in order", told.holds),
        ("time to sync them", sync, "s", f"under {SYNC_SECONDS} s", sync < SYNC_SECONDS),
        ("replies lost and requests cut meanwhile", told.lost_replies, "", "some", told.lost_replies > 0),
        ("acts answered as repeated", told.repeated, "acts", "some", told.repeated > 0),
        ("an act's time in the book is off by at most", worst, "ms", "under 2 s", told.worst_time < TOLERANCE),
    ]
    return [Figure(f"{name}: {what}", value, unit, goal=goal, holds=holds) for what, value, unit, goal, holds in goals]


def main() -> None:
    """Break, print the table, write tests/faults/results.json; exit 1 where something does not hold."""
    cluster = start_cluster(durable=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            places = [Place("SQLite", f"{folder}/book.db"), Place("PostgreSQL", cluster.create("faults"))]
            figures = [figure for place in places for figure in measure(place)]
            figures += live_through("SQLite", Path(folder, "shift"))
            figures += live_through("PostgreSQL", Path(folder, "other-shift"), cluster.create("shift"))
    finally:
        cluster.stop()
    for figure in figures:
        print(figure.line)
    RESULTS.write_text(json.dumps([asdict(figure) for figure in figures], indent=1, ensure_ascii=False) + "\n")
    sys.exit(any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    main()
