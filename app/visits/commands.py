"""What people may want done to a visit."""

from datetime import date, time
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.clerk import Command, Instant
from app.declarations.schemas import Person

Kind = Literal["visitor", "delivery", "invited", "citizen", "emergency", "employee"]
Decision = Literal["admit", "recheck", "refer", "refuse"]
HostCall = Literal["agreed", "no_answer", "declined"]
Short = Annotated[str, StringConstraints(max_length=200)]
Note = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
BadgeNumber = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=12)]
Answer = bool | Annotated[str, StringConstraints(max_length=1000)] | Annotated[list[Short], Field(max_length=60)]
Answers = Annotated[dict[Annotated[str, StringConstraints(max_length=100)], Answer], Field(max_length=200)]


def _on_a_wall(told: time) -> time:
    if told.tzinfo is not None:
        message = "a clock on the wall has no offset"
        raise ValueError(message)
    return told


WallTime = Annotated[time, AfterValidator(_on_a_wall)]
"""A time of day as it was written on paper: the site's own, and never with an offset."""


class Reading(BaseModel):
    """One reading: tenths of a degree Celsius (340 to 425), or why none could be taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenths: int | None = Field(default=None, ge=340, le=425)
    not_measured: Literal["lo_hi", "broken", "declined"] | None = None
    at: Instant

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if (self.tenths is None) == (self.not_measured is None):
            message = "a reading is a number or a reason"
            raise ValueError(message)
        return self


class Override(BaseModel):
    """A decision other than the one that the rules give, with its reason and who may take it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Decision
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500)]
    approved_by: Short = ""


class CheckIn(Command):
    """Decide about a person at the gate: a visit that waits, rests or was referred, or a new one.

    `visit_id` names the visit, or `pass_digits` the pass of a declared one (the `pass_position`th of its party, the
    declarant first) that the device has never heard of; without them `person` (or `employee_id`, or `seen_visit_id`,
    an earlier visit of the same person) makes a new one. `readings` are those taken now; earlier ones are already in
    the book.
    `decision` is what the device showed: where the server decides otherwise an `ask` is refused with the server's
    decision, and a `fact` is kept with a discrepancy.
    """

    kind: Literal["check_in"] = "check_in"
    visit_id: UUID | None = None
    seen_visit_id: UUID | None = None
    employee_id: UUID | None = None
    visit_kind: Kind = "visitor"
    person: Person | None = None
    unit_id: UUID | None = None
    host_name: Short = ""
    host_call: HostCall | None = None
    purpose: Short = ""
    plate: Short = ""
    people_count: int | None = Field(default=None, ge=1, le=200)
    on_word_of: Short = ""
    vouched_by: Short = ""
    answers: Answers | None = None
    """Answers given to a guard who declares for somebody (khai hộ)."""
    readings: list[Reading] = Field(default_factory=list[Reading], max_length=5)
    mask: bool | None = None
    sanitiser: bool | None = None
    badge_number: BadgeNumber | None = None
    decision: Decision
    override: Override | None = None
    pass_digits: Annotated[str, StringConstraints(pattern="^[0-9]{10}$")] | None = None
    pass_position: int = Field(default=0, ge=0, le=59)


class PartyMember(BaseModel):
    """One of a declared group at the gate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    visit_id: UUID
    readings: list[Reading] = Field(default_factory=list[Reading], max_length=5)
    mask: bool | None = None
    sanitiser: bool | None = None
    badge_number: BadgeNumber | None = None


class AdmitParty(Command):
    """Admit all of a declared group who are clear; the others stay and are handled one by one."""

    kind: Literal["admit_party"] = "admit_party"
    pass_id: UUID
    members: list[PartyMember] = Field(min_length=1, max_length=60)
    counted: int = Field(ge=0, le=200)
    """How many people the guard counted; `count_reason` says why where it differs from those declared."""
    count_reason: Short = ""


class CheckOut(Command):
    """Let somebody out: by visit, by badge number, by the pass's ten digits, or by name.

    A `fact` that fits nobody is kept as a discrepancy.
    """

    kind: Literal["check_out"] = "check_out"
    visit_id: UUID | None = None
    badge_number: BadgeNumber | None = None
    digits: Short | None = None
    name: Short = ""
    """As the guard wrote it down, of somebody whom the tablet did not know."""
    badge_returned: bool | None = None
    """False: "Chưa trả thẻ", the badge is missing."""
    reading: Reading | None = None
    forgotten: bool = False
    """Reception checks somebody out who forgot to; `left_at` may be told."""
    left_at: Instant | None = None


class Undo(Command):
    """Take back a command of one's own, by the same account and device within ten seconds of device time."""

    kind: Literal["undo"] = "undo"
    undone_id: UUID


