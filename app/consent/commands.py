"""New versions of the privacy notice."""

from typing import Any, Literal

from app.clerk import Command


class PublishNotice(Command):
    """Make a notice version: {"vi": {"short", "whole"}, "en": {…}, "purposes": [{"key", "basis", "vi", "en"}]}."""

    kind: Literal["publish_notice"] = "publish_notice"
    document: dict[str, Any]
