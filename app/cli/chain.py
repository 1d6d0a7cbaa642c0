"""`gatebook verify`: the chain from its first entry to its last, for each site."""

import re
from typing import Annotated

import typer

from app.cli.opening import find_site, opened
from app.cli.words import say, text
from app.db import Book
from app.errors import StartError
from app.journal import queries as journal
from app.journal.rules import Verdict
from app.sites.models import Site
from app.sites.repository import sites

ANCHOR = re.compile(r"(\d+):([0-9a-fA-F]{64})")


def verify(
    anchor: Annotated[list[str] | None, typer.Option(help=text("shell.help.anchor"))] = None,
    site: Annotated[str | None, typer.Option(help=text("shell.help.site"))] = None,
) -> None:
    """Check every site's chain, and say where one is broken."""
    anchors = dict(_anchor(typed) for typed in anchor or [])
    with opened() as book:
        chosen = [find_site(book, site)] if site or anchors else _all_sites(book)
        verdicts = [tell_verdict(book, found, anchors) for found in chosen]
    if not chosen:
        say("shell.verify.empty")
    if not all(verdict.holds for verdict in verdicts):
        raise typer.Exit(1)


def _all_sites(book: Book) -> list[Site]:
    with book.reading() as session:
        return sites(session)


def _anchor(typed: str) -> tuple[int, bytes]:
    """Return a sequence and its digest out of `1284:9f3c…`, as an export prints them; spaces don't count."""
    found = ANCHOR.fullmatch(re.sub(r"[\s·-]", "", typed))
    if found is None:
        raise StartError("anchor_odd", anchor=typed)
    return int(found[1]), bytes.fromhex(found[2])


def tell_verdict(book: Book, site: Site, anchors: dict[int, bytes]) -> Verdict:
    """Check one site's chain and print what came out."""
    with book.reading() as session:
        verdict = journal.verify_site(session, site.id, anchors)
    if verdict.fault is None:
        end = f"{verdict.entries}:{verdict.digest.hex()}"
        say("shell.verify.holds", site=site.name, entries=verdict.entries, erased=verdict.erased, end=end)
    else:
        reason = text(f"shell.fault.{verdict.fault.code}")
        say("shell.verify.broken", site=site.name, sequence=verdict.fault.sequence, reason=reason)
    return verdict
