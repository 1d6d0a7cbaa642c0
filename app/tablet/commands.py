"""What only a tablet sends: the change of shift, and what becomes of commands that were refused."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.clerk import Command, Instant
from app.visits.commands import BadgeNumber, Short, VisitCommand

Code = Annotated[str, StringConstraints(pattern="^[a-z_]{1,60}$")]


class BeginShift(Command):
    """A guard's PIN was checked by the tablet alone, without the server: from `device_time` on they are on duty."""

    kind: Literal["begin_shift"] = "begin_shift"


class OpenMatters(BaseModel):
    """How many wait, rest, are inside, and are on the tablet only, when a shift is handed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    waiting: int = Field(ge=0, le=100_000)
    resting: int = Field(ge=0, le=100_000)
    on_site: int = Field(ge=0, le=100_000)
    unsent: int = Field(ge=0, le=100_000)


class HandOver(Command):
    """Hand the shift over to another guard, who has proven to be there, or end it with nobody after it.

    The one who hands over is the command's account, and `to_account_id` takes over. Where whoever was on duty has gone
    without a handover, they are `from_account_id`, and the command's account takes over. `badges_missing` are the
    numbers that did not come back; `unusual` are lines as the guard saw them.
    """

    kind: Literal["hand_over"] = "hand_over"
    to_account_id: UUID | None = None
    from_account_id: UUID | None = None
    note: Annotated[str, StringConstraints(max_length=1000)] = ""
    open: OpenMatters
    badges_missing: list[BadgeNumber] = Field(default_factory=list[str], max_length=200)
    unusual: list[Short] = Field(default_factory=list[str], max_length=50)

    @model_validator(mode="after")
    def _one_other(self) -> Self:
        if self.from_account_id is not None and self.to_account_id is not None:
            raise ValueError("a handover names one guard beside the command's own")
        return self


class HandToReception(Command):
    """Leave a command that was refused to reception; its content is kept closed."""

    kind: Literal["hand_to_reception"] = "hand_to_reception"
    refused_id: UUID
    refused_kind: Code
    code: Code
    name: Short = ""
    happened_at: Instant | None = None
    content: dict[str, Any] = Field(max_length=100)


class DiscardRefused(Command):
    """Give up a command that was refused, with a reason that stays in the journal."""

    kind: Literal["discard_refused"] = "discard_refused"
    refused_id: UUID
    refused_kind: Code
    code: Code
    name: Short = ""
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500)]


class ImportOutbox(Command):
    """Reception read in the file of a tablet that did not come back; the lines themselves are commands of their own."""

    kind: Literal["import_outbox"] = "import_outbox"
    device_id: UUID
    made_at: Instant
    recorded: int = Field(ge=0)
    known: int = Field(ge=0)
    """Lines that were in the book, or with reception, before."""
    to_reception: int = Field(ge=0)

    def told(self) -> dict[str, Any]:
        """Return what the journal keeps of it."""
        return self.model_dump(mode="json", include={"made_at", "recorded", "known", "to_reception"})


TabletCommand = VisitCommand | BeginShift | HandOver | HandToReception | DiscardRefused
