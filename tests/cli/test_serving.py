"""`gatebook serve` as whoever runs it meets it: in a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.cli.words import language_of
from app.web.addresses import lan_addresses
from tests.cli.conftest import OFFICE, SECRETS

START_SECONDS = 60


@dataclass
class Served:
    """A running `gatebook serve`."""

    process: "subprocess.Popen[str]"
    port: int
    said: list[str] = field(default_factory=list[str])

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return the status and body of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def until_ready(self) -> "Served":
        """Wait until it answers; what it printed until then is kept in `said`."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.get("/readyz")[0] == 200:
                    return self
            except OSError:
                # Not there yet: give the machine to whoever starts.
                time.sleep(0.05)
        raise AssertionError(self.process.communicate())

    def end(self) -> tuple[int, str, str]:
        """Stop it as a service manager would, and return its exit code and all that it said."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=START_SECONDS)
        return self.process.returncode, out, err


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def command(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEBOOK_")}
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments],
        env=kept | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def fails(environment: dict[str, str]) -> str:
    """Return the one sentence with which `serve` ends."""
    process = command(environment, "serve")
    out, err = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 1
    assert out == ""
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
    return err.strip()


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[Served]:
    port = free_port()
    environment |= {"GATEBOOK_PORT": str(port), "GATEBOOK_HOST": "127.0.0.1"}
    found = Served(command(environment, "serve"), port)
    yield found.until_ready()
    if found.process.poll() is None:
        found.process.kill()
        found.process.communicate()


def test_serve_says_where_it_is_answers_and_ends_in_order(served: Served) -> None:
    assert served.get("/healthz") == (200, "ok\n")
    assert json.loads(served.get("/readyz")[1]) == {"ready": True, "book": True, "migrated": True, "clerk": True}
    assert 'gatebook_requests_total{method="GET",route="/healthz"' in served.get("/metrics")[1]
    code, out, err = served.end()
    assert code == 0
    assert f"Gatebook is served at http://localhost:{served.port}\n" in out
    link = re.search(rf"http://localhost:{served.port}/setup/[\w-]{{20,}}", out)
    assert link is not None
    assert "Traceback" not in err


def test_open_feeds_end_when_it_is_told_to_stop(environment: dict[str, str]) -> None:
    port = free_port()
    environment |= {"GATEBOOK_PORT": str(port), "GATEBOOK_HOST": "127.0.0.1"}
    assert command(environment, *OFFICE).communicate(SECRETS)[0]
    token = command(environment, "token", "create", "--role", "manager", "--name", "Màn hình").communicate()[0].strip()
    served = Served(command(environment, "serve"), port).until_ready()
    feed = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    feed.request("GET", "/api/v1/feed", headers={"Authorization": f"Bearer {token}"})
    answer = feed.getresponse()
    assert answer.status == 200
    assert answer.readline()
    code, _, err = served.end()
    answer.read()
    feed.close()
    # Not cut off after Uvicorn's patience: ended by us, at once.
    assert (code, "graceful shutdown exceeded" in err) == (0, False)


def test_figures_are_for_this_machine_and_not_for_whom_a_proxy_speaks(served: Served) -> None:
    assert served.get("/metrics")[0] == 200
    assert served.get("/metrics", **{"X-Forwarded-For": "203.0.113.7"})[0] == 404


def test_neither_a_pass_nor_a_query_nor_a_setup_link_reaches_the_log(served: Served) -> None:
    served.get("/p/oWq3-secret-token_9?ten=Nguyen")
    served.get("/setup/the-one-time-link?x=Hoa")
    served.get("/log?q=0912345678")
    _, _, err = served.end()
    assert "address=/p/…" in err
    assert "address=/log" in err
    for secret in ("oWq3", "Nguyen", "one-time", "Hoa", "0912345678"):
        assert secret not in err


def test_a_second_serve_of_an_encrypted_file_is_told_so_and_of_a_database_is_welcome(
    database: str, served: Served, environment: dict[str, str]
) -> None:
    port = free_port()
    if database == "sqlite":
        assert "is being served by another Gatebook process" in fails(environment | {"GATEBOOK_PORT": str(port)})
    else:
        second = Served(command(environment | {"GATEBOOK_PORT": str(port)}, "serve"), port).until_ready()
        assert second.end()[0] == 0
    assert served.get("/healthz")[0] == 200


def test_a_busy_port_is_one_sentence(plain_environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = fails(plain_environment | {"GATEBOOK_PORT": str(port), "GATEBOOK_HOST": "127.0.0.1"})
    assert ended.startswith(f"Port {port} on 127.0.0.1 cannot be used")


def test_several_processes_serve_a_database_and_are_refused_for_a_file(
    database: str, environment: dict[str, str]
) -> None:
    port = free_port()
    environment |= {"GATEBOOK_WORKERS": "2", "GATEBOOK_PORT": str(port), "GATEBOOK_HOST": "127.0.0.1"}
    if database == "sqlite":
        assert "one process" in fails(environment)
        return
    served = Served(command(environment, "serve"), port).until_ready()
    assert served.get("/healthz")[0] == 200
    code, out, err = served.end()
    assert (code, "Traceback" in err) == (0, False)
    assert f"http://localhost:{port}/setup/" in out


@pytest.mark.parametrize(
    ("changed", "begins"),
    [
        ({"GATEBOOK_DATA": "/proc/gatebook"}, "Nothing can be written in the folder /proc/gatebook."),
        ({"GATEBOOK_PORT": "many"}, "The value of GATEBOOK_PORT cannot be used."),
        ({"GATEBOOK_KEY": "12"}, "The key in GATEBOOK_KEY is not 64 hexadecimal digits."),
        ({"GATEBOOK_CONFIG": "/nowhere.toml"}, "There is no settings file /nowhere.toml."),
        ({"GATEBOOK_LANGUAGE": "vi", "GATEBOOK_DATA": "/proc/x"}, "Không ghi được vào thư mục /proc/x."),
    ],
    ids=["folder", "port", "key", "file", "in Vietnamese"],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    plain_environment: dict[str, str], changed: dict[str, str], begins: str
) -> None:
    assert fails(plain_environment | {"GATEBOOK_PORT": str(free_port())} | changed).startswith(begins)


def test_a_settings_file_stands_behind_the_variables_and_may_say_nothing_unread(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file, port = tmp_path / "gatebook.toml", free_port()
    file.write_text(f'host = "127.0.0.1"\nport = {port}\n')
    environment = {name: value for name, value in environment.items() if name != "GATEBOOK_PORT"}
    served = Served(command(environment | {"GATEBOOK_CONFIG": str(file)}, "serve"), port).until_ready()
    assert served.end()[0] == 0
    file.write_text("prot = 80\n")
    assert "sets what nobody reads: prot" in fails(environment | {"GATEBOOK_CONFIG": str(file)})
    file.write_text("port = \n")
    assert fails(environment | {"GATEBOOK_CONFIG": str(file)}).startswith("The settings file is no TOML")


def test_addresses_on_the_local_network_are_those_of_the_interfaces() -> None:
    assert lan_addresses("127.0.0.1") == []
    assert lan_addresses("192.0.2.7") == ["192.0.2.7"]
    assert not any(address.startswith("127.") for address in lan_addresses("0.0.0.0"))  # noqa: S104 - asked, not bound


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "C", "GATEBOOK_LANGUAGE": "VI"}, "vi"),
        ({"LANG": "vi_VN", "GATEBOOK_LANGUAGE": "fr"}, "vi"),
    ],
)
def test_the_shells_language_is_the_machines_unless_it_is_set(environment: dict[str, str], expected: str) -> None:
    assert language_of(environment) == expected
