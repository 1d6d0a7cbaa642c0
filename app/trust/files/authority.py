"""The office's own authority and the certificate that it gives the machine (RFC 5280), with `cryptography`."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.trust.rules import (
    AUTHORITY_VALID,
    BACKDATED,
    CERTIFICATE_VALID,
    Held,
    Limits,
    Network,
    as_address,
    in_groups,
)

UNUSED = dict.fromkeys(
    ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
    False,
)
FOR_SERVERS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority's certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """The SHA-256 of the certificate in groups, as `tls init` prints it and devices show it."""
        return fingerprint(self.certificate)

    @property
    def limits(self) -> Limits:
        """What it may certify."""
        found = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        permitted = found.permitted_subtrees or []
        domains = tuple(one.value for one in permitted if isinstance(one, x509.DNSName))
        networks: tuple[Network, ...] = tuple(
            ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress)
        )
        return Limits(domains, networks)


def fingerprint(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the SHA-256 of a certificate in groups."""
    return in_groups(certificate.fingerprint(hashes.SHA256()))


def make_authority(machine: str, limits: Limits, now: datetime) -> Authority:
    """Return a new authority for ten years, named after the machine and allowed no more than `limits`.

    The limits are why its key is no key to the internet: what it signs for other names, no device believes. They limit
    machines' names only, so it is for servers alone: a signer of mail or of programs has no name that they would hold.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named(f"Gatebook {machine} {now:%Y-%m-%d}"[:64])
    permitted = [
        *(x509.DNSName(domain) for domain in limits.domains),
        *(x509.IPAddress(network) for network in limits.networks),
    ]
    uses = x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **UNUSED)
    certificate = (
        _certificate(name, name, key.public_key(), now)
        .not_valid_after(now + AUTHORITY_VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(uses, critical=True)
        .add_extension(FOR_SERVERS, critical=False)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def issue(authority: Authority, names: list[str], now: datetime) -> bytes:
    """Return a certificate for these names, the first one its subject: PEM of a new key, of it, and of the authority.

    The key is beside it in one text, so that a file of both is replaced in one step.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    shown = [address if (address := as_address(name)) is not None else name for name in names]
    alternatives = [x509.DNSName(one) if isinstance(one, str) else x509.IPAddress(one) for one in shown]
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    uses = x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **UNUSED)
    certificate = (
        _certificate(_named(names[0][:64]), authority.certificate.subject, key.public_key(), now)
        .not_valid_after(min(now + CERTIFICATE_VALID, authority.certificate.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(uses, critical=True)
        .add_extension(FOR_SERVERS, critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return key_text(key) + b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, authority.certificate))


def key_text(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key as PEM, unencrypted: its file's mode keeps it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def held(certificate: x509.Certificate) -> Held:
    """Return what matters of a certificate."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = x509.SubjectAlternativeName([])
    known = [name.casefold() for name in names.get_values_for_type(x509.DNSName)]
    known += [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    return Held(frozenset(known), certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
