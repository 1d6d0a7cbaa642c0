"""Discrepancies without a line, as rows: kept, found, closed content opened."""

import json
import secrets
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.clerk import Ending, Work
from app.clerk.work import Kept, Row
from app.db import Closing, table_of
from app.visits.models import Discrepancy

DISCREPANCIES = table_of(Discrepancy)
COLUMNS = tuple(Discrepancy.model_fields)


def find(work: Work, discrepancy_id: UUID) -> Discrepancy | None:
    """Return a discrepancy to act on, as the commands of this batch have left it so far."""
    return next(iter(_among(work, DISCREPANCIES.c.id == discrepancy_id, lambda row: row.id == discrepancy_id)), None)


def of_command(work: Work, command_id: UUID) -> Discrepancy | None:
    """Return what a command left behind."""
    of_it = DISCREPANCIES.c.command_id == command_id
    return next(iter(_among(work, of_it, lambda row: row.command_id == command_id)), None)


def open_departures(work: Work, badge_number: str) -> list[Discrepancy]:
    """Return departures with a badge whose visits are not known yet."""
    open_ones = sa.and_(DISCREPANCIES.c.resolved_at.is_(None), DISCREPANCIES.c.badge_number == badge_number)
    return _among(
        work,
        sa.and_(open_ones, DISCREPANCIES.c.kind == "departure"),
        lambda row: row.kind == "departure" and row.resolved_at is None and row.badge_number == badge_number,
    )


def matched_by_itself(work: Work, visit_id: UUID) -> Discrepancy | None:
    """Return the departure by which the book itself ended a visit."""
    of_it = sa.and_(DISCREPANCIES.c.visit_id == visit_id, DISCREPANCIES.c.automatic)
    return next(iter(_among(work, of_it, lambda row: row.visit_id == visit_id and row.automatic)), None)


def _among(work: Work, condition: sa.ColumnElement[bool], fits: Callable[[Discrepancy], bool]) -> list[Discrepancy]:
    query = sa.select(*(DISCREPANCIES.c[name] for name in COLUMNS)).where(
        DISCREPANCIES.c.site_id == work.site_id, condition
    )
    rows = {row["id"]: dict(row) for row in work.connection.execute(query).mappings()}
    rows |= {key: columns for key, (columns, _) in work.recall_all("discrepancy").items()}
    found = [Discrepancy(**columns) for columns in rows.values() if columns["site_id"] == work.site_id]
    return [row for row in found if fits(row)]


def keep(work: Work, row: Discrepancy, *, is_new: bool = False) -> None:
    """Keep a discrepancy as a command left it; it is written when the batch ends, after the visits."""
    kept = work.recall("discrepancy", row.id)
    columns = {name: getattr(row, name) for name in COLUMNS}
    work.remember("discrepancy", row.id, (columns, is_new if kept is None else kept[1]))
    work.at_end("discrepancy", Ending(rows=_new, after=_change))


def _new(kept: Kept) -> list[Row]:
    return [(DISCREPANCIES, columns) for columns, is_new in kept.values() if is_new]


def _change(connection: Connection, kept: Kept) -> None:
    changed = [
        columns | {"of_site": columns["site_id"], "of": columns["id"]}
        for columns, is_new in kept.values()
        if not is_new
    ]
    if changed:
        connection.execute(_CHANGE, changed)


_CHANGE = (
    sa.update(DISCREPANCIES)
    .where(DISCREPANCIES.c.site_id == sa.bindparam("of_site"), DISCREPANCIES.c.id == sa.bindparam("of"))
    .values({name: sa.bindparam(name) for name in COLUMNS if name not in ("site_id", "id")})
)


def close_content(work: Work, discrepancy_id: UUID, content: dict[str, Any]) -> bytes:
    """Return a command's fields, closed."""
    # ASCII, so that a lone surrogate in what a tablet sent loses nobody a line.
    text = json.dumps(content, sort_keys=True)
    return work.book.closing.close(text, _place(work.site_id, discrepancy_id), secrets.token_bytes(12))


def open_content(closing: Closing, row: Discrepancy) -> dict[str, Any]:
    """Return a command's fields, opened: shown to nobody before that is journalled."""
    return cast("dict[str, Any]", json.loads(closing.open(row.content_closed, _place(row.site_id, row.id))))


def _place(site_id: UUID, discrepancy_id: UUID) -> str:
    return f"discrepancy.content:{site_id}:{discrepancy_id}"
