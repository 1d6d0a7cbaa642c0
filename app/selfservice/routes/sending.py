"""Handing a whole form to the clerk, and what comes of it."""

from typing import Any, cast
from uuid import UUID

from fastapi.responses import RedirectResponse, Response

from app.clerk import Outcome, Status
from app.errors import Problem
from app.kit.ids import new_id
from app.selfservice import queries, rules, schemas
from app.selfservice.commands import Declare
from app.selfservice.routes import pages, steps
from app.selfservice.routes.steps import Visitor
from app.selfservice.schemas import Sent
from app.selfservice.security import FormCounter, client_address
from app.web.state import app_state
from app.web.templating import language_of, render
from app.web.writing import command_id_of

AMENDED_TIMES = 3
"""How many times the limit an address may send where it only amends what it sent before."""


def send(visitor: Visitor, sent: Sent) -> Response:
    """Hand a whole form to the clerk; what was sent before leads to the same pass."""
    desk = visitor.desk
    form_id = command_id_of(sent.form_id)
    if _is_one_too_many(visitor, form_id):
        return pages.tell(visitor.request, "too_many", 429, (desk.site, desk.gate))
    language = cast("Any", language_of(visitor.request))
    command = schemas.declare_of(sent.values, desk.asked, schemas.Place(desk.gate.id, language, desk.notice.version))
    try:
        outcome = _submit(visitor, form_id, command)
    except Problem as problem:
        screens = rules.screens(sent.values, desk.asked)
        remarks = steps.Remarks(refused=f"errors.{problem.code}", status=problem.status)
        return steps.step_page(visitor, sent, screens[-1], remarks)
    if outcome.status is Status.REFUSED:
        return _refused(visitor, sent, outcome)
    return _done(visitor, UUID(outcome.values["pass_id"]))


def _submit(visitor: Visitor, form_id: UUID, command: Declare) -> Outcome:
    state = app_state(visitor.request)
    outcome = state.clerk.submit(form_id, command, visitor.actor)
    # What states something else than before is as much work, and as many lines, as another form.
    if outcome.status in (Status.RECORDED, Status.CONFLICT):
        _counter(visitor).count(client_address(visitor.request), state.clock.now())
    if outcome.status in (Status.REPEATED, Status.CONFLICT):
        return _again(visitor, form_id, command, outcome)
    return outcome


def _again(visitor: Visitor, form_id: UUID, command: Declare, first: Outcome) -> Outcome:
    """Amend what the form stated before; where nothing may be amended any more, an unchanged form is still itself."""
    clerk = app_state(visitor.request).clerk
    outcome = clerk.submit(new_id(), schemas.amendment_of(command, form_id), visitor.actor)
    return first if outcome.status is Status.REFUSED and first.status is Status.REPEATED else outcome


def _refused(visitor: Visitor, sent: Sent, outcome: Outcome) -> Response:
    desk, code = visitor.desk, outcome.code or ""
    if code == "declaration_closed":
        address = _address(visitor, UUID(outcome.values["pass_id"]))
        return pages.tell(visitor.request, code, place=(desk.site, desk.gate), back=address)
    # The refused id has its receipt: what is sent next is another form.
    fresh = Sent(str(new_id()), sent.notice_version, sent.agreed, sent.screen, sent.go, sent.values)
    screens = rules.screens(sent.values, desk.asked)
    return steps.step_page(visitor, fresh, screens[-1], steps.Remarks(refused=f"errors.{code}"))


def _done(visitor: Visitor, pass_id: UUID) -> Response:
    address = _address(visitor, pass_id)
    if not visitor.desk.asked.stand:
        return RedirectResponse(address, 303)
    state = app_state(visitor.request)
    with state.book.reading() as session:
        view = queries.pass_view(session, address.removeprefix("/p/"), state.clock.now())
    context = pages.pass_context(visitor.request, view) | {"stand": True, "action": visitor.address}
    return render(visitor.request, "visitor/stand_done.html", context)


def _address(visitor: Visitor, pass_id: UUID) -> str:
    # A session of its own: the request's began before the pass was written.
    book = app_state(visitor.request).book
    with book.reading() as session:
        found = queries.pass_of(session, visitor.desk.site.id, pass_id)
        return queries.address_of(book.closing, found)


def _is_one_too_many(visitor: Visitor, form_id: UUID) -> bool:
    if visitor.known:
        return False
    state = app_state(visitor.request)
    if not _counter(visitor).is_full(client_address(visitor.request), state.clock.now()):
        return False
    with state.book.reading() as session:
        # A form of before still leads to its pass; only far past the limit is it no longer amended.
        known = queries.pass_of_form(session, visitor.desk.site.id, form_id) is not None
    return not known or _counter(visitor).is_full(client_address(visitor.request), state.clock.now(), AMENDED_TIMES)


def _counter(visitor: Visitor) -> FormCounter:
    return cast("FormCounter", visitor.request.app.state.form_counter)
