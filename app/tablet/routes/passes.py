"""What a pass is worth at this gate: told apart in words, whichever way it fails."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, StringConstraints

from app.accounts.security import GuardOnDevice
from app.declarations import repository as declarations
from app.declarations.rules import check_digits, normalise_digits
from app.errors import NotFound, Problem
from app.tablet import queries
from app.tablet.schemas import TabletVisit
from app.visits import repository as visits
from app.web.state import BookSession, app_state

router = APIRouter()


class PassDigits(BaseModel):
    """The ten digits of a pass, as scanned or typed."""

    digits: Annotated[str, StringConstraints(max_length=40)]


class Party(BaseModel):
    """Whom a pass stands for."""

    visits: list[TabletVisit]


@router.post("/api/v1/tablet/pass")
def look_up(request: Request, body: PassDigits, actor: GuardOnDevice, session: BookSession) -> Party:
    """Return whom a pass stands for.

    Problems: `pass_digits` (mistyped), `pass_unknown` (of another site, or of none), `pass_expired`, `pass_used` with
    the state, the moment and the gate of who used it.
    """
    digits = normalise_digits(body.digits)
    if digits is None or not check_digits(digits):
        raise Problem(422, "pass_digits")
    found = declarations.pass_by_digits(session, actor.site_id, digits)
    if found is None:
        raise NotFound("pass_unknown")
    party = queries.shown(session, actor.site_id, visits.of_pass(session, actor.site_id, found.id))
    if any(visit.state in ("waiting", "resting", "on_site") for visit in party):
        # Somebody of the party still has business here, whether others have used it or the hour has passed.
        expired = declarations.is_spent(found, app_state(request).clock.now()) == "pass_expired"
        if not (expired and all(visit.state == "waiting" for visit in party)):
            return Party(visits=party)
    if found.used_at is None:
        raise Problem(410, "pass_expired", at=found.expires_at.isoformat())
    last = max(party, key=lambda visit: visit.sequence)
    raise Problem(410, "pass_used", state=last.state, at=found.used_at.isoformat(), name=last.name)
