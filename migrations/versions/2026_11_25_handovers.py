"""Shifts handed over at a gate."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.db import UtcTime

revision: str = "2026_11_25_handovers"
down_revision: str | None = "2026_11_25_first"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one step on."""
    op.create_table(
        "handover",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("from_account_id", sa.Uuid(), nullable=False),
        sa.Column("to_account_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", UtcTime(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("open", sa.JSON(), nullable=False),
        sa.Column("badges_missing", sa.JSON(), nullable=False),
        sa.Column("unusual", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_id"], ["gate.site_id", "gate.id"], name=op.f("fk_handover_site_id_gate_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "device_id"], ["device.site_id", "device.id"], name=op.f("fk_handover_site_id_device_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "from_account_id"],
            ["account.site_id", "account.id"],
            name=op.f("fk_handover_site_id_from_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "to_account_id"],
            ["account.site_id", "account.id"],
            name=op.f("fk_handover_site_id_to_account_id"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_gate", "handover", ["site_id", "gate_id", "occurred_at"], unique=False)
