"""What happens at the gates on a day, drawn from the date: the same every time."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.demo.rules.people import EMPLOYEES, HOSTS, UNITS

Readings = tuple[int | str, ...]
Ending = Literal["leaves", "forgets", "keeps_badge", "never_came"]
REGULARS = 240
"""So many people come again and again."""
BUSY, QUIET = 60, 6
PURPOSES = (
    "nộp hồ sơ", "họp giao ban", "hồ sơ đấu thầu", "bảo trì thang máy", "giao công văn", "làm việc về đất đai",
    "xin xác nhận", "nghiệm thu công trình", "gửi đơn kiến nghị", "ký hợp đồng", "sửa điều hoà", "tham dự hội nghị",
    "lấy kết quả hồ sơ", "đối chiếu công nợ", "phỏng vấn", "kiểm tra phòng cháy",
)  # fmt: skip
SENDERS = ("Bưu điện tỉnh", "Viettel Post", "GHTK", "Nhà sách Trẻ", "Nước khoáng Mỹ Lâm", "Cơm văn phòng Hoa Ban")
NOTES = ("quên ô ở bàn gác", "đi xe lăn, cần thang máy", "đổi người tiếp")
LEADERS = ("đ/c Chánh Văn phòng", "đ/c Phó Chủ tịch", "đ/c Trưởng phòng Tổng hợp")


@dataclass(frozen=True, slots=True)
class Call:
    """One person's visit: when, who (a person's number), how it was declared, and how it went."""

    at: datetime
    person: int
    gate: int
    channel: Literal["phone", "stand", "guard"] = "phone"
    kind: Literal["visitor", "delivery", "invited", "citizen", "emergency"] = "visitor"
    unit: int = 0
    host: str = ""
    purpose: str = ""
    plate: str = ""
    people: int | None = None
    word: str = ""
    """Whose name or firm stands for the line, where there is no person's."""
    readings: Readings = (365,)
    health: Literal["clear", "caution", "stop"] = "clear"
    refused_for: str = ""
    no_papers: bool = False
    wait: int = 4
    """Minutes from the declaration to the gate."""
    stay: int = 45
    ending: Ending = "leaves"
    note: str = ""
    corrected: bool = False
    voided: bool = False
    opened: bool = False
    as_fact: bool = False
    """The tablet was without a network and kept what the guard decided."""


@dataclass(frozen=True, slots=True)
class Party:
    """A group that one person declares for: the people's numbers, the first of whom declares."""

    at: datetime
    people: tuple[int, ...]
    gate: int
    unit: int
    purpose: str
    stay: int
    missing: int = 0
    """How many of those declared did not come."""


