"""What is done about accounts, sessions and devices. Secrets come hashed, tokens as their SHA-256 in hexadecimal."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, StringConstraints

from app.accounts.rules import FREE_FAILURES
from app.clerk import Command
from app.kit.text import clean


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=100), BeforeValidator(_cleaned)]
Login = Annotated[str, StringConstraints(min_length=1, max_length=60), BeforeValidator(_cleaned)]
Role = Literal["guard", "receptionist", "manager", "admin"]
Purpose = Literal["tablet", "stand"]


class OpenSession(Command):
    """Open a session for the actor; on a device it ends the session before it (a change of shift)."""

    kind: Literal["open_session"] = "open_session"
    token_hash: str
    old_token_hash: str | None = None
    expires_at: datetime


class EndSession(Command):
    """End the actor's session."""

    kind: Literal["end_session"] = "end_session"
    token_hash: str


class CountFailure(Command):
    """Count a failed attempt at a secret; `key` is the keyed hash of account and device, in hexadecimal.

    `free` failures cost no wait.
    """

    kind: Literal["count_failure"] = "count_failure"
    key: str
    free: int = FREE_FAILURES


class CreateAccount(Command):
    """Make an account of the actor's site."""

    kind: Literal["create_account"] = "create_account"
    name: Name
    login: Login | None = None
    role: Role
    secret_hash: str


class ChangeSecret(Command):
    """Give an account a new PIN or passphrase; its sessions end."""

    kind: Literal["change_secret"] = "change_secret"
    account_id_changed: UUID
    secret_hash: str


class DisableAccount(Command):
    """Let an account log in no more (or again); its sessions end."""

    kind: Literal["disable_account"] = "disable_account"
    account_id_changed: UUID
    disabled: bool = True


class OpenPairing(Command):
    """Show a code that pairs one device to a gate within ten minutes."""

    kind: Literal["open_pairing"] = "open_pairing"
    code_hash: str
    gate_id: UUID
    name: Name
    purpose: Purpose = "tablet"


class PairDevice(Command):
    """Pair the device that knows a code; `device_token_hash` is what it will show from now on."""

    kind: Literal["pair_device"] = "pair_device"
    code_hash: str
    device_token_hash: str


class RevokeDevice(Command):
    """Let a device in no more; its sessions end."""

    kind: Literal["revoke_device"] = "revoke_device"
    device_id: UUID


class IssueSealedCode(Command):
    """Make a one-time code for an envelope, by which a stand-in opens an account."""

    kind: Literal["issue_sealed_code"] = "issue_sealed_code"
    code_hash: str
    expires_at: datetime


class CancelSealedCode(Command):
    """Make a sealed code open nothing any more: the envelope was lost, or opened by the wrong hand."""

    kind: Literal["cancel_sealed_code"] = "cancel_sealed_code"
    code_hash: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]


class OpenStandIn(Command):
    """Open a guard's account for twelve hours with a sealed code, under a full name."""

    kind: Literal["open_stand_in"] = "open_stand_in"
    code_hash: str
    name: Name
    secret_hash: str


class CreateToken(Command):
    """Make a bearer token for a program, with an account of its own role."""

    kind: Literal["create_token"] = "create_token"
    token_hash: str
    name: Name
    role: Literal["receptionist", "manager", "admin"]
    expires_at: datetime | None = None


class RevokeToken(Command):
    """Let a bearer token in no more."""

    kind: Literal["revoke_token"] = "revoke_token"
    token_id: UUID
