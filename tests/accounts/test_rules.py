"""PINs, passphrases, logins, waiting, and codes that people type."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import rules

NOW = datetime(2026, 11, 24, 0, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (10_000, 900)]
)
def test_failures_wait_from_the_fifth_and_twice_as_long_each_time(failures: int, seconds: int) -> None:
    assert rules.wait_after(failures) == timedelta(seconds=seconds)


def test_an_hour_of_peace_forgets_failures() -> None:
    assert rules.failures_now(7, NOW, NOW + timedelta(minutes=59)) == 7
    assert rules.failures_now(7, NOW, NOW + timedelta(minutes=61)) == 0


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("480215", None),
        ("012346", None),
        ("48021", "pin_six_digits"),
        ("4802155", "pin_six_digits"),
        ("48021a", "pin_six_digits"),
        ("４８０２１５", "pin_six_digits"),
        ("480215\n", "pin_six_digits"),
        ("", "pin_six_digits"),
        ("111111", "pin_too_easy"),
        ("123456", "pin_too_easy"),
        ("987654", "pin_too_easy"),
        ("890123", "pin_too_easy"),
    ],
)
def test_a_pin_is_six_digits_that_are_no_row(pin: str, code: str | None) -> None:
    assert rules.check_pin(pin) == code


def test_a_passphrase_is_long_enough_and_not_the_name() -> None:
    assert rules.check_passphrase("con trâu vàng", "Thảo") is None
    assert rules.check_passphrase("ngắn quá", "Thảo") == "passphrase_short"
    assert rules.check_passphrase("   a   b        ", "Thảo") == "passphrase_short"
    assert rules.check_passphrase("x" * 201, "Thảo") == "too_long"
    assert rules.check_passphrase("nguyễn thị thảo ", "Nguyễn Thị Thảo") == "passphrase_is_name"


@pytest.mark.parametrize(
    ("login", "code"),
    [("thao.nt", None), ("Thảo", None), ("", "login_missing"), ("  ", "login_missing"), ("a b", "login_odd"),
     ("<b>", "login_odd"), ("x" * 61, "too_long")],
)  # fmt: skip
def test_a_login_can_be_typed_on_every_keyboard(login: str, code: str | None) -> None:
    assert rules.check_login(login) == code


def test_only_a_manager_manages_managers() -> None:
    assert rules.may_manage("manager", "manager")
    assert rules.may_manage("admin", "guard")
    assert not rules.may_manage("admin", "manager")
    assert rules.may_manage("system", "manager")


@given(st.binary(min_size=16, max_size=16))
def test_codes_have_their_form_whatever_they_stand_for(seed: bytes) -> None:
    assert len(rules.pairing_code(seed)) == 6
    assert rules.pairing_code(seed).isdigit()
    groups = rules.sealed_code(seed).split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(rules.SEALED_ALPHABET)
