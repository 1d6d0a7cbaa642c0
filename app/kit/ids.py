"""Identifiers that sort by the time they were made."""

from uuid import UUID

import uuid6

TIME_ORDERED = 7
"""The version of UUIDs that sort by their time."""


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562), ordered by its millisecond."""
    return UUID(int=uuid6.uuid7().int)


def is_time_ordered(value: UUID) -> bool:
    """Tell whether `value` is a UUIDv7, the only version a Command may carry."""
    return value.version == TIME_ORDERED
