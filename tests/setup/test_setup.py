"""The first run, by its page: whole or not at all, once, and only by whoever has the link."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.accounts.repository import accounts
from app.clock import SetClock
from app.db import Book
from app.journal.queries import verify_site
from app.main import make_app
from app.screening.queries import policy_at, questions_at
from app.settings import Settings
from app.setup.queries import key_of_words, recovery_words
from app.sites.repository import badges, gates, sites, units

ORIGIN = "http://gatebook.test"
TYPED = {
    "office_name": "Văn phòng UBND tỉnh Tuyên Quang",
    "letterhead": "state",
    "parent_name": "UBND tỉnh Tuyên Quang",
    "place": "Tuyên Quang",
    "contact": "Phòng HC-QT, máy lẻ 101",
    "public_url": "192.168.1.20:8000",
    "wifi_name": "Khach",
    "wifi_password": "xinchao2026",
    "gate_name": "Cổng A",
    "units": "Phòng Hành chính - Quản trị, 101, tầng 2\n\nPhòng Kinh tế, Hạ tầng và Đô thị, 104",
    "manager_name": "Nguyễn Thị Thảo",
    "manager_login": "thao",
    "manager_passphrase": "con trâu vàng ăn cỏ",
    "guard_name": "Nguyễn Văn Đức",
    "guard_pin": "480215",
}
HOSTILE = '"><script>alert(1)</script>\u202e\x00😀' + "x" * 300


@pytest.fixture
def browser(book: Book, clock: SetClock) -> Iterator[TestClient]:
    """Give a browser that talks to a program on an empty book."""
    app = make_app(book, clock, Settings())
    with TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=False) as made:
        yield made


def link(browser: TestClient) -> str:
    app: Any = browser.app
    return f"/setup/{app.state.setup_token}"


def command_id(page: str) -> str:
    found = re.search(r'name="command_id" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def set_up(browser: TestClient, **changed: str) -> tuple[int, str]:
    """Open the setup page and send it; return the answer's status and text."""
    page = browser.get(link(browser))
    assert page.status_code == 200
    answer = browser.post(link(browser), data={**TYPED, **changed, "command_id": command_id(page.text)})
    return answer.status_code, answer.headers.get("location", answer.text)


def test_a_form_that_comes_back_says_that_its_secrets_must_be_typed_again(browser: TestClient) -> None:
    asked_again = "vui lòng nhập lại"
    assert asked_again not in browser.get(link(browser)).text
    status, page = set_up(browser, guard_pin="111111")
    assert (status, page.count(asked_again), TYPED["manager_passphrase"] in page) == (422, 2, False)


def test_an_office_is_set_up_whole_by_one_page(browser: TestClient, book: Book, clock: SetClock) -> None:
    assert set_up(browser) == (303, "/setup/recovery")
    with book.reading() as session:
        (site,) = sites(session)
        assert (site.name, site.letterhead, site.public_url) == (
            TYPED["office_name"],
            "state",
            "http://192.168.1.20:8000",
        )
        assert [gate.name for gate in gates(session, site.id)] == ["Cổng A"]
        assert [(unit.name, unit.extension, unit.directions) for unit in units(session, site.id)] == [
            ("Phòng Hành chính - Quản trị", "101", "tầng 2"),
            ("Phòng Kinh tế, Hạ tầng và Đô thị", "104", ""),
        ]
        assert [badge.number for badge in badges(session, site.id)] == [f"{number:03d}" for number in range(1, 51)]
        assert {(account.name, account.role) for account in accounts(session, site.id)} == {
            ("Nguyễn Thị Thảo", "manager"),
            ("Nguyễn Văn Đức", "guard"),
        }
        assert policy_at(session, site.id, clock.now()).version == 1
        assert questions_at(session, site.id, clock.now()).version == 1
        assert verify_site(session, site.id).holds


def test_the_recovery_sheet_asks_for_two_of_its_words_back(browser: TestClient, book: Book) -> None:
    set_up(browser)
    sheet = browser.get("/setup/recovery")
    words = re.findall(r"<li>([a-z]+)</li>", sheet.text)
    assert key_of_words(" ".join(words)) == book.keys.master
    page = browser.get("/setup/recovery/check")
    asked = [int(place) for place in re.findall(r"Từ số (\d+)", page.text)]
    wrong = browser.post(
        "/setup/recovery/check",
        data={"first": words[asked[0] - 1], "second": "zoo", "command_id": command_id(page.text)},
    )
    assert wrong.status_code == 422
    assert f"Vui lòng nhập từ số {asked[1]} đúng như trên tờ khôi phục." in wrong.text
    right = {"first": words[asked[0] - 1], "second": words[asked[1] - 1].upper(), "command_id": command_id(page.text)}
    assert browser.post("/setup/recovery/check", data=right).headers["location"] == "/setup/done"
    done = browser.get("/setup/done").text
    assert ("/poster" in done, "gatebook.test/tablet" in done) == (True, True)
    assert browser.get("/setup/recovery").headers["location"] == "/setup/done"


