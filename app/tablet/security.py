"""In whose name a tablet sends what it kept."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import repository as accounts
from app.clerk import Actor, Command
from app.visits.rules import CLOCK_TOLERANCE, believe


def moment_of(command: Command, now: datetime) -> datetime:
    """Return when a command's act happened, as believed."""
    return believe(command.device_time, timedelta(milliseconds=command.device_offset_ms), now).at


def guard_of(session: Session, place: Actor, account_id: UUID, at: datetime) -> Actor | None:
    """Return a guard as the actor of what they did on the device of `place`; None where it is no guard of the site.

    Where the book knows of no session of theirs on that device by then, they are not `proven`: the tablet was paired
    anew since, or a stand-in's twelve hours were over. What happened is kept all the same, and says so. Whoever had
    been dismissed by then did nothing here.
    """
    account = accounts.find_account(session, place.site_id, account_id)
    if place.device_id is None or account is None or account.role != "guard":
        return None
    if account.disabled_at is not None and at >= account.disabled_at:
        return None
    proven = accounts.was_on_duty(session, account, place.device_id, at, CLOCK_TOLERANCE)
    return Actor(place.site_id, account.id, account.name, account.role, place.device_id, place.gate_id, proven=proven)