@dataclass(frozen=True, slots=True)
class Duty:
    """An employee's day or night at work."""

    at: datetime
    employee: int
    until: datetime
    readings: Readings = (364,)
    forgets: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A day: single visits, groups, employees, and the lines that were written on paper while the power was out."""

    calls: list[Call] = field(default_factory=list[Call])
    parties: list[Party] = field(default_factory=list[Party])
    duties: list[Duty] = field(default_factory=list[Duty])
    paper: list[Call] = field(default_factory=list[Call])


class _Day:
    """The draw of one day."""

    def __init__(self, day: date, number: int, zone: str) -> None:
        self.day, self.number, self.zone = day, number, ZoneInfo(zone)
        self.draw = random.Random(f"day {day.isoformat()}")  # noqa: S311 - the same day every time
        self.works = day.weekday() < 5  # noqa: PLR2004 - Monday to Friday
        self._fresh = 10_000 + number * 500

    def at(self, hour: int, minute: float) -> datetime:
        start = datetime.combine(self.day, time(hour), self.zone)
        return start + timedelta(minutes=minute, seconds=self.draw.randrange(60))

    def moment(self) -> datetime:
        """Return a moment when visitors come: most before eleven, hardly any at noon."""
        if not self.works:
            return self.at(7, self.draw.uniform(0, 600))
        before_noon = self.draw.random() < 0.64  # noqa: PLR2004
        minutes = self.draw.triangular(0, 230, 70) if before_noon else self.draw.triangular(0, 200, 50)
        return self.at(7, 20 + minutes) if before_noon else self.at(13, 20 + minutes)

    def person(self) -> int:
        if self.draw.random() < 0.3:  # noqa: PLR2004
            return self.draw.randrange(REGULARS)
        self._fresh += 1
        return self._fresh

    def gate(self) -> int:
        return 0 if self.draw.random() < 0.7 else 1  # noqa: PLR2004

    def readings(self) -> Readings:
        share = self.draw.random()
        if share < 0.012:  # noqa: PLR2004 - a fever: the second reading tells
            return (self.draw.randint(375, 389), self.draw.choice((366, 369, 371, 374, 379)))
        cold = self.day.month in (11, 12, 1, 2)
        if share < (0.03 if cold else 0.015):  # a cold forehead shows "Lo"
            return ("lo_hi", self.draw.randint(359, 367))
        if share < 0.034:  # noqa: PLR2004
            return ("broken",)
        return (round(self.draw.triangular(358, 372, 365)),)

    def chance(self, share: float) -> bool:
        return self.draw.random() < share


def plan_day(day: date, number: int, zone: str, *, present: float = 0.93) -> Plan:
    """Return what happens on a day in `zone`; `number` counts the days, `present` of the employees come."""
    drawn = _Day(day, number, zone)
    plan = Plan()
    usual = BUSY if drawn.works else QUIET
    plan.calls.extend(
        _visitor(drawn) for _ in range(drawn.draw.randint(usual - 8, usual - 2) if drawn.works else usual)
    )
    plan.calls.extend(_delivery(drawn) for _ in range(drawn.draw.randint(3, 7) if drawn.works else 1))
    if drawn.works:
        plan.calls.extend(_leaders_car(drawn) for _ in range(drawn.draw.randint(0, 2)))
        plan.parties.extend(_party(drawn) for _ in range(drawn.draw.randint(0, 2)))
        plan.duties.extend(_day_duties(drawn, present))
    plan.calls.append(_night_visitor(drawn))
    plan.duties.extend(_night_duties(drawn))
    if number in (31, 66):
        plan.paper.extend(_paper(drawn))
    if number == 47:  # noqa: PLR2004 - once in ninety days
        at = drawn.at(10, 12)
        plan.calls.append(Call(at, -1, 0, "guard", "emergency", word="Cấp cứu 115", people=3, readings=(), stay=25))
    return plan


def _visitor(drawn: _Day) -> Call:
    draw = drawn.draw
    citizen = drawn.day.weekday() == 1 and drawn.chance(0.12)
    health = "stop" if drawn.chance(0.006) else "caution" if drawn.chance(0.04) else "clear"
    ending: Ending = "forgets" if drawn.chance(0.045) else "keeps_badge" if drawn.chance(0.012) else "leaves"
    if drawn.chance(0.01):
        ending = "never_came"
    as_fact = drawn.chance(0.004)
    return Call(
        drawn.moment(), drawn.person(), drawn.gate(),
        channel=draw.choices(("phone", "stand", "guard"), (74, 8, 18))[0],
        kind="citizen" if citizen else "visitor",
        unit=2 if citizen else draw.randrange(len(UNITS)),
        host=draw.choice(HOSTS) if drawn.chance(0.6) else "",
        purpose="gặp tiếp công dân" if citizen else draw.choice(PURPOSES),
        plate=_plate(draw) if drawn.chance(0.25) else "",
        readings=(draw.randint(375, 378),) if as_fact else drawn.readings(), health="clear" if as_fact else health,
        refused_for=draw.choice(("người có mùi rượu", "không chịu kiểm tra túi")) if drawn.chance(0.006) else "",
        no_papers=citizen and drawn.chance(0.3),
        wait=round(draw.triangular(2, 30, 8)), stay=max(8, round(draw.lognormvariate(3.6, 0.6))), ending=ending,
        note=draw.choice(NOTES) if drawn.chance(0.03) else "",
        corrected=drawn.chance(0.02), voided=drawn.chance(0.006), opened=drawn.chance(0.02), as_fact=as_fact,
    )  # fmt: skip


def _plate(draw: random.Random) -> str:
    return f"22{draw.choice('ABC')}-{draw.randrange(100, 999)}.{draw.randrange(100):02d}"


def _delivery(drawn: _Day) -> Call:
    sender = drawn.draw.choice(SENDERS)
    return Call(
        drawn.moment(), -1, drawn.gate(), "guard", "delivery", unit=9, purpose="giao hàng tại cổng", word=sender,
        plate=_plate(drawn.draw), readings=(), stay=drawn.draw.randint(3, 9),
    )  # fmt: skip


def _leaders_car(drawn: _Day) -> Call:
    word = drawn.draw.choice(LEADERS)
    return Call(
        drawn.moment(), -1, 0, "guard", "invited", unit=1, purpose="họp với lãnh đạo", word=word,
        plate=_plate(drawn.draw), people=drawn.draw.randint(2, 5), readings=(), stay=drawn.draw.randint(60, 150),
    )  # fmt: skip


def _party(drawn: _Day) -> Party:
    size = drawn.draw.randint(3, 8)
    people = tuple(drawn.person() for _ in range(size))
    missing = 1 if drawn.chance(0.25) else 0
    purpose = drawn.draw.choice(("tham dự hội nghị", "tập huấn", "đoàn kiểm tra"))
    return Party(
        drawn.moment(),
        people,
        drawn.gate(),
        drawn.draw.randrange(len(UNITS)),
        purpose,
        drawn.draw.randint(60, 180),
        missing,
    )


def _day_duties(drawn: _Day, present: float) -> list[Duty]:
    duties: list[Duty] = []
    for employee in range(len(EMPLOYEES)):
        if drawn.chance(present) and employee not in _on_night_duty(drawn.number):
            begins = drawn.at(6, 45 + drawn.draw.triangular(0, 70, 40))
            ends = drawn.at(16, 30 + drawn.draw.triangular(0, 90, 20))
            readings = drawn.readings() if drawn.chance(0.2) else (drawn.draw.randint(360, 369),)
            duties.append(Duty(begins, employee, ends, readings, forgets=drawn.chance(0.02)))
    return duties


def _on_night_duty(number: int) -> tuple[int, int]:
    """Return who is on duty in the night that follows day `number`; they do not come in the day."""
    return number * 2 % 20, (number * 2 + 1) % 20


def _night_duties(drawn: _Day) -> list[Duty]:
    return [
        Duty(
            drawn.at(21, 40 + drawn.draw.uniform(0, 15)),
            employee,
            drawn.at(21, 40 + 8 * 60 + drawn.draw.uniform(0, 20)),
        )
        for employee in _on_night_duty(drawn.number)
    ]


def _night_visitor(drawn: _Day) -> Call:
    return Call(
        drawn.at(23, drawn.draw.uniform(5, 50)), drawn.person(), 0, "guard", unit=0, purpose="nộp công văn hoả tốc",
        readings=(365,), stay=drawn.draw.randint(20, 70),
    )  # fmt: skip


def _paper(drawn: _Day) -> list[Call]:
    calls = [
        Call(
            drawn.at(9, minute), drawn.person(), 0, "guard", unit=drawn.draw.randrange(len(UNITS)),
            purpose=drawn.draw.choice(PURPOSES), readings=(drawn.draw.randint(361, 370),),
            stay=drawn.draw.randint(15, 80),
        )
        for minute in sorted(drawn.draw.sample(range(110), 9))
    ]  # fmt: skip
    return sorted(calls, key=lambda call: call.at)
