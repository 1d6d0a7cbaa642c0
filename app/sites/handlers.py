"""Opening a site, and changing what stands in it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.accounts.models import SYSTEM_ACCOUNT, VISITOR_ACCOUNT, Account, AccountLogin
from app.clerk import Clerk, Work
from app.errors import Refusal
from app.journal.handlers import lock_head, open_chain, record
from app.kit.ids import new_id
from app.kit.text import clean, fold
from app.sites import repository
from app.sites.commands import (
    AddBadges,
    AddGate,
    ChangeBadge,
    ChangeGate,
    ChangeSite,
    ImportEmployees,
    NewEmployee,
    NewUnit,
    OpenSite,
    SaveEmployee,
    SaveUnit,
)
from app.sites.models import Badge, Employee, Gate, GateCode, Site, Unit

MOST_BADGES = 2000


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("open_site", open_site)
    clerk.register("change_site", change_site)
    clerk.register("add_gate", add_gate)
    clerk.register("change_gate", change_gate)
    clerk.register("save_unit", save_unit)
    clerk.register("save_employee", save_employee)
    clerk.register("import_employees", import_employees)
    clerk.register("add_badges", add_badges)
    clerk.register("change_badge", change_badge)


def open_site(work: Work, command: OpenSite) -> dict[str, Any]:
    """Make a site: its chain, its own accounts, its first gate, units, manager and guard."""
    if repository.find_site(work.session, work.site_id) is not None:
        raise Refusal("site_open")
    if work.session.get(AccountLogin, fold(command.manager_login)) is not None:
        raise Refusal("login_taken")
    letterhead = command.model_dump(
        include={"parent_name", "letterhead", "place", "public_url", "wifi_name", "wifi_password", "contact"}
    )
    site = Site(id=work.site_id, name=clean(command.name), created_at=work.received_at, **letterhead)
    work.session.add(site)
    work.session.flush()
    open_chain(work.session.connection(), site.id, work.received_at)
    _add_accounts(work, command)
    gate = _new_gate(work, command.gate_name)
    for position, unit in enumerate(command.units):
        _new_unit(work, unit, position)
    record(work, "SiteOpened", ("site", site.id), {"name": site.name, "units": len(command.units)})
    return {"site_id": str(site.id), "gate_id": str(gate.id), "gate_code": gate.code}


def _add_accounts(work: Work, command: OpenSite) -> None:
    people = [
        Account(site_id=work.site_id, id=SYSTEM_ACCOUNT, name="Gatebook", role="system", created_at=work.received_at),
        Account(site_id=work.site_id, id=VISITOR_ACCOUNT, name="", role="visitor", created_at=work.received_at),
        Account(
            site_id=work.site_id, id=work.actor.account_id, name=clean(command.manager_name),
            login=command.manager_login, role="manager", secret_hash=command.manager_secret_hash,
            created_at=work.received_at,
        ),
        Account(
            site_id=work.site_id, id=new_id(), name=clean(command.guard_name), role="guard",
            secret_hash=command.guard_secret_hash, created_at=work.received_at,
        ),
    ]  # fmt: skip
    work.session.add_all(people)
    work.session.flush()
    login = fold(command.manager_login)
    work.session.add(AccountLogin(login=login, site_id=work.site_id, account_id=work.actor.account_id))


def change_site(work: Work, command: ChangeSite) -> dict[str, Any]:
    """Change a site's own particulars."""
    lock_head(work)
    site = repository.find_site(work.session, work.site_id)
    if site is None:
        raise Refusal("not_found")
    changed = command.model_dump(include=set(ChangeSite.model_fields) & set(Site.model_fields))
    old = {name: getattr(site, name) for name, value in changed.items() if getattr(site, name) != value}
    for name, value in changed.items():
        setattr(site, name, value)
    old.pop("wifi_password", None)
    record(work, "SiteChanged", ("site", site.id), {"old": old, "fields": sorted(old)})
    return {}


def add_gate(work: Work, command: AddGate) -> dict[str, Any]:
    """Add a gate with a code for its poster."""
    lock_head(work)
    gate = _new_gate(work, command.name)
    record(work, "GateAdded", ("gate", gate.id), {"name": gate.name})
    return {"gate_id": str(gate.id), "gate_code": gate.code}


def _new_gate(work: Work, name: str) -> Gate:
    gate = Gate(
        site_id=work.site_id,
        id=new_id(),
        name=clean(name),
        code=repository.new_gate_code(work.session),
        created_at=work.received_at,
    )
    work.session.add(gate)
    work.session.flush()
    work.session.add(GateCode(code=gate.code, site_id=gate.site_id, gate_id=gate.id))
    return gate


def change_gate(work: Work, command: ChangeGate) -> dict[str, Any]:
    """Rename or retire a gate, or give it a new code."""
    lock_head(work)
    gate = work.session.get(Gate, (work.site_id, command.gate_id))
    if gate is None:
        raise Refusal("not_found")
    if command.retired and [other.id for other in repository.gates(work.session, work.site_id)] == [gate.id]:
        raise Refusal("last_gate")
    old = {"name": gate.name, "retired": gate.retired_at is not None}
    gate.name = clean(command.name)
    gate.retired_at = (gate.retired_at or work.received_at) if command.retired else None
    if command.new_code:
        # The old code stays taken, so that it can never lead to another gate.
        gate.code = repository.new_gate_code(work.session)
        work.session.add(GateCode(code=gate.code, site_id=gate.site_id, gate_id=gate.id))
    record(work, "GateChanged", ("gate", gate.id), {"old": old, "name": gate.name, "new_code": command.new_code})
    return {"gate_code": gate.code}


