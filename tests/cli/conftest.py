"""A shell to run commands in: on a data folder of its own, and on both databases."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import main, words
from app.kit.ids import new_id
from tests.postgres import shared_cluster

SECRETS = "con trau vang an co\n480215\n"
OFFICE = (
    "setup", "--office-name", "Sở Nội vụ", "--gate-name", "Cổng A", "--units", "Phòng Tổng hợp, 102; Văn thư, 110",
    "--manager-name", "Nguyễn Thị Thảo", "--manager-login", "thao", "--guard-name", "Nguyễn Văn Đức",
)  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def environment(database: str, tmp_path: Path, worker: str) -> Iterator[dict[str, str]]:
    """Give the variables of an empty installation."""
    found = {"GATEBOOK_DATA": str(tmp_path / "data"), "GATEBOOK_LANGUAGE": "en", "GATEBOOK_PORT": "8170"}
    if database == "sqlite":
        yield found
        return
    name = f"shell_{worker}_{new_id().hex}"
    yield found | {"GATEBOOK_DATABASE_URL": shared_cluster().create(name)}
    shared_cluster().drop(name)


@pytest.fixture
def plain_environment(tmp_path: Path) -> dict[str, str]:
    """Give the variables of a shell that never gets as far as a book."""
    return {"GATEBOOK_DATA": str(tmp_path / "data"), "GATEBOOK_LANGUAGE": "en"}


@pytest.fixture
def empty_store(database: str, worker: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Give a function after which the shell works on an empty database; a file needs none."""
    name = f"store_{worker}_{new_id().hex}"

    def change() -> None:
        if database == "postgres":
            monkeypatch.setenv("GATEBOOK_DATABASE_URL", shared_cluster().create(name))

    yield change
    if database == "postgres":
        shared_cluster().drop(name)


@pytest.fixture
def run(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Give a function that runs `gatebook` with arguments, and with lines that are typed."""
    for name in [name for name in os.environ if name.startswith("GATEBOOK_") and "TEST" not in name]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    words.chosen_texts.cache_clear()
    mask = os.umask(0o077)

    def ran(*arguments: str, typed: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["gatebook", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main()
        said, code = capsys.readouterr(), ended.value.code
        if isinstance(code, str):
            return Ran(1, said.out, said.err + code)
        return Ran(int(code or 0), said.out, said.err)

    yield ran
    os.umask(mask)
    words.chosen_texts.cache_clear()


@pytest.fixture
def office_run(run: Run) -> Run:
    """Give a shell in whose book an office is set up."""
    assert run(*OFFICE, typed=SECRETS).code == 0
    return run
