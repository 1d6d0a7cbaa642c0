"""Entering what was written on paper, and the sheets to print for the next time the power is out."""

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi import Form as FormData
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.orm import Session

from app.accounts.security import Receptionist
from app.clerk import Actor, Status
from app.kit.ids import new_id
from app.kit.text import clean
from app.screening.queries import policy_at, questions_at
from app.sites import repository as sites
from app.visits.models import DECISIONS, KINDS
from app.visits.queries import PLACES, names_of, standpoint
from app.visits.queries.detail import sheet_lines
from app.visits.schemas import PaperForm, Wrong
from app.web.state import BookSession, app_state
from app.web.templating import render
from app.web.writing import carry_out, require

router = APIRouter()
LINES = 13
"""Lines of a printed sheet."""
MOST_SHEETS = 40
KEPT = ("sheet", "gate", "day")
"""What the next line takes over from the one before."""


@router.get("/paper", response_class=HTMLResponse)
def paper_page(request: Request, actor: Receptionist, session: BookSession, entered: int | None = None) -> HTMLResponse:
    """Ask for a line of a sheet, the next one after the line just `entered`."""
    values = {name: request.query_params.get(name, "") for name in (*KEPT, "line")}
    return page(request, session, actor, {"values": values, "entered": entered})


@router.post("/paper")
def enter_line(
    request: Request, actor: Receptionist, session: BookSession, form: Annotated[PaperForm, FormData()]
) -> Response:
    """Enter a line and ask for the next, or show it again with what is wrong."""
    try:
        command = form.command()
    except Wrong as wrong:
        return _again(request, session, actor, form, dict(wrong.errors))
    outcome = carry_out(request, form.command_id, command, actor)
    if outcome.status is Status.REFUSED and outcome.code in FIELD_OF:
        told = (f"errors.{outcome.code}", outcome.values)
        return _again(request, session, actor, form, {FIELD_OF[outcome.code]: told})
    require(outcome)
    kept = {name: clean(getattr(form, name)) for name in KEPT}
    return RedirectResponse(f"/paper?{urlencode(kept | {'line': command.line + 1, 'entered': command.line})}", 303)


FIELD_OF = {"paper_line_entered": "line", "unit_unknown": "unit", "time_in_future": "arrived"}


@router.get("/paper/declaration", response_class=HTMLResponse)
def blank_declaration(request: Request, actor: Receptionist, session: BookSession) -> HTMLResponse:
    """Show the declaration to print: the questions in force, to be filled in by hand."""
    now = app_state(request).clock.now()
    context = {
        "site": sites.find_site(session, actor.site_id),
        "sections": questions_at(session, actor.site_id, now).questionnaire.sections,
        "questionnaire": questions_at(session, actor.site_id, now).questionnaire,
        "days": policy_at(session, actor.site_id, now).policy.lookback_days,
    }
    return render(request, "reception/paper_declaration.html", context)


class Sheets(BaseModel):
    """Which sheets to print."""

    sheet: Annotated[str, StringConstraints(max_length=30)] = ""
    count: Annotated[int, Field(ge=1, le=MOST_SHEETS)] = 5
    gate: str = ""


@router.get("/paper/sheets", response_class=HTMLResponse)
def numbered_sheets(
    request: Request, actor: Receptionist, session: BookSession, asked: Annotated[Sheets, Query()]
) -> HTMLResponse:
    """Show sheets of the paper book, numbered beforehand, to print."""
    here = standpoint(session, actor.site_id, app_state(request).clock.now())
    first = clean(asked.sheet).upper() or f"{here.today:%d%m%y}-01"
    context = {"site": sites.find_site(session, actor.site_id), "sheets": following(first, asked.count)}
    context |= {
        "gate_name": names_of(session, actor.site_id, PLACES).of(asked.gate),
        "line_numbers": range(1, LINES + 1),
    }
    return render(request, "reception/paper_sheets.html", context)


def following(first: str, count: int) -> list[str]:
    """Return sheet numbers from `first` on: the digits at its end count up, their width kept."""
    found = re.fullmatch(r"(.*?)([0-9]{0,9})", first, re.DOTALL)
    stem, digits = (found[1], found[2]) if found else (first, "")
    if not digits:
        return [first] if count == 1 else [f"{first}-{number:02d}" for number in range(1, count + 1)]
    return [f"{stem}{int(digits) + at:0{len(digits)}d}" for at in range(count)]


def _again(request: Request, session: Session, actor: Actor, form: PaperForm, errors: dict[str, Any]) -> HTMLResponse:
    values = form.model_dump(exclude={"command_id"})
    return page(request, session, actor, {"values": values, "errors": errors, "entered": None}, 422)


def page(request: Request, session: Session, actor: Actor, context: dict[str, Any], status: int = 200) -> HTMLResponse:
    """Show the form for a line, and beside it what was entered from its sheet."""
    here = standpoint(session, actor.site_id, app_state(request).clock.now())
    gates = sites.gates(session, actor.site_id)
    usual = {"gate": str(gates[0].id), "line": "1", "day": here.today.isoformat()}
    values = usual | {name: value for name, value in context["values"].items() if value or "errors" in context}
    sheet = clean(values.get("sheet", "")).upper()
    around = {
        "site": sites.find_site(session, actor.site_id),
        "sheet": sheet,
        "entered_lines": sheet_lines(session, actor.site_id, sheet) if sheet else [],
        "names": names_of(session, actor.site_id, PLACES),
        "gates": [(str(gate.id), gate.name) for gate in gates],
        "units": [(str(unit.id), unit.name) for unit in sites.units(session, actor.site_id)],
        "kinds": KINDS,
        "decisions": [decision for decision in DECISIONS if decision != "recheck"],
        "command_id": new_id(),
        "next_sheet": f"{here.today:%d%m%y}-01",
    }
    return render(request, "reception/paper.html", around | context | {"values": values}, status)
