"""The signed statement of a pass: written, read, and told apart from what only looks like one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.declarations.files import NAME_BYTES, Statement, cut, pass_key, read_pass, write_pass
from app.declarations.rules import close_digits

CASES = json.loads((Path(__file__).parents[1] / "cases" / "pass.json").read_text(encoding="utf-8"))
SITE, OTHER = UUID(CASES["site_id"]), UUID(int=7)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = datetime(2026, 11, 24, 0, 26, tzinfo=UTC)


def statement(**changed: Any) -> Statement:
    fields: dict[str, Any] = {
        "digits": close_digits("482109376"), "issued_at": NOW - timedelta(minutes=5),
        "expires_at": NOW + timedelta(hours=12), "outcome": "caution", "language": "vi", "kind": "visitor",
        "no_papers": False, "people": 3, "name": "Trần Thị Hoa", "unit": "Phòng Hành chính",
    }  # fmt: skip
    return Statement(**(fields | changed))


WHOLE = write_pass(statement(), SITE, KEY)


def read(text: str, now: datetime = NOW) -> str:
    return read_pass(text, SITE, KEY.public_key(), now).how


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["what"])
def test_every_case_reads_as_the_tablet_reads_it(case: dict[str, Any]) -> None:
    found = read_pass(case["text"], SITE, Ed25519PublicKey.from_public_bytes(KEY.public_key().public_bytes_raw()), NOW)
    told = found.statement
    assert (found.how, found.digits) == (case["how"], case["digits"])
    assert (told.name, told.unit, told.people, told.outcome) == tuple(case["told"]) if told else case["told"] is None


def test_the_cases_are_made_with_the_key_that_they_name() -> None:
    assert CASES["pass_key"] == pass_key(KEY)
    assert CASES["cases"][0]["text"] == WHOLE


def test_what_was_stated_is_read_again_to_the_minute() -> None:
    found = read_pass(WHOLE, SITE, KEY.public_key(), NOW)
    assert found.statement == statement()


@given(
    name=st.text(max_size=120).filter(lambda text: "\x00" not in text and text.isprintable()),
    unit=st.text(alphabet="aăâđễ phòng", max_size=60),
    digits=st.integers(0, 10**9 - 1),
    people=st.integers(1, 60),
    no_papers=st.booleans(),
)
def test_any_name_and_unit_come_through(name: str, unit: str, digits: int, people: int, no_papers: bool) -> None:
    stated = statement(name=name, unit=unit, digits=close_digits(f"{digits:09d}"), people=people, no_papers=no_papers)
    text = write_pass(stated, SITE, KEY)
    found = read_pass(text, SITE, KEY.public_key(), NOW)
    assert found.how == "whole"
    assert found.statement is not None
    assert found.statement.name == cut(name, NAME_BYTES)
    assert (found.statement.digits, found.statement.people, found.statement.no_papers) == (
        stated.digits, people, no_papers,
    )  # fmt: skip
    assert len(text) <= 10 + 375


@given(place=st.integers(0, len(WHOLE) - 1), by=st.integers(1, 9))
def test_no_digit_can_be_changed(place: int, by: int) -> None:
    digit = str((int(WHOLE[place]) + by) % 10)
    assert read(WHOLE[:place] + digit + WHOLE[place + 1 :]) != "whole"


@given(st.text(max_size=400) | st.from_regex(r"[0-9]{0,420}", fullmatch=True))
def test_no_text_at_all_is_taken_for_a_pass_of_ours(text: str) -> None:
    assert read(text) not in ("whole", "expired")


def test_a_pass_of_another_site_is_foreign_and_one_of_another_key_forged() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert read(write_pass(statement(), OTHER, other)) == "foreign"
    assert read(write_pass(statement(), SITE, other)) == "forged"


def test_a_pass_expires_at_its_minute() -> None:
    at = statement().expires_at
    assert (read(WHOLE, at - timedelta(seconds=1)), read(WHOLE, at)) == ("whole", "expired")


def test_digits_put_before_anothers_statement_are_seen() -> None:
    mine = write_pass(statement(digits=close_digits("000000001")), SITE, KEY)
    assert read(WHOLE[:10] + mine[10:]) == "altered"
