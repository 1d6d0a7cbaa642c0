"""Handovers that the taker tells of, since whoever was on duty had gone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_29_handovers_by_taker"
down_revision: str | None = "2026_11_25_discrepancies"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one step on."""
    op.add_column("handover", sa.Column("by_taker", sa.Boolean(), nullable=False, server_default=sa.false()))
