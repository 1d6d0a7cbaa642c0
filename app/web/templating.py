"""Pages out of kiosk_ui/templates: the environment, the filters, and `render`."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from babel import Locale
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request

from app.clock import Clock
from app.errors import StartError
from app.kit.zones import DEFAULT_ZONE
from app.web.texts import (
    LANGUAGES,
    LOCALES,
    Texts,
    choose_language,
    format_date,
    format_datetime,
    format_number,
    format_temperature,
    format_time,
)

KIOSK_UI = LOCALES.parent
BUILD = KIOSK_UI / "static" / "build"
LANGUAGE_COOKIE = "gatebook_language"
_A_YEAR = 365 * 24 * 3600


@cache
def _built(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise StartError(f"{path} is missing: build the assets first (make assets).")
    return cast("dict[str, str]", json.loads(path.read_text(encoding="utf-8")))


def asset(name: str) -> str:
    """Return the address of a built file, such as `app.css` or `pages/base.js`; StartError when it was not built."""
    try:
        return "/static/build/" + _built(BUILD / "manifest.json")[name]
    except KeyError:
        raise StartError(f"The assets hold no {name}: build them again (make assets).") from None


def icon(name: str) -> Markup:
    """Return a lucide icon of kiosk_ui/icons.txt as inline SVG, hidden from screen readers."""
    try:
        return Markup(_built(BUILD / "icons.json")[name])  # noqa: S704 - our own build's output
    except KeyError:
        raise StartError(f"The assets hold no icon {name}: name it in kiosk_ui/icons.txt and build.") from None


def _zone(context: Context) -> str:
    return getattr(context.get("site"), "zone", None) or DEFAULT_ZONE


@pass_context
def _date(context: Context, moment: date) -> str:
    return format_date(moment, _zone(context))


@pass_context
def _time(context: Context, moment: datetime) -> str:
    return format_time(moment, _zone(context))


@pass_context
def _datetime(context: Context, moment: datetime) -> str:
    return format_datetime(moment, _zone(context))


@pass_context
def _country(context: Context, code: str) -> str:
    """Return the name of an ISO 3166 country in the reader's language, or what stands there instead of a code."""
    names = cast("Mapping[str, str]", Locale(context["lang"]).territories)
    return names.get(code, code)


@pass_context
def _shown(context: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a problem's values as people read them: `at` comes as an ISO moment, for machines."""
    moment = values.get("at")
    if not isinstance(moment, str):
        return dict(values)
    return {**values, "at": format_time(datetime.fromisoformat(moment), _zone(context))}


def make_environment() -> Environment:
    """Return the Jinja environment: everything escaped, everything undefined an error."""
    environment = Environment(
        loader=FileSystemLoader(KIOSK_UI / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    cast("dict[str, Any]", environment.globals).update(asset=asset, icon=icon)
    filters: dict[str, Any] = {
        "date": _date,
        "time": _time,
        "datetime": _datetime,
        "country": _country,
        "temperature": format_temperature,
        "number": format_number,
        "shown": _shown,
    }
    cast("dict[str, Any]", environment.filters).update(filters)
    return environment


environment = make_environment()


def asked_language(request: Request) -> str | None:
    """Return the language that the address asks for (`?lang=en`, the switch on every page), if any."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else None


def language_of(request: Request) -> str:
    """Return the reader's language: the address's, the cookie's, the browser's, else Vietnamese."""
    return asked_language(request) or choose_language(
        request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
    )


def _language_links(request: Request) -> dict[str, str]:
    """Return this page's address in each language, relative, its other parameters kept."""
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return {language: "?" + urlencode([*others, ("lang", language)]) for language in LANGUAGES}


def page_context(request: Request) -> dict[str, Any]:
    """Return what every page may use: t, lang, actor, site, now, path, values and errors of a form."""
    language = language_of(request)
    clock = getattr(request.app.state, "clock", None) or Clock()
    return {
        "t": Texts.for_language(language),
        "lang": language,
        "language_links": _language_links(request),
        "actor": getattr(request.state, "actor", None),
        "site": getattr(request.state, "site", None),
        "now": clock.now(),
        "path": request.url.path,
        "values": {},
        "errors": {},
    }


def render(
    request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """Return `template` as a page in the reader's language.

    `context` may hold `values` (field name to what was typed) and `errors` (field name to a text's key, or
    to a key with its values), which the form macros show.
    """
    known = page_context(request) | dict(context or {})
    response = HTMLResponse(environment.get_template(template).render(known), status)
    response.headers["Content-Language"] = known["lang"]
    if asked := asked_language(request):
        # No secret, and not Secure: http and https share one jar, and the choice is made on either.
        response.set_cookie(LANGUAGE_COOKIE, asked, max_age=_A_YEAR, httponly=True, samesite="lax")
    return response
