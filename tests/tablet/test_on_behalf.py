"""What a tablet sends in the name of a guard who is not the one on duty now."""

from typing import Any
from uuid import UUID

from app.accounts.security import DEVICE_COOKIE
from app.clerk import Status
from app.kit.ids import new_id
from app.tablet.commands import BeginShift
from app.visits.commands import CheckIn
from tests.conftest import Browser
from tests.office import PIN, Office
from tests.tablet.test_outbox_file import book, entry, line, on_duty, read_in, seal, strays


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
