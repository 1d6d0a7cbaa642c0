"""How devices come to trust this server: a page with steps, the authority to download, and whether it worked."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from app.accounts.security import Anyone
from app.errors import NotFound
from app.sites.files import qr_svg
from app.trust.files.authority import Authority
from app.trust.files.profile import as_der, as_profile
from app.trust.rules import as_origin, device_of, host_of, in_address
from app.trust.security import Door, door_of
from app.web.addresses import is_own_machine, lan_addresses
from app.web.headers import policy
from app.web.state import app_state, origin_to_ask, safe_origin
from app.web.templating import language_of, render
from app.web.texts import Texts

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
    return TlsGreeting(https=safe_origin(request))


@router.get("/trust", response_class=HTMLResponse, include_in_schema=False)
def guide(request: Request, _actor: Anyone) -> Response:
    """Show how a tablet, a phone or a computer comes to trust this server, and test whether it does."""
    door, origin = door_of(request), safe_origin(request)
    here = _plain_address(request)
    context: dict[str, Any] = {
        "door": door,
        "origin": origin,
        "others": [as_origin(name, door.port) for name in sorted(door.held.names)] if door and not origin else [],
        "fingerprint": door.authority.fingerprint if door and door.authority else (),
        "ends": door.held.ends if door else None,
        "secure": request.url.scheme == "https",
        "device": device_of(request.headers.get("user-agent", "")),
        "here": here,
        "qr": qr_svg(here),
    }
    page = render(request, "admin/trust.html", context)
    page.headers["Content-Security-Policy"] = policy(connect_src=origin_to_ask(request))
    return page


@router.get("/trust/gatebook-ca.crt", include_in_schema=False)
def certificate(request: Request, _actor: Anyone) -> Response:
    """Return the authority's certificate for Android, Windows and Linux."""
    headers = {"Content-Disposition": 'attachment; filename="gatebook-ca.crt"'}
    return Response(as_der(_authority(request)), media_type="application/x-x509-ca-cert", headers=headers)


@router.get("/trust/gatebook-ca.mobileconfig", include_in_schema=False)
def profile(request: Request, _actor: Anyone) -> Response:
    """Return the authority's certificate as a profile for iPadOS."""
    t = Texts.for_language(language_of(request))
    made = as_profile(_authority(request), t("trust.profile.title"), t("trust.profile.description"))
    headers = {"Content-Disposition": 'attachment; filename="gatebook-ca.mobileconfig"'}
    return Response(made, media_type="application/x-apple-aspen-config", headers=headers)


@router.get("/trust/check", include_in_schema=False)
def check(_actor: Anyone) -> Response:
    """Answer the page's own question over https: it says nothing, so it may say it to the page on http too."""
    return Response(status_code=204, headers={"Access-Control-Allow-Origin": "*"})


@router.get("/trust/check.js", include_in_schema=False)
def check_worker(_actor: Anyone) -> Response:
    """Return a service worker that does nothing: where it can be registered, the device trusts this server."""
    return Response("", media_type="text/javascript")


def _authority(request: Request) -> Authority:
    door: Door | None = door_of(request)
    if door is None or door.authority is None:
        raise NotFound
    return door.authority


def _plain_address(request: Request) -> str:
    """Return this page's address on http, as another device on the network opens it."""
    settings = app_state(request).settings
    host = host_of(request.headers.get("host", "")) or "localhost"
    if is_own_machine(f"http://{in_address(host)}"):
        host = next(iter(lan_addresses("0.0.0.0")), host)  # noqa: S104 - asked, not bound
    return f"http://{in_address(host)}:{settings.port}/trust"
