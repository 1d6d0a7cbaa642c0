"""Reception's day log, by HTTP: what it shows, to whom, and what never leaves it."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from app.visits.commands import CheckOut, VoidVisit
from tests.conftest import Browser
from tests.tablet.test_passes import declare
from tests.visits.lines import YESTERDAY, check_in, enter

HOA: dict[str, Any] = {
    "organisation": "Điện lực tỉnh", "phone": "0912 345 678", "identity_type": "cccd",
    "identity_number": "008184001234",
}  # fmt: skip


def shown(page: str) -> list[str]:
    """Return the names in a page's list, top to bottom."""
    return re.findall(r'class="row-link" href="/visits/[^"]+">([^<]*)</a>', page)


def test_reception_sees_todays_book_newest_first_and_a_stranger_is_sent_to_log_in(client: Browser) -> None:
    check_in(client.office, "Trước")
    client.office.clock.advance(minutes=1)
    check_in(client.office, "Sau")
    enter(client.office, 1, "Hôm qua")
    assert client.get("/log").headers["location"] == "/login?next=/log"
    page = client.log_in("reception").get("/log")
    assert page.status_code == 200
    assert shown(page.text) == ["Sau", "Trước"]
    assert "Thứ Ba 24/11/2026" in page.text


def test_the_time_of_somebody_who_was_not_let_in_is_when_they_came(client: Browser) -> None:
    check_in(client.office, "Được vào")
    assert "đến</small>" not in client.log_in("reception").get("/log").text
    declare(client.office, "Đang chờ")
    rows = client.get("/log").text.split("<tr id=")
    assert [("Đang chờ" in row, "đến</small> <time" in row) for row in rows[1:]].count((True, True)) == 1
    assert not any("Được vào" in row and "đến</small>" in row for row in rows[1:])


def test_a_guard_finds_no_such_page(client: Browser) -> None:
    client.log_in("guard")
    for address in ("/log", "/log/lines?after=0", "/paper", "/paper/declaration", "/paper/sheets"):
        assert client.get(address).status_code == 404


def test_a_page_speaks_the_readers_language(client: Browser) -> None:
    client.log_in("manager")
    assert "Nothing" not in client.get("/log").text
    assert "Nobody yet" in client.get("/log", headers={"Accept-Language": "en"}).text


def test_filters_stand_in_the_address_and_what_is_still_open_is_of_every_day(client: Browser) -> None:
    office = client.log_in("reception").office
    check_in(office, "Hôm nay")
    enter(office, 1, "Quên ra", left=None)
    enter(office, 2, "Về rồi")
    assert shown(client.get("/log?state=on_site").text) == ["Hôm nay", "Quên ra"]
    assert shown(client.get("/log?overdue=yes").text) == ["Quên ra"]
    assert shown(client.get("/log?state=left").text) == []
    assert shown(client.get("/log?from=2026-11-23&to=2026-11-24").text) == ["Hôm nay", "Về rồi", "Quên ra"]
    assert shown(client.get("/log?from=nope&gate=1&state=gone&cursor=").text) == ["Hôm nay"]


