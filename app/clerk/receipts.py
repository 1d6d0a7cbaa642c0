"""Receipts: what became of each command, so that a repetition is harmless."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Field as Column

from app.clerk.commands import Outcome, Status, Ticket
from app.db import BookTable, UtcTime, table_of


class Receipt(BookTable, table=True):
    """What became of a command; it lives as long as the record and makes a repetition harmless."""

    __tablename__ = "receipt"
    __table_args__ = (sa.CheckConstraint("status IN ('recorded', 'refused')", name="status"),)

    site_id: UUID = Column(primary_key=True)
    command_id: UUID = Column(primary_key=True)
    content_hash: bytes = Column(sa_type=sa.LargeBinary)
    account_id: UUID
    kind: str
    mode: str
    status: str
    code: str | None = None
    answer: dict[str, Any] = Column(sa_type=sa.JSON)
    received_at: datetime = Column(sa_type=UtcTime)


RECEIPTS = table_of(Receipt)
_KNOWN = sa.select(RECEIPTS).where(
    RECEIPTS.c.site_id.in_(sa.bindparam("sites", expanding=True)),
    RECEIPTS.c.command_id.in_(sa.bindparam("ids", expanding=True)),
)


def known_receipts(connection: Connection, tickets: list[Ticket]) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    """Return the receipts that there are of a batch's commands, by site and command id."""
    ids = list({ticket.command_id for ticket in tickets})
    sites = list({ticket.actor.site_id for ticket in tickets})
    rows = connection.execute(_KNOWN, {"sites": sites, "ids": ids}).mappings()
    return {(row["site_id"], row["command_id"]): dict(row) for row in rows}


def may_follow(known: dict[str, Any], ticket: Ticket) -> bool:
    """Tell whether an `ask` that was refused is now followed, once, by its `fact`."""
    return (
        known["status"] == Status.REFUSED
        and known["mode"] == "ask"
        and ticket.command.mode == "fact"
        and known["content_hash"] == ticket.content_hash
    )


def outcome_again(known: dict[str, Any], ticket: Ticket) -> Outcome:
    """Return the first outcome again, or a conflict where the content is another."""
    if known["content_hash"] != ticket.content_hash:
        return Outcome(Status.CONFLICT, {}, "command_reused")
    if known["status"] == Status.REFUSED:
        return Outcome(Status.REFUSED, known["answer"], known["code"])
    return Outcome(Status.REPEATED, known["answer"])


def receipt(ticket: Ticket, outcome: Outcome) -> dict[str, Any]:
    """Return the row that keeps an outcome."""
    return {
        "site_id": ticket.actor.site_id,
        "command_id": ticket.command_id,
        "content_hash": ticket.content_hash,
        "account_id": ticket.command.account_id or ticket.actor.account_id,
        "kind": ticket.command.kind_name,
        "mode": ticket.command.mode,
        "status": outcome.status.value,
        "code": outcome.code,
        "answer": outcome.values,
        "received_at": ticket.received_at,
    }


def forget(connection: Connection, known: dict[str, Any], fresh: list[dict[str, Any]]) -> None:
    """Drop the receipt of an `ask`, whether written in this batch or before: its `fact` has one of its own."""
    if known in fresh:
        fresh.remove(known)
        return
    connection.execute(
        sa.delete(RECEIPTS).where(RECEIPTS.c.site_id == known["site_id"], RECEIPTS.c.command_id == known["command_id"])
    )
