from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.documents import Bounds, read, write


@dataclass(frozen=True, slots=True)
class Inner:
    name: Annotated[str, Bounds(1, 5)]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Outer:
    count: Annotated[int, Bounds(0, 9)]
    flag: bool | Literal["advise"] = True
    inner: tuple[Inner, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    at: time = time(17, 30)


FULL = {
    "count": 3,
    "flag": "advise",
    "inner": [{"name": "a", "on": "2026-11-24"}],
    "limits": {"unit": 4},
    "at": "07:05",
}


def test_a_document_becomes_a_value_and_comes_back_the_same() -> None:
    value = read(Outer, FULL)

    assert value == Outer(3, "advise", (Inner("a", date(2026, 11, 24)),), {"unit": 4}, time(7, 5))
    assert write(value) == FULL


def test_what_is_left_out_takes_its_default() -> None:
    assert read(Outer, {"count": 0}) == Outer(0)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"count": 10}, "count: must be from 0 to 9"),
        ({"count": True}, "count: must be int"),
        ({"count": 3.0}, "count: must be int"),
        ({"count": None}, "count: must be int"),
        ({"flag": "yes"}, "flag: must be one of advise"),
        ({"flag": 1}, "flag: must be one of advise"),
        ({"inner": {}}, "inner: must be a list"),
        ({"inner": [{"name": "a"}, {}]}, "inner[1].name: is missing"),
        ({"inner": [{"name": ""}]}, "inner[0].name: must be from 1 to 5"),
        ({"inner": [{"name": "a", "on": "31/02/2026"}]}, "inner[0].on: must be a date"),
        ({"inner": [3]}, "inner[0]: must be an object"),
        ({"limits": {"unit": "4"}}, "limits.unit: must be int"),
        ({"limits": {4: 4}}, "limits.4: must be str"),
        ({"limits": []}, "limits: must be an object"),
        ({"at": "25:00"}, "at: must be a time"),
        ({"extra": 1}, "extra: is not known"),
    ],
)
def test_a_wrong_shape_is_named_by_its_path(change: dict[str, object], path: str) -> None:
    with pytest.raises(ValueError, match=r"^") as told:
        read(Outer, {**FULL, **change})

    assert str(told.value).startswith(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(FULL)), inner),
)


@given(json_values)
def test_any_document_is_read_or_refused_in_words(document: object) -> None:
    told = ""
    try:
        read(Outer, document)
    except ValueError as error:
        told = str(error)

    assert told == "" or ": " in told
