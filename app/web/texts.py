"""The words people read, in Vietnamese and English, out of the gettext catalogues in kiosk_ui/locales."""

import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LANGUAGES = ("vi", "en")
LOCALES = Path(__file__).resolve().parents[2] / "kiosk_ui" / "locales"

Told: TypeAlias = str | tuple[str, Mapping[str, object]]
"""A text's key, or its key and the values that it needs."""


class Texts:
    """Every text of one language: call it with a key, `t("log.total", count=3)`."""

    def __init__(self, language: str, messages: Mapping[str, str]) -> None:
        """Keep the messages of `language` by their dotted keys."""
        self.language = language
        self.messages = messages

    @classmethod
    def for_language(cls, language: str) -> "Texts":
        """Return the texts of `vi` or `en`, read once; any other language raises KeyError."""
        if language not in LANGUAGES:
            raise KeyError(language)
        return _read(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` in its {named} places.

        A key without a text is a warning (an error in the tests) and is shown as it is: a person at the
        gate is better served by an odd word than by a page that fails.
        """
        text = self.messages.get(key)
        if text is None:
            warnings.warn(f"no text for {key} in {self.language}", RuntimeWarning, stacklevel=2)
            return key
        return text.format_map(_Given(values))

    def html(self, key: str, **values: object) -> Markup:
        """Return the text of `key` for a page: values are escaped unless they are Markup, such as a link."""
        return escape(self.messages.get(key, key)).format_map(values)

    def say(self, told: Told) -> str:
        """Return the text of a key, or of a key with its values."""
        return self(told) if isinstance(told, str) else self(told[0], **told[1])

    def has(self, key: str) -> bool:
        """Tell whether there is a text for `key`."""
        return key in self.messages


class _Given(dict[str, object]):
    """Values for a text's places; one that was not given is a warning, and its place is shown as it is."""

    def __missing__(self, name: str) -> str:
        warnings.warn(f"no value for {{{name}}}", RuntimeWarning, stacklevel=3)
        return f"{{{name}}}"


@cache
def _read(language: str) -> Texts:
    messages: dict[str, str] = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        messages |= {str(message.id): str(message.string) for message in catalogue if message.id}
    return Texts(language, messages)


def choose_language(cookie: str | None, accept_language: str | None) -> str:
    """Return `vi` or `en`: what was chosen before, else what the browser prefers, else Vietnamese.

    Somebody whose browser asks for other languages only, such as Korean, gets English.
    """
    if cookie in LANGUAGES:
        return cookie
    wanted = _wanted(accept_language or "")
    if not wanted:
        return "vi"
    known = {language: weight for language, weight in wanted.items() if language in (*LANGUAGES, "*")}
    if not known:
        return "en"
    vietnamese = known.get("vi", known.get("*", 0.0))
    return "en" if known.get("en", 0.0) > vietnamese else "vi"


def _wanted(accept_language: str) -> dict[str, float]:
    wanted: dict[str, float] = {}
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().split("-")[0].casefold()
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if language and 0 < weight <= 1:
            wanted[language] = max(weight, wanted.get(language, 0.0))
    return wanted


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return `moment` in `zone`; one without a zone is UTC, as the book keeps it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone))


def format_date(moment: date, zone: str) -> str:
    """Return dd/MM/yyyy; a moment is taken in `zone`."""
    day = in_zone(moment, zone) if isinstance(moment, datetime) else moment
    return f"{day:%d/%m/%Y}"


def format_time(moment: datetime, zone: str) -> str:
    """Return HH:mm in `zone`."""
    return f"{in_zone(moment, zone):%H:%M}"


def format_datetime(moment: datetime, zone: str) -> str:
    """Return HH:mm dd/MM/yyyy in `zone`, the order in which Vietnamese documents write it."""
    return f"{in_zone(moment, zone):%H:%M %d/%m/%Y}"


def format_temperature(tenths: int) -> str:
    """Return tenths of a degree Celsius with a decimal comma: 365 is 36,5."""
    return f"{tenths // 10},{tenths % 10}"


def format_number(value: int) -> str:
    """Return a whole number with its thousands apart: 1284 is 1.284."""
    return f"{value:,}".replace(",", ".")
