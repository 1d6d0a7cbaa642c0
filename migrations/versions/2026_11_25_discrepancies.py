"""Discrepancies that no line carries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.db import UtcTime

revision: str = "2026_11_25_discrepancies"
down_revision: str | None = "2026_11_25_handovers"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one step on."""
    op.create_table(
        "discrepancy",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", UtcTime(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("badge_number", sa.String(), nullable=True),
        sa.Column("content_closed", sa.LargeBinary(), nullable=False),
        sa.Column("command_kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("resolved_at", UtcTime(), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('departure', 'refused')", name=op.f("ck_discrepancy_kind")),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name=op.f("ck_discrepancy_resolved")),
        sa.CheckConstraint("visit_id IS NULL OR resolved_at IS NOT NULL", name=op.f("ck_discrepancy_visit")),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_id"], ["gate.site_id", "gate.id"], name=op.f("fk_discrepancy_site_id_gate_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "device_id"], ["device.site_id", "device.id"], name=op.f("fk_discrepancy_site_id_device_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "account_id"], ["account.site_id", "account.id"], name=op.f("fk_discrepancy_site_id_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "resolved_by"],
            ["account.site_id", "account.id"],
            name=op.f("fk_discrepancy_site_id_resolved_by"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"], ["visit.site_id", "visit.id"], name=op.f("fk_discrepancy_site_id_visit_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_discrepancy")),
    )
    op.create_index(
        "ix_discrepancy_open",
        "discrepancy",
        ["site_id", "occurred_at", "id"],
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index("ix_discrepancy_command", "discrepancy", ["site_id", "command_id"])
    op.create_index("ix_discrepancy_visit", "discrepancy", ["site_id", "visit_id"])
