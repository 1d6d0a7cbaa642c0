"""The policy as a form: each setting with its field, how its text is read, and what changed between two versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast, get_args

from app.admin.schemas.moments import read_day, read_time
from app.kit.text import clean
from app.screening.rules import KINDS, Policy, RecordField, format_tenths, parse_temperature
from app.web.forms import Errors
from app.web.texts import Told

Form = Mapping[str, str]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a policy: its path in the document (and its field's name), its form, its choices or its bounds."""

    path: str
    form: Literal["number", "temperature", "choice", "flag", "text", "time", "date"]
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    blank: bool = False
    """Whether it may be left empty, which is null."""


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that stand under one heading."""

    key: str
    settings: tuple[Setting, ...]


NUMBER_LETTERS = 6
DECISIONS = ("admit", "recheck", "refer", "refuse")
TILES = ("required", "advise", "none")
NEEDS = ("required", "optional", "none")

GROUPS = (
    Group(
        "temperature",
        (
            Setting("threshold_tenths", "temperature"),
            Setting("threshold_inclusive", "flag"),
            Setting("rest_minutes", "number", least=0, most=240),
            Setting("rest_enforced", "flag"),
            Setting("readings_max", "number", least=1, most=9),
            Setting("after_last_high", "choice", ("refer", "refuse")),
            Setting("retry_minutes", "number", least=0, most=240),
        ),
    ),
    Group(
        "not_measured",
        (
            Setting("not_measured.lo_hi", "choice", DECISIONS),
            Setting("not_measured.broken", "choice", DECISIONS),
            Setting("not_measured.declined", "choice", DECISIONS),
            Setting("after_last_not_measured", "choice", ("admit", "refer", "refuse")),
        ),
    ),
    Group(
        "refer",
        (
            Setting("refer_label", "choice", ("medical_room", "health_station", "go_home")),
            Setting("refer_text.vi", "text", most=500, blank=True),
            Setting("refer_text.en", "text", most=500, blank=True),
            Setting("hotline", "text", most=30, blank=True),
        ),
    ),
    Group("tiles", (Setting("mask_required", "choice", TILES), Setting("sanitiser_required", "choice", TILES))),
    Group(
        "answers",
        (
            Setting("answers.caution", "choice", DECISIONS),
            Setting("answers.stop", "choice", DECISIONS),
            Setting("lookback_days", "number", least=1, most=60),
            Setting("seen_before_days", "number", least=0, most=730),
            Setting("pass_valid_hours", "number", least=1, most=168),
        ),
    ),
    Group(
        "host",
        (Setting("host_call.no_answer", "choice", DECISIONS), Setting("host_call.declined", "choice", DECISIONS)),
    ),
    Group(
        "limits",
        (
            Setting("quotas.site_max", "number", most=100_000, blank=True),
            Setting("quotas.gate_max", "number", most=100_000, blank=True),
            Setting("overdue_at", "time"),
            Setting("idle_lock_minutes", "number", least=1, most=240),
        ),
    ),
)
ORDER = Group(
    "order", (Setting("order.number", "text", most=60, blank=True), Setting("order.date", "date", blank=True))
)
KIND_SETTINGS = (
    Setting("declaration", "choice", NEEDS),
    Setting("temperature", "choice", NEEDS),
    Setting("mask", "choice", ("", *TILES)),
    Setting("sanitiser", "choice", ("", *TILES)),
    Setting("identity", "choice", NEEDS),
    Setting("phone", "choice", NEEDS),
    Setting("host_call", "choice", NEEDS),
    Setting("badge", "flag"),
    Setting("exit_temperature", "flag"),
    Setting("never_refuse_for_papers", "flag"),
    Setting("record_after", "flag"),
)
RECORD_FIELDS: tuple[str, ...] = get_args(RecordField)
TILE_VALUES: Mapping[object, str] = {True: "required", "advise": "advise", False: "none"}


def typed_of(document: Document, units: list[str]) -> dict[str, str]:
    """Return a policy's document as the fields of its form."""
    typed = {setting.path: _shown_in_field(setting, at(document, setting.path)) for setting in _plain_settings()}
    for tile in ("mask_required", "sanitiser_required"):
        typed[tile] = TILE_VALUES[document[tile]]
    for kind in KINDS:
        rule = document["kinds"][kind]
        for setting in KIND_SETTINGS:
            typed[f"kinds.{kind}.{setting.path}"] = _shown_in_field(setting, rule[setting.path])
        for tile in ("mask", "sanitiser"):
            # What the whole policy says anyway is left to it, so that changing it there changes it here.
            if rule[tile] == typed[f"{tile}_required"]:
                typed[f"kinds.{kind}.{tile}"] = ""
        typed |= {f"kinds.{kind}.fields.{name}": "yes" for name in rule["fields"]}
    for unit_id in units:
        limit = document["quotas"]["unit_max"].get(unit_id)
        typed[f"quotas.unit_max.{unit_id}"] = "" if limit is None else str(limit)
    return typed


