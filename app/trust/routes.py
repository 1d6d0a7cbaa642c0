"""How devices come to trust this server: a page with steps, the authority to download, and whether it worked."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.accounts.security import Anyone
from app.trust.security import door_of

router = APIRouter()


class TlsGreeting(BaseModel):
    """Where this server is reached on https by the host that was asked: an origin, or null; and how to trust it."""

    https: str | None
    trust: str = "/trust"


@router.get("/api/v1/tls")
def tls(request: Request, _actor: Anyone) -> TlsGreeting:
    """Say where https is, on the same host.

    A tablet that began on http asks here, and moves once its outbox is empty: `https` is the origin to open
    `/tablet` on, such as `https://gate.local:8443`; null where there is none, or where its certificate isn't for the
    host that the tablet uses.
    """
    door = door_of(request)
    return TlsGreeting(https=door.origin(request.headers.get("host", "")) if door is not None else None)


@router.get("/trust", include_in_schema=False)
def page(_actor: Anyone) -> Response:
    """Show how to trust this server."""
    return Response(media_type="text/html")


@router.get("/trust/check.js", include_in_schema=False)
def check_worker(_actor: Anyone) -> Response:
    """Return a service worker that does nothing: where it can be registered, the device trusts this server."""
    return Response("", media_type="text/javascript")
