"""What a logbook's file holds, whatever its format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db import Book
from app.reports.commands import ExportLogbook
from app.reports.queries import Coverage, Named, logbook, named
from app.reports.rules import COLUMNS, Cell, Column, Extent, LogbookRow, Words, cell, chosen, grouped
from app.sites.models import Site
from app.web.texts import Texts, format_date, format_datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """How the lines are put to paper; what is left empty stays blank for the clerical office's pen."""

    language: str = "vi"
    number: str = ""
    """The document's number, such as 05/VP."""
    dated: date | None = None
    capacity: str = ""
    """TL., KT. or TUQ. in a state office, T/L or K/T in a party's."""
    behalf: str = ""
    """Whose place the signer takes, such as CHỦ TỊCH."""
    title: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Logbook:
    """Lines of a book and what they are called; `rows` is read once, and `extent` knows afterwards what went by."""

    site: Site
    command: ExportLogbook
    coverage: Coverage
    rows: Iterator[LogbookRow]
    t: Words
    paper: Paper = field(default_factory=Paper)
    narrowed: tuple[str, ...] = ()
    """The names of gate, unit, kind, state and decision where lines were left out."""
    extent: Extent = field(default_factory=lambda: Extent({}))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The chosen columns."""
        return tuple(COLUMNS[name] for name in chosen(self.command.columns))

    def watched(self) -> Iterator[LogbookRow]:
        """Return the lines, counted as they pass."""
        return self.extent.watch(self.rows)

    def heads(self) -> list[str]:
        """Return the columns' headings."""
        return [self.t(f"manager.export.column.{column.name}") for column in self.columns]

    def cells(self, row: LogbookRow) -> list[Cell]:
        """Return a line's cells."""
        return [cell(row, column.name, self.t) for column in self.columns]

    def period(self) -> str:
        """Return the range of days in words."""
        first, last = (format_date(day, self.site.zone) for day in (self.command.first, self.command.last))
        if first == last:
            return self.t("manager.export.day", day=first)
        return self.t("manager.export.period", first=first, last=last)

    def taken(self) -> str:
        """Return when the lines were taken out of the book."""
        return format_datetime(self.coverage.at, self.site.zone)

    def taken_local(self) -> datetime:
        """Return when the lines were taken, in the site's zone and without it."""
        return self.coverage.at.astimezone(ZoneInfo(self.site.zone)).replace(tzinfo=None)

    def chain(self) -> str:
        """Return the chain's head: the sequence and the digest of the entry that journals this export."""
        digest = grouped(self.coverage.digest)
        return self.t("manager.export.chain", sequence=self.coverage.sequence, digest=digest)


def open_logbook(book: Book, site_id: UUID, command: ExportLogbook, answer: Mapping[str, Any], paper: Paper) -> Logbook:
    """Return the logbook that an export covers, its lines still unread.

    `answer` is what the clerk answered to the command.
    """
    t, coverage = Texts.for_language(paper.language), Coverage.of(answer)
    with book.reading() as session:
        known = named(session, site_id)
    rows = logbook(book, site_id, command, coverage)
    return Logbook(known.site, command, coverage, rows, t, paper, tuple(_narrowed(known, command, t)))


def _narrowed(known: Named, command: ExportLogbook, t: Words) -> Iterator[str]:
    """Yield the names of what the lines are narrowed to."""
    if command.gate_id:
        yield known.name(command.gate_id)
    if command.unit_id:
        yield known.name(command.unit_id)
    if command.visit_kind:
        yield t(f"rules.kind.{command.visit_kind}")
    if command.state:
        yield t(f"common.state.{command.state}")
    if command.decision:
        yield t(f"common.decision.{command.decision}")
    if command.overdue:
        yield t("common.state.overdue")
    if command.attention:
        yield t("manager.export.attention")
