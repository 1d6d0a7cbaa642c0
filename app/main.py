"""The program put together: the book, its clerk, the routes, and the order of starting and ending."""

import contextlib
import gc
import secrets
from collections.abc import AsyncGenerator

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.accounts import handlers as accounts
from app.accounts import routes as account_routes
from app.accounts.security import Doorkeeper
from app.admin import routes as admin_routes
from app.clerk import Clerk
from app.clock import Clock
from app.consent import handlers as consent
from app.daylog import routes as daylog_routes
from app.db import Book
from app.feed.queries import Reader, notify
from app.probes import routes as probe_routes
from app.reports import handlers as reports
from app.reports import routes as report_routes
from app.screening import handlers as screening
from app.selfservice import handlers as selfservice
from app.selfservice import routes as visitor_routes
from app.selfservice.security import FormCounter
from app.settings import Settings
from app.setup import handlers as setup
from app.setup import routes as setup_routes
from app.sites import handlers as sites
from app.sites import repository as site_rows
from app.tablet import handlers as tablet
from app.tablet import routes as tablet_routes
from app.trust import routes as trust_routes
from app.trust.security import Door, ToHttps
from app.visits import handlers as visits
from app.visits import routes as visit_routes
from app.web import problems
from app.web.compression import Compression
from app.web.headers import BodyLimit, Gatekeeping, Limits, SecurityHeaders
from app.web.metrics import Measure, Metrics
from app.web.state import AppState
from app.web.templating import KIOSK_UI

HANDLERS = (accounts, sites, screening, consent, visits, reports, selfservice, setup, tablet)
ROUTES = (
    tablet_routes,
    visitor_routes,
    daylog_routes,
    visit_routes,
    probe_routes,
    account_routes,
    report_routes,
    setup_routes,
    admin_routes,
    trust_routes,
)
"""In the order of traffic: FastAPI tries them one after the other (docs/adr/0020-routers-in-order.md)."""


def make_clerk(book: Book, clock: Clock, queue_limit: int = 2000, clerk_class: type[Clerk] = Clerk) -> Clerk:
    """Return a clerk that every capability's handlers are registered with; not yet started."""
    clerk = clerk_class(book, clock, queue_limit)
    for capability in HANDLERS:
        capability.register(clerk)
    clerk.before_commit.append(notify)
    return clerk


def make_app(
    book: Book, clock: Clock, settings: Settings, clerk_class: type[Clerk] = Clerk, *, door: Door | None = None
) -> FastAPI:
    """Return the web program on an open book; it closes the book when it ends. Benches bring a clerk of their own.

    `door` is what https shows, where it is served beside http.
    """
    clerk = make_clerk(book, clock, settings.queue_limit, clerk_class)
    reader, metrics, keeper = Reader(book), Metrics(), Doorkeeper(remembers=book.embedded)
    clerk.listeners += [keeper.heard, metrics.heard, reader.heard]

    @contextlib.asynccontextmanager
    async def life(_app: FastAPI) -> AsyncGenerator[None]:
        clerk.start()
        await reader.start()
        yield
        # Feeds first, then the queue, then the reads.
        await reader.stop()
        clerk.stop()
        book.close()

    app = FastAPI(
        title="Gatebook", lifespan=life, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        separate_input_output_schemas=False,
    )  # fmt: skip
    state = AppState(book, clerk, clock, settings)
    state.own_authority = door is not None and door.authority is not None
    state.attach(app)
    with book.reading() as session:
        # The link that leads to the first run's page, once: there is no default passphrase.
        app.state.setup_token = None if site_rows.sites(session) else settings.setup_token or secrets.token_urlsafe(24)
    app.state.reader, app.state.metrics, app.state.doorkeeper = reader, metrics, keeper
    app.state.door = door
    metrics.queue.set_function(lambda: clerk.queued)
    metrics.listeners.set_function(lambda: len(reader.listeners))
    app.state.form_counter = FormCounter(settings.form_limit)
    _add_routes(app)
    problems.install(app)
    app.add_middleware(Compression)
    limits = Limits(settings.max_body, {"/log/import": settings.max_import})
    # Inside the other, which says in words what a body says of itself.
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(Gatekeeping, limits=limits)
    if door is not None:
        app.add_middleware(ToHttps, door=door, behind_proxy=bool(settings.trusted_proxies))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measure, metrics=metrics)
    return app


def settle_memory() -> None:
    """Set aside what a process is made of, and let the collector look less often; for processes that serve.

    docs/adr/0021-the-collector-looks-less-often.md has the measurement.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _add_routes(app: FastAPI) -> None:
    for capability in ROUTES:
        app.include_router(capability.router)
    app.mount("/static", StaticFiles(directory=KIOSK_UI / "static", check_dir=False), name="static")
