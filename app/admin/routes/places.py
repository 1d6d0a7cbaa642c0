"""The site's particulars, its gates and its units."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts.security import Admin
from app.admin.routes.page import Desk
from app.admin.schemas import places
from app.errors import NotFound
from app.sites import repository
from app.sites.commands import AddGate
from app.web.forms import Errors, TypedForm, build
from app.web.state import BookSession

router = APIRouter()


@router.get("/admin/site", response_class=HTMLResponse)
def site(request: Request, actor: Admin, session: BookSession) -> Response:
    """Show what stands in the letterhead, on the poster and in the notice."""
    known = repository.find_site(session, actor.site_id)
    values = {name: getattr(known, name) for name in places.PARTICULARS}
    return Desk(request, actor, session).show("site.html", {"values": values})


@router.post("/admin/site")
def change_site(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Change the site's particulars."""
    desk = Desk(request, actor, session)
    again = partial(desk.show, "site.html", {"values": form})
    return desk.carry_out(form, places.read_site(form), again, "/admin/site?done=saved")


@router.get("/admin/gates", response_class=HTMLResponse)
def gates(request: Request, actor: Admin, session: BookSession) -> Response:
    """List the gates, and ask for one more."""
    return _gates(Desk(request, actor, session), {}, {})


@router.post("/admin/gates")
def add_gate(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Add a gate."""
    desk = Desk(request, actor, session)
    built = build(AddGate, {"name": form.get("name", "")})
    return desk.carry_out(form, built, partial(_gates, desk, form), "/admin/gates?done=gate_added")


def _gates(desk: Desk, typed: Mapping[str, str], errors: Errors) -> Response:
    known = repository.gates(desk.session, desk.actor.site_id, retired=True)
    return desk.show("gates.html", {"gates": known, "values": typed}, errors)


@router.get("/admin/gates/{gate_id}", response_class=HTMLResponse)
def gate(request: Request, gate_id: UUID, actor: Admin, session: BookSession) -> Response:
    """Show one gate."""
    return _gate(Desk(request, actor, session), gate_id, None, {})


@router.post("/admin/gates/{gate_id}")
def change_gate(request: Request, gate_id: UUID, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Rename a gate, take it out of use or back, or give it a new code."""
    desk = Desk(request, actor, session)
    again = partial(_gate, desk, gate_id, form)
    return desk.carry_out(form, places.read_gate(form, gate_id), again, f"/admin/gates/{gate_id}?done=saved")


def _gate(desk: Desk, gate_id: UUID, typed: Mapping[str, str] | None, errors: Errors) -> Response:
    known = repository.gates(desk.session, desk.actor.site_id, retired=True)
    found = next((one for one in known if one.id == gate_id), None)
    if found is None:
        raise NotFound
    return desk.show("gate.html", {"gate": found, "values": typed or {"name": found.name}}, errors)


@router.get("/admin/units", response_class=HTMLResponse)
def units(request: Request, actor: Admin, session: BookSession) -> Response:
    """List the units, and ask for one more."""
    return _units(Desk(request, actor, session), {}, {})


@router.post("/admin/units")
def add_unit(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Add a unit."""
    desk = Desk(request, actor, session)
    built = places.read_unit(form, None)
    return desk.carry_out(form, built, partial(_units, desk, form), "/admin/units?done=unit_added")


def _units(desk: Desk, typed: Mapping[str, str], errors: Errors) -> Response:
    known = repository.units(desk.session, desk.actor.site_id, retired=True)
    return desk.show("units.html", {"units": known, "values": typed}, errors)


@router.get("/admin/units/{unit_id}", response_class=HTMLResponse)
def unit(request: Request, unit_id: UUID, actor: Admin, session: BookSession) -> Response:
    """Show one unit."""
    return _unit(Desk(request, actor, session), unit_id, None, {})


@router.post("/admin/units/{unit_id}")
def change_unit(request: Request, unit_id: UUID, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Change a unit, take it out of use or back."""
    desk = Desk(request, actor, session)
    again = partial(_unit, desk, unit_id, form)
    return desk.carry_out(form, places.read_unit(form, unit_id), again, "/admin/units?done=saved")


def _unit(desk: Desk, unit_id: UUID, typed: Mapping[str, str] | None, errors: Errors) -> Response:
    known = repository.units(desk.session, desk.actor.site_id, retired=True)
    found = next((one for one in known if one.id == unit_id), None)
    if found is None:
        raise NotFound
    values = {"name": found.name, "extension": found.extension, "directions": found.directions}
    return desk.show("unit.html", {"unit": found, "values": typed or values}, errors)
