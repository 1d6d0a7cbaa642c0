"""What a gate's shifts leave behind."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.db import BookTable, UtcTime


class Handover(BookTable, table=True):
    """A shift handed over at a gate (bàn giao ca): by whom, to whom, and what was open."""

    __tablename__ = "handover"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "gate_id"], ["gate.site_id", "gate.id"]),
        sa.ForeignKeyConstraint(["site_id", "device_id"], ["device.site_id", "device.id"]),
        sa.ForeignKeyConstraint(["site_id", "from_account_id"], ["account.site_id", "account.id"]),
        sa.ForeignKeyConstraint(["site_id", "to_account_id"], ["account.site_id", "account.id"]),
        sa.Index("ix_handover_gate", "site_id", "gate_id", "occurred_at"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    gate_id: UUID
    device_id: UUID
    from_account_id: UUID
    to_account_id: UUID | None = None
    """None where the shift ended with nobody after it."""
    by_taker: bool = False
    """Whoever was on duty had gone: the taker says what was open, and nobody signed for the shift that ended."""
    occurred_at: datetime = Field(sa_type=UtcTime)
    received_at: datetime = Field(sa_type=UtcTime)
    note: str = ""
    open: dict[str, Any] = Field(sa_type=sa.JSON)
    """Counts: waiting, resting, on_site, unsent."""
    badges_missing: list[str] = Field(sa_type=sa.JSON)
    unusual: list[str] = Field(sa_type=sa.JSON)