def test_the_next_page_goes_on_where_the_first_ended(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.daylog.queries.PAGE_LINES", 2)
    office = client.log_in("reception").office
    for line, name in enumerate(("Một", "Hai", "Ba"), 1):
        enter(office, line, name, at=f"08:0{line}")
    first = client.get("/log?from=2026-11-23&to=2026-11-23").text
    assert shown(first) == ["Ba", "Hai"]
    found = re.search(r'href="(/log\?[^"]*cursor=[^"]*)"', first)
    assert found is not None
    assert shown(client.get(found[1].replace("&amp;", "&")).text) == ["Một"]
    assert client.get("/log?cursor=x").status_code == 400


def test_a_list_holds_no_phone_no_identity_number_and_no_answer(client: Browser) -> None:
    office = client.log_in("reception").office
    enter(office, 1, "Trần Thị Hoa", **HOA)
    page = client.get("/log?from=2026-11-23").text
    assert shown(page) == ["Trần Thị Hoa"]
    for secret in ("0912", "345 678", "912345678", "008184001234"):
        assert secret not in page


def test_what_is_typed_is_shown_as_typed_and_runs_nowhere(client: Browser) -> None:
    office = client.log_in("reception").office
    check_in(office, "<script>alert(1)</script>")
    page = client.get("/log").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    found = client.post("/log/search", data={"q": '"><script>'})
    assert '"><script>' not in found.text


def test_search_by_form_finds_in_the_days_shown_or_in_every_day(client: Browser) -> None:
    office = client.log_in("reception").office
    check_in(office, "Trần Thị Hoa")
    enter(office, 1, "Lê Hoàng", **HOA)
    assert shown(client.post("/log/search", data={"q": "hoa"}).text) == ["Trần Thị Hoa"]
    everywhere = client.post("/log/search", data={"q": "hoa", "any_day": "yes"}).text
    assert shown(everywhere) == ["Trần Thị Hoa", "Lê Hoàng"]
    assert 'value="hoa"' in everywhere
    assert shown(client.post("/log/search", data={"q": "0912345678", "any_day": "yes"}).text) == ["Lê Hoàng"]
    assert shown(client.post("/log/search?kind=visitor", data={"q": "hoa", "any_day": "yes"}).text) == ["Lê Hoàng"]
    assert shown(client.post("/log/search", data={"q": "  "}).text) == ["Trần Thị Hoa"]


def test_what_is_searched_for_stands_in_no_address_of_the_page(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.daylog.queries.PAGE_LINES", 1)
    office = client.log_in("reception").office
    check_in(office, "Trần Thị Hoa")
    check_in(office, "Lê Hoàng")
    page = client.post("/log/search", data={"q": "hoa"}).text
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', page)
    assert not any("hoa" in address.casefold() or quote("hoa") in address for address in addresses)
    cursor = re.search(r'name="cursor" value="([^"]+)"', page)
    assert cursor is not None
    rest = client.post("/log/search", data={"q": "hoa", "cursor": cursor[1]}).text
    assert sorted(shown(page) + shown(rest)) == ["Lê Hoàng", "Trần Thị Hoa"]
    assert client.get("/log/search?q=hoa").status_code == 405


def test_a_script_asks_for_the_list_alone(client: Browser) -> None:
    check_in(client.log_in("reception").office, "Trần Thị Hoa")
    part = client.get("/log", headers={"Gatebook-Part": "yes"}).text
    assert shown(part) == ["Trần Thị Hoa"]
    assert "<html" not in part


def sequence_in(page: str) -> int:
    found = re.search(r'data-sequence="(\d+)"', page)
    assert found is not None
    return int(found[1])


def touched_in(page: str) -> set[UUID]:
    found = re.search(r'data-touched="([^"]*)"', page)
    assert found is not None
    return {UUID(text) for text in found[1].split()}


def test_news_are_the_touched_lines_by_the_same_partial(client: Browser) -> None:
    office = client.log_in("reception").office
    first = check_in(office, "Trước")
    page = client.get("/log").text
    client.office.clock.advance(minutes=1)
    second = check_in(office, "Sau")
    office.do("guard", CheckOut(visit_id=first, device_time=office.clock.now()))
    news = client.get(f"/log/lines?after={sequence_in(page)}").text
    assert (shown(news), touched_in(news)) == (["Sau", "Trước"], {first, second})
    assert sequence_in(news) == sequence_in(client.get("/log").text)
    row = re.compile(rf'<tr id="v-{second}".*?</tr>', re.DOTALL)
    assert row.findall(news) == row.findall(client.get("/log").text)
    narrowed = client.get(f"/log/lines?state=on_site&after={sequence_in(page)}").text
    assert (shown(narrowed), touched_in(narrowed)) == (["Sau"], {first, second})
    nothing = client.get(f"/log/lines?after={sequence_in(news)}").text
    assert (shown(nothing), touched_in(nothing)) == ([], set())


def test_a_cursor_from_another_book_asks_for_the_page_anew(client: Browser) -> None:
    client.log_in("reception")
    assert "data-anew" in client.get("/log/lines?after=99999999").text


def test_a_struck_line_keeps_its_number_and_is_struck(client: Browser) -> None:
    office = client.log_in("reception").office
    visit_id = enter(office, 1, "Ghi trùng")
    office.do("reception", VoidVisit(visit_id=visit_id, reason="ghi trùng"))
    page = client.get("/log?from=2026-11-23&to=2026-11-23").text
    assert 'class="is-voided"' in page
    assert '<td class="number">1</td>' in page


def test_the_sum_of_a_day_stands_under_it(client: Browser) -> None:
    office = client.log_in("reception").office
    enter(office, 1, "Về rồi")
    enter(office, 2, "Còn trong", left=None)
    page = client.get(f"/log?from={YESTERDAY}&to={YESTERDAY}").text
    assert "Cộng: 2 lượt vào, 1 lượt ra, 1 người còn trong trụ sở." in page


def test_a_session_that_ended_sees_nothing_more(client: Browser) -> None:
    client.log_in("reception")
    assert client.get("/log").status_code == 200
    client.post("/logout")
    assert client.get("/log").status_code == 303


def test_one_goes_back_by_days_and_not_into_the_future(client: Browser) -> None:
    page = client.log_in("reception").get("/log").text
    assert "2026-11-25" not in page
    assert YESTERDAY.isoformat() in page


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-31", "hôm qua", "٢٠٢٦-١١-٢٤"])
def test_a_day_that_no_book_holds_narrows_nothing(client: Browser, day: str) -> None:
    client.log_in("reception")
    assert client.get("/log", params={"from": day, "to": day}).status_code == 200


@pytest.mark.parametrize("after", ["-1", "99999999999999999999", "x"])
def test_a_sequence_that_is_none_is_refused(client: Browser, after: str) -> None:
    client.log_in("reception")
    assert client.get("/log/lines", params={"after": after}).status_code == 422
