"""A person and a declaration as validated input, and the normal forms by which they are found again."""

import re
from datetime import date
from typing import Annotated, Literal

import phonenumbers
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.kit.text import clean

Line = Annotated[str, BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)]
PHONE_DIGITS = (7, 20)
YEARS = (1850, 2199)
"""Years of birth that may be somebody's: what is asked of a form is narrower, and told beside its field."""
IdentityType = Literal["cccd", "cmnd", "passport", "other", "none"]


class Person(BaseModel):
    """Who somebody is, as typed (cleaned of control characters, NFC). A kind's least record may ask for no name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[Line, StringConstraints(max_length=100)] = ""
    birth_year: int | None = Field(default=None, ge=YEARS[0], le=YEARS[1])
    birth_date: date | None = Field(default=None, ge=date(YEARS[0], 1, 1), le=date(YEARS[1], 12, 31))
    sex: Literal["male", "female", "other"] | None = None
    nationality: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = None
    phone: Annotated[Line, StringConstraints(max_length=40)] = ""
    identity_type: IdentityType | None = None
    identity_number: Annotated[Line, StringConstraints(max_length=40)] = ""
    organisation: Annotated[Line, StringConstraints(max_length=200)] = ""
    address: Annotated[Line, StringConstraints(max_length=300)] = ""


def normal_phone(text: str) -> str | None:
    """Return a phone number in E.164 (region VN: +84, 84, 0084 and 0… are one), or None where it is none.

    Old eleven-digit mobiles are invalid.
    """
    digits = re.sub(r"[^\d+]", "", text)
    if not PHONE_DIGITS[0] <= len(digits) <= PHONE_DIGITS[1]:
        return None
    for candidate in _readings(digits):
        try:
            number = phonenumbers.parse(candidate, "VN")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _readings(digits: str) -> list[str]:
    """Return the ways in which digits may be meant: as they stand, with 84 or 00 as the prefix abroad."""
    found = [digits]
    if digits.startswith("84"):
        found.append("+" + digits)
    if digits.startswith("00"):
        found.append("+" + digits[2:])
    return found
