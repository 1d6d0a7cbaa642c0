"""The feed: what happens at a site, as it happens."""

import re
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from app.accounts.security import Staff, known_of
from app.feed.queries import Reader
from app.web.state import app_state

router = APIRouter()
RECHECK_SECONDS = 60
SEQUENCE = re.compile(r"[0-9]{1,18}")
"""A journal's sequence as an event's id: more digits are none of ours, and no column holds them."""
FEED_ROLES = frozenset({"guard", "receptionist", "manager"})


class Happening(BaseModel):
    """An entry without its particulars: what changed, for whoever shows it to ask for it."""

    sequence: int
    event: str
    subject_kind: str
    subject_id: UUID


@router.get("/api/v1/feed", response_class=EventSourceResponse)
async def feed(
    request: Request, actor: Staff, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterator[ServerSentEvent]:
    """Give what happens at the actor's site; `Last-Event-ID` resumes without a gap.

    Authorisation is checked again each minute: a session that ended hears nothing more.
    """
    reader: Reader = request.app.state.reader
    clock = app_state(request).clock
    after = int(last_event_id) if last_event_id and SEQUENCE.fullmatch(last_event_id) else None
    yield ServerSentEvent(comment="open", retry=2000)
    if actor.role not in FEED_ROLES:
        return
    checked = clock.now()
    async for line in reader.entries(actor.site_id, after):
        if (clock.now() - checked).total_seconds() > RECHECK_SECONDS:
            checked = clock.now()
            if await known_of(request) is None:
                return
        happening = Happening(
            sequence=line.sequence, event=line.event, subject_kind=line.subject_kind, subject_id=line.subject_id
        )
        yield ServerSentEvent(data=happening, id=str(line.sequence))
