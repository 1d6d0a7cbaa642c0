"""What people type about a site, read: lines of units, lines of the staff directory, the address visitors use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.kit.text import clean, fold

NAME_LETTERS = 200
MOST_UNITS = 200
MOST_PEOPLE = 5_000
_EXTENSION = re.compile(r"[0-9][0-9 .-]{1,11}")
_PLACE_WORDS = re.compile(r"(tang|lau|nha|day|khu|toa|p\.?|phong so|floor|building|room)\b")
_HEADER = re.compile(r"ho (va )?ten\b|full name\b")
_LOCAL = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0")


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as one line of text states it."""

    name: str
    extension: str = ""
    directions: str = ""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody of the staff directory as one line of text states it; `line` counts from 1."""

    line: int
    name: str
    title: str = ""
    unit: str = ""
    badge_code: str = ""


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with a line: an error's code, and the piece that it is about."""

    line: int
    code: str
    piece: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The people that a text states, and what is wrong with it; nothing is to be stored where anything is."""

    people: list[PersonLine] = field(default_factory=list[PersonLine])
    errors: list[LineError] = field(default_factory=list[LineError])


def read_units(text: str) -> tuple[list[UnitLine], list[LineError]]:
    """Return the units of a text, one a line: "Phòng Hành chính - Quản trị, 101, tầng 2".

    A name may hold commas itself ("Phòng Kinh tế, Hạ tầng và Đô thị"): the extension is the first piece of digits,
    and what follows it tells where to go.
    """
    units: list[UnitLine] = []
    errors: list[LineError] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        pieces = [piece for piece in map(clean, re.split("[,;\t]", line)) if piece]
        if not pieces:
            continue
        unit = _unit(pieces)
        code = _unit_error(unit, seen)
        if code is not None:
            errors.append(LineError(number, code, unit.name))
        seen.add(fold(unit.name))
        units.append(unit)
    if len(units) > MOST_UNITS:
        errors.append(LineError(MOST_UNITS + 1, "unit_line_too_many"))
    return units, errors


def _unit(pieces: list[str]) -> UnitLine:
    at = next((n for n, piece in enumerate(pieces) if n and _EXTENSION.fullmatch(piece)), None)
    if at is not None:
        return UnitLine(", ".join(pieces[:at]), pieces[at], ", ".join(pieces[at + 1 :]))
    if len(pieces) > 1 and _PLACE_WORDS.match(fold(pieces[-1])):
        return UnitLine(", ".join(pieces[:-1]), "", pieces[-1])
    return UnitLine(", ".join(pieces))


def _unit_error(unit: UnitLine, seen: set[str]) -> str | None:
    if max(map(len, (unit.name, unit.extension, unit.directions))) > NAME_LETTERS:
        return "unit_line_too_long"
    if not any(letter.isalpha() for letter in unit.name):
        return "unit_line_name"
    return "unit_line_twice" if fold(unit.name) in seen else None


def read_people(text: str, units: Mapping[str, object]) -> Lines:
    """Return the people of a text, one a line: "Họ tên; chức vụ; phòng; mã thẻ".

    Pieces are parted by semicolons, tabs or, where a line has neither, commas; a heading is passed over. `units` holds
    the folded names of the units there are.
    """
    found = Lines()
    badges: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        pieces = _pieces(line)
        if not any(pieces) or (number == 1 and _HEADER.match(fold(pieces[0]))):
            continue
        name, title, unit, badge, *more = [*pieces, "", "", "", ""][: max(4, len(pieces))]
        person = PersonLine(number, name, title, unit, badge.upper())
        found.errors.extend(_person_errors(person, more, units, badges))
        if person.badge_code:
            badges.setdefault(person.badge_code, number)
        found.people.append(person)
    if len(found.people) > MOST_PEOPLE:
        found.errors.append(LineError(MOST_PEOPLE + 1, "person_line_too_many"))
    return found


def _pieces(line: str) -> list[str]:
    parting = next((mark for mark in (";", "\t") if mark in line), ",")
    return [clean(piece.strip().strip('"')) for piece in line.split(parting)]


def _person_errors(
    person: PersonLine, more: list[str], units: Mapping[str, object], badges: Mapping[str, int]
) -> list[LineError]:
    found: list[LineError] = []
    if not any(letter.isalpha() for letter in person.name):
        found.append(LineError(person.line, "person_line_name", person.name))
    if max(map(len, (person.name, person.title, person.unit, person.badge_code))) > NAME_LETTERS:
        found.append(LineError(person.line, "person_line_too_long"))
    if any(more):
        found.append(LineError(person.line, "person_line_pieces"))
    if person.unit and fold(person.unit) not in units:
        found.append(LineError(person.line, "person_line_unit", person.unit))
    if person.badge_code in badges:
        found.append(LineError(person.line, "person_line_badge", person.badge_code))
    return found


def read_public_url(text: str) -> str:
    """Return the address that visitors' phones use, without a path; an empty text where none is given.

    Raises ValueError with an error's code: `public_url_odd`, or `public_url_local` for an address that only this
    machine reaches.
    """
    typed = clean(text)
    if not typed:
        return ""
    try:
        address = urlsplit(typed if "://" in typed else f"http://{typed}")
        port = f":{address.port}" if address.port else ""
    except ValueError:
        raise ValueError("public_url_odd") from None
    host = address.hostname or ""
    plain = re.fullmatch(r"[a-z0-9.-]*[a-z0-9]|\[?[0-9a-f:]+\]?", host)
    if (
        address.scheme not in ("http", "https")
        or not plain
        or address.username
        or address.path.strip("/")
        or address.query
    ):
        raise ValueError("public_url_odd")
    if _LOCAL.fullmatch(host):
        raise ValueError("public_url_local")
    return f"{address.scheme}://{f'[{host}]' if ':' in host else host}{port}"
