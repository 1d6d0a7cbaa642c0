"""By which names and addresses this machine is reached, as it tells itself, and the certificate for them."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.settings import Settings
from app.trust.files.authority import Authority, held
from app.trust.files.folder import SERVER, bought_certificate, find_authority, more_names, read_certificate, tls_folder
from app.trust.rules import Held, covers, plain_name
from app.web.addresses import machine_addresses

LOOPBACK = ("127.0.0.1", "::1")


def machine_names(public_url: str | None, more: Iterable[str] = ()) -> list[str]:
    """Return the names and addresses that a certificate for this machine is for, each once, the host's own first.

    Nothing is sent to find them. IPv6 addresses only from fc00::/7: a global one changes with the provider's prefix.
    """
    host = plain_name(socket.gethostname()) or "localhost"
    short = host.partition(".")[0]
    sixes = [address for address in machine_addresses(socket.AF_INET6) if ip_address(address).is_private]
    public = urlsplit(public_url or "").hostname or ""
    fours = machine_addresses(socket.AF_INET)
    named = [host, short, f"{short}.local", "localhost", public, *more, *fours, *sixes, *LOOPBACK]
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
