"""A private PostgreSQL for the tests: its own cluster in a temporary folder, reached by a Unix socket only.

One cluster serves a whole run, pytest-xdist's workers included: the first test that asks starts it, under a lock, and
the process that began the run stops it. The same module serves benches, which ask for a durable cluster.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

OLDEST = 15
SUPERUSER = "gatebook"
FOLDER_VARIABLE = "GATEBOOK_TEST_CLUSTER"
PREFIX = "gatebook-pg-"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "jit": "off",
}
# A test's cluster outlives no run, so nothing is flushed to the disk.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


MEMORY = Path("/dev/shm")  # noqa: S108 - in it only folders of mkdtemp are made
PLACES = (MEMORY, Path(tempfile.gettempdir()))
ROOM = 4_000_000_000
"""Bytes that a cluster and its log may come to take; a container's own memory folder is often far smaller."""


def quick_folder() -> Path | None:
    """Return a folder in memory, where making a database takes a thirtieth of the time; None where there is none."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else None


@dataclass(frozen=True)
class Cluster:
    """A running cluster in `folder`, which also holds its socket."""

    folder: Path

    def url(self, database: str) -> str:
        """Return the address of a database as SQLAlchemy reads it."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def create(self, database: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy of `template`, which nobody may be using; return its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(statement.format(sql.Identifier(database), sql.Identifier(template or "template0")))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, and end whatever is still connected to it; one that is not there is no error."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def stop(self) -> None:
        """End the server at once and remove its folder; a cluster that has ended already is no error."""
        with suppress(FileNotFoundError, subprocess.CalledProcessError):
            _pg_ctl(self.folder, "stop", "--mode=immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


def start_cluster(folder: Path | None = None, *, durable: bool = False) -> Cluster:
    """Start a cluster in an empty folder, a new temporary one by default.

    durable: flush each commit to the disk, for measuring; tests do without. RuntimeError says what is missing.
    """
    folder = folder or Path(tempfile.mkdtemp(prefix=PREFIX, dir=None if durable else quick_folder()))
    settings = SETTINGS | ({} if durable else CARELESS) | {"unix_socket_directories": str(folder)}
    shutil.chown(folder, _owner())
    data = folder / "data"
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    _run(folder, "initdb", "-D", data, "-U", SUPERUSER, "--auth=trust", "--no-sync", "--no-instructions", *locale)
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    _pg_ctl(folder, "start", f"--log={folder}/log", f"--options={options}")
    return Cluster(folder)


def shared_cluster() -> Cluster:
    """Return this run's cluster, which the first caller among all workers starts."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "running").exists():
            return Cluster(folder)
        cluster = start_cluster(folder)
        (folder / "running").touch()
        return cluster


def _programs() -> Path:
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    newest = max(found, key=lambda path: int(path.parent.name), default=None)
    if newest is None or int(newest.parent.name) < OLDEST or not (newest / "initdb").exists():
        raise RuntimeError(f"PostgreSQL {OLDEST} or newer isn't here. Install it with: sudo apt-get install postgresql")
    return newest


def _owner() -> str:
    """Return who owns the cluster: PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _run(folder: Path, program: str, *arguments: str | Path) -> None:
    command = [str(_programs() / program), *map(str, arguments)]
    owner = pwd.getpwnam(_owner())
    other: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    try:
        subprocess.run(
            command, cwd=folder, check=True, stdin=subprocess.DEVNULL, capture_output=True,
            **(other if os.geteuid() == 0 else {}),
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr.decode(errors="replace"))
        raise


def _pg_ctl(folder: Path, action: str, *arguments: str) -> None:
    # The server inherits pg_ctl's output, so a pipe there would never end: it goes to the log.
    _run(folder, "pg_ctl", action, "-D", folder / "data", "--silent", "--wait", *arguments)


def _remove_left_over() -> None:
    """End the clusters of runs that were killed before they could."""
    for mark in (mark for place in PLACES for mark in place.glob(f"{PREFIX}*/run-by")):
        # Somebody else's folder can't be looked into, and is theirs to remove.
        with suppress(PermissionError):
            if not Path("/proc", mark.read_text()).exists():
                Cluster(mark.parent).stop()


def pytest_configure() -> None:
    """Name this run's folder, for its workers too; the cluster in it starts when a test asks."""
    if FOLDER_VARIABLE not in os.environ:
        _remove_left_over()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=quick_folder()))
        (folder / "run-by").write_text(str(os.getpid()))
        os.environ[FOLDER_VARIABLE] = str(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster when the whole run ends."""
    if not hasattr(config, "workerinput"):
        Cluster(Path(os.environ.pop(FOLDER_VARIABLE))).stop()


@pytest.fixture(scope="session")
def postgres_cluster() -> Cluster:
    """Return this run's cluster: give each database a name that holds the worker's id, and drop it."""
    return shared_cluster()
