"""The outbox of a tablet that does not come back, read in by reception from a file."""

import base64
import json
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col

from app.accounts.commands import OpenSession, RevokeDevice
from app.accounts.repository import new_token, token_hash
from app.clerk import Status
from app.journal import queries as journal
from app.kit.ids import new_id
from app.tablet.commands import HandToReception
from app.tablet.files import CarryError, open_envelope, read_envelope
from app.visits.commands import CheckIn, CheckOut
from app.visits.models import Discrepancy, Visit
from app.visits.repository import of_pass
from tests.conftest import Browser
from tests.office import Office, later
from tests.tablet.test_passes import declare

CASE = json.loads((Path(__file__).parents[1] / "cases" / "carry.json").read_text())


def seal(office: Office, lines: list[dict[str, Any]], who: str = "guard", **changed: Any) -> str:
    """Return the file that a tablet of the cast gives out."""
    device_id = office.actors[who].device_id
    assert device_id is not None
    plain = {"version": 1, "site_id": str(office.site_id), "device_id": str(device_id), "count": len(lines)}
    plain |= {"made_at": "2026-11-24T05:00:00.000Z"} | changed
    nonce = secrets.token_bytes(12)
    content = json.dumps({"device_id": str(device_id), "commands": lines}).encode()
    told = "\n".join(
        ["gatebook-outbox", *(str(plain[name]) for name in ("version", "site_id", "device_id", "count", "made_at"))]
    )
    sealed = ChaCha20Poly1305(office.book.keys.outbox(office.site_id, device_id)).encrypt(nonce, content, told.encode())
    return json.dumps(plain | {"nonce": _text(nonce), "ciphertext": _text(sealed)})


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def line(office: Office, kind: str, *, who: str = "guard", status: str = "unsent", **command: Any) -> dict[str, Any]:
    """Return a line of the outbox: a command as it would be sent."""
    stamp = {"device_time": office.clock.now().isoformat(), "mode": "fact", "device_sequence": 1}
    stamp |= {"account_id": str(office.actors[who].account_id)}
    about = {"visit_of": command.pop("visit_of", None), "code": command.pop("code", None)}
    return {"id": str(new_id()), "kind": kind, "status": status, "command": {"kind": kind, **stamp, **command}} | about


def entry(office: Office, name: str, **command: Any) -> dict[str, Any]:
    at = office.clock.now().isoformat()
    fields: dict[str, Any] = {
        "visit_kind": "delivery", "person": {"name": name, "phone": "0912345678"}, "mask": True, "decision": "admit",
        "readings": [{"tenths": 365, "at": at}],
    }  # fmt: skip
    return line(office, "check_in", **(fields | command))


def on_duty(office: Office, who: str = "guard") -> None:
    """Have a guard of the cast be logged in on their tablet once."""
    command = OpenSession(token_hash=token_hash(new_token()).hex(), expires_at=later(office.clock.now(), hours=12))
    office.act(who, command)


def carry_in(client: Browser, file: str | bytes, name: str = "gatebook-cong-a.gbx") -> Any:
    return client.post("/log/import", files={"file": (name, file, "application/octet-stream")})


def read_in(client: Browser, file: str) -> tuple[int, int, int]:
    """Return how many lines were recorded, known before, and left to reception."""
    page = carry_in(client, file)
    assert page.status_code == 200, page.text
    found = re.search(r"Đã ghi (\d+) · đã có từ trước (\d+) · chuyển sang Cần xử lý (\d+)", page.text)
    assert found is not None
    return int(found[1]), int(found[2]), int(found[3])


def book(office: Office) -> list[tuple[str, str]]:
    with office.book.reading() as session:
        visits = session.query(Visit).filter_by(site_id=office.site_id).all()
    return sorted((visit.name, visit.state) for visit in visits)


def strays(office: Office) -> list[Discrepancy]:
    with office.book.reading() as session:
        return session.query(Discrepancy).filter_by(site_id=office.site_id).order_by(col(Discrepancy.id)).all()


