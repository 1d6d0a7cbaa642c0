"""`gatebook account`, `gatebook device` and `gatebook token`: who and what is let in."""

import secrets
from datetime import timedelta
from typing import Annotated, Literal

import typer
from sqlalchemy.orm import Session

from app.accounts import repository, rules
from app.accounts.commands import (
    ChangeSecret,
    CreateAccount,
    CreateToken,
    DisableAccount,
    OpenPairing,
    RevokeDevice,
    RevokeToken,
)
from app.accounts.models import Account
from app.cli.opening import Desk, as_id, at_desk
from app.cli.words import ask_secret, say, text
from app.errors import StartError
from app.kit.text import fold
from app.sites.models import Gate
from app.sites.repository import gates
from app.web.texts import format_datetime, format_time

SiteOption = Annotated[str | None, typer.Option("--site", help=text("shell.help.site"))]
Who = Annotated[str, typer.Argument(help=text("shell.help.who"))]
Role = Literal["guard", "receptionist", "manager", "admin"]

account = typer.Typer(help=text("shell.help.account"), no_args_is_help=True)
device = typer.Typer(help=text("shell.help.device"), no_args_is_help=True)
token = typer.Typer(help=text("shell.help.token"), no_args_is_help=True)


@account.command("list", help=text("shell.help.account_list"))
def list_accounts(site: SiteOption = None) -> None:
    """Print who logs in."""
    with at_desk(site) as desk, desk.book.reading() as session:
        now = desk.clock.now()
        for found in repository.accounts(session, desk.site.id):
            state = "shell.account.active" if repository.is_active(found, now) else "shell.account.disabled"
            role = text(f"shell.role.{found.role}")
            say(
                "shell.account.line",
                id=found.id,
                name=found.name,
                role=role,
                login=found.login or "—",
                state=text(state),
            )


@account.command("add", help=text("shell.help.account_add"))
def add_account(
    name: Annotated[str, typer.Option(help=text("shell.help.name"))],
    role: Annotated[Role, typer.Option(help=text("shell.help.role"))],
    login: Annotated[str | None, typer.Option(help=text("shell.help.login"))] = None,
    site: SiteOption = None,
) -> None:
    """Make an account; its PIN or passphrase is asked for."""
    if role != "guard" and not login:
        raise StartError("login_missing")
    with at_desk(site) as desk:
        secret = _new_secret(role, name)
        command = CreateAccount(name=name, role=role, login=None if role == "guard" else login, secret_hash=secret)
        say("shell.account.added", name=name, id=desk.do(command)["account_id"])


def _new_secret(role: str, name: str) -> str:
    """Ask for a PIN or a passphrase and return its hash; raises StartError where it is too easy."""
    if role == "guard":
        typed = ask_secret("shell.ask.pin")
        code = rules.check_pin(typed)
    else:
        typed = ask_secret("shell.ask.passphrase")
        code = rules.check_passphrase(typed, name)
    if code is not None:
        raise StartError(code)
    return repository.hash_secret(typed)


@account.command("reset-passphrase", help=text("shell.help.reset_passphrase"))
def reset_passphrase(who: Who, site: SiteOption = None) -> None:
    """Give somebody a new passphrase; whoever is logged in with the old one is logged out."""
    _reset(who, site, pin=False)


@account.command("reset-pin", help=text("shell.help.reset_pin"))
def reset_pin(who: Who, site: SiteOption = None) -> None:
    """Give a guard a new PIN."""
    _reset(who, site, pin=True)


def _reset(who: str, site: str | None, *, pin: bool) -> None:
    with at_desk(site) as desk:
        found = _find_account(desk, who)
        if (found.role == "guard") != pin:
            raise StartError("secret_is_pin" if found.role == "guard" else "secret_is_passphrase", name=found.name)
        secret = _new_secret(found.role, found.name)
        desk.do(ChangeSecret(account_id_changed=found.id, secret_hash=secret))
        say("shell.account.reset", name=found.name)


@account.command("disable", help=text("shell.help.disable"))
def disable(
    who: Who,
    *,
    again: Annotated[bool, typer.Option("--enable", help=text("shell.help.enable"))] = False,
    site: SiteOption = None,
) -> None:
    """Let somebody log in no more, or again."""
    with at_desk(site) as desk:
        found = _find_account(desk, who)
        desk.do(DisableAccount(account_id_changed=found.id, disabled=not again))
        say("shell.account.enabled" if again else "shell.account.is_disabled", name=found.name)


