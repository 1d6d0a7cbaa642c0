"""Exports are acts: the entry stands before the file leaves."""

from typing import Any

import sqlalchemy as sa

from app.clerk import Clerk, Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.reports.commands import ExportLogbook
from app.reports.rules import LONGEST_RANGE
from app.visits.repository import DAY_COUNTS


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("export_logbook", export_logbook)


def export_logbook(work: Work, command: ExportLogbook) -> dict[str, Any]:
    """Journal an export with its filters and the last number of each of its days, which bound what it holds.

    Answers `sequence` and `digest` (hexadecimal), the chain's head with this very entry, which the file carries.
    """
    lock_head(work)
    if command.last < command.first:
        raise Refusal("range_backwards")
    if (command.last - command.first).days >= LONGEST_RANGE:
        raise Refusal("range_too_long", days=LONGEST_RANGE + 1)
    covers = _last_numbers(work, command)
    payload = {
        "format": command.format,
        "from": command.first.isoformat(),
        "to": command.last.isoformat(),
        "filters": command.filters().address(),
        "columns": list(command.columns),
        "covers": covers,
    }
    sequence = record(work, "LogbookExported", ("logbook", work.site_id), payload)
    return {
        "sequence": sequence,
        "digest": lock_head(work).digest.hex(),
        "at": work.received_at.isoformat(),
        "covers": covers,
    }


def _last_numbers(work: Work, command: ExportLogbook) -> dict[str, int]:
    written = work.connection.execute(
        sa.select(DAY_COUNTS.c.day, DAY_COUNTS.c.last).where(
            DAY_COUNTS.c.site_id == work.site_id, DAY_COUNTS.c.day.between(command.first, command.last)
        )
    )
    last = {row.day: row.last for row in written}
    # Numbers given earlier in this batch are written at its end.
    for (site_id, day), number in work.recall_all("day").items():
        if site_id == work.site_id and command.first <= day <= command.last:
            last[day] = number
    return {day.isoformat(): last[day] for day in sorted(last)}
