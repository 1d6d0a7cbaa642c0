"""The logbook as lines and columns: what each cell says, what a day adds up to, and which text is no formula."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeAlias

Cell: TypeAlias = str | int | float | bool | date | datetime | None
"""What stands in a cell; times are those of the site's zone and carry no zone."""

LONGEST_RANGE = 366
"""Days of one export: a year."""


class Words(Protocol):
    """The texts of one language, called by key."""

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key`."""
        ...


@dataclass(frozen=True, slots=True)
class LogbookRow:
    """A line of the book. Times are local to the site; the temperature is in tenths of a degree Celsius."""

    day: date
    number: int
    state: str
    kind: str
    arrived: datetime
    left: datetime | None
    name: str
    entered: bool = True
    """Whether the person was let in; a refused line has a number too."""
    birth_year: int | None = None
    identity: str = ""
    """Masked."""
    organisation: str = ""
    address: str = ""
    unit: str = ""
    host: str = ""
    purpose: str = ""
    plate: str = ""
    people: int = 1
    badge: str = ""
    badge_missing: bool = False
    temperature: int | None = None
    not_measured: str | None = None
    mask: bool | None = None
    sanitiser: bool | None = None
    gate_in: str = ""
    gate_out: str = ""
    guard: str = ""
    note: str = ""
    paper_sheet: str = ""
    paper_line: int | None = None
    late: bool = False
    """Entered after an earlier export of its day."""

    @property
    def voided(self) -> bool:
        """Whether the line is struck through."""
        return self.state == "voided"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the logbook: its name, its least width on paper in millimetres, and its share of what is left."""

    name: str
    width: float
    share: float = 0.0


COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column("number", 9),
        Column("arrived", 11),
        Column("left", 11),
        Column("name", 27, 4),
        Column("birth_year", 10.5),
        Column("identity", 21),
        Column("organisation", 22, 5),
        Column("address", 22, 5),
        Column("plate", 20.5),
        Column("host", 24, 4),
        Column("purpose", 24, 5),
        Column("badge", 10),
        Column("temperature", 13),
        Column("mask", 11.5),
        Column("sanitiser", 12),
        Column("kind", 17, 1),
        Column("gate", 14, 1),
        Column("state", 17, 1),
        Column("guard", 24, 2),
        Column("signature", 18),
        Column("note", 19, 4),
    )
}
"""Every column that can be chosen, in the order of the paper book."""

USUAL_COLUMNS = (
    "number", "arrived", "left", "name", "birth_year", "identity", "organisation", "plate", "host", "purpose",
    "badge", "temperature", "mask", "sanitiser", "note",
)  # fmt: skip

FIXED_COLUMNS = ("number", "note")


def chosen(names: Iterable[str]) -> tuple[str, ...]:
    """Return the chosen columns in the book's order; none chosen means the usual ones.

    The line's number and the note are never left out: the note says what is struck through, late or from paper.
    """
    wanted = {name for name in names if name in COLUMNS}
    if not wanted:
        return USUAL_COLUMNS
    return tuple(name for name in COLUMNS if name in wanted or name in FIXED_COLUMNS)


def cell(row: LogbookRow, column: str, t: Words) -> Cell:
    """Return what a line says in a column."""
    special = _SPECIAL.get(column)
    return special(row, t) if special else getattr(row, column)


def _host(row: LogbookRow, _t: Words) -> str:
    return ", ".join(part for part in (row.unit, row.host) if part)


def _temperature(row: LogbookRow, t: Words) -> Cell:
    if row.temperature is not None:
        return row.temperature / 10
    return t(f"rules.not_measured.{row.not_measured}") if row.not_measured else None


def _gate(row: LogbookRow, _t: Words) -> str:
    return row.gate_in if row.gate_out in ("", row.gate_in) else f"{row.gate_in} → {row.gate_out}"


def _note(row: LogbookRow, t: Words) -> str:
    parts = [t(f"common.state.{row.state}")] if row.state in ("voided", "refused", "referred") else []
    if row.state == "left" and not row.entered:
        parts.append(t("manager.export.not_entered"))
    if row.paper_sheet:
        parts.append(t("manager.export.from_paper", sheet=row.paper_sheet, line=row.paper_line or ""))
    if row.late:
        parts.append(t("manager.export.late"))
    if row.people > 1:
        parts.append(t("manager.export.people", count=row.people))
    if row.badge_missing:
        parts.append(t("manager.export.badge_missing"))
    return "; ".join([*parts, *([row.note] if row.note else [])])


_SPECIAL: Mapping[str, Callable[[LogbookRow, Words], Cell]] = {
    "host": _host,
    "temperature": _temperature,
    "gate": _gate,
    "note": _note,
    "kind": lambda row, t: t(f"rules.kind.{row.kind}"),
    "state": lambda row, t: t(f"common.state.{row.state}"),
    "signature": lambda _row, _t: None,
}


@dataclass(slots=True)
class Total:
    """What lines add up to, as the day log counts: how many came in, how many of them left or are inside still."""

    lines: int = 0
    arrivals: int = 0
    departures: int = 0
    inside: int = 0

    def add(self, row: LogbookRow) -> None:
        """Count a line; one that is struck through or was not let in has only its number."""
        self.lines += 1
        if row.voided or not row.entered:
            return
        self.arrivals += 1
        if row.left is None:
            self.inside += 1
        else:
            self.departures += 1


@dataclass(slots=True)
class Extent:
    """From which to which line an export reaches, and its totals by day; grows while the lines are written."""

    totals: dict[date, Total]
    first: tuple[date, int] | None = None
    last: tuple[date, int] | None = None

    def watch(self, rows: Iterable[LogbookRow]) -> Iterator[LogbookRow]:
        """Pass the lines on and count them."""
        for row in rows:
            self.totals.setdefault(row.day, Total()).add(row)
            self.first = self.first or (row.day, row.number)
            self.last = (row.day, row.number)
            yield row

    @property
    def lines(self) -> int:
        """How many lines went by."""
        return sum(total.lines for total in self.totals.values())


def grouped(digest: bytes) -> str:
    """Return a digest in hexadecimal groups of four, as people compare it."""
    return " ".join(digest.hex()[at : at + 4] for at in range(0, len(digest) * 2, 4))


_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Beside the signs themselves their full-width, small and raised forms, which some spreadsheets fold into them.
_SIGNS = "=+\\-@＝＋－＠﹢﹣﹦﹫⁺⁼₊₌−"
# A formula begins a cell; a semicolon, a tab or a line's end begins one where the reader's separator is another.
_BEGINS = re.compile(f"(^|[;\t\r\n])(?=[^\\w;\t\r\n]*[{_SIGNS}])")
_BLANK_FIRST = re.compile(r"^[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def plain_text(text: str) -> str:
    """Return text as files can hold it: NFC, without control characters and lone surrogates."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text))


def no_formula(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, an apostrophe before what could begin one.

    More is held back than `= + - @` at the start: blank and unseen characters before them, their full-width and
    other forms, and each place where another separator would begin a cell.
    """
    plain = _BEGINS.sub(r"\1'", plain_text(text))
    return "'" + plain if _BLANK_FIRST.match(plain) else plain
