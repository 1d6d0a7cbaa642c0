"""The data folder: the book's file, its key, and the lock of the one process that serves it.

Everything that may be wrong with them is a StartError: one sentence for whoever runs Gatebook.
"""

import fcntl
import os
import re
import secrets
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlmodel import col

from app.db import Book, Keys, migrate
from app.declarations.models import Pass
from app.errors import StartError
from app.settings import Settings
from app.sites.repository import sites

BOOK, KEY, LOCK = "book.db", "book.key", "book.lock"
KEY_FORM = re.compile(r"[0-9a-fA-F]{64}")


def open_book(settings: Settings) -> Book:
    """Return the open book, made where there is none yet and brought to this program's shape; raises StartError."""
    folder = prepare_folder(settings.data)
    keys = read_key(settings)
    if keys is None:
        if settings.embedded and (folder / BOOK).exists():
            raise StartError("key_missing", path=folder / KEY)
        if not settings.embedded and _holds_sites(settings):
            raise StartError("key_missing", path=folder / KEY)
        keys = make_key(folder / KEY)
    return open_with(settings, keys)


def connect(settings: Settings, keys: Keys) -> Book:
    """Return the book that the settings name with this key, not looked into yet; raises StartError."""
    if settings.embedded:
        return Book(keys=keys, path=settings.data / BOOK)
    try:
        return Book(keys=keys, url=settings.database_url)
    except SQLAlchemyError as error:
        raise StartError("database_address") from error


def open_with(settings: Settings, keys: Keys) -> Book:
    """Return the book opened with this key, brought to this program's shape; raises StartError."""
    book = connect(settings, keys)
    try:
        migrate(book)
        if not book.embedded:
            _prove_key(book)
    except OperationalError as error:
        book.close()
        raise _unusable(settings, error) from error
    except DatabaseError as error:
        book.close()
        # With a wrong key an encrypted file reads as noise.
        raise StartError("key_wrong" if settings.embedded else "database_failed") from error
    except StartError:
        book.close()
        raise
    return book


def open_copy(part: Path, keys: Keys, path: Path) -> Book:
    """Return the book in `part`, a copy of the encrypted file `path`, in this program's shape; raises StartError."""
    book = Book(keys=keys, path=part)
    try:
        migrate(book)
    except DatabaseError as error:
        book.close()
        raise StartError("copy_unreadable", path=path) from error
    except StartError:
        book.close()
        raise
    return book


def _unusable(settings: Settings, error: OperationalError) -> StartError:
    if not settings.embedded:
        return StartError("database_unreachable")
    if "locked" in str(error.orig):
        return StartError("book_busy", path=settings.data)
    return StartError("folder_unusable", path=settings.data)


def _holds_sites(settings: Settings) -> bool:
    """Tell whether a PostgreSQL database has an office's book in it already."""
    book = connect(settings, Keys(bytes(32)))
    try:
        with book.reading() as session:
            return sa.inspect(session.connection()).has_table("site") and bool(sites(session))
    except OperationalError as error:
        raise _unusable(settings, error) from error
    finally:
        book.close()


def _prove_key(book: Book) -> None:
    """Open a closed field, since a database, unlike an encrypted file, opens without the key."""
    with book.reading() as session:
        found = session.scalars(sa.select(Pass).order_by(col(Pass.created_at)).limit(1)).first()
    if found is not None:
        try:
            book.closing.open(found.token_closed, f"pass.token:{found.site_id}:{found.id}")
        except InvalidTag as error:
            raise StartError("key_wrong") from error


def prepare_folder(folder: Path) -> Path:
    """Return the data folder, made for nobody else's eyes; raises StartError where nothing can be written in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise StartError("folder_unusable", path=folder) from error


def read_key(settings: Settings) -> Keys | None:
    """Return the key that a setting gives, or the one in the folder; None where there is none yet."""
    if settings.key is not None:
        return _key_of(settings.key, "GATEBOOK_KEY")
    path = settings.key_file or settings.data / KEY
    try:
        return _key_of(path.read_text(encoding="ascii"), path)
    except FileNotFoundError:
        if settings.key_file is not None:
            # Perhaps a disk that was not mounted: a fresh key would be worth nothing.
            raise StartError("key_missing", path=path) from None
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StartError("key_unreadable", path=path) from error


def _key_of(text: str, place: object) -> Keys:
    if not KEY_FORM.fullmatch(text.strip()):
        raise StartError("key_odd", path=place)
    return Keys(bytes.fromhex(text.strip()))


def make_key(path: Path, keys: Keys | None = None) -> Keys:
    """Write the book's key, 32 fresh random bytes unless one is given, readable to its owner only.

    It is on disk before anything is closed with it. Raises StartError where there is a key already.
    """
    keys = keys or Keys(secrets.token_bytes(32))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(keys.master.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link never replaces a file: of two first runs one makes the key, and the other is told.
        path.hardlink_to(name)
    except FileExistsError:
        raise StartError("key_there", path=path) from None
    finally:
        Path(name).unlink()
    settle(path.parent)
    return keys


def settle(path: Path) -> None:
    """Have a file's content, or a folder's names, on disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def only_process(folder: Path) -> Generator[None]:
    """Hold the folder's lock: one process serves an encrypted file. Raises StartError where another one does."""
    prepare_folder(folder)
    with (folder / LOCK).open("a") as lock:
        with suppress(OSError):
            (folder / LOCK).chmod(0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartError("already_serving", path=folder) from error
        yield
