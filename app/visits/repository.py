"""Visits as rows: found, made, numbered; badges taken and given back."""

import secrets
from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_upsert
from sqlalchemy.dialects.sqlite import insert as sqlite_upsert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlmodel import col

from app.clerk import Ending, Work
from app.clerk.work import Kept, Row
from app.db import Closing, table_of
from app.declarations.rules import normalise_identity
from app.declarations.schemas import Person, normal_phone
from app.kit.ids import new_id
from app.kit.text import fold, mask_tail
from app.kit.zones import local_day
from app.sites.models import Badge, Employee, Gate, Unit
from app.visits.models import VISIT_COLUMNS, DayCount, PaperLine, Visit, VisitLine, VisitNumber

DAY_COUNTS = table_of(DayCount)
VISIT_NUMBERS = table_of(VisitNumber)
TAIL = 4


def find(session: Session, site_id: UUID, visit_id: UUID) -> Visit | None:
    """Return a visit of the site, for reading."""
    return session.get(Visit, (site_id, visit_id))


def of_pass(session: Session, site_id: UUID, pass_id: UUID) -> list[Visit]:
    """Return a party's visits, the declarant first, for reading."""
    query = sa.select(Visit).where(col(Visit.site_id) == site_id, col(Visit.pass_id) == pass_id)
    return sorted(session.scalars(query), key=_declarant_first)


def _declarant_first(visit: Visit) -> tuple[bool, UUID]:
    return visit.companion_of is not None, visit.id


def load(work: Work, visit_id: UUID) -> VisitLine | None:
    """Return a visit to act on, as the commands of this batch have left it so far."""
    kept = work.recall("visit", visit_id)
    if kept is not None:
        return copy(kept[0]) if kept[0].site_id == work.site_id else None
    row = work.connection.execute(_BY_ID, {"site": work.site_id, "visit": visit_id}).one_or_none()
    return _line(row) if row is not None else None


def _line(row: sa.Row[Any]) -> VisitLine:
    return VisitLine(**dict(zip(VISIT_COLUMNS, row, strict=True)))


def _among(work: Work, found: sa.Select[Any], fits: Callable[[VisitLine], bool]) -> list[VisitLine]:
    """Return what a query finds, with what this batch has done to it, and what this batch has made."""
    lines = {row.id: _line(row) for row in work.connection.execute(found)}
    for visit_id, (line, _is_new) in work.recall_all("visit").items():
        if line.site_id == work.site_id:
            lines[visit_id] = copy(line)
    return [line for line in lines.values() if fits(line)]


def party(work: Work, pass_id: UUID) -> list[VisitLine]:
    """Return a party's visits to act on, the declarant first."""
    query = _LINES.where(VISITS.c.site_id == work.site_id, VISITS.c.pass_id == pass_id)
    return sorted(_among(work, query, lambda line: line.pass_id == pass_id), key=_declarant_first)


def load_by_badge(work: Work, number: str) -> VisitLine | None:
    """Return whose badge is out, to act on; then whose badge is missing."""
    query = _LINES.where(
        VISITS.c.site_id == work.site_id,
        VISITS.c.badge_number == number,
        sa.or_(VISITS.c.state == "on_site", VISITS.c.badge_missing),
    )
    lines = _among(
        work, query, lambda line: line.badge_number == number and (line.state == "on_site" or line.badge_missing)
    )
    return min(lines, key=lambda line: line.state != "on_site", default=None)


def inside(work: Work, badge_number: str, folded_name: str) -> list[VisitLine]:
    """Return who is on site with a badge or under a name, either of which may be empty, to act on."""
    # A search key begins with the name.
    key = VISITS.c.search_key
    named = sa.or_(key == folded_name, key.startswith(folded_name + " | ", autoescape=True))
    described = [VISITS.c.badge_number == badge_number] if badge_number else []
    described += [named] if folded_name else []
    query = _LINES.where(VISITS.c.site_id == work.site_id, VISITS.c.state == "on_site", sa.or_(sa.false(), *described))
    return _among(
        work,
        query,
        lambda line: (
            line.state == "on_site"
            and ((badge_number != "" and line.badge_number == badge_number) or fold(line.name) == folded_name != "")
        ),
    )


