"""Visits as rows: found, made, numbered; badges taken and given back."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_upsert
from sqlalchemy.dialects.sqlite import insert as sqlite_upsert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlmodel import col

from app.clerk import Work
from app.db import Closing, table_of
from app.declarations.rules import normalise_identity
from app.declarations.schemas import Person, normal_phone
from app.kit.ids import new_id
from app.kit.text import fold, mask_tail
from app.kit.zones import local_day
from app.sites.models import Badge, Employee, Gate, Unit
from app.visits.models import DayCount, PaperLine, Visit, VisitNumber

DAY_COUNTS = table_of(DayCount)
VISIT_NUMBERS = table_of(VisitNumber)
TAIL = 4


def find(session: Session, site_id: UUID, visit_id: UUID) -> Visit | None:
    """Return a visit of the site."""
    return session.get(Visit, (site_id, visit_id))


def find_by_badge(session: Session, site_id: UUID, number: str) -> Visit | None:
    """Return whose badge is out."""
    visit_id = session.scalar(
        sa.select(col(Badge.visit_id)).where(col(Badge.site_id) == site_id, col(Badge.number) == number, col(Badge.state) == "out")
    )
    if visit_id is not None:
        return find(session, site_id, visit_id)
    return session.scalar(
        sa.select(Visit).where(col(Visit.site_id) == site_id, col(Visit.state) == "on_site", col(Visit.badge_number) == number)
    )


def of_pass(session: Session, site_id: UUID, pass_id: UUID) -> list[Visit]:
    """Return a party's visits, the declarant first."""
    query = sa.select(Visit).where(col(Visit.site_id) == site_id, col(Visit.pass_id) == pass_id)
    return sorted(session.scalars(query), key=lambda visit: (visit.companion_of is not None, visit.id))


def on_site_of_employee(session: Session, site_id: UUID, employee_id: UUID) -> Visit | None:
    """Return the visit by which an employee is on site or resting now."""
    return session.scalars(
        sa.select(Visit).where(
            col(Visit.site_id) == site_id,
            col(Visit.employee_id) == employee_id,
            col(Visit.state).in_(("on_site", "resting")),
        )
    ).first()


def employee(session: Session, site_id: UUID, employee_id: UUID) -> Employee | None:
    """Return somebody of the staff directory."""
    return session.get(Employee, (site_id, employee_id))


def unit_exists(session: Session, site_id: UUID, unit_id: UUID) -> bool:
    """Tell whether the site has this unit."""
    return session.get(Unit, (site_id, unit_id)) is not None


def gate(session: Session, site_id: UUID, gate_id: UUID) -> Gate | None:
    """Return a gate of the site."""
    return session.get(Gate, (site_id, gate_id))


def person_columns(closing: Closing, site_id: UUID, visit_id: UUID, person: Person) -> dict[str, Any]:
    """Return the columns that say who somebody is: open ones as typed, phone and identity number closed and hashed."""
    phone = normal_phone(person.phone) or person.phone
    identity = normalise_identity(person.identity_number)
    plain = person.model_dump(exclude={"phone", "identity_number"})
    if plain["birth_year"] is None and person.birth_date is not None:
        plain["birth_year"] = person.birth_date.year
    return plain | {
        "phone_closed": _close(closing, person.phone, f"visit.phone:{site_id}:{visit_id}"),
        "phone_hash": closing.hash("phone", phone) if phone else None,
        "phone_tail_hash": closing.hash("phone-tail", phone[-TAIL:]) if phone else None,
        "identity_closed": _close(closing, person.identity_number, f"visit.identity:{site_id}:{visit_id}"),
        "identity_hash": closing.hash("identity", identity) if identity else None,
        "identity_tail_hash": closing.hash("identity-tail", identity[-TAIL:]) if identity else None,
        "identity_masked": mask_tail(identity) if identity else None,
        "person_key": _person_key(closing, person, phone, identity),
    }


def _close(closing: Closing, text: str, place: str) -> bytes | None:
    return closing.close(text, place, secrets.token_bytes(12)) if text else None


def _person_key(closing: Closing, person: Person, phone: str, identity: str) -> bytes:
    if identity:
        return closing.hash("person", f"identity:{identity}")
    year = person.birth_year or (person.birth_date.year if person.birth_date else None)
    return closing.hash("person", f"name:{fold(person.name)}:{year}:{phone}")


def open_person(closing: Closing, visit: Visit) -> Person:
    """Return who a visit's person is, phone and identity number opened: to be read by the server only."""
    return Person(
        name=visit.name,
        birth_year=visit.birth_year,
        birth_date=visit.birth_date,
        sex=visit.sex,  # pyright: ignore[reportArgumentType] - the column holds what Person let through
        nationality=visit.nationality,
        phone=open_phone(closing, visit),
        identity_type=visit.identity_type,  # pyright: ignore[reportArgumentType]
        identity_number=open_identity(closing, visit),
        organisation=visit.organisation,
        address=visit.address,
    )


