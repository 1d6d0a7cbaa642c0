"""What a tablet sends in the name of a guard who is not the one on duty now."""

from typing import Any
from uuid import UUID

from app.accounts.commands import DisableAccount
from app.accounts.security import DEVICE_COOKIE
from app.clerk import Status
from app.journal import queries as journal
from app.kit.ids import new_id
from app.tablet.commands import BeginShift
from app.visits.commands import CheckIn
from tests.conftest import Browser
from tests.office import PIN, Office, pair
from tests.tablet.test_outbox_file import book, entry, line, on_duty, read_in, seal, strays
from tests.tablet.test_routes import stand_in
from tests.visits.test_strays import visit_of


def put(client: Browser, command: dict[str, Any], command_id: str | None = None) -> Any:
    return client.put(f"/api/v1/commands/{command_id or new_id()}", json=command)


def log_in_on(client: Browser, device: str, who: str) -> None:
    """Have a guard of the cast begin a shift on the device of another."""
    client.be_stranger().cookies.set(DEVICE_COOKIE, client.office.device_tokens[device])
    account_id = str(client.office.actors[who].account_id)
    assert client.post("/api/v1/tablet/login", json={"account_id": account_id, "pin": PIN}).status_code == 200


def written(office: Office, name: str = "Trần Thị Hoa") -> UUID:
    came = entry(office, name)
    values = office.act("guard", CheckIn.model_validate(came["command"]), UUID(came["id"])).values
    return UUID(values["visit_id"])


def void(office: Office, visit_id: UUID) -> dict[str, Any]:
    return line(office, "void_visit", visit_id=str(visit_id), reason="ghi trùng")


def test_nobody_strikes_a_line_through_in_the_name_of_a_guard_whose_shift_has_ended(client: Browser) -> None:
    office = client.office
    client.log_in("guard")
    visit_id = written(office)
    office.clock.advance(hours=3)
    log_in_on(client, "guard", "other_guard")
    for hours in (0, 1, 20 * 24):
        office.clock.advance(hours=hours)
        own_name = void(office, visit_id)["command"] | {"account_id": str(office.actors["other_guard"].account_id)}
        for command in (void(office, visit_id)["command"], own_name):
            if hours > 1:
                log_in_on(client, "guard", "other_guard")
            assert put(client, command).json()["code"] == "not_own_line"
    client.be_stranger().log_in("reception")
    assert read_in(client, seal(office, [void(office, visit_id)])) == (0, 0, 1)
    assert [stray.code for stray in strays(office)] == ["not_own_line"]
    assert book(office) == [("Trần Thị Hoa", "on_site")]


def test_what_was_struck_through_before_the_shift_changed_arrives_after_it(client: Browser) -> None:
    office = client.office
    client.log_in("guard")
    visit_id = written(office)
    office.clock.advance(hours=2)
    struck = void(office, visit_id)
    office.clock.advance(minutes=5)
    log_in_on(client, "guard", "other_guard")
    assert put(client, struck["command"]).json()["status"] == "recorded"
    assert book(office) == [("Trần Thị Hoa", "voided")]


def test_a_shift_that_began_on_the_tablet_alone_has_its_own_lines(client: Browser) -> None:
    office = client.office
    log_in_on(client, "guard", "guard")
    office.clock.advance(hours=1)
    log_in_on(client, "guard", "other_guard")
    early = written(office)
    office.clock.advance(hours=5)
    # The network is gone: Đức takes over, writes a line, strikes it through, and strikes through an older one.
    assert office.act("guard", BeginShift(mode="fact", device_time=office.clock.now())).status is Status.RECORDED
    office.clock.advance(minutes=5)
    came = entry(office, "Y Bluê Niê")
    visit_id = UUID(put(client, came["command"], came["id"]).json()["values"]["visit_id"])
    office.clock.advance(minutes=5)
    assert put(client, void(office, visit_id)["command"]).json()["status"] == "recorded"
    assert put(client, void(office, early)["command"]).json()["code"] == "not_own_line"


def test_a_shift_is_over_when_its_session_has_ended_or_after_a_day(client: Browser) -> None:
    office = client.office
    on_duty(office)
    visit_id = written(office)
    office.clock.advance(hours=25)
    late = void(office, visit_id)
    log_in_on(client, "guard", "other_guard")
    assert put(client, late["command"]).json()["code"] == "not_own_line"
    office.clock.advance(hours=1)
    log_in_on(client, "guard", "guard")
    other = written(office, "Y Bluê Niê")
    assert client.post("/api/v1/tablet/logout").status_code == 204
    office.clock.advance(minutes=5)
    afterwards = void(office, other)
    office.clock.advance(minutes=5)
    log_in_on(client, "guard", "other_guard")
    assert put(client, afterwards["command"]).json()["code"] == "not_own_line"


