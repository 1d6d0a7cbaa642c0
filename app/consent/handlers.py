"""Publishing notices, and keeping the evidence of consent."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.clerk import Clerk, Work
from app.consent.commands import PublishNotice
from app.consent.models import Consent, NoticeVersion
from app.errors import NotFound
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("publish_notice", publish_notice)


def default_notice() -> dict[str, Any]:
    """Return the notice that a new office starts with."""
    return json.loads((Path(__file__).parent / "notice.default.json").read_text())


def notice_in_force(session: Session, site_id: UUID) -> NoticeVersion:
    """Return the newest notice of a site; raises NotFound where there is none."""
    query = sa.select(NoticeVersion).where(col(NoticeVersion.site_id) == site_id)
    found = session.scalars(query.order_by(col(NoticeVersion.version).desc()).limit(1)).first()
    if found is None:
        raise NotFound("no_notice")
    return found


def publish_notice(work: Work, command: PublishNotice) -> dict[str, Any]:
    """Write a notice version."""
    lock_head(work)
    query = sa.select(sa.func.max(col(NoticeVersion.version))).where(col(NoticeVersion.site_id) == work.site_id)
    version = 1 + (work.session.scalar(query) or 0)
    work.session.add(
        NoticeVersion(
            site_id=work.site_id,
            version=version,
            document=command.document,
            valid_from=work.received_at,
            created_by=work.actor.account_id,
            created_at=work.received_at,
        )
    )
    record(work, "NoticePublished", ("site", work.site_id), {"version": version})
    return {"version": version}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What somebody agreed to: which notice, through which channel, in which language."""

    pass_id: UUID
    notice_version: int
    channel: str
    language: str


def keep_consent(work: Work, agreement: Agreement, purposes: list[dict[str, Any]]) -> None:
    """Keep evidence per purpose ({"key", "basis"}), as part of the act that it belongs to."""
    work.session.add_all(
        Consent(
            site_id=work.site_id,
            id=new_id(),
            pass_id=agreement.pass_id,
            notice_version=agreement.notice_version,
            purpose=str(purpose["key"]),
            legal_basis=str(purpose["basis"]),
            channel=agreement.channel,
            language=agreement.language,
            given_at=work.received_at,
        )
        for purpose in purposes
    )
