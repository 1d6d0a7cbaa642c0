"""A TCP proxy of ours before a real server, which does to its connections what a bad network does.

It reads no byte of what it passes on, so TLS goes through untouched. What it does know is whose turn it is: bytes from
the client after bytes from the server begin a new turn. A turn of a certain size is a request that carries commands;
its reply is lost by passing all of it on, swallowing what the server says, and cutting once the server has fallen
silent again: by then it has committed.
"""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, Self

Way = Literal["pass", "refuse", "swallow"]

HANDSHAKE = 0x16
"""The first byte of a TLS connection."""
SILENCE_SECONDS = 0.15
CHUNK = 65536


@dataclass
class Trouble:
    """What happens to requests of at least ``least`` bytes: their replies lost, or they are cut in their midst.

    Of those the chance says how many; ``replies`` and ``requests`` are how many are still to be lost and to be cut.
    """

    replies: int = 0
    requests: int = 0
    chance: float = 1.0
    least: int = 1
    seed: int = 0
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def choose(self) -> Literal["lose", "cut"] | None:
        """Say what befalls the next request."""
        if self.random.random() >= self.chance:
            return None
        if self.requests > 0:
            self.requests -= 1
            return "cut"
        if self.replies > 0:
            self.replies -= 1
            return "lose"
        return None


class Proxy:
    """Listens on a port of loopback and passes on to another; a context that ends all of it."""

    def __init__(self, target: int) -> None:
        """Be in front of this port of loopback; ``target`` may be changed while it runs."""
        self.target = target
        self.port = 0
        self.latency = 0.0
        self.trouble = Trouble()
        self.lost = 0
        self.cut = 0
        self.connections = 0
        self._way: Way = "pass"
        self._lines: set[Line] = set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def go(self, way: Way) -> None:
        """Pass on; refuse connections; or take them and answer nothing. What is open is cut, or falls silent."""
        self._run(self._go(way))

    def cut_all(self) -> None:
        """Cut every connection at once."""
        self._run(self._cut_all())

    @property
    def way(self) -> Way:
        """What happens to connections now."""
        return self._way

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _go(self, way: Way) -> None:
        before, self._way = self._way, way
        # After a silence nobody goes on in the middle of a sentence.
        if way == "refuse" or (way == "pass" and before == "swallow"):
            await self._cut_all()
        if way == "refuse":
            await self._deafen()
        elif self._server is None:
            await self._listen()

    async def _deafen(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut_all(self) -> None:
        for line in list(self._lines):
            line.cut()

    async def _close(self) -> None:
        await self._deafen()
        # One that was just accepted becomes a line first.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await self._cut_all()
            await asyncio.wait(others, timeout=0.02)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        line = Line(self, reader, writer)
        self._lines.add(line)
        try:
            await line.carry()
        finally:
            line.cut()
            self._lines.discard(line)


class Line:
    """One connection, and the one that it is passed on to."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a client's connection."""
        self.proxy, self.client_reader, self.client = proxy, reader, writer
        self.server: asyncio.StreamWriter | None = None
        self.turn, self.size, self.first = 0, 0, 0
        self.fate: Literal["lose", "cut"] | None = None
        self.chosen = self.answering = False
        self.swallowed = 0

    def cut(self) -> None:
        """End both sides, without a word."""
        for side in (self.client, self.server):
            if side is not None:
                side.transport.abort()

    async def carry(self) -> None:
        """Pass on both ways until one side ends."""
        with suppress(OSError):
            server_reader, self.server = await asyncio.open_connection("127.0.0.1", self.proxy.target)
            ways = [asyncio.ensure_future(self._to_server()), asyncio.ensure_future(self._to_client(server_reader))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _to_server(self) -> None:
        while chunk := await self.client_reader.read(CHUNK):
            self._count(chunk)
            self._choose()
            await self._pass(self.server, chunk[: len(chunk) // 2] if self.fate == "cut" else chunk)
            if self.fate == "cut":
                self.proxy.cut += 1
                return

    async def _to_client(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                patience = SILENCE_SECONDS if self.swallowed else None
                chunk = await asyncio.wait_for(reader.read(CHUNK), patience)
            except TimeoutError:
                self.proxy.lost += 1
                return
            if not chunk:
                return
            self.answering = True
            if self.fate == "lose":
                self.swallowed += len(chunk)
            else:
                await self._pass(self.client, chunk)

    async def _pass(self, to: asyncio.StreamWriter | None, chunk: bytes) -> None:
        if self.proxy.way == "swallow" or to is None:
            return
        if self.proxy.latency:
            await asyncio.sleep(self.proxy.latency)
        to.write(chunk)
        await to.drain()

    def _count(self, chunk: bytes) -> None:
        if self.turn == 0:
            self.first = chunk[0]
        if self.turn == 0 or self.answering:
            self.turn, self.size = self.turn + 1, 0
            self.chosen = self.answering = False
        self.size += len(chunk)

    def _choose(self) -> None:
        """Decide over a request as soon as it is known to be large enough, and only once."""
        greeted = self.turn > 1 or self.first != HANDSHAKE
        trouble = self.proxy.trouble
        if greeted and not self.chosen and self.size >= trouble.least:
            self.chosen = True
            self.fate = trouble.choose()
