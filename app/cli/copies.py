"""`gatebook migrate`, `backup` and `restore`."""

import contextlib
import re
from pathlib import Path
from typing import Annotated

import typer

from app.cli.opening import opened, read_settings
from app.cli.words import ask_secret, say, text
from app.clock import Clock
from app.db import Keys, newest_revision
from app.errors import StartError
from app.settings import Settings
from app.setup.files import (
    KEY,
    back_up,
    connect,
    make_key,
    note_backup,
    only_process,
    open_with,
    prepare_folder,
    read_key,
    restore_book,
    restore_database,
)
from app.setup.queries import key_of_words

HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


def migrate() -> None:
    """Make the book where there is none, and bring it to this program's shape."""
    with opened():
        say("shell.migrate.done", revision=newest_revision())


def backup(file: Annotated[Path, typer.Argument(help=text("shell.help.backup_file"))]) -> None:
    """Copy the book, also while it is served."""
    with opened() as book:
        copy = back_up(book, file)
        note_backup(read_settings().data, copy, Clock().now())
        embedded = book.embedded
    say("shell.backup.done", path=copy.path, size=f"{copy.size / 1_000_000:.1f}", checksum=copy.checksum)
    say("shell.backup.closed" if embedded else "shell.backup.open")


def restore(
    file: Annotated[Path, typer.Argument(help=text("shell.help.restore_file"))],
    *,
    replace: Annotated[bool, typer.Option("--replace", help=text("shell.help.replace"))] = False,
) -> None:
    """Put a copy in the book's place, after its chain was verified."""
    settings = read_settings()
    folder = prepare_folder(settings.data)
    known = read_key(settings)
    keys = known or _key_from_sheet()
    old = _restore(settings, file, keys, replace=replace)
    if known is None:
        make_key(folder / KEY, keys)
    say("shell.restore.done", path=file)
    if old is not None:
        say("shell.restore.old", path=old)


def _restore(settings: Settings, file: Path, keys: Keys, *, replace: bool) -> Path | None:
    if settings.embedded:
        with only_process(settings.data):
            return restore_book(file, settings.data, keys, Clock().now(), replace=replace)
    with contextlib.closing(connect(settings, keys)) as book:
        restore_database(file, book, lambda: open_with(settings, keys))
    return None


def _key_from_sheet() -> Keys:
    """Ask for the key that stands on the recovery sheet: its words or its 64 digits."""
    typed = ask_secret("shell.restore.key", twice=False)
    squeezed = "".join(typed.split())
    try:
        return Keys(bytes.fromhex(squeezed) if HEX_KEY.fullmatch(squeezed) else key_of_words(typed))
    except ValueError as error:
        raise StartError("recovery_odd") from error
