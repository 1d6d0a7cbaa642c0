"""What the pages of administration show at a glance."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import repository as accounts
from app.accounts.models import Account, Device
from app.sites import repository as sites
from app.sites.models import Badge, Employee, Gate, Unit


@dataclass(frozen=True, slots=True)
class Overview:
    """How many there are of each, in use."""

    accounts: int
    gates: list[Gate]
    units: int
    employees: int
    badges: Counter[str]
    tablets: int
    stands: int
    sealed_codes: int
    tokens: int


def overview(session: Session, site_id: UUID, now: datetime) -> Overview:
    """Return a site's figures."""
    devices = Counter(device.purpose for device in accounts.devices(session, site_id) if device.revoked_at is None)
    return Overview(
        accounts=sum(accounts.is_active(account, now) for account in people(session, site_id)),
        gates=sites.gates(session, site_id),
        units=len(sites.units(session, site_id)),
        employees=len(sites.employees(session, site_id)),
        badges=Counter(badge.state for badge in sites.badges(session, site_id)),
        tablets=devices["tablet"],
        stands=devices["stand"],
        sealed_codes=sum(
            code.used_at is None and now < code.expires_at for code in accounts.sealed_codes(session, site_id)
        ),
        tokens=sum(
            token.revoked_at is None and (token.expires_at is None or now < token.expires_at)
            for token in accounts.tokens(session, site_id)
        ),
    )


def people(session: Session, site_id: UUID) -> list[Account]:
    """Return the accounts that people log in with: not those that a program's token acts as."""
    programs = {token.account_id for token in accounts.tokens(session, site_id)}
    return [account for account in accounts.accounts(session, site_id) if account.id not in programs]


@dataclass(frozen=True, slots=True)
class GateBadges:
    """A gate's badges: runs of numbers such as ("001", "050"), how many are in each state, those that are not free."""

    gate: Gate
    states: Counter[str]
    runs: list[tuple[str, str]]
    elsewhere: list[Badge] = field(default_factory=list[Badge])


def badges_by_gate(session: Session, site_id: UUID) -> list[GateBadges]:
    """Return each gate with its badges; a retired gate only where it has some."""
    badges = sites.badges(session, site_id)
    found: list[GateBadges] = []
    for gate in sites.gates(session, site_id, retired=True):
        own = [badge for badge in badges if badge.gate_id == gate.id]
        if own or gate.retired_at is None:
            states = Counter(badge.state for badge in own)
            away = [badge for badge in own if badge.state != "free"]
            found.append(GateBadges(gate, states, list(_runs(badge.number for badge in own)), away))
    return found


def _runs(numbers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give the first and last number of each unbroken run."""
    known = list(numbers)
    if not known:
        return
    first = known[0]
    for number, following in pairwise(known):
        if not (number.isdigit() and following.isdigit() and int(following) == int(number) + 1):
            yield first, number
            first = following
    yield first, known[-1]


def names(session: Session, site_id: UUID) -> dict[UUID, str]:
    """Return the names of a site's accounts by id, for who did something."""
    return {account.id: account.name for account in accounts.accounts(session, site_id)}


def devices_by_gate(session: Session, site_id: UUID) -> list[tuple[Device, str]]:
    """Return a site's devices, those in use first, each with its gate's name."""
    gates = {gate.id: gate.name for gate in sites.gates(session, site_id, retired=True)}
    devices = sorted(accounts.devices(session, site_id), key=lambda device: device.revoked_at is not None)
    return [(device, gates[device.gate_id]) for device in devices]


def directory(session: Session, site_id: UUID) -> list[tuple[Employee, Unit | None]]:
    """Return the staff directory with each one's unit, whoever left among them."""
    units = {unit.id: unit for unit in sites.units(session, site_id, retired=True)}
    return [
        (employee, units.get(employee.unit_id) if employee.unit_id else None)
        for employee in sites.employees(session, site_id, retired=True)
    ]
