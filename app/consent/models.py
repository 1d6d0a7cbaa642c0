"""The privacy notice's versions and the evidence that a visitor agreed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.db import BookTable, UtcTime


class NoticeVersion(BookTable, table=True):
    """What a visitor reads before any input: texts in both languages, and a legal basis per purpose."""

    __tablename__ = "notice_version"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id"], ["site.id"]),)

    site_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    document: dict[str, Any] = Field(sa_type=sa.JSON)
    valid_from: datetime = Field(sa_type=UtcTime)
    created_by: UUID
    created_at: datetime = Field(sa_type=UtcTime)


class Consent(BookTable, table=True):
    """Evidence: which text, for which purpose, when, through which channel; withdrawable."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "notice_version"], ["notice_version.site_id", "notice_version.version"]),
        sa.CheckConstraint("channel IN ('phone', 'stand', 'guard', 'paper')", name="channel"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    pass_id: UUID = Field(index=True)
    notice_version: int
    purpose: str
    legal_basis: str
    channel: str
    language: str
    given_at: datetime = Field(sa_type=UtcTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcTime)