def test_the_file_is_as_the_tablet_seals_it() -> None:
    key = base64.urlsafe_b64decode(CASE["key"] + "=")
    envelope = read_envelope(json.dumps(CASE["envelope"]))
    assert envelope.associated_data.decode() == CASE["associated_data"]
    lines = open_envelope(envelope, key)
    assert [found.model_dump(mode="json") for found in lines] == json.loads(CASE["plaintext"])["commands"]


def test_the_key_is_the_devices_own_and_reaches_it_in_the_snapshot(client: Browser) -> None:
    office = client.office
    told = client.log_in("guard").get("/api/v1/tablet/snapshot").json()["outbox_key"]
    device_id = office.actors["guard"].device_id
    assert device_id is not None
    assert base64.urlsafe_b64decode(told + "=") == office.book.keys.outbox(office.site_id, device_id)
    other = client.be_stranger().log_in("other_guard").get("/api/v1/tablet/snapshot").json()["outbox_key"]
    assert (len(told), told != other) == (43, True)


def test_lines_become_the_guards_own_and_twice_changes_nothing(client: Browser) -> None:
    office = client.office
    on_duty(office)
    came = entry(office, "Trần Thị Hoa", badge_number="014")
    office.clock.advance(minutes=20)
    lines = [came, entry(office, "Y Bluê Niê"), line(office, "check_out", badge_returned=True, visit_of=came["id"])]
    office.clock.advance(hours=8)
    client.log_in("reception")
    file = seal(office, lines)
    assert read_in(client, file) == (3, 0, 0)
    assert book(office) == [("Trần Thị Hoa", "left"), ("Y Bluê Niê", "on_site")]
    with office.book.reading() as session:
        last = [
            found for found in journal.after(session, office.site_id, 0) if found.event.startswith(("Visit", "Outbox"))
        ]
        assert journal.verify_site(session, office.site_id).holds
    assert [(found.event, found.account_id) for found in last] == [
        ("VisitCheckedIn", office.actors["guard"].account_id),
        ("VisitCheckedIn", office.actors["guard"].account_id),
        ("VisitCheckedOut", office.actors["guard"].account_id),
        ("OutboxImported", office.actors["reception"].account_id),
    ]
    assert last[0].occurred_at == datetime.fromisoformat(came["command"]["device_time"])
    assert read_in(client, file) == (0, 3, 0)
    assert len(book(office)) == 2
    # The tablet comes back after all.
    sent = CheckIn.model_validate(came["command"])
    assert office.act("guard", sent, UUID(came["id"])).status is Status.REPEATED
    out = CheckOut.model_validate(lines[2]["command"] | {"visit_id": last[0].subject_id})
    assert office.act("guard", out, UUID(lines[2]["id"])).status is Status.REPEATED


def test_what_came_over_the_network_before_is_known(client: Browser) -> None:
    office = client.office
    on_duty(office)
    came = entry(office, "Trần Thị Hoa")
    office.act("guard", CheckIn.model_validate(came["command"]), UUID(came["id"]))
    client.log_in("reception")
    assert read_in(client, seal(office, [came])) == (0, 1, 0)
    leaving = line(office, "check_out", badge_returned=True, visit_of=came["id"])
    assert read_in(client, seal(office, [leaving])) == (1, 0, 0)
    assert book(office) == [("Trần Thị Hoa", "left")]


