"""What every command opens first: the settings, the book, and a clerk to write in it."""

import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.accounts.models import SYSTEM_ACCOUNT
from app.clerk import Actor, Clerk, Command, Status
from app.clock import Clock
from app.db import Book
from app.errors import Refusal, StartError
from app.kit.ids import new_id
from app.main import make_clerk
from app.settings import Settings
from app.setup.files import open_book
from app.sites.models import Site
from app.sites.repository import sites


def read_settings() -> Settings:
    """Return the settings; raises StartError that names the one that cannot be used."""
    try:
        settings = Settings()
    except tomllib.TOMLDecodeError as error:
        raise StartError("config_odd", reason=error) from error
    except ValidationError as error:
        names = ", ".join(dict.fromkeys(f"GATEBOOK_{found['loc'][0]}".upper() for found in error.errors()))
        raise StartError("setting_odd", name=names) from error
    if settings.config is not None:
        _check_names(settings)
    return settings


def _check_names(settings: Settings) -> None:
    """Refuse a TOML file that is not there, or that sets what nobody reads: a slip would go unnoticed."""
    assert settings.config is not None  # noqa: S101 - the caller looked
    try:
        named = tomllib.loads(settings.config.read_text(encoding="utf-8"))
    except OSError as error:
        raise StartError("config_missing", path=settings.config) from error
    unknown = sorted(named.keys() - Settings.model_fields.keys())
    if unknown:
        raise StartError("setting_unknown", path=settings.config, names=", ".join(unknown))


@contextmanager
def opened() -> Generator[Book]:
    """Open the book that the settings name, and close it at the end."""
    book = open_book(read_settings())
    try:
        yield book
    finally:
        book.close()


@dataclass(frozen=True, slots=True)
class Desk:
    """A book with a clerk at work, for one site."""

    book: Book
    clerk: Clerk
    clock: Clock
    site: Site

    def do(self, command: Command) -> dict[str, Any]:
        """Have a command carried out on behalf of whoever runs the machine; raises Refusal where it isn't taken."""
        actor = Actor(self.site.id, SYSTEM_ACCOUNT, "Gatebook", "system")
        outcome = self.clerk.submit(new_id(), command, actor)
        if outcome.status is Status.REFUSED:
            raise Refusal(outcome.code or "refused", **outcome.values)
        return outcome.values


@contextmanager
def at_desk(site: str | None) -> Generator[Desk]:
    """Open the book and let a clerk work for the site that is named, or for the only one."""
    with opened() as book:
        found = find_site(book, site)
        clock = Clock()
        clerk = make_clerk(book, clock)
        clerk.start()
        try:
            yield Desk(book, clerk, clock, found)
        finally:
            clerk.stop()


def find_site(book: Book, named: str | None) -> Site:
    """Return the site with this id or name; without one the only site. Raises StartError."""
    with book.reading() as session:
        known = sites(session)
    if named is None and len(known) == 1:
        return known[0]
    if not known:
        raise StartError("no_site")
    if named is None:
        raise StartError("which_site", sites="; ".join(f"{site.name} ({site.id})" for site in known))
    found = [site for site in known if named.casefold() in (site.name.casefold(), str(site.id))]
    if len(found) != 1:
        raise StartError("site_unknown", site=named)
    return found[0]


def as_id(text: str) -> UUID:
    """Return an id that was typed; raises StartError where it is none."""
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise StartError("id_odd", id=text) from error
