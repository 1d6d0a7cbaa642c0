"""The demo's office: opened as any office is, with the cast that its history needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from app.accounts.commands import CreateAccount, OpenPairing, PairDevice, Role
from app.accounts.models import VISITOR_ACCOUNT
from app.accounts.repository import accounts, devices, hash_secret, new_token, token_hash
from app.clerk import Actor
from app.db import Book
from app.demo.handlers.stage import Stage
from app.demo.rules import EMPLOYEES, UNITS
from app.kit.ids import new_id
from app.kit.zones import DEFAULT_ZONE
from app.setup.commands import SetUp
from app.sites.commands import AddBadges, AddGate, NewUnit, SaveEmployee
from app.sites.repository import badges, employees, gates, sites, units

PASSPHRASE = "con trâu vàng ăn cỏ"  # noqa: S105 - the demo's, printed for everybody
PEOPLE: tuple[tuple[str, Role, str, str], ...] = (
    ("Nguyễn Thị Thảo", "manager", "thao", ""),
    ("Vũ Thị Hương", "receptionist", "huong", ""),
    ("Lê Quang Minh", "admin", "minh", ""),
    ("Nguyễn Văn Đức", "guard", "", "480215"),
    ("Trần Thị Lan", "guard", "", "731906"),
    ("Y Bluê Niê", "guard", "", "295841"),
    ("Lò Văn Mười", "guard", "", "613507"),
)
"""Name, role, login, PIN."""
GATES = ("Cổng chính", "Cổng sau")
BADGES = ((1, 60), (101, 140))


@dataclass
class Cast:
    """Who acts in the history, and on what: actors by name, units, employees, and free badges by gate."""

    site_id: UUID
    zone: str
    gates: list[UUID]
    units: list[UUID]
    employees: list[UUID]
    actors: dict[str, Actor]
    tablets: list[UUID]
    free: list[list[str]] = field(default_factory=list[list[str]])

    def guard(self, name: str, gate: int) -> Actor:
        """Return a guard at the tablet of a gate."""
        known = self.actors[name]
        return Actor(known.site_id, known.account_id, name, "guard", self.tablets[gate], self.gates[gate])

    def visitor(self, gate: int) -> Actor:
        """Return whoever declares on a phone."""
        return Actor(self.site_id, VISITOR_ACCOUNT, "", "visitor", None, self.gates[gate])


def open_demo_office(stage: Stage, tell: Callable[[], None]) -> None:
    """Open the office; `tell` is called from time to time, to show that something happens."""
    site_id, manager_id = new_id(), new_id()
    manager = Actor(site_id, manager_id, PEOPLE[0][0], "manager")
    secret = hash_secret(PASSPHRASE)
    opened = stage.do(manager, _opening(secret)).values
    gate_b = stage.do(manager, AddGate(name=GATES[1])).values
    gate_ids = [UUID(opened["gate_id"]), UUID(gate_b["gate_id"])]
    for gate_id, (first, last) in zip(gate_ids, BADGES, strict=True):
        stage.do(manager, AddBadges(gate_id=gate_id, first=first, last=last))
    for name, role, login, pin in PEOPLE[1:]:
        if name != PEOPLE[3][0]:
            hashed = hash_secret(pin) if pin else secret
            stage.do(manager, CreateAccount(name=name, role=role, login=login or None, secret_hash=hashed))
        tell()
    for at, gate_id in enumerate(gate_ids):
        _pair(stage, manager, gate_id, f"Máy tính bảng {GATES[at].lower()}")
    _hire(stage, manager)
    stage.settle()


def _opening(secret: str) -> SetUp:
    return SetUp(
        office_name="Văn phòng UBND tỉnh Sơn Hà",
        parent_name="UBND tỉnh Sơn Hà",
        letterhead="state",
        place="Sơn Hà",
        contact="Phòng Hành chính - Quản trị, máy lẻ 101",
        gate_name=GATES[0],
        units=[NewUnit(name=name, extension=extension, directions=where) for name, extension, where in UNITS],
        manager_name=PEOPLE[0][0],
        manager_login=PEOPLE[0][2],
        manager_secret_hash=secret,
        guard_name=PEOPLE[3][0],
        guard_secret_hash=hash_secret(PEOPLE[3][3]),
    )


def _pair(stage: Stage, manager: Actor, gate_id: UUID, name: str) -> None:
    """Pair a tablet that nobody holds: its token is thrown away."""
    code_hash = stage.clerk.book.closing.hash("pairing", str(new_id())).hex()
    stage.do(manager, OpenPairing(code_hash=code_hash, gate_id=gate_id, name=name))
    stage.do(manager, PairDevice(code_hash=code_hash, device_token_hash=token_hash(new_token()).hex()))
    stage.clock.moment += timedelta(minutes=1)


def _hire(stage: Stage, manager: Actor) -> None:
    with stage.clerk.book.reading() as session:
        unit_ids = [unit.id for unit in units(session, manager.site_id)]
    for number, (name, title, unit) in enumerate(EMPLOYEES, 1):
        employee = SaveEmployee(name=name, title=title, unit_id=unit_ids[unit], badge_code=f"NV{number:03d}")
        stage.do(manager, employee)


def find_cast(book: Book) -> Cast:
    """Return who acts, as the book knows them."""
    with book.reading() as session:
        site = sites(session)[0]
        known = {account.name: account for account in accounts(session, site.id)}
        actors = {name: Actor(site.id, known[name].id, name, role) for name, role, _, _ in PEOPLE}
        gate_ids = [gate.id for gate in gates(session, site.id)][: len(GATES)]
        paired = {device.gate_id: device.id for device in devices(session, site.id) if device.purpose == "tablet"}
        by_name = {employee.name: employee.id for employee in employees(session, site.id)}
        kept = badges(session, site.id)
        return Cast(
            site.id,
            DEFAULT_ZONE,
            gate_ids,
            [unit.id for unit in units(session, site.id)],
            [by_name[name] for name, _, _ in EMPLOYEES],
            actors,
            [paired[gate_id] for gate_id in gate_ids],
            [[b.number for b in kept if b.gate_id == gate_id and b.state == "free"] for gate_id in gate_ids],
        )
