"""The form behind a poster's code, from the notice to the pass."""

import re

import sqlalchemy as sa
from sqlmodel import col

from app.clerk import Receipt
from app.consent.commands import PublishNotice
from app.consent.handlers import default_notice
from app.consent.models import Consent
from app.declarations.handlers import open_answers
from app.declarations.models import Declaration
from app.journal.queries import verify_site
from app.screening.commands import PublishPolicy, PublishQuestionnaire
from app.screening.handlers import default_policy, default_questionnaire
from app.selfservice.routes.pages import countries
from app.visits.models import Visit
from app.visits.repository import open_identity, open_phone
from tests.conftest import Browser
from tests.selfservice.conftest import HEALTH, WHO, Visitor, scan


def test_three_steps_lead_to_a_pass_and_a_visit_that_waits(visitor: Visitor) -> None:
    visitor.walk()
    page = visitor.browser.get(f"/p/{visitor.token}")
    assert "Đang chờ bảo vệ" in page.text
    [visit] = visitor.visits
    [made] = visitor.passes
    assert (visit.state, visit.kind, visit.name, visit.birth_year) == ("waiting", "visitor", "Trần Thị Hoa", 1984)
    assert (visit.organisation, visit.host_name, visit.purpose) == ("Điện lực tỉnh", "bà Lan", "hồ sơ đấu thầu")
    assert (visit.outcome, visit.gate_in_id, visit.pass_id) == ("clear", visitor.browser.office.gate_a, made.id)
    closing = visitor.browser.office.book.closing
    assert (open_phone(closing, visit), open_identity(closing, visit)) == ("0912 345 678", "008184001234")


def test_the_book_keeps_answers_closed_and_the_evidence_of_consent(visitor: Visitor) -> None:
    visitor.walk(health=HEALTH | {"a.cough": "yes", "a.places": "Hải Phòng 12/11\r\n\r\nHà Nội 15/11"})
    office = visitor.browser.office
    with office.book.reading() as session:
        [declaration] = session.scalars(sa.select(Declaration))
        consents = session.scalars(sa.select(Consent)).all()
    answers = open_answers(office.book.closing, declaration)
    assert (answers["cough"], answers["fever"], answers["truthful"]) == (True, False, True)
    assert answers["places"] == ["Hải Phòng 12/11", "Hà Nội 15/11"]
    assert (declaration.outcome, declaration.channel, declaration.questionnaire_version) == ("caution", "phone", 1)
    assert "ho" in [flag["vi"] for flag in visitor.visits[0].flags]
    assert {(c.purpose, c.legal_basis, c.notice_version, c.channel, c.language) for c in consents} == {
        ("book", "legal_duty", 1, "phone", "vi"),
        ("health", "consent", 1, "phone", "vi"),
    }


def test_the_receipt_and_the_journal_hold_no_secret_address_no_phone_and_no_identity(visitor: Visitor) -> None:
    visitor.walk()
    office = visitor.browser.office
    with office.book.reading() as session:
        [receipt] = session.scalars(sa.select(Receipt).where(col(Receipt.kind) == "declare"))
        assert verify_site(session, office.site_id).holds
    assert receipt.answer == {"pass_id": str(visitor.passes[0].id)}
    told = str([line.payload for line in visitor.story(visitor.visits[0])])
    assert "Trần Thị Hoa" in told
    for secret in ("0912", "345 678", "008184001234", visitor.token):
        assert secret not in told


def test_the_notice_comes_first_and_nothing_is_ticked(visitor: Visitor) -> None:
    text = visitor.page.text
    assert "dữ liệu cá nhân nhạy cảm" in text
    assert "Phòng Hành chính - Quản trị, máy lẻ 101" in text
    assert 'name="agree.health" type="checkbox" value="yes"' in text
    assert " checked" not in text
    assert "full_name" not in text


def test_without_consent_nothing_begins(visitor: Visitor) -> None:
    page = visitor.send()
    assert page.status_code == 422
    assert visitor.wrong == {"agree-health": "Vui lòng đánh dấu nếu đồng ý, hoặc chọn Tôi không đồng ý."}


def test_who_does_not_agree_is_shown_another_way(visitor: Visitor) -> None:
    page = visitor.browser.get(f"/g/{visitor.browser.office.gate_code}/paper")
    assert page.status_code == 200
    assert "Mời Ông/Bà gặp bảo vệ" in page.text
    assert "không ảnh hưởng gì" in page.text


def test_a_form_in_the_clear_says_so(visitor: Visitor) -> None:
    assert "chưa được mã hóa" in visitor.page.text
    safe = Browser(visitor.browser.app, base_url="https://gatebook.test")
    assert "chưa được mã hóa" not in safe.get(f"/g/{visitor.browser.office.gate_code}").text


