"""The pages of the form: the notice, and each screen with what was typed so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.accounts.security import visitor_actor
from app.clerk import Actor
from app.selfservice import rules, schemas
from app.selfservice.queries import Desk
from app.selfservice.routes import pages
from app.selfservice.rules import Screen
from app.selfservice.schemas import Sent
from app.web.templating import language_of, render

BACK_ALLOWED = "private, no-cache"
"""A browser may show a step again from its own history: with no-store, Back would end in an error page."""


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


def notice_page(visitor: Visitor, sent: Sent, *, missing: bool = False, known: str | None = None) -> HTMLResponse:
    """Return the first page; `missing`: the form may not go on from here; `known`: the address of an open pass."""
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


@dataclass(frozen=True, slots=True)
class Remarks:
    """What a screen is shown again for: errors by field, a warning, or why the whole form was refused (texts' keys)."""

    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    warning: str | None = None
    refused: str | None = None
    status: int = 422


def step_page(visitor: Visitor, sent: Sent, screen: Screen, remarks: Remarks | None = None) -> HTMLResponse:
    """Return one screen of the form with what was typed, and beside each wrong field what is wrong."""
    remarks = remarks or Remarks()
    asked = visitor.desk.asked
    values = {"nationality": "VN", rules.KIND: asked.kinds[0]} | sent.values
    if remarks.warning:
        values[rules.SEEN_WARNING] = rules.warned_of(values)
    language = language_of(visitor.request)
    shown = rules.names_on(screen, values)
    context = _shared(visitor, sent) | {
        "screen": screen,
        "heading": pages.HEADINGS[screen.step],
        "labels": pages.LABELS,
        "values": values,
        "errors": remarks.errors,
        "refused": remarks.refused,
        "warning": remarks.warning,
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
    return _page(visitor, "visitor/step.html", context, remarks.status if remarks.errors or remarks.refused else 200)


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
