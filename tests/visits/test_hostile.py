"""What no honest device sends, what a guard may not decide alone, and what a clock may not do to the book."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.clerk import Status
from app.clerk.commands import MOST_OFFSET_MS
from app.kit.ids import new_id
from app.visits.commands import CheckIn, CheckOut, Override, ResolveDiscrepancy
from tests.conftest import Browser
from tests.office import Office, later
from tests.visits.test_admission import arrival, visit_of

FEVER = 381
AT_SEVEN = "2026-11-24T00:12:00Z"
ODD_FIELDS: tuple[dict[str, Any], ...] = (
    {"device_time": "2026-11-24T07:12:00"},
    {"device_time": "0001-01-01T00:00:00+14:00"},
    {"device_time": "0001-01-01T00:00:00Z"},
    {"device_time": "9999-12-31T23:59:59-14:00"},
    {"device_time": "1999-01-01T00:00:00Z"},
    {"device_offset_ms": 10**400},
    {"device_offset_ms": -(10**18)},
    {"device_offset_ms": -MOST_OFFSET_MS},
    {"device_sequence": 10**30},
    {"policy_version": 2**63},
    {"readings": [{"tenths": 365, "at": "2026-11-24T07:12:00"}]},
    {"readings": [{"tenths": FEVER, "at": "9999-12-31T23:59:59-14:00"}]},
    {"readings": [{"tenths": FEVER, "at": AT_SEVEN}, {"tenths": 365, "at": "0001-01-01T00:00:00+14:00"}]},
    {"readings": [{"tenths": None, "at": AT_SEVEN}]},
    {"readings": [{"tenths": 365, "not_measured": "lo_hi", "at": AT_SEVEN}]},
    {"readings": [{"tenths": 3650, "at": AT_SEVEN}]},
    {"host_name": "a\x00b"},
    {"plate": "\ud800"},
    {"on_word_of": "\x00"},
    {"badge_number": "\x00"},
    {"badge_number": "   "},
    {"purpose": "a" * 10_000},
    {"override": {"decision": "refuse", "reason": "say\x00", "approved_by": "\x00"}},
    {"answers": {"fever\x00": "\x00"}},
    {"answers": {"places": ["a\x00"] * 50}},
    {"answers": {f"k{n}": True for n in range(3000)}},
    {"answers": {"places": ["x" * 20_000]}},
    {"people_count": 10**30},
    {"person": {"name": "a\x00b\u202e", "address": "\x00"}},
    {"person": {"name": "\x00"}},
    {"person": {"name": "Hoa", "birth_year": 10**30}},
    {"person": {"name": "Hoa", "birth_year": -5}},
    {"person": {"name": "Hoa", "birth_date": "0001-01-01"}},
    {"person": {"name": "Hoa", "phone": "\x00+++", "identity_number": "\x00"}},
    {"unit_id": str(UUID(int=7))},
)


def send(client: Browser, command: dict[str, Any]) -> Any:
    headers = {"Content-Type": "application/json"}
    return client.put(f"/api/v1/commands/{new_id()}", content=json.dumps(command), headers=headers)


@pytest.mark.parametrize("mode", ["ask", "fact"])
def test_no_value_of_a_check_in_breaks_the_clerk_or_the_pages_after_it(client: Browser, mode: str) -> None:
    client.log_in("guard")
    sound = arrival(client.office, badge_number=None).model_dump(mode="json")
    for odd in ODD_FIELDS:
        answer = send(client, sound | odd | {"mode": mode})
        assert answer.status_code in (200, 422), (odd, answer.text)
        assert "\\u0000" not in answer.text
    assert client.get("/api/v1/tablet/snapshot").status_code == 200
    assert client.be_stranger().log_in("manager").get("/log").status_code == 200
    assert client.get("/api/v1/exports/logbook.xlsx?from=2026-11-24&to=2026-11-24").status_code == 200


VALUES = (
    "", "\x00", "\ud800", "a" * 500, "٣٦٥", "１９８４", "9" * 300, "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-11-24T00:12:00",
)  # fmt: skip
FIELDS = (
    "name", "birth_year", "sex", "nationality", "phone", "identity_number", "organisation", "address", "unit_id",
    "host_name", "purpose", "plate", "badge_number", "temperature", "mask", "sanitiser", "admitted_at", "left_at",
)  # fmt: skip


def test_no_value_of_a_correction_breaks_the_clerk(client: Browser) -> None:
    client.log_in("guard")
    made = send(client, arrival(client.office).model_dump(mode="json")).json()["values"]["visit_id"]
    client.be_stranger().log_in("reception")
    for field in FIELDS:
        for value in VALUES:
            command = {"kind": "correct_visit", "visit_id": made, "field": field, "value": value, "reason": "r\x00"}
            assert send(client, command).status_code in (200, 422), (field, value)
    assert client.get(f"/visits/{made}").status_code == 200


@pytest.mark.parametrize(
    "odd",
    [
        {"sheet": "\x00"},
        {"day": "0001-01-01", "arrived": "00:00"},
        {"day": "9999-12-31", "left": "01:00"},
        {"arrived": "23:00+07:00"},
        {"left": "23:30+14:00"},
        {"badge_number": "\x00", "note": "\x00", "plate": "\x00"},
        {"tenths": 365, "not_measured": "broken"},
    ],
)
def test_no_line_from_paper_breaks_the_clerk(client: Browser, odd: dict[str, Any]) -> None:
    client.log_in("reception")
    line = {
        "kind": "enter_from_paper", "sheet": "T1", "line": 1, "gate_id": str(client.office.gate_a),
        "day": "2026-11-20", "arrived": "23:00", "person": {"name": "Hoa"},
    }  # fmt: skip
    assert send(client, line | odd).status_code in (200, 422)


def test_a_clock_of_another_year_is_refused_and_as_a_fact_flagged(office: Office) -> None:
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    assert office.act("guard", arrival(office, device_time=long_ago)).code == "time_long_past"
    fact = visit_of(office, office.do("guard", arrival(office, device_time=long_ago, mode="fact")))
    assert fact.occurred_at == office.clock.now()
    assert "time_long_past" in [found["code"] for found in fact.discrepancies]


def test_an_act_before_the_first_policy_is_held_to_that_policy(office: Office) -> None:
    early = later(office.clock.now(), hours=-30)
    assert office.act("guard", arrival(office, device_time=early)).status is Status.RECORDED


def test_nobody_leaves_before_they_came(office: Office) -> None:
    visit_id = UUID(office.do("guard", arrival(office))["visit_id"])
    earlier = later(office.clock.now(), hours=-3)
    office.do("other_guard", CheckOut(visit_id=visit_id, badge_returned=True, device_time=earlier, mode="fact"))
    visit = visit_of(office, {"visit_id": str(visit_id)})
    assert visit.left_at == visit.admitted_at


def unproven(office: Office, tenths: int = FEVER, **changed: Any) -> CheckIn:
    override = Override(decision="admit", reason="lãnh đạo đồng ý", approved_by="Chánh Văn phòng")
    return arrival(office, tenths, decision=changed.pop("decision", "recheck"), override=override, **changed)


def test_a_name_that_a_guard_types_leaves_a_milder_decision_open_until_a_manager_confirms_it(office: Office) -> None:
    visit = visit_of(office, office.do("guard", unproven(office)))
    assert [found["code"] for found in visit.discrepancies] == ["override_unproven"]
    resolve = ResolveDiscrepancy(visit_id=visit.id, code="override_unproven", resolution="đúng là tôi cho vào")
    assert office.act("reception", resolve).code == "override_not_permitted"
    office.do("manager", resolve)
    assert visit_of(office, {"visit_id": str(visit.id)}).discrepancies == []


def test_another_decision_is_no_way_around_what_is_missing(office: Office) -> None:
    override = Override(decision="admit", reason="quen mặt")
    bare = arrival(office, readings=[], answers=None, mask=None, badge_number=None, override=override)
    assert office.act("guard", bare).code == "override_not_permitted"
    named = bare.model_copy(update={"override": override.model_copy(update={"approved_by": "Chánh Văn phòng"})})
    visit = visit_of(office, office.do("guard", named))
    assert [found["code"] for found in visit.discrepancies] == ["override_unproven"]


def test_an_override_makes_no_move_that_the_table_does_not_allow(office: Office) -> None:
    referred = UUID(
        office.do(
            "guard",
            arrival(
                office, decision="refer", badge_number=None, override=Override(decision="refer", reason="mệt, khó thở")
            ),
        )["visit_id"]
    )
    sneaked = unproven(office, 365, visit_id=referred, person=None, decision="recheck")
    assert office.act("guard", sneaked).code == "already_decided"
    assert visit_of(office, {"visit_id": str(referred)}).state == "referred"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_day_of_an_address_breaks_what_programs_read(client: Browser, day: str) -> None:
    client.log_in("reception")
    for query in (f"from={day}", f"to={day}", f"from={day}&to={day}"):
        assert client.get(f"/api/v1/visits?{query}").status_code < 500, query


@pytest.mark.parametrize("after", ["-1", str(10**30), str(2**63), "²", "", "1.5"])
def test_no_sequence_breaks_what_a_tablet_asks_for(client: Browser, after: str) -> None:
    client.log_in("guard")
    assert client.get("/api/v1/tablet/changes", params={"after": after}).status_code == 422


def test_only_a_device_at_a_gate_states_facts(client: Browser) -> None:
    client.log_in("guard")
    made = send(client, arrival(client.office).model_dump(mode="json")).json()["values"]["visit_id"]
    client.be_stranger().log_in("reception")
    leaving = {"kind": "check_out", "visit_id": made, "badge_returned": True, "mode": "fact"}
    assert send(client, leaving).status_code == 422
    assert send(client, leaving | {"mode": "ask"}).json()["status"] == "recorded"
