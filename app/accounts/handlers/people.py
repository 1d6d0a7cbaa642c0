"""Accounts: who may log in."""

from typing import Any

from sqlmodel import col

from app.accounts import repository, rules
from app.accounts.commands import ChangeSecret, CreateAccount, DisableAccount
from app.accounts.models import Account, AccountLogin, LoginSession
from app.clerk import Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id
from app.kit.text import clean, fold


def create_account(work: Work, command: CreateAccount) -> dict[str, Any]:
    """Make an account; a login belongs to one account of the whole book."""
    lock_head(work)
    may_manage(work, command.role)
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


def change_secret(work: Work, command: ChangeSecret) -> dict[str, Any]:
    """Give an account a new secret; whoever was logged in with the old one is logged out."""
    lock_head(work)
    account = repository.find_account(work.session, work.site_id, command.account_id_changed)
    if account is None:
        raise Refusal("not_found")
    may_manage(work, account.role)
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
    may_manage(work, account.role)
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


def may_manage(work: Work, role: str) -> None:
    """Refuse what somebody may not do to an account of this role."""
    if not rules.may_manage(work.actor.role, role):
        raise Refusal("managers_only")
