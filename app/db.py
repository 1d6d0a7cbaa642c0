"""The book on disk: how it is opened, read and written.

An open `Book` has two doors. `reading()` gives a read-only session to whoever asks; `writing()` belongs to the
clerk alone. On SQLite the writer's connection is in driver autocommit with an explicit BEGIN IMMEDIATE: through
the driver's implicit transactions a released SAVEPOINT survived the outer rollback.
"""

import contextlib
import functools
import hashlib
import hmac
import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic_core import from_json, to_json
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator
from sqlcipher3 import dbapi2
from sqlmodel import SQLModel

from app.errors import StartError

if TYPE_CHECKING:
    from alembic.config import Config

sqlcipher = cast("Any", dbapi2)
"""The driver: it says nothing of its types."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


MODELS = (
    "app.clerk",
    "app.journal.models",
    "app.sites.models",
    "app.accounts.models",
    "app.screening.models",
    "app.consent.models",
    "app.declarations.models",
    "app.visits.models",
    "app.tablet.models",
)
"""Every module with tables, for migrations: nothing here imports them."""
MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
REVISION = re.compile(r'^(revision|down_revision)\b[^=\n]*= "([^"]+)"$', re.MULTILINE)
MIGRATION_LOCK = 0x6761_7465
"""The advisory lock under which one process at a time migrates a PostgreSQL database."""


class BookTable(SQLModel):
    """What every table of the book is made from: a plain name, which SQLModel's own annotation hides."""

    __tablename__: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride]


def table_of(model: type[BookTable]) -> sa.Table:
    """Return a model's table, for statements that need no objects."""
    return SQLModel.metadata.tables[model.__tablename__]


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Choose the column's type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """Refuse a naive time: it means another moment on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a naive time has no place in the book"
            raise ValueError(message)
        return value.astimezone(UTC) if dialect.name == "postgresql" else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return cast("datetime", value).astimezone(UTC)
        return EPOCH + timedelta(microseconds=cast("int", value))


@dataclass(frozen=True, slots=True)
class Keys:
    """The book's key and what is derived from it, each for one purpose."""

    master: bytes

    def _derive(self, purpose: bytes, length: int = 32) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=b"gatebook", info=purpose).derive(self.master)

    @property
    def file(self) -> bytes:
        """The raw key of the encrypted file."""
        return self._derive(b"file")

    def passes(self, site_id: UUID) -> Ed25519PrivateKey:
        """Return what signs the passes of one site: no other site's key makes them, and nothing of it is kept."""
        return Ed25519PrivateKey.from_private_bytes(self._derive(b"passes:" + site_id.bytes))

    def outbox(self, site_id: UUID, device_id: UUID) -> bytes:
        """Return the key under which a device seals the outbox that is carried to reception by hand."""
        return self._derive(b"outbox:" + site_id.bytes + device_id.bytes)

    def closing(self) -> "Closing":
        """Return what closes and opens sensitive fields."""
        return Closing(AESGCM(self._derive(b"fields")), self._derive(b"hashes"))


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes sensitive fields (AES-256-GCM) and finds them again (keyed hashes)."""

    cipher: AESGCM
    hash_key: bytes

    def close(self, text: str, place: str, nonce: bytes) -> bytes:
        """Return `nonce` (12 fresh random bytes) and the ciphertext of `text`, bound to `place` (column and row)."""
        return nonce + self.cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, closed: bytes, place: str) -> str:
        """Return the text; raises cryptography's InvalidTag where it was moved or altered."""
        return self.cipher.decrypt(closed[:12], closed[12:], place.encode()).decode()

    def hash(self, purpose: str, normal_form: str) -> bytes:
        """Return 16 bytes by which an equal normal form can be found, and nothing else be learnt."""
        return hmac.digest(self.hash_key, f"{purpose}:{normal_form}".encode(), hashlib.sha256)[:16]