class CorrectVisit(Command):
    """Correct one field, with a reason; the old value is kept in the journal and shown."""

    kind: Literal["correct_visit"] = "correct_visit"
    visit_id: UUID
    field: Literal[
        "name", "birth_year", "sex", "nationality", "phone", "identity_number", "organisation", "address", "unit_id",
        "host_name", "purpose", "plate", "badge_number", "temperature", "mask", "sanitiser", "admitted_at", "left_at",
    ]  # fmt: skip
    value: Annotated[str, StringConstraints(max_length=500)]
    """As typed; each field reads it in its own way."""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class VoidVisit(Command):
    """Strike a line through: it keeps its number."""

    kind: Literal["void_visit"] = "void_visit"
    visit_id: UUID
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class AddNote(Command):
    """Add a note to a visit."""

    kind: Literal["add_note"] = "add_note"
    visit_id: UUID
    text: Note


class OpenDetails(Command):
    """See a visit's phone, identity number and answers: the entry stands before the page is shown."""

    kind: Literal["open_details"] = "open_details"
    visit_id: UUID


class ResolveDiscrepancy(Command):
    """Say what came of a discrepancy."""

    kind: Literal["resolve_discrepancy"] = "resolve_discrepancy"
    visit_id: UUID
    code: Short
    resolution: Note


class OpenDiscrepancy(Command):
    """See what a discrepancy without a line holds: the entry stands before the page is shown."""

    kind: Literal["open_discrepancy"] = "open_discrepancy"
    discrepancy_id: UUID


class SettleDiscrepancy(Command):
    """Say what became of a discrepancy without a line.

    A departure is settled by its visit, which it then ends at the told time (or at `left_at`), or by a reason; a
    refused act by a reason, and where it was entered after all, by its visit too.
    """

    kind: Literal["settle_discrepancy"] = "settle_discrepancy"
    discrepancy_id: UUID
    visit_id: UUID | None = None
    left_at: Instant | None = None
    resolution: Annotated[str, StringConstraints(max_length=1000)] = ""


class EnterFromPaper(Command):
    """Enter one line of a paper sheet that was written while the power was out.

    With `discrepancy_id` it is what a tablet was refused: the line settles it, and it is entered once.
    """

    kind: Literal["enter_from_paper"] = "enter_from_paper"
    sheet: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    line: int = Field(ge=1, le=200)
    gate_id: UUID
    day: date
    arrived: WallTime
    left: WallTime | None = None
    visit_kind: Kind = "visitor"
    person: Person
    unit_id: UUID | None = None
    host_name: Short = ""
    purpose: Short = ""
    plate: Short = ""
    badge_number: Short = ""
    tenths: int | None = Field(default=None, ge=340, le=425)
    not_measured: Literal["lo_hi", "broken", "declined"] | None = None
    mask: bool | None = None
    sanitiser: bool | None = None
    decision: Decision = "admit"
    note: Annotated[str, StringConstraints(max_length=1000)] = ""
    discrepancy_id: UUID | None = None


VisitCommand = (
    CheckIn
    | AdmitParty
    | CheckOut
    | Undo
    | CorrectVisit
    | VoidVisit
    | AddNote
    | ResolveDiscrepancy
    | SettleDiscrepancy
    | EnterFromPaper
)
