"""What makes the tablet's page an app: its manifest, and the service worker that starts it without a server."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse

from app.accounts.security import Anyone
from app.web.templating import BUILD, asset, language_of
from app.web.texts import Texts

router = APIRouter()
SCOPE = "/tablet"
PAPER = "#faf8f3"
"""The ground of the light palette (kiosk_ui/styles/tokens.css)."""


@router.get("/worker.js", include_in_schema=False)
def worker(_actor: Anyone) -> FileResponse:
    """Return the service worker; browsers ask each time whether there is a newer one."""
    built = BUILD / asset("worker.js").removeprefix("/static/build/")
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": SCOPE}
    return FileResponse(built, media_type="text/javascript", headers=headers)


@router.get("/tablet.webmanifest", include_in_schema=False)
def manifest(request: Request, _actor: Anyone) -> JSONResponse:
    """Return how the app is shown on a home screen, in the reader's language."""
    language = language_of(request)
    t = Texts.for_language(language)
    document: dict[str, Any] = {
        "id": SCOPE,
        "name": t("guard.app.name"),
        "short_name": t("guard.title"),
        "description": t("guard.app.description"),
        "lang": language,
        "start_url": SCOPE,
        "scope": SCOPE,
        "display": "fullscreen",
        "display_override": ["fullscreen", "standalone"],
        "orientation": "any",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": "/static/icon-192.png", "sizes": "192x192", "type": "image/png"},
            {"src": "/static/icon-512.png", "sizes": "512x512", "type": "image/png"},
            {"src": "/static/icon-maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
    headers = {"Cache-Control": "no-cache"}
    return JSONResponse(document, headers=headers, media_type="application/manifest+json")