class Book:
    """The open book. One per process; `close()` it at the end."""

    def __init__(self, *, keys: Keys, path: Path | None = None, url: str | None = None) -> None:
        """Open the encrypted file at `path`, or the PostgreSQL database at `url`."""
        self.keys = keys
        self.closing = keys.closing()
        self.path = path
        self.embedded = path is not None
        if path is not None:
            self.reader = _sqlite_engine(path, keys.file, read_only=True)
            self.writer = _sqlite_engine(path, keys.file, read_only=False)
        else:
            if url is None:
                message = "a book needs a path or an address"
                raise ValueError(message)
            self.reader = _postgres_engine(url, read_only=True)
            self.writer = _postgres_engine(url, read_only=False)

    @contextlib.contextmanager
    def reading(self) -> Generator[Session]:
        """Give a read-only session: one snapshot of the book from its first read to its end."""
        with Session(self.reader, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Generator[Connection]:
        """Give the writing connection inside one transaction, for the clerk and for migrations only."""
        with self.writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection; SQLite first notes what its tables hold, so that it picks the right index."""
        if self.embedded:
            with contextlib.suppress(DatabaseError), self.writer.connect() as connection:
                connection.exec_driver_sql("PRAGMA analysis_limit = 400")
                connection.exec_driver_sql("PRAGMA optimize")
                connection.commit()
        self.reader.dispose()
        self.writer.dispose()


def _to_json(value: object) -> str:
    # pydantic's encoder takes a quarter of the standard library's time.
    return to_json(value).decode()


def _sqlite_engine(path: Path, key: bytes, *, read_only: bool) -> Engine:
    def connect() -> Any:
        connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=30)
        for pragma in _pragmas(key, read_only=read_only):
            connection.execute(pragma)
        return connection

    engine = sa.create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=8 if read_only else 1,
        max_overflow=8 if read_only else 0,
        pool_timeout=30,
        query_cache_size=1200,
        json_serializer=_to_json,
        json_deserializer=from_json,
        hide_parameters=True,
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(begin)

    return engine


def _pragmas(key: bytes, *, read_only: bool) -> list[str]:
    # The key comes before anything else that touches the file. A raw key needs no derivation per connection.
    return [
        f"PRAGMA key = \"x'{key.hex()}'\"",
        "PRAGMA foreign_keys = ON",
        "PRAGMA journal_mode = WAL" if not read_only else "PRAGMA query_only = ON",
        "PRAGMA synchronous = FULL",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -16000",
    ]


def _postgres_engine(url: str, *, read_only: bool) -> Engine:
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(
        address,
        pool_size=8 if read_only else 2,
        max_overflow=8 if read_only else 2,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
        connect_args={
            "application_name": "gatebook",
            "options": "-c timezone=UTC" + (" -c default_transaction_read_only=on" if read_only else ""),
        },
        query_cache_size=1200,
        json_serializer=_to_json,
        json_deserializer=from_json,
        hide_parameters=True,
    )


def migration_config(connection: Connection) -> "Config":
    """Return Alembic's configuration for one connection."""
    from alembic.config import Config  # noqa: PLC0415 - a migrated book opens without Alembic's 0.15 s and 11 MB

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(book: Book) -> None:
    """Bring the book to the shape that this program knows; raises StartError where it is newer than the program."""
    with book.reader.connect() as connection:
        if is_migrated(connection):
            return
    from alembic import command  # noqa: PLC0415 - see migration_config

    with book.writing() as connection:
        if not book.embedded:
            # Two machines may start at the same moment.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        current = revision_of(connection)
        if current is not None and current not in _revisions():
            raise StartError("book_newer", revision=current)
        if current != newest_revision():
            command.upgrade(migration_config(connection), "head")


@functools.cache
def _revisions() -> dict[str, str | None]:
    """Return each migration that this program brings, and the one that it follows."""
    found: dict[str, str | None] = {}
    for path in (MIGRATIONS / "versions").glob("*.py"):
        named: dict[str, str] = dict(REVISION.findall(path.read_text(encoding="utf-8")))
        found[named["revision"]] = named.get("down_revision")
    return found


def newest_revision() -> str:
    """Return the revision of the newest migration that this program brings."""
    [newest] = _revisions().keys() - set(_revisions().values())
    return newest


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a book's shape; None before the first migration."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def is_migrated(connection: Connection) -> bool:
    """Tell whether a book has exactly the shape that this program knows."""
    return revision_of(connection) == newest_revision()
