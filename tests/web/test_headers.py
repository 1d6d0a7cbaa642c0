"""What every answer says about itself, and which state changes are believed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from app.web.headers import proves_origin
from tests.conftest import Browser

PAGES = ("/login", "/tablet", "/api/v1/tablet/greeting", "/nothing-here")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(client: Browser, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_only_the_tablet_may_compile_wasm_and_it_may_nothing_else_more(client: Browser) -> None:
    policies = {path: client.get(path).headers["content-security-policy"] for path in PAGES}
    assert "script-src 'self' 'wasm-unsafe-eval';" in policies["/tablet"]
    others = {policy for path, policy in policies.items() if path != "/tablet"}
    assert others == {policies["/tablet"].replace(" 'wasm-unsafe-eval'", "")}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_an_inline_script_or_style(client: Browser, path: str) -> None:
    text = client.get(path, headers={"accept": "text/html"}).text
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<style" not in text
    assert all("src=" in tag.partition(">")[0] for tag in text.split("<script")[1:])


def test_a_cookie_is_http_only_same_site_and_secure_on_tls(client: Browser) -> None:
    form = {"login": "thao", "passphrase": "con trâu vàng ăn cỏ"}
    plain = client.post("/login", data=form).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    client.base_url, client.headers["Origin"] = "https://gatebook.test", "https://gatebook.test"
    assert "Secure" in client.post("/login", data=form).headers["set-cookie"]


def scope(headers: dict[str, str]) -> dict[str, object]:
    return {"type": "http", "scheme": "http", "headers": Headers(headers).raw}


def proven(headers: dict[str, str]) -> bool:
    return proves_origin(scope(headers), Headers(headers))


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://gate"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://gate"}, True),
        ({"origin": "http://gate.evil"}, False),
        ({"origin": "https://gate"}, False),
        ({"origin": "null"}, False),
        ({}, False),
        ({"cookie": "a=b"}, False),
        ({"authorization": "Bearer x"}, True),
        ({"authorization": "Bearer x", "cookie": "a=b"}, False),
    ],
)
def test_only_our_own_pages_and_programs_with_a_token_are_believed(headers: dict[str, str], believed: bool) -> None:
    assert proven(headers | {"host": "gate"}) is believed


@given(st.text(st.characters(codec="latin-1", exclude_characters="\x00\r\n"), max_size=60))
@example("http://[")
def test_no_odd_origin_is_believed_or_breaks_the_check(origin: str) -> None:
    assert proven({"origin": origin, "host": "gate"}) is (origin.lower() == "http://gate")
