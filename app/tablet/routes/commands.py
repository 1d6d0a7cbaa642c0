"""Commands in: one, or up to 500."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field

from app.accounts.security import Staff
from app.clerk import Actor, Command, Outcome, Status
from app.errors import Problem
from app.kit.ids import is_time_ordered
from app.tablet.commands import TabletCommand
from app.tablet.security import guard_of, moment_of
from app.web.state import AppState, app_state

router = APIRouter()
MOST_COMMANDS = 500


class Answer(BaseModel):
    """What became of a command; `again`: it was not recorded, and the device should send it once more."""

    id: UUID
    status: Status | Literal["again"]
    code: str | None
    values: dict[str, Any]


class Posted(BaseModel):
    """A command of a batch with its id."""

    id: UUID
    command: Annotated[TabletCommand, Field(discriminator="kind")]


class Batch(BaseModel):
    """Up to 500 commands, carried out in this order."""

    commands: Annotated[list[Posted], Field(min_length=1, max_length=MOST_COMMANDS)]


class Answers(BaseModel):
    """What became of each command of a batch, in its order."""

    results: list[Answer]


@router.put("/api/v1/commands/{command_id}")
async def put_command(
    request: Request,
    command_id: UUID,
    command: Annotated[TabletCommand, Body(discriminator="kind")],
    actor: Staff,
) -> Answer:
    """Have one command carried out; sent again it gives the same answer and does nothing more."""
    [answer] = await _carry_out(request, [(command_id, command)], actor)
    if answer.status is Status.CONFLICT:
        raise Problem(409, "command_reused")
    return answer


@router.post("/api/v1/commands")
async def post_commands(request: Request, batch: Batch, actor: Staff) -> Answers:
    """Have up to 500 commands carried out; one bad command never holds up the rest."""
    return Answers(results=await _carry_out(request, [(posted.id, posted.command) for posted in batch.commands], actor))


async def _carry_out(request: Request, commands: list[tuple[UUID, Any]], actor: Actor) -> list[Answer]:
    state = app_state(request)
    is_gate = actor.role == "guard" and actor.device_id is not None
    for command_id, command in commands:
        if not is_gate and command.device_sequence is not None:
            # A tablet's line, and somebody else logged in in its browser meanwhile: it waits for a guard's PIN.
            raise Problem(401, "not_logged_in")
        if not is_time_ordered(command_id):
            raise Problem(422, "command_id_odd")
        if command.kind not in ALLOWED[actor.role] or (command.kind in AT_A_GATE and actor.gate_id is None):
            raise Problem(404, "not_found")
        if command.mode == "fact" and actor.device_id is None:
            # Only a device at a gate goes on without a network; anybody else can wait for the answer.
            raise Problem(422, "input_odd")
    submitted = [(command_id, command, _on_behalf_of(state, actor, command)) for command_id, command in commands]
    outcomes = await state.clerk.submit_async(submitted)
    return [
        _answer(command_id, outcome, alone=len(commands) == 1)
        for (command_id, _), outcome in zip(commands, outcomes, strict=True)
    ]


def _on_behalf_of(state: AppState, actor: Actor, command: Command) -> Actor:
    """Return the actor of a command: a tablet may send what another guard of the site did on it.

    A question can only be of somebody whom the book knows to have been on duty there; what happened is never refused.
    """
    if command.account_id is None or command.account_id == actor.account_id:
        return actor
    at = moment_of(command, state.clock.now())
    with state.book.reading() as session:
        other = guard_of(session, actor, command.account_id, at)
    if other is None or (command.mode == "ask" and not other.proven):
        raise Problem(404, "not_found")
    return other


def _answer(command_id: UUID, outcome: Outcome | Problem, *, alone: bool) -> Answer:
    if isinstance(outcome, Problem):
        if alone:
            raise outcome
        return Answer(id=command_id, status="again", code=outcome.code, values={})
    return Answer(id=command_id, status=outcome.status, code=outcome.code, values=outcome.values)


AT_A_GATE = frozenset(
    {"check_in", "admit_party", "undo", "begin_shift", "hand_over", "hand_to_reception", "discard_refused"}
)
RECEPTION = frozenset(
    {
        "check_out",
        "correct_visit",
        "void_visit",
        "add_note",
        "resolve_discrepancy",
        "settle_discrepancy",
        "enter_from_paper",
    }
)
ALLOWED = {
    "guard": frozenset(
        {
            "check_in",
            "admit_party",
            "check_out",
            "undo",
            "correct_visit",
            "void_visit",
            "add_note",
            "begin_shift",
            "hand_over",
            "hand_to_reception",
            "discard_refused",
        }
    ),
    "receptionist": RECEPTION,
    "manager": RECEPTION,
    "admin": frozenset[str](),
}
"""Which commands a role may send; a program with a token has the role of its account."""
