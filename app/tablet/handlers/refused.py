"""What becomes of commands that were refused, and of an outbox that was carried in by hand."""

from typing import Any
from uuid import UUID

from app.clerk import Work
from app.errors import Refusal
from app.journal import queries as journal
from app.journal.handlers import flush, lock_head, record
from app.kit.text import clean
from app.tablet.commands import DiscardRefused, HandToReception, ImportOutbox
from app.visits import rules
from app.visits.handlers import discrepancies as rows
from app.visits.handlers.scene import believe, place_of
from app.visits.handlers.strays import stray


def hand_to_reception(work: Work, command: HandToReception) -> dict[str, Any]:
    """Leave a refused command to reception, once: however often and by whatever way it comes, it stays one matter."""
    lock_head(work)
    place_of(work)
    known = rows.of_command(work, command.refused_id)
    if known is not None:
        return {"discrepancy_id": str(known.id), "known": True}
    if _is_discarded(work, command.refused_id):
        return {"discrepancy_id": None, "known": True}
    at = rules.believe(command.happened_at or work.device_time, work.device_offset, work.received_at).at
    row = stray(
        work, "refused", command.content, name=command.name, code=command.code, command_kind=command.refused_kind,
        command_id=command.refused_id, occurred_at=at,
    )  # fmt: skip
    rows.keep(work, row, is_new=True)
    record(work, "RefusedHandedToReception", ("discrepancy", row.id), _told(command), at)
    return {"discrepancy_id": str(row.id), "known": False}


def discard_refused(work: Work, command: DiscardRefused) -> dict[str, Any]:
    """Keep that a guard gave a refused command up, and why."""
    lock_head(work)
    if work.actor.device_id is None:
        raise Refusal("no_gate")
    moment = believe(work)
    told = _told(command) | {"reason": clean(command.reason)}
    record(work, "RefusedDiscarded", ("command", command.refused_id), told, moment.at)
    return {"refused_id": str(command.refused_id)}


def import_outbox(work: Work, command: ImportOutbox) -> dict[str, Any]:
    """Keep that reception read a tablet's file in, and what its lines came to."""
    lock_head(work)
    record(work, "OutboxImported", ("device", command.device_id), command.told())
    return {"device_id": str(command.device_id)}


def _told(command: HandToReception | DiscardRefused) -> dict[str, Any]:
    return {
        "name": clean(command.name),
        "refused_id": str(command.refused_id),
        "kind": command.refused_kind,
        "code": command.code,
    }


def _is_discarded(work: Work, refused_id: UUID) -> bool:
    flush(work)
    return bool(journal.story(work.session, work.site_id, ("command", refused_id)))
