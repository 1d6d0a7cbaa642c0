"""Reception reads in the file of a tablet that does not come back."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.accounts.security import Receptionist
from app.clerk import Actor, Command, Instant, Outcome, Receipt, Status
from app.clerk.commands import MOST_OFFSET_MS
from app.kit.ids import is_time_ordered, new_id
from app.sites import repository as sites
from app.tablet.commands import HandToReception, ImportOutbox, TabletCommand
from app.tablet.files import CarriedLine, CarryError, Envelope, ids_of, made_at, open_envelope, read_envelope
from app.tablet.routes.commands import ALLOWED
from app.tablet.security import guard_of, moment_of
from app.visits import repository as visits
from app.visits.handlers.strays import UNDESCRIBED
from app.web.forms import TypedForm
from app.web.state import AppState, BookSession, app_state
from app.web.templating import render

router = APIRouter()
AT_ONCE = 100
MOST_FIELDS = 100
COMMAND: TypeAdapter[Command] = TypeAdapter(Annotated[TabletCommand, Field(discriminator="kind")])


@router.get("/log/import", response_class=HTMLResponse)
def import_page(request: Request, actor: Receptionist, session: BookSession) -> HTMLResponse:
    """Ask for the file that a tablet gave out."""
    return render(request, "reception/import.html", {"site": sites.find_site(session, actor.site_id)})


@router.post("/log/import", response_class=HTMLResponse)
def import_outbox(request: Request, actor: Receptionist, session: BookSession, form: TypedForm) -> HTMLResponse:
    """Read a file in, and say what each of its lines came to; read in again it changes nothing."""
    state, page = app_state(request), {"site": sites.find_site(session, actor.site_id)}
    try:
        envelope = read_envelope(form.get("file", ""))
        device = _device(session, actor, envelope)
        lines = open_envelope(envelope, state.book.keys.outbox(device.site_id, device.id))
    except CarryError as error:
        return render(request, "reception/import.html", page | {"errors": {"file": f"errors.{error.code}"}}, 422)
    reading = _Import(state, actor, device)
    reading.take(lines)
    counts, sealed_at = reading.counts(), made_at(envelope)
    done = ImportOutbox.model_validate({"device_id": device.id, "made_at": sealed_at, **counts})
    state.clerk.submit(new_id(), done, actor)
    told = {"lines": reading.read, "counts": counts, "device": device, "made_at": sealed_at}
    return render(request, "reception/import.html", page | told)


def _device(session: Session, actor: Actor, envelope: Envelope) -> Device:
    """Return the device that sealed a file; a revoked one's is for a manager to judge."""
    site_id, device_id = ids_of(envelope)
    if site_id != actor.site_id:
        raise CarryError("carry_other_office")
    device = session.get(Device, (site_id, device_id))
    if device is None:
        raise CarryError("carry_device_unknown")
    if device.revoked_at is not None and actor.role != "manager":
        raise CarryError("carry_device_revoked")
    return device


@dataclass(frozen=True, slots=True)
class Read:
    """What a line of the file came to: recorded, known (from before) or reception; `code` says why the last."""

    line: CarriedLine
    name: str
    at: datetime | None
    status: str
    code: str | None = None
    discrepancy_id: str | None = None


