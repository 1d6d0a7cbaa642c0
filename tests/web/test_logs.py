"""What is logged says what happened and to nobody whom it happened to."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from app.declarations.schemas import Person
from app.web import logs

NAME = "Nguyễn Thị Thảo"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Give what is logged, as JSON, and put logging back as it was."""
    root, stream = logging.getLogger(), io.StringIO()
    kept, level, raises = root.handlers, root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in logs.CHATTY}
    monkeypatch.setattr("sys.stderr", stream)
    # A server without an access log, in a test before this one, has taken it off.
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "propagate", True)
    logs.configure("json", "info")
    yield stream
    root.handlers, logging.raiseExceptions = kept, raises
    root.setLevel(level)
    for name, known in levels.items():
        logging.getLogger(name).setLevel(known)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/p/oWq3-secret", "/p/…"),
        ("/p/oWq3-secret/leave", "/p/…/leave"),
        ("/p/oWq3-secret?ten=Hoa", "/p/…"),
        ("/setup/one-time?x=1", "/setup/…"),
        ("/log?q=0912345678", "/log"),
        ("/visits/01a21084", "/visits/01a21084"),
    ],
)
def test_an_address_loses_its_query_and_its_secret(address: str, expected: str) -> None:
    assert logs.masked(address) == expected


def test_a_request_is_logged_by_client_method_address_and_status(written: io.StringIO) -> None:
    arguments = ("203.0.113.7:55104", "GET", "/p/oWq3-secret?ten=Hoa", "1.1", 200)
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', *arguments)
    [line] = lines(written)
    assert {name: line[name] for name in ("event", "client", "method", "address", "status")} == {
        "event": "request", "client": "203.0.113.7", "method": "GET", "address": "/p/…", "status": 200,
    }  # fmt: skip


def test_a_failure_tells_where_and_which_kind_and_not_what_it_quotes(written: io.StringIO) -> None:
    try:
        try:
            Person(name=NAME * 20)
        except ValidationError as error:
            raise RuntimeError(f"cannot write {NAME}") from error
    except RuntimeError:
        structlog.get_logger().exception("command_failed", kind="check_in")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    told = written.getvalue()
    assert "Thảo" not in json.dumps(lines(written), ensure_ascii=False)
    assert "builtins.RuntimeError" in told
    assert "ValidationError" in told
    assert "test_logs.py" in told


def test_a_line_that_cannot_be_written_is_lost_and_not_printed(written: io.StringIO) -> None:
    logging.getLogger("odd").info("%d people", NAME)
    assert "Thảo" not in written.getvalue()
