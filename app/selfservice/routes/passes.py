"""The pass: what to do now, the state that changes by itself, and leaving."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.accounts.security import Anyone, visitor_actor
from app.kit.ids import new_id
from app.selfservice import queries
from app.selfservice.routes import pages
from app.visits.commands import CheckOut
from app.web.state import BookSession, app_state
from app.web.templating import render
from app.web.writing import command_id_of

router = APIRouter(route_class=pages.FriendlyRoute)


@router.get("/p/{pass_token}", response_class=HTMLResponse)
def pass_page(request: Request, pass_token: str, session: BookSession, _actor: Anyone) -> Response:
    """Show a pass to whoever holds its secret address."""
    view = queries.pass_view(session, pass_token, app_state(request).clock.now())
    return render(request, "visitor/pass.html", pages.pass_context(request, view) | {"stand": False, "new_id": new_id})


@router.get("/p/{pass_token}/state")
def pass_state(request: Request, pass_token: str, session: BookSession, _actor: Anyone) -> Response:
    """Tell a pass's page whether it should look again."""
    view = queries.pass_view(session, pass_token, app_state(request).clock.now())
    return JSONResponse({"state": view.state, "version": view.version, "poll_seconds": view.poll_seconds})


@router.post("/p/{pass_token}/departure")
def leave(
    request: Request,
    pass_token: str,
    session: BookSession,
    _actor: Anyone,
    leaving: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Check out those of the party who leave; whoever has left already stays as the gate wrote it."""
    view = queries.pass_view(session, pass_token, app_state(request).clock.now())
    actor = visitor_actor(view.site.id, view.gate.id)
    own = {str(visit.id): visit.id for visit in view.party}
    for visit_id, command_id in _named(leaving, own):
        app_state(request).clerk.submit(command_id, CheckOut(visit_id=visit_id), actor)
    return RedirectResponse(f"/p/{pass_token}", 303)


def _named(leaving: list[str], own: dict[str, UUID]) -> list[tuple[UUID, UUID]]:
    """Return (visit, command id) of each box that was ticked, as far as it is of this pass."""
    pairs = [text.partition(":") for text in leaving]
    return [(own[visit_id], command_id_of(command_id)) for visit_id, _, command_id in pairs if visit_id in own]
