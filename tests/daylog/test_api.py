"""The day log for programs, as its OpenAPI says."""

from typing import Any

import pytest

from tests.conftest import Browser
from tests.visits.lines import check_in, enter

HOA: dict[str, Any] = {
    "organisation": "Điện lực tỉnh", "phone": "0912 345 678", "identity_type": "cccd",
    "identity_number": "008184001234",
}  # fmt: skip


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [line["name"] for line in answer.json()["lines"]]


def test_lines_come_with_names_of_places_and_masked_numbers(client: Browser) -> None:
    office = client.log_in("reception").office
    unit = office.units["Phòng Tổng hợp"]
    enter(office, 1, "Trần Thị Hoa", unit_id=unit, **HOA)
    answer = client.get("/api/v1/visits")
    line = answer.json()["lines"][0]
    assert (line["unit"], line["gate_in"], line["number"], line["state"]) == ("Phòng Tổng hợp", "Cổng A", 1, "left")
    assert (line["identity_masked"], line["temperature"], line["arrived_at"]) == (
        "••••••1234", 365, "2026-11-23T01:00:00Z",
    )  # fmt: skip
    for secret in ("0912", "345678", "008184001234", "phone", "answers"):
        assert secret not in answer.text


def test_filters_are_those_of_the_page(client: Browser) -> None:
    office = client.log_in("reception").office
    enter(office, 1, "Khách")
    enter(office, 2, "Giao hàng", visit_kind="delivery", gate_id=office.gate_b)
    check_in(office, "Hôm nay")
    assert names(client.get("/api/v1/visits?kind=delivery&to=2026-11-23")) == ["Giao hàng"]
    assert names(client.get(f"/api/v1/visits?gate={office.gate_b}")) == ["Giao hàng"]
    assert names(client.get("/api/v1/visits?from=2026-11-24&state=on_site&decision=admit")) == ["Hôm nay"]


def test_a_filter_that_is_none_is_refused_with_where_it_stands(client: Browser) -> None:
    client.log_in("reception")
    for query in ("from=31/12/2026", "gate=x", "state=gone", "kind=cat", "page=2", "decision="):
        answer = client.get(f"/api/v1/visits?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "input_odd")
        assert answer.json()["errors"]


def test_pages_are_followed_by_their_cursor(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.daylog.queries.PAGE_LINES", 2)
    office = client.log_in("reception").office
    for line in range(1, 6):
        enter(office, line, f"Khách {line}", at=f"08:0{line}")
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get("/api/v1/visits", params={"cursor": cursor} if cursor else {})
        found += names(page)
        cursor = page.json()["next_cursor"]
    assert found == [f"Khách {line}" for line in (5, 4, 3, 2, 1)]
    odd = client.get("/api/v1/visits?cursor=abc")
    assert (odd.status_code, odd.json()["code"]) == (400, "cursor_odd")


def test_search_takes_its_words_from_the_body(client: Browser) -> None:
    office = client.log_in("reception").office
    enter(office, 1, "Trần Thị Hoa", **HOA)
    enter(office, 2, "Vũ Quốc Sỹ")
    assert names(client.post("/api/v1/visits/search", json={"q": "hoa"})) == ["Trần Thị Hoa"]
    assert names(client.post("/api/v1/visits/search", json={"q": "5678", "from": "2026-11-23"})) == ["Trần Thị Hoa"]
    assert names(client.post("/api/v1/visits/search", json={"q": "hoa", "kind": "delivery"})) == []
    assert client.post("/api/v1/visits/search", json={}).status_code == 422
    assert client.post("/api/v1/visits/search", json={"q": "a" * 30_000}).status_code == 422


def test_nobody_but_reception_and_the_manager_reads_the_book(client: Browser) -> None:
    assert client.get("/api/v1/visits").status_code == 401
    assert client.log_in("guard").get("/api/v1/visits").status_code == 404
    assert client.log_in("manager").get("/api/v1/visits").status_code == 200


def test_the_openapi_names_the_answer(client: Browser) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    answer = paths["/api/v1/visits"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/LogPage"}
    assert "/api/v1/visits/search" in paths
