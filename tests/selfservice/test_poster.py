"""The poster of a gate, and the codes on it."""

from html import unescape
from typing import Any

import pytest

from app.sites.commands import ChangeGate, ChangeSite
from app.sites.files import poster_address, qr_svg, short_address, wifi_text
from app.web.addresses import is_own_machine
from tests.conftest import Browser

SITE: dict[str, Any] = {"name": "Văn phòng UBND tỉnh", "public_url": "http://khach.example"}


def poster(client: Browser, **site: str) -> str:
    office = client.office
    office.do("manager", ChangeSite.model_validate(SITE | site))
    page = client.log_in("manager").get(f"/admin/gates/{office.gate_a}/poster")
    assert page.status_code == 200
    return unescape(page.text)


def test_a_poster_carries_the_gates_code_and_its_address_in_letters(client: Browser) -> None:
    text = poster(client)
    assert str(qr_svg(f"http://khach.example/g/{client.office.gate_code}", quiet=0)) in text
    assert f"khach.example/g/{client.office.gate_code}" in text
    for words in ("Quét mã khai báo", "Scan to declare", "Văn phòng UBND tỉnh · Cổng A", "Khẩu trang – Khử khuẩn"):
        assert words in text
    assert "1. " not in text


def test_a_guest_network_is_the_first_step(client: Browser) -> None:
    text = poster(client, wifi_name='Khach;"1"', wifi_password="xin:chào")
    assert str(qr_svg(wifi_text('Khach;"1"', "xin:chào"))) in text
    assert "1. Kết nối Wi-Fi" in text
    assert "2. Quét mã khai báo" in text


def test_an_address_that_no_phone_can_open_is_warned_about(client: Browser) -> None:
    assert "chỉ mở được trên chính máy chủ" in poster(client, public_url="http://localhost:8000")
    assert "chỉ mở được trên chính máy chủ" not in poster(client)


def test_without_an_address_of_its_own_a_poster_uses_the_one_it_was_asked_by(client: Browser) -> None:
    assert f"gatebook.test/g/{client.office.gate_code}" in poster(client, public_url="")


@pytest.mark.parametrize("who", ["guard", "reception"])
def test_a_poster_is_for_those_who_manage(client: Browser, who: str) -> None:
    assert client.log_in(who).get(f"/admin/gates/{client.office.gate_a}/poster").status_code == 404


def test_a_retired_gate_has_no_poster(client: Browser) -> None:
    office = client.office
    office.do("manager", ChangeGate(gate_id=office.gate_a, name="Cổng A", retired=True))
    assert client.log_in("manager").get(f"/admin/gates/{office.gate_a}/poster").status_code == 404


def test_a_networks_name_and_password_are_escaped() -> None:
    assert wifi_text("Khách", "") == "WIFI:T:nopass;S:Khách;;"
    assert wifi_text('a;b,c:d"e\\f', "p;w") == 'WIFI:T:WPA;S:a\\;b\\,c\\:d\\"e\\\\f;P:p\\;w;;'


def test_addresses_are_joined_and_shortened() -> None:
    assert poster_address("https://khach.example/", "abc234") == "https://khach.example/g/abc234"
    assert short_address("http://10.0.0.5:8000/g/abc234") == "10.0.0.5:8000/g/abc234"
    assert short_address("https://khach.example/g/abc234") == "https://khach.example/g/abc234"
    assert [is_own_machine(f"http://{host}/g/x") for host in ("localhost", "127.0.0.1", "[::1]", "10.0.0.5")] == [
        True, True, True, False,
    ]  # fmt: skip
