"""The book as people read it: pages by keyset, search, figures."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import Book
from app.declarations.schemas import Person
from app.errors import Problem
from app.kit.ids import new_id
from app.kit.paging import Page
from app.kit.text import fold
from app.visits.commands import CheckOut, CorrectVisit, Reading, VoidVisit
from app.visits.queries import (
    Filters,
    Line,
    Query,
    Sought,
    Standpoint,
    arrivals_by_hour,
    day_sum,
    find_line,
    heads,
    rows,
    search,
    standpoint,
    touched,
)
from tests.office import Office
from tests.tablet.test_passes import declare
from tests.visits.lines import TODAY, YESTERDAY, check_in, enter


@contextmanager
def looking(office: Office) -> Generator[tuple[Session, Standpoint]]:
    with office.book.reading() as session:
        yield session, standpoint(session, office.site_id, office.clock.now())


def names(lines: list[Line]) -> list[str]:
    return [line.visit.name for line in lines]


def listed(office: Office, filters: Filters | None = None) -> list[str]:
    with looking(office) as (session, here):
        return names(rows(session, here, filters or Filters()).rows)


def found(office: Office, text: str, filters: Filters | None = None) -> list[str]:
    with looking(office) as (session, here):
        return names(search(session, here, Sought(Query.of(text, office.book.closing), filters or Filters())).rows)


def test_lines_come_newest_first(office: Office) -> None:
    enter(office, 1, "Sáng", at="07:30")
    enter(office, 2, "Chiều", at="14:00")
    enter(office, 3, "Trưa", at="11:00")
    assert listed(office) == ["Chiều", "Trưa", "Sáng"]


def test_pages_follow_one_another_without_a_gap_or_a_double(office: Office) -> None:
    for line in range(1, 8):
        # Two of them at the same minute: the id decides.
        enter(office, line, f"Khách {line}", at=f"08:0{line // 2}")
    with looking(office) as (session, here):
        shown: list[str] = []
        cursor = None
        while True:
            page = rows(session, here, Filters(), cursor, limit=3)
            shown += names(page.rows)
            cursor = page.next_cursor
            if cursor is None:
                break
    assert shown == listed(office)
    assert len(set(shown)) == 7


CURSORS = ("", "x", "W10", "WzEsMl0", "WyJhIiwiYiJd", "WzFlOTk5LCJhIl0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksImEiXQ")


def test_a_cursor_that_is_none_of_ours_is_refused(office: Office) -> None:
    sought = Sought(Query.of("hoa", office.book.closing), Filters())
    with looking(office) as (session, here):
        for cursor in CURSORS:
            with pytest.raises(Problem, match="cursor_odd"):
                rows(session, here, Filters(), cursor)
            with pytest.raises(Problem, match="cursor_odd"):
                search(session, here, sought, cursor)


@contextmanager
def statements(book: Book) -> Generator[list[tuple[str, Any]]]:
    """Give the statements that the reading side runs meanwhile, each with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        seen.append((statement, values))

    event.listen(book.reader, "before_cursor_execute", note)
    yield seen
    event.remove(book.reader, "before_cursor_execute", note)


def test_a_deep_page_costs_as_many_queries_as_the_first_and_none_counts_off_rows(office: Office) -> None:
    for line in range(1, 13):
        enter(office, line, f"Nguyễn Văn {line}", day=YESTERDAY - timedelta(days=line % 4))
    sought = Sought(Query.of("nguyen", office.book.closing), Filters())
    with looking(office) as (session, here), statements(office.book) as seen:
        counts: list[int] = []
        listing: Callable[[str | None], Page[Line]] = lambda at: rows(session, here, Filters(), at, 2)  # noqa: E731
        seeking: Callable[[str | None], Page[Line]] = lambda at: search(session, here, sought, at, 2)  # noqa: E731
        for read in (listing, seeking):
            cursor, pages = None, 0
            while pages == 0 or cursor is not None:
                seen.clear()
                cursor, pages = read(cursor).next_cursor, pages + 1
                counts.append(len(seen))
                # SQLAlchemy writes "OFFSET ?" for SQLite whatever is asked: nothing is passed over where it is 0.
                assert not any("OFFSET" in statement and values[-1] != 0 for statement, values in seen)
            assert pages == 6
    assert set(counts[:6]) == {1}
    assert max(counts[6:]) <= 4


