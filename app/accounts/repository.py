"""Accounts, sessions and devices as rows."""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from app.accounts.models import Account, AccountLogin, ApiToken, Attempt, Device, DeviceToken, LoginSession, SealedCode
from app.kit.text import fold

PASSWORDS = PasswordHash((Argon2Hasher(),))
_AT_ONCE = threading.Semaphore(4)
"""Argon2 takes 64 MB each time: strangers who try in parallel must not take the machine's memory."""


def hash_secret(secret: str, salt: bytes | None = None) -> str:
    """Return the Argon2id hash of a PIN or passphrase; takes tens of milliseconds.

    A salt is fresh, or else of 16 bytes that nobody can guess and nothing else uses: a command that is sent twice must
    hold the same hash twice.
    """
    with _AT_ONCE:
        return PASSWORDS.hash(secret, salt=salt)


def is_secret(secret: str, secret_hash: str) -> bool:
    """Tell whether a PIN or passphrase is the one that was hashed; takes tens of milliseconds."""
    with _AT_ONCE:
        return PASSWORDS.verify(secret, secret_hash)


def new_token() -> str:
    """Return a fresh opaque token of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def find_account(session: Session, site_id: UUID, account_id: UUID) -> Account | None:
    """Return an account of the site."""
    return session.get(Account, (site_id, account_id))


def any_site(session: Session) -> UUID | None:
    """Return a site that somebody logs in at, to count at it what is tried in nobody's name."""
    return session.scalars(sa.select(col(Account.site_id)).order_by(col(Account.id)).limit(1)).first()


def accounts(session: Session, site_id: UUID) -> list[Account]:
    """Return a site's people who log in, without the book's own accounts."""
    query = sa.select(Account).where(col(Account.site_id) == site_id, col(Account.role).notin_(("system", "visitor")))
    return list(session.scalars(query.order_by(col(Account.name))))


def guards(session: Session, site_id: UUID, now: datetime) -> list[Account]:
    """Return the guards who may log in now."""
    return [account for account in accounts(session, site_id) if account.role == "guard" and is_active(account, now)]


def is_active(account: Account, now: datetime) -> bool:
    """Tell whether an account may act now."""
    return account.disabled_at is None and (account.expires_at is None or now < account.expires_at)


def was_on_duty(session: Session, account: Account, device_id: UUID, at: datetime, slack: timedelta) -> bool:
    """Tell whether an account that had not expired by `at` had begun a session on a device by then.

    Two clocks differ: whoever acts right after logging in may seem to have done so `slack` before.
    """
    if account.expires_at is not None and at >= account.expires_at:
        return False
    query = sa.select(col(LoginSession.id)).where(
        col(LoginSession.site_id) == account.site_id,
        col(LoginSession.account_id) == account.id,
        col(LoginSession.device_id) == device_id,
        col(LoginSession.started_at) <= at + slack,
    )
    return session.execute(query.limit(1)).first() is not None


def by_login(session: Session, login: str) -> Account | None:
    """Return whose login this is, however it is written (case and accents don't count)."""
    found = session.get(AccountLogin, fold(login))
    return session.get(Account, (found.site_id, found.account_id)) if found else None


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """An open session with its account and, on a tablet, its device."""

    session: LoginSession
    account: Account
    device: Device | None


def open_session(session: Session, token: str, now: datetime) -> OpenedSession | None:
    """Return the session that a token opens now, or None: unknown, ended, expired, account or device out of use.

    On a stand nobody is on duty.
    """
    found = session.get(LoginSession, token_hash(token))
    if found is None or found.ended_at is not None or now >= found.expires_at:
        return None
    account = session.get(Account, (found.site_id, found.account_id))
    if account is None or not is_active(account, now):
        return None
    device = session.get(Device, (found.site_id, found.device_id)) if found.device_id else None
    if found.device_id is not None and (device is None or device.revoked_at or device.purpose != "tablet"):
        return None
    return OpenedSession(found, account, device)


def device_by_token(session: Session, token: str) -> Device | None:
    """Return the device that shows a token, unless it was revoked."""
    device = _device_of(session, token)
    return device if device is not None and device.revoked_at is None else None


def is_revoked(session: Session, token: str) -> bool:
    """Tell whether a token belongs to a device that was revoked, rather than to none that this book knows."""
    device = _device_of(session, token)
    return device is not None and device.revoked_at is not None


def _device_of(session: Session, token: str) -> Device | None:
    found = session.get(DeviceToken, token_hash(token))
    return session.get(Device, (found.site_id, found.device_id)) if found else None


def account_by_bearer(session: Session, token: str, now: datetime) -> Account | None:
    """Return the account that a bearer token acts as now."""
    found = session.get(ApiToken, token_hash(token))
    if found is None or found.revoked_at is not None or (found.expires_at is not None and now >= found.expires_at):
        return None
    account = session.get(Account, (found.site_id, found.account_id))
    return account if account is not None and is_active(account, now) else None


def attempt(session: Session, site_id: UUID, key: bytes) -> Attempt | None:
    """Return the failed attempts under a key."""
    return session.get(Attempt, (site_id, key))


def end_sessions(session: Session, site_id: UUID, now: datetime, *where: sa.ColumnElement[bool]) -> None:
    """End the site's open sessions that meet the conditions."""
    session.execute(
        sa.update(LoginSession)
        .where(col(LoginSession.site_id) == site_id, col(LoginSession.ended_at).is_(None), *where)
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def devices(session: Session, site_id: UUID) -> list[Device]:
    """Return a site's devices, the newest first."""
    query = sa.select(Device).where(col(Device.site_id) == site_id)
    return list(session.scalars(query.order_by(col(Device.paired_at).desc())))


def tokens(session: Session, site_id: UUID) -> list[ApiToken]:
    """Return a site's bearer tokens, the newest first."""
    query = sa.select(ApiToken).where(col(ApiToken.site_id) == site_id)
    return list(session.scalars(query.order_by(col(ApiToken.created_at).desc())))


def sealed_codes(session: Session, site_id: UUID) -> list[SealedCode]:
    """Return a site's sealed codes, the newest first."""
    query = sa.select(SealedCode).where(col(SealedCode.site_id) == site_id)
    return list(session.scalars(query.order_by(col(SealedCode.issued_at).desc(), col(SealedCode.code_hash))))


def gate_exists(session: Session, site_id: UUID, gate_id: UUID) -> bool:
    """Tell whether a gate in use is the site's; accounts know gates by their foreign key only."""
    gate = SQLModel.metadata.tables["gate"]
    query = sa.select(gate.c.id).where(gate.c.site_id == site_id, gate.c.id == gate_id, gate.c.retired_at.is_(None))
    return session.execute(query).first() is not None
