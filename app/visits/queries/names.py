"""What gates, units, accounts and devices are called, retired ones too."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account, Device
from app.db import table_of
from app.sites.models import Gate, Unit

PLACES = (Gate, Unit)
ACTING = (Gate, Unit, Account, Device)


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id."""

    known: Mapping[UUID, str]

    def of(self, row_id: UUID | str | None) -> str:
        """Return a name, or nothing for what has none; an id may come as the journal keeps it."""
        try:
            return self.known.get(UUID(row_id) if isinstance(row_id, str) else row_id, "") if row_id else ""
        except ValueError:
            return ""


def names_of(session: Session, site_id: UUID, models: tuple[type[Gate | Unit | Account | Device], ...]) -> Names:
    """Return the names of all rows of some kinds at a site."""
    known: dict[UUID, str] = {}
    for model in models:
        table = table_of(model)
        found = session.execute(sa.select(table.c.id, table.c.name).where(table.c.site_id == site_id))
        known |= {row.id: row.name for row in found}
    return Names(known)
