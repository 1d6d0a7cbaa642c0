"""The questionnaire: what is asked now, every version there was, and a new one."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts.security import Manager
from app.admin import queries
from app.admin.routes.page import Desk
from app.admin.routes.policy import read_validity
from app.admin.schemas import questions as forms
from app.admin.schemas.changes import Change, question_changes
from app.admin.schemas.questions import Document
from app.errors import NotFound
from app.screening.commands import PublishQuestionnaire
from app.screening.handlers import default_questionnaire
from app.screening.models import QuestionnaireVersion
from app.screening.queries import policy_at, questionnaire_versions
from app.screening.rules import policy_in_force
from app.web.forms import Errors, TypedForm
from app.web.state import BookSession, app_state
from app.web.templating import language_of
from app.web.texts import Texts

router = APIRouter()


@router.get("/admin/questions", response_class=HTMLResponse)
def questions(request: Request, actor: Manager, session: BookSession) -> Response:
    """Show what is asked now, and all versions: who made each, when, and from when until when it holds."""
    versions = questionnaire_versions(session, actor.site_id)
    context = {
        "versions": list(reversed(versions)),
        "in_force": policy_in_force(versions, app_state(request).clock.now()),
        "days": _lookback_days(request, session, actor),
        "names": queries.names(session, actor.site_id),
    }
    return Desk(request, actor, session).show("questions.html", context)


@router.get("/admin/questions/new", response_class=HTMLResponse)
def new_questions(request: Request, actor: Manager, session: BookSession) -> Response:
    """Show a new version's form, filled with the version in force."""
    desk = Desk(request, actor, session)
    base = _in_force(desk)
    return _form(desk, base, {**forms.typed_of(_base(base)), "base": str(base.version)}, None, {})


@router.post("/admin/questions/new")
def publish_questions(request: Request, actor: Manager, session: BookSession, form: TypedForm) -> Response:
    """Show what a new version would change, or publish it."""
    desk = Desk(request, actor, session)
    base = _shown_with(desk, form)
    seed = form.get("command_id", "")[-6:]
    document, errors = forms.read_questions(form, _base(base), seed)
    validity, wrong = read_validity(desk, form)
    if document is None or wrong:
        return _form(desk, base, form, None, {**errors, **wrong})
    if form.get("act") != "publish":
        t = Texts.for_language(language_of(request))
        return _form(desk, base, form, question_changes(_in_force(desk).document, document, t), {})
    command = PublishQuestionnaire.model_validate({"document": document, **validity})
    return desk.carry_out(
        form, (command, {}), lambda errors: _form(desk, base, form, None, errors), "/admin/questions?done=published"
    )


def _in_force(desk: Desk) -> QuestionnaireVersion:
    now = app_state(desk.request).clock.now()
    found = policy_in_force(questionnaire_versions(desk.session, desk.actor.site_id), now)
    if found is None:
        raise NotFound("no_questionnaire")
    return found


def _shown_with(desk: Desk, form: Mapping[str, str]) -> QuestionnaireVersion:
    """Return the version that a form was filled with: its fields carry that version's keys."""
    known = questionnaire_versions(desk.session, desk.actor.site_id)
    found = next((one for one in known if str(one.version) == form.get("base")), None)
    return found or _in_force(desk)


def _base(version: QuestionnaireVersion) -> Document:
    return forms.with_all_sections(version.document, default_questionnaire())


def _form(
    desk: Desk, base: QuestionnaireVersion, typed: Mapping[str, str], changes: list[Change] | None, errors: Errors
) -> Response:
    context = {
        "values": typed,
        "changes": changes,
        "document": _base(base),
        "version": base.version,
        "fresh": forms.FRESH,
        "types": forms.TYPES,
        "flags": forms.FLAGS,
    }
    return desk.show("questions_new.html", context, errors)


@router.get("/admin/questions/versions/{version}", response_class=HTMLResponse)
def questions_version(request: Request, version: int, actor: Manager, session: BookSession) -> Response:
    """Show one version, and what it changed."""
    known = {one.version: one for one in questionnaire_versions(session, actor.site_id)}
    if version not in known:
        raise NotFound
    t = Texts.for_language(language_of(request))
    before = known[version - 1].document if version - 1 in known else None
    changes = question_changes(before, known[version].document, t) if before else None
    context = {
        "version": known[version],
        "changes": changes,
        "days": _lookback_days(request, session, actor),
        "names": queries.names(session, actor.site_id),
    }
    return Desk(request, actor, session).show("questions_version.html", context)


def _lookback_days(request: Request, session: BookSession, actor: Manager) -> int:
    """Return how far back the policy in force asks, for texts that name it."""
    return policy_at(session, actor.site_id, app_state(request).clock.now()).policy.lookback_days