def _find_account(desk: Desk, who: str) -> Account:
    """Return the account with this login, name or id; raises StartError where none or several have it."""
    with desk.book.reading() as session:
        known = repository.accounts(session, desk.site.id)
    wanted = fold(who)
    found = [one for one in known if wanted in (fold(one.login or ""), fold(one.name), str(one.id))]
    if not found:
        raise StartError("account_unknown", who=who)
    if len(found) > 1:
        raise StartError("account_several", who=who, ids=", ".join(str(one.id) for one in found))
    return found[0]


@device.command("list", help=text("shell.help.device_list"))
def list_devices(site: SiteOption = None) -> None:
    """Print the tablets and stands."""
    with at_desk(site) as desk, desk.book.reading() as session:
        names = {gate.id: gate.name for gate in gates(session, desk.site.id, retired=True)}
        for found in repository.devices(session, desk.site.id):
            state = text("shell.device.revoked" if found.revoked_at else "shell.device.paired")
            since = format_datetime(found.paired_at, desk.site.zone)
            purpose = text(f"shell.purpose.{found.purpose}")
            say(
                "shell.device.line",
                id=found.id, name=found.name, purpose=purpose, gate=names[found.gate_id], since=since, state=state,
            )  # fmt: skip


@device.command("pair", help=text("shell.help.device_pair"))
def pair(
    name: Annotated[str, typer.Option(help=text("shell.help.device_name"))],
    gate: Annotated[str | None, typer.Option(help=text("shell.help.gate"))] = None,
    purpose: Annotated[Literal["tablet", "stand"], typer.Option(help=text("shell.help.purpose"))] = "tablet",
    site: SiteOption = None,
) -> None:
    """Print a six-digit code that pairs one device within ten minutes."""
    with at_desk(site) as desk:
        with desk.book.reading() as session:
            found = _find_gate(session, desk, gate)
        digits = f"{secrets.randbelow(10**6):06d}"
        code_hash = desk.book.closing.hash("pairing", digits).hex()
        desk.do(OpenPairing(code_hash=code_hash, gate_id=found.id, name=name, purpose=purpose))
        until = format_time(desk.clock.now() + rules.PAIRING_VALID, desk.site.zone)
        say("shell.device.code", code=f"{digits[:3]} {digits[3:]}", gate=found.name, until=until)


def _find_gate(session: Session, desk: Desk, named: str | None) -> Gate:
    known = gates(session, desk.site.id)
    found = known if named is None else [one for one in known if fold(named) in (fold(one.name), one.code, str(one.id))]
    if len(found) != 1:
        raise StartError("gate_unknown", gates=", ".join(one.name for one in known))
    return found[0]


@device.command("revoke", help=text("shell.help.device_revoke"))
def revoke_device(
    device_id: Annotated[str, typer.Argument(help=text("shell.help.id"))], site: SiteOption = None
) -> None:
    """Let a device in no more."""
    with at_desk(site) as desk:
        desk.do(RevokeDevice(device_id=as_id(device_id)))
        say("shell.device.is_revoked")


@token.command("create", help=text("shell.help.token_create"))
def create_token(
    role: Annotated[Literal["receptionist", "manager", "admin"], typer.Option(help=text("shell.help.role"))],
    name: Annotated[str, typer.Option(help=text("shell.help.token_name"))],
    days: Annotated[int | None, typer.Option(min=1, max=3650, help=text("shell.help.days"))] = None,
    site: SiteOption = None,
) -> None:
    """Print a bearer token, once: only its digest is kept."""
    with at_desk(site) as desk:
        made = repository.new_token()
        expires_at = desk.clock.now() + timedelta(days=days) if days else None
        hashed = repository.token_hash(made).hex()
        desk.do(CreateToken(token_hash=hashed, name=name, role=role, expires_at=expires_at))
    # The token alone goes to standard output, so that it can be piped into a safe place.
    typer.echo(made)
    typer.echo(text("shell.token.once"), err=True)


@token.command("list", help=text("shell.help.token_list"))
def list_tokens(site: SiteOption = None) -> None:
    """Print the bearer tokens' names, never the tokens."""
    with at_desk(site) as desk, desk.book.reading() as session:
        now = desk.clock.now()
        for found in repository.tokens(session, desk.site.id):
            over = found.revoked_at is not None or (found.expires_at is not None and now >= found.expires_at)
            state = text("shell.token.over" if over else "shell.token.valid")
            since = format_datetime(found.created_at, desk.site.zone)
            say("shell.token.line", id=found.id, name=found.name, since=since, state=state)


@token.command("revoke", help=text("shell.help.token_revoke"))
def revoke_token(token_id: Annotated[str, typer.Argument(help=text("shell.help.id"))], site: SiteOption = None) -> None:
    """Let a bearer token in no more."""
    with at_desk(site) as desk:
        desk.do(RevokeToken(token_id=as_id(token_id)))
        say("shell.token.revoked")
