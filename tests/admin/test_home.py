"""The first page leads each to their place."""

import pytest

from tests.conftest import Browser
from tests.office import Office


@pytest.mark.parametrize(("who", "leads"), [("manager", "/log"), ("reception", "/log"), ("guard", "/tablet")])
def test_whoever_is_logged_in_is_led_to_their_work(client: Browser, who: str, leads: str) -> None:
    assert client.log_in(who).get("/").headers["location"] == leads


def test_a_stranger_sees_the_ways_in_and_nothing_else(client: Browser) -> None:
    page = client.get("/").text
    assert f"/g/{client.office.gate_code}" in page
    assert "/tablet" in page
    assert "/login" in page
    assert "Nguyễn" not in page


def test_where_there_are_many_offices_none_is_named(client: Browser, other_office: Office) -> None:
    page = client.get("/").text
    assert "/g/" not in page
    assert "Văn phòng UBND tỉnh" not in page
    assert other_office.gate_code not in page


def test_a_book_without_a_checked_sheet_reminds_its_first_manager(client: Browser) -> None:
    assert "Tờ khôi phục chưa được in" in client.log_in("manager").get("/admin").text
