"""The change of shift: handed over, or begun without the server."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from app.clerk import Status
from app.journal import queries as journal
from app.kit.ids import new_id
from app.tablet import repository
from app.tablet.commands import BeginShift, HandOver, OpenMatters
from tests.conftest import Browser
from tests.office import Office

OPEN = OpenMatters(waiting=2, resting=1, on_site=27, unsent=0)


def handing(office: Office, **changed: Any) -> HandOver:
    fields: dict[str, Any] = {
        "to_account_id": office.actors["other_guard"].account_id, "note": "  Thang máy hỏng ", "open": OPEN,
        "badges_missing": ["014"], "unusual": ["Lê Văn Bé: thân nhiệt 38,2 °C"],
    }  # fmt: skip
    return HandOver(**(fields | changed))


def events(office: Office) -> list[str]:
    with office.book.reading() as session:
        return [line.event for line in journal.after(session, office.site_id, 0)]


def test_a_handover_keeps_both_names_and_what_was_open(office: Office) -> None:
    office.do("guard", handing(office))
    with office.book.reading() as session:
        [found] = repository.handovers(session, office.site_id)
    assert (found.gate_name, found.from_name, found.to_name) == ("Cổng A", "Nguyễn Văn Đức", "Trần Thị Lan")
    assert found.handover.note == "Thang máy hỏng"
    assert found.handover.open == OPEN.model_dump()
    assert (found.handover.badges_missing, len(found.handover.unusual)) == (["014"], 1)
    assert events(office)[-1] == "ShiftHandedOver"


def test_a_shift_may_end_with_nobody_after_it(office: Office) -> None:
    office.do("guard", handing(office, to_account_id=None))
    with office.book.reading() as session:
        [found] = repository.handovers(session, office.site_id)
    assert found.to_name is None


def test_a_shift_is_handed_to_a_guard_of_the_site_only(office: Office, other_office: Office) -> None:
    for stranger in (new_id(), office.actors["manager"].account_id, other_office.actors["guard"].account_id):
        outcome = office.act("guard", handing(office, to_account_id=stranger))
        assert (outcome.status, outcome.code) == (Status.REFUSED, "not_found")


def test_whoever_finds_the_tablet_left_takes_over_and_says_so(office: Office) -> None:
    gone = office.actors["guard"].account_id
    office.do("other_guard", handing(office, to_account_id=None, from_account_id=gone))
    with office.book.reading() as session:
        [found] = repository.handovers(session, office.site_id)
    assert (found.from_name, found.to_name, found.handover.by_taker) == ("Nguyễn Văn Đức", "Trần Thị Lan", True)
    for stranger in (new_id(), office.actors["manager"].account_id):
        assert office.act("guard", handing(office, to_account_id=None, from_account_id=stranger)).code == "not_found"


def test_a_handover_names_one_guard_beside_its_own(office: Office) -> None:
    with pytest.raises(ValidationError):
        handing(office, from_account_id=office.actors["guard"].account_id)


def test_handovers_come_newest_first_gate_by_gate_and_page_by_page(office: Office) -> None:
    for number in range(5):
        office.do("guard", handing(office, note=f"A{number}"))
        office.do("other_guard", handing(office, note=f"B{number}"))
        office.clock.advance(minutes=1)
    with office.book.reading() as session:
        first = repository.handovers(session, office.site_id, limit=4)
        rest = repository.handovers(session, office.site_id, before=first[-1].handover.id)
        here = repository.handovers(session, office.site_id, gate_id=office.gate_b)
    notes = [found.handover.note for found in (*first, *rest)]
    assert notes[::2] in (["A4", "A3", "A2", "A1", "A0"], ["B4", "B3", "B2", "B1", "B0"])
    assert sorted(notes) == sorted(f"{gate}{number}" for gate in "AB" for number in range(5))
    assert [found.handover.note for found in here] == ["B4", "B3", "B2", "B1", "B0"]


def test_a_shift_begun_without_the_server_is_in_the_journal_at_its_own_time(office: Office) -> None:
    began = office.clock.now() - timedelta(hours=3)
    office.do("guard", BeginShift(mode="fact", device_time=began))
    with office.book.reading() as session:
        last = journal.after(session, office.site_id, 0)[-1]
    assert (last.event, last.occurred_at) == ("ShiftBegan", began)
    assert last.payload is not None
    assert last.payload["offline"] is True


def test_a_shift_begins_and_ends_at_a_gate_only(office: Office) -> None:
    for command in (BeginShift(), handing(office)):
        assert office.act("manager", command).code == "no_gate"


def test_the_next_guard_is_told_how_the_shift_was_handed_over(client: Browser) -> None:
    client.log_in("guard")
    assert client.get("/api/v1/tablet/snapshot").json()["last_handover"] is None
    command = handing(client.office).model_dump(mode="json")
    assert client.put(f"/api/v1/commands/{new_id()}", json=command).json()["status"] == "recorded"
    told = client.get("/api/v1/tablet/snapshot").json()["last_handover"]
    assert (told["from_name"], told["to_name"], told["note"]) == ("Nguyễn Văn Đức", "Trần Thị Lan", "Thang máy hỏng")


def test_only_a_guard_at_a_gate_hands_over_by_http(client: Browser) -> None:
    client.log_in("reception")
    command = handing(client.office).model_dump(mode="json")
    assert client.put(f"/api/v1/commands/{new_id()}", json=command).status_code == 404


def test_reception_reads_the_book_of_handovers_and_a_guard_does_not(client: Browser) -> None:
    office = client.office
    office.do("guard", handing(office))
    office.do("other_guard", handing(office, to_account_id=None, note="", unusual=[], badges_missing=[]))
    client.log_in("reception")
    page = client.get("/log/handovers").text
    assert page.index("Trần Thị Lan") < page.index("Lê Văn Bé: thân nhiệt 38,2 °C")
    assert "Thẻ chưa trả: 014" in page
    assert "Kết thúc ca" in page
    assert "tự nhận ca" not in page
    office.do("guard", handing(office, to_account_id=None, from_account_id=office.actors["other_guard"].account_id))
    assert "tự nhận ca" in client.get("/log/handovers").text
    assert "Lê Văn Bé" not in client.get("/log/handovers", params={"gate": str(office.gate_b)}).text
    client.log_in("guard")
    assert client.get("/log/handovers").status_code == 404


def test_the_book_of_handovers_goes_on_page_by_page(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.tablet.routes.handovers.A_PAGE", 2)
    for number in range(3):
        client.office.do("guard", handing(client.office, note=f"ghi chú số {number}"))
    client.log_in("reception")
    first = client.get("/log/handovers").text
    assert ("ghi chú số 0" in first, "ghi chú số 2" in first) == (False, True)
    older = re.search(r'href="(/log/handovers\?before=[^"]+)"', first)
    assert older is not None
    assert "ghi chú số 0" in client.get(html.unescape(older[1])).text
