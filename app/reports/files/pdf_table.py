"""The table on paper: widths that fit the page, cells that wrap, a heading and a sum for each day."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice, zip_longest
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape

from babel.dates import format_date
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import ActionFlowable, BaseDocTemplate, Flowable, LongTable, Paragraph, Table

from app.reports.files.content import Logbook
from app.reports.files.letterhead import CENTRE, LEADING, SERIF, Alignment, said, style
from app.reports.rules import Cell, LogbookRow, Total, plain_text

PAGE = landscape(A4)
# The decree's least margins, so that the columns have room: top, right, bottom, left.
TOP, RIGHT, BOTTOM, LEFT = 20 * mm, 15 * mm, 20 * mm, 30 * mm
WIDTH = PAGE[0] - LEFT - RIGHT
PADDING = 2.5
LINES_AT_ONCE = 12
"""About a page: what is left of a table that is split is laid out again."""
LONGEST_CELL = 18
"""Lines of text in one row; a longer text goes on in the next."""
CENTRED = frozenset(
    {"number", "arrived", "left", "birth_year", "identity", "plate", "badge", "temperature", "mask", "sanitiser"}
)
ALIGNMENTS: tuple[Alignment, ...] = (LEADING, CENTRE)
GRID: list[Any] = [
    ("GRID", (0, 0), (-1, -1), 0.5, "black"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
]


class DayDocument(BaseDocTemplate):
    """A document that remembers which day is being written when a page ends."""

    open_day: str | None = None


class DayTable(LongTable):
    """Some lines of one day."""

    day = ""

    def onSplit(self, T: Table, byRow: int = 1) -> None:  # noqa: N802, N803 - ReportLab's names
        """Let both parts know their day."""
        super().onSplit(T, byRow)
        if isinstance(T, DayTable):
            T.day = self.day


class DayEnd(ActionFlowable):
    """Where a day's lines end: the next page continues none."""

    def apply(self, doc: BaseDocTemplate) -> None:
        """Tell the document."""
        if isinstance(doc, DayDocument):
            doc.open_day = None


class Form:
    """The columns as they are drawn: widths, sizes and cells."""

    def __init__(self, logbook: Logbook) -> None:
        self.logbook = logbook
        least = sum(column.width for column in logbook.columns) * mm
        self.shrink = min(1.0, WIDTH / least)
        shares = sum(column.share for column in logbook.columns) or 1.0
        spare = max(0.0, WIDTH - least)
        self.widths = [column.width * mm * self.shrink + spare * column.share / shares for column in logbook.columns]
        self.size = max(6.0, 9 * self.shrink)
        self.aligned: list[Alignment] = [CENTRE if column.name in CENTRED else LEADING for column in logbook.columns]
        self.styles = {align: style(self.size, align) for align in ALIGNMENTS}
        self.font: list[Any] = [
            ("FONT", (0, 0), (-1, -1), f"{SERIF}-Regular", self.size, self.size * 1.2),
            *(
                ("ALIGN", (at, 0), (at, -1), "CENTER")
                for at, column in enumerate(logbook.columns)
                if column.name in CENTRED
            ),
        ]

    def head(self) -> Table:
        """Return the table's head, with the columns numbered as in the paper book."""
        heads = [said(text, self.size, weight="Bold") for text in self.logbook.heads()]
        numbers = [said(f"({at})", self.size - 1.5) for at in range(1, len(heads) + 1)]
        return Table([heads, numbers], self.widths, style=GRID)

    def day(self, day: date, rows: Iterator[LogbookRow], total: Total) -> Iterator[Flowable]:
        """Yield a day: its heading with the first lines, the lines, and its sum with the last ones."""
        pattern = self.logbook.t("manager.export.day_pattern")
        named = format_date(day, pattern, locale=self.logbook.paper.language)
        ahead = list(islice(rows, LINES_AT_ONCE))
        first = True
        while ahead:
            lines, ahead = ahead, list(islice(rows, LINES_AT_ONCE))
            yield self._table(named, lines, head=first, total=None if ahead else total)
            first = False
        yield DayEnd()

    def nothing(self) -> Table:
        """Return the one row of a book without lines."""
        return self._across([[said(self.logbook.t("manager.export.no_lines"), 11, weight="Italic")]], [])

    def _table(self, named: str, lines: list[LogbookRow], *, head: bool, total: Total | None) -> DayTable:
        rows: list[list[Any]] = [drawn for row in lines for drawn in self._drawn(row)]
        form = [*GRID, *self.font]
        if head:
            rows.insert(0, self._wide(named, "Bold"))
            form += [("SPAN", (0, 0), (-1, 0)), ("NOSPLIT", (0, 0), (-1, 1))]
        if total is not None:
            counts = {"arrivals": total.arrivals, "departures": total.departures, "inside": total.inside}
            rows.append(self._wide(self.logbook.t("manager.export.sum", **counts), "BoldItalic"))
            form += [("SPAN", (0, -1), (-1, -1)), ("NOSPLIT", (0, -2), (-1, -1))]
        table = DayTable(rows, self.widths, style=form)
        table.day = named
        return table

    def _across(self, rows: list[list[Any]], form: list[Any]) -> Table:
        return Table(rows, [WIDTH], style=[*GRID, *form])

    def _wide(self, text: str, weight: str) -> list[Any]:
        return [said(text, self.size + 0.5, LEADING, weight), *([""] * (len(self.widths) - 1))]

    def _drawn(self, row: LogbookRow) -> Iterator[list[Any]]:
        """Yield a line as one row or, where a text would not fit on a page, as several."""
        texts = [self._pieces(self._written(value, row), at) for at, value in enumerate(self.logbook.cells(row))]
        # The note says that the line is struck through, so it stands.
        struck = row.voided
        for part in zip_longest(*texts, fillvalue=""):
            *cells, note = part
            yield [
                *(self._cell(text, at, struck=struck) for at, text in enumerate(cells)),
                self._cell(note, len(cells), struck=False),
            ]

    def _pieces(self, text: str, at: int) -> list[str]:
        # Even a text of the widest letters then stays within so many lines.
        longest = max(4, int(self.widths[at] / self.size)) * LONGEST_CELL
        return wrap(text, longest) if len(text) > longest else [text]

    def _written(self, value: Cell, row: LogbookRow) -> str:
        if isinstance(value, datetime):
            return f"{value:%H:%M}" if value.date() == row.day else f"{value:%H:%M %d/%m}"
        if isinstance(value, bool):
            return "x" if value else self.logbook.t("common.no").lower()
        if isinstance(value, float):
            return f"{value:.1f}".replace(".", ",")
        return plain_text(value).replace("\n", "; ") if isinstance(value, str) else "" if value is None else str(value)

    def _cell(self, text: str, at: int, *, struck: bool) -> str | Paragraph:
        # Plain text costs a fifth of a paragraph; only what needs more than one line, or a line through it, is one.
        fits = stringWidth(text, f"{SERIF}-Regular", self.size) <= self.widths[at] - 2 * PADDING
        if not text or (fits and not struck):
            return text
        marked = escape(text)
        return Paragraph(f"<strike>{marked}</strike>" if struck else marked, self.styles[self.aligned[at]])
