"""Cookies that carry a token: never read by a script, never sent from elsewhere, Secure on TLS."""

from fastapi import Request, Response


def set_token(request: Request, response: Response, name: str, token: str, seconds: int) -> None:
    """Give the browser a token for a number of seconds."""
    response.set_cookie(
        name, token, max_age=seconds, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


def drop_token(request: Request, response: Response, name: str) -> None:
    """Take a token back."""
    response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https")
