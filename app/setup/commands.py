"""Opening an office for the first time, whole or not at all, and what is done about its recovery sheet."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from app.clerk import Command
from app.kit.text import clean
from app.sites.commands import NewUnit


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_cleaned)]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=100), BeforeValidator(_cleaned)]
Short = Annotated[str, StringConstraints(max_length=200), BeforeValidator(_cleaned)]


class SetUp(Command):
    """Open the first office of a book with all it needs to begin; secrets come hashed."""

    kind: Literal["set_up"] = "set_up"
    office_name: Name
    parent_name: Short = ""
    letterhead: Literal["state", "party"]
    place: Short = ""
    contact: Short = ""
    public_url: Short = ""
    wifi_name: Short = ""
    wifi_password: Short = ""
    gate_name: Name
    units: list[NewUnit] = Field(min_length=1, max_length=200)
    manager_name: PersonName
    manager_login: PersonName
    manager_secret_hash: str
    guard_name: PersonName
    guard_secret_hash: str


class KeepRecovery(Command):
    """Say that the recovery sheet was printed, checked and put away."""

    kind: Literal["keep_recovery"] = "keep_recovery"
