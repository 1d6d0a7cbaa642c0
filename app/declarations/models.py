"""What visitors stated, and the passes that lead back to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.db import BookTable, UtcTime


class Pass(BookTable, table=True):
    """A party's pass (mã vào cổng): a secret address for the phone and ten digits for the gate, unrelated."""

    __tablename__ = "pass"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "gate_id"], ["gate.site_id", "gate.id"]),
        sa.CheckConstraint("channel IN ('phone', 'stand', 'guard')", name="channel"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    gate_id: UUID
    form_id: UUID
    """The command id that the form carried."""
    digits: str
    token_closed: bytes = Field(sa_type=sa.LargeBinary)
    channel: str
    language: str = "vi"
    people: int = 1
    """How many stand together: the declarant and companions."""
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class PassToken(BookTable, table=True):
    """Which pass a secret address leads to (SHA-256 of the token)."""

    __tablename__ = "pass_token"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "pass_id"], ["pass.site_id", "pass.id"]),)

    token_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(32))
    site_id: UUID
    pass_id: UUID


class PassDigits(BookTable, table=True):
    """Which pass ten digits mean at a site."""

    __tablename__ = "pass_digits"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "pass_id"], ["pass.site_id", "pass.id"]),)

    site_id: UUID = Field(primary_key=True)
    digits: str = Field(primary_key=True)
    pass_id: UUID


class Declaration(BookTable, table=True):
    """One person's answers (tờ khai), closed; the outcome that the gate sees stands beside them."""

    __tablename__ = "declaration"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "pass_id"], ["pass.site_id", "pass.id"]),
        sa.CheckConstraint("outcome IN ('clear', 'caution', 'stop')", name="outcome"),
        sa.CheckConstraint("channel IN ('phone', 'stand', 'guard', 'paper')", name="channel"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    pass_id: UUID | None = Field(default=None, index=True)
    channel: str
    questionnaire_version: int
    notice_version: int | None = None
    answers_closed: bytes = Field(sa_type=sa.LargeBinary)
    outcome: str
    flags: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    """What the gate is shown: codes with the words of the questionnaire, such as a place and a date."""
    submitted_at: datetime = Field(sa_type=UtcTime)
    amended_at: datetime | None = Field(default=None, sa_type=UtcTime)
