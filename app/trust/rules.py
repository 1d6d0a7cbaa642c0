"""Which names a certificate is for, when it is made anew, and which pages go to https."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
DeviceKind: TypeAlias = Literal["android", "apple", "windows", "linux"]
Renewal: TypeAlias = Literal["missing", "other_authority", "expired", "expiring", "names"]

AUTHORITY_VALID = timedelta(days=3650)
CERTIFICATE_VALID = timedelta(days=396)
BACKDATED = timedelta(days=1)
"""A tablet's clock may be behind. Together with it a certificate stays within the 397 days that iOS accepts."""
RENEW_BEFORE = timedelta(days=30)

LOCAL_NETWORKS: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "100.64.0.0/10",
                 "fc00::/7", "fe80::/10", "::1/128")
)  # fmt: skip
"""Addresses that nobody on the internet has: RFC 1918, 3927, 4193, 4291, 6598."""
LOCAL_DOMAINS = ("local", "localhost")
"""mDNS (RFC 6762) and the machine itself (RFC 6761)."""

PLAIN = frozenset({
    "", "g", "p", "trust", "static", "api", "healthz", "readyz", "metrics", "setup", "tablet", "worker.js",
    "tablet.webmanifest", "favicon.ico",
})  # fmt: skip
"""First parts of addresses that are answered on http as they are: visitors install nothing, and a tablet moves by
itself once its outbox is empty."""
STAFF = frozenset({
    "admin", "exports", "log", "login", "logout", "paper", "reports", "visits",
})  # fmt: skip
"""First parts of addresses whose pages go to https, where the certificate covers the host that was asked for."""


@dataclass(frozen=True, slots=True)
class Held:
    """What matters of a certificate: its names and addresses as text, from when and until when it holds (aware)."""

    names: frozenset[str]
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """What an authority may certify: names in these domains, addresses in these networks."""

    domains: tuple[str, ...]
    networks: tuple[Network, ...]

    def permit(self, name: str) -> bool:
        """Tell whether a certificate for this name would be believed (RFC 5280, 4.2.1.10)."""
        address = as_address(name)
        if address is not None:
            return any(address in network for network in self.networks if network.version == address.version)
        return any(name == domain or name.endswith(f".{domain}") for domain in self.domains)


def as_address(name: str) -> Address | None:
    """Return the IP address that a name is, if it is one."""
    try:
        return ip_address(name)
    except ValueError:
        return None


def plain_name(name: str) -> str | None:
    """Return a host's name or address as certificates hold it: lower case, no brackets; None where it is none."""
    bare = name.strip().casefold().removesuffix(".").removeprefix("[").removesuffix("]")
    address = as_address(bare)
    if address is not None:
        return None if "%" in bare else str(address)
    labels = bare.split(".")
    fine = all(_is_label(label) for label in labels) and len(bare) <= 253  # noqa: PLR2004 - RFC 1035
    # A last label of digits would be read as an address that is none.
    return bare if fine and not labels[-1].isdigit() else None


def _is_label(label: str) -> bool:
    letters = label.replace("-", "").replace("_", "")
    return 0 < len(label) <= 63 and letters.isascii() and letters.isalnum() and label[0] != "-" != label[-1]  # noqa: PLR2004


def limits_for(names: Iterable[str]) -> Limits:
    """Return the least that an authority for these names must be allowed: local ones always, each other by itself."""
    local = Limits(LOCAL_DOMAINS, LOCAL_NETWORKS)
    others = sorted(name for name in set(names) if not local.permit(name))
    addresses = [address for name in others if (address := as_address(name)) is not None]
    domains = tuple(name for name in others if as_address(name) is None)
    return Limits(LOCAL_DOMAINS + domains, LOCAL_NETWORKS + tuple(ip_network(address) for address in addresses))


def renewal(held: Held | None, wanted: Iterable[str], now: datetime) -> Renewal | None:
    """Say why a certificate is to be made anew now, if it is; names that nobody needs any more are no reason."""
    if held is None:
        return "missing"
    if not held.begins <= now < held.ends:
        return "expired"
    if held.ends - now <= RENEW_BEFORE:
        return "expiring"
    return "names" if set(wanted) - held.names else None


def covers(names: Iterable[str], host: str) -> bool:
    """Tell whether a certificate with these names is for this host; `*.` stands for one label."""
    known = frozenset(names)
    _, _, parent = host.partition(".")
    return host in known or (as_address(host) is None and f"*.{parent}" in known)


def host_of(header: str) -> str | None:
    """Return the host in a Host header, without its port; None where it is none."""
    host, colon, port = header.rpartition(":")
    if not colon or header.endswith("]"):
        return plain_name(header)
    return plain_name(host) if port.isdecimal() and (":" not in host or host.startswith("[")) else None


def as_origin(host: str, port: int) -> str:
    """Return the origin of https on a host: https://name, with the port where it is not 443."""
    shown = in_address(host)
    return f"https://{shown}" if port == 443 else f"https://{shown}:{port}"  # noqa: PLR2004 - https


def in_address(host: str) -> str:
    """Return a host as addresses have it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def goes_to_https(path: str) -> bool:
    """Tell whether a page asked for on http is one that staff opens, rather than a visitor, a tablet or a program."""
    return path.split("/")[1] in STAFF if path.startswith("/") else False


def in_groups(digest: bytes) -> tuple[str, ...]:
    """Return a fingerprint as devices show it, AB:CD:…, in groups of eight bytes to compare one after the other."""
    return tuple(digest[at : at + 8].hex(":").upper() for at in range(0, len(digest), 8))


def device_of(said: str) -> DeviceKind:
    """Guess whose steps to show first; an iPad says that it is a Macintosh."""
    if "Android" in said:
        return "android"
    if "Windows" in said:
        return "windows"
    return "apple" if any(sign in said for sign in ("iPad", "iPhone", "Macintosh")) else "linux"
