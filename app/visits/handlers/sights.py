"""What is closed, seen: the entry stands before anything is shown."""

from datetime import timedelta
from uuid import UUID

from app.clerk import Work
from app.journal import queries as journal
from app.journal.handlers import flush, record

SEEN_AGAIN_AFTER = timedelta(minutes=10)


def record_sight(work: Work, event: str, subject: tuple[str, UUID]) -> bool:
    """Write that somebody sees what is closed, once per account, subject and ten minutes; return whether it was new."""
    flush(work)
    since = work.received_at - SEEN_AGAIN_AFTER
    seen = any(
        line.event == event and line.account_id == work.actor.account_id and line.received_at > since
        for line in journal.story(work.session, work.site_id, subject)
    )
    if not seen:
        record(work, event, subject, {})
    return not seen
