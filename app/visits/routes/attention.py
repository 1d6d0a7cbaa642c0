"""What reception has to see to, one after the other, and settling what no line carries."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi import Form as FormData
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts.security import Receptionist
from app.clerk import Actor, Status
from app.errors import NotFound
from app.kit.ids import new_id
from app.kit.zones import local_day
from app.screening.queries import questions_at
from app.sites import repository as sites
from app.visits import schemas
from app.visits.commands import OpenDiscrepancy
from app.visits.handlers.discrepancies import open_content
from app.visits.models import Discrepancy
from app.visits.queries import ACTING, Standpoint, names_of, standpoint
from app.visits.queries.attention import candidates, entered, find_stray, matters
from app.visits.queries.content import answered, typed
from app.visits.queries.detail import sheet_lines
from app.visits.queries.story import Teller
from app.visits.routes import paper
from app.visits.routes.visit import readable
from app.web.state import BookSession, app_state
from app.web.templating import language_of, render
from app.web.texts import Texts, in_zone
from app.web.writing import carry_out, require

router = APIRouter(prefix="/log/attention")
A_PAGE = 50
MOST_ON_SHEET = 200
SHEET = "MTB"
"""What sheets are called that hold what tablets could not (máy tính bảng); the day follows."""


@router.get("", response_class=HTMLResponse)
def attention(
    request: Request, actor: Receptionist, session: BookSession, cursor: str | None = None, done: str = ""
) -> HTMLResponse:
    """Show what is open, the oldest first."""
    here = standpoint(session, actor.site_id, app_state(request).clock.now())
    page = matters(session, here, cursor or None, A_PAGE)
    context = {
        "site": sites.find_site(session, actor.site_id),
        "matters": page.rows,
        "next_cursor": page.next_cursor,
        "first_page": not cursor,
        "done": bool(done),
        "names": names_of(session, actor.site_id, ACTING),
        "teller": _teller(request, session, actor, here),
    }
    return render(request, "reception/attention.html", context)


@router.get("/{discrepancy_id}", response_class=HTMLResponse)
def stray_page(
    request: Request, actor: Receptionist, session: BookSession, discrepancy_id: UUID, second: str = ""
) -> HTMLResponse:
    """Show a discrepancy without a line; what is closed stays closed."""
    return _Desk(request, actor, session, discrepancy_id).page({"second": bool(second)})


@router.post("/{discrepancy_id}/opening", response_class=HTMLResponse)
def open_stray(request: Request, actor: Receptionist, session: BookSession, discrepancy_id: UUID) -> HTMLResponse:
    """Open what a tablet told, once that is in the journal."""
    require(carry_out(request, new_id(), OpenDiscrepancy(discrepancy_id=discrepancy_id), actor))
    desk = _Desk(request, actor, session, discrepancy_id)
    return desk.page(desk.opened())


@router.post("/{discrepancy_id}/settlement")
def settle(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    discrepancy_id: UUID,
    form: Annotated[schemas.SettlementForm, FormData()],
) -> Response:
    """Settle it by a visit or by a reason."""
    return _Desk(request, actor, session, discrepancy_id).settle(form)


@router.post("/{discrepancy_id}/entry", response_class=HTMLResponse)
def ask_for_line(request: Request, actor: Receptionist, session: BookSession, discrepancy_id: UUID) -> Response:
    """Show the form for entering what was refused, filled in as far as the tablet knew."""
    desk = _Desk(request, actor, session, discrepancy_id)
    if desk.stray.resolved_at is not None:
        return desk.to_who_was_first()
    require(carry_out(request, new_id(), OpenDiscrepancy(discrepancy_id=discrepancy_id), actor))
    return paper.page(request, session, actor, desk.entry())


@router.post("/{discrepancy_id}/line")
def enter_line(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    discrepancy_id: UUID,
    form: Annotated[schemas.PaperForm, FormData()],
) -> Response:
    """Enter it as a line of the book, which settles it; whoever comes second is led to what the first one did."""
    desk = _Desk(request, actor, session, discrepancy_id)
    shown = {"values": form.model_dump(exclude={"command_id"}), "action": f"{desk.address}/line", "entered": None}
    try:
        command = form.command().model_copy(update={"discrepancy_id": discrepancy_id})
        outcome = carry_out(request, form.command_id, command, actor)
    except schemas.Wrong as wrong:
        return paper.page(request, session, actor, shown | {"errors": dict(wrong.errors)}, 422)
    if outcome.status is Status.REFUSED and outcome.code in paper.FIELD_OF:
        told = {paper.FIELD_OF[outcome.code]: (f"errors.{outcome.code}", outcome.values)}
        return paper.page(request, session, actor, shown | {"errors": told}, 422)
    if outcome.status is Status.REFUSED and outcome.code == "discrepancy_settled":
        return desk.to_who_was_first()
    require(outcome)
    return RedirectResponse("/log/attention?done=yes", 303)


def _teller(request: Request, session: Session, actor: Actor, here: Standpoint) -> Teller:
    return Teller(Texts.for_language(language_of(request)), names_of(session, actor.site_id, ACTING), here.zone)


class _Desk:
    """One discrepancy as one request looks at it."""

    def __init__(self, request: Request, actor: Actor, session: Session, discrepancy_id: UUID) -> None:
        self.request, self.actor, self.session = request, actor, session
        self.here = standpoint(session, actor.site_id, app_state(request).clock.now())
        found = find_stray(session, actor.site_id, discrepancy_id)
        if found is None:
            raise NotFound
        self.stray: Discrepancy = found
        self.address = f"/log/attention/{found.id}"

    def opened(self) -> dict[str, Any]:
        """Return what the tablet told, as people read it; the caller has journalled it."""
        content = open_content(app_state(self.request).book.closing, self.stray)
        questions = questions_at(self.session, self.actor.site_id, self.here.now).questionnaire
        return {
            "opened": typed(self.session, self.actor.site_id, content),
            "answers": answered(questions, content, language_of(self.request)),
        }

    def to_who_was_first(self) -> Response:
        """Lead whoever comes second to who settled it, and by which line."""
        return RedirectResponse(f"{self.address}?second=yes", 303)

    def entry(self) -> dict[str, Any]:
        """Return what the form for entering lines starts with; the caller has journalled it."""
        stray = self.stray
        values = typed(self.session, self.actor.site_id, open_content(app_state(self.request).book.closing, stray))
        came, day = in_zone(stray.occurred_at, self.here.zone), local_day(stray.occurred_at, self.here.zone)
        sheet, line = self._next_line(f"{SHEET}-{day:%d%m%y}")
        values |= {"name": values.get("name") or stray.name, "sheet": sheet, "line": str(line)}
        values |= {"gate": str(stray.gate_id), "day": day.isoformat(), "arrived": f"{came:%H:%M}"}
        if values.get("decision") == "recheck":
            values["decision"] = "admit"
        return {"values": values, "action": f"{self.address}/line", "entered": None}

    def _next_line(self, stem: str) -> tuple[str, int]:
        sheet, number = stem, 1
        while True:
            taken = [visit.paper_line or 0 for visit in sheet_lines(self.session, self.actor.site_id, sheet)]
            if max(taken, default=0) < MOST_ON_SHEET:
                return sheet, max(taken, default=0) + 1
            number += 1
            sheet = f"{stem}-{number}"

    def settle(self, form: schemas.SettlementForm) -> Response:
        """Carry out what a form means and lead back to the list, or show it again with what is wrong."""
        field = "visit" if form.way == "visit" else "resolution"
        kept = {"values": form.model_dump(exclude={"command_id"})}
        try:
            outcome = carry_out(self.request, form.command_id, form.command(self.stray, self.here.zone), self.actor)
        except schemas.Wrong as wrong:
            return self.page(kept | {"errors": wrong.errors}, 422)
        if outcome.status is Status.REFUSED and outcome.code != "not_found":
            at_time = outcome.code in ("left_before_arrival", "time_in_future")
            told = (f"errors.{outcome.code}", readable(outcome.values, self.here.zone))
            return self.page(kept | {"errors": {"left_at" if at_time else field: told}}, 422)
        require(outcome)
        return RedirectResponse("/log/attention?done=yes", 303)

    def page(self, context: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Show it as a page."""
        return render(self.request, "reception/stray.html", {**self._context(), **context}, status)

    def _context(self) -> dict[str, Any]:
        stray, session = self.stray, self.session
        departure = stray.kind == "departure"
        return {
            "site": sites.find_site(session, self.actor.site_id),
            "stray": stray,
            "names": names_of(session, self.actor.site_id, ACTING),
            "teller": _teller(self.request, session, self.actor, self.here),
            "candidates": candidates(session, stray) if departure else None,
            "entered_as": [] if departure else entered(session, stray),
            "left_typed": f"{in_zone(stray.occurred_at, self.here.zone):%Y-%m-%dT%H:%M}",
            "address": self.address,
            "command_id": new_id,
            "opened": None,
            "answers": [],
            "second": False,
        }
