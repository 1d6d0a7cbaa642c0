"""Sessions, and how failed attempts at a secret slow them down."""

from datetime import timedelta
from typing import Any

from sqlmodel import col

from app.accounts import repository, rules
from app.accounts.commands import CountFailure, EndSession, OpenSession
from app.accounts.models import Attempt, LoginSession
from app.clerk import Work
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id


def open_session(work: Work, command: OpenSession) -> dict[str, Any]:
    """Open a session; on a device the session before it ends, which is the change of shift."""
    lock_head(work)
    actor = work.actor
    if actor.device_id is not None:
        repository.end_sessions(
            work.session, work.site_id, work.received_at, col(LoginSession.device_id) == actor.device_id
        )
    elif command.old_token_hash is not None:
        old = bytes.fromhex(command.old_token_hash)
        repository.end_sessions(work.session, work.site_id, work.received_at, col(LoginSession.token_hash) == old)
    opened = LoginSession(
        token_hash=bytes.fromhex(command.token_hash),
        id=new_id(),
        site_id=work.site_id,
        account_id=actor.account_id,
        device_id=actor.device_id,
        started_at=work.received_at,
        expires_at=command.expires_at,
    )
    work.session.add(opened)
    record(work, "SessionOpened", ("account", actor.account_id), {"name": actor.name, "role": actor.role})
    return {"session_id": str(opened.id)}


def end_session(work: Work, command: EndSession) -> dict[str, Any]:
    """End a session: its token opens nothing any more."""
    lock_head(work)
    hashed = bytes.fromhex(command.token_hash)
    repository.end_sessions(work.session, work.site_id, work.received_at, col(LoginSession.token_hash) == hashed)
    record(work, "SessionEnded", ("account", work.actor.account_id), {"name": work.actor.name})
    return {}


def count_failure(work: Work, command: CountFailure) -> dict[str, Any]:
    """Count a failure and say how long to wait."""
    lock_head(work)
    key = bytes.fromhex(command.key)
    found = repository.attempt(work.session, work.site_id, key)
    if found is None:
        found = Attempt(site_id=work.site_id, key_hash=key, last_at=work.received_at, open_again_at=work.received_at)
        work.session.add(found)
    found.failures = rules.failures_now(found.failures, found.last_at, work.received_at) + 1
    wait = rules.wait_after(found.failures, command.free)
    found.last_at, found.open_again_at = work.received_at, work.received_at + wait
    if wait > timedelta():
        record(work, "AttemptsSlowed", ("account", work.actor.account_id), {"failures": found.failures})
    return {"wait_seconds": int(wait.total_seconds())}
