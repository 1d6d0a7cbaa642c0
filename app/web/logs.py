"""Logs: JSON or for a console, and no personal data: an address loses its query and a pass its token."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PASS = re.compile(r"/p/[^/?\s]+")


def masked(address: str) -> str:
    """Return an address as it may be logged."""
    return PASS.sub("/p/…", address.partition("?")[0])


def _mask_access(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name == "uvicorn.access" and isinstance(record.args, tuple):
        client, method, address, _version, status = record.args
        event["event"] = "request"
        event |= {"client": str(client).rpartition(":")[0], "method": method, "address": masked(str(address))}
        event["status"] = status
    return event


def configure(form: str, level: str) -> None:
    """Send what the program and its libraries log to standard error, as `json` or for a `console`."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _mask_access,
    ]
    last: list[Any] = (
        # Never with local variables: they hold people's names and numbers.
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=False,
    )