def test_filters_narrow_by_day_gate_unit_kind_state_and_decision(office: Office) -> None:
    unit = office.units["Phòng Tổng hợp"]
    enter(office, 1, "Ở cổng B", gate_id=office.gate_b)
    enter(office, 2, "Gặp Phòng Tổng hợp", unit_id=unit)
    enter(office, 3, "Giao hàng", visit_kind="delivery")
    enter(office, 4, "Bị từ chối", decision="refuse", left=None)
    enter(office, 5, "Hôm kia", day=date(2026, 11, 22))
    assert listed(office, Filters(gate_id=office.gate_b)) == ["Ở cổng B"]
    assert listed(office, Filters(unit_id=unit)) == ["Gặp Phòng Tổng hợp"]
    assert listed(office, Filters(kind="delivery")) == ["Giao hàng"]
    assert listed(office, Filters(state="refused")) == ["Bị từ chối"]
    assert listed(office, Filters(decision="refuse")) == ["Bị từ chối"]
    assert listed(office, Filters().on(None, date(2026, 11, 22))) == ["Hôm kia"]
    assert "Hôm kia" not in listed(office, Filters().on(YESTERDAY, None))


def test_a_day_begins_and_ends_at_the_sites_midnight(office: Office) -> None:
    enter(office, 1, "Trước nửa đêm", at="23:59", left=None)
    enter(office, 2, "Sau nửa đêm", day=TODAY, at="00:00", left=None)
    assert listed(office, Filters().on(YESTERDAY, YESTERDAY)) == ["Trước nửa đêm"]
    assert listed(office, Filters().on(TODAY, TODAY)) == ["Sau nửa đêm"]


def test_filters_in_an_address_come_back_as_they_were() -> None:
    unit = new_id()
    filters = Filters(YESTERDAY, TODAY, None, unit, "left", "admit", "visitor", overdue=True, attention=True)
    assert Filters.parse(filters.address()) == filters
    assert Filters.parse({}) == Filters()


def test_what_an_address_holds_that_is_no_filter_narrows_nothing() -> None:
    odd = {
        "from": "31/02/2026",
        "gate": "x",
        "unit": "'",
        "state": "gone",
        "decision": "\0",
        "kind": "x" * 10_000,
        "overdue": "?",
    }
    assert Filters.parse(odd) == Filters()
    assert Filters.parse({"from": "2026-11-24", "to": "2026-11-23"}) == Filters(YESTERDAY, TODAY)


def test_another_site_is_not_seen(office: Office, other_office: Office) -> None:
    theirs = enter(other_office, 1, "Trần Thị Hoa")
    assert listed(office) == []
    assert found(office, "hoa") == []
    with looking(office) as (session, here):
        assert find_line(session, here, theirs) is None
        assert heads(session, here).on_site == 0


HOA: dict[str, Any] = {"organisation": "Điện lực tỉnh", "phone": "0912 345 678", "identity_number": "008184001234"}


FINDING = (
    "Trần Thị Hoa", "tran thi hoa", "TRẦN", "hoa", "an thi", "i ho", "t h", "h", "th", "hoa tran", "dien luc", "Ðiện",
    "đIeN", "lan", "HC", "20a-123", "123.45", "014", "0912345678", "+84 912 345 678", "0084912345678", "5678", "1234",
    "008184001234", "008 184 001 234", "ran",
)  # fmt: skip
NOT_FINDING = ("oa", "0912", "912345", "345678", "00818400123", "84001", "2345", "x", "hoa x", "", "  ")


def test_a_line_is_found_by_any_part_of_its_words_and_by_whole_numbers_and_their_tails(office: Office) -> None:
    enter(
        office, 1, "Trần Thị Hoa", host_name="bà Lan, HC-QT", plate="20A-123.45", badge_number="014",
        identity_type="cccd", **HOA,
    )  # fmt: skip
    enter(office, 2, "Vũ Quốc Sỹ")
    assert {text: found(office, text) for text in FINDING} == {text: ["Trần Thị Hoa"] for text in FINDING}
    assert [text for text in NOT_FINDING if found(office, text)] == []


