"""Policy and questionnaire: immutable versions, each with who made it and when it holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.db import BookTable, UtcTime


class PolicyVersion(BookTable, table=True):
    """What holds at a site's gates (see screening.rules.Policy for the document's shape)."""

    __tablename__ = "policy_version"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id"], ["site.id"]),)

    site_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    document: dict[str, Any] = Field(sa_type=sa.JSON)
    valid_from: datetime = Field(sa_type=UtcTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcTime)
    created_by: UUID
    created_at: datetime = Field(sa_type=UtcTime)


class QuestionnaireVersion(BookTable, table=True):
    """What a visitor is asked (see screening.rules for the document's shape)."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id"], ["site.id"]),)

    site_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    document: dict[str, Any] = Field(sa_type=sa.JSON)
    valid_from: datetime = Field(sa_type=UtcTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcTime)
    created_by: UUID
    created_at: datetime = Field(sa_type=UtcTime)
