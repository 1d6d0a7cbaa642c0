"""What is done about a site, its gates, units, people and badges."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.clerk import Command
from app.kit.text import clean


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_cleaned)]
Short = Annotated[str, StringConstraints(max_length=200), BeforeValidator(_cleaned)]


class NewUnit(BaseModel):
    """A unit as it is first written down."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    extension: Short = ""
    directions: Short = ""


class OpenSite(Command):
    """Make a site with its first gate and its units; the actor's site id is the new site's."""

    kind: Literal["open_site"] = "open_site"
    name: Name
    parent_name: Short = ""
    letterhead: Literal["state", "party"] = "state"
    place: Short = ""
    public_url: Short = ""
    wifi_name: Short = ""
    wifi_password: Short = ""
    contact: Short = ""
    gate_name: Name
    units: list[NewUnit] = Field(default_factory=list[NewUnit], max_length=200)
    manager_name: Name
    manager_login: Name
    manager_secret_hash: str
    guard_name: Name
    guard_secret_hash: str


class ChangeSite(Command):
    """Change what stands in the letterhead, on the poster and in the notice."""

    kind: Literal["change_site"] = "change_site"
    name: Name
    parent_name: Short = ""
    letterhead: Literal["state", "party"] = "state"
    place: Short = ""
    public_url: Short = ""
    wifi_name: Short = ""
    wifi_password: Short = ""
    contact: Short = ""


class AddGate(Command):
    """Add a gate; its code for the poster is made by the server."""

    kind: Literal["add_gate"] = "add_gate"
    name: Name


class ChangeGate(Command):
    """Rename a gate, retire it, or give it a new code (the old poster then leads nowhere)."""

    kind: Literal["change_gate"] = "change_gate"
    gate_id: UUID
    name: Name
    retired: bool = False
    new_code: bool = False


class SaveUnit(Command):
    """Add a unit, or change one."""

    kind: Literal["save_unit"] = "save_unit"
    unit_id: UUID | None = None
    name: Name
    extension: Short = ""
    directions: Short = ""
    retired: bool = False


class SaveEmployee(Command):
    """Add somebody to the staff directory, or change an entry."""

    kind: Literal["save_employee"] = "save_employee"
    employee_id: UUID | None = None
    name: Name
    title: Short = ""
    unit_id: UUID | None = None
    badge_code: Short = ""
    receives: bool = True
    retired: bool = False


class NewEmployee(BaseModel):
    """Somebody as one line of an import states it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    title: Short = ""
    unit_id: UUID | None = None
    badge_code: Short = ""


class ImportEmployees(Command):
    """Add many people to the staff directory at once, or none of them.

    Somebody with a known badge code, or of the same name in the same unit, is brought up to date instead.
    """

    kind: Literal["import_employees"] = "import_employees"
    people: list[NewEmployee] = Field(min_length=1, max_length=5_000)


class AddBadges(Command):
    """Add badges to a gate, numbered from `first` to `last`, with leading zeros to `digits` places."""

    kind: Literal["add_badges"] = "add_badges"
    gate_id: UUID
    first: int = Field(ge=1, le=99_999)
    last: int = Field(ge=1, le=99_999)
    digits: int = Field(default=3, ge=1, le=5)


class ChangeBadge(Command):
    """Say that a badge is free again, missing or cancelled."""

    kind: Literal["change_badge"] = "change_badge"
    number: Name
    state: Literal["free", "missing", "cancelled"]
