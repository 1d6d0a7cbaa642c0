"""Exports are acts: the entry stands before the file leaves."""

from typing import Any

import sqlalchemy as sa

from app.clerk import Clerk, Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.reports.commands import ExportLogbook
from app.reports.rules import LONGEST_RANGE
from app.visits.repository import VISIT_NUMBERS


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
        "filters": command.narrowing(),
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
    number = VISIT_NUMBERS.c
    given = work.session.connection().execute(
        sa.select(number.day, sa.func.max(number.number))
        .where(number.site_id == work.site_id, number.day.between(command.first, command.last))
        .group_by(number.day)
        .order_by(number.day)
    )
    last = dict(row.tuple() for row in given)
    # Numbers given earlier in this batch wait to be written.
    for (site_id, day), given_last in work.recall_all("day").items():
        if site_id == work.site_id and command.first <= day <= command.last:
            last[day] = given_last
    return {day.isoformat(): number for day, number in sorted(last.items())}
