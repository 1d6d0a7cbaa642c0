"""`gatebook serve`: the book opened, one process or several, the addresses said, and an orderly end."""

import asyncio
import contextlib
import functools
import os
import secrets
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from types import FrameType
from typing import Any

import structlog
import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import multiprocess

from app.cli.doors import Server
from app.cli.opening import read_settings
from app.cli.words import say
from app.clock import Clock
from app.db import Book
from app.errors import StartError
from app.main import make_app, settle_memory
from app.settings import Settings
from app.setup.files import only_process, open_book
from app.sites.repository import sites
from app.trust.security import Door, open_door
from app.web import logs
from app.web.addresses import lan_addresses
from app.web.templating import BUILD

log = structlog.get_logger()
BACKLOG = 2048
LAST_ANSWERS_SECONDS = 20
"""How long requests that are being answered may take at the end; the queue is then finished whatever it takes."""


def serve() -> None:
    """Serve Gatebook until it is told to stop."""
    run(read_settings())


def run(settings: Settings) -> None:
    """Serve with these settings; raises StartError where something keeps it from starting."""
    logs.configure(settings.log_format, settings.log_level)
    if not (BUILD / "manifest.json").is_file():
        raise StartError("assets_missing")
    if settings.embedded and settings.workers > 1:
        raise StartError("one_process")
    with _place(settings):
        door = open_door(settings, Clock())
        with _listening(settings, secure=door is not None) as listeners:
            book = open_book(settings)
            if settings.workers == 1:
                _serve_here(settings, book, door, listeners)
            else:
                _serve_with_workers(settings, book, door, listeners)


def _place(settings: Settings) -> contextlib.AbstractContextManager[None]:
    return only_process(settings.data) if settings.embedded else contextlib.nullcontext()


@contextlib.contextmanager
def _listening(settings: Settings, *, secure: bool) -> Generator[list[socket.socket]]:
    """Take the ports of http and, where it is `secure` too, of https before anything is done to the book.

    Connections are answered once the program runs.
    """
    ports = {"port_busy": settings.port} | ({"https_port_busy": settings.https_port} if secure else {})
    if secure and settings.port == settings.https_port:
        raise StartError("https_port_busy", host=settings.host, port=settings.port)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with contextlib.ExitStack() as taken:
        listeners: list[socket.socket] = []
        for code, port in ports.items():
            listener = taken.enter_context(socket.socket(family))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((settings.host, port))
            except OSError as error:
                raise StartError(code, host=settings.host, port=port) from error
            listener.set_inheritable(True)
            listeners.append(listener)
        yield listeners


def _serve_here(settings: Settings, book: Book, door: Door | None, listeners: list[socket.socket]) -> None:
    app = ending_feeds(make_app(book, Clock(), settings, door=door))
    config = _config(settings, app)
    _announce(settings, door, app.state.setup_token)
    settle_memory()
    # Uvicorn passes the signal on when all is done; that is the end, and no failure.
    signal.signal(signal.SIGTERM, _ignore)
    with contextlib.suppress(KeyboardInterrupt):
        Server(config, door).run(listeners)


def _serve_with_workers(settings: Settings, book: Book, door: Door | None, listeners: list[socket.socket]) -> None:
    """Let several processes serve a PostgreSQL book; the book was migrated and its key proven here, once."""
    with book.reading() as session:
        token = None if sites(session) else settings.setup_token or secrets.token_urlsafe(24)
    book.close()
    if token is not None:
        os.environ["GATEBOOK_SETUP_TOKEN"] = token
    _announce(settings, door, token)
    for listener in listeners:
        listener.listen(BACKLOG)
    config = _config(settings, "app.cli.serving:worker")
    # Uvicorn's supervisor makes its processes by this name, and asks nobody which server they run.
    multiprocess.Process = _Process  # pyright: ignore[reportAttributeAccessIssue]
    multiprocess.Multiprocess(config, sockets=listeners).run()


class _Process(multiprocess.Process):
    """One of several processes, with both doors."""

    @property
    def server(self) -> uvicorn.Server:
        """The server, made in the process itself."""
        if self._server is None:
            self._server = Server(self.config, _own_door())
        return self._server


@functools.cache
def _own_door() -> Door | None:
    """Return this process's door: its program and its server share it."""
    return open_door(read_settings(), Clock())


def worker() -> FastAPI:
    """Return the program of one of several processes."""
    settings = read_settings()
    logs.configure(settings.log_format, settings.log_level)
    app = ending_feeds(make_app(open_book(settings), Clock(), settings, door=_own_door()))
    settle_memory()
    return app


def _config(settings: Settings, app: FastAPI | str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
        factory=isinstance(app, str),
        workers=settings.workers,
    )


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Let a signal that was dealt with already do nothing more."""


def ending_feeds(app: FastAPI) -> FastAPI:
    """Let the feeds of `app` end as soon as the process is told to stop: Uvicorn waits for every open answer."""
    life = app.router.lifespan_context

    @contextlib.asynccontextmanager
    async def longer_life(served: FastAPI) -> AsyncGenerator[Any]:
        async with life(served) as state:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                _precede(number, lambda: asyncio.run_coroutine_threadsafe(served.state.reader.stop(), loop))
            yield state

    app.router.lifespan_context = longer_life
    return app


def _precede(number: signal.Signals, act: Callable[[], object]) -> None:
    """Do `act` when a signal comes, before what is done already."""
    known = signal.getsignal(number)

    def both(received: int, frame: FrameType | None) -> None:
        act()
        if callable(known):
            known(received, frame)

    signal.signal(number, both)


def _announce(settings: Settings, door: Door | None, setup_token: str | None) -> None:
    here = f"http://localhost:{settings.port}"
    say("shell.serve.here", address=here)
    addresses = lan_addresses(settings.host)
    for address in addresses:
        say("shell.serve.there", address=f"http://{address}:{settings.port}")
    if door is not None:
        for origin in filter(None, map(door.origin, addresses or ["localhost"])):
            say("shell.serve.secure", address=origin)
        say("shell.serve.trust", address=f"http://{next(iter(addresses), 'localhost')}:{settings.port}/trust")
    if settings.public_url:
        say("shell.serve.public", address=settings.public_url)
    if setup_token is not None:
        say("shell.serve.setup", address=f"{here}/setup/{setup_token}")
    typer.echo("", nl=False)