def open_phone(closing: Closing, visit: Visit) -> str:
    """Return the phone number as typed, or an empty text."""
    closed = visit.phone_closed
    return closing.open(closed, f"visit.phone:{visit.site_id}:{visit.id}") if closed else ""


def open_identity(closing: Closing, visit: Visit) -> str:
    """Return the identity number as typed, or an empty text."""
    closed = visit.identity_closed
    return closing.open(closed, f"visit.identity:{visit.site_id}:{visit.id}") if closed else ""


def search_key(visit: Visit) -> str:
    """Return what a visit is found by: name, organisation, host, plate and badge, folded."""
    parts = (visit.name, visit.organisation, visit.host_name, visit.plate, visit.badge_number or "")
    return " | ".join(fold(part) for part in parts if part)


def new_visit(work: Work, person: Person, columns: dict[str, Any]) -> Visit:
    """Make a visit of the work's actor, not yet written; the caller adds it with `save`."""
    visit_id = new_id()
    defaults: dict[str, Any] = {
        "site_id": work.site_id,
        "id": visit_id,
        "account_id": work.actor.account_id,
        "device_id": work.actor.device_id,
        "device_time": work.device_time,
        "received_at": work.received_at,
        "search_key": "",
    }
    return Visit(**(defaults | person_columns(work.book.closing, work.site_id, visit_id, person) | columns))


def save(work: Work, visit: Visit, sequence: int) -> None:
    """Write a visit as the entry `sequence` left it."""
    visit.sequence = sequence
    visit.search_key = search_key(visit)
    work.session.add(visit)
    work.session.flush()


def give_number(work: Work, visit: Visit, zone: str) -> None:
    """Give the day's next number, once. The chain's head is locked, so numbers have no gaps and no doubles."""
    if visit.number is not None:
        return
    day = local_day(visit.occurred_at, zone)
    visit.day, visit.number = day, _last_number(work, day) + 1
    key = ("day", work.site_id, day)
    work.remember(key, visit.number)
    work.at_end(key, lambda connection, last: _keep_number(connection, work.site_id, day, last))
    work.later(
        VISIT_NUMBERS, {"site_id": work.site_id, "day": day, "number": visit.number, "visit_id": visit.id}
    )


def _last_number(work: Work, day: date) -> int:
    known = work.recall(("day", work.site_id, day))
    if known is not None:
        return int(known)
    query = sa.select(DAY_COUNTS.c.last).where(DAY_COUNTS.c.site_id == work.site_id, DAY_COUNTS.c.day == day)
    return work.session.scalar(query) or 0


def _keep_number(connection: Connection, site_id: UUID, day: date, last: int) -> None:
    insert = postgres_upsert if connection.dialect.name == "postgresql" else sqlite_upsert
    statement = insert(DAY_COUNTS).values(site_id=site_id, day=day, last=last)
    connection.execute(statement.on_conflict_do_update(index_elements=["site_id", "day"], set_={"last": last}))


def badge(session: Session, site_id: UUID, number: str) -> Badge | None:
    """Return a badge by its number."""
    return session.scalar(sa.select(Badge).where(col(Badge.site_id) == site_id, col(Badge.number) == number))


def next_badge(session: Session, site_id: UUID, gate_id: UUID) -> str | None:
    """Return the lowest free number of a gate."""
    return session.scalar(
        sa.select(col(Badge.number))
        .where(col(Badge.site_id) == site_id, col(Badge.gate_id) == gate_id, col(Badge.state) == "free")
        .order_by(sa.func.length(col(Badge.number)), col(Badge.number))
        .limit(1)
    )


def set_badge(session: Session, site_id: UUID, number: str, state: str, visit_id: UUID | None = None) -> None:
    """Move a badge to `state`; a number that the office keeps no badge for is left alone."""
    session.execute(
        sa.update(Badge)
        .where(col(Badge.site_id) == site_id, col(Badge.number) == number)
        .values(state=state, visit_id=visit_id)
        .execution_options(synchronize_session="fetch")
    )


def count_on_site(session: Session, site_id: UUID) -> Iterable[tuple[UUID, UUID | None, int]]:
    """Return how many are on site now, by gate of entry and unit to see."""
    query = (
        sa.select(col(Visit.gate_in_id), col(Visit.unit_id), sa.func.count())
        .where(col(Visit.site_id) == site_id, col(Visit.state) == "on_site")
        .group_by(col(Visit.gate_in_id), col(Visit.unit_id))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def paper_line(session: Session, site_id: UUID, sheet: str, line: int) -> PaperLine | None:
    """Return which visit a line of a paper sheet became, if it was entered."""
    return session.get(PaperLine, (site_id, sheet, line))


def overlapping(
    session: Session, site_id: UUID, person_key: bytes, start: datetime, end: datetime
) -> list[Visit]:
    """Return the visits of the same person that began within a stretch of time."""
    query = sa.select(Visit).where(
        col(Visit.site_id) == site_id,
        col(Visit.person_key) == person_key,
        col(Visit.occurred_at).between(start, end),
    )
    return list(session.scalars(query))
