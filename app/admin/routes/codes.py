"""Sealed codes for stand-ins, and the tokens of programs."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts import repository, rules
from app.accounts.commands import CancelSealedCode, IssueSealedCode, RevokeToken
from app.accounts.security import Admin
from app.admin import queries
from app.admin.routes.page import Desk
from app.errors import NotFound
from app.web.forms import Errors, TypedForm, build
from app.web.state import BookSession, app_state
from app.web.writing import command_id_of

router = APIRouter()


@router.get("/admin/sealed-codes", response_class=HTMLResponse)
def sealed_codes(request: Request, actor: Admin, session: BookSession) -> Response:
    """List the sealed codes: who made each, until when, who used it. The codes themselves are kept by nobody."""
    return _codes(Desk(request, actor, session), {})


def _codes(desk: Desk, errors: Errors) -> Response:
    context = {
        "codes": repository.sealed_codes(desk.session, desk.actor.site_id),
        "names": queries.names(desk.session, desk.actor.site_id),
        "days": rules.SEALED_CODE_VALID.days,
    }
    return desk.show("sealed_codes.html", context, errors)


@router.post("/admin/sealed-codes")
def issue_code(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Make a code and show it once, on a sheet for its envelope."""
    desk, state = Desk(request, actor, session), app_state(request)
    command_id = command_id_of(form.get("command_id", ""))
    code = rules.sealed_code(state.book.closing.hash("sealed-code", str(command_id)))
    code_hash = state.book.closing.hash("sealed", code.replace("-", ""))
    # Days are whole, so that a form sent twice within its day is one command.
    expires_at = state.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + rules.SEALED_CODE_VALID
    command = IssueSealedCode(code_hash=code_hash.hex(), expires_at=expires_at)
    context = {"code": code, "expires_at": expires_at}
    return desk.carry_out(
        form, (command, {}), partial(_codes, desk), lambda _values: desk.show("sealed_code.html", context)
    )


@router.post("/admin/sealed-codes/{code_hash}/cancellation")
def cancel_code(request: Request, code_hash: str, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Make a code that lies in an envelope open nothing any more."""
    desk = Desk(request, actor, session)
    command, errors = build(CancelSealedCode, {"code_hash": code_hash})
    if errors:
        raise NotFound
    return desk.carry_out(form, (command, {}), partial(_codes, desk), "/admin/sealed-codes?done=code_cancelled")


@router.get("/admin/tokens", response_class=HTMLResponse)
def tokens(request: Request, actor: Admin, session: BookSession) -> Response:
    """List the tokens of programs."""
    return _tokens(Desk(request, actor, session), {})


def _tokens(desk: Desk, errors: Errors) -> Response:
    roles = {one.id: one.role for one in repository.accounts(desk.session, desk.actor.site_id)}
    known = [(token, roles[token.account_id]) for token in repository.tokens(desk.session, desk.actor.site_id)]
    return desk.show("tokens.html", {"tokens": known}, errors)


@router.post("/admin/tokens/{token_id}/revocation")
def revoke_token(request: Request, token_id: UUID, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Let a program's token in no more."""
    desk = Desk(request, actor, session)
    command = RevokeToken(token_id=token_id)
    return desk.carry_out(form, (command, {}), partial(_tokens, desk), "/admin/tokens?done=token_revoked")
