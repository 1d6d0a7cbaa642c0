"""Reading the logbook for an export: in keyset chunks, never in one long transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.accounts.models import Account
from app.db import Book, table_of
from app.declarations.models import Pass
from app.journal.queries import story
from app.kit.zones import local_day
from app.reports.commands import ExportLogbook
from app.reports.rules import LogbookRow
from app.sites.models import Gate, Site, Unit
from app.visits.models import Visit
from app.visits.queries import Standpoint, standpoint
from app.visits.queries.filters import conditions

CHUNK = 500
VISITS = table_of(Visit)
NAMES_OF = (Gate, Unit, Account)
# Only what a logbook may hold: no phone and no identity number is even read.
READ = (
    "id", "day", "number", "state", "kind", "occurred_at", "admitted_at", "left_at", "name", "birth_year",
    "birth_date", "identity_masked", "organisation", "address", "unit_id", "host_name", "purpose", "plate",
    "people_count", "badge_number", "badge_missing", "temperature", "not_measured", "mask", "sanitiser",
    "gate_in_id", "gate_out_id", "account_id", "note", "paper_sheet", "paper_line",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an export covers: the chain's head with its own entry, when, and each day's last number."""

    sequence: int
    digest: bytes
    at: datetime
    last_numbers: Mapping[date, int]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Coverage":
        """Read it from the answer to an ExportLogbook."""
        covers = {date.fromisoformat(day): last for day, last in values["covers"].items()}
        return cls(values["sequence"], bytes.fromhex(values["digest"]), datetime.fromisoformat(values["at"]), covers)


@dataclass(frozen=True, slots=True)
class Named:
    """What gates, units and accounts are called, retired ones too."""

    site: Site
    names: Mapping[UUID, str]

    def name(self, row_id: UUID | None) -> str:
        """Return a name, or nothing for None."""
        return self.names.get(row_id, "") if row_id else ""


def named(session: Session, site_id: UUID) -> Named:
    """Return the site and the names that its lines point at."""
    names: dict[UUID, str] = {}
    for model in NAMES_OF:
        table = table_of(model)
        found = session.execute(sa.select(table.c.id, table.c.name).where(table.c.site_id == site_id))
        names |= {row.id: row.name for row in found}
    return Named(session.scalars(sa.select(Site).where(col(Site.id) == site_id)).one(), names)


def logbook(book: Book, site_id: UUID, command: ExportLogbook, coverage: Coverage) -> Iterator[LogbookRow]:
    """Yield the lines that the export covers, by day and number; memory stays bounded whatever their count."""
    with book.reading() as session:
        known = named(session, site_id)
        here = standpoint(session, site_id, coverage.at)
        reported = earlier_last_numbers(session, known.site, command, coverage)
    after: tuple[date, int] | None = None
    while True:
        with book.reading() as session:
            found = session.execute(_lines(here, command, after).limit(CHUNK)).all()
        for line in found:
            if line.number <= coverage.last_numbers.get(line.day, 0):
                yield _row(line, known, late=line.number > reported.get(line.day, line.number))
        if len(found) < CHUNK:
            return
        after = (found[-1].day, found[-1].number)


def first_lines(
    session: Session, known: Named, command: ExportLogbook, now: datetime, count: int
) -> tuple[list[LogbookRow], int]:
    """Return the first lines that an export would hold now, and how many there are in all."""
    query = _lines(standpoint(session, known.site.id, now), command, None)
    rows = [_row(line, known, late=False) for line in session.execute(query.limit(count))]
    return rows, session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def earlier_last_numbers(session: Session, site: Site, command: ExportLogbook, coverage: Coverage) -> dict[date, int]:
    """Return, by day, the last number that was in the first export made once that day was over.

    A later number arrived after it and is marked so. Exports that left other lines out than this one don't count.
    """
    reported: dict[date, int] = {}
    for entry in story(session, site.id, ("logbook", site.id)):
        export = entry.payload
        if (
            entry.sequence >= coverage.sequence
            or export is None
            or export["filters"] not in ({}, command.filters().address())
        ):
            continue
        today = local_day(entry.received_at, site.zone)
        first, last = date.fromisoformat(export["from"]), min(date.fromisoformat(export["to"]), command.last)
        for day in _days(max(first, command.first), last):
            if day < today:
                reported.setdefault(day, export["covers"].get(day.isoformat(), 0))
    return reported


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))


def _lines(here: Standpoint, command: ExportLogbook, after: tuple[date, int] | None) -> sa.Select[Any]:
    line = VISITS.c
    joined = sa.and_(col(Pass.site_id) == line.site_id, col(Pass.id) == line.pass_id)
    query = sa.select(*(line[name] for name in READ)).select_from(VISITS).outerjoin(table_of(Pass), joined)
    query = query.where(
        line.site_id == here.site_id,
        line.day.between(command.first, command.last),
        line.number.is_not(None),
        *conditions(here, command.filters()),
    )
    if after is not None:
        day, number = after
        query = query.where(line.day >= day, sa.or_(line.day > day, line.number > number))
    return query.order_by(line.day, line.number)


def _row(line: sa.Row[Any], known: Named, *, late: bool) -> LogbookRow:
    zone = ZoneInfo(known.site.zone)

    def local(moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(zone).replace(tzinfo=None)

    return LogbookRow(
        day=line.day,
        number=line.number,
        state=line.state,
        kind=line.kind,
        arrived=(line.admitted_at or line.occurred_at).astimezone(zone).replace(tzinfo=None),
        left=local(line.left_at),
        entered=line.admitted_at is not None,
        name=line.name,
        birth_year=line.birth_year or (line.birth_date and line.birth_date.year),
        identity=line.identity_masked or "",
        organisation=line.organisation,
        address=line.address,
        unit=known.name(line.unit_id),
        host=line.host_name,
        purpose=line.purpose,
        plate=line.plate,
        people=line.people_count or 1,
        badge=line.badge_number or "",
        badge_missing=line.badge_missing,
        temperature=line.temperature,
        not_measured=line.not_measured,
        mask=line.mask,
        sanitiser=line.sanitiser,
        gate_in=known.name(line.gate_in_id),
        gate_out=known.name(line.gate_out_id),
        guard=known.name(line.account_id),
        note=line.note,
        paper_sheet=line.paper_sheet or "",
        paper_line=line.paper_line,
        late=late,
    )
