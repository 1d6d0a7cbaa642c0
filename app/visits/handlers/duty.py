"""Who was on duty on a device when something was done there that arrives later."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from app.accounts.models import LoginSession
from app.accounts.rules import SHIFT_VALID
from app.clerk import Work
from app.journal.handlers import ENTRIES


def shift_of(work: Work, at: datetime) -> datetime | None:
    """Return when the shift began in which the actor was on duty on their device at `at`; None where none ran then.

    A shift begins with a session or on the tablet alone. It ends where somebody else's begins there, where its session
    ends, or with the longest that a shift may last.
    """
    device_id = work.actor.device_id
    sessions = sa.select(col(LoginSession.started_at), col(LoginSession.account_id), col(LoginSession.ended_at)).where(
        col(LoginSession.site_id) == work.site_id,
        col(LoginSession.device_id) == device_id,
        col(LoginSession.started_at).between(at - SHIFT_VALID, at),
    )
    alone = sa.select(ENTRIES.c.occurred_at, ENTRIES.c.account_id, sa.null()).where(
        ENTRIES.c.site_id == work.site_id,
        ENTRIES.c.subject_kind == "account",
        ENTRIES.c.event == "ShiftBegan",
        ENTRIES.c.device_id == device_id,
        ENTRIES.c.occurred_at.between(at - SHIFT_VALID, at),
    )
    shifts = [tuple(row) for query in (sessions, alone) for row in work.session.execute(query)]
    began, account_id, ended = max(shifts, key=lambda shift: shift[0], default=(at, None, None))
    return began if account_id == work.actor.account_id and (ended is None or at <= ended) else None
