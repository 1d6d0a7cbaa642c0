"""The questionnaire as a form: the questions as a list, each with its words in both languages and what a yes means."""

from collections.abc import Mapping
from typing import Any

from app.kit.text import clean
from app.screening.rules import Questionnaire
from app.web.forms import Errors

Form = Mapping[str, str]
Document = dict[str, Any]

TYPES = ("yes_no", "text", "places", "choice")
FLAGS = ("none", "caution", "stop")
FRESH = ("new1", "new2", "new3")
"""The blank questions at the form's end."""
LANGUAGES = ("vi", "en")
LETTERS = 500
_NOT_ASKED = 10_000


def with_all_sections(document: Document, usual: Document) -> Document:
    """Return a document with the sections of a usual one that it lacks, empty: a question may be put into them."""
    sections: list[Document] = list(document["sections"])
    known = {section["key"] for section in sections}
    empty: Document = {"questions": []}
    sections += [section | empty for section in usual["sections"] if section["key"] not in known]
    return document | {"sections": sections}


def typed_of(document: Document) -> dict[str, str]:
    """Return a questionnaire's document as the fields of its form."""
    typed: dict[str, str] = {}
    for name in ("statement", "warning"):
        typed |= {f"{name}_{language}": document[name][language] for language in LANGUAGES}
    place = 0
    for section in document["sections"]:
        typed |= {f"s.{section['key']}.{language}": section["labels"][language] for language in LANGUAGES}
        for question in section["questions"]:
            place += 1
            typed |= _typed_question(question, section["key"], place)
    for fresh in FRESH:
        typed |= {f"q.{fresh}.type": "yes_no", f"q.{fresh}.flag": "caution", f"q.{fresh}.required": "yes"}
    return typed


def _typed_question(question: Document, section: str, place: int) -> dict[str, str]:
    words = {f"{name}_{language}": question[name][language] for name in ("labels", "short") for language in LANGUAGES}
    options = [" | ".join((one["labels"]["vi"], one["labels"]["en"], one["flag"])) for one in question["options"]]
    rest = {
        "keep": "yes",
        "section": section,
        "order": str(place),
        "type": question["type"],
        "flag": question["flag"],
        "required": "yes" if question["required"] else "no",
        "options": "\n".join(options),
        "watch": "\n".join(question["watch"]),
    }
    return {f"q.{question['key']}.{name}": value for name, value in {**words, **rest}.items()}


def read_questions(form: Form, base: Document, seed: str) -> tuple[Document | None, Errors]:
    """Return the document that a form states, built on the version it was shown with, or the errors by field.

    `seed` (letters and digits) makes the keys of new questions.
    """
    errors: Errors = {}
    found: dict[str, list[tuple[int, Document]]] = {section["key"]: [] for section in base["sections"]}
    known = {question["key"]: question for section in base["sections"] for question in section["questions"]}
    for place, name in enumerate([*known, *FRESH]):
        question = _read_question(name, known.get(name), form, errors, seed)
        if question is not None:
            order = clean(form.get(f"q.{name}.order", ""))
            at = int(order) if order.isascii() and order.isdigit() and len(order) < 4 else _NOT_ASKED + place  # noqa: PLR2004
            section = form.get(f"q.{name}.section", "")
            found.get(section, found[next(iter(found))]).append((at, question))
    document = {name: _texts(name, form, errors) for name in ("statement", "warning")}
    document["sections"] = [
        {
            **section,
            "labels": _section_labels(section["key"], form, errors),
            "questions": _in_order(found[section["key"]]),
        }
        for section in base["sections"]
        if found[section["key"]]
    ]
    return (None, errors) if errors else _checked(document)


def _in_order(questions: list[tuple[int, Document]]) -> list[Document]:
    return [question for _, question in sorted(questions, key=lambda pair: pair[0])]


def _checked(document: Document) -> tuple[Document | None, Errors]:
    try:
        return Questionnaire.from_document(document).document(), {}
    except ValueError as error:
        return None, {"form": ("errors.questionnaire_odd", {"path": str(error)})}


def _read_question(name: str, known: Document | None, form: Form, errors: Errors, seed: str) -> Document | None:
    """Return a question as the form has it, or None where it is left out."""
    if known is None and not any(clean(form.get(f"q.{name}.labels_{language}", "")) for language in LANGUAGES):
        return None
    if known is not None and form.get(f"q.{name}.keep") != "yes":
        return None
    key = known["key"] if known else f"q{seed}{name[-1]}"
    kind = known["type"] if known else _chosen(f"q.{name}.type", TYPES, form, errors)
    question = {
        "key": key,
        "type": kind,
        "code": known["code"] if known else f"custom.{key}",
        "labels": _texts(f"q.{name}.labels", form, errors),
        "short": _texts(f"q.{name}.short", form, errors),
        "required": form.get(f"q.{name}.required") == "yes",
        "flag": _chosen(f"q.{name}.flag", FLAGS, form, errors),
        "options": _options(name, known, form, errors) if kind == "choice" else [],
        "watch": [place for place in map(clean, form.get(f"q.{name}.watch", "").splitlines()) if place],
    }
    return question if kind == "places" else {**question, "watch": []}


def _section_labels(key: str, form: Form, errors: Errors) -> dict[str, str]:
    return {language: _text(f"s.{key}.{language}", form, errors) for language in LANGUAGES}


def _texts(name: str, form: Form, errors: Errors) -> Any:
    return {language: _text(f"{name}_{language}", form, errors) for language in LANGUAGES}


def _text(field: str, form: Form, errors: Errors) -> str:
    text = clean(form.get(field, ""))
    if not text:
        errors[field] = "errors.text_missing"
    elif len(text) > LETTERS:
        errors[field] = "errors.too_long"
    return text


def _chosen(field: str, choices: tuple[str, ...], form: Form, errors: Errors) -> str:
    chosen = form.get(field, "")
    if chosen not in choices:
        errors[field] = "errors.value_odd"
    return chosen


def _options(name: str, known: Document | None, form: Form, errors: Errors) -> list[Document]:
    """Read a choice's options, one a line: "Vietnamese | English | none, caution or stop"; known ones keep keys."""
    old: list[Document] = known["options"] if known else []
    keys: dict[str, str] = {option["labels"]["vi"]: option["key"] for option in old}
    found: dict[str, Document] = {}
    field = f"q.{name}.options"
    for line in form.get(field, "").splitlines():
        vi, en, flag = [*map(clean, line.split("|")), "", "", ""][:3]
        if not (vi or en or flag):
            continue
        if not vi or not en or (flag or "none") not in FLAGS:
            errors[field] = ("errors.option_line", {"line": clean(line)})
            continue
        key = keys.get(vi) or f"o{len(found) + 1}"
        while key in found:
            key += "x"
        found[key] = {"key": key, "labels": {"vi": vi, "en": en}, "flag": flag or "none"}
    if not found and field not in errors:
        errors[field] = "errors.options_missing"
    return list(found.values())