def test_what_cannot_be_recorded_is_left_to_reception_and_nothing_is_lost(client: Browser) -> None:
    office = client.office
    on_duty(office)
    stranger = entry(office, "Của người lạ")
    stranger["command"]["account_id"] = str(new_id())
    refused = entry(office, "Bị từ chối", status="refused", code="badge_not_free")
    unreadable = entry(office, "?") | {"command": None}
    odd = line(office, "check_in", person={"name": "Sai dạng"}, decision="perhaps")
    lines = [
        stranger, refused, unreadable, odd,
        line(office, "check_out", visit_of=refused["id"]),
        line(office, "settle_discrepancy", discrepancy_id=str(new_id()), resolution="lách"),
        line(office, "check_out", badge_number="039", badge_returned=True),
        line(office, "add_note", visit_id=str(new_id()), text="mang thang"),
    ]  # fmt: skip
    client.log_in("reception")
    assert read_in(client, seal(office, lines)) == (1, 0, 7)
    found = strays(office)
    assert [(stray.kind, stray.name, stray.code) for stray in found] == [
        ("refused", "Của người lạ", "carry_guard_unknown"),
        ("refused", "Bị từ chối", "badge_not_free"),
        ("refused", "", "carry_unreadable"),
        ("refused", "Sai dạng", "input_odd"),
        ("refused", "Bị từ chối", "carry_visit_unknown"),
        ("refused", "", "input_odd"),
        ("departure", "", "departure_unmatched"),
        ("refused", "", "not_found"),
    ]
    assert read_in(client, seal(office, lines)) == (0, 8, 0)
    assert len(strays(office)) == len(found)
    # And what the tablet, back at last, hands over itself.
    handed = HandToReception(refused_id=UUID(refused["id"]), refused_kind="check_in", code="badge_not_free", content={})
    assert office.do("guard", handed)["discrepancy_id"] == str(found[1].id)


def test_a_revoked_tablets_lines_are_for_a_manager_and_those_after_it_for_nobody(client: Browser) -> None:
    office = client.office
    on_duty(office)
    before = entry(office, "Trước khi thu hồi")
    office.clock.advance(hours=1)
    device_id = office.actors["guard"].device_id
    assert device_id is not None
    office.do("manager", RevokeDevice(device_id=device_id))
    office.clock.advance(hours=1)
    file = seal(office, [before, entry(office, "Sau khi thu hồi")])
    told = carry_in(client.log_in("reception"), file)
    assert (told.status_code, "Vui lòng nhờ quản lý nhập tệp này" in told.text) == (422, True)
    assert read_in(client.be_stranger().log_in("manager"), file) == (1, 0, 1)
    assert [(stray.name, stray.code) for stray in strays(office)] == [("Sau khi thu hồi", "carry_after_revocation")]


def test_each_file_that_is_none_is_told_in_its_own_words(client: Browser, other_office: Office) -> None:
    office = client.office
    client.log_in("reception")
    good = json.loads(seal(office, [entry(office, "Trần Thị Hoa")]))
    files = {
        "Tệp này không phải.": ["", "{}", "PK\x03\x04", json.dumps(good | {"site_id": "x"}), "[" * 100_000],
        "tệp được lưu bằng bản mới hơn": [json.dumps(good | {"version": 2})],
        "tệp này của cơ quan khác": [seal(other_office, [])],
        "trụ sở không có máy đã lưu tệp này": [json.dumps(good | {"device_id": str(new_id())})],
        "tệp này đã bị sửa hoặc hỏng": [
            json.dumps(good | {"count": 2}),
            json.dumps(good | {"made_at": "2026-11-24T05:00:01.000Z"}),
            json.dumps(good | {"device_id": str(office.actors["other_guard"].device_id)}),
            json.dumps(good | {"nonce": "AAAA"}),
            json.dumps(good | {"ciphertext": good["ciphertext"][:-8]}),
            json.dumps(good | {"ciphertext": "không phải base64"}),
            seal(office, [], count=1),
            seal(office, [{"id": "x"}]),
            seal(office, [], made_at="hôm qua"),
        ],
    }
    for words, texts in files.items():
        for text in texts:
            page = carry_in(client, text)
            assert (page.status_code, words in page.text) == (422, True), (words, text[:60])
    assert carry_in(client, b"\xff\xfe\x00\x01\x80").status_code == 422
    assert client.post("/log/import", data={"file": "không phải tệp"}).status_code == 422
    assert (book(office), strays(office)) == ([], [])
    assert carry_in(client, "x" * 31_000_000).status_code == 413


