"""Days, times and moments as people here write them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.kit.text import clean
from app.web.forms import Errors

_TIME = re.compile(r"\b([0-9]{1,2})[:hg]([0-9]{2})\b")
_DAY = re.compile(r"\b([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\b")
_ISO_DAY = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")


def read_time(typed: str) -> time | None:
    """Return the time of day in a text, written 7:26, 07:26 or 7h26."""
    found = _TIME.search(typed)
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def read_day(typed: str) -> date | None:
    """Return the day in a text, written 24/11/2026, 24-11-2026 or 2026-11-24; None for one that does not exist."""
    found, iso = _DAY.search(typed), _ISO_DAY.search(typed)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def read_moment(typed: str, zone: str) -> datetime | None:
    """Return the moment in a text, written "07:30 24/11/2026" in either order; a day alone is its beginning."""
    day, hour = read_day(typed), read_time(typed)
    if day is None or (hour is None and ":" in typed):
        return None
    return datetime.combine(day, hour or time(), ZoneInfo(zone))


def read_validity(form: Mapping[str, str], zone: str) -> tuple[datetime | None, datetime | None, Errors]:
    """Return from when and until when a version holds; blank is from now on, and without an end."""
    errors: Errors = {}
    found: list[datetime | None] = []
    for name in ("valid_from", "valid_until"):
        typed = clean(form.get(name, ""))
        moment = read_moment(typed, zone) if typed else None
        if typed and moment is None:
            errors[name] = "errors.version_moment_odd"
        found.append(moment)
    return found[0], found[1], errors
