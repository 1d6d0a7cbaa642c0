"""Sites, gates, units, people and badges as rows."""

import secrets
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.journal.queries import story
from app.sites.models import RESERVED_SITE, Badge, Employee, Gate, GateCode, Site, Unit

CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No letter that is read as another when somebody types a code from a poster."""
CODE_LENGTH = 6
RECOVERY_KEPT = "RecoverySheetKept"


def sites(session: Session) -> list[Site]:
    """Return every site but the reserved one."""
    return list(session.scalars(sa.select(Site).where(col(Site.id) != RESERVED_SITE).order_by(col(Site.created_at))))


def first_site(session: Session) -> Site | None:
    """Return the office that the book was set up with, if it was."""
    return next(iter(sites(session)), None)


def recovery_is_kept(session: Session, site_id: UUID) -> bool:
    """Tell whether somebody has shown that the book's recovery sheet is at hand."""
    return any(line.event == RECOVERY_KEPT for line in story(session, site_id, ("site", site_id)))


def find_site(session: Session, site_id: UUID) -> Site | None:
    """Return a site."""
    return session.get(Site, site_id)


def new_gate_code(session: Session) -> str:
    """Return a code that no gate has or had."""
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if session.get(GateCode, code) is None:
            return code


def gate_by_code(session: Session, code: str) -> Gate | None:
    """Return the gate that a poster's code leads to, retired or not; a code is read in small letters."""
    found = session.get(GateCode, code.strip().lower())
    return session.get(Gate, (found.site_id, found.gate_id)) if found else None


def gates(session: Session, site_id: UUID, *, retired: bool = False) -> list[Gate]:
    """Return a site's gates, in the order in which they were made."""
    query = sa.select(Gate).where(col(Gate.site_id) == site_id)
    if not retired:
        query = query.where(col(Gate.retired_at).is_(None))
    return list(session.scalars(query.order_by(col(Gate.created_at), col(Gate.id))))


def units(session: Session, site_id: UUID, *, retired: bool = False) -> list[Unit]:
    """Return a site's units in their order."""
    query = sa.select(Unit).where(col(Unit.site_id) == site_id)
    if not retired:
        query = query.where(col(Unit.retired_at).is_(None))
    return list(session.scalars(query.order_by(col(Unit.position), col(Unit.name))))


def employees(session: Session, site_id: UUID, *, retired: bool = False) -> list[Employee]:
    """Return the staff directory."""
    query = sa.select(Employee).where(col(Employee.site_id) == site_id)
    if not retired:
        query = query.where(col(Employee.retired_at).is_(None))
    return list(session.scalars(query.order_by(col(Employee.name))))


def badges(session: Session, site_id: UUID) -> list[Badge]:
    """Return a site's badges by number."""
    query = sa.select(Badge).where(col(Badge.site_id) == site_id)
    return list(session.scalars(query.order_by(sa.func.length(col(Badge.number)), col(Badge.number))))


def badge_of(session: Session, site_id: UUID, number: str) -> Badge | None:
    """Return a badge by its number."""
    return session.scalar(sa.select(Badge).where(col(Badge.site_id) == site_id, col(Badge.number) == number))
