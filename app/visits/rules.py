"""The visit's states and the moves between them; times as a device tells them; whose line a line is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.declarations.rules import CUT

MOVES: Mapping[str, frozenset[str]] = {
    "expected": frozenset({"waiting", "resting", "on_site", "refused", "referred", "voided", "expired"}),
    "waiting": frozenset({"resting", "on_site", "refused", "referred", "voided", "expired"}),
    "resting": frozenset({"resting", "on_site", "refused", "referred", "left", "voided", "expired"}),
    "referred": frozenset({"resting", "left", "voided"}),
    "on_site": frozenset({"left", "voided"}),
    "left": frozenset({"voided"}),
    "refused": frozenset({"voided"}),
    "voided": frozenset(),
    "expired": frozenset(),
}
"""Which states may follow a state. Undo is not among them: it restores what was before."""

NUMBERED = ("on_site", "left", "refused", "referred")
"""States whose lines have a number; the database holds a visit to it too."""
OPEN = ("waiting", "resting", "referred", "on_site")
PASSED = ("left", "refused", "expired")
"""States after which a declaration is used up: whoever comes by its pass now is another visit."""
STATE_OF_DECISION: Mapping[str, str] = {
    "admit": "on_site",
    "recheck": "resting",
    "refer": "referred",
    "refuse": "refused",
}
EVENT_OF_DECISION: Mapping[str, str] = {
    "admit": "VisitCheckedIn",
    "recheck": "VisitSentToRest",
    "refer": "VisitReferred",
    "refuse": "VisitRefused",
}

UNDO_SECONDS = 10
CLOCK_TOLERANCE = timedelta(minutes=2)
LONGEST_AWAY = timedelta(days=31)
"""How long a tablet may have been without a network before its clock is believed no more."""


def may_move(state: str, to: str) -> bool:
    """Tell whether a visit in `state` may become `to`."""
    return to in MOVES[state]


def member_of(names: Sequence[str], name: str, position: int) -> int | None:
    """Return which of a party (folded names, the declarant first) is meant by a name; without one, by the position.

    None where nobody of the party fits. Of several with one name it is the one at the position, else the first.
    """
    if not name:
        return position if position < len(names) else None
    beginning = name.removesuffix(CUT)
    cut = beginning not in ("", name)
    fit = [at for at, own in enumerate(names) if own == name or (cut and own.startswith(beginning))]
    return position if position in fit else next(iter(fit), None)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: as believed, and the code of what was odd about the device's clock, if anything."""

    at: datetime
    odd: str | None = None


def believe(device_time: datetime | None, offset: timedelta, received_at: datetime) -> Moment:
    """Return when an act happened: the device's time plus the offset at last contact, never after its receipt.

    A time in the future is clamped; past the tolerance it is odd (`time_in_future`), as is one of more than a month
    ago (`time_long_past`).
    """
    if device_time is None:
        return Moment(received_at)
    at = device_time + offset
    if at < received_at - LONGEST_AWAY:
        return Moment(received_at, "time_long_past")
    if at <= received_at:
        return Moment(at)
    return Moment(received_at, "time_in_future" if at - received_at > CLOCK_TOLERANCE else None)


def may_undo(acted_at: datetime, now: datetime) -> bool:
    """Tell whether an act may still be undone: ten seconds of device time, both times believed."""
    return now - acted_at <= timedelta(seconds=UNDO_SECONDS)


@dataclass(frozen=True, slots=True)
class Line:
    """Whose a line of the book is: who decided last, on which device, and when it was received."""

    account_id: UUID
    device_id: UUID | None
    received_at: datetime


def is_own(line: Line, account_id: UUID, device_id: UUID | None, since: datetime | None) -> bool:
    """Tell whether a guard may still correct or void a line: own, on this device, in the shift that began at `since`.

    Without a shift (None) no line is their own any more.
    """
    in_shift = since is not None and line.received_at >= since
    return in_shift and line.account_id == account_id and line.device_id == device_id


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who left, as a gate told it; badge number and folded name may be empty."""

    at: datetime
    badge_number: str
    name: str


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody inside, as far as a departure may fit them; the name is folded."""

    visit_id: UUID
    arrived: datetime
    badge_number: str
    name: str


def who_left(departure: Departure, inside: Iterable[Present]) -> UUID | None:
    """Return whose departure it is beyond doubt: the badge's only holder, else the only one of this name.

    A badge that another name was told with, or a name whose badge is another, is left to people.
    """
    came = [person for person in inside if _had_come(departure, person)]
    holders = [person for person in came if departure.badge_number and person.badge_number == departure.badge_number]
    if holders:
        sure = len(holders) == 1 and (not departure.name or _names_agree(departure.name, holders[0].name))
        return holders[0].visit_id if sure else None
    namesakes = [person for person in came if departure.name and person.name == departure.name]
    sure = len(namesakes) == 1 and not (departure.badge_number and namesakes[0].badge_number)
    return namesakes[0].visit_id if sure else None


def may_have_left(departure: Departure, inside: Iterable[Present]) -> list[UUID]:
    """Return those whom a departure may mean, likeliest first: by badge, by the whole name, by a part of it."""
    number = _bare(departure.badge_number)
    ranked: list[tuple[int, datetime, UUID]] = []
    for person in inside:
        by_badge = number != "" and _bare(person.badge_number) == number
        if _had_come(departure, person) and (by_badge or _names_agree(departure.name, person.name)):
            rank = 0 if by_badge else 1 if person.name == departure.name else 2
            ranked.append((rank, person.arrived, person.visit_id))
    return [visit_id for _, _, visit_id in sorted(ranked)]


def departure_of(person: Present, departures: Mapping[UUID, Departure]) -> UUID | None:
    """Return which open departure is that of somebody whose entry arrived late: the first one after it, by badge."""
    later = [
        (departure.at, key)
        for key, departure in departures.items()
        if departure.badge_number and who_left(departure, [person]) is not None
    ]
    return min(later)[1] if later else None


def _had_come(departure: Departure, person: Present) -> bool:
    # Two tablets' clocks differ.
    return person.arrived <= departure.at + CLOCK_TOLERANCE


def _names_agree(one: str, other: str) -> bool:
    words, others = set(one.split()), set(other.split())
    return bool(words and others) and (words <= others or others <= words)


def _bare(number: str) -> str:
    return number.casefold().lstrip("0")
