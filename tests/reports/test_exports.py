"""Exports as acts: journalled first, then a file that holds what the book held at that moment."""

import io
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response

from app.clerk import Status
from app.declarations.schemas import Person
from app.journal.handlers import ENTRIES
from app.journal.queries import head, story
from app.kit.ids import new_id
from app.reports.commands import ExportLogbook, Format
from app.reports.files import Paper, open_logbook, write_logbook
from app.reports.rules import LogbookRow, grouped
from app.visits.commands import AddNote, EnterFromPaper, VoidVisit
from tests.conftest import Browser
from tests.office import Office
from tests.reports.rows import csv_lines, pages, workbook

TODAY = date(2026, 11, 24)
YESTERDAY = TODAY - timedelta(1)


def enter(office: Office, line: int, day: date = YESTERDAY, **fields: Any) -> UUID:
    """Have reception enter somebody who came at 06:01 at the earliest and left at 06:30."""
    name = fields.pop("name", f"Trần Thị Hoa {line}")
    person = Person(
        name=name, birth_year=1984, identity_type="cccd", identity_number="001184001234", phone="0912345678"
    )
    usual: dict[str, Any] = {
        "sheet": f"{day:%d%m}", "line": line, "gate_id": office.gate_a, "day": day, "arrived": time(6, line % 29 + 1),
        "left": time(6, 30), "person": person, "tenths": 365, "mask": True, "sanitiser": True,
        "unit_id": next(iter(office.units.values())),
    }  # fmt: skip
    return UUID(office.do("reception", EnterFromPaper(**(usual | fields)))["visit_id"])


def export(file_format: Format = "csv", first: date = YESTERDAY, last: date = TODAY, **filters: Any) -> ExportLogbook:
    return ExportLogbook(format=file_format, first=first, last=last, **filters)


def lines_of(office: Office, command: ExportLogbook) -> list[LogbookRow]:
    answer = office.do("manager", command)
    return list(open_logbook(office.book, office.site_id, command, answer, Paper()).rows)


def test_an_export_stands_in_the_journal_with_its_filters_and_what_it_covers(office: Office) -> None:
    enter(office, 1)
    enter(office, 2)
    answer = office.do("manager", export(gate_id=office.gate_a, columns=("name",)))
    with office.book.reading() as session:
        (entry,) = story(session, office.site_id, ("logbook", office.site_id))
        end = head(session, office.site_id)
    assert (entry.event, entry.account_id) == ("LogbookExported", office.actors["manager"].account_id)
    assert entry.payload == {
        "format": "csv", "from": "2026-11-23", "to": "2026-11-24", "filters": {"gate": str(office.gate_a)},
        "columns": ["name"], "covers": {"2026-11-23": 2},
    }  # fmt: skip
    assert (answer["sequence"], answer["digest"]) == (entry.sequence, end.digest.hex())


def test_an_export_holds_the_lines_by_day_and_number(office: Office) -> None:
    enter(office, 2, name="Hồ A Páo")
    enter(office, 1, name="Lê Văn Bé")
    enter(office, 3, TODAY, name="Y Bluê Niê")
    found = [(row.day, row.number, row.name) for row in lines_of(office, export())]
    assert found == [(YESTERDAY, 1, "Hồ A Páo"), (YESTERDAY, 2, "Lê Văn Bé"), (TODAY, 1, "Y Bluê Niê")]


def test_an_export_never_holds_a_whole_identity_number_or_a_phone(office: Office) -> None:
    enter(office, 1)
    for file_format in ("csv", "xlsx", "pdf"):
        command = export(file_format)
        stream = io.BytesIO()
        answer = office.do("manager", command)
        write_logbook(open_logbook(office.book, office.site_id, command, answer, Paper()), stream)
        if file_format == "csv":
            text = stream.getvalue().decode()
        else:
            text = " ".join(pages(stream)) if file_format == "pdf" else str(list(workbook(stream)["Sổ ra, vào"].values))
        assert "••••••1234" in text
        assert "001184001234" not in text
        assert "912345678" not in text


def test_lines_that_come_while_a_file_is_written_wait_for_the_next(office: Office) -> None:
    enter(office, 1)
    command = export()
    answer = office.do("manager", command)
    enter(office, 2)
    rows = open_logbook(office.book, office.site_id, command, answer, Paper()).rows
    assert [row.number for row in rows] == [1]


