"""By which addresses other devices on the network reach this machine; nothing is sent to find them."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

import psutil
from fastapi import Request

from app.web.state import app_state


def lan_addresses(host: str) -> list[str]:
    """Return this machine's IPv4 addresses on the local network, or the one that it listens on."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return [] if ip_address(host).is_loopback else [host]
    return machine_addresses(socket.AF_INET)


def machine_addresses(family: socket.AddressFamily) -> list[str]:
    """Return the addresses of this machine's interfaces but its own loop and link-local ones."""
    entries = (entry for interface in psutil.net_if_addrs().values() for entry in interface)
    # A zone (fe80::1%eth0) is no part of an address that a browser could ask for.
    found = [ip_address(entry.address.partition("%")[0]) for entry in entries if entry.family == family]
    return sorted({str(address) for address in found if not (address.is_loopback or address.is_link_local)})


def is_own_machine(address: str) -> bool:
    """Tell whether an address only opens on the machine itself, so that no phone can follow it."""
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def tablet_addresses(request: Request) -> list[str]:
    """Return what to type on a tablet: the address that this page was opened by, on the server itself the network's.

    Without http://, which browsers add themselves; on a port of its own https must be typed too. The machine's own
    name is all that is left where it listens to nobody else.
    """
    url = request.url
    origins = [f"{url.scheme}://{url.netloc}"]
    if is_own_machine(origins[0]):
        port = f":{url.port}" if url.port else ""
        found = [f"{url.scheme}://{address}{port}" for address in lan_addresses(app_state(request).settings.host)]
        origins = found or origins
    return [f"{origin.removeprefix('http://')}/tablet" for origin in origins]
