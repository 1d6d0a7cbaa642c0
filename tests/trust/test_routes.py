"""Who is led to https and who never is, the page that explains, and one host's two sides beside each other."""

import plistlib
from itertools import product

from cryptography import x509

from app.kit.ids import new_id
from app.settings import Settings
from app.trust.files.folder import FOLDER, require_authority
from app.web.cookies import SECURE
from tests.accounts.test_security import log_in
from tests.conftest import Browser
from tests.office import PIN
from tests.selfservice.test_poster import poster

STAYS = (
    "/", "/g/nothing", "/p/nothing", "/trust", "/trust/check", "/trust/gatebook-ca.crt", "/static/favicon.svg",
    "/setup", "/api/v1/visits", "/api/v1/tls", "/healthz", "/readyz", "/metrics", "/tablet", "/nothing",
)  # fmt: skip
GOES = ("/log", "/visits/x", "/exports", "/admin", "/admin/devices", "/reports", "/login", "/paper", "/admin?x=/%2e%2e")


def test_staffs_pages_go_to_https_on_the_same_host(secure_client: Browser) -> None:
    for method, path in product(("GET", "HEAD"), GOES):
        answer = secure_client.request(method, path)
        assert (answer.status_code, answer.headers["location"]) == (307, f"https://gatebook.test:8443{path}")
        assert answer.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in answer.headers


def test_nobody_else_is_led_anywhere(secure_client: Browser) -> None:
    for path in STAYS:
        answer = secure_client.get(path)
        assert answer.status_code != 307
        assert "https://" not in answer.headers.get("location", "")
    assert secure_client.get(f"/g/{secure_client.office.gate_code}").status_code == 200


HOSTILE = (
    "evil.example", "evil.example:8000", "gatebook.test@evil.example", "evil.example#gatebook.test",
    "gatebook.test.evil.example", "gatebook.test/evil", "", "gatebook.test:8000:1", "[gatebook.test]x",
)  # fmt: skip
KEPT = {
    "GATE.local:8000": "https://gate.local:8443/login",
    "192.168.1.10:8000": "https://192.168.1.10:8443/login",
    "[fd00::1]:8000": "https://[fd00::1]:8443/login",
    "localhost": "https://localhost:8443/login",
}


def test_a_hostile_host_leads_nowhere_and_one_that_is_certified_is_kept(secure_client: Browser) -> None:
    for host in HOSTILE:
        assert "location" not in secure_client.get("/login", headers={"Host": host}).headers
        assert secure_client.get("/api/v1/tls", headers={"Host": host}).json()["https"] is None
    led = {host: secure_client.get("/login", headers={"Host": host}).headers["location"] for host in KEPT}
    assert led == KEPT


def test_what_was_sent_on_http_is_answered_there(secure_client: Browser) -> None:
    assert log_in(secure_client) == 303


