"""Who gets in: every route names its actor, sessions end, and wrong secrets slow nobody but whoever tries them."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from app.accounts import rules
from app.accounts.commands import ChangeSecret, DisableAccount, RevokeDevice
from app.accounts.repository import hash_secret, open_session
from app.accounts.security import ACTORS, SESSION_COOKIE
from app.kit.ids import new_id
from tests.conftest import Browser
from tests.office import PASSPHRASE, PIN, Office, pair

WRONG = "không phải mật khẩu này"


def routes(holder: Any) -> Iterator[APIRoute]:
    """Give every route, however the routers are nested."""
    for route in holder.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "routes"):
            yield from routes(route)
        elif hasattr(route, "original_router"):
            yield from routes(route.original_router)


def asked(dependant: Any) -> Iterator[object]:
    """Give every dependency of a route, those of dependencies too."""
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from asked(dependency)


def test_each_route_names_its_actor(client: Browser) -> None:
    known = list(routes(client.app))
    assert len({route.path for route in known}) > 30
    nameless = [f"{route.methods} {route.path}" for route in known if not ACTORS & set(asked(route.dependant))]
    assert nameless == []


def log_in(client: Browser, login: str = "thao", passphrase: str = PASSPHRASE) -> int:
    return client.post("/login", data={"login": login, "passphrase": passphrase}).status_code


def test_a_manager_logs_in_however_the_login_is_written(client: Browser) -> None:
    for login in ("thao", "THAO", " Thảo "):
        answer = client.post("/login", data={"login": login, "passphrase": PASSPHRASE})
        assert (answer.status_code, answer.headers["location"]) == (303, "/log")


def test_a_guard_does_not_log_in_by_the_page(client: Browser) -> None:
    assert log_in(client, "Nguyễn Văn Đức", PIN) == 401


def test_a_wrong_passphrase_and_an_unknown_login_say_the_same(client: Browser) -> None:
    wrong = client.post("/login", data={"login": "thao", "passphrase": WRONG})
    unknown = client.post("/login", data={"login": "thao2", "passphrase": WRONG})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace('value="thao"', "") == unknown.text.replace('value="thao2"', "")
    assert WRONG not in wrong.text


def test_a_session_opens_nothing_after_logout(client: Browser) -> None:
    log_in(client)
    token = client.cookies[SESSION_COOKIE]
    assert client.get("/admin").status_code == 200
    assert client.post("/logout").headers["location"] == "/login"
    client.be_stranger().cookies.set(SESSION_COOKIE, token)
    assert client.get("/admin").headers["location"] == "/login?next=/admin"


def test_a_session_ends_after_its_time(client: Browser) -> None:
    log_in(client)
    client.office.clock.advance(hours=13)
    with client.office.book.reading() as session:
        assert open_session(session, client.cookies[SESSION_COOKIE], client.office.clock.now()) is None


def test_logging_in_again_changes_the_token_and_ends_the_one_before(client: Browser) -> None:
    log_in(client)
    first = client.cookies[SESSION_COOKIE]
    log_in(client)
    second = client.cookies[SESSION_COOKIE]
    assert first != second
    client.be_stranger().cookies.set(SESSION_COOKIE, first)
    assert client.get("/admin").status_code == 303


def test_a_cookie_is_kept_from_scripts_and_from_other_sites(client: Browser) -> None:
    answer = client.post("/login", data={"login": "thao", "passphrase": PASSPHRASE})
    cookie = answer.headers["set-cookie"].casefold()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_a_login_leads_to_paths_of_ours_only(client: Browser) -> None:
    for path, leads in (
        ("/admin/units", "/admin/units"),
        ("https://evil.example", "/log"),
        ("//evil.example", "/log"),
        ("/\\evil", "/log"),
    ):
        answer = client.post("/login", data={"login": "thao", "passphrase": PASSPHRASE, "next": path})
        assert answer.headers["location"] == leads


def test_five_wrong_passphrases_make_the_place_wait_and_no_other(client: Browser) -> None:
    statuses = [log_in(client, passphrase=WRONG) for _ in range(rules.FREE_FAILURES)]
    assert statuses == [401] * (rules.FREE_FAILURES - 1) + [429]
    page = client.post("/login", data={"login": "thao", "passphrase": PASSPHRASE})
    assert page.status_code == 429
    assert "Vui lòng chờ 30 giây rồi thử lại." in page.text or "Vui lòng chờ 31 giây rồi thử lại." in page.text
    client.office.clock.advance(seconds=32)
    assert log_in(client) == 303


def test_a_stranger_at_one_tablet_locks_no_guard_out_at_another(client: Browser) -> None:
    office = client.office
    guard = str(office.actors["guard"].account_id)
    pair(office, office.gate_b, "Máy lạ", "stranger")
    client.be_stranger().cookies.set("gatebook_device", office.device_tokens["stranger"])
    tries = [client.post("/api/v1/tablet/login", json={"account_id": guard, "pin": "000001"}) for _ in range(6)]
    assert [answer.status_code for answer in tries] == [401] * 4 + [429] * 2
    assert int(tries[-1].headers["Retry-After"]) > 0
    client.be_stranger().cookies.set("gatebook_device", office.device_tokens["guard"])
    assert client.post("/api/v1/tablet/login", json={"account_id": guard, "pin": PIN}).status_code == 200


def test_one_accounts_wrong_pins_do_not_slow_another_on_the_same_tablet(client: Browser) -> None:
    office = client.office
    client.be_stranger().cookies.set("gatebook_device", office.device_tokens["guard"])
    for _ in range(6):
        client.post(
            "/api/v1/tablet/login", json={"account_id": str(office.actors["guard"].account_id), "pin": "000001"}
        )
    other = {"account_id": str(office.actors["other_guard"].account_id), "pin": PIN}
    assert client.post("/api/v1/tablet/login", json=other).status_code == 200


def test_a_guard_of_another_site_is_not_known_here(client: Browser, other_office: Office) -> None:
    client.be_stranger().cookies.set("gatebook_device", client.office.device_tokens["guard"])
    stranger = {"account_id": str(other_office.actors["guard"].account_id), "pin": PIN}
    assert client.post("/api/v1/tablet/login", json=stranger).status_code == 404


def test_a_revoked_device_and_whoever_was_on_duty_on_it_are_out(client: Browser) -> None:
    client.log_in("guard")
    assert client.get("/api/v1/tablet/snapshot").status_code == 200
    device_id = client.office.actors["guard"].device_id
    assert device_id is not None
    client.office.do("manager", RevokeDevice(device_id=device_id))
    assert client.get("/api/v1/tablet/snapshot").status_code == 401


@pytest.mark.parametrize("act", ["secret", "disabled"])
def test_a_changed_secret_and_a_disabled_account_end_open_sessions(client: Browser, act: str) -> None:
    client.log_in("reception")
    assert client.get("/log").status_code == 200
    who = client.office.actors["reception"].account_id
    changed = ChangeSecret(account_id_changed=who, secret_hash=hash_secret("mật khẩu khác hẳn"))
    client.office.do("manager", changed if act == "secret" else DisableAccount(account_id_changed=who))
    assert client.get("/log").headers["location"].startswith("/login")


def test_a_made_up_token_opens_nothing(client: Browser) -> None:
    client.cookies.set(SESSION_COOKIE, str(new_id()))
    assert client.get("/admin").status_code == 303
    assert client.get("/api/v1/visits", headers={"Authorization": "Bearer x"}).status_code == 401
