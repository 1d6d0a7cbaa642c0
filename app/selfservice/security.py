"""How many declarations one address may send, and which device is a stand."""

from collections import deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from app.accounts.models import Device
from app.accounts.security import device_of
from app.sites.models import Gate

WINDOW = timedelta(minutes=10)
MOST_ADDRESSES = 10_000
AskingDevice = Annotated[Device | None, Depends(device_of)]


class FormCounter:
    """Counts declarations per client address within ten minutes, in this process's memory."""

    def __init__(self, limit: int) -> None:
        """Let each address send up to `limit`."""
        self.limit = limit
        self._sent: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def is_full(self, address: str, now: datetime, times: int = 1) -> bool:
        """Tell whether an address has sent as many as it may, or so many times as many."""
        with self._lock:
            return len(self._recent(address, now)) >= self.limit * times

    def count(self, address: str, now: datetime) -> None:
        """Note one declaration."""
        with self._lock:
            if len(self._sent) > MOST_ADDRESSES:
                self._sent.clear()
            self._sent.setdefault(address, deque()).append(now)

    def _recent(self, address: str, now: datetime) -> deque[datetime]:
        sent = self._sent.get(address, deque[datetime]())
        while sent and sent[0] <= now - WINDOW:
            sent.popleft()
        return sent


def client_address(request: Request) -> str:
    """Return the address that declarations are counted by; one machine holds a whole /64 of IPv6."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else host


def is_stand(device: Device | None, gate: Gate) -> bool:
    """Tell whether a device is the stand of this gate."""
    return (
        device is not None and device.purpose == "stand" and (device.site_id, device.gate_id) == (gate.site_id, gate.id)
    )