def _plain_settings() -> Iterator[Setting]:
    for group in (ORDER, *GROUPS):
        yield from group.settings


def at(document: Document, path: str) -> Any:
    """Return what stands at a dotted path, or None where the way there ends."""
    found: Any = document
    for name in path.split("."):
        found = cast("Document", found).get(name) if isinstance(found, dict) else None
    return found


def _shown_in_field(setting: Setting, value: object) -> str:
    if value is None:
        return ""
    if setting.form == "date":
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    if setting.form == "temperature":
        return format_tenths(cast("int", value))
    if setting.form == "flag":
        return "yes" if value else "no"
    return str(value)


def read_policy(form: Form, units: list[str]) -> tuple[Document | None, Errors]:
    """Return the document that a form states, or the errors by field."""
    errors: Errors = {}
    read = {setting.path: _read(setting, setting.path, form, errors) for setting in _plain_settings()}
    kinds = {kind: _read_kind(kind, form, errors) for kind in KINDS}
    unit_setting = Setting("", "number", most=100_000, blank=True)
    limits = {unit: _read(unit_setting, f"quotas.unit_max.{unit}", form, errors) for unit in units}
    vi, en = read.pop("refer_text.vi"), read.pop("refer_text.en")
    if bool(vi) != bool(en):
        errors["refer_text.en" if vi else "refer_text.vi"] = "errors.both_languages"
    if errors:
        return None, errors
    document: Document = {"kinds": kinds, "refer_text": {"vi": vi, "en": en} if vi and en else None}
    for path, value in read.items():
        _put(document, path, value)
    document["quotas"]["unit_max"] = {unit: limit for unit, limit in limits.items() if limit is not None}
    for tile in ("mask_required", "sanitiser_required"):
        document[tile] = next(value for value, name in TILE_VALUES.items() if name == document[tile])
    return Policy.from_document(document).document(), {}


def _put(document: Document, path: str, value: object) -> None:
    *way, last = path.split(".")
    for name in way:
        document = document.setdefault(name, {})
    document[last] = value


def _read_kind(kind: str, form: Form, errors: Errors) -> Document:
    rule = {one.path: _read(one, f"kinds.{kind}.{one.path}", form, errors) for one in KIND_SETTINGS}
    fields = [name for name in RECORD_FIELDS if form.get(f"kinds.{kind}.fields.{name}") == "yes"]
    return {**rule, "mask": rule["mask"] or None, "sanitiser": rule["sanitiser"] or None, "fields": fields}


def _read(setting: Setting, field: str, form: Form, errors: Errors) -> Any:
    typed = clean(form.get(field, ""))
    if setting.form == "flag":
        return typed == "yes"
    if not typed and setting.blank:
        return "" if setting.form == "text" else None
    value, error = _read_typed(setting, typed)
    if error is not None:
        errors[field] = error
    return value


def _read_typed(setting: Setting, typed: str) -> tuple[Any, Any]:
    """Return a value and no error, or None and the error."""
    match setting.form:
        case "temperature":
            return _or_error(parse_temperature(typed), "errors.temperature_odd")
        case "number":
            return _read_number(setting, typed)
        case "choice":
            return _or_error(typed if typed in setting.choices else None, "errors.value_odd")
        case "time":
            hour = read_time(typed)
            return _or_error(f"{hour:%H:%M}" if hour else None, "errors.time_odd")
        case "date":
            day = read_day(typed)
            return _or_error(day.isoformat() if day else None, "errors.date_odd")
        case _:
            return _or_error(typed if len(typed) <= setting.most else None, "errors.too_long")


def _or_error(value: object, error: str) -> tuple[object, str | None]:
    return value, error if value is None else None


def _read_number(setting: Setting, typed: str) -> tuple[int | None, Told | None]:
    if (
        typed.isascii()
        and typed.isdigit()
        and len(typed) <= NUMBER_LETTERS
        and setting.least <= int(typed) <= setting.most
    ):
        return int(typed), None
    return None, ("errors.number_between", {"least": setting.least, "most": setting.most})
