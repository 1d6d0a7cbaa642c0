"""What a declared person must state, and the ten digits of a pass. Codes are ``errors.<code>`` in the catalogue."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, get_args

from app.kit.text import clean
from app.screening.rules import Channel, KindRule, Need, needs

Sex: TypeAlias = Literal["male", "female", "other"]
IdentityType: TypeAlias = Literal["cccd", "cmnd", "passport", "other", "none"]
Errors: TypeAlias = dict[str, str]

# Longest text of each field, in characters, after cleaning.
LENGTHS: Mapping[str, int] = {
    "full_name": 100, "organisation": 200, "address": 300, "unit": 120, "host": 100, "purpose": 300, "plate": 15,
    "phone": 30, "identity_number": 30, "on_word_of": 100, "vouched_by": 100,
}  # fmt: skip
OLDEST_YEAR = 1900
ADULT_YEARS = 14  # from this age on a citizen has an identity card
PEOPLE_MOST = 500
PASS_DIGITS = 10
SCANNED_MOST = 1000
CUT = "…"
"""Ends a name that was too long for a pass's statement."""

# ISO 3166-1 alpha-2.
_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
NATIONALITIES = frozenset(_COUNTRIES.split())
# Codes of the provinces of birth as cards carry them; the merger of 2025 did not renumber any.
_BIRTHPLACES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)
PROVINCES = frozenset(_BIRTHPLACES.split())
_FOREIGN_BIRTH = range(101, 400)  # codes of countries, for those born abroad

# Damm's quasigroup of order ten: finds every wrong digit and every swap of two neighbours.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

_IDENTITY_FORMS: Mapping[str, re.Pattern[str]] = {
    "cccd": re.compile(r"[0-9]{12}"),
    "cmnd": re.compile(r"[0-9]{9}"),
    "passport": re.compile(r"[A-Z0-9]{6,9}"),
    "other": re.compile(r"[A-Z0-9Đ/-]{1,30}"),
}
_PLATE = re.compile(r"[A-Z0-9Đ][A-Z0-9Đ .-]{2,14}")
_BIRTH_YEAR = re.compile(r"[0-9]{4}")
_BIRTH_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


# --- The pass --------------------------------------------------------------------------------------------------------


def make_digits(random: bytes) -> str:
    """Return a pass's ten digits from at least eight random bytes: nine of them and a check digit."""
    if len(random) < 8:  # noqa: PLR2004
        raise ValueError("a pass needs eight random bytes")
    return close_digits(f"{int.from_bytes(random) % 10**9:09d}")


def close_digits(digits: str) -> str:
    """Return digits with their check digit after them."""
    return digits + str(_damm(digits))


def check_digits(text: str) -> bool:
    """Say whether the text is a whole pass's digits, in any grouping, with the right check digit."""
    digits = normalise_digits(text)
    return digits is not None and len(digits) == PASS_DIGITS and _damm(digits) == 0