def present(work: Work, employee_id: UUID) -> VisitLine | None:
    """Return the visit by which an employee is on site or resting now."""
    query = _LINES.where(
        VISITS.c.site_id == work.site_id,
        VISITS.c.state.in_(("on_site", "resting")),
        VISITS.c.employee_id == employee_id,
    )
    lines = _among(work, query, lambda line: line.employee_id == employee_id and line.state in ("on_site", "resting"))
    return lines[0] if lines else None


def employee(session: Session, site_id: UUID, employee_id: UUID) -> Employee | None:
    """Return somebody of the staff directory."""
    return session.get(Employee, (site_id, employee_id))


def unit_exists(work: Work, unit_id: UUID) -> bool:
    """Tell whether the site has this unit."""
    known = work.recall("unit", unit_id)
    if known is None:
        known = work.session.get(Unit, (work.site_id, unit_id)) is not None
        work.remember("unit", unit_id, known)
    return bool(known)


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


def new_visit(work: Work, person: Person, columns: dict[str, Any]) -> VisitLine:
    """Make a visit of the work's actor, not yet written; the caller hands it to `save`."""
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
    return VisitLine(**(defaults | person_columns(work.book.closing, work.site_id, visit_id, person) | columns))


def save(work: Work, visit: VisitLine, sequence: int) -> None:
    """Keep a visit as the entry `sequence` left it; it is written when the batch ends."""
    kept = work.recall("visit", visit.id)
    is_new = kept[1] if kept is not None else visit.sequence == 0
    visit.sequence = sequence
    visit.search_key = search_key(visit)
    work.remember("visit", visit.id, (visit, is_new))
    work.at_end("visit", Ending(rows=_new_visits, after=_change_visits))


def _new_visits(kept: Kept) -> list[Row]:
    return [(VISITS, _columns(line)) for line, is_new in kept.values() if is_new]


def _change_visits(connection: Connection, kept: Kept) -> None:
    changed = [
        _columns(line) | {"of_site": line.site_id, "of_visit": line.id} for line, is_new in kept.values() if not is_new
    ]
    if changed:
        connection.execute(_CHANGE, changed)


def _columns(line: VisitLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in VISIT_COLUMNS}


def give_number(work: Work, visit: VisitLine, zone: str) -> None:
    """Give the day's next number, once. The chain's head is locked, so numbers have no gaps and no doubles."""
    if visit.number is not None:
        return
    day = local_day(visit.occurred_at, zone)
    visit.day, visit.number = day, _last_number(work, day) + 1
    work.remember("day", (work.site_id, day), visit.number)
    work.at_end("day", Ending(after=_keep_numbers))
    row = {"site_id": work.site_id, "day": day, "number": visit.number, "visit_id": visit.id}
    work.later(VISIT_NUMBERS, row)


def _last_number(work: Work, day: date) -> int:
    known = work.recall("day", (work.site_id, day))
    if known is not None:
        return int(known)
    query = sa.select(DAY_COUNTS.c.last).where(DAY_COUNTS.c.site_id == work.site_id, DAY_COUNTS.c.day == day)
    return work.connection.scalar(query) or 0


def _keep_numbers(connection: Connection, kept: Kept) -> None:
    insert = postgres_upsert if connection.dialect.name == "postgresql" else sqlite_upsert
    for (site_id, day), last in kept.items():
        statement = insert(DAY_COUNTS).values(site_id=site_id, day=day, last=last)
        connection.execute(statement.on_conflict_do_update(index_elements=["site_id", "day"], set_={"last": last}))


