"""What may be done with the logbook."""

from datetime import date
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import Field, StringConstraints

from app.clerk import Command
from app.visits.commands import Decision, Kind

Format = Literal["pdf", "xlsx", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
State = Literal["on_site", "left", "refused", "referred", "voided"]
STATES: tuple[State, ...] = get_args(State)
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
    columns: tuple[Name, ...] = Field((), max_length=40)

    def narrowing(self) -> dict[str, str]:
        """Return the filters that leave lines out, as the journal keeps them."""
        named = {
            "gate": self.gate_id,
            "unit": self.unit_id,
            "kind": self.visit_kind,
            "state": self.state,
            "decision": self.decision,
        }
        return {name: str(value) for name, value in named.items() if value is not None}
