"""The logbook as files: CSV, workbook, and paper."""

from typing import BinaryIO

from app.reports.files.content import Logbook, Paper, open_logbook
from app.reports.files.csv_file import csv_parts
from app.reports.files.pdf_file import write_pdf
from app.reports.files.xlsx_file import write_xlsx

__all__ = ["MEDIA_TYPES", "Logbook", "Paper", "csv_parts", "file_name", "open_logbook", "write_logbook"]

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def write_logbook(logbook: Logbook, stream: BinaryIO) -> None:
    """Write a logbook into `stream` in the format of its command."""
    if logbook.command.format == "csv":
        stream.writelines(csv_parts(logbook))
    elif logbook.command.format == "xlsx":
        write_xlsx(logbook, stream)
    else:
        write_pdf(logbook, stream)


def file_name(logbook: Logbook) -> str:
    """Return the name under which a file is kept, such as so-ra-vao_2026-11-01_2026-11-24.pdf."""
    command = logbook.command
    return f"so-ra-vao_{command.first:%Y-%m-%d}_{command.last:%Y-%m-%d}.{command.format}"
