"""By which names and addresses this machine is reached, as it tells itself: nothing is sent."""

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

import psutil

from app.trust.rules import plain_name

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

    IPv6 addresses only from fc00::/7: a global one changes with the provider's prefix.
    """
    host = plain_name(socket.gethostname()) or "localhost"
    short = host.partition(".")[0]
    sixes = [address for address in _addresses(socket.AF_INET6) if ip_address(address).is_private]
    public = urlsplit(public_url or "").hostname or ""
    named = [host, short, f"{short}.local", "localhost", public, *more, *_addresses(socket.AF_INET), *sixes, *LOOPBACK]
    return list(dict.fromkeys(name for one in named if (name := plain_name(one)) is not None))
