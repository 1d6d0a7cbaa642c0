"""What a refused command holds, as people read it and as the form for entering lines takes it.

Reception sees what a tablet sent, valid or not: whatever cannot be read is left out, and nothing here fails.
"""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session

from app.kit.text import clean
from app.screening.rules import Questionnaire
from app.sites.models import Employee
from app.visits.models import DECISIONS, KINDS, Visit
from app.visits.queries.detail import answer_of

LONGEST = 1000
MOST = 10**15
SEEN = ("name", "birth_year", "organisation", "host_name", "purpose")
PERSON = ("name", "birth_year", "phone", "identity_number", "organisation", "address")
PLAIN = ("host_name", "purpose", "plate", "badge_number", "on_word_of", "text", "reason", "value")
"""`text` is a note's, `value` a correction's."""


def typed(session: Session, site_id: UUID, content: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a refused command by their names in the form for entering lines, and a few more."""
    person = _object(content.get("person"))
    found = {name: _text(person.get(name)) for name in PERSON}
    found |= {name: _text(content.get(name)) for name in PLAIN}
    found["name"] = found["name"] or _text(content.get("name"))
    found["unit"] = _text(content.get("unit_id"))
    found["temperature"] = _temperature(content.get("readings"))
    found |= {name: "yes" for name in ("mask", "sanitiser") if content.get(name) is True}
    found |= _chosen(content)
    return _known(session, site_id, content) | {name: text for name, text in found.items() if text}


def _known(session: Session, site_id: UUID, content: Mapping[str, Any]) -> dict[str, str]:
    """Return what the book says of the employee, the earlier visit or the visit that a command names."""
    employee = _row(session, Employee, site_id, content.get("employee_id"))
    if employee is not None:
        return {"name": employee.name, "unit": str(employee.unit_id or "")}
    visit = _row(session, Visit, site_id, content.get("visit_id") or content.get("seen_visit_id"))
    if visit is None:
        return {}
    return {name: str(value) for name in SEEN if (value := getattr(visit, name)) not in (None, "")}


def _row(session: Session, model: type[Any], site_id: UUID, row_id: object) -> Any:
    try:
        return session.get(model, (site_id, UUID(str(row_id)))) if row_id else None
    except ValueError:
        return None


def _chosen(content: Mapping[str, Any]) -> dict[str, str]:
    override = _object(content.get("override"))
    decision = override.get("decision") or content.get("decision")
    kind = content.get("visit_kind")
    chosen = {"decision": str(decision)} if decision in DECISIONS else dict[str, str]()
    return chosen | ({"visit_kind": str(kind)} if kind in KINDS else {})


def _temperature(readings: object) -> str:
    taken = cast("list[object]", readings) if isinstance(readings, list) else []
    last = _object(taken[-1] if taken else None)
    tenths = last.get("tenths")
    if isinstance(tenths, int) and 0 <= tenths < LONGEST:
        return f"{tenths // 10},{tenths % 10}"
    return "Lo" if last.get("not_measured") == "lo_hi" else ""


def answered(
    questionnaire: Questionnaire, content: Mapping[str, Any], language: str
) -> list[tuple[str, str | bool | None]]:
    """Return the answers that a guard wrote down, by their questions."""
    answers = _object(content.get("answers"))
    return [
        (getattr(question.labels, language), answer_of(question, answers[question.key], language))
        for question in questionnaire.questions
        if question.key in answers
    ]


def _object(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, str):
        return clean(value[:LONGEST])
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST else ""