def test_a_line_that_comes_after_its_days_export_is_late_in_the_next(office: Office) -> None:
    enter(office, 1)
    enter(office, 2, TODAY)
    assert [row.late for row in lines_of(office, export())] == [False, False]
    enter(office, 3)
    enter(office, 4, TODAY)
    assert [(row.day, row.number, row.late) for row in lines_of(office, export())] == [
        (YESTERDAY, 1, False), (YESTERDAY, 2, True), (TODAY, 1, False), (TODAY, 2, False),
    ]  # fmt: skip


def test_an_export_of_another_gate_makes_no_line_late(office: Office) -> None:
    lines_of(office, export(gate_id=office.gate_b))
    enter(office, 1)
    assert [row.late for row in lines_of(office, export())] == [False]


@pytest.mark.parametrize("narrow", ["gate_id", "unit_id", "visit_kind", "state", "decision"])
def test_each_filter_leaves_the_others_out(office: Office, narrow: str) -> None:
    odd: dict[str, Any] = {"gate_id": office.gate_b, "unit_id": list(office.units.values())[1]}
    odd |= {"visit_kind": "citizen", "decision": "refuse"}
    enter(office, 1)
    enter(office, 2, left=None, **odd)
    wanted: dict[str, Any] = odd | {"state": "refused"}
    assert [row.number for row in lines_of(office, export(**{narrow: wanted[narrow]}))] == [2]


def test_a_voided_line_keeps_its_number_and_what_was_noted_is_told(office: Office) -> None:
    visit_id = enter(office, 1)
    office.do("reception", AddNote(visit_id=visit_id, text="ghi nhầm người"))
    office.do("reception", VoidVisit(visit_id=visit_id, reason="nhầm người"))
    (row,) = lines_of(office, export())
    assert (row.number, row.voided, row.note) == (1, True, "ghi nhầm người")


def test_more_lines_than_one_reading_come_whole_and_in_order(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reports.queries.CHUNK", 3)
    for line in range(1, 9):
        enter(office, line)
    enter(office, 9, TODAY)
    assert [row.number for row in lines_of(office, export())] == [1, 2, 3, 4, 5, 6, 7, 8, 1]


def test_another_office_is_not_in_the_book(office: Office, other_office: Office) -> None:
    enter(other_office, 1)
    assert lines_of(office, export()) == []


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(TODAY, YESTERDAY, "range_backwards"), (date(2025, 11, 23), TODAY, "range_too_long")],
)
def test_a_range_that_makes_no_sense_is_refused(office: Office, first: date, last: date, code: str) -> None:
    outcome = office.act("manager", export(first=first, last=last))
    assert (outcome.status, outcome.code) == (Status.REFUSED, code)


def file_of(client: Browser, file_format: str, **asked: Any) -> Response:
    return client.get(
        f"/api/v1/exports/logbook.{file_format}", params={"from": "2026-11-23", "to": "2026-11-24"} | asked
    )


def test_the_manager_gets_the_three_files_and_each_is_an_act(client: Browser, office: Office) -> None:
    enter(office, 1, name="=1+1")
    client.log_in("manager")
    made = {file_format: file_of(client, file_format) for file_format in ("csv", "xlsx", "pdf")}
    for file_format, answer in made.items():
        assert answer.status_code == 200
        assert f'filename="so-ra-vao_2026-11-23_2026-11-24.{file_format}"' in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"
    with office.book.reading() as session:
        acts = story(session, office.site_id, ("logbook", office.site_id))
    assert [act.payload["format"] for act in acts if act.payload] == ["csv", "xlsx", "pdf"]
    lines = csv_lines(io.BytesIO(made["csv"].content))
    assert lines[1][4] == "'=1+1"
    assert grouped(digest_of(office, acts[0].sequence)) in lines[-1][0]
    row = dict(zip(*workbook(io.BytesIO(made["xlsx"].content))["Sổ ra, vào"].iter_rows(values_only=True), strict=True))
    assert (row["Họ và tên"], row["STT"], row["Thân nhiệt (°C)"]) == ("=1+1", 1, 36.5)
    assert "=1+1" in pages(io.BytesIO(made["pdf"].content))[0]


