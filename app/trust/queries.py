"""By which names and addresses this machine is reached, as it tells itself, and the certificate for them."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import psutil

from app.settings import Settings
from app.trust.files.authority import Authority, held
from app.trust.files.folder import SERVER, bought_certificate, find_authority, more_names, read_certificate, tls_folder
from app.trust.rules import Held, covers, plain_name

LOOPBACK = ("127.0.0.1", "::1")


def lan_addresses(host: str) -> list[str]:
    """Return this machine's IPv4 addresses on the local network, or the one that it listens on."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return [] if ip_address(host).is_loopback else [host]
    return _addresses(socket.AF_INET)


def _addresses(family: socket.AddressFamily) -> list[str]:
    entries = (entry for interface in psutil.net_if_addrs().values() for entry in interface)
    # A zone (fe80::1%eth0) is no part of an address that a browser could ask for.
    found = [ip_address(entry.address.partition("%")[0]) for entry in entries if entry.family == family]
    return sorted({str(address) for address in found if not (address.is_loopback or address.is_link_local)})


def machine_names(public_url: str | None, more: Iterable[str] = ()) -> list[str]:
    """Return the names and addresses that a certificate for this machine is for, each once, the host's own first.

    Nothing is sent to find them. IPv6 addresses only from fc00::/7: a global one changes with the provider's prefix.
    """
    host = plain_name(socket.gethostname()) or "localhost"
    short = host.partition(".")[0]
    sixes = [address for address in _addresses(socket.AF_INET6) if ip_address(address).is_private]
    public = urlsplit(public_url or "").hostname or ""
    named = [host, short, f"{short}.local", "localhost", public, *more, *_addresses(socket.AF_INET), *sixes, *LOOPBACK]
    return list(dict.fromkeys(name for one in named if (name := plain_name(one)) is not None))


@dataclass(frozen=True, slots=True)
class TlsState:
    """The certificate as it lies there: `authority` is None for one from elsewhere.

    `missing` are names of this machine that it isn't for, `beyond` those of them that the authority may not certify.
    """

    authority: Authority | None
    held: Held
    missing: tuple[str, ...]
    beyond: tuple[str, ...] = ()


def tls_state(settings: Settings) -> TlsState | None:
    """Return how the certificate stands, changing nothing; None where there is none. Raises StartError."""
    public = plain_name(urlsplit(settings.public_url or "").hostname or "")
    certificate = bought_certificate(settings)
    if certificate is not None:
        bought = held(read_certificate(certificate))
        return TlsState(None, bought, tuple(name for name in (public,) if name and not covers(bought.names, name)))
    folder = tls_folder(settings)
    authority = find_authority(folder)
    if authority is None:
        return None
    known = held(read_certificate(folder / SERVER))
    wanted = machine_names(settings.public_url, more_names(folder))
    missing = tuple(name for name in wanted if not covers(known.names, name))
    return TlsState(authority, known, missing, tuple(name for name in missing if not authority.limits.permit(name)))
