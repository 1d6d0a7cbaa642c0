"""The https door of a process: the certificate that it shows, when it shows a newer one, and who is led through it."""

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.clock import Clock
from app.errors import StartError
from app.settings import Settings
from app.trust.files.authority import Authority, held
from app.trust.files.folder import (
    SERVER,
    bought_certificate,
    find_authority,
    keep_certificate,
    load_pair,
    more_names,
    read_certificate,
    tls_folder,
)
from app.trust.queries import machine_names
from app.trust.rules import Held, as_origin, covers, goes_to_https, host_of

log = structlog.get_logger()
CHECK_EVERY = timedelta(hours=1)
"""How often a certificate's end and the machine's addresses are looked at while it is served."""
Names = Callable[[], list[str]]


class Door:
    """What https shows: the machine's certificate of the local authority, or one from elsewhere.

    `context` stays one object; connections that are made after a change are shown the new certificate.
    """

    context: ssl.SSLContext
    held: Held
    authority: Authority | None

    def __init__(self, settings: Settings, authority: Authority | None, now: datetime, names: Names) -> None:
        """Load the certificate, made anew where it is time; without an authority it is one from elsewhere."""
        self.port = settings.https_port
        self.authority = authority
        self.folder = tls_folder(settings)
        self.names = names
        self.certificate = settings.tls_cert or self.folder / SERVER
        self.key = settings.tls_key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        self._renew(now)
        self._seen = self._stamp()
        self.show()

    def look(self, now: datetime) -> bool:
        """Renew where it is time, and tell whether there is something new to show, whoever made it.

        What cannot be used is logged once, and the certificate that was good until now goes on.
        """
        try:
            if now - self._checked >= CHECK_EVERY:
                self._renew(now)
            stamp = self._stamp()
            if stamp == self._seen:
                return False
            self._seen = stamp
            read_certificate(self.certificate)
            load_pair(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), self.certificate, self.key)
        except (StartError, OSError) as error:
            log.warning("tls_not_renewed", reason=error.code if isinstance(error, StartError) else type(error).__name__)
            return False
        return True

    def show(self) -> None:
        """Show what `look` found to new connections; raises StartError.

        OpenSSL takes certificate and key one after the other, so this runs in the thread that makes the connections.
        """
        certificate = read_certificate(self.certificate)
        load_pair(self.context, self.certificate, self.key)
        self.held = held(certificate)

    def origin(self, host: str) -> str | None:
        """Return https's origin on the host of a Host header; None where the certificate isn't for it."""
        name = host_of(host)
        return as_origin(name, self.port) if name is not None and covers(self.held.names, name) else None

    def _renew(self, now: datetime) -> None:
        self._checked = now
        if self.authority is not None:
            kept = keep_certificate(self.folder, self.authority, self.names(), now)
            if kept.renewed is not None:
                log.info("tls_renewed", why=kept.renewed, until=kept.held.ends.date().isoformat())

    def _stamp(self) -> tuple[int, ...]:
        paths: list[Path] = [path for path in (self.certificate, self.key) if path is not None]
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)


def open_door(settings: Settings, clock: Clock, names: Names | None = None) -> Door | None:
    """Return the door that the settings and the data folder give; None where there is no certificate. StartError."""
    if settings.https_port == 0:
        return None
    bought, folder = bought_certificate(settings), tls_folder(settings)
    authority = None if bought is not None else find_authority(folder)
    if bought is None and authority is None:
        return None
    own = names or (lambda: machine_names(settings.public_url, more_names(folder)))
    return Door(settings, authority, clock.now(), own)


def door_of(connection: HTTPConnection) -> Door | None:
    """Return the https door beside the one that this request came by; None where there is none."""
    return connection.app.state.door


class ToHttps:
    """Leads staff's pages from http to https on the same host, where the certificate is for that host.

    Only what is asked for with GET or HEAD: what was sent has travelled already. 307, since a permanent answer would
    outlive the certificate in people's browsers. The host is compared with the certificate's own names, so a hostile
    Host header leads nowhere. What a named proxy passes on is the proxy's to lead.
    """

    def __init__(self, app: ASGIApp, door: Door, *, behind_proxy: bool) -> None:
        """Wrap `app`; `behind_proxy` where X-Forwarded headers are believed."""
        self.app = app
        self.door = door
        self.behind_proxy = behind_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead on, or pass the request to the program."""
        origin = self._origin(scope) if scope["type"] == "http" and scope["scheme"] == "http" else None
        if origin is None:
            await self.app(scope, receive, send)
            return
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        answer = RedirectResponse(origin + path + query, 307, {"Cache-Control": "no-store"})
        await answer(scope, receive, send)

    def _origin(self, scope: Scope) -> str | None:
        if scope["method"] not in ("GET", "HEAD") or not goes_to_https(scope["path"]):
            return None
        headers = Headers(scope=scope)
        if self.behind_proxy and ("x-forwarded-proto" in headers or "x-forwarded-for" in headers):
            return None
        return self.door.origin(headers.get("host", ""))
