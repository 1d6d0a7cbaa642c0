"""Who is asking: each route names its actor in its signature by one of these types.

What an actor may not see is not found; nobody logged in is sent to log in.
"""

import contextlib
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, NoReturn, TypeVar
from uuid import UUID

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from app.accounts import repository
from app.accounts.commands import CountFailure, EndSession, OpenSession
from app.accounts.handlers import KINDS
from app.accounts.models import VISITOR_ACCOUNT, Device
from app.accounts.rules import FREE_FAILURES, ROLES
from app.clerk import Actor, BatchReport
from app.errors import NotFound, Problem
from app.kit.ids import new_id
from app.kit.text import fold
from app.web.cookies import drop_token, set_token, token_of
from app.web.state import AppState, app_state

SESSION_COOKIE = "gatebook_session"
DEVICE_COOKIE = "gatebook_device"
REMEMBERED_SECONDS = 5.0
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was let in, and the device in their hands."""

    actor: Actor
    device: Device | None


class Doorkeeper:
    """Remembers for a few seconds who was let in, where this process is the only one that writes.

    Anything done to accounts, sessions or devices makes it forget everybody.
    """

    def __init__(self, *, remembers: bool) -> None:
        """Make one that knows nobody yet."""
        self.remembers = remembers
        self._known: dict[str, tuple[float, Known | None]] = {}

    def find(self, key: str) -> tuple[float, Known | None] | None:
        """Return what is remembered under a cookie's or token's text."""
        found = self._known.get(key)
        return found if found is not None and time.monotonic() < found[0] else None

    def keep(self, key: str, known: Known | None) -> None:
        """Remember who was let in."""
        if not self.remembers or known is None:
            return
        if len(self._known) > 5000:  # noqa: PLR2004 - more than any site has people
            self._known.clear()
        self._known[key] = (time.monotonic() + REMEMBERED_SECONDS, known)

    def heard(self, report: BatchReport) -> None:
        """Forget everybody where a batch changed who may come in."""
        if report.kinds & KINDS:
            self._known.clear()


def doorkeeper(connection: HTTPConnection) -> Doorkeeper:
    """Return the process's doorkeeper."""
    keeper: Doorkeeper = connection.app.state.doorkeeper
    return keeper


