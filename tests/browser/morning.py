"""A morning at the gate as the guides show it: employees, visitors, a fever, people who left, people who wait."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from app.accounts.models import VISITOR_ACCOUNT
from app.clerk import Actor
from app.clock import SetClock
from app.db import Book
from app.declarations.schemas import Person
from app.selfservice.commands import Declare, DeclaredPerson
from app.setup.commands import KeepRecovery
from app.sites.commands import ChangeSite, SaveEmployee
from app.sites.repository import employees
from app.visits.commands import AddNote, CheckIn, CheckOut, CorrectVisit, Reading
from tests.conftest import KEYS, Live, serving
from tests.office import MORNING, Office, make_office

CLEAR: dict[str, Any] = {
    "fever": False, "cough": False, "breath": False, "throat": False, "tired": False, "vomit": False,
    "diarrhoea": False, "bleeding": False, "rash": False, "places": [], "contact": False, "truthful": True,
}  # fmt: skip
STAFF = (
    "Nguyễn Thị Bích Ngọc", "Hoàng Văn Thắng", "Trịnh Quốc Bảo", "Ma Thị Hằng", "Lò Văn Pánh", "Đặng Thuỳ Dương",
    "Bùi Minh Quân", "Lý A Sình",
)  # fmt: skip
SEVEN = MORNING.replace(minute=0)
ADMIN_UNIT, GENERAL_UNIT, CITIZENS_UNIT = "Phòng Hành chính - Quản trị", "Phòng Tổng hợp", "Ban Tiếp công dân"


@dataclass(frozen=True)
class Arrival:
    """A visitor of the scene, and what the guard does with them; `minute` counts from seven o'clock."""

    minute: int
    name: str
    year: int
    organisation: str
    unit: str
    host: str
    purpose: str
    tenths: int = 365
    plate: str = ""
    left: int | None = None
    answers: tuple[tuple[str, Any], ...] = ()


VISITORS = (
    Arrival(
        9,
        "Lê Văn Bé",
        1979,
        "Công ty Cấp thoát nước",
        ADMIN_UNIT,
        "Lê Thị Lan",
        "nghiệm thu công trình",
        364,
        "22A-118.02",
        41,
    ),
    Arrival(14, "Phạm Ngọc Ánh", 1990, "Sở Tài chính", GENERAL_UNIT, "Đỗ Văn Đức", "họp giao ban", 367, left=52),
    Arrival(18, "Nông Thị Mận", 1968, "Xã Tân Trào", CITIZENS_UNIT, "", "gửi đơn", 362),
    Arrival(
        23,
        "Trần Quốc Việt",
        1985,
        "Viễn thông tỉnh",
        ADMIN_UNIT,
        "Hoàng Văn Thắng",
        "sửa đường truyền",
        368,
        "22C-045.17",
    ),
    Arrival(27, "Hồ A Páo", 1996, "Xã Hồng Thái", CITIZENS_UNIT, "", "hỏi hồ sơ", 378),
    Arrival(31, "Kim Ji-hoon", 1982, "KOICA", GENERAL_UNIT, "Phạm Thị Hương Giang", "làm việc về dự án", 366),
    Arrival(36, "Vũ Đình Khôi", 1974, "Báo Tuyên Quang", GENERAL_UNIT, "Đỗ Văn Đức", "phỏng vấn", 363, left=53),
)
WAITING = (
    Arrival(
        52,
        "Trần Thị Hoa",
        1984,
        "Điện lực tỉnh",
        ADMIN_UNIT,
        "Lê Thị Lan",
        "hồ sơ đấu thầu",
        answers=(("places", ["Hải Phòng 12/11"]),),
    ),
    Arrival(54, "Đinh Công Tráng", 1971, "Xã Mỹ Bằng", CITIZENS_UNIT, "", "kiến nghị", answers=(("cough", True),)),
    Arrival(56, "Nguyễn Thị Minh Khai", 1993, "Bưu điện tỉnh", ADMIN_UNIT, "Lê Thị Lan", "giao công văn"),
)


Act: TypeAlias = Callable[[], tuple[Arrival | None, dict[str, Any]]]


@contextmanager
def office_at_seven(file: Path) -> Generator[Live]:
    """Serve an office on an encrypted file, an hour before its morning begins."""
    clock = SetClock(SEVEN - timedelta(hours=1))
    with serving(Book(keys=KEYS, path=file), clock) as served:
        yield Live(
            served.url,
            served.app,
            served.secure_port,
            make_office(served.app.state.gatebook.book, served.app.state.gatebook.clerk, clock),
        )


