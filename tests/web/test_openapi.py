"""The addresses for programs: each works with a bearer token as the OpenAPI says."""

import json
from typing import Any
from uuid import UUID

import pytest

from app.accounts.commands import CreateToken
from app.accounts.repository import new_token, token_hash
from app.kit.ids import new_id
from tests.conftest import Browser
from tests.visits.test_admission import arrival

DOCUMENTED = {
    ("/api/v1/commands/{command_id}", "put"),
    ("/api/v1/commands", "post"),
    ("/api/v1/visits", "get"),
    ("/api/v1/visits/search", "post"),
    ("/api/v1/feed", "get"),
}
FORMS = ("csv", "xlsx", "pdf")


def program(client: Browser, role: Any) -> Browser:
    """Return a program with a token of a role: no cookie, no origin."""
    token = new_token()
    client.office.do("manager", CreateToken(token_hash=token_hash(token).hex(), name="Cổng dữ liệu", role=role))
    client.be_stranger()
    client.headers.pop("Origin", None)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def admitted(client: Browser) -> UUID:
    return UUID(client.office.do("guard", arrival(client.office))["visit_id"])


def openapi(client: Browser) -> dict[str, Any]:
    return client.get("/api/openapi.json").json()


def answered(client: Browser, path: str, method: str) -> set[str]:
    """Return the properties that the OpenAPI promises of an address's answer."""
    document = openapi(client)
    schema = document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rpartition("/")[2]
    return set(document["components"]["schemas"][name]["properties"])


def test_every_address_that_stays_is_described(client: Browser) -> None:
    paths = openapi(client)["paths"]
    assert {(path, method) for path, method in DOCUMENTED if method in paths.get(path, {})} == DOCUMENTED
    assert any(path.startswith("/api/v1/exports/logbook") for path in paths)


def test_a_program_reads_and_searches_visits(client: Browser) -> None:
    admitted(client)
    known = program(client, "receptionist")
    listed = known.get("/api/v1/visits").json()
    found = known.post("/api/v1/visits/search", json={"q": "tran thi hoa"}).json()
    assert set(listed) == answered(known, "/api/v1/visits", "get")
    for answer in (listed, found):
        text = json.dumps(answer, ensure_ascii=False)
        assert "Trần Thị Hoa" in text
        assert "912345678" not in text
        assert "0912 345" not in text


def test_a_program_sends_a_command_once(client: Browser) -> None:
    visit_id, command_id = admitted(client), new_id()
    known = program(client, "receptionist")
    note = {"kind": "add_note", "visit_id": str(visit_id), "text": "đã gọi lại"}
    answers = [known.put(f"/api/v1/commands/{command_id}", json=note).json() for _ in range(2)]
    assert [answer["status"] for answer in answers] == ["recorded", "repeated"]
    assert set(answers[0]) == answered(known, "/api/v1/commands/{command_id}", "put")
    batch = known.post("/api/v1/commands", json={"commands": [{"id": str(new_id()), "command": note}]}).json()
    assert [result["status"] for result in batch["results"]] == ["recorded"]


@pytest.mark.parametrize("form", FORMS)
def test_a_managers_program_exports_the_logbook(client: Browser, form: str) -> None:
    admitted(client)
    known = program(client, "manager")
    answer = known.get(f"/api/v1/exports/logbook.{form}", params={"from": "2026-11-24", "to": "2026-11-24"})
    assert answer.status_code == 200
    assert len(answer.content) > 100


@pytest.mark.parametrize("form", FORMS)
def test_receptions_program_exports_nothing(client: Browser, form: str) -> None:
    assert program(client, "receptionist").get(f"/api/v1/exports/logbook.{form}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/v1/visits"),
        ("post", "/api/v1/visits/search"),
        ("get", "/api/v1/feed"),
        ("get", "/api/v1/exports/logbook.csv"),
        ("get", "/api/v1/tablet/snapshot"),
    ],
)
def test_nobody_without_a_token_or_a_session_is_answered(client: Browser, method: str, path: str) -> None:
    answer = client.request(method, path, json={"q": "hoa"} if method == "post" else None)
    assert answer.status_code == 401
    assert answer.json()["code"] in ("not_logged_in", "device_unknown")


def test_an_admins_program_sees_no_line(client: Browser) -> None:
    admitted(client)
    known = program(client, "admin")
    assert known.get("/api/v1/visits").status_code == 404
    assert known.post("/api/v1/visits/search", json={"q": "hoa"}).status_code == 404


def test_a_token_that_was_made_up_opens_nothing(client: Browser) -> None:
    client.headers["Authorization"] = f"Bearer {new_token()}"
    assert client.get("/api/v1/visits").status_code == 401
