"""Reading what a gate's shifts left behind."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from app.accounts.models import Account
from app.db import UtcTime
from app.sites.models import Gate
from app.tablet.models import Handover

_SITE = col(Handover.site_id)


@dataclass(frozen=True, slots=True)
class NamedHandover:
    """A handover with the names that belong to it."""

    handover: Handover
    gate_name: str
    from_name: str
    to_name: str | None


def handovers(
    session: Session, site_id: UUID, *, gate_id: UUID | None = None, before: UUID | None = None, limit: int = 50
) -> list[NamedHandover]:
    """Return handovers of a site or one gate, the newest first; `before` is the last id of the page before."""
    giver, taker = aliased(Account), aliased(Account)
    query = (
        sa.select(Handover, col(Gate.name), col(giver.name), col(taker.name))
        .join(Gate, sa.and_(col(Gate.site_id) == _SITE, col(Gate.id) == col(Handover.gate_id)))
        .join(giver, sa.and_(col(giver.site_id) == _SITE, col(giver.id) == col(Handover.from_account_id)))
        .outerjoin(taker, sa.and_(col(taker.site_id) == _SITE, col(taker.id) == col(Handover.to_account_id)))
        .where(col(Handover.site_id) == site_id)
        .order_by(col(Handover.occurred_at).desc(), col(Handover.id).desc())
        .limit(limit)
    )
    if gate_id is not None:
        query = query.where(col(Handover.gate_id) == gate_id)
    last = session.get(Handover, (site_id, before)) if before is not None else None
    if last is not None:
        place = sa.tuple_(sa.literal(last.occurred_at, UtcTime()), sa.literal(last.id, sa.Uuid()))
        query = query.where(sa.tuple_(col(Handover.occurred_at), col(Handover.id)) < place)
    return [NamedHandover(*row) for row in session.execute(query)]