def save_unit(work: Work, command: SaveUnit) -> dict[str, Any]:
    """Add or change a unit."""
    lock_head(work)
    if command.unit_id is None:
        new = NewUnit(name=command.name, extension=command.extension, directions=command.directions)
        unit = _new_unit(work, new, len(repository.units(work.session, work.site_id, retired=True)))
    else:
        found = work.session.get(Unit, (work.site_id, command.unit_id))
        if found is None:
            raise Refusal("not_found")
        unit = found
        unit.name, unit.extension, unit.directions = clean(command.name), command.extension, command.directions
        unit.retired_at = (unit.retired_at or work.received_at) if command.retired else None
    record(work, "UnitSaved", ("unit", unit.id), {"name": unit.name, "extension": unit.extension})
    return {"unit_id": str(unit.id)}


def _new_unit(work: Work, unit: NewUnit, position: int) -> Unit:
    made = Unit(
        site_id=work.site_id,
        id=new_id(),
        name=clean(unit.name),
        extension=unit.extension,
        directions=unit.directions,
        position=position,
    )
    work.session.add(made)
    return made


def save_employee(work: Work, command: SaveEmployee) -> dict[str, Any]:
    """Add somebody to the staff directory, or change an entry."""
    lock_head(work)
    employee = _employee(work, command.employee_id)
    badge_code = command.badge_code.upper() or None
    if badge_code is not None and _badge_code_taken(work, badge_code, employee.id):
        raise Refusal("badge_code_taken")
    if command.unit_id is not None and work.session.get(Unit, (work.site_id, command.unit_id)) is None:
        raise Refusal("unit_unknown")
    employee.name, employee.title = clean(command.name), clean(command.title)
    employee.unit_id, employee.badge_code, employee.receives = command.unit_id, badge_code, command.receives
    employee.search_key = fold(f"{command.name} | {command.title}")
    employee.retired_at = (employee.retired_at or work.received_at) if command.retired else None
    work.session.add(employee)
    record(work, "EmployeeSaved", ("employee", employee.id), {"name": employee.name, "retired": command.retired})
    return {"employee_id": str(employee.id)}


def _employee(work: Work, employee_id: UUID | None) -> Employee:
    if employee_id is None:
        return Employee(site_id=work.site_id, id=new_id(), name="", search_key="")
    found = work.session.get(Employee, (work.site_id, employee_id))
    if found is None:
        raise Refusal("not_found")
    return found


def _badge_code_taken(work: Work, badge_code: str, own_id: UUID) -> bool:
    query = sa.select(col(Employee.id)).where(
        col(Employee.site_id) == work.site_id, col(Employee.badge_code) == badge_code, col(Employee.id) != own_id
    )
    return work.session.scalars(query).first() is not None


def import_employees(work: Work, command: ImportEmployees) -> dict[str, Any]:
    """Bring the staff directory up to date with a list: all of it, or nothing where one line does not fit."""
    lock_head(work)
    units = {unit.id for unit in repository.units(work.session, work.site_id)}
    if any(person.unit_id not in units for person in command.people if person.unit_id is not None):
        raise Refusal("unit_unknown")
    known = repository.employees(work.session, work.site_id, retired=True)
    by_badge = {employee.badge_code: employee for employee in known if employee.badge_code}
    by_name = {(fold(employee.name), employee.unit_id): employee for employee in known}
    added = 0
    for person in command.people:
        name_key = (fold(person.name), person.unit_id)
        employee = by_badge.get(person.badge_code.upper()) or by_name.get(name_key)
        if employee is None:
            employee = Employee(site_id=work.site_id, id=new_id(), name="", search_key="")
            added += 1
        _bring_up_to_date(employee, person)
        work.session.add(employee)
        by_name[name_key] = employee
        if employee.badge_code:
            by_badge[employee.badge_code] = employee
    changed = len(command.people) - added
    record(work, "EmployeesImported", ("site", work.site_id), {"added": added, "changed": changed})
    return {"added": added, "changed": changed}


def _bring_up_to_date(employee: Employee, person: NewEmployee) -> None:
    employee.name, employee.title, employee.unit_id = person.name, person.title, person.unit_id
    employee.badge_code = person.badge_code.upper() or employee.badge_code
    employee.search_key = fold(f"{person.name} | {person.title}")
    employee.retired_at = None


def add_badges(work: Work, command: AddBadges) -> dict[str, Any]:
    """Add a run of badges to a gate; numbers that exist already are left as they are."""
    lock_head(work)
    if work.session.get(Gate, (work.site_id, command.gate_id)) is None:
        raise Refusal("not_found")
    if not command.first <= command.last < command.first + MOST_BADGES:
        raise Refusal("badge_range")
    known = {badge.number for badge in repository.badges(work.session, work.site_id)}
    numbers = [f"{number:0{command.digits}d}" for number in range(command.first, command.last + 1)]
    added = [number for number in numbers if number not in known]
    work.session.add_all(
        Badge(site_id=work.site_id, id=new_id(), gate_id=command.gate_id, number=number) for number in added
    )
    record(
        work, "BadgesAdded", ("gate", command.gate_id), {"first": numbers[0], "last": numbers[-1], "added": len(added)}
    )
    return {"added": len(added)}


def change_badge(work: Work, command: ChangeBadge) -> dict[str, Any]:
    """Say where a badge is; one that is out comes back at check-out only."""
    lock_head(work)
    badge = next((b for b in repository.badges(work.session, work.site_id) if b.number == command.number), None)
    if badge is None:
        raise Refusal("not_found")
    if badge.state == "out":
        raise Refusal("badge_out", badge_number=badge.number)
    old, badge.state = badge.state, command.state
    record(work, "BadgeChanged", ("badge", badge.id), {"number": badge.number, "old": old, "state": badge.state})
    return {}
