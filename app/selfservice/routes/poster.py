"""The poster of a gate, for a printer."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts.security import Admin
from app.errors import NotFound
from app.sites import repository as sites
from app.sites.files import poster_address, qr_svg, short_address, wifi_text
from app.visits import repository as visits
from app.web.addresses import is_own_machine
from app.web.state import BookSession, app_state, visitors_base
from app.web.templating import render
from app.web.texts import LANGUAGES, Texts

router = APIRouter()


@router.get("/admin/gates/{gate_id}/poster", response_class=HTMLResponse)
def poster(request: Request, gate_id: UUID, session: BookSession, actor: Admin) -> Response:
    """Show one A4 page to print and hang up at the gate."""
    site = sites.find_site(session, actor.site_id)
    gate = visits.gate(session, actor.site_id, gate_id)
    if site is None or gate is None or gate.retired_at is not None:
        raise NotFound
    base = site.public_url or app_state(request).settings.public_url or visitors_base(request)
    address = poster_address(base, gate.code)
    wifi = qr_svg(wifi_text(site.wifi_name, site.wifi_password)) if site.wifi_name else None
    context = {
        "site": site,
        "gate": gate,
        "qr": qr_svg(address, quiet=0),
        "wifi": wifi,
        "address": short_address(address),
        "own_machine": is_own_machine(address),
        "languages": [(language, Texts.for_language(language)) for language in LANGUAGES],
    }
    return render(request, "visitor/poster.html", context)