def test_a_word_of_the_sheet_that_was_misread_opens_nothing() -> None:
    words = recovery_words(bytes(range(32)))
    assert key_of_words(" ".join(words).upper()) == bytes(range(32))
    for wrong in (words[:23], [*words[:23], "zoo"], ["gatebook", *words[1:]], []):
        with pytest.raises(ValueError, match="recovery_words"):
            key_of_words(" ".join(wrong))


def test_without_the_link_nobody_sets_anything_up(browser: TestClient, book: Book) -> None:
    assert browser.get("/setup").status_code == 404
    assert browser.get("/setup/guessed").status_code == 404
    page = browser.get(link(browser))
    assert browser.post("/setup/guessed", data={**TYPED, "command_id": command_id(page.text)}).status_code == 404
    with book.reading() as session:
        assert sites(session) == []


def test_the_link_ends_with_the_first_office(browser: TestClient, book: Book) -> None:
    first = browser.get(link(browser))
    second = browser.get(link(browser))
    sent = {**TYPED, "command_id": command_id(first.text)}
    assert browser.post(link(browser), data=sent).headers["location"] == "/setup/recovery"
    assert browser.get(link(browser)).headers["location"] == "/"
    late = browser.post(link(browser), data={**TYPED, "manager_login": "khac", "command_id": command_id(second.text)})
    assert late.headers["location"] == "/"
    with book.reading() as session:
        assert len(sites(session)) == 1


def test_a_form_sent_twice_opens_one_office(browser: TestClient, book: Book) -> None:
    page = browser.get(link(browser))
    sent = {**TYPED, "command_id": command_id(page.text)}
    assert [browser.post(link(browser), data=sent).headers["location"] for _ in range(2)] == ["/setup/recovery"] * 2
    with book.reading() as session:
        assert len(sites(session)) == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("office_name", " ", "Vui lòng nhập tên cơ quan."),
        ("letterhead", "", "Vui lòng chọn tiêu đề văn bản."),
        ("letterhead", "royal", "Vui lòng nhập lại giá trị này"),
        ("public_url", "http://localhost:8000", "Vui lòng nhập địa chỉ của máy này trong mạng"),
        ("public_url", "http://x/y?z", "Vui lòng nhập địa chỉ dạng http://"),
        ("units", "\n \n", "Vui lòng nhập ít nhất một phòng, đơn vị."),
        ("units", "Phòng A\nphong a", "Vui lòng xem lại dòng 2: phong a đã có ở dòng trên."),
        ("manager_login", "thảo nguyễn", "Vui lòng nhập tên đăng nhập bằng chữ, số"),
        ("manager_passphrase", "ngắn", "Vui lòng nhập mật khẩu từ 10 ký tự trở lên."),
        ("manager_passphrase", "Nguyễn Thị Thảo", "Vui lòng chọn mật khẩu khác họ tên."),
        ("guard_pin", "12345", "Vui lòng nhập mã PIN gồm đúng 6 chữ số."),
        ("guard_pin", "123456", "Vui lòng chọn mã PIN khó đoán hơn"),
        ("guard_name", "\u200b", "Vui lòng nhập họ tên bảo vệ."),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(
    browser: TestClient, book: Book, field: str, value: str, told: str
) -> None:
    status, page = set_up(browser, **{field: value})
    assert status == 422
    assert f'id="f-{field}-error"' in page
    assert told in page
    kept = {name: typed for name, typed in TYPED.items() if name not in (field, "units", "letterhead")}
    secrets = {kept.pop("manager_passphrase", None), kept.pop("guard_pin", None)} - {None}
    assert [name for name, typed in kept.items() if f'value="{typed}"' not in page] == []
    assert [secret for secret in secrets if str(secret) in page] == []
    with book.reading() as session:
        assert sites(session) == []


@pytest.mark.parametrize("field", sorted(set(TYPED) - {"letterhead", "guard_pin"}))
def test_hostile_text_is_shown_as_typed_and_runs_nowhere(browser: TestClient, field: str) -> None:
    status, page = set_up(browser, **{field: HOSTILE})
    assert status == 422
    assert "<script>alert" not in page


def test_control_characters_are_dropped_and_markup_is_text(browser: TestClient, book: Book) -> None:
    name = "Văn\x00 phòng \u202e<b>UBND</b>"
    assert set_up(browser, office_name=name)[0] == 303
    with book.reading() as session:
        assert sites(session)[0].name == "Văn phòng <b>UBND</b>"
    assert "&lt;b&gt;UBND&lt;/b&gt;" in browser.get("/setup/done").text
