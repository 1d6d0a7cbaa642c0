"""New versions of policy and questionnaire."""

from datetime import datetime
from typing import Any, Literal

from app.clerk import Command


class PublishPolicy(Command):
    """Make a policy version that holds from `valid_from` (now, where it is left out) until `valid_until`."""

    kind: Literal["publish_policy"] = "publish_policy"
    document: dict[str, Any]
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class PublishQuestionnaire(Command):
    """Make a questionnaire version that holds from `valid_from` until `valid_until`."""

    kind: Literal["publish_questionnaire"] = "publish_questionnaire"
    document: dict[str, Any]
    valid_from: datetime | None = None
    valid_until: datetime | None = None
