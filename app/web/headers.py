"""What every answer says about itself, and the proof of origin; plain ASGI."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Problem
from app.web.problems import answer

SOURCES: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**more: str | None) -> str:
    """Return the Content-Security-Policy, with a source added where one page needs it, as `connect_src="https://…"`.

    None adds nothing. Such a page sets the header itself, and it is left as it is.
    """
    added = {name.replace("_", "-"): source for name, source in more.items()}
    return "; ".join(" ".join(filter(None, (name, own, added.get(name)))) for name, own in SOURCES.items())


POLICY = policy()
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=(), payment=(), usb=()",
    # Not no-referrer: with it Chromium sends `Origin: null`, and every form would be refused.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
# On plain http browsers ignore it, and complain.
ON_TLS = (b"cross-origin-opener-policy", b"same-origin")
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
                own = {name for name, _ in headers}
                headers += [header for header in RAW_HEADERS if header[0] not in own]
                if scope["scheme"] == "https":
                    headers.append(ON_TLS)
                if not scope["path"].startswith("/static/") and b"cache-control" not in own:
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        await self.app(scope, receive, with_headers)


def proves_origin(scope: Scope, headers: Headers) -> bool:
    """Tell whether a state change comes from our own pages, or from a program that shows its token.

    Sec-Fetch-Site where there is one (browsers send it on trustworthy origins only), else Origin equal to the
    request's own; a request without either counts only with a bearer token and no cookie.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    if origin is not None:
        return origin.lower() == f"{scope['scheme']}://{headers.get('host', '')}".lower()
    return "authorization" in headers and "cookie" not in headers


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a request's body may be, in bytes: everywhere, and at single addresses."""

    usual: int
    at: Mapping[str, int]

    def of(self, scope: Scope) -> int:
        """Return the limit of a request."""
        return self.at.get(scope["path"], self.usual)


class BodyLimit:
    """Cuts off a body that grows past its limit."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """Wrap `app`."""
        self.usual = RequestBodyLimitMiddleware(app, limits.usual)
        self.at = {path: RequestBodyLimitMiddleware(app, most) for path, most in limits.at.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, no further than its limit."""
        await self.at.get(scope.get("path", ""), self.usual)(scope, receive, send)


class Gatekeeping:
    """Refuses state changes that do not prove their origin, and bodies that say they are too large.

    A body that grows past the limit without saying so is cut off by Starlette's own limit (`BodyLimit`).
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """Wrap `app`."""
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 or 413."""
        problem = None
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            said = headers.get("content-length", "0")
            if not said.isdecimal() or int(said) > self.limits.of(scope):
                problem = Problem(413, "too_large")
            elif not proves_origin(scope, headers):
                problem = Problem(403, "origin_unproven")
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await answer(Request(scope), problem)(scope, receive, send)
