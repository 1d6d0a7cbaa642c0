"""A logbook without a book: lines as an export reads them, for tests of the files alone."""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from pypdf import PdfReader

from app.kit.ids import new_id
from app.reports.commands import ExportLogbook, Format
from app.reports.files import Logbook, Paper, write_logbook
from app.reports.queries import Coverage
from app.reports.rules import LogbookRow
from app.sites.models import Site
from app.web.texts import Texts

DAY = date(2026, 11, 23)
DIGEST = bytes(range(32))


def line(number: int = 1, **fields: Any) -> LogbookRow:
    """Return a line of somebody who came at 07:00 plus a minute for each number, and left an hour later."""
    day = fields.pop("day", DAY)
    arrived = datetime.combine(day, time(7)) + timedelta(minutes=number)
    usual = LogbookRow(
        day, number, "left", "visitor", arrived, arrived + timedelta(hours=1), "Trần Thị Hoa", birth_year=1984,
        identity="••••••1234", organisation="Điện lực tỉnh", unit="Phòng HC-QT", host="bà Lan",
        purpose="hồ sơ đấu thầu",
        plate="22A-123.45", badge="014", temperature=365, mask=True, sanitiser=False, gate_in="Cổng A",
        gate_out="Cổng A", guard="Nguyễn Văn Đức",
    )  # fmt: skip
    return replace(usual, **fields)


def logbook(file_format: Format, rows: Iterable[LogbookRow], **fields: Any) -> Logbook:
    """Return a logbook of the rows, as the clerk's answer 1234 would bound it."""
    office = {"name": "Văn phòng UBND tỉnh", "parent_name": "UBND tỉnh Tuyên Quang", "place": "Tuyên Quang"}
    made_at = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
    site = Site(id=new_id(), created_at=made_at, **(office | fields.pop("site", {})))
    last = fields.pop("last", DAY)
    command = ExportLogbook(format=file_format, first=DAY, last=last, columns=fields.pop("columns", ()))
    paper = fields.pop("paper", Paper())
    coverage = Coverage(1234, DIGEST, made_at, {})
    return Logbook(site, command, coverage, iter(rows), Texts.for_language(paper.language), paper, **fields)


def written(made: Logbook) -> io.BytesIO:
    """Return the file."""
    stream = io.BytesIO()
    write_logbook(made, stream)
    stream.seek(0)
    return stream


def csv_lines(stream: io.BytesIO) -> list[list[str]]:
    """Return the cells of a CSV as Excel would read them."""
    return list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))


def workbook(stream: io.BytesIO) -> Workbook:
    """Open a workbook."""
    return load_workbook(stream)


def pages(stream: io.BytesIO) -> list[str]:
    """Return the text of each page of a PDF, in single spaces."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(stream).pages]
