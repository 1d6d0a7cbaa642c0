"""Keyset paging: a cursor names the last row that was shown, so a page costs the same however deep it lies."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page and, where there are more, the cursor that leads to them."""

    rows: list[Row]
    next_cursor: str | None


def encode_cursor(*parts: str | int) -> str:
    """Return the parts of a keyset as one opaque, address-safe text."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(text: str, count: int) -> list[str | int] | None:
    """Return the `count` parts of a cursor, or None where it is not one of ours."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(parts, list) or len(parts) != count:  # pyright: ignore[reportUnknownArgumentType]
        return None
    if not all(isinstance(part, str | int) for part in parts):  # pyright: ignore[reportUnknownVariableType]
        return None
    return parts  # pyright: ignore[reportUnknownVariableType]
