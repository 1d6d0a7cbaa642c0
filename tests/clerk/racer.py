"""A process of its own that writes to a book which others write to: `python -m tests.clerk.racer` with a JSON order."""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from app.clerk import Actor, Status
from app.clock import SetClock
from app.db import Book
from app.declarations.schemas import Person
from app.kit.ids import new_id
from app.main import make_clerk
from app.visits.commands import CheckIn
from tests.conftest import KEYS
from tests.office import MORNING, Office


def order(book: Book, offices: list[Office], count: int) -> str:
    """Return the order for one racer: where the book is, who acts, how often at each of the offices."""
    actors = [office.actors["guard"] for office in offices]
    return json.dumps(
        {
            "path": str(book.path) if book.path else None,
            "url": None if book.embedded else book.writer.url.render_as_string(hide_password=False),
            "actors": [[str(a.site_id), str(a.account_id), str(a.device_id), str(a.gate_id)] for a in actors],
            "count": count,
        }
    )


def race(told: dict[str, Any]) -> int:
    """Let deliveries come at every office in turn, all at once; return how many were recorded."""
    book = Book(keys=KEYS, path=Path(told["path"]) if told["path"] else None, url=told["url"])
    clerk = make_clerk(book, SetClock(MORNING))
    clerk.start()
    actors = [
        Actor(UUID(site), UUID(account), "Nguyễn Văn Đức", "guard", UUID(device), UUID(gate))
        for site, account, device, gate in told["actors"]
    ]
    delivery = CheckIn(visit_kind="delivery", person=Person(organisation="Bưu điện tỉnh"), decision="admit")
    waits = [clerk.begin(new_id(), delivery, actor) for _ in range(told["count"]) for actor in actors]
    recorded = sum(wait(60).status is Status.RECORDED for wait in waits)
    clerk.stop()
    book.close()
    return recorded


if __name__ == "__main__":
    print(race(json.loads(sys.stdin.read())))  # noqa: T201 - the answer to whoever started it
