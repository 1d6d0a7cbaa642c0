"""`gatebook tls`, and `gatebook serve` with a certificate: two doors of one process."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509

from app.trust.files.folder import AUTHORITY, AUTHORITY_KEY, FOLDER, SERVER, find_authority, keep_certificate
from tests.cli.conftest import OFFICE, SECRETS, Run
from tests.cli.test_serving import START_SECONDS, Served, command, fails, free_port

NAME = "cong.gatebook.test"


@pytest.fixture
def folder(environment: dict[str, str]) -> Path:
    return Path(environment["GATEBOOK_DATA"]) / FOLDER


@dataclass
class Doors:
    """A running `gatebook serve` with both doors, and the authority that a device took in."""

    served: Served
    port: int
    trusted: Path

    def ask(self, path: str, *, secure: bool = True, host: str = "localhost", **headers: str) -> HTTPResponse:
        """Return an answer, its body read; on https from somebody who believes this authority and nobody else."""
        connection = self.connect() if secure else HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        connection.request("GET", path, headers={"Host": f"{host}:{self.port}"} | headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def connect(self) -> HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.trusted))
        return HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30)

    def serial(self) -> int:
        """Return the serial number that a new connection is shown."""
        connection = self.connect()
        connection.connect()
        der = connection.sock.getpeercert(binary_form=True)
        connection.close()
        assert isinstance(der, bytes)
        return x509.load_der_x509_certificate(der).serial_number


@pytest.fixture
def doors(run: Run, environment: dict[str, str], folder: Path) -> Iterator[Doors]:
    """Serve with a certificate; on PostgreSQL by two processes."""
    assert run("tls", "init", "--name", NAME).code == 0
    port, secure_port = free_port(), free_port()
    environment |= {
        "GATEBOOK_PORT": str(port), "GATEBOOK_HTTPS_PORT": str(secure_port), "GATEBOOK_HOST": "127.0.0.1",
        "GATEBOOK_WORKERS": "2" if "GATEBOOK_DATABASE_URL" in environment else "1",
    }  # fmt: skip
    served = Served(command(environment, "serve"), port).until_ready()
    yield Doors(served, secure_port, folder / AUTHORITY)
    if served.process.poll() is None:
        served.process.terminate()
        served.process.communicate()


def test_both_doors_answer_and_only_staffs_pages_are_led_from_one_to_the_other(doors: Doors) -> None:
    assert doors.ask("/healthz").status == 200
    assert doors.ask("/login").status == 200
    assert doors.ask("/healthz", secure=False).status == 200
    for path in ("/g/nothing", "/p/nothing", "/trust", "/tablet", "/static/favicon.svg", "/api/v1/tls", "/readyz"):
        assert doors.ask(path, secure=False).getheader("location") is None
    for path in ("/log?ngay=2026-11-24", "/visits/x", "/exports", "/admin", "/reports", "/login"):
        answer = doors.ask(path, secure=False, host=NAME)
        assert (answer.status, answer.getheader("location")) == (307, f"https://{NAME}:{doors.port}{path}")
    assert doors.ask("/login", secure=False, host="evil.example").status == 200
    code, out, err = doors.served.end()
    assert (code, "Traceback" in err) == (0, False)
    assert f"Https, for tablets and staff:  https://localhost:{doors.port}\n" in out
    assert f"http://localhost:{doors.served.port}/trust\n" in out


def test_a_certificate_that_was_renewed_is_shown_without_a_restart(
    doors: Doors, run: Run, environment: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    before = doors.serial()
    assert run("tls", "renew").out.startswith("Made a certificate (as asked), until ")
    made = x509.load_pem_x509_certificate((folder / SERVER).read_bytes()).serial_number
    assert made != before
    deadline = time.monotonic() + START_SECONDS
    # Of several processes each looks for itself: some answers in a row are asked for.
    while {doors.serial() for _ in range(8)} != {made}:
        assert time.monotonic() < deadline
    assert doors.ask("/healthz").status == 200


def test_open_connections_do_not_hold_up_the_end(doors: Doors) -> None:
    kept = doors.connect()
    kept.request("GET", "/healthz")
    assert kept.getresponse().read() == b"ok\n"
    code, _, err = doors.served.end()
    assert (code, "graceful shutdown exceeded" in err) == (0, False)
    kept.close()


def test_a_certificate_near_its_end_is_made_anew_at_the_start(
    run: Run, environment: dict[str, str], folder: Path
) -> None:
    run("tls", "init")
    authority = find_authority(folder)
    assert authority is not None
    long_ago = datetime.now(UTC) - timedelta(days=380)
    old = keep_certificate(folder, authority, ["localhost"], long_ago, anyway=True)
    environment |= {"GATEBOOK_HTTPS_PORT": str(free_port()), "GATEBOOK_PORT": str(free_port())}
    environment |= {"GATEBOOK_HOST": "127.0.0.1"}
    served = Served(command(environment, "serve"), int(environment["GATEBOOK_PORT"])).until_ready()
    assert "tls_renewed" in served.end()[2]
    assert x509.load_pem_x509_certificate((folder / SERVER).read_bytes()) != old.certificate


def test_init_says_what_it_made_and_again_what_it_kept(run: Run, folder: Path) -> None:
    first = run("tls", "init", "--name", NAME, "--name", "192.0.2.99")
    assert first.code == 0
    assert first.out.startswith("Made the office's own authority")
    assert all(name in first.out for name in (NAME, "192.0.2.99", "localhost", "127.0.0.1", ".local"))
    authority = find_authority(folder)
    assert authority is not None
    assert all(f"  {group}\n" in first.out for group in authority.fingerprint)
    again = run("tls", "init")
    assert again.out.startswith("Kept the authority")
    assert "Kept the certificate, until" in again.out
    assert NAME in again.out
    status = run("tls", "status")
    assert (status.code, NAME in status.out, "395 days left" in status.out) == (0, True, True)
    assert "(the machine has new names or addresses)" in run("tls", "init", "--name", "bao-ve.local").out


def test_a_name_beyond_the_authority_asks_for_a_new_one_and_the_old_is_put_aside(run: Run, folder: Path) -> None:
    run("tls", "init")
    refused = run("tls", "init", "--name", "cong.so.gov.vn")
    assert (refused.code, len(refused.err.splitlines())) == (1, 1)
    assert "may not certify cong.so.gov.vn" in refused.err
    made = run("tls", "init", "--new-authority", "--name", "cong.so.gov.vn")
    assert (made.code, "cong.so.gov.vn" in made.out) == (0, True)
    assert len(list(folder.parent.glob("tls-*"))) == 1


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (("status",), "There is no certificate in "),
        (("renew",), "There is no certificate in "),
        (("init", "--name", "cổng"), "cổng is neither a host's name nor an IP address."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: tuple[str, ...], begins: str) -> None:
    ran = run("tls", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(begins)


def test_half_a_folder_is_one_sentence_for_every_command_and_for_serve(
    run: Run, environment: dict[str, str], folder: Path
) -> None:
    run("tls", "init")
    (folder / AUTHORITY_KEY).unlink()
    told = f"The folder {folder} lacks {AUTHORITY_KEY}."
    for arguments in (("init",), ("renew",), ("status",)):
        ran = run("tls", *arguments)
        assert (ran.code, ran.err.startswith(told)) == (1, True)
    assert fails(environment | {"GATEBOOK_PORT": str(free_port())}).startswith(told)
    assert run("tls", "init", "--new-authority").code == 0


def test_a_busy_https_port_is_one_sentence(run: Run, environment: dict[str, str]) -> None:
    run("tls", "init")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        own = {"GATEBOOK_PORT": str(free_port()), "GATEBOOK_HTTPS_PORT": port, "GATEBOOK_HOST": "127.0.0.1"}
        assert fails(environment | own).startswith(f"Port {port} on 127.0.0.1 cannot be used for https")
    assert fails(environment | own | {"GATEBOOK_PORT": port}).startswith(f"Port {port} on 127.0.0.1 cannot be used")


def test_a_bought_certificate_is_served_and_not_made(
    run: Run, environment: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run("tls", "init")
    text = (folder / SERVER).read_bytes()
    (tmp_path / "bought.pem").write_bytes(text)
    trusted = tmp_path / "authority.crt"
    (folder / AUTHORITY).rename(trusted)
    for path in folder.iterdir():
        path.unlink()
    own = {"GATEBOOK_TLS_CERT": str(tmp_path / "bought.pem"), "GATEBOOK_TLS_KEY": str(tmp_path / "bought.pem")}
    port, secure_port = free_port(), free_port()
    own |= {"GATEBOOK_HOST": "127.0.0.1", "GATEBOOK_PORT": str(port), "GATEBOOK_HTTPS_PORT": str(secure_port)}
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    assert run("tls", "init").err.startswith("The settings name the certificate")
    assert run("tls", "status").out.startswith("A certificate from elsewhere")
    served = Served(command(environment | own, "serve"), port).until_ready()
    assert Doors(served, secure_port, trusted).ask("/healthz").status == 200
    assert served.end()[0] == 0


def test_doctor_tells_how_https_stands(office_run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> dict[str, str]:
        told = json.loads(office_run("doctor", "--json").out)
        return {one["code"]: one["state"] for one in told if one["code"].startswith("tls_")}

    assert found() == {"tls_missing": "look"}
    office_run("tls", "init")
    assert found() == {"tls_holds": "well"}
    monkeypatch.setenv("GATEBOOK_PUBLIC_URL", "https://cong.so.gov.vn")
    assert found() == {"tls_holds": "well", "tls_beyond": "look"}
    monkeypatch.setenv("GATEBOOK_PUBLIC_URL", "http://bao-ve.local")
    assert found() == {"tls_holds": "well", "tls_names": "look"}
    monkeypatch.delenv("GATEBOOK_PUBLIC_URL")
    authority = find_authority(folder)
    assert authority is not None
    held = {"tls_ending": 390, "tls_ended": 400}
    for code, days in held.items():
        keep_certificate(folder, authority, ["localhost"], datetime.now(UTC) - timedelta(days=days), anyway=True)
        assert found()[code] == {"tls_ending": "look", "tls_ended": "wrong"}[code]
    assert office_run("doctor").code == 1
    (folder / AUTHORITY).unlink()
    assert found() == {"tls_broken": "wrong"}


def test_doctor_warns_of_a_poster_whose_certificate_no_phone_knows(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("tls", "init", "--name", NAME)
    monkeypatch.setenv("GATEBOOK_PUBLIC_URL", f"https://{NAME}:8443")
    assert run(*OFFICE, typed=SECRETS).code == 0
    assert "whose certificate their phones do not know" in run("doctor").out
    monkeypatch.setenv("GATEBOOK_PUBLIC_URL", f"https://{NAME}")
    assert "whose certificate their phones do not know" not in run("doctor").out
