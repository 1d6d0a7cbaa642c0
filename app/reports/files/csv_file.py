"""The logbook as CSV: UTF-8 with a mark that Excel reads it by, and no cell that could be a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from app.reports.files.content import Logbook
from app.reports.rules import Cell, no_formula

MARK = "\ufeff"
CHUNK = 200


def csv_parts(logbook: Logbook) -> Iterator[bytes]:
    """Yield the file in parts: a head, the lines, and at last the chain's head in a line of its own."""
    yield _encoded([[logbook.t("manager.export.column.day"), *logbook.heads()]], MARK)
    waiting: list[list[Cell]] = []
    for row in logbook.watched():
        waiting.append([row.day, *(_in_words(value, logbook) for value in logbook.cells(row))])
        if len(waiting) == CHUNK:
            yield _encoded(waiting)
            waiting = []
    yield _encoded([*waiting, [logbook.chain()]])


def _in_words(value: Cell, logbook: Logbook) -> Cell:
    return logbook.t("common.yes" if value else "common.no") if isinstance(value, bool) else value


def _encoded(lines: Iterable[Iterable[Cell]], mark: str = "") -> bytes:
    text = io.StringIO(mark)
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_written(value) for value in line] for line in lines)
    return text.getvalue().encode()


def _written(value: Cell) -> str:
    # ISO dates and a decimal point: any Excel either reads them rightly or leaves them as text, whereas 05/11/2026
    # and 36,5 become another day and 365 on a machine that is set to English.
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.1f}"
    return no_formula(value) if isinstance(value, str) else "" if value is None else str(value)
