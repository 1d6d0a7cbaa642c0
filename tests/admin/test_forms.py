"""Every form of administration: what it stores, what it refuses, and that nothing typed is lost."""

import re
from uuid import UUID

import httpx2
import pytest

from app.accounts.commands import CreateAccount, CreateToken
from app.accounts.repository import accounts, by_login, devices, new_token, sealed_codes, token_hash, tokens
from app.clerk import Actor
from app.journal.queries import story, verify_site
from app.kit.ids import new_id
from app.sites.repository import badges, employees, find_site, gates, units
from app.web import addresses
from tests.admin.test_pages import id_of
from tests.conftest import Browser
from tests.office import PASSPHRASE, PASSPHRASE_HASH, PIN, Office

HOSTILE = ("<script>alert(1)</script>", "\u202eevil\x00\x07", "😀" * 30, "=1+1", "'; DROP TABLE site;--", "a" * 10_000)


def send(client: Browser, address: str, page: str | None = None, **fields: str) -> httpx2.Response:
    """Fill the form of a page and send it."""
    shown = client.get(page or address)
    assert shown.status_code == 200
    return client.post(address, data={"command_id": id_of(shown.text), **fields})


def refused(answer: httpx2.Response, field: str, told: str) -> None:
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert told in answer.text


def make_admin(office: Office) -> None:
    """Add somebody of the role admin to the cast."""
    made = office.do(
        "manager", CreateAccount(name="Lê Quản Trị", login="quantri", role="admin", secret_hash=PASSPHRASE_HASH)
    )
    office.actors["admin"] = Actor(office.site_id, UUID(made["account_id"]), "Lê Quản Trị", "admin")


def test_a_new_receptionist_logs_in(client: Browser) -> None:
    client.log_in("manager")
    new = {"name": "Hoàng Thị Mai", "role": "receptionist", "login": "mai.ht", "secret": "hoa mai nở rồi"}
    assert send(client, "/admin/accounts", **new).headers["location"] == "/admin/accounts?done=account_added"
    assert "Đã thêm tài khoản." in client.get("/admin/accounts?done=account_added").text
    client.be_stranger()
    answer = client.post("/login", data={"login": "mai.ht", "passphrase": "hoa mai nở rồi"})
    assert answer.headers["location"] == "/log"


def test_a_new_guard_has_a_pin_and_no_login(client: Browser) -> None:
    client.log_in("manager")
    send(client, "/admin/accounts", name="Bùi Văn Tám", role="guard", login="tam", secret=PIN)
    with client.office.book.reading() as session:
        made = next(a for a in accounts(session, client.office.site_id) if a.name == "Bùi Văn Tám")
        assert (made.role, made.login) == ("guard", None)
        assert by_login(session, "tam") is None


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"name": " "}, "name", "Vui lòng nhập tên."),
        ({"role": ""}, "role", "Vui lòng chọn vai trò."),
        ({"role": "king"}, "role", "Vui lòng nhập lại giá trị này"),
        ({"login": ""}, "login", "Vui lòng nhập tên đăng nhập"),
        ({"login": "THAO"}, "login", "Vui lòng chọn tên đăng nhập khác"),
        ({"secret": "ngắn"}, "secret", "Vui lòng nhập mật khẩu từ 10 ký tự trở lên."),
        ({"role": "guard", "secret": "123456"}, "secret", "Vui lòng chọn mã PIN khó đoán hơn"),
    ],
)
def test_a_wrong_account_is_refused_beside_its_field(
    client: Browser, changed: dict[str, str], field: str, told: str
) -> None:
    client.log_in("manager")
    new = {"name": "Hoàng Thị Mai", "role": "receptionist", "login": "mai.ht", "secret": "hoa mai nở rồi"}
    answer = send(client, "/admin/accounts", **(new | changed))
    refused(answer, field, told)
    assert f'value="{(new | changed)["secret"]}"' not in answer.text
    assert f'value="{(new | changed)["name"]}"' in answer.text


