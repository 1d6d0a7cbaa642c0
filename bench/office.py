"""The office that is measured: its book in a folder, a guard on a tablet, and commands to send."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.accounts.commands import OpenSession
from app.accounts.repository import new_token, token_hash
from app.accounts.security import SESSION_COOKIE
from app.clock import Clock
from app.db import Book, Keys, migrate
from app.kit.ids import new_id
from app.main import make_clerk
from tests.office import Office, make_office

KEYS = Keys(bytes(range(32)))
ANSWERS: dict[str, Any] = {
    "fever": False, "cough": False, "breath": False, "throat": False, "tired": False, "vomit": False,
    "diarrhoea": False, "bleeding": False, "rash": False, "places": [], "contact": False, "truthful": True,
}  # fmt: skip


def new_book(folder: Path) -> Path:
    """Make a migrated book with an office and a guard's open session; return the file."""
    path = folder / "book.db"
    book = Book(keys=KEYS, path=path)
    migrate(book)
    clerk = make_clerk(book, Clock())
    clerk.start()
    office = make_office(book, clerk, Clock())  # pyright: ignore[reportArgumentType] - never moved here
    token = open_session(office)
    clerk.stop()
    book.close()
    (folder / "office.json").write_text(json.dumps({"token": token, "unit": str(next(iter(office.units.values())))}))
    return path


def open_session(office: Office) -> str:
    """Log the guard in on the tablet and return the cookie's token."""
    token = new_token()
    command = OpenSession(token_hash=token_hash(token).hex(), expires_at=office.clock.now() + timedelta(hours=12))
    office.clerk.submit(new_id(), command, office.actors["guard"])
    return token


def check_in(number: int, unit_id: str) -> dict[str, Any]:
    """Return a walk-in's check-in as the tablet sends it: a person, answers, a reading, tiles."""
    now = Clock().now().isoformat()
    return {
        "kind": "check_in",
        "visit_kind": "visitor",
        "person": {
            "name": f"Trần Thị Hoa {number}", "birth_year": 1984, "phone": f"09{number % 100_000_000:08d}",
            "identity_type": "cccd", "identity_number": f"008184{number % 1_000_000:06d}",
            "organisation": "Điện lực tỉnh",
        },
        "unit_id": unit_id,
        "purpose": "hồ sơ đấu thầu",
        "answers": ANSWERS,
        "readings": [{"tenths": 365, "at": now}],
        "mask": True,
        "sanitiser": True,
        "badge_number": f"B{number}",
        "decision": "admit",
        "device_time": now,
    }  # fmt: skip


def requests(count: int, connections: int, folder: Path, first: int = 0) -> list[list[str]]:
    """Return PUT requests of check-ins, dealt out to connections."""
    known = json.loads((folder / "office.json").read_text())
    dealt: list[list[str]] = [[] for _ in range(connections)]
    for number in range(first, first + count):
        body = json.dumps(check_in(number, known["unit"]))
        dealt[number % connections].append(request("PUT", f"/api/v1/commands/{new_id()}", body, known["token"]))
    return dealt


def batches(count: int, size: int, folder: Path, first: int = 0) -> list[list[str]]:
    """Return POST requests of `size` check-ins each, on one connection."""
    known = json.loads((folder / "office.json").read_text())
    sent: list[str] = []
    for start in range(first, first + count, size):
        commands = [
            {"id": str(new_id()), "command": check_in(number, known["unit"])} for number in range(start, start + size)
        ]
        sent.append(request("POST", "/api/v1/commands", json.dumps({"commands": commands}), known["token"]))
    return [sent]


def request(method: str, path: str, body: str, token: str) -> str:
    """Return a request as it goes over the wire."""
    length = len(body.encode())
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"
        f"Cookie: {SESSION_COOKIE}={token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
