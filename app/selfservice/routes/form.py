"""The form behind a poster's code: the notice, three short steps, and the pass at its end.

Each step is a page of its own that carries what was typed before in hidden fields, so that nothing is kept before it
is sent, and nothing stands in an address. The whole is checked again at the end.
"""

from dataclasses import dataclass
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from app.accounts.security import Anyone, visitor_actor
from app.clerk import Actor, Outcome, Status
from app.errors import Problem
from app.kit.ids import new_id
from app.selfservice import queries, rules, schemas
from app.selfservice.commands import Declare
from app.selfservice.queries import Desk
from app.selfservice.routes import pages
from app.selfservice.rules import Screen
from app.selfservice.schemas import NOTICE, Sent
from app.selfservice.security import AskingDevice, FormCounter, client_address, is_stand
from app.web.cookies import set_token
from app.web.state import BookSession, app_state
from app.web.templating import language_of, render
from app.web.writing import command_id_of

router = APIRouter(route_class=pages.FriendlyRoute)
FORM_COOKIE = "gatebook_form"
FORM_SECONDS = 24 * 3600
BACK_ALLOWED = "private, no-cache"
"""A browser may show a step again from its own history: with no-store, Back would end in an error page."""


async def _sent(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=2000)


SentForm = Annotated[FormData, Depends(_sent)]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in front of a form: which gate's, from where, and at a stand or on a phone."""

    request: Request
    desk: Desk
    known: bool
    """Whether a device or an account is behind it, which is never limited."""
    device_id: UUID | None = None

    @property
    def actor(self) -> Actor:
        """Who acts in the book."""
        return visitor_actor(self.desk.site.id, self.desk.gate.id, self.device_id)

    @property
    def address(self) -> str:
        """The form's own address."""
        return f"/g/{self.desk.gate.code}" + ("?stand" if self.desk.asked.stand else "")


def _visitor(
    request: Request, gate_code: str, session: BookSession, actor: Anyone, device: AskingDevice
) -> Visitor:
    place = queries.find_gate(session, gate_code)
    stand = "stand" in request.query_params and is_stand(device, place[1])
    desk = queries.desk(session, place, app_state(request).clock.now(), stand=stand)
    own = device.id if device is not None and device.site_id == place[0].id else None
    return Visitor(request, desk, device is not None or actor is not None, own)


AtForm = Annotated[Visitor, Depends(_visitor)]


@router.get("/g/{gate_code}", response_class=HTMLResponse)
def notice(visitor: AtForm, session: BookSession, _actor: Anyone) -> Response:
    """Show the notice, with the id of the form that begins here."""
    form_id, known = _form_id(visitor, session)
    page = _notice_page(visitor, Sent(str(form_id), "", frozenset(), NOTICE, "", {}), known=known)
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


@router.get("/g/{gate_code}/paper", response_class=HTMLResponse)
def without_consent(visitor: AtForm, _actor: Anyone) -> Response:
    """Tell whoever doesn't agree that the guard has another way, and that nothing is held against them."""
    place = (visitor.desk.site, visitor.desk.gate)
    return pages.tell(visitor.request, "declined", place=place, back=visitor.address)


@router.post("/g/{gate_code}", response_class=HTMLResponse)
def step(visitor: AtForm, form: SentForm, _actor: Anyone) -> Response:
    """Take one step of the form: on, back, or to one person more or fewer."""
    sent = schemas.read_form(form, visitor.desk.asked)
    command_id_of(sent.form_id)
    if sent.go != "next":
        return _turn(visitor, sent)
    if sent.notice_version != str(visitor.desk.notice.version) or not sent.agreed.issuperset(visitor.desk.consents):
        return _notice_page(visitor, sent, missing=True)
    screens = rules.screens(sent.values, visitor.desk.asked)
    at = _position(screens, sent.screen)
    wrong = schemas.first_wrong(screens[: at + 1], sent.values, visitor.desk.asked)
    if wrong is not None:
        return _step_page(visitor, sent, wrong[0], pages.errors_of(wrong[1]))
    if at >= 0 and (odd := rules.warn_screen(screens[at], sent.values, visitor.desk.asked)):
        return _step_page(visitor, sent, screens[at], warning=next(iter(odd.values())))
    if at + 1 < len(screens):
        return _step_page(visitor, sent, screens[at + 1])
    return _send(visitor, sent)


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
    if what == "remove" and which.isdigit() and 0 < int(which) <= count:
        values = rules.without_companion(values, int(which))
    screens = rules.screens(values, visitor.desk.asked)
    at = _position(screens, sent.screen) - (what == "back")
    turned = Sent(sent.form_id, sent.notice_version, sent.agreed, sent.screen, sent.go, values)
    return _notice_page(visitor, turned) if at < 0 else _step_page(visitor, turned, screens[at])


