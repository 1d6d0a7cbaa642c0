"""Which policy and which questions hold, and the versions there were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import table_of
from app.errors import NotFound
from app.screening.models import PolicyVersion, QuestionnaireVersion
from app.screening.rules import Policy, Questionnaire, policy_in_force


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy of a moment, with its version."""

    version: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class QuestionsInForce:
    """The questionnaire of a moment, with its version."""

    version: int
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when a version holds."""

    version: int
    valid_from: datetime
    valid_until: datetime | None


def policy_versions(session: Session, site_id: UUID) -> list[PolicyVersion]:
    """Return a site's policy versions, first to last."""
    query = sa.select(PolicyVersion).where(col(PolicyVersion.site_id) == site_id)
    return list(session.scalars(query.order_by(col(PolicyVersion.version))))


def questionnaire_versions(session: Session, site_id: UUID) -> list[QuestionnaireVersion]:
    """Return a site's questionnaire versions, first to last."""
    query = sa.select(QuestionnaireVersion).where(col(QuestionnaireVersion.site_id) == site_id)
    return list(session.scalars(query.order_by(col(QuestionnaireVersion.version))))


def policy_at(session: Session, site_id: UUID, moment: datetime) -> PolicyInForce:
    """Return the policy in force at a site at `moment`; raises NotFound where none has begun."""
    return policy_among(session, site_id, policy_spans(session, site_id), moment)


def policy_spans(session: Session, site_id: UUID) -> list[Span]:
    """Return from when until when each of a site's policies holds, without their documents."""
    return [Span(*row) for row in session.connection().execute(_POLICY_SPANS, {"of": site_id})]


def policy_among(session: Session, site_id: UUID, spans: list[Span], moment: datetime) -> PolicyInForce:
    """Return which of a site's policies is in force at `moment`; raises NotFound where none has begun."""
    found = policy_in_force(spans, moment)
    if found is None:
        raise NotFound("no_policy")
    key = (site_id, found.version)
    if key not in _KNOWN_POLICIES:
        _KNOWN_POLICIES[key] = Policy.from_document(_document(session, PolicyVersion, key))
    return PolicyInForce(found.version, _KNOWN_POLICIES[key])


def questions_at(session: Session, site_id: UUID, moment: datetime) -> QuestionsInForce:
    """Return the questionnaire in force at a site at `moment`; raises NotFound where none has begun."""
    return questions_among(session, site_id, question_spans(session, site_id), moment)


def question_spans(session: Session, site_id: UUID) -> list[Span]:
    """Return from when until when each of a site's questionnaires holds, without their documents."""
    return [Span(*row) for row in session.connection().execute(_QUESTION_SPANS, {"of": site_id})]


def questions_among(session: Session, site_id: UUID, spans: list[Span], moment: datetime) -> QuestionsInForce:
    """Return which of a site's questionnaires is in force at `moment`; raises NotFound where none has begun."""
    found = policy_in_force(spans, moment)
    if found is None:
        raise NotFound("no_questionnaire")
    key = (site_id, found.version)
    if key not in _KNOWN_QUESTIONNAIRES:
        document = _document(session, QuestionnaireVersion, key)
        _KNOWN_QUESTIONNAIRES[key] = Questionnaire.from_document(document)
    return QuestionsInForce(found.version, _KNOWN_QUESTIONNAIRES[key])


def _document(
    session: Session, model: type[PolicyVersion] | type[QuestionnaireVersion], key: tuple[UUID, int]
) -> dict[str, Any]:
    version = session.get(model, key)
    if version is None:
        raise NotFound
    return version.document


def questionnaire_of(session: Session, site_id: UUID, version: int) -> dict[str, Any]:
    """Return the document of one version, for reading old answers."""
    found = session.get(QuestionnaireVersion, (site_id, version))
    if found is None:
        raise NotFound("no_questionnaire")
    return found.document


# A version never changes, so what was read from its document once is good for ever.
_KNOWN_POLICIES: dict[tuple[UUID, int], Policy] = {}
_KNOWN_QUESTIONNAIRES: dict[tuple[UUID, int], Questionnaire] = {}


def _spans(model: type[PolicyVersion] | type[QuestionnaireVersion]) -> sa.Select[int, datetime, datetime | None]:
    columns = table_of(model).c
    found = sa.select(columns.version, columns.valid_from, columns.valid_until)
    return found.where(columns.site_id == sa.bindparam("of")).order_by(columns.version)


_POLICY_SPANS = _spans(PolicyVersion)
_QUESTION_SPANS = _spans(QuestionnaireVersion)
