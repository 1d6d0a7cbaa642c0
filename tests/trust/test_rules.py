"""Which names a certificate is for, when it is made anew, and which pages go to https."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.main import ROUTES
from app.trust.rules import (
    CERTIFICATE_VALID,
    PLAIN,
    RENEW_BEFORE,
    STAFF,
    Held,
    as_origin,
    covers,
    device_of,
    goes_to_https,
    host_of,
    in_groups,
    limits_for,
    plain_name,
    renewal,
)
from tests.accounts.test_security import routes

BEGINS = datetime(2026, 11, 24, tzinfo=UTC)
ENDS = BEGINS + CERTIFICATE_VALID
HELD = Held(frozenset({"gate", "gate.local", "192.168.1.10"}), BEGINS, ENDS)


@pytest.mark.parametrize(
    ("held", "wanted", "now", "expected"),
    [
        (None, ["gate"], BEGINS, "missing"),
        (HELD, ["gate"], BEGINS, None),
        (HELD, ["gate", "gate.local", "192.168.1.10"], BEGINS + timedelta(days=100), None),
        (HELD, [], BEGINS, None),
        (HELD, ["192.168.1.11"], BEGINS, "names"),
        (HELD, ["gate"], BEGINS - timedelta(seconds=1), "expired"),
        (HELD, ["gate"], ENDS - RENEW_BEFORE - timedelta(seconds=1), None),
        (HELD, ["gate"], ENDS - RENEW_BEFORE, "expiring"),
        (HELD, ["192.168.1.11"], ENDS - timedelta(days=1), "expiring"),
        (HELD, ["gate"], ENDS, "expired"),
        (HELD, ["gate"], ENDS + timedelta(days=900), "expired"),
    ],
)
def test_a_certificate_is_made_anew_for_a_reason(
    held: Held | None, wanted: list[str], now: datetime, expected: str | None
) -> None:
    assert renewal(held, wanted, now) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Gate.LOCAL", "gate.local"),
        ("gate.", "gate"),
        (" 192.168.1.10 ", "192.168.1.10"),
        ("[fd00:0::1]", "fd00::1"),
        ("FD00::0001", "fd00::1"),
        ("may_chu-1.so.vn", "may_chu-1.so.vn"),
        ("192.168.1.300", None),
        ("10.1", None),
        ("fe80::1%eth0", None),
        ("cổng.local", None),
        ("gate:8000", None),
        ("-gate", None),
        ("gate-", None),
        ("a..b", None),
        ("", None),
        (".", None),
        ("a" * 64, None),
        ("a." * 130 + "vn", None),
        ("gate/../x", None),
        ("gate@evil", None),
        ("*", None),
    ],
)
def test_a_name_is_taken_as_certificates_hold_it_or_not_at_all(typed: str, expected: str | None) -> None:
    assert plain_name(typed) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gate.local:8000", "gate.local"),
        ("gate.local", "gate.local"),
        ("192.168.1.10:8000", "192.168.1.10"),
        ("[fd00::1]:8000", "fd00::1"),
        ("[fd00::1]", "fd00::1"),
        ("fd00::1", None),
        ("gate:", None),
        ("gate:80@evil.example", None),
        ("gate:port", None),
        ("evil.example/gate.local", None),
        ("", None),
    ],
)
def test_a_host_header_names_a_host_or_nothing(header: str, expected: str | None) -> None:
    assert host_of(header) == expected


@given(st.text(max_size=60))
@example("gate.local\r\nX: 1")
@example("gate\x00.local:80")
def test_whatever_a_host_header_holds_no_other_letters_reach_an_address(header: str) -> None:
    host = host_of(header)
    assert host is None or set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-_:")


def test_a_name_is_covered_by_itself_or_by_one_star() -> None:
    names = {"gate.local", "*.so.gov.vn", "192.168.1.10"}
    assert all(covers(names, host) for host in ("gate.local", "cong.so.gov.vn", "192.168.1.10"))
    assert not any(covers(names, host) for host in ("local", "so.gov.vn", "a.b.so.gov.vn", "192.168.1.1", "evil.vn"))
    assert not covers({"*.168.1.10"}, "192.168.1.10")


def test_an_authority_may_certify_the_local_network_and_each_other_name_by_itself() -> None:
    limits = limits_for(["gate", "gate.local", "localhost", "cong.so.gov.vn", "192.168.1.10", "203.0.113.7", "fd00::1"])
    assert all(limits.permit(name) for name in ("gate", "pc.local", "10.9.8.7", "fd00::5", "127.0.0.1", "::1"))
    assert all(limits.permit(name) for name in ("cong.so.gov.vn", "a.cong.so.gov.vn", "203.0.113.7"))
    assert not any(limits.permit(name) for name in ("so.gov.vn", "google.com", "xgate", "8.8.8.8", "2001:db8::1"))
    assert ip_network("203.0.113.7/32") in limits.networks


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("gate.local", 8443, "https://gate.local:8443"),
        ("gate.local", 443, "https://gate.local"),
        ("fd00::1", 8443, "https://[fd00::1]:8443"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(host: str, port: int, expected: str) -> None:
    assert as_origin(host, port) == expected


@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("/log", True),
        ("/visits/x", True),
        ("/admin/devices", True),
        ("/login", True),
        ("/g/abc", False),
        ("/p/abc", False),
        ("/trust", False),
        ("/static/build/app.css", False),
        ("/api/v1/visits", False),
        ("/tablet", False),
        ("/setup/token", False),
        ("/healthz", False),
        ("/logs", False),
        ("/", False),
        ("//log", False),
        ("", False),
        ("*", False),
    ],
)
def test_staffs_pages_go_to_https_and_visitors_never(path: str, goes: bool) -> None:
    assert goes_to_https(path) is goes


def test_of_every_address_it_is_said_whether_it_goes_to_https() -> None:
    first = {route.path.split("/")[1] for module in ROUTES for route in routes(module.router)}
    assert {"log", "g", "tablet", "admin"} <= first
    assert first - PLAIN - STAFF == set()
    assert PLAIN.isdisjoint(STAFF)


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (Linux; Android 13; SM-X200)", "android"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", "apple"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.0 Safari/605.1.15", "apple"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "linux"),
        ("", "linux"),
    ],
)
def test_the_steps_of_the_device_that_asks_come_first(user_agent: str, expected: str) -> None:
    assert device_of(user_agent) == expected


def test_a_fingerprint_is_in_groups_to_compare() -> None:
    assert in_groups(bytes(range(32))) == (
        "00:01:02:03:04:05:06:07", "08:09:0A:0B:0C:0D:0E:0F", "10:11:12:13:14:15:16:17", "18:19:1A:1B:1C:1D:1E:1F",
    )  # fmt: skip