def test_a_proxy_leads_its_own_visitors(secure_client: Browser) -> None:
    assert secure_client.get("/login", headers={"X-Forwarded-Proto": "http"}).status_code == 200
    assert secure_client.get("/login", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 200


def test_on_https_nobody_is_led_on(secure_client: Browser) -> None:
    secure_client.base_url = "https://gatebook.test:8443"
    assert secure_client.get("/login").status_code == 200


def test_without_a_certificate_all_stays_on_http(client: Browser) -> None:
    assert client.get("/login").status_code == 200
    assert client.get("/api/v1/tls").json() == {"https": None, "trust": "/trust"}
    page = client.get("/trust").text
    assert "gatebook tls init" in page
    assert "data-trust" not in page
    assert client.get("/trust/gatebook-ca.crt").status_code == 404
    assert client.get("/trust/gatebook-ca.mobileconfig").status_code == 404


def test_a_tablet_is_told_where_https_is(secure_client: Browser) -> None:
    assert secure_client.get("/api/v1/tls").json() == {"https": "https://gatebook.test:8443", "trust": "/trust"}


def test_the_page_shows_steps_fingerprint_and_its_own_http_address(secure_client: Browser, settings: Settings) -> None:
    authority = require_authority(settings.data / FOLDER)
    for language, origin in product(("vi", "en"), ("http://gatebook.test:8000", "https://gatebook.test:8443")):
        secure_client.base_url = origin
        page = secure_client.get("/trust", params={"lang": language}).text
        assert all(group in page for group in authority.fingerprint)
        assert all(
            word in page for word in ("Android", "iPad", "Windows", "Firefox", "http://gatebook.test:8000/trust")
        )
        assert 'data-trust="https://gatebook.test:8443"' in page


def test_only_what_asks_about_https_on_http_may_connect_to_the_one_origin(secure_client: Browser) -> None:
    asking = ("/trust", "/tablet")
    for page in asking:
        policy = secure_client.get(page).headers["content-security-policy"]
        assert "connect-src 'self' https://gatebook.test:8443;" in policy
    assert "https:" not in secure_client.get("/").headers["content-security-policy"]
    secure_client.base_url = "https://gatebook.test:8443"
    for page in asking:
        assert "https:" not in secure_client.get(page).headers["content-security-policy"]


def test_an_address_that_is_not_certified_is_told_which_are(secure_client: Browser) -> None:
    page = secure_client.get("/trust", headers={"Host": "192.168.1.99:8000"})
    assert 'href="https://gate.local:8443/trust"' in page.text
    assert "https:" not in page.headers["content-security-policy"]


def test_the_authority_is_there_to_download_in_both_forms(secure_client: Browser) -> None:
    der = secure_client.get("/trust/gatebook-ca.crt")
    assert der.headers["content-type"] == "application/x-x509-ca-cert"
    certificate = x509.load_der_x509_certificate(der.content)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    profile = secure_client.get("/trust/gatebook-ca.mobileconfig")
    assert profile.headers["content-type"] == "application/x-apple-aspen-config"
    assert plistlib.loads(profile.content)["PayloadContent"][0]["PayloadContent"] == der.content
    assert b"PRIVATE" not in profile.content


def test_a_device_paired_on_http_is_known_on_https(secure_client: Browser) -> None:
    office = secure_client.office
    secure_client.cookies.set("gatebook_device", office.device_tokens["guard"], domain="gatebook.test")
    secure_client.base_url = secure_client.headers["Origin"] = "https://gatebook.test:8443"
    guard = {"account_id": str(office.actors["guard"].account_id), "pin": PIN}
    answer = secure_client.post("/api/v1/tablet/login", json=guard)
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith(f"{SECURE}gatebook_session=")
    assert "Secure" in answer.headers["set-cookie"]
    assert secure_client.get("/api/v1/tablet/snapshot").status_code == 200


def test_a_login_on_one_side_of_a_host_holds_up_none_on_the_other(secure_client: Browser) -> None:
    plain, secure = "http://gatebook.test:8000", "https://gatebook.test:8443"
    for origin in (secure, plain):
        secure_client.base_url = secure_client.headers["Origin"] = origin
        assert log_in(secure_client) == 303
    names = {cookie.name: cookie.secure for cookie in secure_client.cookies.jar if "session" in cookie.name}
    assert names == {"gatebook_session": False, f"{SECURE}gatebook_session": True}
    for origin in (secure, plain):
        secure_client.base_url = origin
        assert secure_client.get("/api/v1/visits").status_code == 200


def test_leaving_on_https_takes_both_tokens_back(secure_client: Browser) -> None:
    for origin in ("http://gatebook.test:8000", "https://gatebook.test:8443"):
        secure_client.base_url = secure_client.headers["Origin"] = origin
        assert log_in(secure_client) == 303
    assert secure_client.post("/logout").status_code == 303
    assert secure_client.get("/api/v1/visits").status_code == 401
    assert [cookie.name for cookie in secure_client.cookies.jar if "session" in cookie.name] == []


def test_what_is_printed_for_visitors_leads_to_http_also_when_staff_print_it_on_https(secure_client: Browser) -> None:
    office = secure_client.office
    secure_client.base_url = secure_client.headers["Origin"] = "https://gatebook.test:8443"
    assert log_in(secure_client) == 303
    page = poster(secure_client, public_url="")
    assert f"gatebook.test:8000/g/{office.gate_code}" in page
    assert "https://" not in page
    form = {"gate_id": str(office.gate_a), "name": "Máy cổng A", "purpose": "tablet", "command_id": str(new_id())}
    pairing = secure_client.post("/admin/devices", data=form)
    assert "https://gatebook.test:8443/tablet" in secure_client.get(pairing.headers["location"]).text
