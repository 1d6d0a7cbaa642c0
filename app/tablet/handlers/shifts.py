"""The change of shift at a gate."""

from typing import Any, NamedTuple
from uuid import UUID

from app.accounts import repository as accounts
from app.clerk import Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id
from app.kit.text import clean
from app.tablet.commands import BeginShift, HandOver
from app.tablet.models import Handover
from app.visits.handlers.scene import believe, odd_particulars, place_of


def begin_shift(work: Work, command: BeginShift) -> dict[str, Any]:
    """Keep that a guard began a shift whose PIN the tablet checked by itself."""
    del command
    lock_head(work)
    moment = believe(work)
    gate_id, device_id = place_of(work)
    payload = {"name": work.actor.name, "gate_id": str(gate_id), "device_id": str(device_id), "offline": True}
    record(work, "ShiftBegan", ("account", work.actor.account_id), payload | odd_particulars(work, moment), moment.at)
    return {"at": moment.at.isoformat()}


class _Guard(NamedTuple):
    id: UUID
    name: str


def hand_over(work: Work, command: HandOver) -> dict[str, Any]:
    """Keep a handover: from whom, to whom, what was open, and the note; a clock that was odd is no reason to refuse."""
    lock_head(work)
    moment = believe(work)
    gate_id, device_id = place_of(work)
    giver, taker = _between(work, command)
    made = Handover(
        site_id=work.site_id,
        id=new_id(),
        gate_id=gate_id,
        device_id=device_id,
        from_account_id=giver.id,
        to_account_id=taker.id if taker else None,
        by_taker=command.from_account_id is not None,
        occurred_at=moment.at,
        received_at=work.received_at,
        note=clean(command.note),
        open=command.open.model_dump(),
        badges_missing=command.badges_missing,
        unusual=[clean(line) for line in command.unusual],
    )
    work.session.add(made)
    payload = {
        "from": giver.name,
        "to": taker.name if taker else None,
        "by_taker": made.by_taker,
        "open": made.open,
        "badges_missing": made.badges_missing,
        "note": made.note,
    }
    record(work, "ShiftHandedOver", ("gate", gate_id), payload | odd_particulars(work, moment), moment.at)
    return {"handover_id": str(made.id), "at": moment.at.isoformat()}


def _between(work: Work, command: HandOver) -> tuple[_Guard, _Guard | None]:
    """Return who was on duty and who is now; the one whose command it is is one of them."""
    own = _Guard(work.actor.account_id, work.actor.name)
    if command.from_account_id is not None:
        return _find_guard(work, command.from_account_id), own
    return own, _find_guard(work, command.to_account_id) if command.to_account_id is not None else None


def _find_guard(work: Work, account_id: UUID) -> _Guard:
    found = accounts.find_account(work.session, work.site_id, account_id)
    if found is None or found.role != "guard":
        raise Refusal("not_found")
    return _Guard(found.id, found.name)
