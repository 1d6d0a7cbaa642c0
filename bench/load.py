"""A load of keep-alive connections from a process of its own, so that the server has the other core."""

import asyncio
import json
import sys
import time
from dataclasses import dataclass

import httptools


@dataclass
class Answered:
    """Answers of one run: how many were 2xx, how many were not, each one's seconds, and the whole run's."""

    good: int
    bad: int
    seconds: list[float]
    elapsed: float

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return self.good / self.elapsed

    def percentile(self, share: float) -> float:
        """Return a percentile of the answers' times, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class _Connection(asyncio.Protocol):
    """One connection that sends its requests one after the other, each when the last was answered whole."""

    def __init__(self, requests: list[bytes], done: asyncio.Future[None]) -> None:
        self.requests = requests
        self.done = done
        self.next = 0
        self.seconds: list[float] = []
        self.good = 0
        self.bad = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._send()

    def _send(self) -> None:
        if self.next == len(self.requests):
            self.transport.close()
            self.done.set_result(None)
            return
        self.parser = httptools.HttpResponseParser(self)
        self.started = time.perf_counter()
        self.transport.write(self.requests[self.next])  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        self.next += 1

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.seconds.append(time.perf_counter() - self.started)
        if self.parser.get_status_code() < 300:  # noqa: PLR2004 - HTTP's success
            self.good += 1
        else:
            self.bad += 1
        asyncio.get_running_loop().call_soon(self._send)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))


async def fire(port: int, per_connection: list[list[bytes]]) -> Answered:
    """Send each connection's requests and return what came back."""
    loop = asyncio.get_running_loop()
    protocols: list[_Connection] = []
    started = time.perf_counter()
    for requests in per_connection:
        _, protocol = await loop.create_connection(
            lambda requests=requests: _Connection(requests, loop.create_future()), "127.0.0.1", port
        )
        protocols.append(protocol)
    await asyncio.gather(*(protocol.done for protocol in protocols))
    elapsed = time.perf_counter() - started
    return Answered(
        sum(protocol.good for protocol in protocols),
        sum(protocol.bad for protocol in protocols),
        [second for protocol in protocols for second in protocol.seconds],
        elapsed,
    )


def main() -> None:
    """Read {"port", "requests": [[request, …], …]} from standard input, fire, and print the answers as JSON."""
    plan = json.load(sys.stdin)
    requests = [[request.encode() for request in connection] for connection in plan["requests"]]
    answered = asyncio.run(fire(plan["port"], requests))
    json.dump(vars(answered), sys.stdout)


if __name__ == "__main__":
    main()
