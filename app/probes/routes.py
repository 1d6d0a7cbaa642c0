"""What whoever runs Gatebook asks a process: is it alive, is it ready, how does it do."""

import secrets
from ipaddress import ip_address

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.security import Anyone
from app.db import is_migrated
from app.errors import NotFound
from app.web.state import AppState, app_state

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz(_actor: Anyone) -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(request: Request, _actor: Anyone) -> JSONResponse:
    """Say whether the book can be read and written: 200, or 503 with what is not so."""
    checks = _checks(app_state(request))
    return JSONResponse({"ready": all(checks.values()), **checks}, 200 if all(checks.values()) else 503)


def _checks(state: AppState) -> dict[str, bool]:
    try:
        with state.book.reader.connect() as connection:
            migrated, readable = is_migrated(connection), True
    except SQLAlchemyError:
        log.warning("book_unreadable")
        migrated = readable = False
    return {"book": readable, "migrated": migrated, "clerk": state.clerk.running}


@router.get("/metrics")
async def metrics(request: Request, _actor: Anyone) -> Response:
    """Give the process's figures in Prometheus' form to this machine and to whoever shows the token."""
    if not _may_measure(request):
        raise NotFound
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _may_measure(request: Request) -> bool:
    wanted = app_state(request).settings.metrics_token
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if wanted and scheme.casefold() == "bearer" and secrets.compare_digest(shown.encode(), wanted.encode()):
        return True
    # A proxy on this machine speaks for others, and says so.
    return _is_loopback(request) and "x-forwarded-for" not in request.headers


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
