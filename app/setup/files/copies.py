"""Copies of the book: made while it is served, checked before one takes the book's place.

A copy of the encrypted file is encrypted with the same key, which is never part of it. A PostgreSQL database is
copied by its own tools.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from app.db import Book, Keys
from app.errors import StartError
from app.journal import queries as journal
from app.setup.files.folder import BOOK, open_copy, settle
from app.sites.repository import sites

LAST_BACKUP = "last-backup.json"
CHUNK = 1024 * 1024
BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished copy: where it is, its size in bytes, and its SHA-256 in hexadecimal."""

    path: Path
    size: int
    checksum: str


def back_up(book: Book, path: Path) -> Copy:
    """Copy the book into `path`, consistent whatever is written meanwhile; never over a file. Raises StartError."""
    part = path.with_name(f".{path.name}.part")
    if path.exists() or _checksum_file(path).exists():
        raise StartError("copy_there", path=path)
    try:
        part.unlink(missing_ok=True)
        _write_copy(book, part)
        settle(part)
        checksum = checksum_of(part)
        _checksum_file(path).write_text(f"{checksum}  {path.name}\n", encoding="utf-8")
        # Taken first, so that nothing is ever written over; a stick that knows no links will do.
        path.touch(exist_ok=False)
        part.replace(path)
        settle(path.parent)
    except FileExistsError:
        raise StartError("copy_there", path=path) from None
    except (OSError, SQLAlchemyError) as error:
        raise StartError("copy_failed", path=path) from error
    finally:
        part.unlink(missing_ok=True)
    return Copy(path, path.stat().st_size, checksum)


def _write_copy(book: Book, path: Path) -> None:
    if not book.embedded:
        _run_tool("pg_dump", book, "--format=custom", f"--file={path}")
        return
    with book.reader.connect() as connection:
        plain = connection.connection.driver_connection
        assert plain is not None  # noqa: S101 - a connection that was just opened
        # Only reading is allowed here otherwise, and another file is written.
        plain.execute("PRAGMA query_only = OFF")
        try:
            plain.execute("VACUUM INTO ?", (str(path),))
        finally:
            plain.execute("PRAGMA query_only = ON")


def _checksum_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def checksum_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def note_backup(folder: Path, copy: Copy, at: datetime) -> None:
    """Remember in the data folder when the last copy was made, for `doctor`."""
    noted = {"at": at.isoformat(), "path": str(copy.path.absolute()), "size": copy.size, "sha256": copy.checksum}
    part = folder / f".{LAST_BACKUP}"
    part.write_text(json.dumps(noted, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(folder / LAST_BACKUP)


def last_backup(folder: Path) -> datetime | None:
    """Return when the last copy was made, as far as the folder knows."""
    try:
        return datetime.fromisoformat(json.loads((folder / LAST_BACKUP).read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_sum(path: Path) -> None:
    """Raise StartError where a copy is not there, or is not what was written; one without a checksum passes."""
    if not path.is_file():
        raise StartError("copy_missing", path=path)
    noted = _checksum_file(path)
    if noted.is_file() and noted.read_text(encoding="utf-8").split()[:1] != [checksum_of(path)]:
        raise StartError("copy_damaged", path=path)


def restore_book(path: Path, folder: Path, keys: Keys, now: datetime, *, replace: bool) -> Path | None:
    """Put a copy in the place of the encrypted book; return where the book that was there now lies.

    The copy is opened and each chain verified before anything is replaced; the old book is moved, never deleted.
    Raises StartError.
    """
    target = folder / BOOK
    if target.exists() and not replace:
        raise StartError("book_there", path=target)
    check_sum(path)
    part = folder / ".restored.db"
    try:
        _clear(part)
        shutil.copyfile(path, part)
        _prove(part, keys, path)
        settle(part)
        old = _move_aside(target, now) if target.exists() else None
        part.replace(target)
        settle(folder)
    except OSError as error:
        raise StartError("folder_unusable", path=folder) from error
    finally:
        _clear(part)
    return old


def _prove(part: Path, keys: Keys, path: Path) -> None:
    """See that each page of a copy is whole and each chain holds."""
    book = open_copy(part, keys, path)
    try:
        with book.reader.connect() as connection:
            if connection.exec_driver_sql("PRAGMA cipher_integrity_check").first() is not None:
                raise StartError("copy_unreadable", path=path)
        prove_chains(book)
    finally:
        book.close()


def prove_chains(book: Book) -> None:
    """Raise StartError where a chain does not hold."""
    with book.reading() as session:
        broken = [site.name for site in sites(session) if not journal.verify_site(session, site.id).holds]
    if broken:
        raise StartError("copy_broken", sites=", ".join(broken))


def _move_aside(target: Path, now: datetime) -> Path:
    """Move a book and what its last process left beside it to a name that says when."""
    old = target.with_name(f"{target.stem}.before-{now:%Y%m%d-%H%M%S}{target.suffix}")
    if old.exists():
        raise StartError("copy_there", path=old)
    for ending in BESIDE:
        beside = Path(f"{target}{ending}")
        if beside.exists():
            beside.rename(f"{old}{ending}")
    return old


def _clear(path: Path) -> None:
    for ending in BESIDE:
        Path(f"{path}{ending}").unlink(missing_ok=True)


def restore_database(path: Path, book: Book, reopened: Callable[[], Book]) -> None:
    """Fill an empty PostgreSQL database from a copy, whole or not at all, and verify it; raises StartError."""
    check_sum(path)
    with book.reading() as session:
        if sa.inspect(session.connection()).has_table("site") and sites(session):
            raise StartError("database_not_empty")
    _run_tool("pg_restore", book, "--no-owner", "--single-transaction", "--clean", "--if-exists", str(path))
    restored = reopened()
    try:
        prove_chains(restored)
    finally:
        restored.close()


def _run_tool(name: str, book: Book, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools; the password goes by the environment, where no list of processes shows it."""
    program = shutil.which(name)
    if program is None:
        raise StartError("tool_missing", tool=name)
    url = book.writer.url
    address = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password is not None else {}
    found = subprocess.run(  # noqa: S603 - the program is PostgreSQL's, its arguments ours
        [program, f"--dbname={address}", *arguments], env=os.environ | secret, capture_output=True, check=False
    )
    if found.returncode != 0:
        said = found.stderr.decode(errors="replace").strip().splitlines()
        raise StartError("tool_failed", tool=name, reason=said[-1] if said else found.returncode)
