"""`gatebook tls`: the office's own authority, and the certificate that it gives this machine."""

import contextlib
import socket
from typing import Annotated

import typer

from app.cli.opening import read_settings
from app.cli.words import say, text
from app.clock import Clock
from app.errors import StartError
from app.settings import Settings
from app.setup.files import prepare_folder
from app.trust.files.authority import Authority
from app.trust.files.folder import (
    Kept,
    keep_certificate,
    more_names,
    note_names,
    open_authority,
    put_aside,
    require_authority,
    tls_folder,
)
from app.trust.queries import machine_names, tls_state
from app.trust.rules import plain_name
from app.web.addresses import lan_addresses

tls = typer.Typer(help=text("shell.help.tls"), no_args_is_help=True)


@tls.command("init", help=text("shell.help.tls_init"))
def init(
    name: Annotated[list[str] | None, typer.Option("--name", help=text("shell.help.tls_name"))] = None,
    *,
    new_authority: Annotated[bool, typer.Option("--new-authority", help=text("shell.help.tls_new"))] = False,
) -> None:
    """Make an authority where there is none, and a certificate for this machine's names where the last doesn't fit."""
    settings, now = _own(), Clock().now()
    prepare_folder(settings.data)
    folder = tls_folder(settings)
    noted = more_names(folder)
    more = list(dict.fromkeys([*noted, *map(_checked, name or [])]))
    wanted = machine_names(settings.public_url, more)
    if new_authority and (old := put_aside(folder, now)) is not None:
        say("shell.tls.aside", path=old)
    authority, made = open_authority(folder, socket.gethostname(), wanted, now)
    beyond = [one for one in more if not authority.limits.permit(one)]
    if beyond:
        raise StartError("tls_beyond", names=", ".join(beyond))
    if made or more != noted:
        note_names(folder, more)
    say("shell.tls.authority_made" if made else "shell.tls.authority_kept", path=folder)
    _tell(settings, authority, keep_certificate(folder, authority, wanted, now))


@tls.command("renew", help=text("shell.help.tls_renew"))
def renew() -> None:
    """Make the certificate anew whether or not it is time; what is being served shows it within seconds."""
    settings = _own()
    folder = tls_folder(settings)
    authority = require_authority(folder)
    wanted = machine_names(settings.public_url, more_names(folder))
    _tell(settings, authority, keep_certificate(folder, authority, wanted, Clock().now(), anyway=True))


@tls.command("status", help=text("shell.help.tls_status"))
def status() -> None:
    """Print what there is; exit with 1 where there is none, or where it has ended."""
    settings, now = read_settings(), Clock().now()
    state = tls_state(settings)
    if state is None:
        raise StartError("tls_none", path=tls_folder(settings))
    if state.authority is not None:
        say("shell.tls.authority", ends=f"{state.authority.certificate.not_valid_after_utc:%d/%m/%Y}")
        _tell_fingerprint(state.authority)
    else:
        say("shell.tls.bought", path=settings.tls_cert)
    say("shell.tls.names", names=", ".join(sorted(state.held.names)))
    say("shell.tls.until", ends=f"{state.held.ends:%d/%m/%Y}", days=(state.held.ends - now).days)
    if state.missing:
        say("shell.tls.missing", names=", ".join(state.missing))
    if not state.held.begins <= now < state.held.ends:
        raise StartError("tls_ended", ends=f"{state.held.ends:%d/%m/%Y}")


def _own() -> Settings:
    """Return the settings, where the certificate is ours to make."""
    settings = read_settings()
    if settings.tls_cert is not None:
        raise StartError("tls_bought", path=settings.tls_cert)
    return settings


def _checked(name: str) -> str:
    found = plain_name(name)
    if found is None:
        raise StartError("tls_name", name=name)
    return found


def _tell(settings: Settings, authority: Authority, kept: Kept) -> None:
    held = kept.held
    why = text(f"shell.tls.why.{kept.renewed}") if kept.renewed else ""
    say("shell.tls.certificate_made" if why else "shell.tls.certificate_kept", why=why, ends=f"{held.ends:%d/%m/%Y}")
    say("shell.tls.names", names=", ".join(sorted(held.names)))
    if kept.left_out:
        say("shell.tls.left_out", names=", ".join(kept.left_out))
    _tell_fingerprint(authority)
    address = settings.host
    with contextlib.suppress(ValueError):
        address = next(iter(lan_addresses(settings.host)), "localhost")
    say("shell.tls.next", address=f"http://{address}:{settings.port}/trust")


def _tell_fingerprint(authority: Authority) -> None:
    say("shell.tls.fingerprint")
    for group in authority.fingerprint:
        typer.echo(f"  {group}")
