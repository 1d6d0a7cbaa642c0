"""Reception's day log: today's book, live, filtered, searched."""

from typing import Annotated, Any

from babel.dates import format_date
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.accounts.security import Receptionist
from app.clerk import Actor
from app.daylog.queries import Shown, head_context, list_context, page_context, shown, site_of
from app.journal.queries import head
from app.visits.queries import Filters, Query, Standpoint, standpoint, touched
from app.web.state import BookSession, app_state
from app.web.templating import language_of, render

router = APIRouter()
PART = "gatebook-part"
"""The header by which a page's own script asks for the list alone."""


@router.get("/log", response_class=HTMLResponse)
def log(request: Request, actor: Receptionist, session: BookSession, cursor: str | None = None) -> HTMLResponse:
    """Show the book: today's, or what the address's filters ask for."""
    here = _here(request, actor, session)
    return _page(request, session, actor, shown(Filters.parse(request.query_params), here), cursor or None)


class Typed(BaseModel):
    """What was typed into the search."""

    q: str = ""
    any_day: str = ""
    cursor: str = ""


@router.post("/log/search", response_class=HTMLResponse)
def search_log(
    request: Request,
    actor: Receptionist,
    session: BookSession,
    typed: Annotated[Typed, Form()],
) -> HTMLResponse:
    """Show what is found; what is typed is in no address."""
    here = _here(request, actor, session)
    asked = shown(Filters.parse(request.query_params), here)
    if not typed.q.strip():
        return _page(request, session, actor, asked, None)
    query = Query.of(typed.q, app_state(request).book.closing)
    filters = asked.filters.on(None, None) if typed.any_day else asked.filters
    found = Shown(filters, query, any_day=bool(typed.any_day))
    return _page(request, session, actor, found, typed.cursor or None)


@router.get("/log/lines", response_class=HTMLResponse)
def new_lines(
    request: Request, actor: Receptionist, session: BookSession, after: Annotated[int, Field(ge=0, lt=2**63)]
) -> HTMLResponse:
    """Give the lines that entries after `after` touched, as the list shows them, and the figures."""
    here = _here(request, actor, session)
    asked = shown(Filters.parse(request.query_params), here)
    sequence = head(session, actor.site_id).sequence
    changed = touched(session, here, asked.filters, after) if after <= sequence else None
    ids, lines = changed or (frozenset(), [])
    context = list_context(session, here, asked) | head_context(session, here, asked)
    news = {"lines": lines, "touched": ids, "anew": changed is None, "site": site_of(session, actor)}
    return render(request, "reception/news.html", context | news)


def _here(request: Request, actor: Actor, session: Session) -> Standpoint:
    return standpoint(session, actor.site_id, app_state(request).clock.now())


def _page(request: Request, session: Session, actor: Actor, asked: Shown, cursor: str | None) -> HTMLResponse:
    here = _here(request, actor, session)
    context: dict[str, Any] = list_context(session, here, asked, cursor) | {"cursor": cursor}
    if request.headers.get(PART):
        context["site"] = site_of(session, actor)
        return render(request, "reception/list.html", context)
    context |= page_context(session, actor, here, asked) | head_context(session, here, asked)
    context["weekday"] = format_date(asked.day, "EEEE", language_of(request)) if asked.day else ""
    return render(request, "reception/log.html", context)
