"""One visit with all that stands around it."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Closing
from app.declarations.handlers import open_answers
from app.declarations.models import Declaration
from app.screening.queries import policy_at, questionnaire_of
from app.screening.rules import Question, Questionnaire
from app.visits import repository
from app.visits.models import PaperLine, Visit
from app.visits.queries.filters import Standpoint

LOOKBACK = "{lookback_days}"


@dataclass(frozen=True, slots=True)
class Opened:
    """What is closed, opened after the act of opening was journalled."""

    phone: str
    identity_number: str
    answers: tuple[tuple[str, str | bool | None], ...]
    """Each question and its answer: a text, yes or no, or None where it was left open."""


def opened(session: Session, closing: Closing, here: Standpoint, visit: Visit, language: str) -> Opened:
    """Open a visit's phone, identity number and answers; the caller has journalled it."""
    return Opened(
        repository.open_phone(closing, visit),
        repository.open_identity(closing, visit),
        tuple(_answers(session, closing, here, visit, language)),
    )


def _answers(
    session: Session, closing: Closing, here: Standpoint, visit: Visit, language: str
) -> list[tuple[str, str | bool | None]]:
    declaration = session.get(Declaration, (visit.site_id, visit.declaration_id)) if visit.declaration_id else None
    if declaration is None:
        return []
    document = questionnaire_of(session, visit.site_id, declaration.questionnaire_version)
    answers = open_answers(closing, declaration)
    days = str(policy_at(session, visit.site_id, here.now).policy.lookback_days)
    shown: list[tuple[str, str | bool | None]] = []
    for question in Questionnaire.from_document(document).questions:
        label = getattr(question.labels, language).replace(LOOKBACK, days)
        shown.append((label, answer_of(question, answers.get(question.key), language)))
    return shown


def answer_of(question: Question, answer: Any, language: str) -> str | bool | None:
    """Return an answer as people read it: a text, yes or no, or None where there is none."""
    if question.type == "choice":
        return next((getattr(option.labels, language) for option in question.options if option.key == answer), None)
    if isinstance(answer, list):
        return "; ".join(map(str, cast("list[object]", answer)))
    return answer if answer is None or isinstance(answer, bool) else str(answer)


def party(session: Session, visit: Visit) -> list[Visit]:
    """Return the others who were declared together with a visit's person."""
    if visit.pass_id is None:
        return []
    return [other for other in repository.of_pass(session, visit.site_id, visit.pass_id) if other.id != visit.id]


def sheet_lines(session: Session, site_id: UUID, sheet: str) -> list[Visit]:
    """Return what was entered from a paper sheet, by line."""
    joined = sa.and_(col(PaperLine.site_id) == col(Visit.site_id), col(PaperLine.visit_id) == col(Visit.id))
    query = sa.select(Visit).join(PaperLine, joined)
    query = query.where(col(PaperLine.site_id) == site_id, col(PaperLine.sheet) == sheet)
    return list(session.scalars(query.order_by(col(PaperLine.line))))
