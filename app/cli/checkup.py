"""`gatebook doctor`: what is well, what deserves a look, and what is wrong."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

import typer
from sqlalchemy.orm import Session

from app.cli.opening import read_settings
from app.cli.words import sentence, text
from app.clock import Clock
from app.db import Book
from app.errors import StartError
from app.journal import queries as journal
from app.journal.rules import clock_flag
from app.settings import Settings
from app.setup.files import KEY, last_backup, open_book
from app.sites.models import Site
from app.sites.repository import recovery_is_kept, sites
from app.trust.queries import tls_state
from app.trust.rules import covers
from app.web.templating import BUILD

QUICK_ENTRIES = 2000
LEAST_SPACE, LITTLE_SPACE = 200_000_000, 2_000_000_000
BACKUP_OVERDUE = timedelta(days=7)
HTTPS = 443
TLS_ENDING = timedelta(days=14)
"""A certificate of ours is made anew a month before, so only one that nobody renews gets as near."""
LEAST_POSTGRES = 150_000
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time."""
SHELL_ONLY = frozenset({"GATEBOOK_LANGUAGE"})

State: TypeAlias = Literal["well", "look", "wrong"]
MARKS: dict[State, str] = {"well": "✓", "look": "!", "wrong": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found: a stable code, how it stands, and the values of its text."""

    code: str
    state: State
    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def told(self) -> str:
        """Return the finding as a sentence."""
        return text(f"shell.doctor.{self.code}", **self.values)


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help=text("shell.help.as_json"))] = False) -> None:
    """Look at settings, key, disk, clock, chain, addresses and backups; exit with 1 where something is wrong."""
    findings = list(examine(read_settings(), Clock().now()))
    if as_json:
        told = [{"code": f.code, "state": f.state, "text": f.told(), "values": f.values} for f in findings]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        for finding in findings:
            typer.echo(f"{MARKS[finding.state]} {finding.told()}")
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what every check found, in the order in which somebody would look."""
    yield _settings_found(settings)
    built = (BUILD / "manifest.json").is_file()
    yield Finding("assets_built", "well") if built else Finding("assets_missing", "wrong")
    yield _clock_found(now)
    yield from _tls_findings(settings, now)
    try:
        book = open_book(settings)
    except StartError as error:
        yield Finding("book_closed", "wrong", {"reason": sentence(error)})
        return
    try:
        yield Finding("book_open", "well", {"place": settings.data if book.embedded else "PostgreSQL"})
        yield from _folder_findings(settings)
        with book.reading() as session:
            yield from _book_findings(book, session, settings, now)
    finally:
        book.close()
    yield _backup_found(settings, now)


def _settings_found(settings: Settings) -> Finding:
    known = {f"GATEBOOK_{name}".upper() for name in Settings.model_fields} | SHELL_ONLY
    unknown = sorted(name for name in os.environ if name.startswith("GATEBOOK_") and name not in known)
    if unknown:
        return Finding("settings_unknown", "look", {"names": ", ".join(unknown)})
    return Finding("settings_read", "well", {"data": settings.data.absolute()})


def _clock_found(now: datetime) -> Finding:
    shown = {"now": now.isoformat(timespec="seconds")}
    return Finding("clock_believed", "well", shown) if now > BUILT else Finding("clock_behind", "wrong", shown)


def _tls_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Say how https stands; what only plain http serves works, so that it is missing deserves no more than a look."""
    try:
        state = tls_state(settings)
    except StartError as error:
        yield Finding("tls_broken", "wrong", {"reason": sentence(error)})
        return
    if state is None or settings.https_port == 0:
        yield Finding("tls_proxy", "well") if settings.trusted_proxies else Finding("tls_missing", "look")
        return
    left = state.held.ends - now
    shown = {"ends": f"{state.held.ends:%d/%m/%Y}", "days": left.days, "names": ", ".join(sorted(state.held.names))}
    if left <= timedelta(0) or now < state.held.begins:
        yield Finding("tls_ended", "wrong", shown)
    else:
        yield Finding("tls_ending", "look", shown) if left < TLS_ENDING else Finding("tls_holds", "well", shown)
    if state.beyond:
        yield Finding("tls_beyond", "look", {"names": ", ".join(state.beyond)})
    elif state.missing:
        yield Finding("tls_names", "look", {"names": ", ".join(state.missing)})


def _folder_findings(settings: Settings) -> Iterator[Finding]:
    key = settings.key_file or settings.data / KEY
    if settings.key is None:
        where = {"path": key}
        yield Finding("key_readable", "wrong", where) if _others_may_read(key) else Finding("key_kept", "well", where)
    if _others_may_read(settings.data):
        yield Finding("folder_readable", "look", {"path": settings.data})
    free = shutil.disk_usage(settings.data).free
    state: State = "wrong" if free < LEAST_SPACE else "look"
    shown = {"free": f"{free / 1e9:.1f}", "path": settings.data}
    yield Finding("space_enough", "well", shown) if free > LITTLE_SPACE else Finding("space_little", state, shown)


def _others_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _book_findings(book: Book, session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    if not book.embedded:
        version = int(session.connection().exec_driver_sql("SHOW server_version_num").scalar_one())
        old, shown = version < LEAST_POSTGRES, {"version": version // 10_000}
        yield Finding("postgres_old", "wrong", shown) if old else Finding("postgres_fine", "well", shown)
    known = sites(session)
    if not known:
        yield Finding("site_missing", "look")
    for site in known:
        yield from _site_findings(session, site, settings, now)


def _site_findings(session: Session, site: Site, settings: Settings, now: datetime) -> Iterator[Finding]:
    head = journal.head(session, site.id)
    verdict = journal.verify_end(session, site.id, QUICK_ENTRIES)
    where = {"site": site.name}
    end = where | {"sequence": head.sequence, "digest": head.digest.hex()}
    yield Finding("chain_holds", "well", end) if verdict.holds else Finding("chain_broken", "wrong", end)
    if clock_flag(head, now) is not None:
        yield Finding("clock_doubted", "look", where | {"last": head.received_at.isoformat(timespec="seconds")})
    if not recovery_is_kept(session, site.id):
        yield Finding("recovery_open", "look", where)
    yield _address_found(site, settings)


def _address_found(site: Site, settings: Settings) -> Finding:
    """Say whether visitors' phones reach the poster's address, and whether what they type travels unencrypted."""
    address = site.public_url or settings.public_url or ""
    where = {"site": site.name, "address": address}
    if not address:
        return Finding("address_missing", "wrong" if site.wifi_name else "look", where)
    if address.startswith("http://"):
        return Finding("address_unencrypted", "look", where)
    if _only_staff_trusts(address, settings):
        return Finding("address_untrusted", "wrong", where)
    return Finding("address_encrypted", "well", where)


def _only_staff_trusts(address: str, settings: Settings) -> bool:
    """Tell whether an https address is our own, by the local authority: no visitor's phone knows that."""
    try:
        state = tls_state(settings)
    except StartError:
        return False
    parts = urlsplit(address)
    own = state is not None and state.authority is not None and covers(state.held.names, parts.hostname or "")
    return own and (parts.port or HTTPS) == settings.https_port


def _backup_found(settings: Settings, now: datetime) -> Finding:
    last = last_backup(settings.data)
    if last is None:
        return Finding("backup_missing", "look")
    shown = {"last": last.isoformat(timespec="seconds"), "days": (now - last).days}
    overdue = now - last > BACKUP_OVERDUE
    return Finding("backup_overdue", "look", shown) if overdue else Finding("backup_recent", "well", shown)
