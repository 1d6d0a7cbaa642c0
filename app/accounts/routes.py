"""Logging in and out, for reception, managers and whoever administers."""

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts import repository, rules
from app.accounts.security import Anyone, Attempted, begin_session, check_nobodys_secret, check_secret, end_session
from app.clerk import Actor
from app.errors import Problem
from app.web.state import BookSession, app_state
from app.web.templating import render

router = APIRouter()
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""A path from our own root; browsers drop tabs and newlines, and then two slashes name another host."""
HOME = {"guard": "/tablet", "receptionist": "/log", "manager": "/log", "admin": "/admin"}


@router.get("/login", response_class=HTMLResponse)
def login_page(request: Request, _actor: Anyone, next: str = "") -> HTMLResponse:  # noqa: A002 - the address's own word
    """Ask for a name and a passphrase."""
    return render(request, "layouts/login.html", {"values": {"next": _own_path(next)}})


@router.post("/login")
def log_in(
    request: Request,
    _actor: Anyone,
    session: BookSession,
    login: Annotated[str, Form(max_length=200)] = "",
    passphrase: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=500)] = "",  # noqa: A002
) -> Response:
    """Open a session, or show the page again with what was wrong."""
    values = {"login": login, "next": _own_path(next)}
    account = repository.by_login(session, login)
    known = (
        account is not None
        and account.role != "guard"
        and repository.is_active(account, app_state(request).clock.now())
    )
    state = app_state(request)
    place = request.client.host if request.client else ""
    try:
        if account is None or not known:
            check_nobodys_secret(state, login, place, passphrase, "login_wrong")
        actor = Actor(account.site_id, account.id, account.name, account.role)
        check_secret(state, Attempted(actor, account.secret_hash, place), passphrase, "login_wrong")
    except Problem as problem:
        told = f"errors.{problem.code}"
        errors = {"passphrase": (told, problem.values) if problem.values else told}
        return render(request, "layouts/login.html", {"values": values, "errors": errors}, problem.status)
    response = RedirectResponse(_own_path(next) or HOME[account.role], 303)
    begin_session(request, response, actor, rules.SESSION_VALID)
    return response


def _own_path(path: str) -> str:
    """Return a path of ours, or an empty text: never an address elsewhere."""
    return path if OWN_PATH.fullmatch(path) else ""


@router.post("/logout")
def log_out(request: Request, actor: Anyone) -> Response:
    """End the session."""
    response = RedirectResponse("/login", 303)
    if actor is not None:
        end_session(request, response, actor)
    return response
