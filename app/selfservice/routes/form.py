"""The form behind a poster's code: the notice, three short steps, and the pass at its end.

Each step is a page of its own that carries what was typed before in hidden fields, so that nothing is kept before it
is sent, and nothing stands in an address. The whole is checked again at the end.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from app.accounts.security import Anyone
from app.errors import Problem
from app.kit.ids import new_id
from app.selfservice import queries, rules, schemas
from app.selfservice.routes import pages, sending, steps
from app.selfservice.routes.steps import Remarks, Visitor
from app.selfservice.rules import Screen
from app.selfservice.schemas import NOTICE, Sent
from app.selfservice.security import AskingDevice, is_stand
from app.web.cookies import set_token
from app.web.state import BookSession, app_state
from app.web.writing import command_id_of

router = APIRouter(route_class=pages.FriendlyRoute)
FORM_COOKIE = "gatebook_form"
FORM_SECONDS = 24 * 3600
MOST_FIELDS = 2000


async def _sent(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=MOST_FIELDS)


SentForm = Annotated[FormData, Depends(_sent)]


def _visitor(request: Request, gate_code: str, session: BookSession, actor: Anyone, device: AskingDevice) -> Visitor:
    place = queries.find_gate(session, gate_code)
    stand = "stand" in request.query_params and is_stand(device, place[1])
    desk = queries.desk(session, place, app_state(request).clock.now(), stand=stand)
    own = device.id if device is not None and device.site_id == place[0].id else None
    return Visitor(request, desk, device is not None or actor is not None, own)


AtForm = Annotated[Visitor, Depends(_visitor)]


@router.get("/g/{gate_code}", response_class=HTMLResponse)  # noqa: FAST003 - AtForm takes it
def notice(visitor: AtForm, session: BookSession, _actor: Anyone) -> Response:
    """Show the notice, with the id of the form that begins here."""
    form_id, known = _form_id(visitor, session)
    page = steps.notice_page(visitor, Sent(str(form_id), "", frozenset(), NOTICE, "", {}), known=known)
    if not visitor.desk.asked.stand:
        set_token(visitor.request, page, FORM_COOKIE, str(form_id), FORM_SECONDS)
    return page


def _form_id(visitor: Visitor, session: BookSession) -> tuple[UUID, str | None]:
    """Return the id of the form that this browser has in hand, or a new one; and its open pass, if it has one.

    So a reload begins no second form, and whoever scans the poster again finds the way back to the pass.
    """
    kept = visitor.request.cookies.get(FORM_COOKIE)
    if kept is None or visitor.desk.asked.stand:
        return new_id(), None
    try:
        form_id = command_id_of(kept)
    except Problem:
        return new_id(), None
    state = app_state(visitor.request)
    found = queries.pass_of_form(session, visitor.desk.site.id, form_id)
    if found is None:
        return form_id, None
    is_open = queries.is_open(session, found, state.clock.now())
    return new_id(), queries.address_of(state.book.closing, found) if is_open else None


@router.get("/g/{gate_code}/paper", response_class=HTMLResponse)  # noqa: FAST003 - AtForm takes it
def without_consent(visitor: AtForm, _actor: Anyone) -> Response:
    """Tell whoever doesn't agree that the guard has another way, and that nothing is held against them."""
    place = (visitor.desk.site, visitor.desk.gate)
    return pages.tell(visitor.request, "declined", place=place, back=visitor.address)


@router.post("/g/{gate_code}", response_class=HTMLResponse)  # noqa: FAST003 - AtForm takes it
def step(visitor: AtForm, form: SentForm, _actor: Anyone) -> Response:
    """Take one step of the form: on, back, or to one person more or fewer."""
    sent = schemas.read_form(form, visitor.desk.asked)
    command_id_of(sent.form_id)
    if sent.go != "next":
        return _turn(visitor, sent)
    if sent.notice_version != str(visitor.desk.notice.version) or not sent.agreed.issuperset(visitor.desk.consents):
        return steps.notice_page(visitor, sent, missing=True)
    screens = rules.screens(sent.values, visitor.desk.asked)
    at = _position(screens, sent.screen)
    wrong = schemas.first_wrong(screens[: at + 1], sent.values, visitor.desk.asked)
    if wrong is not None:
        return steps.step_page(visitor, sent, wrong[0], Remarks(pages.errors_of(wrong[1])))
    if at >= 0 and (odd := rules.warn_screen(screens[at], sent.values, visitor.desk.asked)):
        return steps.step_page(visitor, sent, screens[at], Remarks(warning=f"rules.warning.{next(iter(odd.values()))}"))
    if at + 1 < len(screens):
        return steps.step_page(visitor, sent, screens[at + 1])
    return sending.send(visitor, sent)


def _position(screens: tuple[Screen, ...], key: str) -> int:
    """Return where a screen stands; -1 is the notice, before them all."""
    return next((at for at, screen in enumerate(screens) if screen.key == key), -1)


def _turn(visitor: Visitor, sent: Sent) -> Response:
    """Show a page without checking anything: the one before, the same in another language, or with other people."""
    what, _, which = sent.go.partition(".")
    values = dict(sent.values)
    count = rules.companions(values)
    if what == "add" and count < rules.MOST_COMPANIONS:
        values[rules.COMPANIONS] = str(count + 1)
    if what == "remove" and which in map(str, range(1, count + 1)):
        values = rules.without_companion(values, int(which))
    screens = rules.screens(values, visitor.desk.asked)
    at = _position(screens, sent.screen) - (what == "back")
    turned = Sent(sent.form_id, sent.notice_version, sent.agreed, sent.screen, sent.go, values)
    return steps.notice_page(visitor, turned) if at < 0 else steps.step_page(visitor, turned, screens[at])
