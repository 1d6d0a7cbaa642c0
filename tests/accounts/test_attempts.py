"""Who guesses: counted before a second guess, whatever the address, in the same words for a login that nobody has."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from app.accounts import repository, rules
from app.accounts.commands import DisableAccount
from app.accounts.security import DEVICE_COOKIE
from tests.conftest import Browser
from tests.office import PASSPHRASE, PIN, later
from tests.tablet.test_routes import body, pairing_code, put

WRONG = "không phải mật khẩu này"


def log_in(client: Browser, login: str, passphrase: str = WRONG) -> int:
    return client.post("/login", data={"login": login, "passphrase": passphrase}).status_code


def test_a_login_that_nobody_has_is_slowed_like_anybodys(client: Browser) -> None:
    known = [log_in(client, "thao") for _ in range(6)]
    unknown = [log_in(client, "không ai") for _ in range(6)]
    assert known == unknown == [401] * 4 + [429] * 2


def test_pins_tried_in_parallel_are_not_ahead_of_the_count(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    client.cookies.set(DEVICE_COOKIE, client.office.device_tokens["guard"])
    account_id = str(client.office.actors["guard"].account_id)
    looked: list[str] = []
    known = repository.is_secret

    def counted(secret: str, secret_hash: str) -> bool:
        looked.append(secret)
        return known(secret, secret_hash)

    monkeypatch.setattr(repository, "is_secret", counted)

    def guess(at: int) -> int:
        return client.post("/api/v1/tablet/login", json={"account_id": account_id, "pin": f"1000{at:02}"}).status_code

    with ThreadPoolExecutor(12) as guessers:
        statuses = list(guessers.map(guess, range(24)))
    assert set(statuses) <= {401, 429}
    assert len(looked) <= rules.FREE_FAILURES


def test_the_right_pairing_code_is_refused_too_while_an_address_must_wait(client: Browser) -> None:
    code = pairing_code(client)
    for at in range(6):
        client.post("/api/v1/tablet/pair", json={"code": f"00000{at}"})
    assert client.post("/api/v1/tablet/pair", json={"code": code}).status_code == 429
    client.office.clock.advance(seconds=35)
    assert client.post("/api/v1/tablet/pair", json={"code": code}).status_code == 200


def test_wrong_pairing_codes_are_counted_over_all_addresses(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FREE_GUESSES", 6)
    code = pairing_code(client)

    def guess(host: str, guessed: str) -> int:
        elsewhere = TestClient(client.app, client=(host, 50000))
        own = {"Origin": "http://testserver"}
        return elsewhere.post("/api/v1/tablet/pair", json={"code": guessed}, headers=own).status_code

    assert [guess(f"10.0.0.{at}", f"00000{at}") for at in range(8)] == [404] * 5 + [429] * 3
    assert guess("10.0.1.1", code) == 429


def test_an_odd_name_or_code_of_a_stand_in_is_a_problem_and_no_failure(client: Browser) -> None:
    client.cookies.set(DEVICE_COOKIE, client.office.device_tokens["guard"])
    for name in ("   ", "\x00", "\u202e"):
        stand_in = {"code": "ABCD-EFGH-JKLM", "name": name, "pin": PIN}
        assert client.post("/api/v1/tablet/stand-in", json=stand_in).status_code == 422


def test_nobody_acts_as_a_guard_who_was_never_on_duty_on_the_device(client: Browser) -> None:
    client.log_in("guard")
    other = str(client.office.actors["other_guard"].account_id)
    assert put(client, body(client) | {"account_id": other}).status_code == 404


def test_what_was_done_before_an_account_ended_is_recorded_and_nothing_after(client: Browser) -> None:
    office = client.office
    client.cookies.set(DEVICE_COOKIE, office.device_tokens["guard"])
    other = str(office.actors["other_guard"].account_id)
    assert client.post("/api/v1/tablet/login", json={"account_id": other, "pin": PIN}).status_code == 200
    before = body(client, badge_number=None, visit_kind="delivery", answers=None) | {
        "account_id": other,
        "mode": "fact",
    }
    office.clock.advance(hours=1)
    office.do("manager", DisableAccount(account_id_changed=UUID(other)))
    client.be_stranger().log_in("guard")
    assert put(client, before).json()["status"] == "recorded"
    after = before | {"device_time": later(office.clock.now(), minutes=0).isoformat()}
    assert put(client, after).status_code == 404


@pytest.mark.parametrize("path", ["/\t/evil.example", "/\n/evil.example", "/\r\\evil.example", "/a\\b", "/ "])
def test_a_login_leads_nowhere_by_what_browsers_drop(client: Browser, path: str) -> None:
    answer = client.post("/login", data={"login": "thao", "passphrase": PASSPHRASE, "next": path})
    assert answer.headers["location"] == "/log"