def normalise_digits(text: str) -> str | None:
    """Return up to ten bare digits of a pass, whole or its tail; None when there is anything else in the text."""
    if len(text) > 4 * PASS_DIGITS:
        return None
    digits = re.sub(r"[\s.·-]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch(rf"[0-9]{{1,{PASS_DIGITS}}}", digits) else None


def scanned_digits(text: str) -> str | None:
    """Return the bare digits of what was scanned, however many a signed pass has; None when there is anything else."""
    if len(text) > SCANNED_MOST:
        return None
    digits = re.sub(r"[\s.·-]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch("[0-9]+", digits) else None


def group_digits(digits: str) -> str:
    """Return ``482 109 3765`` for ``4821093765``: the last four together, since people read those out."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def _damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return state


# --- The person ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Birth:
    """A year of birth, and the day where it was given."""

    year: int
    day: date | None = None


def parse_birth(text: str, today: date) -> Birth | str:
    """Return the birth from ``1984`` or ``05/03/1984``, else an error code."""
    typed = unicodedata.normalize("NFKC", clean(text)[:20])
    full = _BIRTH_DATE.fullmatch(typed)
    if full is None and not _BIRTH_YEAR.fullmatch(typed):
        return "birth_year" if typed else "birth_year_missing"
    year = int(full[3] if full else typed)
    if not OLDEST_YEAR <= year <= today.year:
        return "birth_year"
    if full is None:
        return Birth(year)
    try:
        day = date(year, int(full[2]), int(full[1]))
    except ValueError:
        return "birth_date_impossible"
    return Birth(year, day) if day <= today else "birth_date_impossible"


def normalise_identity(number: str) -> str:
    """Return an identity number without spaces and dots, in capitals: the form that is kept, hashed and compared."""
    bare = re.sub(r"[\s.]", "", unicodedata.normalize("NFKC", number))
    return clean(unicodedata.normalize("NFKC", bare.upper()))


def normalise_plate(plate: str) -> str:
    """Return a vehicle's plate in capitals, otherwise as typed."""
    return clean(plate).upper()


def check_person(fields: Mapping[str, str], rule: KindRule, today: date, channel: Channel) -> Errors:
    """Return an error code per wrong field of a declared person; an empty dict when all is well.

    ``fields`` are texts as typed: full_name, birth_year (a year or dd/mm/yyyy), sex, nationality (alpha-2), phone
    (only whether it is there: its form is checked where it is parsed), identity_type, identity_number, organisation,
    address, unit, host, purpose, plate, people_count, on_word_of, vouched_by. Kind and channel say what is needed.
    """
    values = {name: clean(text) for name, text in fields.items()}
    needed = set[str](rule.fields) | _wanted_papers(rule, channel)
    if channel in ("phone", "stand") and rule.declaration != "none":
        needed |= {"full_name", "birth_year", "sex", "nationality"}
    papers = rule.identity == "required" and not rule.never_refuse_for_papers
    if papers and channel == "guard" and values.get("identity_type") == "none":
        needed.add("vouched_by")
    return _check(values, needed, today)


def check_companion(fields: Mapping[str, str], rule: KindRule, today: date, channel: Channel) -> Errors:
    """Return error codes of one who comes along: a child needs name and year of birth, others also sex and papers."""
    values = {name: clean(text) for name, text in fields.items()}
    birth = parse_birth(values.get("birth_year", ""), today)
    needed = {"full_name", "birth_year"}
    if isinstance(birth, Birth) and today.year - birth.year >= ADULT_YEARS:
        needed |= {"sex"} | (_wanted_papers(rule, channel) - {"phone"})
    return _check(values, needed, today)


def warn_person(fields: Mapping[str, str], today: date) -> Errors:
    """Return warnings about a citizen's number that doesn't fit the person: possible, so it never refuses anybody."""
    number = normalise_identity(fields.get("identity_number", ""))
    if fields.get("identity_type") != "cccd" or not _IDENTITY_FORMS["cccd"].fullmatch(number):
        return {}
    birth = parse_birth(fields.get("birth_year", ""), today)
    century, digit = 1900 + 100 * (int(number[3]) // 2), int(number[3])
    sex = fields.get("sex")
    if number[:3] not in PROVINCES and int(number[:3]) not in _FOREIGN_BIRTH:
        return {"identity_number": "identity_province_unknown"}
    if sex in ("male", "female") and (digit % 2 == 0) != (sex == "male"):
        return {"identity_number": "identity_sex_differs"}
    if isinstance(birth, Birth) and birth.year != century + int(number[4:6]):
        return {"identity_number": "identity_year_differs"}
    return {}


def _check(values: Mapping[str, str], needed: set[str], today: date) -> Errors:
    errors: Errors = {name: f"{name}_missing" for name in sorted(needed) if not values.get(name)}
    for name, check in _CHECKS.items():
        text = values.get(name, "")
        code = check(text) if text else None
        if code is not None:
            errors[name] = code
    if values.get("birth_year") and isinstance(found := parse_birth(values["birth_year"], today), str):
        errors["birth_year"] = found
    if code := _identity_error(values):
        errors["identity_number"] = code
    return errors | {name: "too_long" for name, most in LENGTHS.items() if len(values.get(name, "")) > most}


def _wanted_papers(rule: KindRule, channel: Channel) -> set[str]:
    if rule.never_refuse_for_papers:
        return set()
    papers: dict[str, Need] = {"phone": rule.phone, "identity_type": rule.identity}
    return {name for name, need in papers.items() if needs(need, channel)}


def _identity_error(values: Mapping[str, str]) -> str | None:
    kind, number = values.get("identity_type", ""), normalise_identity(values.get("identity_number", ""))
    form = _IDENTITY_FORMS.get(kind)
    if form is None:
        # A number without its type would be kept as something that it isn't.
        return "identity_number_unwanted" if number and kind == "none" else None
    if not number:
        return "identity_number_missing"
    return None if form.fullmatch(number) else f"identity_{kind}"


def _name_error(text: str) -> str | None:
    if not any(letter.isalpha() for letter in text):
        return "full_name_letters"
    return "full_name_short" if len(text) < 2 else None  # noqa: PLR2004


def _people_error(text: str) -> str | None:
    return None if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= PEOPLE_MOST else "people_count"


def _one_of(choices: frozenset[str], code: str) -> Callable[[str], str | None]:
    return lambda text: None if text in choices else code


_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "full_name": _name_error,
    "sex": _one_of(frozenset(get_args(Sex)), "sex"),
    "nationality": _one_of(NATIONALITIES, "nationality"),
    "identity_type": _one_of(frozenset(get_args(IdentityType)), "identity_type"),
    "plate": lambda text: None if _PLATE.fullmatch(normalise_plate(text)) else "plate",
    "people_count": _people_error,
}
