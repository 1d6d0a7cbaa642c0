"""Passes and declarations as rows."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Closing, table_of
from app.declarations.models import Declaration, Pass, PassDigits, PassToken
from app.declarations.rules import make_digits

PASS_TOKENS = table_of(PassToken)
PASS_DIGITS = table_of(PassDigits)
DECLARATIONS = table_of(Declaration)
PASSES = table_of(Pass)
SPEND = (
    sa.update(PASSES)
    .where(PASSES.c.site_id == sa.bindparam("site"), PASSES.c.id == sa.bindparam("of"), PASSES.c.used_at.is_(None))
    .values(used_at=sa.bindparam("used_at"))
)
UNSPEND = (
    sa.update(PASSES)
    .where(PASSES.c.site_id == sa.bindparam("site"), PASSES.c.id == sa.bindparam("of"))
    .values(used_at=None)
)
TOKEN_BYTES = 16


def token_hash(token: str) -> bytes:
    """Return what is kept of a secret address."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    """Return a fresh secret address part of 128 random bits, 22 letters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def fresh_digits(session: Session, site_id: UUID) -> str:
    """Return ten digits with their check digit that no pass of the site has."""
    while True:
        digits = make_digits(secrets.token_bytes(8))
        if session.get(PassDigits, (site_id, digits)) is None:
            return digits


def find_pass(session: Session, site_id: UUID, pass_id: UUID) -> Pass | None:
    """Return a pass of the site."""
    return session.get(Pass, (site_id, pass_id))


def pass_by_token(session: Session, token: str) -> Pass | None:
    """Return the pass that a secret address leads to, whichever site it is of."""
    found = session.get(PassToken, token_hash(token))
    return session.get(Pass, (found.site_id, found.pass_id)) if found else None


def pass_by_digits(session: Session, site_id: UUID, digits: str) -> Pass | None:
    """Return the pass that ten digits mean at this site."""
    found = session.get(PassDigits, (site_id, digits))
    return session.get(Pass, (found.site_id, found.pass_id)) if found else None


def last_declared_at(session: Session, found: Pass) -> datetime:
    """Return when answers were last stated for a pass: at first, or in the newest amendment."""
    newest = sa.select(sa.func.max(DECLARATIONS.c.submitted_at)).where(
        DECLARATIONS.c.site_id == found.site_id, DECLARATIONS.c.pass_id == found.id
    )
    return session.scalar(newest) or found.created_at


def open_token(closing: Closing, found: Pass) -> str:
    """Return the secret address part of a pass."""
    return closing.open(found.token_closed, f"pass.token:{found.site_id}:{found.id}")


def digits_of(session: Session, site_id: UUID, pass_ids: set[UUID]) -> dict[UUID, Pass]:
    """Return passes by id."""
    query = sa.select(Pass).where(col(Pass.site_id) == site_id, col(Pass.id).in_(pass_ids))
    return {found.id: found for found in session.scalars(query)}


def is_spent(found: Pass, now: datetime) -> str | None:
    """Return why a pass is of no more use, `pass_used` or `pass_expired`, or None."""
    if found.used_at is not None:
        return "pass_used"
    return "pass_expired" if now >= found.expires_at else None