class _NotForTheBook(Exception):
    """A line that cannot be carried out, and the code of why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Import:
    """One file being read in, line after line."""

    state: AppState
    actor: Actor
    device: Device
    read: list[Read] = field(default_factory=list[Read])
    visits: dict[UUID, UUID | None] = field(default_factory=dict[UUID, UUID | None])
    """Which visit each command made, as far as it is known."""

    @property
    def place(self) -> Actor:
        """Whoever reads the file in, at the tablet's gate."""
        who = self.actor
        return Actor(who.site_id, who.account_id, who.name, who.role, self.device.id, self.device.gate_id)

    def take(self, lines: list[CarriedLine]) -> None:
        """Have every line carried out in its order."""
        waiting: list[tuple[CarriedLine, Command, Actor]] = []
        names = {line.id: name_of(line) for line in lines}
        for line in lines:
            if len(waiting) == AT_ONCE or any(other.id == line.visit_of for other, _, _ in waiting):
                self._carry_out(waiting, names)
                waiting = []
            try:
                waiting.append((line, *self._prepared(line)))
            except _NotForTheBook as not_this:
                # In the file's order: what waits comes first.
                self._carry_out(waiting, names)
                waiting = []
                self._leave_to_reception(line, not_this.code, names)
        self._carry_out(waiting, names)

    def counts(self) -> dict[str, int]:
        """Return how many lines came to what."""
        statuses = [read.status for read in self.read]
        return {
            "recorded": statuses.count("recorded"),
            "known": statuses.count("known"),
            "to_reception": statuses.count("reception"),
        }

    def _prepared(self, line: CarriedLine) -> tuple[Command, Actor]:
        if line.command is None:
            raise _NotForTheBook("carry_unreadable")
        known = self._receipt(line.id) if line.status == "refused" else None
        if line.status == "refused" and (known is None or known.status != Status.RECORDED):
            # Whoever was refused stopped; that it happened nevertheless is for a person to say.
            raise _NotForTheBook(line.code or "refused")
        fields = line.command | {"mode": "fact"}
        if line.visit_of is not None:
            visit_id = self._visit_of(line.visit_of)
            if visit_id is None:
                raise _NotForTheBook("carry_visit_unknown")
            fields["visit_id"] = str(visit_id)
        try:
            command = COMMAND.validate_python(fields)
        except ValidationError as error:
            raise _NotForTheBook("input_odd") from error
        return command, self._guard(line, command)

    def _guard(self, line: CarriedLine, command: Command) -> Actor:
        """Return the guard who did it, where it could have come from this tablet over the network too."""
        if command.kind_name not in ALLOWED["guard"] or not is_time_ordered(line.id):
            raise _NotForTheBook("input_odd")
        at = moment_of(command, self.state.clock.now())
        if self.device.revoked_at is not None and at > self.device.revoked_at:
            raise _NotForTheBook("carry_after_revocation")
        with self.state.book.reading() as session:
            guard = guard_of(session, self.place, command.account_id, at) if command.account_id else None
        if guard is None:
            raise _NotForTheBook("carry_guard_unknown")
        return guard

    def _visit_of(self, command_id: UUID) -> UUID | None:
        if command_id not in self.visits:
            known = self._receipt(command_id)
            self.visits[command_id] = _visit_in(known.answer) if known is not None else None
        return self.visits[command_id]

    def _receipt(self, command_id: UUID) -> Receipt | None:
        with self.state.book.reading() as session:
            return session.get(Receipt, (self.device.site_id, command_id))

    def _carry_out(self, waiting: list[tuple[CarriedLine, Command, Actor]], names: Mapping[UUID, str]) -> None:
        if not waiting:
            return
        outcomes = self.state.clerk.begin_all([(line.id, command, guard) for line, command, guard in waiting])(30)
        for (line, _, _), outcome in zip(waiting, outcomes, strict=True):
            self._answered(line, outcome, names)

    def _answered(self, line: CarriedLine, outcome: Outcome, names: Mapping[UUID, str]) -> None:
        if outcome.status in (Status.REFUSED, Status.CONFLICT):
            self._leave_to_reception(line, outcome.code or "refused", names)
            return
        self.visits[line.id] = visit_id = _visit_in(outcome.values)
        name = names[line.id] or self._name_in_book(line, visit_id)
        kept_aside = outcome.values.get("discrepancy_id") if outcome.values.get("matched") is False else None
        status = "recorded" if outcome.status is Status.RECORDED else "known"
        self.read.append(Read(line, name, _stamp(line).get("device_time"), status, None, kept_aside))

    def _leave_to_reception(self, line: CarriedLine, code: str, names: Mapping[UUID, str]) -> None:
        name = names[line.id] or (names.get(line.visit_of, "") if line.visit_of else "")
        name = name or self._name_in_book(line, self.visits.get(line.visit_of) if line.visit_of else None)
        described = {key: value for key, value in (line.command or {}).items() if key not in UNDESCRIBED}
        handed = HandToReception(
            refused_id=line.id,
            refused_kind=_code(line.kind),
            code=_code(code),
            name=name[:200],
            content=described if len(described) <= MOST_FIELDS else {"content": described},
            **_stamp(line),
        )
        outcome = self.state.clerk.submit(new_id(), handed, self._whose(handed))
        status = "known" if outcome.values.get("known") else "reception"
        told = outcome.values.get("discrepancy_id")
        self.read.append(Read(line, name, handed.device_time, status, code, told))

    def _name_in_book(self, line: CarriedLine, visit_id: UUID | None) -> str:
        """Return whom a line is about that names nobody itself, as when they declared by phone."""
        command, site_id = line.command or {}, self.device.site_id
        with self.state.book.reading() as session:
            about = visit_id or _id_in(command, "visit_id")
            found = visits.find(session, site_id, about) if about else None
            party_of = _id_in(command, "pass_id")
            if found is None and party_of is not None:
                found = next(iter(visits.of_pass(session, site_id, party_of)), None)
            return found.name if found is not None else ""

    def _whose(self, handed: HandToReception) -> Actor:
        """Return the guard whom the line names, else whoever reads the file in."""
        if handed.account_id is None:
            return self.place
        at = moment_of(handed, self.state.clock.now())
        with self.state.book.reading() as session:
            return guard_of(session, self.place, handed.account_id, at) or self.place


def name_of(line: CarriedLine) -> str:
    """Return whom a line is about, as far as it says so."""
    command = line.command or {}
    person = command.get("person")
    named = [cast("dict[str, Any]", person).get("name") if isinstance(person, dict) else None, command.get("name")]
    named.append(command.get("on_word_of"))
    return next((text for text in named if isinstance(text, str) and text.strip()), "")


def _visit_in(answer: Mapping[str, Any]) -> UUID | None:
    return _id_in(answer, "visit_id")


def _id_in(fields: Mapping[str, Any], name: str) -> UUID | None:
    """Return an id where there is one that can be read."""
    with contextlib.suppress(ValueError):
        return UUID(text) if isinstance(text := fields.get(name), str) else None
    return None


def _stamp(line: CarriedLine) -> dict[str, Any]:
    """Return when a line happened and who did it, where it says so in a way that can be read."""
    command, stamp = line.command or {}, dict[str, Any]()
    for name, shape in STAMPS.items():
        with contextlib.suppress(ValidationError):
            stamp[name] = shape.validate_python(command.get(name))
    return stamp


STAMPS: Mapping[str, TypeAdapter[Any]] = {
    "device_time": TypeAdapter(Instant),
    "device_offset_ms": TypeAdapter(Annotated[int, Field(ge=-MOST_OFFSET_MS, le=MOST_OFFSET_MS)]),
    "account_id": TypeAdapter(UUID),
}


def _code(text: str) -> str:
    known = "".join(letter for letter in text.casefold() if letter == "_" or "a" <= letter <= "z")
    return known[:60] or "unknown"
