"""What https shows: renewed before its end, loaded when it changes, by a clock that is set."""

import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.clock import SetClock
from app.errors import StartError
from app.settings import Settings
from app.trust.files.folder import AUTHORITY, FOLDER, SERVER, keep_certificate, require_authority
from app.trust.security import Door, open_door
from tests.trust.conftest import NAMES

ANY_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for."""


def opened(settings: Settings, clock: SetClock) -> Door:
    door = open_door(settings, clock, lambda: NAMES)
    assert door is not None
    return door


def look(door: Door, clock: SetClock) -> None:
    """Do what a server does again and again."""
    if door.look(clock.now()):
        door.show()


def shown(door: Door, trusted: Path, name: str = "gate.local") -> x509.Certificate:
    """Return the certificate that a new connection is shown; raises ssl.SSLError where it is not believed."""
    context = ssl.create_default_context(cafile=str(trusted))
    # The tests' morning is not this machine's: names and signatures are checked, the time is not.
    context.verify_flags |= ANY_TIME
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=name)
    server = door.context.wrap_bio(to_server, to_client, server_side=True)
    done = [False, False]
    while not all(done):
        for at, side in enumerate((client, server)):
            if not done[at]:
                try:
                    side.do_handshake()
                    done[at] = True
                except ssl.SSLWantReadError:
                    pass
    der = client.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


@pytest.fixture
def trusted(settings: Settings) -> Path:
    return settings.data / FOLDER / AUTHORITY


def test_at_the_start_a_certificate_is_made_and_believed(settings: Settings, clock: SetClock, trusted: Path) -> None:
    door = opened(settings, clock)
    assert door.held.names == set(NAMES)
    assert all(shown(door, trusted, name) for name in NAMES)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shown(door, trusted, "other.local")


def test_before_its_end_it_is_renewed_while_it_is_served(settings: Settings, clock: SetClock, trusted: Path) -> None:
    door = opened(settings, clock)
    context, first = door.context, shown(door, trusted)
    clock.advance(days=360)
    look(door, clock)
    assert shown(door, trusted) == first
    clock.advance(days=7)
    look(door, clock)
    second = shown(door, trusted)
    assert second != first
    assert door.context is context
    assert door.held.ends == second.not_valid_after_utc == clock.now() + timedelta(days=396)


def test_it_is_looked_at_once_an_hour(settings: Settings, clock: SetClock) -> None:
    asked: list[int] = []

    def names() -> list[str]:
        asked.append(1)
        return NAMES

    door = open_door(settings, clock, names)
    assert door is not None
    for _ in range(60):
        clock.advance(minutes=1)
        look(door, clock)
    assert len(asked) == 2


def test_a_new_address_of_the_machine_is_added_at_the_start(settings: Settings, clock: SetClock) -> None:
    opened(settings, clock)
    door = open_door(settings, clock, lambda: [*NAMES, "192.168.1.77"])
    assert door is not None
    assert door.origin("192.168.1.77:8000") == "https://192.168.1.77:8443"


def test_what_another_process_renewed_is_shown(settings: Settings, clock: SetClock, trusted: Path) -> None:
    door = opened(settings, clock)
    first = shown(door, trusted)
    folder = settings.data / FOLDER
    keep_certificate(folder, require_authority(folder), NAMES, clock.now(), anyway=True)
    look(door, clock)
    assert shown(door, trusted) != first


@pytest.mark.parametrize("content", [b"", b"no certificate"])
def test_a_file_that_was_spoilt_leaves_the_good_certificate_in_use(
    settings: Settings, clock: SetClock, trusted: Path, content: bytes
) -> None:
    door = opened(settings, clock)
    first = shown(door, trusted)
    (settings.data / FOLDER / SERVER).write_bytes(content)
    look(door, clock)
    assert shown(door, trusted) == first


def bought(settings: Settings, clock: SetClock) -> Settings:
    """Return settings that name a certificate and a key in two files, as one buys them."""
    folder = settings.data / FOLDER
    keep_certificate(folder, require_authority(folder), NAMES, clock.now(), anyway=True)
    text = (folder / SERVER).read_bytes()
    certificates = x509.load_pem_x509_certificates(text)
    (settings.data / "bought.crt").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
    (settings.data / "bought.key").write_bytes(text.partition(b"-----BEGIN CERTIFICATE")[0])
    changed = {"tls_cert": settings.data / "bought.crt", "tls_key": settings.data / "bought.key"}
    return settings.model_copy(update=changed)


def test_a_bought_certificate_is_shown_and_shown_anew_when_its_files_change(
    settings: Settings, clock: SetClock, trusted: Path
) -> None:
    with_bought = bought(settings, clock)
    door = opened(with_bought, clock)
    first = shown(door, trusted)
    assert door.authority is None
    clock.advance(days=390)
    look(door, clock)
    assert shown(door, trusted) == first
    bought(settings, clock)
    look(door, clock)
    assert shown(door, trusted) != first


def test_a_bought_certificate_whose_key_is_not_there_yet_waits_for_it(
    settings: Settings, clock: SetClock, trusted: Path
) -> None:
    with_bought = bought(settings, clock)
    door = opened(with_bought, clock)
    first, key = shown(door, trusted), settings.data / "bought.key"
    old_key = key.read_bytes()
    bought(settings, clock)
    new_key = key.read_bytes()
    key.write_bytes(old_key)
    look(door, clock)
    assert shown(door, trusted) == first
    key.write_bytes(new_key)
    look(door, clock)
    assert shown(door, trusted) != first


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tls_key": None}, "tls_pair"),
        ({"tls_cert": None}, "tls_pair"),
        ({"tls_cert": Path("/nowhere.crt")}, "tls_unreadable"),
        ({"tls_key": Path("/nowhere.key")}, "tls_unreadable"),
        ({"tls_key": Path(__file__)}, "tls_odd"),
        ({"tls_cert": Path(__file__)}, "tls_odd"),
    ],
)
def test_a_bought_certificate_that_does_not_serve_is_one_sentence(
    settings: Settings, clock: SetClock, change: dict[str, Path | None], code: str
) -> None:
    with pytest.raises(StartError, match=code):
        open_door(bought(settings, clock).model_copy(update=change), clock, lambda: NAMES)


def test_a_bought_key_of_another_certificate_is_told(settings: Settings, clock: SetClock) -> None:
    first = bought(settings, clock)
    key = settings.data / "first.key"
    (settings.data / "bought.key").replace(key)
    with pytest.raises(StartError, match="tls_apart"):
        open_door(bought(settings, clock).model_copy(update={"tls_key": key}), clock)
    assert first.tls_key is not None


def test_without_a_certificate_or_with_port_0_there_is_no_door(
    settings: Settings, clock: SetClock, tmp_path: Path
) -> None:
    assert open_door(Settings(data=tmp_path / "empty"), clock) is None
    assert open_door(settings.model_copy(update={"https_port": 0}), clock) is None
