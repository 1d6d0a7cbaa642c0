"""What was refused at a gate is in the book once, whoever enters it first and however often it is insisted on."""

from typing import Any
from uuid import UUID

from app.clerk import Outcome, Status
from app.journal import queries as journal
from app.kit.ids import new_id
from app.visits.commands import CheckIn, CheckOut, EnterFromPaper, SettleDiscrepancy
from app.visits.models import Visit
from tests.conftest import Browser
from tests.office import Office
from tests.visits.lines import TODAY, check_in, enter
from tests.visits.test_attention import command_id, handed
from tests.visits.test_strays import events, kept, unmatched, visit_of


def refused(office: Office, command: CheckIn | CheckOut) -> tuple[CheckIn | CheckOut, UUID, UUID]:
    """Return an act that the server refused and that was left to reception, its id, and the matter that it is."""
    made = new_id()
    outcome = office.act("guard", command.model_copy(update={"mode": "ask"}), made)
    assert outcome.status is Status.REFUSED
    return command, made, handed(office, refused_id=made, refused_kind=command.kind_name, code=outcome.code)


def coming(office: Office) -> tuple[CheckIn | CheckOut, UUID, UUID]:
    check_in(office, "Người giữ thẻ", badge_number="014")
    now = office.clock.now()
    fields: dict[str, Any] = {
        "visit_kind": "delivery", "person": {"name": "Đỗ Văn Đức"}, "readings": [{"tenths": 365, "at": now}],
        "mask": True, "decision": "admit", "device_time": now, "badge_number": "014",
    }  # fmt: skip
    return refused(office, CheckIn.model_validate(fields))


def insist(office: Office, command: CheckIn | CheckOut, made: UUID) -> Outcome:
    return office.act("guard", command.model_copy(update={"mode": "fact"}), made)


def names(office: Office) -> list[str]:
    with office.book.reading() as session:
        return sorted(visit.name for visit in session.query(Visit).filter_by(site_id=office.site_id))


def test_what_a_guard_insists_on_settles_what_reception_has_of_it(office: Office) -> None:
    command, made, matter = coming(office)
    outcome = insist(office, command, made)
    assert outcome.status is Status.RECORDED
    settled = kept(office, matter)
    assert (str(settled.visit_id), settled.resolved_by) == (outcome.values["visit_id"], settled.account_id)
    assert events(office, 1) == ["DiscrepancySettled"]
    late = EnterFromPaper.model_validate(
        {"sheet": "MTB", "line": 1, "gate_id": office.gate_a, "day": TODAY, "arrived": "07:12",
         "person": {"name": "Đỗ Văn Đức"}, "discrepancy_id": matter}
    )  # fmt: skip
    assert office.act("reception", late).code == "discrepancy_settled"
    assert names(office) == ["Người giữ thẻ", "Đỗ Văn Đức"]


def test_what_reception_entered_is_the_line_that_an_insisting_guard_is_told_of(office: Office) -> None:
    command, made, matter = coming(office)
    entered = enter(office, 1, "Đỗ Văn Đức", TODAY, "07:12", left=None, discrepancy_id=matter)
    assert kept(office, matter).visit_id == entered
    outcome = insist(office, command, made)
    assert (outcome.status, outcome.values["visit_id"]) == (Status.RECORDED, str(entered))
    assert events(office, 1) == ["RefusedInsistedOn"]
    assert insist(office, command, made).status is Status.REPEATED
    assert names(office) == ["Người giữ thẻ", "Đỗ Văn Đức"]


def test_what_reception_settled_by_a_reason_alone_is_written_when_a_guard_says_that_it_happened(office: Office) -> None:
    command, made, matter = coming(office)
    office.do("reception", SettleDiscrepancy(discrepancy_id=matter, resolution="không liên lạc được bảo vệ"))
    assert insist(office, command, made).status is Status.RECORDED
    assert kept(office, matter).resolution == "không liên lạc được bảo vệ"
    assert len(names(office)) == 2


def test_whoever_left_leaves_the_line_that_reception_entered(office: Office) -> None:
    leaving = CheckOut(badge_number="039", badge_returned=True, device_time=office.clock.now())
    command, made, matter = refused(office, leaving)
    entered = enter(office, 1, "Đỗ Văn Đức", TODAY, "07:12", left=None, discrepancy_id=matter)
    assert visit_of(office, entered).state == "on_site"
    assert insist(office, command, made).values["visit_id"] == str(entered)
    assert visit_of(office, entered).state == "left"
    _, again, matter = refused(office, leaving)
    gone = enter(office, 2, "Đỗ Văn Đức", TODAY, "06:00", left="07:00", discrepancy_id=matter)
    before = visit_of(office, gone).left_at
    assert insist(office, leaving, again).values["visit_id"] == str(gone)
    assert (visit_of(office, gone).left_at, events(office, 1)) == (before, ["RefusedInsistedOn"])


def test_a_departure_that_fits_nobody_settles_nothing_of_its_own_and_is_entered_as_no_line(office: Office) -> None:
    leaving = CheckOut(badge_number="039", badge_returned=True, device_time=office.clock.now())
    command, made, matter = refused(office, leaving)
    assert insist(office, command, made).values["matched"] is False
    assert (kept(office, matter).visit_id, kept(office, matter).resolved_at) == (None, office.clock.now())
    departed = unmatched(office, name="Ai Đó")
    entering = EnterFromPaper.model_validate(
        {"sheet": "MTB", "line": 1, "gate_id": office.gate_a, "day": TODAY, "arrived": "07:12",
         "person": {"name": "Ai Đó"}, "discrepancy_id": departed}
    )  # fmt: skip
    assert office.act("reception", entering).code == "not_found"
    with office.book.reading() as session:
        assert journal.verify_site(session, office.site_id).holds


def test_two_at_reception_who_enter_one_matter_make_one_line(client: Browser) -> None:
    office = client.office
    matter = handed(office)
    address = f"/log/attention/{matter}"
    client.log_in("reception")
    form = client.post(f"{address}/entry").text.partition("paper-side")[0]
    sent = {
        "command_id": command_id(form, f"{address}/line"), "sheet": "MTB-241126", "line": "1",
        "gate": str(office.gate_a), "day": "2026-11-24", "arrived": "07:12", "visit_kind": "delivery",
        "name": "Đỗ Văn Đức", "decision": "admit",
    }  # fmt: skip
    other = sent | {"command_id": str(new_id()), "line": "2"}
    answers = [client.post(f"{address}/line", data=data) for data in (sent, sent, other)]
    assert [answer.headers["location"] for answer in answers] == [
        "/log/attention?done=yes", "/log/attention?done=yes", f"{address}?second=yes",
    ]  # fmt: skip
    page = client.get(f"{address}?second=yes").text
    for words in ("sổ không ghi thêm dòng nào nữa", "Vũ Thị Hương đã xử lý", "Đã ghi vào sổ."):
        assert words in page
    assert client.post(f"{address}/entry").headers["location"] == f"{address}?second=yes"
    assert names(office) == ["Đỗ Văn Đức"]
