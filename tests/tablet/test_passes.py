"""Passes at the gate, and a declared party."""

from typing import Any
from uuid import UUID

from app.accounts.security import visitor_actor
from app.clerk import Status
from app.declarations.repository import find_pass
from app.declarations.rules import make_digits
from app.declarations.schemas import Person
from app.kit.ids import new_id
from app.selfservice.commands import Declare, DeclaredPerson
from app.visits.commands import AdmitParty, CheckIn, PartyMember, Reading, VoidVisit
from app.visits.repository import of_pass
from tests.conftest import Browser
from tests.office import Office
from tests.visits.test_admission import ANSWERS


def declare(office: Office, *names: str, **answers: Any) -> UUID:
    """Declare for a party at Cổng A and return the pass's id."""
    people = [
        DeclaredPerson(
            person=Person(
                name=name, birth_year=1984, sex="female", nationality="VN", phone="0912345678",
                identity_type="cccd", identity_number=f"00818400000{number}",
            ),
            answers=ANSWERS | answers,
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    command = Declare(
        gate_id=office.gate_a, channel="phone", language="vi", notice_version=1, people=people,
        unit_id=next(iter(office.units.values())), purpose="họp",
    )  # fmt: skip
    actor = visitor_actor(office.site_id, office.gate_a)
    outcome = office.clerk.submit(new_id(), command, actor)
    assert outcome.status is Status.RECORDED, outcome
    return UUID(outcome.values["pass_id"])


def digits_of(office: Office, pass_id: UUID) -> str:
    with office.book.reading() as session:
        found = find_pass(session, office.site_id, pass_id)
    assert found is not None
    return found.digits


def look_up(client: Browser, digits: str) -> tuple[int, str | None]:
    answer = client.post("/api/v1/tablet/pass", json={"digits": digits})
    return answer.status_code, answer.json().get("code")


def party_of(office: Office, pass_id: UUID) -> list[UUID]:
    with office.book.reading() as session:
        return [visit.id for visit in of_pass(session, office.site_id, pass_id)]


def reading(office: Office, tenths: int) -> list[Reading]:
    return [Reading(tenths=tenths, at=office.clock.now())]


def test_a_fresh_pass_leads_to_its_party(client: Browser) -> None:
    pass_id = declare(client.office, "Trần Thị Hoa", "Bé Na")
    client.log_in("guard")
    digits = digits_of(client.office, pass_id)
    answer = client.post("/api/v1/tablet/pass", json={"digits": f"{digits[:3]} {digits[3:6]} {digits[6:]}"}).json()
    assert [visit["name"] for visit in answer["visits"]] == ["Trần Thị Hoa", "Bé Na"]
    assert {visit["people"] for visit in answer["visits"]} == {2}


def test_a_mistyped_a_foreign_an_expired_and_a_used_pass_are_told_apart(client: Browser, other_office: Office) -> None:
    office = client.office
    foreign = digits_of(other_office, declare(other_office, "Lê Văn Bé"))
    expired = digits_of(office, declare(office, "Hồ A Páo"))
    client.log_in("guard")
    mistyped = expired[:-1] + str((int(expired[-1]) + 1) % 10)
    assert look_up(client, mistyped) == (422, "pass_digits")
    assert look_up(client, foreign) == (404, "pass_unknown")
    assert look_up(client, make_digits(b"\x00" * 8)) == (404, "pass_unknown")
    office.clock.advance(hours=11)
    pass_id = declare(office, "Y Bluê Niê")
    [visit_id] = party_of(office, pass_id)
    refused = CheckIn(visit_id=visit_id, readings=reading(office, 390), decision="recheck")
    office.do("guard", refused)
    assert look_up(client, digits_of(office, pass_id))[0] == 200
    office.clock.advance(hours=13)
    client.log_in("guard")
    assert look_up(client, expired) == (410, "pass_expired")


def test_a_pass_whose_party_has_left_is_used(client: Browser) -> None:
    office = client.office
    pass_id = declare(office, "Trần Thị Hoa")
    [visit_id] = party_of(office, pass_id)
    command = CheckIn(
        visit_id=visit_id,
        readings=reading(office, 365),
        mask=True,
        sanitiser=True,
        badge_number="001",
        decision="admit",
    )
    office.do("guard", command)
    client.log_in("guard")
    sent = {"kind": "check_out", "visit_id": str(visit_id), "badge_returned": True}
    assert client.put(f"/api/v1/commands/{new_id()}", json=sent).json()["status"] == "recorded"
    assert look_up(client, digits_of(office, pass_id)) == (410, "pass_used")


def test_one_act_admits_all_of_a_party_who_are_clear_and_sends_the_warm_one_to_rest(office: Office) -> None:
    pass_id = declare(office, "Trần Thị Hoa", "Lê Văn Bé", "Đinh Công Tráng")
    members = [
        PartyMember(visit_id=visit_id, readings=reading(office, tenths), mask=True, sanitiser=True, badge_number=badge)
        for visit_id, tenths, badge in zip(
            party_of(office, pass_id), (365, 376, 362), ("001", "002", "003"), strict=True
        )
    ]
    values = office.do("guard", AdmitParty(pass_id=pass_id, members=members, counted=3))
    assert [person["state"] for person in values["people"]] == ["on_site", "resting", "on_site"]
    assert [person["number"] for person in values["people"]] == [1, None, 2]


def test_a_count_that_differs_needs_a_reason(office: Office) -> None:
    pass_id = declare(office, "Trần Thị Hoa", "Lê Văn Bé")
    visit_id = party_of(office, pass_id)[0]
    member = PartyMember(
        visit_id=visit_id, readings=reading(office, 365), mask=True, sanitiser=True, badge_number="001"
    )
    command = AdmitParty(pass_id=pass_id, members=[member], counted=1)
    assert office.act("guard", command).code == "count_differs"
    explained = command.model_copy(update={"count_reason": "một người không đến"})
    assert office.do("guard", explained)["people"][0]["state"] == "on_site"


def test_the_gate_sees_what_answers_mean_and_no_answers(client: Browser) -> None:
    declare(client.office, "Lê Văn Bé", cough=True, places=["Hải Phòng 12/11"])
    client.log_in("guard")
    [row] = client.get("/api/v1/tablet/snapshot").json()["visits"]
    assert row["outcome"] == "caution"
    assert [flag["vi"] for flag in row["flags"]] == ["ho", "đã đi nơi khác", "Hải Phòng 12/11"]


def test_somebody_taken_off_the_list_is_not_counted(office: Office) -> None:
    pass_id = declare(office, "Trần Thị Hoa", "Lê Văn Bé")
    first, second = party_of(office, pass_id)
    office.do("reception", VoidVisit(visit_id=second, reason="không đến"))
    member = PartyMember(visit_id=first, readings=reading(office, 365), mask=True, sanitiser=True, badge_number="1")
    assert office.do("guard", AdmitParty(pass_id=pass_id, members=[member], counted=1))["people"]
