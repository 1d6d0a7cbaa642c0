"""A tablet's life: paired, logged in on, locked, told what it works from."""

import contextlib
import re
from collections.abc import Generator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, StringConstraints

from app.accounts import repository as accounts
from app.accounts import rules as account_rules
from app.accounts.commands import Name, OpenStandIn, PairDevice
from app.accounts.models import VISITOR_ACCOUNT, Device, Pairing
from app.accounts.security import (
    DEVICE_COOKIE,
    LINE,
    Anyone,
    Attempted,
    GuardOnDevice,
    PairedDevice,
    begin_session,
    check_secret,
    count_failure,
    end_session,
    refuse_while_waiting,
)
from app.clerk import Actor, Status
from app.errors import NotFound, Problem
from app.kit.ids import new_id
from app.tablet import queries
from app.tablet.schemas import Changes, Snapshot, TabletGreeting
from app.web.cookies import set_token
from app.web.headers import policy
from app.web.state import BookSession, app_state, origin_to_ask
from app.web.templating import render

router = APIRouter()
DEVICE_VALID = timedelta(days=3650)
Pin = Annotated[str, StringConstraints(max_length=20)]


class PairingCode(BaseModel):
    """The six digits that the administration page shows."""

    code: Annotated[str, StringConstraints(max_length=20)]


class LogIn(BaseModel):
    """Who is tapped, and the PIN."""

    account_id: UUID
    pin: Pin


class Unlock(BaseModel):
    """The PIN of whoever is on duty."""

    pin: Pin


class StandIn(BaseModel):
    """A sealed code, the stand-in's full name, and the PIN for the next twelve hours."""

    code: Annotated[str, StringConstraints(max_length=40)]
    name: Name
    pin: Pin


@router.get("/tablet", response_class=HTMLResponse)
def tablet(request: Request, _actor: Anyone) -> HTMLResponse:
    """Return the guard's tablet: an app that asks for a code, then for a name and a PIN."""
    response = render(request, "guard/tablet.html")
    # The decoder of the tablet's camera is compiled from wasm; no other page compiles anything.
    # Before it leads to https, it asks whether this browser trusts that.
    more = policy(script_src="'wasm-unsafe-eval'", connect_src=origin_to_ask(request))
    response.headers["Content-Security-Policy"] = more
    return response


@router.post("/api/v1/tablet/pair")
def pair(
    request: Request, response: Response, body: PairingCode, _actor: Anyone, session: BookSession
) -> TabletGreeting:
    """Pair this device with the code that an administrator sees."""
    state = app_state(request)
    digits = re.sub(r"\D", "", body.code)
    code_hash = state.book.closing.hash("pairing", digits)
    token = accounts.new_token()
    with _guessing(request, "pairing_unknown"):
        pairing = session.get(Pairing, code_hash)
        if pairing is None:
            raise Problem(404, "pairing_unknown")
        actor = Actor(pairing.site_id, VISITOR_ACCOUNT, "", "visitor")
        command = PairDevice(code_hash=code_hash.hex(), device_token_hash=accounts.token_hash(token).hex())
        outcome = state.clerk.submit(new_id(), command, actor)
        if outcome.status is Status.REFUSED:
            raise Problem(404, "pairing_unknown")
    set_token(request, response, DEVICE_COOKIE, token, int(DEVICE_VALID.total_seconds()))
    with state.book.reading() as fresh:
        device = accounts.device_by_token(fresh, token)
        if device is None:
            raise NotFound
        return queries.greeting(fresh, device, None, state.clock.now())


@contextlib.contextmanager
def _guessing(request: Request, code: str) -> Generator[None]:
    """Count wrong codes against their address and against everybody's together; refuse even the right one meanwhile.

    Six digits are few: without the count over all addresses a machine with many of them would find a code.
    """
    state = app_state(request)
    with state.book.reading() as session:
        site_id = accounts.any_site(session)
    if site_id is None:
        raise Problem(404, code)
    place = request.client.host if request.client else ""
    here, everywhere = (state.book.closing.hash("attempt", f"{code}:{where}") for where in (place, "everywhere"))
    nobody = Actor(site_id, VISITOR_ACCOUNT, "", "visitor")
    with LINE.turn(everywhere):
        refuse_while_waiting(state, site_id, everywhere)
        refuse_while_waiting(state, site_id, here)
        try:
            yield
        except Problem as problem:
            if problem.code == code:
                count_failure(state, nobody, everywhere, account_rules.FREE_GUESSES)
                count_failure(state, nobody, here)
            raise


