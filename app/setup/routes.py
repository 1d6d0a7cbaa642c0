"""The first run: one page, the recovery sheet, three next steps."""

import hmac
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts import rules as account_rules
from app.accounts.security import Anyone, Manager, begin_session, secret_hash
from app.clerk import Actor, Status
from app.errors import NotFound
from app.kit.ids import new_id
from app.setup import queries, rules
from app.setup.commands import KeepRecovery
from app.setup.schemas import SECRETS, SetupForm
from app.sites.files import qr_svg
from app.sites.models import Site
from app.sites.repository import first_site, gates, recovery_is_kept
from app.sites.rules import read_public_url
from app.web.addresses import tablet_addresses
from app.web.forms import Errors, TypedForm
from app.web.state import BookSession, app_state, visitors_base
from app.web.templating import render
from app.web.writing import carry_out, command_id_of, require

router = APIRouter(include_in_schema=False)


@router.get("/setup", response_class=HTMLResponse)
def without_link(request: Request, _actor: Anyone, session: BookSession) -> Response:
    """Say where to find the setup link, while there is nothing to see here yet."""
    if first_site(session) is not None:
        return RedirectResponse("/", 303)
    return render(request, "admin/setup/link.html", status=404)


@router.get("/setup/recovery", response_class=HTMLResponse)
def recovery_sheet(request: Request, actor: Manager, session: BookSession) -> Response:
    """Show the book's key on a sheet for the safe, until it was checked once."""
    site = _site_to_recover(session, actor)
    if recovery_is_kept(session, site.id):
        return RedirectResponse("/setup/done", 303)
    key = app_state(request).book.keys.master
    context = {"site": site, "words": queries.recovery_words(key), "code": qr_svg(key.hex())}
    return render(request, "admin/setup/recovery.html", context | {"embedded": app_state(request).book.embedded})


@router.get("/setup/recovery/check", response_class=HTMLResponse)
def recovery_question(request: Request, actor: Manager, session: BookSession) -> Response:
    """Ask for two words of the sheet."""
    site = _site_to_recover(session, actor)
    if recovery_is_kept(session, site.id):
        return RedirectResponse("/setup/done", 303)
    return _question(request, site, str(new_id()), {}, {})


@router.post("/setup/recovery/check")
def check_recovery(request: Request, actor: Manager, session: BookSession, form: TypedForm) -> Response:
    """Take the two words, and say which is wrong."""
    site = _site_to_recover(session, actor)
    words = queries.recovery_words(app_state(request).book.keys.master)
    places = dict(zip(("first", "second"), rules.asked_words(site.id), strict=True))
    errors: Errors = {
        name: ("errors.recovery_word", {"place": place})
        for name, place in places.items()
        if not rules.is_word(form.get(name, ""), words, place)
    }
    if errors:
        return _question(request, site, form.get("command_id", ""), form, errors)
    require(carry_out(request, form.get("command_id", ""), KeepRecovery(), actor))
    return RedirectResponse("/setup/done", 303)


def _question(request: Request, site: Site, command_id: str, values: dict[str, str], errors: Errors) -> Response:
    context = {"site": site, "places": rules.asked_words(site.id), "command_id": command_id, "values": values}
    return render(request, "admin/setup/check.html", context | {"errors": errors}, 422 if errors else 200)


def _site_to_recover(session: Session, actor: Actor) -> Site:
    """Return the actor's site where it is the one that the book was set up with; other offices share its key."""
    site = first_site(session)
    if site is None or site.id != actor.site_id:
        raise NotFound
    return site


@router.get("/setup/done", response_class=HTMLResponse)
def next_steps(request: Request, actor: Manager, session: BookSession) -> Response:
    """End on what comes next: the poster, the tablet, the log."""
    site = _site_to_recover(session, actor)
    context = {"site": site, "gate": gates(session, site.id)[0], "addresses": tablet_addresses(request)}
    return render(request, "admin/setup/done.html", context | {"kept": recovery_is_kept(session, site.id)})


@router.get("/setup/{token}", response_class=HTMLResponse)
def first_page(request: Request, token: str, _actor: Anyone, session: BookSession) -> Response:
    """Ask for all that an office needs to begin."""
    if first_site(session) is not None:
        return RedirectResponse("/", 303)
    if not _opens(request, token):
        return render(request, "admin/setup/link.html", {"stale": True}, 404)
    return _page(request, token, {"letterhead": "state", "public_url": _likely_address(request)}, {}, str(new_id()))


@router.post("/setup/{token}")
def set_up(request: Request, token: str, _actor: Anyone, form: TypedForm) -> Response:
    """Open the office, log its manager in, and go on to the recovery sheet."""
    if not _opens(request, token):
        raise NotFound
    command_id = command_id_of(form.get("command_id", ""))
    command, errors = SetupForm(form).read(partial(secret_hash, app_state(request), command_id))
    if command is None:
        return _page(request, token, form, errors, str(command_id))
    # The office takes the id of the command that opens it, so that a form sent twice opens one.
    actor = Actor(command_id, new_id(), command.manager_name, "manager")
    outcome = carry_out(request, command_id, command, actor)
    if outcome.status is Status.REFUSED:
        return RedirectResponse("/", 303)
    response = RedirectResponse("/setup/recovery", 303)
    opened = Actor(command_id, UUID(outcome.values["account_id"]), command.manager_name, "manager")
    begin_session(request, response, opened, account_rules.SESSION_VALID)
    return response


def _opens(request: Request, token: str) -> bool:
    secret: str | None = request.app.state.setup_token
    return secret is not None and hmac.compare_digest(secret.encode(), token.encode())


def _page(request: Request, token: str, typed: dict[str, str], errors: Errors, command_id: str) -> HTMLResponse:
    values = {name: value for name, value in typed.items() if name not in SECRETS}
    context = {"token": token, "values": values, "errors": errors, "command_id": command_id}
    return render(request, "admin/setup/first.html", context, 422 if errors else 200)


def _likely_address(request: Request) -> str:
    """Return the address that visitors most likely use: the setting's, or the one this page was opened by."""
    try:
        return app_state(request).settings.public_url or read_public_url(visitors_base(request))
    except ValueError:
        return ""
