"""The journal's tables: append-only, chained per site."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.db import BookTable, UtcTime


class ChainHead(BookTable, table=True):
    """Where a site's chain ends. Locked first by every write, so sequences are gapless and in commit order."""

    __tablename__ = "chain_head"

    site_id: UUID = Field(primary_key=True)
    sequence: int = Field(sa_type=sa.BigInteger)
    digest: bytes = Field(sa_type=sa.LargeBinary)
    received_at: datetime = Field(sa_type=UtcTime)


class Entry(BookTable, table=True):
    """What happened: an event in the past tense, its subject, who did it, when, and its link in the chain."""

    __tablename__ = "entry"
    __table_args__ = (
        sa.CheckConstraint("sequence > 0", name="sequence"),
        sa.Index("ix_entry_subject", "site_id", "subject_kind", "subject_id", "sequence"),
        sa.Index("ix_entry_command", "site_id", "command_id"),
    )

    site_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    event: str
    subject_kind: str
    subject_id: UUID
    account_id: UUID
    device_id: UUID | None = None
    command_id: UUID
    occurred_at: datetime = Field(sa_type=UtcTime)
    received_at: datetime = Field(sa_type=UtcTime)
    flag: str | None = None
    payload_digest: bytes = Field(sa_type=sa.LargeBinary)
    digest: bytes = Field(sa_type=sa.LargeBinary)


class EntryPayload(BookTable, table=True):
    """The particulars of an entry and the salt of their digest. Erasing the row leaves the chain whole."""

    __tablename__ = "entry_payload"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["site_id", "sequence"], ["entry.site_id", "entry.sequence"], name="fk_entry_payload_entry"
        ),
    )

    site_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    salt: bytes = Field(sa_type=sa.LargeBinary)
    payload: dict[str, Any] = Field(sa_type=sa.JSON)