def test_hits_with_the_accents_as_typed_come_first_within_a_day(office: Office) -> None:
    enter(office, 1, "Đỗ Thị Hòa", at="08:00")
    enter(office, 2, "Đỗ Thị Hoa", at="09:00")
    enter(office, 3, "Đỗ Thị Hoà", at="10:00")
    enter(office, 4, "ĐỖ THỊ HÒA", day=date(2026, 11, 22))
    assert found(office, "hòa") == ["Đỗ Thị Hòa", "Đỗ Thị Hoà", "Đỗ Thị Hoa", "ĐỖ THỊ HÒA"]
    assert found(office, "hoa") == ["Đỗ Thị Hoa", "Đỗ Thị Hoà", "Đỗ Thị Hòa", "ĐỖ THỊ HÒA"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_of_hits_keep_the_order_of_ranks_across_days(office: Office, limit: int) -> None:
    line = 0
    for day in (20, 21, 22):
        for name, at in (("Lê Đức", "07:00"), ("Lê Duc", "08:00"), ("Lê Đức Anh", "09:00"), ("Lê Dục", "10:00")):
            line += 1
            enter(office, line, f"{name} {day}", day=date(2026, 11, day), at=at)
    whole = found(office, "đức")
    assert whole[:4] == ["Lê Đức Anh 22", "Lê Đức 22", "Lê Dục 22", "Lê Duc 22"]
    sought = Sought(Query.of("đức", office.book.closing), Filters())
    shown: list[str] = []
    cursor = None
    with looking(office) as (session, here):
        while True:
            page = search(session, here, sought, cursor, limit)
            shown += names(page.rows)
            cursor = page.next_cursor
            if cursor is None:
                break
    assert shown == whole
    assert len(shown) == 12


def test_hits_too_many_to_list_are_found_alike(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("app.visits.queries.search"), "MOST_LISTED", 1)
    enter(office, 1, "Trần Thị Hoa", identity_type="cccd", **HOA)
    enter(office, 2, "Trần Văn Hoan", host_name="bà Lan")
    assert found(office, "hoa") == ["Trần Văn Hoan", "Trần Thị Hoa"]
    assert found(office, "tran la") == ["Trần Văn Hoan"]
    assert found(office, "5678") == ["Trần Thị Hoa"]


def test_search_keeps_to_the_filters(office: Office) -> None:
    enter(office, 1, "Trần Thị Hoa")
    enter(office, 2, "Trần Văn Hoan", visit_kind="delivery")
    assert found(office, "hoa", Filters(kind="delivery")) == ["Trần Văn Hoan"]
    assert found(office, "hoa", Filters().on(TODAY, TODAY)) == []


def test_a_name_that_was_corrected_is_found_by_the_new_one_only(office: Office) -> None:
    visit_id = enter(office, 1, "Trần Thị Hoa")
    office.do("reception", CorrectVisit(visit_id=visit_id, field="name", value="Trần Thị Huệ", reason="nghe nhầm"))
    assert found(office, "hoa") == []
    assert found(office, "hue") == ["Trần Thị Huệ"]


HOSTILE = [
    "'", '"', '""', "%", "_", "%%%", "___", "*", "hoa*", '"hoa"', "hoa OR nguyen", "NEAR(hoa thi)", "-hoa", "^hoa",
    "hoa\0", "\\", "/", "/%", "{hoa}", "search_key:hoa", "'; DROP TABLE visit; --", "a" * 10_000, "a " * 5_000,
    "%" * 10_000,
    "\u202ehoa", "🦆", "🦆🦆🦆", "\ud800", "…", "()", "AND", "NOT", "OR",
]  # fmt: skip


def test_hostile_input_finds_what_it_says_and_harms_nothing(office: Office) -> None:
    enter(office, 1, "Trần Thị Hoa")
    enter(office, 2, "Lê % _ Văn")
    hits = {text: found(office, text) for text in HOSTILE}
    assert {text: shown for text, shown in hits.items() if shown} == {
        "%": ["Lê % _ Văn"],
        "_": ["Lê % _ Văn"],
        "hoa\0": ["Trần Thị Hoa"],
        "\u202ehoa": ["Trần Thị Hoa"],
    }
    assert len(listed(office)) == 2


LETTERS = st.text(st.sampled_from("aAăâđĐðêơưhoHòaà nNTrầnị%_'\"*\\/-.|0914\0\u0301"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=LETTERS | st.text(max_size=40))
def test_whatever_is_typed_the_databases_find_what_the_rule_says(office: Office, text: str) -> None:
    if not listed(office):
        enter(office, 1, "Trần Thị Hoa", organisation="Điện lực % tỉnh_")
        enter(office, 2, "Nguyễn Hoàng Đạo", plate="20A-914.09")
    with looking(office) as (session, here):
        query = Query.of(text, office.book.closing)
        shown = set(names(search(session, here, Sought(query, Filters())).rows))
        keys = {line.visit.name: line.visit.search_key for line in rows(session, here, Filters()).rows}

    def holds(key: str) -> bool:
        long = all(word in key for word in query.words if len(word) > 2)
        short = all(key.startswith(word) or f" {word}" in key for word in query.words if len(word) < 3)
        return bool(query.whole) and ((long and short) or (len(query.whole) > 2 and query.whole in key))

    assert shown == {name for name, key in keys.items() if holds(key)}
    assert query.whole == fold(query.typed)


def test_the_heads_count_who_is_where_now(office: Office) -> None:
    check_in(office, "Trong")
    left = check_in(office, "Ra rồi")
    office.do("guard", CheckOut(visit_id=left, device_time=office.clock.now()))
    check_in(office, "Nghỉ", visit_kind="invited", plate="20A", people_count=1, on_word_of="ông Bình",
             person=Person(name="Nghỉ"), readings=[Reading(tenths=380, at=office.clock.now())], decision="recheck",
             sanitiser=True)  # fmt: skip
    with looking(office) as (session, here):
        counted = heads(session, here)
    assert (counted.on_site, counted.resting, counted.waiting, counted.overdue, counted.attention) == (1, 1, 0, 0, 0)


def test_whoever_is_inside_at_closing_time_is_overdue_when_read(office: Office) -> None:
    visit_id = check_in(office, "Quên ra")
    office.clock.advance(hours=10)
    with looking(office) as (session, here):
        assert heads(session, here).overdue == 0
    office.clock.advance(minutes=20)
    with looking(office) as (session, here):
        line = find_line(session, here, visit_id)
        assert line is not None
        assert (line.state, line.visit.state) == ("overdue", "on_site")
        assert heads(session, here).overdue == 1
        assert names(rows(session, here, Filters(overdue=True)).rows) == ["Quên ra"]


def test_an_employee_is_overdue_only_a_day_later(office: Office) -> None:
    who = {"person": None, "visit_kind": "employee", "employee_id": office.employees["Đỗ Văn Đức"], "sanitiser": True}
    check_in(office, "Đỗ Văn Đức", **who)
    office.clock.advance(hours=11)
    assert listed(office, Filters(overdue=True)) == []
    office.clock.advance(hours=24)
    assert listed(office, Filters(overdue=True)) == ["Đỗ Văn Đức"]


def test_whoever_declared_waits_until_the_pass_expires_and_is_then_counted_no_more(office: Office) -> None:
    declare(office, "Trần Thị Hoa")
    assert listed(office, Filters(state="waiting")) == ["Trần Thị Hoa"]
    with looking(office) as (session, here):
        assert heads(session, here).waiting == 1
    office.clock.advance(hours=24)
    assert listed(office, Filters(state="waiting")) == []
    assert listed(office, Filters(state="expired")) == ["Trần Thị Hoa"]
    with looking(office) as (session, here):
        assert heads(session, here).waiting == 0
        assert [line.state for line in rows(session, here, Filters()).rows] == ["expired"]


def test_a_line_that_carries_a_discrepancy_needs_attention(office: Office) -> None:
    check_in(office, "Thường")
    now = office.clock.now()
    check_in(office, "Lạ giờ", device_time=now + timedelta(hours=3), mode="fact")
    assert listed(office, Filters(attention=True)) == ["Lạ giờ"]
    with looking(office) as (session, here):
        assert heads(session, here).attention == 1


def test_arrivals_are_counted_by_the_sites_hours_and_a_struck_line_not(office: Office) -> None:
    enter(office, 1, "Sớm", at="07:05")
    enter(office, 2, "Sớm nữa", at="07:55")
    enter(office, 3, "Muộn", at="23:10", left=None)
    struck = enter(office, 4, "Ghi trùng", at="07:30")
    office.do("reception", VoidVisit(visit_id=struck, reason="ghi trùng"))
    with looking(office) as (session, here):
        hours = arrivals_by_hour(session, here, YESTERDAY)
        assert (hours[7], hours[23], sum(hours)) == (2, 1, 3)
        total = day_sum(session, here, YESTERDAY)
    assert (total.entered, total.left, total.on_site) == (3, 2, 1)


def test_what_changed_after_a_cursor_is_told_and_what_no_longer_fits_is_named(office: Office) -> None:
    first = check_in(office, "Trước")
    with looking(office) as (session, here):
        head = max(line.visit.sequence for line in rows(session, here, Filters()).rows)
    second = check_in(office, "Sau")
    office.do("guard", CheckOut(visit_id=first, device_time=office.clock.now()))
    with looking(office) as (session, here):
        changed = touched(session, here, Filters(state="on_site"), head)
        assert changed is not None
        ids, lines = changed
        assert ids == {first, second}
        assert names(lines) == ["Sau"]
        assert touched(session, here, Filters(), head + 2) == (frozenset(), [])


def test_a_page_is_to_be_shown_anew_after_more_than_it_could_mend(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.visits.queries.lines.MOST_TOUCHED", 2)
    for name in ("Một", "Hai", "Ba"):
        check_in(office, name)
    with looking(office) as (session, here):
        assert touched(session, here, Filters(), 0) is None