@router.get("/api/v1/tablet/greeting")
def greeting(request: Request, device: PairedDevice, actor: Anyone, session: BookSession) -> TabletGreeting:
    """Return what this tablet shows before anybody is on duty."""
    on_duty = accounts.find_account(session, actor.site_id, actor.account_id) if actor and actor.device_id else None
    return queries.greeting(session, device, on_duty, app_state(request).clock.now())


@router.post("/api/v1/tablet/login")
def log_in(request: Request, response: Response, body: LogIn, device: PairedDevice, session: BookSession) -> Snapshot:
    """Begin a shift: the one before it on this device ends."""
    state = app_state(request)
    now = state.clock.now()
    account = accounts.find_account(session, device.site_id, body.account_id)
    if account is None or account.role != "guard" or not accounts.is_active(account, now):
        raise NotFound
    actor = Actor(device.site_id, account.id, account.name, account.role, device.id, device.gate_id, since=now)
    check_secret(state, Attempted(actor, account.secret_hash, str(device.id)), body.pin, "wrong_pin")
    begin_session(request, response, actor, account_rules.SHIFT_VALID)
    return _fresh_snapshot(request, actor, device)


def _fresh_snapshot(request: Request, actor: Actor, device: Device) -> Snapshot:
    state = app_state(request)
    with state.book.reading() as session:
        return queries.snapshot(session, actor, device, state.clock.now(), state.book.keys)


@router.post("/api/v1/tablet/unlock", status_code=204)
def unlock(request: Request, body: Unlock, actor: GuardOnDevice, session: BookSession) -> None:
    """Unlock the screen for whoever is on duty."""
    account = accounts.find_account(session, actor.site_id, actor.account_id)
    secret_hash = account.secret_hash if account else ""
    check_secret(app_state(request), Attempted(actor, secret_hash, str(actor.device_id)), body.pin, "wrong_pin")


@router.post("/api/v1/tablet/logout", status_code=204)
def log_out(request: Request, response: Response, actor: GuardOnDevice) -> None:
    """End the shift."""
    end_session(request, response, actor)


@router.post("/api/v1/tablet/stand-in")
def stand_in(request: Request, response: Response, body: StandIn, device: PairedDevice) -> Snapshot:
    """Open a stand-in's account with a manager's sealed code, and begin the shift."""
    wrong = account_rules.check_pin(body.pin)
    if wrong is not None:
        raise Problem(422, wrong)
    state = app_state(request)
    code_hash = state.book.closing.hash("sealed", re.sub(r"[^0-9A-Z]", "", body.code.upper()))
    visitor = Actor(device.site_id, VISITOR_ACCOUNT, "", "visitor", device.id, device.gate_id)
    with _guessing(request, "sealed_code_unknown"):
        command = OpenStandIn(code_hash=code_hash.hex(), name=body.name, secret_hash=accounts.hash_secret(body.pin))
        outcome = state.clerk.submit(new_id(), command, visitor)
        if outcome.status is Status.REFUSED:
            raise Problem(404, "sealed_code_unknown")
    made = UUID(outcome.values["account_id"])
    name = str(outcome.values["name"])
    actor = Actor(device.site_id, made, name, "guard", device.id, device.gate_id, since=state.clock.now())
    begin_session(request, response, actor, account_rules.STAND_IN_VALID)
    return _fresh_snapshot(request, actor, device)


@router.get("/api/v1/tablet/snapshot")
def snapshot(request: Request, actor: GuardOnDevice, device: PairedDevice, session: BookSession) -> Snapshot:
    """Return all that this tablet works from."""
    state = app_state(request)
    return queries.snapshot(session, actor, device, state.clock.now(), state.book.keys)


@router.get("/api/v1/tablet/changes")
def changes(
    request: Request, actor: GuardOnDevice, after: Annotated[int, Query(ge=0, lt=2**63)], session: BookSession
) -> Changes:
    """Return what changed after a sequence."""
    return queries.changes(session, actor.site_id, after, app_state(request).clock.now())