def _bearer(connection: HTTPConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" and token.strip() else None


def recognise(session: Session, state: AppState, cookie: str | None, bearer: str | None) -> Known | None:
    """Return whose session or bearer token this is, read from the book."""
    now = state.clock.now()
    if bearer is not None:
        account = repository.account_by_bearer(session, bearer, now)
        return Known(Actor(account.site_id, account.id, account.name, account.role), None) if account else None
    opened = repository.open_session(session, cookie, now) if cookie else None
    if opened is None:
        return None
    device = opened.device
    actor = Actor(
        opened.account.site_id, opened.account.id, opened.account.name, opened.account.role,
        device.id if device else None, device.gate_id if device else None, opened.session.id,
        opened.session.started_at,
    )  # fmt: skip
    return Known(actor, device)


async def known_of(connection: HTTPConnection) -> Known | None:
    """Return who asks, remembered or read from the book."""
    cookie, bearer = token_of(connection, SESSION_COOKIE), _bearer(connection)
    if cookie is None and bearer is None:
        return None
    key = f"b:{bearer}" if bearer is not None else f"s:{cookie}"
    keeper = doorkeeper(connection)
    found = keeper.find(key)
    if found is not None:
        return found[1]
    state = app_state(connection)

    def look_up() -> Known | None:
        with state.book.reading() as session:
            return recognise(session, state, cookie, bearer)

    known = await run_in_threadpool(look_up)
    keeper.keep(key, known)
    return known


async def anyone(request: Request) -> Actor | None:
    """Let everybody in, and know them if they are logged in."""
    known = await known_of(request)
    request.state.actor = known.actor if known else None
    return known.actor if known else None


def _in_role(role: str, *, on_device: bool = False) -> Callable[[Request], Awaitable[Actor]]:
    async def let_in(request: Request) -> Actor:
        known = await known_of(request)
        if known is None:
            raise Problem(401, "not_logged_in")
        request.state.actor = known.actor
        if known.actor.role not in ROLES[role]:
            raise NotFound
        # What the tablet's page asks for is no page: a locked screen is not gone round by the address bar.
        if on_device and (known.device is None or "text/html" in request.headers.get("accept", "")):
            raise NotFound
        return known.actor

    let_in.__name__ = f"let_in_{role}"
    return let_in


guard_on_device = _in_role("guard", on_device=True)
receptionist = _in_role("receptionist")
manager = _in_role("manager")
admin = _in_role("admin")


async def staff(request: Request) -> Actor:
    """Let in whoever is logged in with whatever role."""
    known = await known_of(request)
    if known is None:
        raise Problem(401, "not_logged_in")
    request.state.actor = known.actor
    return known.actor


async def paired_device(request: Request) -> Device:
    """Let in a paired tablet, whoever holds it.

    A device that was revoked is told so, and erases what it keeps; one whose cookie is gone keeps what it has not sent.
    A stand is none: it is in the hands of whoever comes by.
    """
    device = await device_of(request)
    if device is not None and device.purpose == "tablet":
        return device
    revoked = await _of_token(request, repository.is_revoked)
    raise Problem(401, "device_revoked" if revoked else "device_unknown")


async def device_of(connection: HTTPConnection) -> Device | None:
    """Return the paired device that asks, if it is one."""
    return await _of_token(connection, repository.device_by_token)


async def _of_token(connection: HTTPConnection, find: Callable[[Session, str], Found]) -> Found | None:
    """Return what the book says of the device's token; None where there is no token."""
    token = token_of(connection, DEVICE_COOKIE)
    if token is None:
        return None
    state = app_state(connection)

    def look_up() -> Found:
        with state.book.reading() as session:
            return find(session, token)

    return await run_in_threadpool(look_up)


Anyone = Annotated[Actor | None, Depends(anyone)]
GuardOnDevice = Annotated[Actor, Depends(guard_on_device)]
Receptionist = Annotated[Actor, Depends(receptionist)]
Manager = Annotated[Actor, Depends(manager)]
Admin = Annotated[Actor, Depends(admin)]
Staff = Annotated[Actor, Depends(staff)]
PairedDevice = Annotated[Device, Depends(paired_device)]

ACTORS: frozenset[object] = frozenset({anyone, guard_on_device, receptionist, manager, admin, staff, paired_device})
"""Every way to name a route's actor; a test looks for one of them in each route."""


def visitor_actor(site_id: UUID, gate_id: UUID | None, device_id: UUID | None = None) -> Actor:
    """Return the actor that a visitor's phone or the stand acts as."""
    return Actor(site_id, VISITOR_ACCOUNT, "", "visitor", device_id, gate_id)


class Line:
    """Lets those who try one secret in one by one: who tries in parallel is not ahead of the count."""

    LONGEST = 3

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._door = threading.Lock()
        self._waiting: dict[bytes, tuple[threading.Lock, int]] = {}

    @contextlib.contextmanager
    def turn(self, key: bytes) -> Generator[None]:
        """Give a turn at a key; raises Problem 429 where some wait already."""
        with self._door:
            lock, waiting = self._waiting.get(key, (threading.Lock(), 0))
            if waiting >= self.LONGEST:
                raise Problem(429, "too_many_attempts", wait_seconds=1, retry_after=1)
            self._waiting[key] = (lock, waiting + 1)
        try:
            with lock:
                yield
        finally:
            with self._door:
                lock, waiting = self._waiting.pop(key)
                if waiting > 1:
                    self._waiting[key] = (lock, waiting - 1)


LINE = Line()


@dataclass(frozen=True, slots=True)
class Attempted:
    """Somebody who tries a secret: the account it is for, and the device or address it is tried from."""

    actor: Actor
    secret_hash: str
    place: str


def check_secret(state: AppState, attempted: Attempted, secret: str, wrong: str) -> None:
    """Raise Problem 401 with the code `wrong` unless `secret` is right, or 429 while its account must wait here.

    Failures are counted in the book per account and place, so that a stranger elsewhere cannot lock anybody out.
    """
    actor = attempted.actor
    key = state.book.closing.hash("attempt", f"{actor.account_id}:{attempted.place}")
    with LINE.turn(key):
        refuse_while_waiting(state, actor.site_id, key)
        if attempted.secret_hash and repository.is_secret(secret, attempted.secret_hash):
            return
        count_failure(state, actor, key)
    raise Problem(401, wrong)


def check_nobodys_secret(state: AppState, login: str, place: str, secret: str, wrong: str) -> NoReturn:
    """Refuse a secret of a login that nobody has, in the same words, time and count as somebody's.

    Such logins share 256 counts per place: what strangers type must not fill the book.
    """
    with state.book.reading() as session:
        site_id = repository.any_site(session)
    if site_id is None:
        raise Problem(401, wrong)
    bucket = state.book.closing.hash("login", fold(login))[0]
    key = state.book.closing.hash("attempt", f"login:{bucket}:{place}")
    with LINE.turn(key):
        refuse_while_waiting(state, site_id, key)
        repository.hash_secret(secret)
        count_failure(state, visitor_actor(site_id, None), key)
    raise Problem(401, wrong)


def refuse_while_waiting(state: AppState, site_id: UUID, key: bytes) -> None:
    """Raise Problem 429 while whoever fails under a key must wait."""
    now = state.clock.now()
    with state.book.reading() as session:
        known = repository.attempt(session, site_id, key)
    if known is not None and now < known.open_again_at:
        wait = int((known.open_again_at - now).total_seconds()) + 1
        raise Problem(429, "too_many_attempts", wait_seconds=wait, retry_after=wait)


def secret_hash(state: AppState, command_id: UUID, field: str, secret: str) -> str:
    """Return the hash of a form's secret: the same for the same form, so that one sent twice is one command.

    The salt follows from the book's key, the command's id and the field's name, and never from the secret.
    """
    return repository.hash_secret(secret, state.book.closing.hash("salt", f"{command_id}:{field}"))


def count_failure(state: AppState, actor: Actor, key: bytes, free: int = FREE_FAILURES) -> None:
    """Have a failed attempt counted; raises Problem 429 where it was one too many."""
    outcome = state.clerk.submit(new_id(), CountFailure(key=key.hex(), free=free), actor)
    wait = int(outcome.values.get("wait_seconds", 0))
    if wait:
        raise Problem(429, "too_many_attempts", wait_seconds=wait, retry_after=wait)


def begin_session(request: Request, response: Response, actor: Actor, valid: timedelta) -> None:
    """Open a session with a fresh token and give it to the browser; the one it had ends."""
    state = app_state(request)
    token = repository.new_token()
    old = token_of(request, SESSION_COOKIE)
    command = OpenSession(
        token_hash=repository.token_hash(token).hex(),
        old_token_hash=repository.token_hash(old).hex() if old else None,
        expires_at=state.clock.now() + valid,
    )
    state.clerk.submit(new_id(), command, actor)
    set_token(request, response, SESSION_COOKIE, token, int(valid.total_seconds()))


def end_session(request: Request, response: Response, actor: Actor) -> None:
    """End the browser's session."""
    token = token_of(request, SESSION_COOKIE)
    if token is not None:
        hashed = repository.token_hash(token).hex()
        app_state(request).clerk.submit(new_id(), EndSession(token_hash=hashed), actor)
    drop_token(request, response, SESSION_COOKIE)
