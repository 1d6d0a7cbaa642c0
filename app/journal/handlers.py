"""Writing entries: the one way in which the book learns that something happened."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.clerk import Ending, Work
from app.clerk.work import Kept
from app.db import table_of
from app.journal.models import ChainHead, Entry, EntryPayload
from app.journal.rules import Head, Link, clock_flag
from app.kit.chain import GENESIS, canonical, link, salted_digest

HEADS = table_of(ChainHead)
ENTRIES = table_of(Entry)
PAYLOADS = table_of(EntryPayload)
_LOCK = sa.select(HEADS).where(HEADS.c.site_id == sa.bindparam("of")).with_for_update()
_MOVE = sa.update(HEADS).where(HEADS.c.site_id == sa.bindparam("of"))


def open_chain(connection: Connection, site_id: UUID, now: datetime) -> None:
    """Begin the chain of a new site."""
    connection.execute(sa.insert(HEADS), {"site_id": site_id, "sequence": 0, "digest": GENESIS, "received_at": now})


def lock_head(work: Work) -> Head:
    """Lock the site's chain before anything else is read, and return where it ends."""
    head = work.recall("head", work.site_id)
    if head is None:
        row = work.connection.execute(_LOCK, {"of": work.site_id}).one()
        head = Head(row.sequence, row.digest, row.received_at)
        work.remember("head", work.site_id, head)
        work.at_end("head", Ending(after=_move_heads))
    return head


def flush(work: Work) -> None:
    """Write the entries that wait, for a handler that reads the journal."""
    work.flush(ENTRIES, PAYLOADS)


def record(
    work: Work,
    event: str,
    subject: tuple[str, UUID],
    payload: dict[str, Any],
    occurred_at: datetime | None = None,
) -> int:
    """Write an entry and return its sequence.

    `payload` holds JSON values and never a phone, an identity number or an answer; `occurred_at` defaults to the
    moment the command was received.
    """
    head = lock_head(work)
    entry = Link(
        work.site_id, head.sequence + 1, event, *subject, work.actor.account_id, work.actor.device_id,
        work.command_id, occurred_at or work.received_at, work.received_at, clock_flag(head, work.received_at),
    )  # fmt: skip
    salt = secrets.token_bytes(16)
    payload_digest = salted_digest(salt, canonical(payload))
    digest = link(head.digest, entry.header(), payload_digest)
    columns = {name: getattr(entry, name) for name in Link.__slots__}
    work.later(ENTRIES, columns | {"payload_digest": payload_digest, "digest": digest})
    work.later(PAYLOADS, {"site_id": work.site_id, "sequence": entry.sequence, "salt": salt, "payload": payload})
    work.remember("head", work.site_id, Head(entry.sequence, digest, work.received_at))
    return entry.sequence


def _move_heads(connection: Connection, heads: Kept) -> None:
    for site_id, head in heads.items():
        connection.execute(
            _MOVE, {"of": site_id, "sequence": head.sequence, "digest": head.digest, "received_at": head.received_at}
        )
