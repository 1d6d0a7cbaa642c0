"""The book of handovers (sổ giao ca trực), for reception and the manager."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.accounts.security import Receptionist
from app.sites import repository as sites
from app.tablet import repository
from app.web.state import BookSession
from app.web.templating import render

router = APIRouter()
A_PAGE = 50


@router.get("/log/handovers", response_class=HTMLResponse)
def handovers(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    gate: Annotated[UUID | None, Query()] = None,
    before: Annotated[UUID | None, Query()] = None,
) -> HTMLResponse:
    """Show how shifts were handed over, the newest first, at all gates or at one."""
    found = repository.handovers(session, actor.site_id, gate_id=gate, before=before, limit=A_PAGE + 1)
    context = {
        "site": sites.find_site(session, actor.site_id),
        "gates": [(each.id, each.name) for each in sites.gates(session, actor.site_id)],
        "gate_id": gate,
        "handovers": found[:A_PAGE],
        "older": found[A_PAGE - 1].handover.id if len(found) > A_PAGE else None,
    }
    return render(request, "reception/handovers.html", context)
