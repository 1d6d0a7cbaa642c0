"""Tablets and stands: pairing by a code of ten minutes, and revoking."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts import rules
from app.accounts.commands import RevokeDevice
from app.accounts.models import Pairing
from app.accounts.security import Admin
from app.admin import queries
from app.admin.routes.page import Desk
from app.admin.schemas.places import read_pairing
from app.errors import NotFound
from app.sites.repository import gates
from app.web.addresses import tablet_addresses
from app.web.forms import Errors, TypedForm
from app.web.state import AppState, BookSession, app_state
from app.web.writing import command_id_of

router = APIRouter()


@router.get("/admin/devices", response_class=HTMLResponse)
def devices(request: Request, actor: Admin, session: BookSession) -> Response:
    """List the devices, and ask for one more."""
    return _list(Desk(request, actor, session), {}, {})


@router.post("/admin/devices")
def open_pairing(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Make a six-digit code that pairs one device."""
    desk, state = Desk(request, actor, session), app_state(request)
    command_id = command_id_of(form.get("command_id", ""))
    code_hash = state.book.closing.hash("pairing", _code(state, command_id))
    built = read_pairing(form, code_hash)
    return desk.carry_out(form, built, partial(_list, desk, form), f"/admin/devices/pairing/{command_id}")


def _list(desk: Desk, typed: Mapping[str, str], errors: Errors) -> Response:
    context = {
        "devices": queries.devices_by_gate(desk.session, desk.actor.site_id),
        "gates": [(gate.id, gate.name) for gate in gates(desk.session, desk.actor.site_id)],
        "values": typed,
    }
    return desk.show("devices.html", context, errors)


def _code(state: AppState, command_id: UUID) -> str:
    """Return the code that a command opens: it follows from the book's key, so that no page has to carry it."""
    return rules.pairing_code(state.book.closing.hash("pairing-code", str(command_id)))


@router.get("/admin/devices/pairing/{command_id}", response_class=HTMLResponse)
def pairing(request: Request, command_id: UUID, actor: Admin, session: BookSession) -> Response:
    """Show a pairing code and how long it holds, until a device took it."""
    state = app_state(request)
    code = _code(state, command_id)
    found = session.get(Pairing, state.book.closing.hash("pairing", code))
    if found is None or found.site_id != actor.site_id:
        raise NotFound
    left = max(0, int((found.expires_at - state.clock.now()).total_seconds()))
    shown = {"pairing": found, "code": f"{code[:3]} {code[3:]}", "left": left}
    context = shown | {"addresses": tablet_addresses(request)}
    return Desk(request, actor, session).show("pairing.html", context)


@router.post("/admin/devices/{device_id}/revocation")
def revoke(request: Request, device_id: UUID, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Let a device in no more."""
    desk = Desk(request, actor, session)

    def again(_errors: Errors) -> Response:
        return RedirectResponse("/admin/devices", 303)

    command = RevokeDevice(device_id=device_id)
    return desk.carry_out(form, (command, {}), again, "/admin/devices?done=device_revoked")
