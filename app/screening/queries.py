"""Which policy and which questions hold, and the versions there were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

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
    return policy_among(policy_versions(session, site_id), moment)


def policy_among(versions: list[PolicyVersion], moment: datetime) -> PolicyInForce:
    """Return which of a site's policies is in force at `moment`; raises NotFound where none has begun."""
    found = policy_in_force(versions, moment)
    if found is None:
        raise NotFound("no_policy")
    return PolicyInForce(found.version, _policy(found))


def questions_at(session: Session, site_id: UUID, moment: datetime) -> QuestionsInForce:
    """Return the questionnaire in force at a site at `moment`; raises NotFound where none has begun."""
    return questions_among(questionnaire_versions(session, site_id), moment)


def questions_among(versions: list[QuestionnaireVersion], moment: datetime) -> QuestionsInForce:
    """Return which of a site's questionnaires is in force at `moment`; raises NotFound where none has begun."""
    found = policy_in_force(versions, moment)
    if found is None:
        raise NotFound("no_questionnaire")
    return QuestionsInForce(found.version, _questionnaire(found))


def questionnaire_of(session: Session, site_id: UUID, version: int) -> dict[str, Any]:
    """Return the document of one version, for reading old answers."""
    found = session.get(QuestionnaireVersion, (site_id, version))
    if found is None:
        raise NotFound("no_questionnaire")
    return found.document


# A version never changes, so what was read from its document once is good for ever.
_POLICIES: dict[tuple[UUID, int], Policy] = {}
_QUESTIONNAIRES: dict[tuple[UUID, int], Questionnaire] = {}


def _policy(found: PolicyVersion) -> Policy:
    key = (found.site_id, found.version)
    if key not in _POLICIES:
        _POLICIES[key] = Policy.from_document(found.document)
    return _POLICIES[key]


def _questionnaire(found: QuestionnaireVersion) -> Questionnaire:
    key = (found.site_id, found.version)
    if key not in _QUESTIONNAIRES:
        _QUESTIONNAIRES[key] = Questionnaire.from_document(found.document)
    return _QUESTIONNAIRES[key]
