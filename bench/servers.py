"""The servers that are compared, each under the same Uvicorn.

A bare ASGI app, one commit per request, Gatebook, and Gatebook with a clerk that writes nothing.
"""

import sys
from pathlib import Path
from typing import Any

import uvicorn

from app.clerk import Actor, Clerk, Command, Outcome, Status, Ticket
from app.clock import Clock
from app.db import Book
from app.main import make_app, settle_memory
from app.settings import Settings
from bench.office import KEYS


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Read the body and answer: what Uvicorn and the machine can do at all."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})


class OneByOne(Clerk):
    """The same work with one session and one commit per request: what a route with a session of its own does."""

    def _take(self) -> list[Ticket]:
        with self._wake:
            while not self._waiting:
                if not self._open:
                    return []
                self._wake.wait()
            return [self._waiting.popleft()]


class WritesNothing(Clerk):
    """Answers at once and writes nothing: what all around the clerk costs."""

    async def submit_async(self, commands: list[tuple[Any, Command, Actor]]) -> list[Any]:
        """Hash the contents, as the clerk does, and answer as if recorded."""
        for _, command, _ in commands:
            command.content_hash()
        values: dict[str, Any] = {
            "visit_id": "01a21070-f051-7834-9533-d1d68a7c67ad", "state": "on_site", "number": 1, "decision": "admit",
            "reasons": [], "rest_until": None, "badge_number": "014", "sequence": 1,
        }  # fmt: skip
        return [Outcome(Status.RECORDED, values) for _ in commands]


def serve(kind: str, port: int, place: str) -> None:
    """Serve one of the compared programs, on a file or a PostgreSQL address, until it is ended."""
    if kind == "bare":
        app: Any = bare
    else:
        classes: dict[str, type[Clerk]] = {"one-by-one": OneByOne, "gatebook": Clerk, "no-writes": WritesNothing}
        book = Book(keys=KEYS, url=place) if place.startswith("postgresql") else Book(keys=KEYS, path=Path(place))
        app = make_app(book, Clock(), Settings(), clerk_class=classes[kind])
    settle_memory()
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])
