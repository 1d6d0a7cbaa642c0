"""Cookies that carry a token: never read by a script, never sent from elsewhere, Secure on TLS.

Browsers keep one jar per host for http and https. A Secure cookie is not sent on http and cannot be replaced from
there, so on https a token has a name of its own (`__Host-…`, RFC 6265bis): both sides of one host work beside each
other. Where https has none yet, the one from http counts: a device that was paired there is known here.
"""

from fastapi import Request, Response
from starlette.requests import HTTPConnection

SECURE = "__Host-"


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme == "https"


def token_of(connection: HTTPConnection, name: str) -> str | None:
    """Return the token that the browser showed under a name."""
    secure = connection.cookies.get(SECURE + name) if _is_secure(connection) else None
    return secure or connection.cookies.get(name)


def set_token(request: Request, response: Response, name: str, token: str, seconds: int) -> None:
    """Give the browser a token for a number of seconds."""
    secure = _is_secure(request)
    kept = SECURE + name if secure else name
    response.set_cookie(kept, token, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def drop_token(request: Request, response: Response, name: str) -> None:
    """Take a token back, on https also the one that was given on http."""
    response.delete_cookie(name, path="/", httponly=True, samesite="lax")
    if _is_secure(request):
        response.delete_cookie(SECURE + name, path="/", httponly=True, samesite="lax", secure=True)