KEY = bytes(range(32))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(envelope=st.dictionaries(st.sampled_from(sorted(CASE["envelope"])), JSON) | JSON, text=st.text())
def test_whatever_is_given_out_as_a_file_ends_in_words(envelope: Any, text: str) -> None:
    merged = CASE["envelope"] | envelope if isinstance(envelope, dict) else envelope
    is_whole = isinstance(merged, dict) and merged.items() >= CASE["envelope"].items()
    for content in (json.dumps(merged), text):
        if not is_whole or content is text:
            with pytest.raises(CarryError, match="carry_"):
                open_envelope(read_envelope(content), KEY)


@given(st.binary(max_size=60))
def test_nobody_without_the_key_makes_such_a_file(forged: bytes) -> None:
    envelope = read_envelope(json.dumps(CASE["envelope"] | {"ciphertext": _text(forged)}))
    with pytest.raises(CarryError, match="carry_altered"):
        open_envelope(envelope, KEY)


def test_a_file_may_be_larger_than_what_else_is_sent(client: Browser) -> None:
    client.log_in("reception")
    assert carry_in(client, "x" * 10_000_000).status_code == 422
    assert client.post("/paper", content=b" " * 2_100_000).status_code == 413
    # Without a length that is said beforehand.
    form = {"content-type": "application/x-www-form-urlencoded"}
    grows = client.post("/paper", content=(b"a" * 100_000 for _ in range(21)), headers=form)
    assert grows.status_code == 413


def test_of_a_strangers_file_nothing_is_read(client: Browser) -> None:
    taken: list[int] = []

    def file() -> Iterator[bytes]:
        for number in range(3):
            taken.append(number)
            yield b"--x\r\n" + b" " * 1000

    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/log/import", content=file(), headers=kind).status_code in (303, 401)
    assert taken == []


def test_many_lines_keep_their_order(client: Browser) -> None:
    office = client.office
    on_duty(office)
    lines: list[dict[str, Any]] = []
    for number in range(130):
        office.clock.advance(seconds=5)
        lines.append(entry(office, f"Khách {number:03d}", device_offset_ms=0))
    office.clock.advance(hours=1)
    client.log_in("reception")
    assert read_in(client, seal(office, lines)) == (130, 0, 0)
    with office.book.reading() as session:
        found = session.query(Visit).filter_by(site_id=office.site_id).order_by(col(Visit.number)).all()
    assert [visit.name for visit in found] == [f"Khách {number:03d}" for number in range(130)]
    assert found[0].occurred_at == found[-1].occurred_at - timedelta(seconds=5 * 129)


def test_a_line_that_names_nobody_is_told_by_the_name_that_its_visit_has_in_the_book(client: Browser) -> None:
    office = client.office
    on_duty(office)
    alone = declare(office, "Trần Thị Hoa")
    party = declare(office, "Lê Văn Bé", "Lê Thị Cúc")
    with office.book.reading() as session:
        [waiting] = of_pass(session, office.site_id, alone)
        members = [str(visit.id) for visit in of_pass(session, office.site_id, party)]
    reading: dict[str, Any] = {"tenths": 381, "at": office.clock.now().isoformat()}
    decided: dict[str, Any] = {"mask": True, "sanitiser": True, "readings": [reading], "decision": "refer"}
    came = line(office, "check_in", visit_id=str(waiting.id), **decided)
    people = [{"visit_id": member, "readings": [reading | {"tenths": 365}]} for member in members]
    lines = [
        came,
        line(office, "add_note", visit_of=came["id"], text="đã gọi y tế"),
        line(office, "check_in", visit_id=str(waiting.id), **decided, status="refused", code="already_decided"),
        line(office, "admit_party", pass_id=str(party), members=people, counted=2),
    ]
    page = carry_in(client.log_in("reception"), seal(office, lines))
    rows = re.findall(r'<td class="wrap">([^<]*)</td>', page.text)
    assert rows == ["Trần Thị Hoa", "Trần Thị Hoa", "Trần Thị Hoa", "Lê Văn Bé"]
    assert [stray.name for stray in strays(office)] == ["Trần Thị Hoa"]
    assert ("Đo thân nhiệt, quyết định" in page.text, "Cho vào, đo" in page.text) == (True, False)