def digest_of(office: Office, sequence: int) -> bytes:
    with office.book.reading() as session:
        query = sa.select(ENTRIES.c.digest).where(ENTRIES.c.site_id == office.site_id, ENTRIES.c.sequence == sequence)
        return session.scalars(query).one()


@pytest.mark.parametrize("who", ["reception", "guard"])
def test_nobody_but_the_manager_finds_exports(client: Browser, who: str) -> None:
    client.log_in(who)
    assert file_of(client, "csv").status_code == 404
    assert client.get("/exports").status_code == 404
    client.be_stranger()
    assert file_of(client, "csv").status_code == 401


def test_a_file_with_a_bad_range_or_filter_is_a_problem_and_no_act(client: Browser, office: Office) -> None:
    client.log_in("manager")
    assert file_of(client, "csv", to="2026-11-01").json()["code"] == "range_backwards"
    assert file_of(client, "csv", gate="x").status_code == 422
    assert file_of(client, "csv", state="asleep").status_code == 422
    assert file_of(client, "docx").status_code == 422
    with office.book.reading() as session:
        assert story(session, office.site_id, ("logbook", office.site_id)) == []


def test_the_page_shows_the_first_lines_and_its_button_leads_to_the_file(client: Browser, office: Office) -> None:
    for line in range(1, 15):
        enter(office, line, name=f"Nguyễn <b> {line}")
    client.log_in("manager")
    page = client.get("/exports", params={"from": "2026-11-23", "to": "2026-11-24"}).text
    assert "14 dòng. Dưới đây là 8 dòng đầu." in page
    assert "Nguyễn &lt;b&gt; 8" in page
    assert "Nguyễn &lt;b&gt; 9" not in page
    asked = {"from": "2026-11-23", "to": "2026-11-24", "gate": str(office.gate_a), "columns": ["name", "purpose"]}
    answer = client.get("/exports", params=asked | {"form": "xlsx", "state": "", "signer": "", "act": "export"})
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    assert address.path == "/api/v1/exports/logbook.xlsx"
    assert parse_qs(address.query) == {
        name: value if isinstance(value, list) else [value] for name, value in asked.items()
    }
    head_row = next(iter(workbook(io.BytesIO(client.get(answer.headers["location"]).content))["Sổ ra, vào"].values))
    assert head_row == ("Ngày", "STT", "Họ và tên", "Lý do", "Ghi chú")


def test_looking_at_the_page_is_no_export(client: Browser, office: Office) -> None:
    client.log_in("manager").get("/exports")
    with office.book.reading() as session:
        assert story(session, office.site_id, ("logbook", office.site_id)) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"from": "31/02/2026"}, "Vui lòng nhập ngày, ví dụ 24/11/2026"),
        ({"from": "2026-11-24", "to": "2026-11-01"}, "Vui lòng chọn ngày đầu không sau ngày cuối."),
        ({"from": "2025-01-01", "to": "2026-11-01"}, "Vui lòng chọn khoảng ngắn hơn 367 ngày."),
        ({"gate": "x"}, "Vui lòng chọn lại trong danh sách"),
        ({"signer": "ơ" * 200}, "Vui lòng nhập ngắn hơn, tối đa 120 chữ"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_exported(
    client: Browser, asked: dict[str, str], told: str
) -> None:
    answer = client.log_in("manager").get("/exports", params=asked | {"act": "export"})
    assert answer.status_code == 422
    assert told in answer.text
    assert all(value in answer.text for value in asked.values() if value != "x")


def test_a_day_typed_as_people_write_it_is_read(client: Browser) -> None:
    answer = client.log_in("manager").get("/exports", params={"from": "1/11/2026", "to": "24-11-2026", "act": "export"})
    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200


def test_the_page_offers_the_ways_to_sign_of_its_letterhead(client: Browser) -> None:
    page = client.log_in("manager").get("/exports").text
    assert "TUQ." in page
    assert "T/L" not in page


def test_a_command_id_that_came_twice_is_one_act(office: Office) -> None:
    command_id = new_id()
    first, again = office.act("manager", export(), command_id), office.act("manager", export(), command_id)
    assert (first.status, again.status) == (Status.RECORDED, Status.REPEATED)
    assert again.values == first.values
