"""People who log in, what they log in with, and the devices they use."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from app.db import BookTable, UtcTime

SYSTEM_ACCOUNT = UUID(int=1)
"""Time's own acts: closing a day, expiring, purging."""
VISITOR_ACCOUNT = UUID(int=2)
"""Whoever declares on a phone: nobody logs in as this."""


class Account(BookTable, table=True):
    """Somebody who logs in at one site, with one role."""

    __tablename__ = "account"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.CheckConstraint("role IN ('guard', 'receptionist', 'manager', 'admin', 'system', 'visitor')", name="role"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str
    login: str | None = None
    role: str
    secret_hash: str = ""
    """Argon2id of the PIN (guards) or the passphrase (everybody else); empty where nobody can log in."""
    stand_in: bool = False
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcTime)


class AccountLogin(BookTable, table=True):
    """Whose login a name is; logins are unique in the whole book."""

    __tablename__ = "account_login"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"]),)

    login: str = Field(primary_key=True)
    site_id: UUID
    account_id: UUID


class Device(BookTable, table=True):
    """A tablet or a stand, paired to one gate."""

    __tablename__ = "device"
    __table_args__ = (
        sa.ForeignKeyConstraint(["site_id", "gate_id"], ["gate.site_id", "gate.id"]),
        sa.CheckConstraint("purpose IN ('tablet', 'stand')", name="purpose"),
    )

    site_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    gate_id: UUID
    name: str
    purpose: str = "tablet"
    paired_at: datetime = Field(sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)


class DeviceToken(BookTable, table=True):
    """Which device a cookie's token belongs to (SHA-256 of the token)."""

    __tablename__ = "device_token"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "device_id"], ["device.site_id", "device.id"]),)

    token_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(32))
    site_id: UUID
    device_id: UUID


class Pairing(BookTable, table=True):
    """A six-digit code that pairs one device, for ten minutes."""

    __tablename__ = "pairing"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "gate_id"], ["gate.site_id", "gate.id"]),)

    code_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(16))
    site_id: UUID
    gate_id: UUID
    name: str
    purpose: str
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class LoginSession(BookTable, table=True):
    """An open session: opaque token (SHA-256 kept), rotated at login, ended at logout."""

    __tablename__ = "login_session"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"]),)

    token_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(32))
    id: UUID = Field(unique=True)
    site_id: UUID
    account_id: UUID
    device_id: UUID | None = None
    started_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcTime)


class ApiToken(BookTable, table=True):
    """A bearer token for a program (SHA-256 kept), acting as an account."""

    __tablename__ = "api_token"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id", "account_id"], ["account.site_id", "account.id"]),)

    token_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(32))
    id: UUID = Field(unique=True)
    site_id: UUID
    account_id: UUID
    name: str
    created_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcTime)


class Attempt(BookTable, table=True):
    """Failed attempts at a secret, per account and device, so that a stranger cannot lock a guard out."""

    __tablename__ = "attempt"

    site_id: UUID = Field(primary_key=True)
    key_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(16))
    failures: int = 0
    last_at: datetime = Field(sa_type=UtcTime)
    open_again_at: datetime = Field(sa_type=UtcTime)


class SealedCode(BookTable, table=True):
    """A manager's one-time code in an envelope: it opens a stand-in's account for twelve hours."""

    __tablename__ = "sealed_code"
    __table_args__ = (sa.ForeignKeyConstraint(["site_id"], ["site.id"]),)

    site_id: UUID = Field(primary_key=True)
    code_hash: bytes = Field(primary_key=True, sa_type=sa.LargeBinary(16))
    issued_by: UUID
    issued_at: datetime = Field(sa_type=UtcTime)
    expires_at: datetime = Field(sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)
    used_by_name: str = ""
