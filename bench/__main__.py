"""`make bench`: every figure of one run, as ratios, flattering or not."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import office, tablet
from bench.figures import Figure
from bench.load import Answered
from bench.processes import free_port, served
from bench.rows import raw_insert_rate

RESULTS = Path(__file__).with_name("results.json")
CONNECTIONS = 32
BATCH = 50


def fire(port: int, requests: list[list[str]]) -> Answered:
    """Send requests from a process of its own."""
    plan = json.dumps({"port": port, "requests": requests})
    done = subprocess.run([sys.executable, "-m", "bench.load"], input=plan, capture_output=True, text=True, check=True)
    answered = Answered(**json.loads(done.stdout))
    if answered.bad:
        raise RuntimeError(f"{answered.bad} answers were not 2xx")
    return answered


def measure(kind: str, folder: Path, count: int) -> Answered:
    """Measure check-ins one by one at 32 connections, after a warm-up."""
    path, port = folder / f"{kind}.db", free_port()
    shutil.copy(folder / "book.db", path)
    with served([sys.executable, "-m", "bench.servers", kind, str(port), str(path)], port):
        fire(port, office.requests(CONNECTIONS * 8, CONNECTIONS, folder, first=90_000_000))
        return fire(port, office.requests(count, CONNECTIONS, folder))


def measure_batches(folder: Path, count: int) -> float:
    """Return commands per second in batches of 50."""
    path, port = folder / "batches.db", free_port()
    shutil.copy(folder / "book.db", path)
    with served([sys.executable, "-m", "bench.servers", "gatebook", str(port), str(path)], port):
        fire(port, office.batches(BATCH * 4, BATCH, folder, first=90_000_000))
        answered = fire(port, office.batches(count, BATCH, folder))
    return count / answered.elapsed


def start_and_memory(folder: Path) -> tuple[float, float]:
    """Return seconds from the command to the first answer on an existing book, and the idle memory in MB."""
    data, port = folder / "data", free_port()
    command = [str(Path(sys.executable).with_name("gatebook")), "serve"]
    environment: dict[str, str] = {
        "PATH": "/usr/bin:/bin", "GATEBOOK_DATA": str(data), "GATEBOOK_PORT": str(port), "GATEBOOK_HOST": "127.0.0.1",
    }  # fmt: skip
    with served(command, port, environment):
        fire(port, [["GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"]])
    started = time.perf_counter()
    with served(command, port, environment) as process:
        fire_directly(port)
        seconds = time.perf_counter() - started
        time.sleep(1)
        memory = process.memory_info().rss + sum(child.memory_info().rss for child in process.children(recursive=True))
    return seconds, memory / 1e6


def fire_directly(port: int) -> None:
    """Ask for one answer without the start of another process."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        if b" 200 " not in connection.recv(100):
            raise RuntimeError("the first answer was not 200")


def figures(folder: Path) -> Iterator[Figure]:
    """Measure all, and give each figure as it is known."""
    bare = measure("bare", folder, 20_000)
    yield Figure("bare ASGI POST", bare.rate, "requests/s")
    one = measure("one-by-one", folder, 1_200)
    yield Figure("one session and one commit per request", one.rate, "requests/s")
    nothing = measure("no-writes", folder, 6_000)
    yield Figure("the route with a clerk that writes nothing", nothing.rate, "requests/s")
    ours = measure("gatebook", folder, 6_000)
    yield Figure("PUT /api/v1/commands/{id}", ours.rate, "requests/s")
    yield _ratio("PUT against one commit per request", ours.rate / one.rate, 5, "one commit per request")
    yield _ratio("PUT against a clerk that writes nothing", ours.rate / nothing.rate, 0.5, "writes nothing")
    yield _ratio("PUT against bare ASGI", ours.rate / bare.rate, 0.06, "bare ASGI POST")
    p50, p99 = ours.percentile(0.5), ours.percentile(0.99)
    yield Figure("PUT p50", p50, "ms")
    yield Figure("PUT p99", p99, "ms", "PUT p50", p99 / p50, "at most 10 x", p99 <= 10 * p50)
    for name, answered in (("bare ASGI", bare), ("one commit per request", one), ("writes nothing", nothing)):
        yield Figure(f"{name} p50", answered.percentile(0.5), "ms")
        yield Figure(f"{name} p99", answered.percentile(0.99), "ms")
    raw = raw_insert_rate(folder, 5_000, BATCH)
    yield Figure("raw executemany of the same rows", raw, "commands/s")
    batches = measure_batches(folder, 5_000)
    yield Figure("POST /api/v1/commands, batches of 50", batches, "commands/s")
    yield _ratio("batches against the raw insert", batches / raw, 0.25, "raw executemany of the same rows")
    seconds, memory = start_and_memory(folder)
    yield Figure("start to first answer", seconds, "s", goal="under 2 s", holds=seconds < 2)  # noqa: PLR2004 - the goal
    yield Figure("idle memory", memory, "MB", goal="under 150 MB", holds=memory < 150)  # noqa: PLR2004 - the goal
    yield from tablet.figures(folder)


def _ratio(name: str, ratio: float, goal: float, against: str) -> Figure:
    return Figure(name, ratio, "x", against, ratio, f"at least {goal} x", ratio >= goal)


def main() -> None:
    """Measure, print the table, write bench/results.json."""
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office.new_book(folder)
        for figure in figures(folder):
            print(figure.line, flush=True)
            found.append(asdict(figure))
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
