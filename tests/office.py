"""A named cast: one office with two gates, another office, and the people of both."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.accounts.commands import CreateAccount, OpenPairing, PairDevice
from app.accounts.repository import hash_secret, new_token, token_hash
from app.clerk import Actor, Clerk, Command, Outcome, Status
from app.clock import SetClock
from app.consent.commands import PublishNotice
from app.consent.handlers import default_notice
from app.db import Book
from app.kit.ids import new_id
from app.screening.commands import PublishPolicy, PublishQuestionnaire
from app.screening.handlers import default_policy, default_questionnaire
from app.sites.commands import AddBadges, AddGate, NewUnit, OpenSite, SaveEmployee
from app.sites.repository import employees, gates, units

MORNING = datetime(2026, 11, 24, 0, 12, tzinfo=UTC)
"""Tuesday 24/11/2026, 07:12 at the gate."""
PIN = "480215"
PASSPHRASE = "con trâu vàng ăn cỏ"
PIN_HASH = hash_secret(PIN)
PASSPHRASE_HASH = hash_secret(PASSPHRASE)

EMPLOYEES = (
    ("Phạm Thị Hương Giang", "Chuyên viên", "NV001"),
    ("Đỗ Văn Đức", "Phó Trưởng phòng", "NV002"),
    ("Lê Thị Lan", "Văn thư", "NV003"),
    ("Y Bluê Niê", "Lái xe", None),
)


@dataclass
class Office:
    """An office of the cast: ids by name, and how to act as one of its people."""

    book: Book
    clerk: Clerk
    clock: SetClock
    site_id: UUID
    gate_a: UUID
    gate_b: UUID
    gate_code: str
    units: dict[str, UUID]
    employees: dict[str, UUID]
    actors: dict[str, Actor]
    device_tokens: dict[str, str] = field(default_factory=dict[str, str])

    def act(self, who: str, command: Command, command_id: UUID | None = None) -> Outcome:
        """Have a command carried out by one of the cast, and return its outcome."""
        return self.clerk.submit(command_id or new_id(), command, self.actors[who])

    def do(self, who: str, command: Command) -> dict[str, Any]:
        """Have a command carried out that must be recorded, and return its values."""
        outcome = self.act(who, command)
        assert outcome.status is Status.RECORDED, outcome
        return outcome.values


def make_office(book: Book, clerk: Clerk, clock: SetClock, name: str = "Văn phòng UBND tỉnh") -> Office:
    """Open a site with its whole cast: manager Thảo, receptionist Hương, guards Đức (Cổng A) and Lan (Cổng B)."""
    site_id, manager_id = new_id(), new_id()
    manager = Actor(site_id, manager_id, "Nguyễn Thị Thảo", "manager")
    login = "thao" if name == "Văn phòng UBND tỉnh" else f"quanly-{str(site_id)[-6:]}"
    opened = _recorded(clerk, manager, _opening(name, login))
    gate_b = _recorded(clerk, manager, AddGate(name="Cổng B"))["gate_id"]
    for document in (
        PublishPolicy(document=default_policy()),
        PublishQuestionnaire(document=default_questionnaire()),
        PublishNotice(document=default_notice()),
        AddBadges(gate_id=UUID(opened["gate_id"]), first=1, last=40),
        AddBadges(gate_id=UUID(gate_b), first=101, last=120),
    ):
        _recorded(clerk, manager, document)
    with book.reading() as session:
        unit_ids = {unit.name: unit.id for unit in units(session, site_id)}
        first_gate = next(gate for gate in gates(session, site_id) if gate.id == UUID(opened["gate_id"]))
    office = Office(
        book, clerk, clock, site_id, first_gate.id, UUID(gate_b), first_gate.code, unit_ids, {}, {"manager": manager}
    )
    _hire(office)
    return office


def _opening(name: str, login: str) -> OpenSite:
    return OpenSite(
        name=name,
        parent_name="UBND tỉnh Tuyên Quang",
        place="Tuyên Quang",
        public_url="http://gatebook.test",
        contact="Phòng Hành chính - Quản trị, máy lẻ 101",
        gate_name="Cổng A",
        units=[
            NewUnit(name="Phòng Hành chính - Quản trị", extension="101", directions="tầng 2"),
            NewUnit(name="Phòng Tổng hợp", extension="102", directions="tầng 3"),
            NewUnit(name="Ban Tiếp công dân", extension="103", directions="tầng 1"),
        ],
        manager_name="Nguyễn Thị Thảo",
        manager_login=login,
        manager_secret_hash=PASSPHRASE_HASH,
        guard_name="Nguyễn Văn Đức",
        guard_secret_hash=PIN_HASH,
    )


def _hire(office: Office) -> None:
    first_unit = next(iter(office.units.values()))
    for name, title, badge_code in EMPLOYEES:
        office.do("manager", SaveEmployee(name=name, title=title, unit_id=first_unit, badge_code=badge_code or ""))
    suffix = str(office.site_id)[-6:]
    office.do("manager", CreateAccount(name="Trần Thị Lan", role="guard", secret_hash=PIN_HASH))
    office.do(
        "manager",
        CreateAccount(name="Vũ Thị Hương", login=f"huong-{suffix}", role="receptionist", secret_hash=PASSPHRASE_HASH),
    )
    with office.book.reading() as session:
        from app.accounts.repository import accounts  # noqa: PLC0415

        office.employees = {employee.name: employee.id for employee in employees(session, office.site_id)}
        people = {account.name: account for account in accounts(session, office.site_id)}
    office.actors["reception"] = Actor(office.site_id, people["Vũ Thị Hương"].id, "Vũ Thị Hương", "receptionist")
    for who, name, gate_id in (
        ("guard", "Nguyễn Văn Đức", office.gate_a),
        ("other_guard", "Trần Thị Lan", office.gate_b),
    ):
        device_id = pair(office, gate_id, f"Máy {who}", who)
        office.actors[who] = Actor(
            office.site_id, people[name].id, name, "guard", device_id, gate_id, new_id(), office.clock.now()
        )


def pair(office: Office, gate_id: UUID, name: str, who: str, purpose: Any = "tablet") -> UUID:
    """Pair a device with a gate and keep its token under `who`."""
    code_hash = office.book.closing.hash("pairing", str(new_id())).hex()
    office.do("manager", OpenPairing(code_hash=code_hash, gate_id=gate_id, name=name, purpose=purpose))
    token = new_token()
    paired = office.do("manager", PairDevice(code_hash=code_hash, device_token_hash=token_hash(token).hex()))
    office.device_tokens[who] = token
    return UUID(paired["device_id"])


def _recorded(clerk: Clerk, actor: Actor, command: Command) -> dict[str, Any]:
    outcome = clerk.submit(new_id(), command, actor)
    assert outcome.status is Status.RECORDED, outcome
    return outcome.values


def later(moment: datetime, **by: float) -> datetime:
    """Return a moment moved on by a timedelta's arguments."""
    return moment + timedelta(**by)