def badge_state(work: Work, number: str) -> str | None:
    """Return where a badge is, as this batch has left it; None where the office keeps no such badge."""
    kept = work.recall("badge", (work.site_id, number))
    if kept is not None:
        return str(kept[0])
    return work.connection.scalar(_BADGE_STATE, {"site": work.site_id, "number": number})


def set_badge(work: Work, number: str, state: str, visit_id: UUID | None = None) -> None:
    """Move a badge to `state`; a number that the office keeps no badge for is left alone."""
    work.remember("badge", (work.site_id, number), (state, visit_id))
    work.at_end("badge", Ending(after=_move_badges))


def _move_badges(connection: Connection, kept: Kept) -> None:
    moved = [
        {"site": site_id, "of": number, "state": state, "visit_id": visit_id}
        for (site_id, number), (state, visit_id) in kept.items()
    ]
    connection.execute(_MOVE_BADGE, moved)


def next_badge(work: Work, gate_id: UUID) -> str | None:
    """Return the lowest free number of a gate."""
    moved = {
        number: state for (site_id, number), (state, _) in work.recall_all("badge").items() if site_id == work.site_id
    }
    query = (
        sa.select(BADGES.c.number)
        .where(BADGES.c.site_id == work.site_id, BADGES.c.gate_id == gate_id, BADGES.c.state == "free")
        .order_by(sa.func.length(BADGES.c.number), BADGES.c.number)
        .limit(len(moved) + 1)
    )
    free = (number for number in work.connection.scalars(query) if moved.get(number, "free") == "free")
    return next(free, None)


def count_on_site(work: Work) -> list[tuple[UUID, UUID | None, int]]:
    """Return how many are on site now, by gate of entry and unit to see, what this batch has done included."""
    query = (
        sa.select(VISITS.c.gate_in_id, VISITS.c.unit_id, sa.func.count())
        .where(VISITS.c.site_id == work.site_id, VISITS.c.state == "on_site")
        .group_by(VISITS.c.gate_in_id, VISITS.c.unit_id)
    )
    counts = {(row[0], row[1]): row[2] for row in work.connection.execute(query)}
    for line, is_new in work.recall_all("visit").values():
        if line.site_id != work.site_id:
            continue
        before = None if is_new else work.connection.execute(_BY_ID, {"site": line.site_id, "visit": line.id}).one()
        if before is not None and before.state == "on_site":
            counts[before.gate_in_id, before.unit_id] -= 1
        if line.state == "on_site":
            key = (line.gate_in_id, line.unit_id)
            counts[key] = counts.get(key, 0) + 1
    return [(gate_id, unit_id, count) for (gate_id, unit_id), count in counts.items()]


def paper_line(work: Work, sheet: str, line: int) -> UUID | None:
    """Return which visit a line of a paper sheet became, if it was entered."""
    known = work.recall("paper", (work.site_id, sheet, line))
    if known is not None:
        return UUID(str(known))
    found = work.session.get(PaperLine, (work.site_id, sheet, line))
    return found.visit_id if found else None


VISITS = table_of(Visit)
BADGES = table_of(Badge)
_LINES = sa.select(*(VISITS.c[name] for name in VISIT_COLUMNS))
_BY_ID = _LINES.where(VISITS.c.site_id == sa.bindparam("site"), VISITS.c.id == sa.bindparam("visit"))
_CHANGE = (
    sa.update(VISITS)
    .where(VISITS.c.site_id == sa.bindparam("of_site"), VISITS.c.id == sa.bindparam("of_visit"))
    .values({name: sa.bindparam(name) for name in VISIT_COLUMNS if name not in ("site_id", "id")})
)
_BADGE_STATE = sa.select(BADGES.c.state).where(
    BADGES.c.site_id == sa.bindparam("site"), BADGES.c.number == sa.bindparam("number")
)
_MOVE_BADGE = (
    sa.update(BADGES)
    .where(BADGES.c.site_id == sa.bindparam("site"), BADGES.c.number == sa.bindparam("of"))
    .values(state=sa.bindparam("state"), visit_id=sa.bindparam("visit_id"))
)
