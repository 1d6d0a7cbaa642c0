"""Sealed codes for stand-ins, and the tokens of programs."""

from typing import Any

from app.accounts import repository, rules
from app.accounts.commands import CancelSealedCode, CreateToken, IssueSealedCode, OpenStandIn, RevokeToken
from app.accounts.handlers.people import may_manage
from app.accounts.models import Account, ApiToken, SealedCode
from app.clerk import Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id
from app.kit.text import clean


def issue_sealed_code(work: Work, command: IssueSealedCode) -> dict[str, Any]:
    """Keep a one-time code for an envelope."""
    lock_head(work)
    work.session.add(
        SealedCode(
            site_id=work.site_id,
            code_hash=bytes.fromhex(command.code_hash),
            issued_by=work.actor.account_id,
            issued_at=work.received_at,
            expires_at=command.expires_at,
        )
    )
    record(work, "SealedCodeIssued", ("account", work.actor.account_id), {"name": work.actor.name})
    return {}


def cancel_sealed_code(work: Work, command: CancelSealedCode) -> dict[str, Any]:
    """Let a sealed code that was not used end now."""
    lock_head(work)
    code = work.session.get(SealedCode, (work.site_id, bytes.fromhex(command.code_hash)))
    if code is None or code.used_at is not None:
        raise Refusal("not_found")
    code.expires_at = min(code.expires_at, work.received_at)
    record(work, "SealedCodeCancelled", ("account", work.actor.account_id), {"name": work.actor.name})
    return {}


def open_stand_in(work: Work, command: OpenStandIn) -> dict[str, Any]:
    """Open a stand-in's account for twelve hours; it is flagged wherever it appears."""
    lock_head(work)
    code = work.session.get(SealedCode, (work.site_id, bytes.fromhex(command.code_hash)))
    if code is None or code.used_at is not None or work.received_at >= code.expires_at:
        raise Refusal("sealed_code_unknown")
    code.used_at, code.used_by_name = work.received_at, clean(command.name)
    made = Account(
        site_id=work.site_id,
        id=new_id(),
        name=clean(command.name),
        role="guard",
        secret_hash=command.secret_hash,
        stand_in=True,
        created_at=work.received_at,
        expires_at=work.received_at + rules.STAND_IN_VALID,
    )
    work.session.add(made)
    record(work, "StandInOpened", ("account", made.id), {"name": made.name, "issued_by": str(code.issued_by)})
    return {"account_id": str(made.id), "name": made.name}


def create_token(work: Work, command: CreateToken) -> dict[str, Any]:
    """Make a bearer token and the account that it acts as."""
    lock_head(work)
    may_manage(work, command.role)
    account = Account(
        site_id=work.site_id, id=new_id(), name=clean(command.name), role=command.role, created_at=work.received_at
    )
    work.session.add(account)
    work.session.flush()
    token = ApiToken(
        token_hash=bytes.fromhex(command.token_hash),
        id=new_id(),
        site_id=work.site_id,
        account_id=account.id,
        name=account.name,
        created_at=work.received_at,
        expires_at=command.expires_at,
    )
    work.session.add(token)
    record(work, "TokenCreated", ("account", account.id), {"name": account.name, "role": account.role})
    return {"token_id": str(token.id)}


def revoke_token(work: Work, command: RevokeToken) -> dict[str, Any]:
    """Let a bearer token in no more."""
    lock_head(work)
    found = next(
        (token for token in repository.tokens(work.session, work.site_id) if token.id == command.token_id), None
    )
    if found is None:
        raise Refusal("not_found")
    found.revoked_at = work.received_at
    record(work, "TokenRevoked", ("account", found.account_id), {"name": found.name})
    return {}
