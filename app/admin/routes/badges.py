"""Visitors' badges: runs of numbers, and where each one is."""

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts.security import Admin
from app.admin import queries
from app.admin.routes.page import Desk
from app.admin.schemas.places import read_badge, read_badges
from app.sites.repository import gates
from app.web.forms import Errors, TypedForm
from app.web.state import BookSession

router = APIRouter()


@router.get("/admin/badges", response_class=HTMLResponse)
def badges(request: Request, actor: Admin, session: BookSession) -> Response:
    """Show each gate's badges."""
    return _page(Desk(request, actor, session), {}, {})


@router.post("/admin/badges")
def add_badges(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Add a run of badges to a gate."""
    desk = Desk(request, actor, session)
    return desk.carry_out(form, read_badges(form), partial(_page, desk, form), "/admin/badges?done=badges_added")


@router.post("/admin/badges/state")
def change_badge(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Say that a badge is free again, missing or cancelled."""
    desk = Desk(request, actor, session)
    return desk.carry_out(form, read_badge(form), partial(_page, desk, form), "/admin/badges?done=saved")


def _page(desk: Desk, typed: Mapping[str, str], errors: Errors) -> Response:
    context = {
        "gates": queries.badges_by_gate(desk.session, desk.actor.site_id),
        "in_use": [(gate.id, gate.name) for gate in gates(desk.session, desk.actor.site_id)],
        "values": typed,
    }
    return desk.show("badges.html", context, errors)
