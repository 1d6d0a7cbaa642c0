"""Problems as answers: problem+json (RFC 9457) for machines, a page in the reader's language for people."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from app.errors import Problem
from app.web.templating import language_of, render
from app.web.texts import Texts

log = structlog.get_logger()
CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "not_logged_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_type",
    422: "input_odd",
    429: "too_many",
    503: "busy",
}


def wants_json(request: Request) -> bool:
    """Tell whether whoever asks is a program: by the address, or by what it accepts."""
    if request.url.path.startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def answer(request: Request, problem: Problem, errors: list[dict[str, Any]] | None = None) -> Response:
    """Return a problem in the form that suits whoever asked."""
    headers = {"Cache-Control": "no-store"}
    if "retry_after" in problem.values:
        headers["Retry-After"] = str(problem.values["retry_after"])
    if not wants_json(request):
        if problem.code == "not_logged_in" and request.method == "GET":
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303, headers)
        context = {"status": problem.status, "code": problem.code, "values": problem.values}
        page = render(request, "errors/problem.html", context, problem.status)
        page.headers.update(headers)
        return page
    texts = Texts.for_language(language_of(request))
    key = f"errors.{problem.code}"
    document = {
        "type": f"urn:gatebook:{problem.code}",
        "title": texts(key, **problem.values) if texts.has(key) else problem.code,
        "status": problem.status,
        "code": problem.code,
        **problem.values,
    }
    if errors is not None:
        document["errors"] = errors
    return JSONResponse(document, problem.status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Let every failure of `app` leave as a problem, and never as a trace."""

    async def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101 - Starlette hands over what was registered
        return answer(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        return answer(request, Problem(error.status_code, CODES.get(error.status_code, "bad_request")))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        # Where and what kind, never the value: it may be somebody's.
        errors = [{"at": ".".join(map(str, found["loc"])), "code": found["type"]} for found in error.errors()]
        return answer(request, Problem(422, "input_odd"), errors)

    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("request_failed", path_kind=request.url.path.split("/")[1:2], exc_info=error)
        return answer(request, Problem(500, "unexpected"))

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)
