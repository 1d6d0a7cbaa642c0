"""Opening and ending sessions, pairing devices, making accounts."""

from datetime import timedelta
from typing import Any

from sqlmodel import col

from app.accounts import repository, rules
from app.accounts.commands import (
    CancelSealedCode,
    ChangeSecret,
    CountFailure,
    CreateAccount,
    CreateToken,
    DisableAccount,
    EndSession,
    IssueSealedCode,
    OpenPairing,
    OpenSession,
    OpenStandIn,
    PairDevice,
    RevokeDevice,
    RevokeToken,
)
from app.accounts.models import (
    Account,
    AccountLogin,
    ApiToken,
    Attempt,
    Device,
    DeviceToken,
    LoginSession,
    Pairing,
    SealedCode,
)
from app.clerk import Clerk, Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id
from app.kit.text import clean, fold

KINDS = frozenset(
    {
        "open_session",
        "end_session",
        "change_secret",
        "disable_account",
        "revoke_device",
        "revoke_token",
        "open_stand_in",
        "pair_device",
    }
)
"""After one of these, whoever was let in before is looked up again."""


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("open_session", open_session)
    clerk.register("end_session", end_session)
    clerk.register("count_failure", count_failure)
    clerk.register("create_account", create_account)
    clerk.register("change_secret", change_secret)
    clerk.register("disable_account", disable_account)
    clerk.register("open_pairing", open_pairing)
    clerk.register("pair_device", pair_device)
    clerk.register("revoke_device", revoke_device)
    clerk.register("issue_sealed_code", issue_sealed_code)
    clerk.register("cancel_sealed_code", cancel_sealed_code)
    clerk.register("open_stand_in", open_stand_in)
    clerk.register("create_token", create_token)
    clerk.register("revoke_token", revoke_token)


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
    wait = rules.wait_after(found.failures)
    found.last_at, found.open_again_at = work.received_at, work.received_at + wait
    if wait > timedelta():
        record(work, "AttemptsSlowed", ("account", work.actor.account_id), {"failures": found.failures})
    return {"wait_seconds": int(wait.total_seconds())}


def create_account(work: Work, command: CreateAccount) -> dict[str, Any]:
    """Make an account; a login belongs to one account of the whole book."""
    lock_head(work)
    _may_manage(work, command.role)
    if command.login and work.session.get(AccountLogin, fold(command.login)) is not None:
        raise Refusal("login_taken")
    made = Account(
        site_id=work.site_id,
        id=new_id(),
        name=clean(command.name),
        login=command.login,
        role=command.role,
        secret_hash=command.secret_hash,
        created_at=work.received_at,
    )
    work.session.add(made)
    work.session.flush()
    if command.login:
        work.session.add(AccountLogin(login=fold(command.login), site_id=work.site_id, account_id=made.id))
    record(work, "AccountCreated", ("account", made.id), {"name": made.name, "role": made.role})
    return {"account_id": str(made.id)}


def _may_manage(work: Work, role: str) -> None:
    if not rules.may_manage(work.actor.role, role):
        raise Refusal("managers_only")


def change_secret(work: Work, command: ChangeSecret) -> dict[str, Any]:
    """Give an account a new secret; whoever was logged in with the old one is logged out."""
    lock_head(work)
    account = repository.find_account(work.session, work.site_id, command.account_id_changed)
    if account is None:
        raise Refusal("not_found")
    _may_manage(work, account.role)
    account.secret_hash = command.secret_hash
    _end_all_of(work, account)
    record(work, "SecretChanged", ("account", account.id), {"name": account.name})
    return {}


def disable_account(work: Work, command: DisableAccount) -> dict[str, Any]:
    """Take an account out of use, or back into it; the last manager stays."""
    lock_head(work)
    account = repository.find_account(work.session, work.site_id, command.account_id_changed)
    if account is None:
        raise Refusal("not_found")
    _may_manage(work, account.role)
    managers = [
        other for other in repository.accounts(work.session, work.site_id)
        if other.role == "manager" and repository.is_active(other, work.received_at)
    ]  # fmt: skip
    if command.disabled and [other.id for other in managers] == [account.id]:
        raise Refusal("last_manager")
    account.disabled_at = work.received_at if command.disabled else None
    _end_all_of(work, account)
    event = "AccountDisabled" if command.disabled else "AccountEnabled"
    record(work, event, ("account", account.id), {"name": account.name})
    return {}


def _end_all_of(work: Work, account: Account) -> None:
    repository.end_sessions(work.session, work.site_id, work.received_at, col(LoginSession.account_id) == account.id)


def open_pairing(work: Work, command: OpenPairing) -> dict[str, Any]:
    """Keep a pairing code for ten minutes."""
    lock_head(work)
    hashed = bytes.fromhex(command.code_hash)
    known = work.session.get(Pairing, hashed)
    if known is not None:
        if known.used_at is None and work.received_at < known.expires_at:
            raise Refusal("pairing_code_taken")
        work.session.delete(known)
        work.session.flush()
    if not repository.gate_exists(work.session, work.site_id, command.gate_id):
        raise Refusal("not_found")
    expires_at = work.received_at + rules.PAIRING_VALID
    work.session.add(
        Pairing(
            code_hash=hashed,
            site_id=work.site_id,
            gate_id=command.gate_id,
            name=clean(command.name),
            purpose=command.purpose,
            expires_at=expires_at,
        )
    )
    record(work, "PairingOpened", ("gate", command.gate_id), {"name": command.name, "purpose": command.purpose})
    return {"expires_at": expires_at.isoformat()}


def pair_device(work: Work, command: PairDevice) -> dict[str, Any]:
    """Pair a device with a code, once."""
    lock_head(work)
    pairing = work.session.get(Pairing, bytes.fromhex(command.code_hash))
    if pairing is None or pairing.used_at is not None or work.received_at >= pairing.expires_at:
        raise Refusal("pairing_unknown")
    pairing.used_at = work.received_at
    device = Device(
        site_id=work.site_id,
        id=new_id(),
        gate_id=pairing.gate_id,
        name=pairing.name,
        purpose=pairing.purpose,
        paired_at=work.received_at,
    )
    work.session.add(device)
    work.session.flush()
    hashed = bytes.fromhex(command.device_token_hash)
    work.session.add(DeviceToken(token_hash=hashed, site_id=work.site_id, device_id=device.id))
    record(work, "DevicePaired", ("device", device.id), {"name": device.name, "purpose": device.purpose})
    return {"device_id": str(device.id), "purpose": device.purpose}


def revoke_device(work: Work, command: RevokeDevice) -> dict[str, Any]:
    """Let a device in no more."""
    lock_head(work)
    device = work.session.get(Device, (work.site_id, command.device_id))
    if device is None or device.revoked_at is not None:
        raise Refusal("not_found")
    device.revoked_at = work.received_at
    repository.end_sessions(work.session, work.site_id, work.received_at, col(LoginSession.device_id) == device.id)
    record(work, "DeviceRevoked", ("device", device.id), {"name": device.name})
    return {}


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
    _may_manage(work, command.role)
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
