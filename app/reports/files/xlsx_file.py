"""The logbook as a workbook: real dates and numbers, text that is always text, in bounded memory.

The writer keeps one line at a time and writes text inline. A cell becomes a formula only by its `formula_columns`,
which are never used here.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from rustpy_xlsxwriter import Format, write_worksheets  # pyright: ignore[reportUnknownVariableType]

from app.reports.files.content import Logbook
from app.reports.rules import Cell, plain_text
from app.web.texts import format_date

LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
WIDTHS = {
    "day": 11.0,
    "number": 6.0,
    "arrived": 16.0,
    "left": 16.0,
    "name": 26.0,
    "identity": 15.0,
    "organisation": 28.0,
    "address": 28.0,
    "plate": 13.0,
    "host": 30.0,
    "purpose": 30.0,
    "guard": 22.0,
    "note": 32.0,
}
USUAL_WIDTH = 13.0
MOMENT = "dd/mm/yyyy hh:mm"
FORMS = {"day": "dd/mm/yyyy", "arrived": MOMENT, "left": MOMENT, "number": "0", "temperature": "0.0"}
WRAPPED = frozenset({"name", "organisation", "address", "host", "purpose", "note"})


def write_xlsx(logbook: Logbook, stream: BinaryIO) -> None:
    """Write the workbook: the lines on one sheet, sums by day and the chain's head on another."""
    lines, about = logbook.t("manager.export.sheet_lines"), logbook.t("manager.export.sheet_about")
    names = ["day", *(column.name for column in logbook.columns)]
    heads = [logbook.t(f"manager.export.column.{name}") for name in names]
    head = (
        Format()
        .set_bold()
        .set_text_wrap()
        .set_align("center")
        .set_background_color("#E9E6DD")
        .set_border_bottom("thin")
    )
    landscape = {"landscape": True, "paper_size": 9, "fit_to_pages": (1, 0), "repeat_rows": 0, "footer": "&C&P/&N"}
    write_worksheets(
        [(lines, _lines(logbook, heads)), (about, _about(logbook))],
        stream,
        freeze_panes={lines: {"row": 1, "col": 0}},
        autofilter={lines: True},
        column_widths={
            lines: dict(zip(heads, (WIDTHS.get(name, USUAL_WIDTH) for name in names), strict=True)),
            about: [34.0, 18.0, 18.0, 30.0],
        },
        column_formats={lines: dict(zip(heads, map(_form, names), strict=True))},
        header_format={lines: head, about: head},
        page_setup={lines: landscape},
    )


def _form(name: str) -> Format:
    form = Format().set_align("top")
    if name in WRAPPED:
        form = form.set_text_wrap()
    return form.set_num_format(FORMS[name]) if name in FORMS else form


def _lines(logbook: Logbook, heads: list[str]) -> Iterator[dict[str, Any]]:
    empty = True
    for row in logbook.watched():
        empty = False
        yield dict(zip(heads, [row.day, *(_written(value, logbook) for value in logbook.cells(row))], strict=True))
    if empty:
        # The head is written with the first line: a book without lines has an empty one.
        yield dict.fromkeys(heads)


def _written(value: Cell, logbook: Logbook) -> Cell:
    if isinstance(value, bool):
        return logbook.t("common.yes" if value else "common.no")
    if not isinstance(value, str):
        return value
    text = plain_text(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _about(logbook: Logbook) -> Iterator[dict[str, Any]]:
    """Yield the second sheet, read when the lines have all been written and counted."""
    t = logbook.t
    heads = [
        t("manager.export.sheet_about"),
        *(t(f"manager.export.sum.{name}") for name in ("arrivals", "departures", "inside")),
    ]
    facts = [
        logbook.site.name,
        " · ".join((logbook.period(), *logbook.narrowed)),
        t("manager.export.taken", at=logbook.taken()),
        logbook.chain(),
    ]
    for fact in facts:
        yield dict(zip(heads, (plain_text(fact), None, None, None), strict=True))
    for day, total in logbook.extent.totals.items():
        sums = (format_date(day, logbook.site.zone), total.arrivals, total.departures, total.inside)
        yield dict(zip(heads, sums, strict=True))
