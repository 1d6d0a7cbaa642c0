"""Accounts: who may log in, as what."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts import repository, rules
from app.accounts.commands import DisableAccount
from app.accounts.models import Account
from app.accounts.security import Admin, secret_hash
from app.admin import queries
from app.admin.routes.page import Desk
from app.admin.schemas.people import ROLES, read_account, read_secret
from app.errors import NotFound
from app.web.forms import Errors, TypedForm
from app.web.state import BookSession, app_state
from app.web.writing import command_id_of

router = APIRouter()


@router.get("/admin/accounts", response_class=HTMLResponse)
def accounts(request: Request, actor: Admin, session: BookSession) -> Response:
    """List who may log in, and ask for one more."""
    return _list(Desk(request, actor, session), {}, {})


@router.post("/admin/accounts")
def add_account(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Make an account."""
    desk = Desk(request, actor, session)
    hashed = partial(secret_hash, app_state(request), command_id_of(form.get("command_id", "")))
    built = read_account(form, hashed)
    return desk.carry_out(form, built, partial(_list, desk, form), "/admin/accounts?done=account_added")


def _list(desk: Desk, typed: Mapping[str, str], errors: Errors) -> Response:
    now = app_state(desk.request).clock.now()
    people = [(one, repository.is_active(one, now)) for one in queries.people(desk.session, desk.actor.site_id)]
    people.sort(key=lambda pair: (not pair[1], ROLES.index(pair[0].role)))
    roles = [role for role in ROLES if rules.may_manage(desk.actor.role, role)]
    values = {name: value for name, value in typed.items() if name != "secret"}
    return desk.show("accounts.html", {"people": people, "roles": roles, "values": values}, errors)


@router.get("/admin/accounts/{account_id}", response_class=HTMLResponse)
def account(request: Request, account_id: UUID, actor: Admin, session: BookSession) -> Response:
    """Show one account."""
    return _page(Desk(request, actor, session), account_id, {})


@router.post("/admin/accounts/{account_id}/secret")
def change_secret(request: Request, account_id: UUID, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Give an account a new PIN or passphrase."""
    desk = Desk(request, actor, session)
    hashed = partial(secret_hash, app_state(request), command_id_of(form.get("command_id", "")))
    built = read_secret(form, account_id, _account(desk, account_id).role, hashed)
    then = f"/admin/accounts/{account_id}?done=secret_changed"
    return desk.carry_out(form, built, partial(_page, desk, account_id), then)


@router.post("/admin/accounts/{account_id}/use")
def change_use(request: Request, account_id: UUID, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Take an account out of use, or back into it."""
    desk = Desk(request, actor, session)
    command = DisableAccount(account_id_changed=account_id, disabled=form.get("disabled") == "yes")
    then = f"/admin/accounts/{account_id}"
    return desk.carry_out(form, (command, {}), partial(_page, desk, account_id), then)


def _page(desk: Desk, account_id: UUID, errors: Errors) -> Response:
    found = _account(desk, account_id)
    context = {
        "account": found,
        "active": repository.is_active(found, app_state(desk.request).clock.now()),
        "may_change": rules.may_manage(desk.actor.role, found.role),
    }
    return desk.show("account.html", context, errors)


def _account(desk: Desk, account_id: UUID) -> Account:
    found = next((one for one in queries.people(desk.session, desk.actor.site_id) if one.id == account_id), None)
    if found is None:
        raise NotFound
    return found
