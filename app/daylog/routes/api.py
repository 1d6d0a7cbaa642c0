"""The day log for programs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session

from app.accounts.security import Receptionist
from app.clerk import Actor
from app.daylog.queries import Shown, page_of
from app.daylog.schemas import LogLine, LogPage, LogQuery, SearchQuery
from app.visits.queries import PLACES, names_of, standpoint
from app.visits.queries import Query as Typed
from app.web.state import BookSession, app_state

router = APIRouter(prefix="/api/v1", tags=["visits"])


@router.get("/visits")
def list_visits(
    request: Request, actor: Receptionist, session: BookSession, query: Annotated[LogQuery, Query()]
) -> LogPage:
    """Give the lines that the filters let through, newest first."""
    return _page(request, actor, session, query, None)


@router.post("/visits/search")
def search_visits(request: Request, actor: Receptionist, session: BookSession, query: SearchQuery) -> LogPage:
    """Give the lines that hold what is searched for, newest day first."""
    return _page(request, actor, session, query, Typed.of(query.q, app_state(request).book.closing))


def _page(request: Request, actor: Actor, session: Session, query: LogQuery, typed: Typed | None) -> LogPage:
    here = standpoint(session, actor.site_id, app_state(request).clock.now())
    page = page_of(session, here, Shown(query.filters(), typed), query.cursor)
    names = names_of(session, actor.site_id, PLACES)
    lines = [LogLine.of(line, names) for line in page.rows]
    return LogPage(lines=lines, next_cursor=page.next_cursor, as_of=here.now)
