"""Reading the journal: a subject's story, what came after a cursor, and the chain for verification."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.journal.handlers import ENTRIES, HEADS, PAYLOADS
from app.journal.rules import Head, Link, Start, StoredEntry, Verdict, verify
from app.kit.chain import GENESIS, canonical

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class StoryLine:
    """An entry as people read it."""

    sequence: int
    event: str
    subject_kind: str
    subject_id: UUID
    account_id: UUID
    device_id: UUID | None
    command_id: UUID
    occurred_at: datetime
    received_at: datetime
    flag: str | None
    payload: dict[str, Any] | None


def head(session: Session, site_id: UUID) -> Head:
    """Return where the site's chain ends."""
    row = session.execute(sa.select(HEADS).where(HEADS.c.site_id == site_id)).one()
    return Head(row.sequence, row.digest, row.received_at)


def story(session: Session, site_id: UUID, subject: tuple[str, UUID]) -> list[StoryLine]:
    """Return all that happened to a subject, first things first."""
    condition = sa.and_(ENTRIES.c.subject_kind == subject[0], ENTRIES.c.subject_id == subject[1])
    return list(_lines(session, site_id, condition))


def of_command(session: Session, site_id: UUID, command_id: UUID) -> list[StoryLine]:
    """Return what a command did."""
    return list(_lines(session, site_id, ENTRIES.c.command_id == command_id))


def after(session: Session, site_id: UUID, sequence: int, limit: int = 500) -> list[StoryLine]:
    """Return up to `limit` entries that follow `sequence`."""
    return list(_lines(session, site_id, ENTRIES.c.sequence > sequence, limit))


def verify_site(session: Session, site_id: UUID, anchors: dict[int, bytes] | None = None) -> Verdict:
    """Check a site's whole chain; memory stays bounded whatever its length."""
    return verify(_stored(session, site_id), head(session, site_id), anchors or {})


def verify_end(session: Session, site_id: UUID, entries: int) -> Verdict:
    """Check the last entries of a site's chain: a quick look, where the whole takes too long."""
    end = head(session, site_id)
    first = max(end.sequence - entries, 0)
    known = session.scalar(sa.select(ENTRIES.c.digest).where(ENTRIES.c.site_id == site_id, ENTRIES.c.sequence == first))
    start = Start(first, known if known is not None else GENESIS)
    return verify(_stored(session, site_id, first), end, {}, start)


def sites(session: Session) -> list[UUID]:
    """Return every site that has a chain, the reserved one among them."""
    return list(session.scalars(sa.select(HEADS.c.site_id).order_by(HEADS.c.site_id)))


def _joined() -> sa.Select[Any]:
    return sa.select(ENTRIES, PAYLOADS.c.salt, PAYLOADS.c.payload).outerjoin(
        PAYLOADS, sa.and_(PAYLOADS.c.site_id == ENTRIES.c.site_id, PAYLOADS.c.sequence == ENTRIES.c.sequence)
    )


def _lines(
    session: Session, site_id: UUID, condition: sa.ColumnElement[bool], limit: int | None = None
) -> Iterator[StoryLine]:
    query = _joined().where(ENTRIES.c.site_id == site_id, condition).order_by(ENTRIES.c.sequence).limit(limit)
    for row in session.execute(query):
        yield StoryLine(
            row.sequence, row.event, row.subject_kind, row.subject_id, row.account_id, row.device_id, row.command_id,
            row.occurred_at, row.received_at, row.flag, row.payload,
        )  # fmt: skip


def _stored(session: Session, site_id: UUID, last: int = 0) -> Iterator[StoredEntry]:
    while True:
        query = _joined().where(ENTRIES.c.site_id == site_id, ENTRIES.c.sequence > last)
        rows = session.execute(query.order_by(ENTRIES.c.sequence).limit(CHUNK)).all()
        for row in rows:
            link = Link(*(getattr(row, name) for name in Link.__slots__))
            payload = None if row.salt is None else canonical(row.payload)
            yield StoredEntry(link, row.payload_digest, row.digest, row.salt, payload)
        if len(rows) < CHUNK:
            return
        last = rows[-1].sequence
