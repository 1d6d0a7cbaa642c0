"""The first page for whoever comes, and the overview of administration."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.routes import HOME
from app.accounts.security import Admin, Anyone
from app.admin.queries import overview
from app.admin.routes.page import Desk
from app.sites.repository import first_site, gates, recovery_is_kept, sites
from app.web.state import BookSession, app_state
from app.web.templating import render

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def home(request: Request, actor: Anyone, session: BookSession) -> Response:
    """Lead each to their place: nobody set up to the set-up, whoever is logged in to their work."""
    known = sites(session)
    if not known:
        return RedirectResponse("/setup", 303)
    if actor is not None:
        return RedirectResponse(HOME[actor.role], 303)
    site = known[0] if len(known) == 1 else None
    ways = gates(session, site.id) if site else []
    return render(request, "admin/home.html", {"site": site, "gates": ways})


@router.get("/admin", response_class=HTMLResponse)
def administration(request: Request, actor: Admin, session: BookSession) -> Response:
    """Show what there is, and where each is changed."""
    first = first_site(session)
    owes_sheet = (
        actor.role == "manager"
        and first is not None
        and first.id == actor.site_id
        and not recovery_is_kept(session, first.id)
    )
    figures = overview(session, actor.site_id, app_state(request).clock.now())
    return Desk(request, actor, session).show("overview.html", {"figures": figures, "owes_sheet": owes_sheet})
