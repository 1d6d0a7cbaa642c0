"""Publishing versions: each is immutable, and starts and ends by itself."""

import json
from pathlib import Path
from typing import Any

from app.clerk import Clerk, Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.screening.commands import PublishPolicy, PublishQuestionnaire
from app.screening.models import PolicyVersion, QuestionnaireVersion
from app.screening.queries import policy_versions, questionnaire_versions
from app.screening.rules import Policy, Questionnaire

HERE = Path(__file__).parent


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("publish_policy", publish_policy)
    clerk.register("publish_questionnaire", publish_questionnaire)


def default_policy() -> dict[str, Any]:
    """Return the policy that a new office starts with."""
    return json.loads((HERE / "policy.default.json").read_text())


def default_questionnaire() -> dict[str, Any]:
    """Return the questions that a new office starts with."""
    return json.loads((HERE / "questionnaire.default.json").read_text())


def publish_policy(work: Work, command: PublishPolicy) -> dict[str, Any]:
    """Write a policy version; a document of the wrong shape is refused with the path of what is wrong."""
    lock_head(work)
    try:
        document = Policy.from_document(command.document).document()
    except ValueError as error:
        raise Refusal("policy_odd", path=str(error)) from error
    version = 1 + max((known.version for known in policy_versions(work.session, work.site_id)), default=0)
    work.session.add(PolicyVersion(version=version, document=document, **_validity(work, command)))
    record(work, "PolicyPublished", ("site", work.site_id), {"version": version, "order": document["order"]})
    return {"version": version}


def publish_questionnaire(work: Work, command: PublishQuestionnaire) -> dict[str, Any]:
    """Write a questionnaire version."""
    lock_head(work)
    try:
        document = Questionnaire.from_document(command.document).document()
    except ValueError as error:
        raise Refusal("questionnaire_odd", path=str(error)) from error
    version = 1 + max((known.version for known in questionnaire_versions(work.session, work.site_id)), default=0)
    work.session.add(QuestionnaireVersion(version=version, document=document, **_validity(work, command)))
    record(work, "QuestionnairePublished", ("site", work.site_id), {"version": version})
    return {"version": version}


def _validity(work: Work, command: PublishPolicy | PublishQuestionnaire) -> dict[str, Any]:
    valid_from = command.valid_from or work.received_at
    if command.valid_until is not None and command.valid_until <= valid_from:
        raise Refusal("validity_odd")
    return {
        "site_id": work.site_id,
        "valid_from": valid_from,
        "valid_until": command.valid_until,
        "created_by": work.actor.account_id,
        "created_at": work.received_at,
    }