def play(office: Office) -> UUID:
    """Have a morning happen from seven to three minutes to eight, and return a visit with a story."""
    _furnish(office)
    _move(office, 0)
    inside: list[tuple[int, str]] = []
    told: UUID | None = None
    for minute, act in sorted(_acts(office), key=lambda act: act[0]):
        for left, visit_id in [one for one in inside if one[0] <= minute]:
            _leave(office, left, visit_id)
            inside.remove((left, visit_id))
        _move(office, minute)
        arrival, values = act()
        if arrival is not None and arrival.left is not None:
            inside.append((arrival.left, values["visit_id"]))
        if arrival is not None and arrival.name == "Trần Quốc Việt":
            told = UUID(values["visit_id"])
    assert told is not None
    _move(office, 57)
    office.do("reception", CorrectVisit(visit_id=told, field="plate", value="22C-045.71", reason="đọc nhầm biển số"))
    office.do("reception", AddNote(visit_id=told, text="Mang theo thang nhôm, ra trình thẻ ở cổng B."))
    return told


def _furnish(office: Office) -> None:
    office.do("manager", KeepRecovery())
    office.do(
        "manager",
        ChangeSite(
            name="Văn phòng UBND tỉnh", parent_name="UBND tỉnh Tuyên Quang", place="Tuyên Quang",
            public_url="http://192.168.1.20:8000", wifi_name="UBND-KHACH", wifi_password="khach2026",
            contact="Phòng Hành chính - Quản trị, máy lẻ 101",
        ),
    )  # fmt: skip
    for number, name in enumerate(STAFF, 11):
        unit = list(office.units.values())[number % 2]
        office.do("manager", SaveEmployee(name=name, title="Chuyên viên", unit_id=unit, badge_code=f"NV{number:03}"))
    with office.book.reading() as session:
        office.employees = {employee.name: employee.id for employee in employees(session, office.site_id)}


def _move(office: Office, minute: int) -> None:
    office.clock.moment = SEVEN + timedelta(minutes=minute)


def _acts(office: Office) -> list[tuple[int, Act]]:
    acts: list[tuple[int, Act]] = [
        (3 + 3 * at, lambda name=name: _arrive(office, name)) for at, name in enumerate(STAFF)
    ]
    acts += [(arrival.minute, lambda arrival=arrival: _receive(office, arrival)) for arrival in VISITORS]
    acts += [(arrival.minute, lambda arrival=arrival: _declare(office, arrival)) for arrival in WAITING]
    acts.append((46, lambda: _deliver(office)))
    return acts


def _arrive(office: Office, name: str) -> tuple[None, dict[str, Any]]:
    reading = Reading(tenths=361 + len(name) % 7, at=office.clock.now())
    command = CheckIn(
        employee_id=office.employees[name], visit_kind="employee", readings=[reading], mask=True, sanitiser=True,
        decision="admit",
    )  # fmt: skip
    return None, office.do("guard", command)


def _deliver(office: Office) -> tuple[None, dict[str, Any]]:
    command = CheckIn(
        visit_kind="delivery", person=Person(organisation="Giao hàng nhanh"), purpose="văn phòng phẩm",
        plate="29H-771.20", mask=True, decision="admit",
    )  # fmt: skip
    return None, office.do("guard", command)


def _person(arrival: Arrival) -> Person:
    foreign = arrival.organisation == "KOICA"
    number = "M70412365" if foreign else f"008{arrival.year % 100:03}{arrival.year}{arrival.minute:02}"
    return Person(
        name=arrival.name, birth_year=arrival.year, organisation=arrival.organisation, sex="male",
        nationality="KR" if foreign else "VN", phone=f"0912345{arrival.minute:03}",
        identity_type="passport" if foreign else "cccd", identity_number=number,
    )  # fmt: skip


def _receive(office: Office, arrival: Arrival) -> tuple[Arrival, dict[str, Any]]:
    hot = arrival.tenths >= 375
    command = CheckIn(
        person=_person(arrival), unit_id=office.units[arrival.unit], host_name=arrival.host, purpose=arrival.purpose,
        plate=arrival.plate, answers=CLEAR | dict(arrival.answers), mask=True, sanitiser=True,
        readings=[Reading(tenths=arrival.tenths, at=office.clock.now())],
        badge_number=None if hot else f"{arrival.minute:03}", decision="recheck" if hot else "admit",
        visit_kind="citizen" if arrival.unit == CITIZENS_UNIT else "visitor",
    )  # fmt: skip
    return arrival, office.do("guard", command)


def _declare(office: Office, arrival: Arrival) -> tuple[None, dict[str, Any]]:
    visitor = Actor(office.site_id, VISITOR_ACCOUNT, "", "visitor", None, office.gate_a)
    stated = DeclaredPerson(person=_person(arrival), answers=CLEAR | dict(arrival.answers))
    command = Declare(
        gate_id=office.gate_a, channel="phone", language="vi", notice_version=1, people=[stated],
        unit_id=office.units[arrival.unit], host_name=arrival.host, purpose=arrival.purpose,
    )  # fmt: skip
    office.actors["visitor"] = visitor
    return None, office.do("visitor", command)


def _leave(office: Office, minute: int, visit_id: str) -> None:
    _move(office, minute)
    office.do("other_guard", CheckOut(visit_id=UUID(visit_id), badge_returned=True))
