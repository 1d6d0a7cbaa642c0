"""In whose name a tablet sends what it kept."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import repository as accounts
from app.clerk import Actor, Command
from app.visits.rules import believe


def moment_of(command: Command, now: datetime) -> datetime:
    """Return when a command's act happened, as believed."""
    return believe(command.device_time, timedelta(milliseconds=command.device_offset_ms), now).at


def guard_of(session: Session, place: Actor, account_id: UUID, at: datetime) -> Actor | None:
    """Return a guard as the actor of what they did on the device of `place`; None where they were not on duty on it."""
    account = accounts.find_account(session, place.site_id, account_id)
    if place.device_id is None or account is None or account.role != "guard":
        return None
    if not accounts.was_on_duty(session, account, place.device_id, at):
        return None
    return Actor(place.site_id, account.id, account.name, account.role, place.device_id, place.gate_id)
