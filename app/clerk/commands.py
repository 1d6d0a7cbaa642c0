"""What somebody wants done, on whose behalf, and how it ended."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MOST_OFFSET_MS = 4_000_000_000_000
"""Over a century: a device whose battery died begins in 1970, and no clock is further off than that."""
YEARS = (1970, 2199)


def _conceivable(moment: datetime) -> datetime:
    if not YEARS[0] <= moment.year <= YEARS[1]:
        message = "no clock shows this year"
        raise ValueError(message)
    return moment.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_conceivable)]
"""A moment with its offset, of a year that a clock may show: any other cannot be compared, or overflows."""


def without_nul(value: Any) -> Any:
    """Return what was sent without NUL, which no honest hand types and PostgreSQL does not keep."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        found = cast("dict[Any, Any]", value)
        return {without_nul(key): without_nul(item) for key, item in found.items()}
    return [without_nul(item) for item in cast("list[Any]", value)] if isinstance(value, list) else value


class Command(BaseModel):
    """What somebody wants done, as it came from a device, a form or the shell.

    `mode` is not part of the content: an `ask` may be sent again as a `fact`, which is never refused for policy,
    quota or clock. `account_id` names who did it, where a device sends what another guard did before the shift changed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=20_000)

    mode: Literal["ask", "fact"] = "ask"
    device_time: Instant | None = None
    device_sequence: int | None = Field(default=None, ge=0, lt=2**63)
    device_offset_ms: int = Field(default=0, ge=-MOST_OFFSET_MS, le=MOST_OFFSET_MS)
    """How far the server's clock was ahead of the device's at their last contact."""
    policy_version: int | None = Field(default=None, ge=1, lt=2**31)
    account_id: UUID | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_nul(cls, sent: Any) -> Any:
        return without_nul(sent)

    @property
    def kind_name(self) -> str:
        """The value of the command's `kind`, which every subclass has."""
        return str(getattr(self, "kind"))  # noqa: B009 - the field exists in the subclasses only

    def content_hash(self) -> bytes:
        """Return 32 bytes that are equal where the content is, whatever the mode."""
        return hashlib.sha256(self.model_dump_json(exclude={"mode"}, exclude_defaults=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf something is done: an account of a site, perhaps at a device of a gate."""

    site_id: UUID
    account_id: UUID
    name: str
    role: str
    device_id: UUID | None = None
    gate_id: UUID | None = None
    session_id: UUID | None = None
    since: datetime | None = None
    """When the session, and with it the shift, began."""
    proven: bool = True
    """Whether the book knows that they may have done it; False where a device alone says that it was this guard."""


class Status(StrEnum):
    """How a command ended."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the clerk answers: the status, a code where it was refused, and JSON values for whoever asked."""

    status: Status
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    code: str | None = None


@dataclass(slots=True)
class Caller:
    """Whoever waits for the outcomes of some commands: told, in the own event loop if there is one, after the last."""

    tell: Callable[[], None]
    loop: asyncio.AbstractEventLoop | None = None
    left: int = 1
    held_up: bool = False
    """One of the commands failed: those after it are left undone, lest they overtake it."""


@dataclass(slots=True)
class Ticket:
    """A command on its way through the clerk."""

    command_id: UUID
    command: Command
    actor: Actor
    received_at: datetime
    content_hash: bytes
    caller: Caller
    outcome: Outcome | Exception | None = None
    asked: float = field(default_factory=time.perf_counter)
