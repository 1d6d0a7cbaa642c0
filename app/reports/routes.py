"""The manager's page of exports, and the files themselves."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Any, BinaryIO, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from sqlalchemy.orm import Session

from app.accounts.security import Manager
from app.clerk import Actor
from app.kit.ids import new_id
from app.kit.zones import local_day
from app.reports import queries
from app.reports.commands import ExportLogbook, Format
from app.reports.files import MEDIA_TYPES, Logbook, csv_parts, file_name, open_logbook, write_logbook
from app.reports.rules import COLUMNS, FIXED_COLUMNS, cell, chosen
from app.reports.schemas import CAPACITIES, LogbookQuery, format_of, ranges, read_query
from app.sites import repository as sites
from app.visits.models import DECISIONS, KINDS
from app.visits.rules import NUMBERED
from app.web.state import BookSession, app_state
from app.web.templating import language_of, render
from app.web.texts import Texts
from app.web.writing import carry_out, require

router = APIRouter()
SHOWN = 8
"""Lines of the preview."""
IN_MEMORY = 16 * 1024 * 1024
PART = 64 * 1024


@router.get("/exports", response_class=HTMLResponse)
def exports_page(request: Request, actor: Manager, session: BookSession) -> Response:
    """Let the manager choose range, filters, columns and format, and show what the file would begin with."""
    known = queries.named(session, actor.site_id)
    today = local_day(app_state(request).clock.now(), known.site.zone)
    given = _given(request)
    query, errors = read_query(given, today)
    file_format = format_of(given.get("form"))
    if given.get("act") == "export" and not errors:
        return RedirectResponse(_file_address(given, file_format), 303)
    command = query.command(file_format, today)
    given = {"from": command.first.isoformat(), "to": command.last.isoformat(), "form": file_format} | given
    context = {"site": known.site, "values": given, "errors": errors, "shown": chosen(query.columns)}
    preview = {} if errors else _preview(request, session, known, command)
    page = context | preview | _choices(session, actor, known) | {"ranges": ranges(today)}
    return render(request, "manager/exports.html", page, 422 if errors else 200)


@router.get("/api/v1/exports/logbook.{file_format}", response_class=StreamingResponse)
def export_logbook(
    request: Request, actor: Manager, file_format: Format, query: Annotated[LogbookQuery, Query()]
) -> Response:
    """Give the logbook as a file. The export is in the journal before the first byte leaves."""
    state = app_state(request)
    with state.book.reading() as session:
        zone = queries.named(session, actor.site_id).site.zone
    command = query.command(file_format, local_day(state.clock.now(), zone))
    answer = require(carry_out(request, new_id(), command, actor))
    paper = query.paper(language_of(request))
    return _sent(open_logbook(state.book, actor.site_id, command, answer, paper))


def _sent(logbook: Logbook) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file_name(logbook)}"', "Cache-Control": "no-store"}
    media_type = MEDIA_TYPES[logbook.command.format]
    if logbook.command.format == "csv":
        return StreamingResponse(csv_parts(logbook), headers=headers, media_type=media_type)
    # A workbook and a PDF are only known to be whole at their end: they are made first.
    made = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when its last part was sent
    write_logbook(logbook, cast("BinaryIO", made))
    headers["Content-Length"] = str(made.tell())
    return StreamingResponse(_parts(made), headers=headers, media_type=media_type)


def _parts(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        made.seek(0)
        while part := made.read(PART):
            yield part


def _given(request: Request) -> dict[str, Any]:
    params = request.query_params
    given: dict[str, Any] = {name: value for name, value in params.items() if name != "columns"}
    return given | {"columns": params.getlist("columns")}


def _file_address(given: dict[str, Any], file_format: Format) -> str:
    asked = {name: given[name] for name in sorted(given) if name in _ASKED and given[name]}
    return f"/api/v1/exports/logbook.{file_format}?{urlencode(asked, doseq=True)}"


_ASKED = {field.alias or name for name, field in LogbookQuery.model_fields.items()}


def _preview(request: Request, session: Session, known: queries.Named, command: ExportLogbook) -> dict[str, Any]:
    t, names = Texts.for_language(language_of(request)), chosen(command.columns)
    lines, count = queries.first_lines(session, known, command, app_state(request).clock.now(), SHOWN)
    return {"count": count, "rows": [(row, {name: cell(row, name, t) for name in names}) for row in lines]}


def _choices(session: Session, actor: Actor, known: queries.Named) -> dict[str, Any]:
    return {
        "gates": [(str(gate.id), gate.name) for gate in sites.gates(session, actor.site_id, retired=True)],
        "units": [(str(unit.id), unit.name) for unit in sites.units(session, actor.site_id, retired=True)],
        "kinds": KINDS,
        "states": (*sorted(NUMBERED), "voided"),
        "decisions": DECISIONS,
        "columns": tuple(COLUMNS),
        "fixed": FIXED_COLUMNS,
        "capacities": CAPACITIES[known.site.letterhead],
    }
