"""A visit's page: its whole story, and what reception may do to it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi import Form as FormData
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts.security import Receptionist
from app.clerk import Actor, Command, Status
from app.errors import NotFound
from app.journal import queries as journal
from app.kit.ids import new_id
from app.kit.zones import local_day
from app.screening.queries import policy_at
from app.sites import repository as sites
from app.visits import rules, schemas
from app.visits.commands import OpenDetails
from app.visits.models import Visit
from app.visits.queries import ACTING, Line, Standpoint, find_line, names_of, standpoint
from app.visits.queries.detail import Opened, opened, party
from app.visits.queries.story import Teller
from app.web.state import BookSession, app_state
from app.web.templating import language_of, render
from app.web.texts import Texts, format_time, in_zone
from app.web.writing import carry_out, require

router = APIRouter()
PART = "gatebook-part"


@router.get("/visits/{visit_id}", response_class=HTMLResponse)
def visit_page(
    request: Request, actor: Receptionist, session: BookSession, visit_id: UUID, correct: str = ""
) -> HTMLResponse:
    """Show a visit; what is closed stays closed."""
    return _Desk(request, actor, session, visit_id).page({"correct": correct if correct in CORRECTABLE else ""})


@router.post("/visits/{visit_id}/details", response_class=HTMLResponse)
def open_visit(request: Request, actor: Receptionist, session: BookSession, visit_id: UUID) -> HTMLResponse:
    """Open phone, identity number and answers, once that is in the journal."""
    # The id is the server's own: a form sent again later is another look, and told as one.
    require(carry_out(request, new_id(), OpenDetails(visit_id=visit_id), actor))
    desk = _Desk(request, actor, session, visit_id)
    closing = app_state(request).book.closing
    return desk.page({"opened": opened(session, closing, desk.here, desk.line.visit, language_of(request))})


@router.post("/visits/{visit_id}/notes")
def add_note(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    visit_id: UUID,
    form: Annotated[schemas.NoteForm, FormData()],
) -> Response:
    """Add a note."""
    return _Desk(request, actor, session, visit_id).act(form, form.command, "text")


@router.post("/visits/{visit_id}/departure")
def check_out(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    visit_id: UUID,
    form: Annotated[schemas.DepartureForm, FormData()],
) -> Response:
    """Check out somebody who forgot to."""
    desk = _Desk(request, actor, session, visit_id)
    return desk.act(form, lambda visit: form.command(visit, desk.here.zone), "left_at")


@router.post("/visits/{visit_id}/corrections")
def correct(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    visit_id: UUID,
    form: Annotated[schemas.CorrectionForm, FormData()],
) -> Response:
    """Correct a field, with a reason."""
    if form.field not in CORRECTABLE:
        raise NotFound
    desk = _Desk(request, actor, session, visit_id)
    return desk.act(form, lambda visit: form.command(visit, desk.here.zone), "value", {"correct": form.field})


@router.post("/visits/{visit_id}/voiding")
def void(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    visit_id: UUID,
    form: Annotated[schemas.VoidForm, FormData()],
) -> Response:
    """Strike a line through, with a reason."""
    return _Desk(request, actor, session, visit_id).act(form, form.command, "void_reason")


@router.post("/visits/{visit_id}/resolutions")
def resolve(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    visit_id: UUID,
    form: Annotated[schemas.ResolutionForm, FormData()],
) -> Response:
    """Say what came of a discrepancy."""
    return _Desk(request, actor, session, visit_id).act(form, form.command, "resolution")


CORRECTABLE = (
    "name", "birth_year", "sex", "nationality", "phone", "identity_number", "organisation", "address", "unit_id",
    "host_name", "purpose", "plate", "badge_number", "temperature", "mask", "sanitiser", "admitted_at", "left_at",
)  # fmt: skip
TYPED_AFRESH = frozenset({"phone", "identity_number"})
"""Closed fields: what they hold is not shown for correcting either."""


def readable(values: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Return a refusal's values as its text takes them."""
    at = values.get("at")
    return dict(values) | ({"at": format_time(datetime.fromisoformat(at), zone)} if isinstance(at, str) else {})


class _Desk:
    """One visit as one request looks at it."""

    def __init__(self, request: Request, actor: Actor, session: Session, visit_id: UUID) -> None:
        self.request, self.actor, self.session = request, actor, session
        self.here: Standpoint = standpoint(session, actor.site_id, app_state(request).clock.now())
        line = find_line(session, self.here, visit_id)
        if line is None:
            raise NotFound
        self.line: Line = line

    def act(
        self,
        form: schemas.Form,
        made: Callable[[Visit], Command],
        field: str,
        context: Mapping[str, Any] | None = None,
    ) -> Response:
        """Carry out what a form means and lead back, or show it again with what is wrong."""
        visit_id = self.line.visit.id
        kept = dict(context or {}) | {"values": form.model_dump(exclude={"command_id"})}
        try:
            outcome = carry_out(self.request, form.command_id, made(self.line.visit), self.actor)
        except schemas.Wrong as wrong:
            return self.page(kept | {"errors": wrong.errors}, 422)
        if outcome.status is Status.REFUSED and outcome.code != "not_found":
            told = (f"errors.{outcome.code}", readable(outcome.values, self.here.zone))
            return self.page(kept | {"errors": {field: told}}, 422)
        require(outcome)
        return RedirectResponse(f"/visits/{visit_id}", 303)

    def page(self, context: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Show the visit: alone for the list's script, else as a page."""
        part = bool(self.request.headers.get(PART))
        template = "reception/visit_body.html" if part else "reception/visit.html"
        return render(self.request, template, {**self._context(), "part": part, **context}, status)

    def _context(self) -> dict[str, Any]:
        visit, session, site_id = self.line.visit, self.session, self.actor.site_id
        names = names_of(session, site_id, ACTING)
        teller = Teller(Texts.for_language(language_of(self.request)), names, self.here.zone)
        nothing: Opened | None = None
        return {
            "site": sites.find_site(session, site_id),
            "line": self.line,
            "visit": visit,
            "day": local_day(visit.occurred_at, self.here.zone).isoformat(),
            "names": names,
            "teller": teller,
            "story": teller.tell(journal.story(session, site_id, ("visit", visit.id))),
            "party": party(session, visit),
            "units": [(str(unit.id), unit.name) for unit in sites.units(session, site_id, retired=True)],
            "limit": policy_at(session, site_id, self.here.now).policy.threshold_tenths,
            "may_leave": rules.may_move(visit.state, "left"),
            "may_void": rules.may_move(visit.state, "voided"),
            "typed": {name: self._typed(name) for name in CORRECTABLE},
            "now_typed": self._moment(self.here.now),
            "command_id": new_id,
            "correctable": self._correctable(),
            "correct": "",
            "opened": nothing,
        }

    def _correctable(self) -> frozenset[str]:
        """Return what may be corrected: nothing of a struck line, no time that there is not yet."""
        visit = self.line.visit
        absent = {name for name in ("admitted_at", "left_at") if getattr(visit, name) is None}
        return frozenset() if visit.state == "voided" else frozenset(CORRECTABLE) - absent

    def _typed(self, field: str) -> str:
        """Return a field's value as a form takes it."""
        if field in TYPED_AFRESH:
            return ""
        value = getattr(self.line.visit, field)
        if isinstance(value, datetime):
            return self._moment(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if field == "temperature" and value is not None:
            return f"{value // 10},{value % 10}"
        return "" if value is None else str(value)

    def _moment(self, at: datetime) -> str:
        return f"{in_zone(at, self.here.zone):%Y-%m-%dT%H:%M}"
