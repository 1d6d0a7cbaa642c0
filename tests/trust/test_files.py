"""What the authority and the certificate hold, and what is made of a folder in any state."""

import plistlib
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from app.errors import StartError
from app.trust.files.authority import Authority, issue
from app.trust.files.folder import (
    AUTHORITY,
    AUTHORITY_KEY,
    SERVER,
    Kept,
    find_authority,
    keep_certificate,
    more_names,
    note_names,
    open_authority,
    put_aside,
)
from app.trust.files.profile import as_der, as_profile

NOW = datetime(2026, 11, 24, 0, 12, tzinfo=UTC)
NAMES = ["gate", "gate.local", "localhost", "cong.so.gov.vn", "192.168.1.10", "fd00::1", "127.0.0.1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tls"


@pytest.fixture
def authority(folder: Path) -> Authority:
    made, new = open_authority(folder, "gate", NAMES, NOW)
    assert new
    return made


def kept(folder: Path, authority: Authority, names: list[str] = NAMES, **later: float) -> Kept:
    return keep_certificate(folder, authority, names, NOW + timedelta(**later))


def believed(authority: Authority, certificate: x509.Certificate, name: str, at: datetime = NOW) -> bool:
    """Tell whether somebody who trusts the authority believes a certificate for a name, as RFC 5280 has it."""
    try:
        subject = x509.IPAddress(ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    verifier = PolicyBuilder().store(Store([authority.certificate])).time(at).build_server_verifier(subject)
    try:
        verifier.verify(certificate, [])
    except VerificationError:
        return False
    return True


def test_whoever_trusts_the_authority_believes_the_certificate_for_each_name_and_no_other(
    folder: Path, authority: Authority
) -> None:
    certificate = kept(folder, authority).certificate
    assert [name for name in NAMES if not believed(authority, certificate, name)] == []
    assert not any(believed(authority, certificate, name) for name in ("pc.local", "192.168.1.11", "google.com"))
    assert not believed(authority, certificate, "gate", NOW + timedelta(days=397))


def test_what_the_authority_signs_beyond_its_network_nobody_believes(authority: Authority) -> None:
    for name in ("google.com", "8.8.8.8"):
        certificate = x509.load_pem_x509_certificates(issue(authority, [name], NOW))[0]
        assert not believed(authority, certificate, name)
    certificate = x509.load_pem_x509_certificates(issue(authority, ["pc.local"], NOW))[0]
    assert believed(authority, certificate, "pc.local")


def test_the_certificate_is_one_that_ios_takes(folder: Path, authority: Authority) -> None:
    certificate = kept(folder, authority).certificate
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=397)
    extensions = certificate.extensions
    uses = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH]
    basic = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.value.ca, basic.critical) == (False, True)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"


def test_the_authority_signs_certificates_only_for_ten_years_and_names_its_limits(authority: Authority) -> None:
    certificate = authority.certificate
    assert certificate.not_valid_after_utc == NOW.replace(microsecond=0) + timedelta(days=3650)
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)
    limits = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert authority.limits.permit("pc.local")
    assert not authority.limits.permit("google.com")


