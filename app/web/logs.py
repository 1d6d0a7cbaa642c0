"""Logs: JSON or for a console, and no personal data: an address loses its query and a pass its token."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, cast

import structlog

CHATTY = ("alembic", "uvicorn.error")
"""Who tells at length what the program says itself."""
SECRETS = re.compile(r"/(p|setup)/[^/?\s]+")
"""A pass's address, and the one-time link by which an office is set up."""


def masked(address: str) -> str:
    """Return an address as it may be logged."""
    return SECRETS.sub(r"/\1/…", address.partition("?")[0])


def frames(error: BaseException | None) -> str:
    """Return where an error came from, and of which kinds it and its causes are.

    Never what they say, nor local variables: a database's and a validator's words quote people's names and numbers.
    """
    parts: list[str] = []
    while error is not None:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        parts.append("".join(traceback.format_tb(error.__traceback__)) + kind)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\ncaused by\n".join(parts)


def _tell_error(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    told: Any = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    error: object = cast("tuple[object, ...]", told)[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["exception"] = frames(error)
    return event


def _mask_access(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    arguments = event.pop("positional_args", None)
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name == "uvicorn.access" and arguments:
        client, method, address, _version, status = arguments
        event["event"] = "request"
        event.update(client=str(client).rpartition(":")[0], method=method, address=masked(str(address)), status=status)
    return event


def configure(form: str, level: str) -> None:
    """Send what the program and its libraries log to standard error, as `json` or for a `console`."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _mask_access,
        _tell_error,
    ]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            pass_foreign_args=True,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING) if level != "debug" else logging.DEBUG)
    # Where a line cannot be written it is lost: Python would print its arguments.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=False,
    )
