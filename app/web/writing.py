"""Handing what a page asks for to the clerk."""

from typing import Any
from uuid import UUID

from fastapi import Request

from app.clerk import Actor, Command, Outcome, Status
from app.errors import Problem
from app.kit.ids import is_time_ordered
from app.web.state import app_state


def command_id_of(text: str) -> UUID:
    """Return the command id that a form carried; raises Problem 400 where it is none of ours."""
    try:
        command_id = UUID(text)
    except ValueError as error:
        raise Problem(400, "form_odd") from error
    if not is_time_ordered(command_id):
        raise Problem(400, "form_odd")
    return command_id


def carry_out(request: Request, command_id: UUID | str, command: Command, actor: Actor) -> Outcome:
    """Let the clerk carry out a command and return its outcome; for sync routes.

    Raises Problem 409 where the id was used for something else, 503 where the clerk has no room.
    """
    if isinstance(command_id, str):
        command_id = command_id_of(command_id)
    outcome = app_state(request).clerk.submit(command_id, command, actor)
    if outcome.status is Status.CONFLICT:
        raise Problem(409, "command_reused")
    return outcome


def require(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome's values; raises Problem 422 (404 for what is not there) where it was refused."""
    if outcome.status is Status.REFUSED:
        raise Problem(404 if outcome.code == "not_found" else 422, outcome.code or "refused", **outcome.values)
    return outcome.values
