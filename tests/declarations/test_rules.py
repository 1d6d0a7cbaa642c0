import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import app.screening
from app.declarations.rules import (
    Birth,
    check_companion,
    check_digits,
    check_person,
    group_digits,
    make_digits,
    normalise_digits,
    normalise_identity,
    parse_birth,
    warn_person,
)
from app.screening.rules import KindRule, Policy

CASES = Path(__file__).parents[1] / "cases"
TODAY = date(2026, 11, 24)
DIGITS: dict[str, list[dict[str, Any]]] = json.loads((CASES / "digits.json").read_text("utf-8"))
PERSONS: list[dict[str, Any]] = json.loads((CASES / "person.json").read_text("utf-8"))
POLICY = (Path(app.screening.__file__).parent / "policy.default.json").read_text("utf-8")


def rule_of(case: dict[str, Any]) -> KindRule:
    document = json.loads(POLICY)
    document["kinds"][case["kind"]].update(case["rule"])
    return Policy.from_document(document).kinds[case["kind"]]


@pytest.mark.parametrize("case", PERSONS, ids=lambda case: ascii(case["name"]))
def test_a_declared_person_is_checked_as_the_cases_say(case: dict[str, Any]) -> None:
    today = date.fromisoformat(case["today"])
    check = check_person if case["who"] == "person" else check_companion

    assert check(case["fields"], rule_of(case), today, case["channel"]) == case["errors"]
    if not case["errors"]:
        assert warn_person(case["fields"], today) == case["warnings"]


FIELDS = ["full_name", "birth_year", "sex", "nationality", "phone", "identity_type", "identity_number", "plate", "unit"]


@given(st.dictionaries(st.sampled_from(FIELDS), st.text() | st.sampled_from(["cccd", "1984", "031184001234", "none"])))
def test_anything_typed_is_accepted_or_answered_beside_its_field(fields: dict[str, str]) -> None:
    errors = check_person(fields, KindRule(), TODAY, "phone")
    warn_person(fields, TODAY)

    assert set(errors) <= {*fields, "full_name", "birth_year", "sex", "nationality", "identity_number"}


@given(st.text() | st.from_regex(r"\A\d{1,2}/\d{1,2}/\d{4}\Z"))
def test_a_birth_that_is_read_is_possible(text: str) -> None:
    birth = parse_birth(text, TODAY)

    if isinstance(birth, Birth):
        assert 1900 <= birth.year <= TODAY.year
        assert birth.day is None or birth.day <= TODAY


@given(st.text())
def test_an_identity_number_is_normal_once(number: str) -> None:
    assert normalise_identity(normalise_identity(number)) == normalise_identity(number)


@pytest.mark.parametrize("case", DIGITS["check"], ids=lambda case: ascii(case["text"])[:30])
def test_a_pass_is_told_from_what_is_none(case: dict[str, Any]) -> None:
    assert check_digits(case["text"]) == case["ok"]


@pytest.mark.parametrize("case", DIGITS["normalise"], ids=lambda case: ascii(case["text"])[:30])
def test_digits_are_read_in_any_grouping(case: dict[str, Any]) -> None:
    assert normalise_digits(case["text"]) == case["digits"]


@pytest.mark.parametrize("case", DIGITS["group"], ids=lambda case: case["digits"])
def test_the_last_four_digits_stand_together(case: dict[str, Any]) -> None:
    assert group_digits(case["digits"]) == case["grouped"]


passes = st.binary(min_size=8, max_size=32).map(make_digits)


@given(passes)
def test_a_pass_that_is_made_is_a_pass(digits: str) -> None:
    assert len(digits) == 10
    assert check_digits(digits)
    assert check_digits(group_digits(digits))


@given(passes, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_found(digits: str, place: int, shift: int) -> None:
    wrong = str((int(digits[place]) + shift) % 10)

    assert not check_digits(digits[:place] + wrong + digits[place + 1 :])


@given(passes, st.integers(0, 8))
def test_two_neighbours_swapped_are_found(digits: str, place: int) -> None:
    first, second = digits[place : place + 2]
    assume(first != second)

    assert not check_digits(digits[:place] + second + first + digits[place + 2 :])


def test_a_pass_is_not_made_of_too_little_chance() -> None:
    with pytest.raises(ValueError, match="eight random bytes"):
        make_digits(bytes(7))
