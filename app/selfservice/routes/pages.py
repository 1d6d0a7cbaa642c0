"""What the visitor's routes have in common: pages that tell something, and words for fields."""

from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from typing import Any

from babel import Locale
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from app.declarations.files import write_pass
from app.declarations.rules import NATIONALITIES, group_digits
from app.errors import Problem
from app.kit.text import alphabet_key, fold
from app.selfservice import rules
from app.selfservice.queries import PassView
from app.sites.files import qr_svg
from app.sites.models import Gate, Site
from app.web.problems import wants_json
from app.web.state import app_state
from app.web.templating import render

LABELS: Mapping[str, str] = {
    "kind": "visitor.kind",
    "full_name": "visitor.full_name",
    "birth_year": "visitor.birth_year",
    "sex": "visitor.sex",
    "nationality": "visitor.nationality",
    "phone": "visitor.phone",
    "identity_type": "visitor.identity_type",
    "identity_number": "visitor.identity_number",
    "organisation": "visitor.organisation",
    "address": "visitor.address",
    "unit": "visitor.unit",
    "host": "visitor.host",
    "purpose": "visitor.purpose",
    "plate": "visitor.plate",
    "people_count": "visitor.people_count",
    "on_word_of": "visitor.on_word_of",
}
HEADINGS: Mapping[str, str] = {
    "who": "visitor.step.who",
    "whom": "visitor.step.whom",
    "health": "visitor.step.health",
}
TOLD: Mapping[str, tuple[str, str]] = {
    "gate_unknown": ("visitor.told.gate_unknown", "visitor.told.gate_unknown_do"),
    "gate_retired": ("visitor.told.gate_retired", "visitor.told.gate_retired_do"),
    "pass_unknown": ("visitor.told.pass_unknown", "visitor.told.pass_unknown_do"),
    "declaration_closed": ("visitor.told.closed", "visitor.told.closed_do"),
    "too_many": ("visitor.told.too_many", "visitor.told.too_many_do"),
    "declined": ("visitor.told.declined", "visitor.told.declined_do"),
}


def tell(
    request: Request, code: str, status: int = 200, place: tuple[Site, Gate] | None = None, back: str | None = None
) -> HTMLResponse:
    """Return a friendly page that says what is so and what to do; `back` is an address to go on to."""
    site, gate = place or (None, None)
    title, text = TOLD[code]
    context = {"site": site, "gate": gate, "title": title, "text": text, "code": code, "back": back, "stand": False}
    return render(request, "visitor/told.html", context, status)


class FriendlyRoute(APIRoute):
    """Answers problems that visitors meet with a page that says what to do, in the visitor's own look."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with that done."""
        handler = super().get_route_handler()

        async def friendly(request: Request) -> Response:
            try:
                return await handler(request)
            except Problem as problem:
                if problem.code not in TOLD or wants_json(request):
                    raise
                return tell(request, problem.code, problem.status)

        return friendly


def pass_context(request: Request, view: PassView) -> dict[str, Any]:
    """Return what shows a pass: its QR begins with the ten digits that scanner, keypad and person enter alike.

    While somebody may still come in by it, the signed statement follows them, for a tablet without a network.
    """
    statement = view.statement()
    if statement is None:
        qr = qr_svg(view.found.digits)
    else:
        key = app_state(request).book.keys.passes(view.site.id)
        qr = qr_svg(write_pass(statement, view.site.id, key), long=True)
    digits = group_digits(view.found.digits).split()
    return {"view": view, "site": view.site, "gate": view.gate, "qr": qr, "digits": digits}


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """Return nationalities as (code, name) pairs: Vietnam first, then by name."""
    names = Locale(language).territories
    key = alphabet_key if language == "vi" else fold
    rest = sorted((code for code in NATIONALITIES if code != "VN"), key=lambda code: (key(names[code]), code))
    return [(code, names[code]) for code in ("VN", *rest)]


def errors_of(codes: Mapping[str, str]) -> dict[str, str]:
    """Return the text's key per wrong field."""
    return {name: f"errors.{code}" for name, code in codes.items()}


def carried(values: Mapping[str, str], shown: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return what a page must carry along in hidden fields: every value that it doesn't show."""
    return [(name, value) for name, value in values.items() if name not in shown and value]


def people_of(values: Mapping[str, str]) -> list[str]:
    """Return the names of a party as typed so far, the declarant first."""
    return [values.get(rules.prefix(at) + "full_name", "") for at in range(1 + rules.companions(values))]
