"""What may be done with the logbook."""

from datetime import date
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import Field, StringConstraints

from app.clerk import Command
from app.visits.commands import Decision, Kind
from app.visits.queries import Filters

Format = Literal["pdf", "xlsx", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
State = Literal["expected", "waiting", "resting", "on_site", "left", "refused", "referred", "voided", "expired"]
Name = Annotated[str, StringConstraints(max_length=40)]


class ExportLogbook(Command):
    """Take the logbook of a range of days out of the house; journalled before the first byte leaves."""

    kind: Literal["export_logbook"] = "export_logbook"
    format: Format
    first: date
    last: date
    gate_id: UUID | None = None
    unit_id: UUID | None = None
    visit_kind: Kind | None = None
    state: State | None = None
    decision: Decision | None = None
    overdue: bool = False
    attention: bool = False
    columns: tuple[Name, ...] = Field(default=(), max_length=40)

    def filters(self) -> Filters:
        """Return what leaves lines out, the days apart."""
        return Filters(
            gate_id=self.gate_id,
            unit_id=self.unit_id,
            state=self.state,
            decision=self.decision,
            kind=self.visit_kind,
            overdue=self.overdue,
            attention=self.attention,
        )
