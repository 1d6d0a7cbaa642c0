"""The policy: what holds now, every version there was, and a new one."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts.security import Manager
from app.admin import queries
from app.admin.routes.page import Desk
from app.admin.schemas import moments
from app.admin.schemas import policy as forms
from app.admin.schemas.changes import Change, option, policy_changes, shown
from app.admin.schemas.policy import Document
from app.errors import NotFound
from app.screening.commands import PublishPolicy
from app.screening.models import PolicyVersion
from app.screening.queries import policy_versions
from app.screening.rules import KINDS, policy_in_force
from app.sites.repository import find_site, units
from app.web.forms import Errors, TypedForm
from app.web.state import BookSession, app_state
from app.web.templating import language_of
from app.web.texts import Texts

router = APIRouter()
A_MINUTE = timedelta(minutes=1)


@router.get("/admin/policy", response_class=HTMLResponse)
def policy(request: Request, actor: Manager, session: BookSession) -> Response:
    """Show the version in force, and all versions: who made each, when, and from when until when it holds."""
    desk = Desk(request, actor, session)
    versions = policy_versions(session, actor.site_id)
    context = {
        "versions": list(reversed(versions)),
        "in_force": policy_in_force(versions, app_state(request).clock.now()),
        "names": queries.names(session, actor.site_id),
    }
    return desk.show("policy.html", {**context, **_words(request), "unit_names": _units(desk)})


def _words(request: Request) -> dict[str, object]:
    t = Texts.for_language(language_of(request))
    return {
        "groups": forms.GROUPS,
        "order": forms.ORDER,
        "kinds": KINDS,
        "kind_settings": forms.KIND_SETTINGS,
        "record_fields": forms.RECORD_FIELDS,
        "at": forms.at,
        "shown": partial(shown, t),
        "option": partial(option, t),
    }


def _units(desk: Desk) -> dict[str, str]:
    return {str(unit.id): unit.name for unit in units(desk.session, desk.actor.site_id)}


@router.get("/admin/policy/new", response_class=HTMLResponse)
def new_policy(request: Request, actor: Manager, session: BookSession) -> Response:
    """Show a new version's form, filled with the version in force."""
    desk = Desk(request, actor, session)
    base = _in_force(desk).document
    typed = forms.typed_of(base, list(_units(desk)))
    order = {"order.number": "", "order.date": ""}
    return _form(desk, {**typed, **order}, None, {})


@router.post("/admin/policy/new")
def publish_policy(request: Request, actor: Manager, session: BookSession, form: TypedForm) -> Response:
    """Show what a new version would change, or publish it."""
    desk = Desk(request, actor, session)
    document, errors = forms.read_policy(form, list(_units(desk)))
    validity, wrong = read_validity(desk, form)
    if document is None or wrong:
        return _form(desk, form, None, {**errors, **wrong})
    if form.get("act") != "publish":
        t = Texts.for_language(language_of(request))
        return _form(desk, form, policy_changes(_in_force(desk).document, document, t, _units(desk)), {})
    command = PublishPolicy.model_validate({"document": document, **validity})
    return desk.carry_out(
        form, (command, {}), lambda errors: _form(desk, form, None, errors), "/admin/policy?done=policy_published"
    )


def read_validity(desk: Desk, form: Mapping[str, str]) -> tuple[dict[str, object], Errors]:
    """Return when a version holds; it can't have begun in the past, where decisions have been made already."""
    site = find_site(desk.session, desk.actor.site_id)
    start, end, errors = moments.read_validity(form, site.zone if site else "UTC")
    now = app_state(desk.request).clock.now()
    if start is not None and start < now - A_MINUTE:
        errors["valid_from"] = "errors.valid_from_past"
    if end is not None and end <= (start or now):
        errors["valid_until"] = "errors.validity_odd"
    return {"valid_from": start if start and start > now else None, "valid_until": end}, errors


def _in_force(desk: Desk) -> PolicyVersion:
    now = app_state(desk.request).clock.now()
    found = policy_in_force(policy_versions(desk.session, desk.actor.site_id), now)
    if found is None:
        raise NotFound("no_policy")
    return found


def _form(desk: Desk, typed: Mapping[str, str], changes: list[Change] | None, errors: Errors) -> Response:
    context = {"values": typed, "changes": changes, "unit_names": _units(desk), "in_force": _in_force(desk)}
    return desk.show("policy_new.html", {**context, **_words(desk.request)}, errors)


@router.get("/admin/policy/versions/{version}", response_class=HTMLResponse)
def policy_version(request: Request, version: int, actor: Manager, session: BookSession) -> Response:
    """Show one version, and what it changed."""
    desk = Desk(request, actor, session)
    known = {one.version: one for one in policy_versions(session, actor.site_id)}
    if version not in known:
        raise NotFound
    t = Texts.for_language(language_of(request))
    before: Document | None = known[version - 1].document if version - 1 in known else None
    changes = policy_changes(before, known[version].document, t, _units(desk)) if before else None
    context = {"version": known[version], "changes": changes, "names": queries.names(session, actor.site_id)}
    return desk.show("policy_version.html", {**context, **_words(request), "unit_names": _units(desk)})