def _notice_page(
    visitor: Visitor, sent: Sent, *, missing: bool = False, known: str | None = None
) -> HTMLResponse:
    desk = visitor.desk
    lacking = [key for key in desk.consents if key not in sent.agreed] if missing else []
    context = _shared(visitor, sent) | {
        "notice": desk.words(language_of(visitor.request)),
        "consents": desk.consents,
        "values": {schemas.AGREE + key: "yes" for key in sent.agreed},
        "errors": {schemas.AGREE + key: "errors.consent_missing" for key in lacking},
        "changed": missing and not lacking,
        "hidden": pages.carried(sent.values, ()),
        "open_pass": known,
        "plain_http": visitor.request.url.scheme == "http",
    }
    return _page(visitor, "visitor/notice.html", context, 422 if lacking else 200)


def _step_page(
    visitor: Visitor,
    sent: Sent,
    screen: Screen,
    errors: dict[str, str] | None = None,
    *,
    warning: str | None = None,
    refused: str | None = None,
) -> HTMLResponse:
    asked = visitor.desk.asked
    values = {"nationality": "VN", rules.KIND: asked.kinds[0]} | sent.values
    if warning:
        values[rules.SEEN_WARNING] = rules.warned_of(values)
    language = language_of(visitor.request)
    shown = rules.names_on(screen, values)
    context = _shared(visitor, sent) | {
        "screen": screen,
        "heading": pages.HEADINGS[screen.step],
        "labels": pages.LABELS,
        "values": values,
        "errors": errors or {},
        "refused": f"errors.{refused}" if refused else None,
        "warning": f"rules.warning.{warning}" if warning else None,
        "required": rules.required_on(screen, values, asked),
        "extras": rules.extras_on(screen, values),
        "hidden": pages.carried(values, shown),
        "agreed": sorted(sent.agreed),
        "companions": rules.companions(values),
        "most_companions": rules.MOST_COMPANIONS,
        "kinds": asked.kinds,
        "units": visitor.desk.units,
        "countries": pages.countries(language),
        "people": pages.people_of(values),
        "prefix": rules.prefix(screen.person),
        "questionnaire": asked.questionnaire,
        "lookback_days": asked.policy.lookback_days,
        "last": screen.key == rules.screens(values, asked)[-1].key,
    }
    return _page(visitor, "visitor/step.html", context, 422 if errors or refused else 200)


def _shared(visitor: Visitor, sent: Sent) -> dict[str, Any]:
    desk = visitor.desk
    return {
        "site": desk.site,
        "gate": desk.gate,
        "stand": desk.asked.stand,
        "action": visitor.address,
        "form_id": sent.form_id,
        "notice_version": desk.notice.version,
    }


def _page(visitor: Visitor, template: str, context: dict[str, Any], status: int) -> HTMLResponse:
    page = render(visitor.request, template, context, status)
    if not visitor.desk.asked.stand and visitor.request.method == "POST":
        page.headers["Cache-Control"] = BACK_ALLOWED
    return page


def _send(visitor: Visitor, sent: Sent) -> Response:
    """Hand a whole form to the clerk; what was sent before leads to the same pass."""
    desk, state = visitor.desk, app_state(visitor.request)
    form_id = command_id_of(sent.form_id)
    if _is_one_too_many(visitor, form_id):
        return pages.tell(visitor.request, "too_many", 429, (desk.site, desk.gate))
    language = cast("Any", language_of(visitor.request))
    command = schemas.declare_of(
        sent.values, desk.asked, schemas.Place(desk.gate.id, language, desk.notice.version)
    )
    outcome = state.clerk.submit(form_id, command, visitor.actor)
    if outcome.status is Status.RECORDED:
        _counter(visitor).count(client_address(visitor.request), state.clock.now())
    if outcome.status in (Status.REPEATED, Status.CONFLICT):
        outcome = _again(visitor, form_id, command, outcome)
    if outcome.status is Status.REFUSED:
        return _refused(visitor, sent, outcome)
    return _done(visitor, UUID(outcome.values["pass_id"]))


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
    return _step_page(visitor, fresh, screens[-1], refused=code)


def _done(visitor: Visitor, pass_id: UUID) -> Response:
    address = _address(visitor, pass_id)
    if not visitor.desk.asked.stand:
        return RedirectResponse(address, 303)
    state = app_state(visitor.request)
    with state.book.reading() as session:
        view = queries.pass_view(session, address.removeprefix("/p/"), state.clock.now())
    context = pages.pass_context(view) | {"stand": True, "action": visitor.address}
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
        return queries.pass_of_form(session, visitor.desk.site.id, form_id) is None


def _counter(visitor: Visitor) -> FormCounter:
    return cast("FormCounter", visitor.request.app.state.form_counter)
