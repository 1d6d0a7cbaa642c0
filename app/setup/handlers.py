"""Opening the first office, whole or not at all."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.clerk import Clerk, Work
from app.consent.commands import PublishNotice
from app.consent.handlers import default_notice, publish_notice
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.screening.commands import PublishPolicy, PublishQuestionnaire
from app.screening.handlers import default_policy, default_questionnaire, publish_policy, publish_questionnaire
from app.setup.commands import KeepRecovery, SetUp
from app.sites.commands import AddBadges, OpenSite
from app.sites.handlers import add_badges, open_site
from app.sites.repository import RECOVERY_KEPT, sites

FIRST_BADGES = (1, 50)
ONE_AT_A_TIME = 7_402_615
"""The lock that keeps two processes from opening two first offices; any number that nothing else locks."""


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("set_up", set_up)
    clerk.register("keep_recovery", keep_recovery)


def set_up(work: Work, command: SetUp) -> dict[str, Any]:
    """Open the first office with its policy, questions, notice and badges; the actor becomes its manager."""
    if not work.book.embedded:
        work.session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    if sites(work.session):
        raise Refusal("site_open")
    opened = open_site(work, _opening(command))
    publish_policy(work, PublishPolicy(document=default_policy()))
    publish_questionnaire(work, PublishQuestionnaire(document=default_questionnaire()))
    publish_notice(work, PublishNotice(document=default_notice()))
    work.session.flush()
    add_badges(work, AddBadges(gate_id=UUID(opened["gate_id"]), first=FIRST_BADGES[0], last=FIRST_BADGES[1]))
    return opened | {"account_id": str(work.actor.account_id)}


def _opening(command: SetUp) -> OpenSite:
    shared = set(OpenSite.model_fields) & set(SetUp.model_fields) - {"kind"}
    return OpenSite(name=command.office_name, **{name: getattr(command, name) for name in shared})


def keep_recovery(work: Work, _command: KeepRecovery) -> dict[str, Any]:
    """Write down that the recovery sheet lies in the safe."""
    lock_head(work)
    record(work, RECOVERY_KEPT, ("site", work.site_id), {"name": work.actor.name})
    return {}