def others(office: Office, name: str, who: str = "other_guard", **changed: Any) -> dict[str, Any]:
    """Return an entry that another guard wrote on this tablet."""
    came = entry(office, name, **changed)
    came["command"]["account_id"] = str(office.actors[who].account_id)
    return came


def test_on_a_tablet_that_was_paired_anew_nobodys_unsent_lines_are_lost_and_they_say_that_nobody_can_prove_them(
    client: Browser,
) -> None:
    office = client.office
    log_in_on(client, "guard", "other_guard")
    came = others(office, "Khách của Lan", badge_number="014")
    left = line(office, "check_out", who="other_guard", badge_number="014", badge_returned=True)
    pair(office, office.gate_a, "Máy cổng A, ghép lại", "again")
    office.clock.advance(minutes=10)
    log_in_on(client, "again", "guard")
    answers = [put(client, sent["command"], sent["id"]).json() for sent in (came, left)]
    assert [answer["status"] for answer in answers] == ["recorded", "recorded"]
    visit = visit_of(office, UUID(answers[0]["values"]["visit_id"]))
    lan = office.actors["other_guard"].account_id
    assert (visit.state, visit.account_id) == ("left", lan)
    assert visit.discrepancies == [{"code": "guard_unproven", "by_account": str(lan)}]
    own = entry(office, "Khách của Đức")
    kept = visit_of(office, UUID(put(client, own["command"], own["id"]).json()["values"]["visit_id"]))
    assert kept.discrepancies == []
    client.be_stranger().log_in("reception")
    assert "Sổ không thấy bảo vệ được ghi tên trực trên máy này" in client.get(f"/visits/{visit.id}").text


def test_a_note_and_a_shift_of_a_guard_who_cannot_be_proven_say_so_too(client: Browser) -> None:
    office = client.office
    visit_id = written(office)
    log_in_on(client, "guard", "guard")
    note = line(office, "add_note", who="other_guard", visit_id=str(visit_id), text="mang thang")
    assert put(client, note["command"]).json()["status"] == "recorded"
    assert [found["code"] for found in visit_of(office, visit_id).discrepancies] == ["guard_unproven"]
    assert put(client, line(office, "begin_shift", who="other_guard")["command"]).json()["status"] == "recorded"
    nobody = line(office, "check_out", who="other_guard", badge_number="039", badge_returned=True)
    assert put(client, nobody["command"]).json()["values"]["matched"] is False
    with office.book.reading() as session:
        told = journal.after(session, office.site_id, 0)[-2:]
    assert [(found.event, (found.payload or {}).get("proven")) for found in told] == [
        ("ShiftBegan", False),
        ("DepartureUnmatched", False),
    ]


def test_a_question_is_asked_in_the_name_of_a_guard_only_who_was_on_duty_there(client: Browser) -> None:
    office = client.office
    log_in_on(client, "guard", "guard")
    asked = others(office, "Khách của Lan")
    assert put(client, asked["command"] | {"mode": "ask"}).status_code == 404
    office.clock.advance(hours=-1)
    before = others(office, "Trước ca")
    office.clock.advance(hours=1)
    log_in_on(client, "guard", "other_guard")
    log_in_on(client, "guard", "guard")
    assert put(client, asked["command"] | {"mode": "ask"}, asked["id"]).json()["status"] == "recorded"
    assert put(client, before["command"] | {"mode": "ask"}).status_code == 404


def test_nothing_happened_in_the_name_of_whoever_is_no_guard_of_the_site(client: Browser, other_office: Office) -> None:
    office = client.office
    log_in_on(client, "guard", "guard")
    strangers = [others(office, "X", who) for who in ("manager", "reception")]
    strangers += [others(office, "X"), others(office, "X")]
    strangers[2]["command"]["account_id"] = str(other_office.actors["guard"].account_id)
    strangers[3]["command"]["account_id"] = str(new_id())
    assert [put(client, sent["command"]).status_code for sent in strangers] == [404] * 4
    office.do("manager", DisableAccount(account_id_changed=office.actors["other_guard"].account_id))
    assert put(client, others(office, "X")["command"]).status_code == 404
    assert book(office) == []


def test_what_a_stand_in_does_after_the_twelve_hours_is_kept_and_says_so(client: Browser) -> None:
    account_id, office = stand_in(client)["guard"]["id"], client.office
    made: list[dict[str, Any]] = []
    for hours in (11, 2):
        office.clock.advance(hours=hours)
        made.append(entry(office, f"Sau {hours} giờ"))
        made[-1]["command"]["account_id"] = account_id
    log_in_on(client, "guard", "guard")
    kept = [visit_of(office, UUID(put(client, sent["command"]).json()["values"]["visit_id"])) for sent in made]
    codes = [[found["code"] for found in visit.discrepancies] for visit in kept]
    assert codes == [[], ["guard_unproven"]]
