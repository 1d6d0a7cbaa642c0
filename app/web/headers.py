"""What every answer says about itself, and the proof of origin; plain ASGI."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Problem
from app.web.problems import answer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=(), payment=(), usb=()",
    # Not no-referrer: with it Chromium sends `Origin: null`, and every form would be refused.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Puts the security headers on every answer; pages with people on them are never kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[tuple[bytes, bytes]] = message["headers"]
                headers += RAW_HEADERS
                if not scope["path"].startswith("/static/") and all(name != b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        await self.app(scope, receive, with_headers)


def proves_origin(scope: Scope) -> bool:
    """Tell whether a state change comes from our own pages, or from a program that shows its token.

    Sec-Fetch-Site where there is one (browsers send it on trustworthy origins only), else Origin equal to the
    request's own; a request without either counts only with a bearer token and no cookie.
    """
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    if origin is not None:
        own = urlsplit(f"{scope['scheme']}://{headers.get('host', '')}")
        sent = urlsplit(origin)
        return (sent.scheme, sent.netloc) == (own.scheme, own.netloc)
    return "authorization" in headers and "cookie" not in headers


class OriginCheck:
    """Refuses state changes that do not prove their origin."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or proves_origin(scope):
            await self.app(scope, receive, send)
            return
        refusal = answer(Request(scope), Problem(403, "origin_unproven"))
        await refusal(scope, receive, send)
