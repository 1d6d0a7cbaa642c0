"""An act that was refused and that reception got to know of: it is in the book once, whoever is first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.clerk import Command, Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.visits import repository, rules
from app.visits.commands import CheckIn, CheckOut
from app.visits.handlers import discrepancies as rows
from app.visits.handlers.lines import answer
from app.visits.models import Discrepancy, VisitLine

Act = Callable[[Work, Any], dict[str, Any]]


def open_matter(work: Work, discrepancy_id: UUID) -> Discrepancy:
    """Return what is to be settled; refuses what is not there or was settled before."""
    row = rows.find(work, discrepancy_id)
    if row is None:
        raise Refusal("not_found")
    if row.resolved_at is not None:
        raise Refusal("discrepancy_settled")
    return row


def settle_matter(work: Work, row: Discrepancy, visit_id: UUID | None, resolution: str = "") -> dict[str, Any]:
    """Settle a matter by a reason, or by the line in which it stands, or both."""
    row.resolved_at, row.resolved_by, row.resolution = work.received_at, work.actor.account_id, resolution
    row.visit_id = visit_id
    rows.keep(work, row)
    told = str(visit_id) if visit_id else None
    payload = {"kind": row.kind, "name": row.name, "code": row.code, "resolution": resolution, "visit_id": told}
    record(work, "DiscrepancySettled", ("discrepancy", row.id), payload)
    return {"discrepancy_id": str(row.id), "visit_id": told}


def once(act: Act) -> Act:
    """Let an act that was refused before, and that a guard now insists on, make no second line.

    Reception may have read in the file of the tablet meanwhile. What is open there is settled by the act; what was
    entered is the line that the guard is told of.
    """

    def carry_out(work: Work, command: Command) -> dict[str, Any]:
        lock_head(work)
        row = rows.of_command(work, work.command_id) if work.mode == "fact" else None
        if row is None or row.kind != "refused":
            return act(work, command)
        entered = repository.load(work, row.visit_id) if row.visit_id is not None else None
        if isinstance(command, CheckIn) and entered is not None:
            return _stands_already(work, row, entered)
        if isinstance(command, CheckOut) and entered is not None:
            if not rules.may_move(entered.state, "left"):
                return _stands_already(work, row, entered)
            command = command.model_copy(update={"visit_id": entered.id})
        values = act(work, command)
        if row.resolved_at is None:
            made = values.get("visit_id")
            settle_matter(work, row, UUID(made) if made else None)
        return values

    return carry_out


def _stands_already(work: Work, row: Discrepancy, line: VisitLine) -> dict[str, Any]:
    payload = {"name": row.name, "kind": row.command_kind, "code": row.code, "visit_id": str(line.id)}
    record(work, "RefusedInsistedOn", ("discrepancy", row.id), payload)
    return answer(line)