def test_each_error_stands_beside_its_field_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    page = visitor.send(full_name="Trần Thị Hoa", birth_year="31/02/1984", phone="12345", identity_type="cccd",
                        identity_number="123", organisation="Điện lực tỉnh")  # fmt: skip
    assert page.status_code == 422
    assert list(visitor.wrong) == ["birth_year", "sex", "phone", "identity_number"]
    kept = visitor.fields.values
    assert kept["birth_year"] == "31/02/1984"
    assert (kept["phone"], kept["identity_number"], kept["organisation"]) == ("12345", "123", "Điện lực tỉnh")
    assert re.search(r'id="f-birth_year"[^>]*autofocus', page.text)


def test_going_back_keeps_what_was_typed_on_both_pages(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(**WHO)
    back = visitor.send(go="back", purpose="nộp hồ sơ")
    assert 'value="Trần Thị Hoa"' in back.text
    on = visitor.send()
    assert 'value="nộp hồ sơ"' in on.text


def test_another_language_keeps_what_was_typed(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    shown = visitor.fields
    typed = shown.values | {"full_name": "Trần Thị Hoa", "phone": "12", "go": "stay"}
    page = visitor.post(typed, shown.action + "?lang=en")
    assert page.status_code == 200
    assert "Who you are" in page.text
    assert visitor.fields.values["full_name"] == "Trần Thị Hoa"
    assert visitor.fields.values["phone"] == "12"
    assert "agree.health" in visitor.fields.values


def test_the_browsers_language_is_spoken_and_kept_in_the_book(client: Browser) -> None:
    visitor = scan(client, **{"Accept-Language": "en"})
    assert "Declare before you enter" in visitor.page.text
    client.headers["Accept-Language"] = "en"
    visitor.walk()
    assert visitor.passes[0].language == "en"


def test_a_number_that_does_not_fit_is_asked_about_once(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    page = visitor.send(**WHO | {"identity_number": "008084001234"})
    assert page.status_code == 200
    assert "Giới tính khác với số CCCD" in page.text
    assert "Đến gặp ai" in visitor.send().text


def test_no_papers_is_a_choice(visitor: Visitor) -> None:
    visitor.walk(WHO | {"identity_type": "none", "identity_number": ""})
    assert visitor.token
    assert visitor.visits[0].identity_type == "none"


def test_a_citizen_who_comes_to_complain_needs_neither_papers_nor_phone(visitor: Visitor) -> None:
    visitor.walk(WHO | {"kind": "citizen", "identity_type": "", "identity_number": "", "phone": ""})
    assert visitor.token
    assert visitor.visits[0].kind == "citizen"


def test_a_phone_is_taken_in_every_form(client: Browser) -> None:
    forms = ("0912345678", "0912.345.678", "84912345678", "+84 912 345 678", "0084912345678", "(0912) 345-678",
             "024 3825 1234", "+82 10-1234-5678")  # fmt: skip
    visits: list[Visit] = []
    for typed in forms:
        visitor = scan(client.be_stranger())
        visitor.walk(WHO | {"phone": typed})
        assert visitor.token, typed
        visits = visitor.visits
        assert open_phone(client.office.book.closing, visits[-1]) == typed
    assert len({visit.phone_hash for visit in visits}) == 3


def test_a_phone_that_rings_nowhere_is_not(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    for typed in ("01689123456", "0912 345", "hotline", "+84", "091234567890"):
        assert visitor.send(**WHO | {"phone": typed}).status_code == 422
        assert list(visitor.wrong) == ["phone"], typed


def test_a_companion_answers_too_and_a_child_needs_little(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(go="add", **WHO)
    assert visitor.page.status_code == 200
    visitor.send(**{"c1.full_name": "Trần Bé An", "c1.birth_year": "2018"})
    visitor.send(**visitor.whom)
    assert "Trả lời cho Trần Thị Hoa (người 1/2)" in visitor.page.text
    visitor.send(**HEALTH)
    assert "Trả lời cho Trần Bé An (người 2/2)" in visitor.page.text
    visitor.send(**{f"c1.{name}": value for name, value in HEALTH.items()} | {"c1.a.cough": "yes"})
    assert visitor.token
    hoa, an = visitor.party(visitor.passes[0])
    assert (an.name, an.birth_year, an.companion_of, an.outcome, hoa.outcome) == (
        "Trần Bé An", 2018, hoa.id, "caution", "clear",
    )  # fmt: skip
    assert visitor.passes[0].people == 2


def test_the_same_answers_may_hold_for_all(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(go="add", **WHO)
    visitor.send(**{"c1.full_name": "Trần Bé An", "c1.birth_year": "2018"})
    visitor.send(**visitor.whom)
    visitor.send(**HEALTH | {"a.tired": "yes", "same_for_all": "yes"})
    assert visitor.token
    assert [visit.outcome for visit in visitor.visits] == ["caution", "caution"]


def test_a_grown_companion_needs_sex_and_papers(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(go="add", **WHO)
    visitor.send(**{"c1.full_name": "Lê Văn Bé", "c1.birth_year": "1990"})
    assert list(visitor.wrong) == ["c1-sex", "c1-identity_type"]


def test_a_companion_taken_out_leaves_the_others_as_typed(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(go="add", **WHO)
    visitor.send(go="add", **{"c1.full_name": "Trần Bé An", "c1.birth_year": "2018"})
    visitor.send(go="remove.1", **{"c2.full_name": "Trần Bé Bình", "c2.birth_year": "2020"})
    kept = visitor.fields.values
    assert (kept["c1.full_name"], kept["companions"]) == ("Trần Bé Bình", "1")
    assert kept["full_name"] == "Trần Thị Hoa"


def test_questions_come_from_the_questionnaire_in_force(visitor: Visitor) -> None:
    document = default_questionnaire()
    document["sections"][0]["questions"] = document["sections"][0]["questions"][:1]
    document["sections"][0]["questions"][0]["labels"]["vi"] = "Có <b>mất vị giác</b> trong {lookback_days} ngày?"
    visitor.browser.office.do("manager", PublishQuestionnaire(document=document))
    policy = default_policy() | {"lookback_days": 21}
    visitor.browser.office.do("manager", PublishPolicy(document=policy))
    visitor.send(**{"agree.health": "yes"})
    visitor.send(**WHO)
    page = visitor.send(**visitor.whom)
    assert "Có &lt;b&gt;mất vị giác&lt;/b&gt; trong 21 ngày?" in page.text
    assert "Khó thở" not in page.text
    visitor.send(**{"a.fever": "no", "a.contact": "no", "truthful": "yes"})
    assert visitor.token


def test_the_truth_must_be_stated(visitor: Visitor) -> None:
    page = visitor.walk(health=HEALTH | {"truthful": ""})
    assert page.status_code == 422
    assert list(visitor.wrong) == ["truthful"]


def test_a_notice_that_changed_meanwhile_is_shown_again_and_nothing_is_lost(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(**WHO)
    visitor.browser.office.do("manager", PublishNotice(document=default_notice()))
    page = visitor.send(**visitor.whom)
    assert "Thông báo vừa có bản mới" in page.text
    assert visitor.fields.values["full_name"] == "Trần Thị Hoa"


def test_a_step_that_was_jumped_over_is_asked_for(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    page = visitor.send(screen="health.0.0", **HEALTH)
    assert page.status_code == 422
    assert "full_name" in visitor.wrong
    assert visitor.visits == []


def test_the_whole_first_page_is_light(client: Browser) -> None:
    office = client.office
    page = client.get(f"/g/{office.gate_code}")
    loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert len(loaded) == 4
    sizes = [int(client.get(path).headers["content-length"]) for path in loaded if path.endswith(".svg")]
    for address in (f"/g/{office.gate_code}", *(path for path in loaded if not path.endswith(".svg"))):
        with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            sizes.append(sum(len(part) for part in answer.iter_raw()))
    assert sum(sizes) < 60_000


def test_a_page_of_the_form_loads_nothing_from_elsewhere_and_runs_nothing_inline(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    text = visitor.page.text
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', text)
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", text)


def test_a_code_of_no_gate_is_told_kindly(client: Browser) -> None:
    for code in ("nowhere", "......", "%00", "ĐĐĐĐĐĐ", "a" * 300, "%F0%9F%8C%B8", "'; --"):
        page = client.get(f"/g/{code}")
        assert page.status_code == 404, code
        assert "Không có cổng nào dùng mã này" in page.text
        assert "gặp bảo vệ" in page.text


def test_a_code_typed_in_capitals_is_the_same(client: Browser) -> None:
    assert client.get(f"/g/{client.office.gate_code.upper()}").status_code == 200


def test_every_page_of_the_form_may_be_gone_back_to(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    assert visitor.page.headers["cache-control"] == "private, no-cache"
    assert visitor.browser.get("/login").headers["cache-control"] == "no-store"


def test_nationalities_are_listed_by_their_first_word_with_vietnam_before_all() -> None:
    names = [name for _, name in countries("vi")]
    assert names[0] == "Việt Nam"
    listed = ("Ai Cập", "Áo", "Ấn Độ", "Campuchia", "Đức", "Hàn Quốc", "Lào", "Nhật Bản", "Trung Quốc")
    assert [name for name in names if name in listed] == list(listed)
