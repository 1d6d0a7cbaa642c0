"""What a visitor's phone, or the stand by the door, may want done."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.clerk import Command
from app.declarations.schemas import Person
from app.screening.rules import Kind

Short = Annotated[str, StringConstraints(max_length=300)]
MOST_PEOPLE = 21


class DeclaredPerson(BaseModel):
    """One person of a party, with the answers given for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Person
    answers: dict[str, bool | str | list[str]]


class Form(Command):
    """What a form states: the declarant first, then companions, and whom they come to see."""

    gate_id: UUID
    channel: Literal["phone", "stand"]
    language: Literal["vi", "en"]
    notice_version: int = Field(ge=1)
    visit_kind: Kind = "visitor"
    people: list[DeclaredPerson] = Field(min_length=1, max_length=MOST_PEOPLE)
    unit_id: UUID | None = None
    host_name: Short = ""
    purpose: Short = ""
    plate: Short = ""
    people_count: int | None = Field(default=None, ge=1, le=500)
    on_word_of: Short = ""

    def shared(self) -> dict[str, Any]:
        """Return the visit's columns that all of the party share."""
        return {
            "kind": self.visit_kind,
            "unit_id": self.unit_id,
            "host_name": self.host_name,
            "purpose": self.purpose,
            "plate": self.plate,
            "people_count": self.people_count,
            "on_word_of": self.on_word_of,
        }


class Declare(Form):
    """Make a pass, and a declaration and a waiting visit per person; the command's id is the form's."""

    kind: Literal["declare"] = "declare"


class AmendDeclaration(Form):
    """State again what the form `form_id` stated; what differs is amended while the whole party still waits."""

    kind: Literal["amend_declaration"] = "amend_declaration"
    form_id: UUID
