"""What changed between two versions, as lines that people read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.admin.schemas.policy import DECISIONS, GROUPS, KIND_SETTINGS, ORDER, TILE_VALUES, Document, Setting, at
from app.screening.rules import KINDS, format_tenths
from app.web.texts import Texts

SETTINGS = {setting.path: setting for group in (*GROUPS, ORDER) for setting in group.settings}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what it is about, and what was and is there."""

    about: str
    old: str
    new: str


def policy_changes(old: Document, new: Document, t: Texts, units: Mapping[str, str]) -> list[Change]:
    """Return what differs between two policies; `units` gives the units' names by id."""
    found = [
        Change(t(f"admin.policy.{path}"), shown(t, setting, at(old, path)), shown(t, setting, at(new, path)))
        for path, setting in SETTINGS.items()
    ]
    for kind in KINDS:
        found.extend(_kind_changes(kind, old["kinds"][kind], new["kinds"][kind], t))
    limits = old["quotas"]["unit_max"], new["quotas"]["unit_max"]
    number = Setting("", "number")
    for unit in sorted({*limits[0], *limits[1]}):
        about = t("admin.policy.quotas.unit", unit=units.get(unit, unit))
        found.append(Change(about, shown(t, number, limits[0].get(unit)), shown(t, number, limits[1].get(unit))))
    return [change for change in found if change.old != change.new]


def _kind_changes(kind: str, old: Document, new: Document, t: Texts) -> list[Change]:
    name = t(f"rules.kind.{kind}")
    found = [
        Change(
            f"{name}: {t(f'admin.policy.kind.{one.path}')}", shown(t, one, old[one.path]), shown(t, one, new[one.path])
        )
        for one in KIND_SETTINGS
    ]
    fields = [", ".join(t(f"admin.policy.field.{field}") for field in rule["fields"]) or "–" for rule in (old, new)]
    return [*found, Change(f"{name}: {t('admin.policy.kind.fields')}", *fields)]


def shown(t: Texts, setting: Setting, value: Any) -> str:
    """Return a setting's value in words."""
    if value is None or value == "":
        return "–"
    if setting.path in ("mask_required", "sanitiser_required"):
        value = TILE_VALUES[value]
    match setting.form:
        case "flag":
            return t("common.yes" if value else "common.no")
        case "temperature":
            return f"{format_tenths(value)} °C"
        case "date":
            return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
        case "choice":
            return option(t, setting, str(value))
        case _:
            return str(value)


def option(t: Texts, setting: Setting, value: str) -> str:
    """Return a choice in words."""
    if setting.path == "refer_label":
        return t(f"admin.refer.{value}")
    if value in DECISIONS:
        return t(f"common.decision.{value}")
    return t(f"admin.option.{value or 'same'}")


def question_changes(old: Document, new: Document, t: Texts) -> list[Change]:
    """Return what differs between two questionnaires, by question."""
    found = [
        Change(t(f"admin.question.{name}_{language}"), old[name][language], new[name][language])
        for name in ("statement", "warning")
        for language in ("vi", "en")
    ]
    before, after = _questions(old), _questions(new)
    for key in [*before, *(key for key in after if key not in before)]:
        name = (after.get(key) or before[key])["short"]["vi"]
        found.append(Change(name, _said(before.get(key), t), _said(after.get(key), t)))
    order = [" · ".join(asked[key]["short"]["vi"] for key in asked) for asked in (before, after)]
    if list(before) != list(after) and set(before) == set(after):
        found.append(Change(t("admin.question.order"), *order))
    return [change for change in found if change.old != change.new]


def _questions(document: Document) -> dict[str, Document]:
    return {question["key"]: question for section in document["sections"] for question in section["questions"]}


def _said(question: Document | None, t: Texts) -> str:
    if question is None:
        return "–"
    words = [
        question["labels"]["vi"],
        question["labels"]["en"],
        f"{question['short']['vi']} / {question['short']['en']}",
    ]
    words += [t(f"admin.question.type.{question['type']}"), t(f"admin.question.flag.{question['flag']}")]
    words.append(t("admin.question.must" if question["required"] else "admin.question.may"))
    words += [f"{one['labels']['vi']} / {one['labels']['en']} / {one['flag']}" for one in question["options"]]
    words += question["watch"]
    return " · ".join(words)
