"""The book that migrations make is the book that the models describe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from app.db import Book, is_migrated, migrate, migration_config, newest_revision
from app.errors import StartError
from app.kit.ids import new_id
from tests.conftest import KEYS
from tests.postgres import shared_cluster

BESIDE_MODELS = ("visit_line", "visit_search", "alembic_version", "sqlite_", "sqlean_")
"""What migrations add that no model describes: the search index, and Alembic's own."""


@pytest.fixture
def created(database: str, tmp_path: Path, worker: str) -> Iterator[Book]:
    """Give a book that was made from the models alone."""
    if database == "sqlite":
        book = Book(keys=KEYS, path=tmp_path / "created.db")
        with book.writing() as connection:
            SQLModel.metadata.create_all(connection)
        yield book
        book.close()
        return
    cluster, name = shared_cluster(), f"created_{worker}_{new_id().hex}"
    book = Book(keys=KEYS, url=cluster.create(name))
    with book.writing() as connection:
        SQLModel.metadata.create_all(connection)
    yield book
    book.close()
    cluster.drop(name)


def catalogue(book: Book) -> dict[str, Any]:
    """Return tables, columns, keys, indexes and CHECKs as the database itself describes them."""
    with book.reader.connect() as connection:
        inspector = sa.inspect(connection)
        names = [name for name in inspector.get_table_names() if not name.startswith(BESIDE_MODELS)]
        return {name: _table(inspector, name) for name in names}


def _table(inspector: sa.Inspector, name: str) -> dict[str, Any]:
    indexes = [index for index in inspector.get_indexes(name) if index["name"] != "ix_visit_search_key"]
    return {
        "columns": sorted(
            (column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)
        ),
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "foreign": sorted(
            (key["constrained_columns"], key["referred_table"], key["referred_columns"])
            for key in inspector.get_foreign_keys(name)
        ),
        "unique": sorted(unique["column_names"] for unique in inspector.get_unique_constraints(name)),
        "checks": sorted((check["name"] or "", check["sqltext"]) for check in inspector.get_check_constraints(name)),
        "indexes": sorted(
            (index["name"] or "", tuple(column or "" for column in index["column_names"]), bool(index["unique"]))
            for index in indexes
        ),
    }


def test_a_migrated_book_has_the_catalogue_of_a_created_one(book: Book, created: Book) -> None:
    migrated = catalogue(book)
    assert migrated.keys() == catalogue(created).keys()
    for name, table in catalogue(created).items():
        assert migrated[name] == table, name


def test_migrating_a_migrated_book_changes_nothing(book: Book) -> None:
    before = catalogue(book)
    migrate(book)
    assert catalogue(book) == before
    with book.reader.connect() as connection:
        assert is_migrated(connection)


def test_a_book_newer_than_the_program_is_left_alone(book: Book) -> None:
    with book.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '2999_01_01_later'"))
    with pytest.raises(StartError, match="book_newer"):
        migrate(book)


def test_the_journal_refuses_update_and_delete(book: Book) -> None:
    with book.writing() as connection:
        names = {trigger for (trigger,) in connection.execute(_triggers(connection.dialect.name))}
    assert names >= (
        {"entry_append_only"} if book.path is None else {"entry_no_update", "entry_no_delete", "visit_search_insert"}
    )


def _triggers(dialect: str) -> sa.TextClause:
    if dialect == "postgresql":
        return sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    return sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")


def test_the_newest_revision_is_the_one_that_alembic_would_migrate_to(book: Book) -> None:
    with book.reader.connect() as connection:
        scripts = ScriptDirectory.from_config(migration_config(connection))
    assert newest_revision() == scripts.get_current_head()
