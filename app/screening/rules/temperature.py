"""Temperatures, in tenths of a degree Celsius, and the readings that are kept."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

NotMeasured: TypeAlias = Literal["lo_hi", "broken", "declined"]

PLAUSIBLE_TENTHS = (340, 425)
# The typed forms are short; a longer text is never a temperature, and normalising it could blow it up.
_TYPED_TEMPERATURE = re.compile(r"([0-9]{2})(?:[.,]?([0-9]))?")
_TYPED_MOST = 8


def parse_temperature(text: str) -> int | None:
    """Return tenths of a degree Celsius from ``365``, ``36,5``, ``36.5``, ``３６．５`` or ``36``, else None.

    None is also the answer for anything outside 34,0 to 42,5: the caller shows the odd-reading error.
    """
    if len(text) > _TYPED_MOST:
        return None
    found = _TYPED_TEMPERATURE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    tenths = int(found[1]) * 10 + int(found[2] or 0)
    return tenths if is_plausible(tenths) else None


def is_plausible(tenths: int) -> bool:
    """Say whether a living person's thermometer could show this (34,0 to 42,5 °C)."""
    return PLAUSIBLE_TENTHS[0] <= tenths <= PLAUSIBLE_TENTHS[1]


def format_tenths(tenths: int, point: str = ",") -> str:
    """Return ``36,5`` for 365."""
    return f"{tenths // 10}{point}{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One taking of a temperature: tenths of a degree Celsius, or the reason why there is no number. Never both."""

    tenths: int | None
    reason: NotMeasured | None
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a reading that is neither or both, or a number that no thermometer shows."""
        if (self.tenths is None) == (self.reason is None):
            raise ValueError("a reading is a number or a reason")
        if self.tenths is not None and not is_plausible(self.tenths):
            raise ValueError("a reading is from 34,0 to 42,5")
