"""The data folder: opened or made, and each thing that may be wrong with it."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import SetClock
from app.db import Book
from app.errors import StartError
from app.kit.ids import new_id
from app.main import make_clerk
from app.settings import Settings
from app.setup.files import KEY, only_process, open_book
from tests.office import MORNING, make_office
from tests.postgres import shared_cluster


@pytest.fixture
def settings(database: str, tmp_path: Path, worker: str) -> Iterator[Settings]:
    """Give the settings of an empty installation."""
    if database == "sqlite":
        yield Settings(data=tmp_path / "data")
        return
    name = f"files_{worker}_{new_id().hex}"
    yield Settings(data=tmp_path / "data", database_url=shared_cluster().create(name))
    shared_cluster().drop(name)


def fill(book: Book) -> None:
    """Open an office in a book."""
    clock = SetClock(MORNING)
    clerk = make_clerk(book, clock)
    clerk.start()
    make_office(book, clerk, clock)
    clerk.stop()


def code_of(settings: Settings) -> str:
    with pytest.raises(StartError) as wrong:
        open_book(settings)
    return wrong.value.code


def test_the_first_run_makes_folder_key_and_book_for_nobody_elses_eyes(settings: Settings) -> None:
    open_book(settings).close()
    key = settings.data / KEY
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(bytes.fromhex(key.read_text().strip())) == 32


def test_the_second_run_opens_what_the_first_one_made(settings: Settings) -> None:
    book = open_book(settings)
    key = (settings.data / KEY).read_text()
    fill(book)
    book.close()
    again = open_book(settings)
    assert (settings.data / KEY).read_text() == key
    again.close()


def test_a_book_without_its_key_is_not_opened_and_no_fresh_key_is_made(settings: Settings) -> None:
    book = open_book(settings)
    fill(book)
    book.close()
    (settings.data / KEY).unlink()
    assert code_of(settings) == "key_missing"
    assert not (settings.data / KEY).exists()


def test_the_key_may_come_from_a_variable_or_from_a_file_elsewhere(settings: Settings, tmp_path: Path) -> None:
    key = "ab" * 32
    open_book(settings.model_copy(update={"key": key})).close()
    assert not (settings.data / KEY).exists()
    elsewhere = tmp_path / "key"
    elsewhere.write_text(key + "\n")
    open_book(settings.model_copy(update={"key_file": elsewhere})).close()


def test_a_key_file_that_is_named_but_not_there_is_never_made(settings: Settings, tmp_path: Path) -> None:
    assert code_of(settings.model_copy(update={"key_file": tmp_path / "mount" / "key"})) == "key_missing"


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 33, "khoá"])
def test_what_is_no_key_is_said_so(settings: Settings, tmp_path: Path, text: str) -> None:
    odd = tmp_path / "key"
    odd.write_text(text)
    assert code_of(settings.model_copy(update={"key_file": odd})) in ("key_odd", "key_unreadable")


def test_a_wrong_key_opens_no_encrypted_file(settings: Settings) -> None:
    book = open_book(settings)
    embedded = book.embedded
    book.close()
    wrong = settings.model_copy(update={"key": "cd" * 32})
    if embedded:
        assert code_of(wrong) == "key_wrong"
    else:
        # Nothing is closed in it yet: any key is as good as another.
        open_book(wrong).close()


def test_a_book_newer_than_the_program_is_left_alone(settings: Settings) -> None:
    book = open_book(settings)
    with book.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '2031_01_01_later'")
    book.close()
    assert code_of(settings) == "book_newer"


def test_a_file_in_the_folders_place_is_one_sentence(settings: Settings) -> None:
    settings.data.write_text("")
    assert code_of(settings) == "folder_unusable"


def test_a_folder_that_nothing_can_be_written_in_is_one_sentence(settings: Settings) -> None:
    assert code_of(settings.model_copy(update={"data": Path("/proc/gatebook")})) == "folder_unusable"


def test_one_process_serves_a_folder(settings: Settings) -> None:
    with only_process(settings.data), pytest.raises(StartError) as other, only_process(settings.data):
        pass
    assert other.value.code == "already_serving"
    with only_process(settings.data):
        assert settings.data.is_dir()
    shutil.rmtree(settings.data)


def test_a_database_that_is_not_there_is_one_sentence_without_its_password(settings: Settings, tmp_path: Path) -> None:
    far = settings.model_copy(update={"database_url": f"postgresql://a:secret@/b?host={tmp_path}"})
    with pytest.raises(StartError) as wrong:
        open_book(far)
    assert (wrong.value.code, wrong.value.values) == ("database_unreachable", {})
    assert code_of(settings.model_copy(update={"database_url": "mysql:/x"})) == "database_address"