def test_a_form_sent_twice_makes_one_account(client: Browser) -> None:
    client.log_in("manager")
    page = client.get("/admin/accounts").text
    new = {"name": "Hoàng Thị Mai", "role": "receptionist", "login": "mai.ht", "secret": "hoa mai nở rồi"}
    answers = [client.post("/admin/accounts", data={"command_id": id_of(page), **new}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with client.office.book.reading() as session:
        assert [a.name for a in accounts(session, client.office.site_id)].count("Hoàng Thị Mai") == 1


def test_an_account_out_of_use_logs_in_no_more_until_it_is_used_again(client: Browser) -> None:
    client.log_in("manager")
    who = client.office.actors["reception"].account_id
    with client.office.book.reading() as session:
        login = next(a.login for a in accounts(session, client.office.site_id) if a.id == who)
    page = f"/admin/accounts/{who}"
    for disabled, status in (("yes", 401), ("no", 303)):
        send(client, f"{page}/use", page, disabled=disabled)
        stranger = client.post("/login", data={"login": str(login), "passphrase": PASSPHRASE})
        assert stranger.status_code == status
        client.be_stranger().log_in("manager")


def test_the_last_manager_stays(client: Browser) -> None:
    client.log_in("manager")
    page = f"/admin/accounts/{client.office.actors['manager'].account_id}"
    answer = send(client, f"{page}/use", page, disabled="yes")
    assert answer.status_code == 422
    assert "Vui lòng giữ lại ít nhất một người quản lý đang hoạt động." in answer.text


def test_a_new_pin_counts_at_once(client: Browser) -> None:
    client.log_in("manager")
    guard = client.office.actors["guard"].account_id
    page = f"/admin/accounts/{guard}"
    refused(send(client, f"{page}/secret", page, secret="111111"), "secret", "Vui lòng chọn mã PIN khó đoán hơn")
    send(client, f"{page}/secret", page, secret="735190")
    client.be_stranger().cookies.set("gatebook_device", client.office.device_tokens["guard"])
    tries = [
        client.post("/api/v1/tablet/login", json={"account_id": str(guard), "pin": pin}).status_code
        for pin in (PIN, "735190")
    ]
    assert tries == [401, 200]


def test_whoever_administers_makes_and_changes_no_manager(client: Browser) -> None:
    make_admin(client.office)
    client.log_in("admin")
    new = {"name": "Kẻ Gian", "role": "manager", "login": "gian", "secret": "một hai ba bốn"}
    refused(send(client, "/admin/accounts", **new), "role", "Vui lòng nhờ người quản lý sổ")
    manager = client.office.actors["manager"].account_id
    page = client.get(f"/admin/accounts/{manager}").text
    assert "Chỉ người quản lý sổ" in page
    for act, fields in (("secret", {"secret": "một hai ba bốn"}), ("use", {"disabled": "yes"})):
        answer = client.post(f"/admin/accounts/{manager}/{act}", data={"command_id": str(new_id()), **fields})
        assert answer.status_code == 422
    assert client.get("/admin/policy").status_code == 404
    assert client.post("/admin/policy/new", data={"command_id": str(new_id())}).status_code == 404
    assert client.get("/log").status_code == 404


def test_the_site_changes_and_keeps_what_was_typed_where_it_does_not(client: Browser) -> None:
    client.log_in("manager")
    new = {
        "name": "Văn phòng Tỉnh ủy", "letterhead": "party", "parent_name": "Tỉnh ủy", "place": "Hà Giang",
        "contact": "Phòng Quản trị", "public_url": "cong.tinh.vn", "wifi_name": "Khach", "wifi_password": "12345678",
    }  # fmt: skip
    refused(send(client, "/admin/site", **(new | {"name": ""})), "name", "Vui lòng nhập tên.")
    wrong = send(client, "/admin/site", **(new | {"public_url": "localhost"}))
    refused(wrong, "public_url", "Vui lòng nhập địa chỉ của máy này trong mạng")
    assert 'value="Phòng Quản trị"' in wrong.text
    assert send(client, "/admin/site", **new).status_code == 303
    with client.office.book.reading() as session:
        site = find_site(session, client.office.site_id)
        assert site is not None
        assert (site.name, site.letterhead, site.public_url) == ("Văn phòng Tỉnh ủy", "party", "http://cong.tinh.vn")


def test_gates_are_added_renamed_retired_and_given_a_new_code(client: Browser) -> None:
    client.log_in("manager")
    refused(send(client, "/admin/gates", name=""), "name", "Vui lòng nhập tên.")
    send(client, "/admin/gates", name="Cổng C")
    with client.office.book.reading() as session:
        made = gates(session, client.office.site_id)[-1]
    page = f"/admin/gates/{made.id}"
    send(client, page, name="Cổng Tây", new_code="yes")
    with client.office.book.reading() as session:
        changed = gates(session, client.office.site_id)[-1]
        assert (changed.name, changed.code != made.code) == ("Cổng Tây", True)
    send(client, page, name="Cổng Tây", retired="yes")
    assert "Dùng lại" in client.get(page).text
    send(client, page, name="Cổng Tây", retired="no")
    with client.office.book.reading() as session:
        assert len(gates(session, client.office.site_id)) == 3


def test_the_last_gate_stays(client: Browser) -> None:
    client.log_in("manager")
    send(client, f"/admin/gates/{client.office.gate_b}", name="Cổng B", retired="yes")
    answer = send(client, f"/admin/gates/{client.office.gate_a}", name="Cổng A", retired="yes")
    assert answer.status_code == 422
    assert "Vui lòng giữ lại ít nhất một cổng." in answer.text


def test_units_are_added_changed_and_retired(client: Browser) -> None:
    client.log_in("manager")
    refused(send(client, "/admin/units", name="", extension="9"), "name", "Vui lòng nhập tên.")
    send(client, "/admin/units", name="Phòng Ngoại vụ", extension="109", directions="tầng 4")
    with client.office.book.reading() as session:
        made = units(session, client.office.site_id)[-1]
        assert (made.name, made.extension, made.directions) == ("Phòng Ngoại vụ", "109", "tầng 4")
    page = f"/admin/units/{made.id}"
    refused(send(client, page, name="x" * 201, retired="no"), "name", "Vui lòng viết ngắn hơn")
    send(client, page, name="Phòng Đối ngoại", retired="yes")
    with client.office.book.reading() as session:
        assert "Phòng Đối ngoại" not in [unit.name for unit in units(session, client.office.site_id)]
        assert "Phòng Đối ngoại" in [unit.name for unit in units(session, client.office.site_id, retired=True)]


def test_employees_are_added_and_changed(client: Browser) -> None:
    client.log_in("manager")
    unit = str(next(iter(client.office.units.values())))
    new = {"name": "Hồ A Páo", "title": "Lái xe", "unit_id": unit, "badge_code": "nv009", "receives": "yes"}
    refused(
        send(client, "/admin/employees", **(new | {"badge_code": "NV001"})), "badge_code", "Vui lòng chọn mã thẻ khác"
    )
    refused(send(client, "/admin/employees", **(new | {"unit_id": str(new_id())})), "unit_id", "Vui lòng chọn phòng")
    send(client, "/admin/employees", **new)
    with client.office.book.reading() as session:
        made = next(e for e in employees(session, client.office.site_id) if e.name == "Hồ A Páo")
        assert (made.badge_code, made.receives) == ("NV009", True)
    send(client, f"/admin/employees/{made.id}", name="Hồ A Páo", retired="yes")
    with client.office.book.reading() as session:
        assert "Hồ A Páo" not in [e.name for e in employees(session, client.office.site_id)]


def test_a_list_of_people_is_taken_whole(client: Browser) -> None:
    client.log_in("manager")
    text = "Họ tên;chức vụ;phòng;mã thẻ\nHồ A Páo;Lái xe;phong tong hop;NV010\nĐỗ Văn Đức;Trưởng phòng;;NV002\n"
    answer = send(client, "/admin/employees/import", people=text)
    assert answer.headers["location"] == "/admin/employees?added=1&changed=1"
    assert "thêm 1, cập nhật 1" in client.get(answer.headers["location"]).text
    with client.office.book.reading() as session:
        known = {e.name: e for e in employees(session, client.office.site_id)}
        assert known["Đỗ Văn Đức"].title == "Trưởng phòng"
        assert known["Hồ A Páo"].unit_id == client.office.units["Phòng Tổng hợp"]


def test_a_list_with_a_wrong_line_stores_nothing_and_stays_on_the_page(client: Browser) -> None:
    client.log_in("manager")
    answer = send(client, "/admin/employees/import", people="Hồ A Páo\n;x\nLý Thị Mẩy;;Phòng Lạ")
    assert answer.status_code == 422
    assert "Dòng 2: vui lòng nhập họ tên bằng chữ." in answer.text
    assert "Dòng 3: vui lòng thêm phòng Phòng Lạ trước" in answer.text
    assert "Hồ A Páo\n;x" in answer.text
    refused(send(client, "/admin/employees/import", people=" "), "people", "Vui lòng dán danh sách, hoặc chọn một tệp.")
    with client.office.book.reading() as session:
        assert "Hồ A Páo" not in [e.name for e in employees(session, client.office.site_id)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_comes_as_a_file_too(client: Browser, encoding: str) -> None:
    client.log_in("manager")
    page = client.get("/admin/employees/import").text
    content = "Hồ A Páo;Lái xe\nLý Thị Mẩy;Văn thư".encode(encoding)
    answer = client.post(
        "/admin/employees/import",
        data={"command_id": id_of(page), "people": ""},
        files={"file": ("danh-ba.csv", content, "text/csv")},
    )
    assert answer.headers["location"] == "/admin/employees?added=2&changed=0"


def test_badges_are_added_in_runs_and_one_is_said_to_be_missing(client: Browser) -> None:
    client.log_in("manager")
    gate_id = str(client.office.gate_a)
    refused(
        send(client, "/admin/badges", gate_id=gate_id, first="60", last="50"), "last", "Vui lòng nhập số đầu nhỏ hơn"
    )
    refused(send(client, "/admin/badges", gate_id=gate_id, first="x", last="50"), "first", "Vui lòng nhập bằng chữ số.")
    refused(send(client, "/admin/badges", gate_id=gate_id, first="", last="50"), "first", "Vui lòng nhập số đầu")
    assert send(client, "/admin/badges", gate_id=str(new_id()), first="1", last="2").status_code == 404
    send(client, "/admin/badges", gate_id=gate_id, first="39", last="42")
    assert "001–042" in client.get("/admin/badges").text
    for state in ("missing", "cancelled", "free"):
        send(client, "/admin/badges/state", "/admin/badges", number="042", state=state)
        with client.office.book.reading() as session:
            assert next(b.state for b in badges(session, client.office.site_id) if b.number == "042") == state
    assert send(client, "/admin/badges/state", "/admin/badges", number="777", state="free").status_code == 404


def pairing(client: Browser, **fields: str) -> tuple[str, str]:
    """Ask for a pairing code; return the page's address and the code."""
    new = {"gate_id": str(client.office.gate_a), "name": "Máy mới", "purpose": "tablet"}
    answer = send(client, "/admin/devices", **(new | fields))
    page = client.get(answer.headers["location"])
    found = re.search(r"([0-9]{3}) ([0-9]{3})</p>", page.text)
    assert found is not None
    return answer.headers["location"], found[1] + found[2]


def test_a_tablet_is_paired_by_a_code_and_revoked(client: Browser) -> None:
    client.log_in("manager")
    page, code = pairing(client)
    assert 'data-countdown="600"' in client.get(page).text
    assert client.post("/api/v1/tablet/pair", json={"code": code}).status_code == 200
    assert "Máy mới đã kết nối." in client.get(page).text
    assert client.post("/api/v1/tablet/pair", json={"code": code}).status_code in (404, 422)
    with client.office.book.reading() as session:
        made = next(d for d in devices(session, client.office.site_id) if d.name == "Máy mới")
    client.post(f"/admin/devices/{made.id}/revocation", data={"command_id": str(new_id())})
    assert "Đã thu hồi lúc" in client.get("/admin/devices").text


def test_a_code_is_typed_at_an_address_that_a_tablet_reaches(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["192.168.1.20", "10.0.0.5"]

    def machine_addresses(_family: int) -> list[str]:
        return found

    monkeypatch.setattr(addresses, "machine_addresses", machine_addresses)
    page, _ = pairing(client.log_in("manager"))

    def typed(host: str) -> list[str]:
        shown = client.get(page, headers={"Host": host}).text
        return re.findall(r'<strong class="address">([^<]+)</strong>', shown)

    assert typed("gatebook.local:8000") == ["gatebook.local:8000/tablet"]
    assert typed("localhost:8000") == ["192.168.1.20:8000/tablet", "10.0.0.5:8000/tablet"]
    found.clear()
    assert typed("127.0.0.1:8000") == ["127.0.0.1:8000/tablet"]


def test_a_pairing_code_ends_after_ten_minutes(client: Browser) -> None:
    client.log_in("manager")
    page, code = pairing(client)
    client.office.clock.advance(minutes=10)
    assert "Mã đã hết hạn." in client.get(page).text
    assert client.post("/api/v1/tablet/pair", json={"code": code}).status_code in (404, 422)


def test_pairing_asks_for_a_gate_and_a_name(client: Browser) -> None:
    client.log_in("manager")
    new = {"gate_id": str(client.office.gate_a), "name": "Máy mới", "purpose": "stand"}
    refused(send(client, "/admin/devices", **(new | {"name": ""})), "name", "Vui lòng nhập tên.")
    assert send(client, "/admin/devices", **(new | {"gate_id": str(new_id())})).status_code == 404
    assert send(client, "/admin/devices", **(new | {"purpose": "toaster"})).status_code == 422


def test_a_sealed_code_is_shown_once_and_opens_one_shift(client: Browser) -> None:
    client.log_in("manager")
    sheet = send(client, "/admin/sealed-codes")
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", sheet.text)
    assert found is not None
    assert found[0] not in client.get("/admin/sealed-codes").text
    client.be_stranger().cookies.set("gatebook_device", client.office.device_tokens["guard"])
    stand_in = {"code": found[0].lower(), "name": "Ngô Văn Thay", "pin": "735190"}
    assert client.post("/api/v1/tablet/stand-in", json=stand_in).status_code == 200
    client.be_stranger().log_in("manager")
    assert "Ngô Văn Thay đã dùng" in client.get("/admin/sealed-codes").text


def test_a_sealed_code_that_was_cancelled_opens_nothing(client: Browser) -> None:
    client.log_in("manager")
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", send(client, "/admin/sealed-codes").text)
    assert code is not None
    with client.office.book.reading() as session:
        known = sealed_codes(session, client.office.site_id)[0].code_hash.hex()
    cancel = f"/admin/sealed-codes/{known}/cancellation"
    assert client.post(cancel, data={"command_id": str(new_id())}).status_code == 303
    assert (
        client.post("/admin/sealed-codes/nonsense/cancellation", data={"command_id": str(new_id())}).status_code == 404
    )
    client.be_stranger().cookies.set("gatebook_device", client.office.device_tokens["guard"])
    stand_in = {"code": code[0], "name": "Ngô Văn Thay", "pin": "735190"}
    assert client.post("/api/v1/tablet/stand-in", json=stand_in).status_code == 404


def test_a_programs_token_is_revoked_by_the_page(client: Browser) -> None:
    client.log_in("manager")
    token = new_token()
    client.office.do(
        "manager", CreateToken(token_hash=token_hash(token).hex(), name="Bảng điện tử", role="receptionist")
    )
    assert "Bảng điện tử" in client.get("/admin/tokens").text
    assert "Bảng điện tử" not in client.get("/admin/accounts").text
    with client.office.book.reading() as session:
        known = tokens(session, client.office.site_id)[0].id
    client.post(f"/admin/tokens/{known}/revocation", data={"command_id": str(new_id())})
    with client.office.book.reading() as session:
        assert tokens(session, client.office.site_id)[0].revoked_at is not None


FORMS: dict[str, dict[str, str]] = {
    "/admin/accounts": {"name": "A", "role": "guard", "login": "", "secret": PIN},
    "/admin/gates": {"name": "A"},
    "/admin/units": {"name": "A", "extension": "", "directions": ""},
    "/admin/employees": {"name": "A", "title": "", "unit_id": "", "badge_code": ""},
    "/admin/employees/import": {"people": "A"},
    "/admin/badges": {"gate_id": "", "first": "1", "last": "2"},
    "/admin/devices": {"gate_id": "", "name": "A", "purpose": "tablet"},
    "/admin/site": {
        "name": "A",
        "letterhead": "state",
        "parent_name": "",
        "place": "",
        "contact": "",
        "public_url": "",
    },
}


@pytest.mark.parametrize("address", sorted(FORMS))
def test_hostile_text_in_any_field_runs_nowhere_and_breaks_nothing(client: Browser, address: str) -> None:
    client.log_in("manager")
    for field in FORMS[address]:
        for text in HOSTILE:
            answer = send(client, address, **(FORMS[address] | {field: text}))
            assert answer.status_code in (200, 303, 422, 404), (field, text)
            assert "<script>alert(1)" not in answer.text
            assert client.get(address).status_code == 200
    with client.office.book.reading() as session:
        assert verify_site(session, client.office.site_id).holds


@pytest.mark.parametrize("address", sorted(FORMS))
def test_a_form_from_another_page_is_refused(client: Browser, address: str) -> None:
    client.log_in("manager")
    page = client.get(address).text
    fields = {"command_id": id_of(page), **FORMS[address]}
    for origin in ("http://evil.example", "null", "https://gatebook.test"):
        assert client.post(address, data=fields, headers={"Origin": origin}).status_code == 403
    cross = client.post(address, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403


def test_a_form_without_its_id_or_with_an_odd_one_is_told_so(client: Browser) -> None:
    client.log_in("manager")
    for odd in ("", "x", "00000000-0000-4000-8000-000000000000"):
        assert client.post("/admin/units", data={"name": "A", "command_id": odd}).status_code == 400


def test_malformed_and_oversize_bodies_are_refused(client: Browser) -> None:
    client.log_in("manager")
    headers = {"Content-Type": "multipart/form-data; boundary=y"}
    assert client.post("/admin/units", content=b"--x\r\nnonsense", headers=headers).status_code == 400
    assert client.post("/admin/units", data={"name": "x" * 3_000_000}).status_code == 413


def test_another_offices_things_are_not_found(client: Browser, other_office: Office) -> None:
    client.log_in("manager")
    with other_office.book.reading() as session:
        employee = employees(session, other_office.site_id)[0].id
    unit = next(iter(other_office.units.values()))
    for page in (
        f"/admin/accounts/{other_office.actors['guard'].account_id}",
        f"/admin/gates/{other_office.gate_a}",
        f"/admin/units/{unit}",
        f"/admin/employees/{employee}",
    ):
        assert client.get(page).status_code == 404
        assert client.post(page, data={"name": "A", "command_id": str(new_id())}).status_code in (404, 405)
    device = other_office.actors["guard"].device_id
    client.post(f"/admin/devices/{device}/revocation", data={"command_id": str(new_id())})
    with other_office.book.reading() as session:
        assert all(one.revoked_at is None for one in devices(session, other_office.site_id))
    client.be_stranger()
    client.office.actors["stranger"] = other_office.actors["manager"]
    client.log_in("stranger")
    assert "Cổng A" in client.get("/admin/gates").text
    assert str(client.office.gate_a) not in client.get("/admin/gates").text


def test_what_was_done_is_in_the_journal_with_who_did_it(client: Browser) -> None:
    client.log_in("manager")
    send(client, "/admin/units", name="Phòng Ngoại vụ")
    with client.office.book.reading() as session:
        unit = units(session, client.office.site_id)[-1]
        (line,) = story(session, client.office.site_id, ("unit", unit.id))
    assert (line.event, line.account_id) == ("UnitSaved", client.office.actors["manager"].account_id)
