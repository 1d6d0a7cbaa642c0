"""Forms as they were sent: every typed value kept as text, so that a page that refuses can show all of it again."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from app.web.texts import Told

M = TypeVar("M", bound=BaseModel)
Errors: TypeAlias = dict[str, Told]

MOST_FIELDS = 5_000
CODES: Mapping[str, str] = {
    "missing": "missing",
    "string_too_short": "missing",
    "too_short": "missing",
    "string_too_long": "too_long",
    "greater_than_equal": "number_small",
    "less_than_equal": "number_large",
    "int_parsing": "number_odd",
    "too_long": "too_many_lines",
}
"""What pydantic calls a failure, and the code that people get."""


async def typed(request: Request) -> dict[str, str]:
    """Return a form's fields by name, a file's content as text; malformed forms are answered with 400."""
    found: dict[str, str] = {}
    async with request.form(max_fields=MOST_FIELDS) as form:
        for name, value in form.multi_items():
            found[name] = _text(await value.read()) if isinstance(value, UploadFile) else value
    return found


TypedForm: TypeAlias = Annotated[dict[str, str], Depends(typed)]


def _text(content: bytes) -> str:
    """Return a file's text: UTF-8, or UTF-16 as spreadsheets export it; other bytes become replacement marks."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return content.decode(encoding, "replace")


def build(shape: type[M], values: Mapping[str, Any]) -> tuple[M | None, Errors]:
    """Return a command or schema made of `values`, or None and an error per field.

    An empty field that must not be says `errors.<field>_missing`.
    """
    try:
        return shape(**values), {}
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    return None, {
        str(one["loc"][0]): _told(one["type"], str(one["loc"][0]), one.get("ctx", {}), values) for one in found
    }


def _told(failure: str, field: str, context: Mapping[str, Any], values: Mapping[str, Any]) -> Told:
    code = CODES.get(failure, "value_odd")
    if code == "missing" or values.get(field) in ("", None):
        return f"errors.{field}_missing"
    if code in ("number_small", "number_large"):
        return f"errors.{code}", {"limit": context.get("ge", context.get("le"))}
    return f"errors.{code}"