def test_the_authority_is_for_servers_and_for_no_mail_or_programs(authority: Authority) -> None:
    uses = authority.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_keys_are_their_owners_only(folder: Path, authority: Authority) -> None:
    kept(folder, authority)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {AUTHORITY: 0o600, AUTHORITY_KEY: 0o600, SERVER: 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_run_again_nothing_changes_until_names_or_time_do(folder: Path, authority: Authority) -> None:
    first = kept(folder, authority)
    assert first.renewed == "missing"
    again, new = open_authority(folder, "gate", ["other"], NOW + timedelta(days=5))
    assert (again.certificate, new) == (authority.certificate, False)
    same = kept(folder, authority, days=300)
    assert (same.renewed, same.certificate) == (None, first.certificate)
    fewer = kept(folder, authority, ["gate"])
    assert fewer.renewed is None
    more = kept(folder, authority, [*NAMES, "192.168.1.99"])
    assert (more.renewed, "192.168.1.99" in more.held.names) == ("names", True)
    late = kept(folder, authority, days=370)
    assert (late.renewed, late.held.ends) == ("expiring", NOW + timedelta(days=370 + 396))
    assert keep_certificate(folder, authority, ["gate"], NOW, anyway=True).renewed is not None


def test_names_that_the_authority_may_not_certify_are_left_out_and_told(folder: Path, authority: Authority) -> None:
    made = kept(folder, authority, [*NAMES, "new.example.vn"])
    assert made.left_out == ("new.example.vn",)
    assert "new.example.vn" not in made.held.names
    # Not a reason to make one after the other.
    assert kept(folder, authority, [*NAMES, "new.example.vn"]).renewed is None


def test_another_authoritys_certificate_is_replaced(folder: Path, authority: Authority, tmp_path: Path) -> None:
    other, _ = open_authority(tmp_path / "other", "gate", NAMES, NOW)
    (folder / SERVER).write_bytes(issue(other, NAMES, NOW))
    assert kept(folder, authority).renewed == "other_authority"


def test_in_the_authoritys_last_year_certificates_end_with_it_and_then_there_are_none(
    folder: Path, authority: Authority
) -> None:
    ends = authority.certificate.not_valid_after_utc
    assert kept(folder, authority, days=3600).held.ends == ends
    assert kept(folder, authority, days=3640).renewed is None
    with pytest.raises(StartError, match="tls_over"):
        kept(folder, authority, days=3651)


@pytest.mark.parametrize(
    ("gone", "code"), [(AUTHORITY, "tls_half"), (AUTHORITY_KEY, "tls_half")], ids=["certificate", "key"]
)
def test_half_an_authority_is_one_sentence(folder: Path, authority: Authority, gone: str, code: str) -> None:
    kept(folder, authority)
    (folder / gone).unlink()
    with pytest.raises(StartError, match=code) as raised:
        find_authority(folder)
    assert raised.value.values == {"path": folder, "names": gone}


def test_a_certificate_without_any_authority_is_half_of_one(folder: Path, authority: Authority) -> None:
    kept(folder, authority)
    (folder / AUTHORITY).unlink()
    (folder / AUTHORITY_KEY).unlink()
    with pytest.raises(StartError, match="tls_half"):
        find_authority(folder)


@pytest.mark.parametrize("name", [AUTHORITY, AUTHORITY_KEY])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_that_is_none_is_one_sentence(folder: Path, authority: Authority, name: str, content: bytes) -> None:
    assert authority
    (folder / name).write_bytes(content)
    with pytest.raises(StartError, match="tls_odd"):
        find_authority(folder)


def test_a_key_of_another_certificate_is_told(folder: Path, authority: Authority, tmp_path: Path) -> None:
    assert authority
    open_authority(tmp_path / "other", "gate", NAMES, NOW)
    (folder / AUTHORITY_KEY).write_bytes((tmp_path / "other" / AUTHORITY_KEY).read_bytes())
    with pytest.raises(StartError, match="tls_apart"):
        find_authority(folder)


def test_where_nothing_is_there_is_no_authority_and_nothing_is_made(folder: Path) -> None:
    assert find_authority(folder) is None
    assert not folder.exists()


def test_names_are_kept_for_later(folder: Path) -> None:
    assert more_names(folder) == []
    note_names(folder, ["cong.so.gov.vn", "203.0.113.7"])
    assert more_names(folder) == ["cong.so.gov.vn", "203.0.113.7"]


def test_an_old_authority_is_put_aside_and_not_thrown_away(folder: Path, authority: Authority) -> None:
    old = put_aside(folder, NOW)
    assert old is not None
    known = find_authority(old)
    assert known is not None
    assert known.certificate == authority.certificate
    assert put_aside(folder, NOW) is None


def test_what_devices_take_in_is_the_certificate_and_never_the_key(folder: Path, authority: Authority) -> None:
    der = authority.certificate.public_bytes(Encoding.DER)
    assert as_der(authority) == der
    profile = plistlib.loads(as_profile(authority, "Gatebook", "…"))
    (root,) = profile["PayloadContent"]
    assert (root["PayloadType"], root["PayloadContent"]) == ("com.apple.security.root", der)
    assert profile["PayloadType"] == "Configuration"
    assert as_profile(authority, "Gatebook", "…") == as_profile(authority, "Gatebook", "…")
    key = (folder / AUTHORITY_KEY).read_bytes().splitlines()[1]
    assert key not in as_profile(authority, "Gatebook", "…")
