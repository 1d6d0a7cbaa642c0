"""The tablet's addresses, by HTTP."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.accounts.commands import IssueSealedCode, OpenPairing, OpenSession, RevokeDevice
from app.accounts.repository import new_token, token_hash
from app.accounts.security import DEVICE_COOKIE, SESSION_COOKIE
from app.kit.ids import new_id
from tests.conftest import Browser
from tests.office import PIN, later, pair
from tests.visits.test_admission import arrival

STAND_IN = {"code": "abcd-1234", "name": "Lò Thị Mai", "pin": "592713"}


def pairing_code(client: Browser, code: str = "482109", purpose: Any = "tablet") -> str:
    """Have the manager open a pairing for Cổng A and return the code."""
    office = client.office
    code_hash = office.book.closing.hash("pairing", code).hex()
    office.do("manager", OpenPairing(code_hash=code_hash, gate_id=office.gate_a, name="Máy mới", purpose=purpose))
    return code


def body(client: Browser, **changed: Any) -> dict[str, Any]:
    return arrival(client.office, **changed).model_dump(mode="json")


def put(client: Browser, command: dict[str, Any], command_id: UUID | None = None) -> Any:
    return client.put(f"/api/v1/commands/{command_id or new_id()}", json=command)


def stand_in(client: Browser) -> dict[str, Any]:
    """Have Lò Thị Mai stand in at Cổng A by a sealed code, and return the snapshot that she begins with."""
    office = client.office
    code_hash = office.book.closing.hash("sealed", "ABCD1234").hex()
    office.do("manager", IssueSealedCode(code_hash=code_hash, expires_at=later(office.clock.now(), hours=48)))
    client.cookies.set(DEVICE_COOKIE, office.device_tokens["guard"])
    return client.post("/api/v1/tablet/stand-in", json=STAND_IN).json()


def test_a_tablet_is_paired_once_and_then_greets_with_the_guards_names(client: Browser) -> None:
    code = pairing_code(client)
    greeting = client.post("/api/v1/tablet/pair", json={"code": "482 109"}).json()
    assert greeting["gate"]["name"] == "Cổng A"
    assert {guard["name"] for guard in greeting["guards"]} == {"Nguyễn Văn Đức", "Trần Thị Lan"}
    assert client.get("/api/v1/tablet/greeting").status_code == 200
    client.be_stranger()
    assert client.post("/api/v1/tablet/pair", json={"code": code}).status_code in (404, 422)


def test_a_pairing_code_is_good_for_ten_minutes(client: Browser) -> None:
    code = pairing_code(client)
    client.office.clock.advance(minutes=10)
    assert client.post("/api/v1/tablet/pair", json={"code": code}).json()["code"] == "pairing_unknown"


def test_a_wrong_code_is_slowed_after_some_tries(client: Browser) -> None:
    answers = [client.post("/api/v1/tablet/pair", json={"code": f"00000{n}"}) for n in range(7)]
    assert [answer.status_code for answer in answers[:4]] == [404] * 4
    assert answers[-1].status_code == 429
    assert answers[-1].json()["wait_seconds"] > 0


def test_a_guard_logs_in_by_name_and_pin_and_gets_the_snapshot(client: Browser) -> None:
    client.cookies.set(DEVICE_COOKIE, client.office.device_tokens["guard"])
    account_id = str(client.office.actors["guard"].account_id)
    wrong = client.post("/api/v1/tablet/login", json={"account_id": account_id, "pin": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_pin")
    snapshot = client.post("/api/v1/tablet/login", json={"account_id": account_id, "pin": PIN}).json()
    assert snapshot["guard"]["name"] == "Nguyễn Văn Đức"
    assert snapshot["policy"]["threshold_tenths"] == 375
    assert len(snapshot["badges"]) == 60
    assert client.get("/api/v1/tablet/snapshot").json()["sequence"] >= snapshot["sequence"]


def test_failures_on_one_device_never_lock_another_out(client: Browser) -> None:
    account_id = str(client.office.actors["guard"].account_id)
    client.cookies.set(DEVICE_COOKIE, client.office.device_tokens["other_guard"])
    tries = [client.post("/api/v1/tablet/login", json={"account_id": account_id, "pin": "999999"}) for _ in range(6)]
    assert tries[-1].status_code == 429
    client.be_stranger().cookies.set(DEVICE_COOKIE, client.office.device_tokens["guard"])
    assert client.post("/api/v1/tablet/login", json={"account_id": account_id, "pin": PIN}).status_code == 200


def test_a_change_of_shift_ends_the_session_before_it(client: Browser) -> None:
    client.log_in("guard")
    before = client.cookies[SESSION_COOKIE]
    other = str(client.office.actors["other_guard"].account_id)
    assert client.post("/api/v1/tablet/login", json={"account_id": other, "pin": PIN}).status_code == 200
    client.be_stranger().cookies.set(SESSION_COOKIE, before)
    assert client.get("/api/v1/tablet/snapshot").status_code == 401


def test_a_session_after_logout_opens_nothing(client: Browser) -> None:
    client.log_in("guard")
    token = client.cookies[SESSION_COOKIE]
    assert client.post("/api/v1/tablet/logout").status_code == 204
    client.cookies.set(SESSION_COOKIE, token)
    assert client.get("/api/v1/tablet/snapshot").status_code == 401
    assert put(client, body(client)).status_code == 401


def test_a_revoked_device_is_a_stranger_with_its_guard(client: Browser) -> None:
    client.log_in("guard")
    device_id = client.office.actors["guard"].device_id
    assert device_id is not None
    client.office.do("manager", RevokeDevice(device_id=device_id))
    assert client.get("/api/v1/tablet/snapshot").status_code == 401
    # Told apart from a device that nobody knows: it erases what it keeps.
    assert client.get("/api/v1/tablet/greeting").json()["code"] == "device_revoked"
    client.be_stranger()
    assert client.get("/api/v1/tablet/greeting").json()["code"] == "device_unknown"


def test_a_stand_in_opens_a_flagged_account_for_twelve_hours_with_a_sealed_code(client: Browser) -> None:
    snapshot, office = stand_in(client), client.office
    assert (snapshot["guard"]["name"], snapshot["guard"]["stand_in"]) == ("Lò Thị Mai", True)
    until = {guard["name"]: guard["expires_at"] for guard in [*snapshot["guards"], snapshot["guard"]]}
    assert until.pop("Lò Thị Mai") == later(office.clock.now(), hours=12).isoformat().replace("+00:00", "Z")
    assert until == {"Nguyễn Văn Đức": None, "Trần Thị Lan": None}
    assert client.post("/api/v1/tablet/stand-in", json=STAND_IN).json()["code"] == "sealed_code_unknown"
    office.clock.advance(hours=12)
    assert client.get("/api/v1/tablet/snapshot").status_code == 401


def test_a_command_is_recorded_once_and_repeated_after(client: Browser) -> None:
    client.log_in("guard")
    command, command_id = body(client), new_id()
    first, again = put(client, command, command_id).json(), put(client, command, command_id).json()
    assert (first["status"], again["status"]) == ("recorded", "repeated")
    assert first["values"] == again["values"]
    changes = client.get("/api/v1/tablet/changes", params={"after": first["values"]["sequence"] - 1}).json()
    assert [visit["name"] for visit in changes["visits"]] == ["Trần Thị Hoa"]


def test_a_command_id_with_other_content_is_a_409(client: Browser) -> None:
    client.log_in("guard")
    command_id = new_id()
    put(client, body(client), command_id)
    answer = put(client, body(client, tenths=366), command_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "command_reused")
    assert answer.headers["content-type"] == "application/problem+json"


def test_one_bad_command_of_a_batch_never_holds_up_the_rest(client: Browser) -> None:
    client.log_in("guard")
    commands = [body(client, badge_number="001"), body(client, tenths=380), body(client, badge_number="002")]
    sent = {"commands": [{"id": str(new_id()), "command": command} for command in commands]}
    results = client.post("/api/v1/commands", json=sent).json()["results"]
    assert [result["status"] for result in results] == ["recorded", "refused", "recorded"]
    assert [result["id"] for result in results] == [posted["id"] for posted in sent["commands"]]


def test_an_undo_does_not_overtake_the_entry_that_it_undoes(client: Browser) -> None:
    client.log_in("guard")
    left = [OSError("the disk is full")] * 2

    def fail(*_arguments: object) -> None:
        if left:
            raise left.pop()

    made = [str(new_id()) for _ in range(2)]
    undo = {"kind": "undo", "undone_id": made[0], "mode": "fact"}
    sent = {"commands": [{"id": made[0], "command": body(client, mode="fact")}, {"id": made[1], "command": undo}]}
    # Together, and then the entry alone.
    client.office.clerk.before_commit.append(fail)
    answers = [client.post("/api/v1/commands", json=sent).json()["results"] for _ in range(2)]
    assert [[result["status"] for result in results] for results in answers] == [["again"] * 2, ["recorded"] * 2]
    assert client.get("/api/v1/tablet/snapshot").json()["visits"][0]["state"] == "voided"


def test_two_who_take_one_badge_in_one_batch_are_told_apart(client: Browser) -> None:
    client.log_in("guard")
    sent = {"commands": [{"id": str(new_id()), "command": body(client)} for _ in range(2)]}
    results = client.post("/api/v1/commands", json=sent).json()["results"]
    assert [(result["status"], result["code"]) for result in results] == [
        ("recorded", None),
        ("refused", "badge_not_free"),
    ]


def test_what_the_guard_before_did_is_recorded_as_the_guard_befores(client: Browser) -> None:
    client.cookies.set(DEVICE_COOKIE, client.office.device_tokens["guard"])
    other = client.office.actors["other_guard"]
    client.post("/api/v1/tablet/login", json={"account_id": str(other.account_id), "pin": PIN})
    client.be_stranger().log_in("guard")
    answer = put(client, body(client) | {"account_id": str(other.account_id)}).json()
    assert answer["status"] == "recorded"
    row = client.get("/api/v1/tablet/snapshot").json()["visits"][0]
    assert row["account_id"] == str(other.account_id)


@pytest.mark.parametrize("who", ["manager", "reception"])
def test_nobody_but_a_guard_at_a_gate_admits(client: Browser, who: str) -> None:
    client.log_in(who)
    assert put(client, body(client)).status_code == 404


@pytest.mark.parametrize("who", ["manager", "reception"])
def test_a_tablets_line_waits_while_somebody_else_is_logged_in_in_its_browser(client: Browser, who: str) -> None:
    client.cookies.set(DEVICE_COOKIE, client.office.device_tokens["guard"])
    client.log_in(who)
    line = body(client) | {"device_sequence": 7}
    sent = {"commands": [{"id": str(new_id()), "command": line}]}
    for answer in (put(client, line), client.post("/api/v1/commands", json=sent)):
        assert (answer.status_code, answer.json()["code"]) == (401, "not_logged_in")


def test_what_the_tablets_page_asks_for_is_no_page_to_go_to(client: Browser) -> None:
    client.log_in("guard")
    typed = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    for address in ("/api/v1/tablet/snapshot", "/api/v1/tablet/changes?after=0"):
        assert client.get(address).status_code == 200
        assert client.get(address, headers=typed).status_code == 404


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"kind": "check_in"}', b'{"kind": "launch"}', b"\xff\xfe"])
def test_a_malformed_body_is_a_problem_and_nothing_is_stored(client: Browser, content: bytes) -> None:
    client.log_in("guard")
    answer = client.put(f"/api/v1/commands/{new_id()}", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/tablet/snapshot").json()["visits"] == []


def test_an_oversize_body_is_refused_whole(client: Browser) -> None:
    client.log_in("guard")
    answer = client.put(f"/api/v1/commands/{new_id()}", content=b" " * 2_000_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_command_without_proof_of_origin_is_refused(client: Browser) -> None:
    client.log_in("guard")
    del client.headers["Origin"]
    assert put(client, body(client)).json()["code"] == "origin_unproven"
    client.headers["Origin"] = "http://elsewhere.test"
    assert put(client, body(client)).status_code == 403
    client.headers["Sec-Fetch-Site"] = "same-origin"
    assert put(client, body(client)).status_code == 200


def test_a_snapshot_holds_no_phone_no_identity_number_and_no_answers(client: Browser) -> None:
    client.log_in("guard")
    put(client, body(client))
    text = client.get("/api/v1/tablet/snapshot").text
    assert "912345678" not in text
    assert "0912 345 678" not in text
    assert "truthful" not in str(client.get("/api/v1/tablet/snapshot").json()["visits"])


def test_nobody_goes_on_duty_on_a_stand_by_the_door(client: Browser) -> None:
    office = client.office
    pairing_code(client, purpose="stand")
    assert client.post("/api/v1/tablet/pair", json={"code": "482109"}).json()["guards"] == []
    guard = office.actors["guard"]
    answers = [
        client.get("/api/v1/tablet/greeting"),
        client.post("/api/v1/tablet/login", json={"account_id": str(guard.account_id), "pin": PIN}),
        client.post("/api/v1/tablet/stand-in", json={"code": "ABCD", "name": "Lò Thị Mai", "pin": "592713"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "device_unknown")] * 3


def test_a_session_that_was_opened_on_a_stand_before_opens_nothing(client: Browser) -> None:
    office = client.office
    stand = replace(office.actors["guard"], device_id=pair(office, office.gate_a, "Quầy", "stand", "stand"))
    token = new_token()
    expires_at = later(office.clock.now(), hours=12)
    office.clerk.submit(new_id(), OpenSession(token_hash=token_hash(token).hex(), expires_at=expires_at), stand)
    client.cookies.set(SESSION_COOKIE, token)
    client.cookies.set(DEVICE_COOKIE, office.device_tokens["stand"])
    assert put(client, body(client)).status_code == 401
