"""Policy and questionnaire as new versions: written on a form, compared, published, each with who and when."""

import re
from html import unescape

import httpx2
import pytest

from app.admin.schemas import policy as policy_forms
from app.admin.schemas import questions as question_forms
from app.screening.handlers import default_policy, default_questionnaire
from app.screening.queries import policy_at, policy_versions, questionnaire_versions, questions_at
from app.screening.rules import Policy, Questionnaire
from tests.admin.test_pages import id_of
from tests.conftest import Browser

OPTIONS = "Một mình | Alone | none\nCả nhà | Family | caution"
UNITS = ["01890000-0000-7000-8000-000000000001"]


def policy_form(client: Browser) -> dict[str, str]:
    """Return the fields of a new policy as the form shows them."""
    with client.office.book.reading() as session:
        known = policy_at(session, client.office.site_id, client.office.clock.now()).policy.document()
    units = [str(unit) for unit in client.office.units.values()]
    return policy_forms.typed_of(known, units) | {
        "order.number": "",
        "order.date": "",
        "valid_from": "",
        "valid_until": "",
    }


def question_form(client: Browser) -> dict[str, str]:
    """Return the fields of a new questionnaire as the form shows them."""
    with client.office.book.reading() as session:
        known = questionnaire_versions(session, client.office.site_id)[-1]
    return question_forms.typed_of(known.document) | {"base": str(known.version)}


def send(client: Browser, address: str, fields: dict[str, str], act: str) -> httpx2.Response:
    command_id = id_of(client.get(address).text)
    return client.post(address, data={**fields, "command_id": command_id, "act": act})


def shown_fields(page: str) -> dict[str, str]:
    """Return the text fields of a page by name."""
    found = re.findall(r'<input[^>]* name="([^"]+)" type="text" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_a_policys_form_says_the_same_as_its_document() -> None:
    document = Policy.from_document(default_policy()).document()
    document["quotas"] = {"site_max": 200, "gate_max": None, "unit_max": {UNITS[0]: 5}}
    document["refer_text"] = {"vi": "Mời ngồi", "en": "Please sit"}
    document["order"] = {"number": "12/KH", "date": "2026-11-24"}
    read, errors = policy_forms.read_policy(policy_forms.typed_of(document, UNITS), UNITS)
    assert errors == {}
    assert read == document


def test_a_questionnaires_form_says_the_same_as_its_document() -> None:
    document = Questionnaire.from_document(default_questionnaire()).document()
    read, errors = question_forms.read_questions(question_forms.typed_of(document), document, "abc123")
    assert errors == {}
    assert read == document


def test_the_form_shows_what_is_in_force(client: Browser) -> None:
    client.log_in("manager")
    shown = shown_fields(client.get("/admin/policy/new").text)
    form = policy_form(client)
    assert {name: form[name] for name in shown} == shown
    assert shown["threshold_tenths"] == "37,5"


def test_a_policy_is_compared_and_then_published(client: Browser) -> None:
    client.log_in("manager")
    changed = policy_form(client) | {
        "threshold_tenths": "378", "threshold_inclusive": "no", "rest_minutes": "20", "order.number": "12/KH-UBND",
        "order.date": "24/11/2026", "kinds.employee.mask": "none", "quotas.site_max": "300", "mask_required": "advise",
    }  # fmt: skip
    look = send(client, "/admin/policy/new", changed, "look")
    assert look.status_code == 200
    for told in ("37,8 °C", "12/KH-UBND", "24/11/2026", "CBCCVC, NLĐ: Khẩu trang"):
        assert told in look.text
    with client.office.book.reading() as session:
        assert len(policy_versions(session, client.office.site_id)) == 1
    assert send(client, "/admin/policy/new", changed, "publish").headers["location"].startswith("/admin/policy?")
    with client.office.book.reading() as session:
        found = policy_at(session, client.office.site_id, client.office.clock.now())
    policy = found.policy
    assert (found.version, policy.threshold_tenths, policy.threshold_inclusive, policy.rest_minutes) == (
        2,
        378,
        False,
        20,
    )
    assert (policy.kinds["employee"].mask, policy.kinds["visitor"].mask, policy.quotas.site_max) == (
        "none",
        "advise",
        300,
    )
    page = client.get("/admin/policy/versions/2").text
    assert "Nguyễn Thị Thảo" in page
    assert "12/KH-UBND" in page


def test_a_version_begins_and_ends_by_itself(client: Browser) -> None:
    client.log_in("manager")
    fields = policy_form(client) | {"rest_minutes": "30", "valid_from": "07:30 25/11/2026", "valid_until": "26/11/2026"}
    assert send(client, "/admin/policy/new", fields, "publish").status_code == 303
    assert "Sắp áp dụng" in client.get("/admin/policy").text
    rests: list[int] = []
    for hours in (0, 25, 24):
        client.office.clock.advance(hours=hours)
        with client.office.book.reading() as session:
            rests.append(policy_at(session, client.office.site_id, client.office.clock.now()).policy.rest_minutes)
    assert rests == [15, 30, 15]


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"threshold_tenths": "99"}, "threshold_tenths", "Số đo lạ"),
        ({"rest_minutes": "999"}, "rest_minutes", "Vui lòng nhập số từ 0 đến 240."),
        ({"rest_minutes": ""}, "rest_minutes", "Vui lòng nhập số từ 0 đến 240."),
        ({"readings_max": "hai"}, "readings_max", "Vui lòng nhập số từ 1 đến 9."),
        ({"after_last_high": "admit"}, "after_last_high", "Vui lòng nhập lại giá trị này"),
        ({"refer_text.vi": "Mời ngồi"}, "refer_text-en", "Vui lòng viết cả hai thứ tiếng"),
        ({"order.date": "31/02/2026"}, "order-date", "Vui lòng nhập ngày, ví dụ 24/11/2026."),
        ({"order.number": "x" * 61}, "order-number", "Vui lòng viết ngắn hơn"),
        ({"overdue_at": "25:00"}, "overdue_at", "Vui lòng nhập giờ dạng 07:26."),
        ({"valid_from": "hôm qua"}, "valid_from", "Vui lòng nhập giờ và ngày"),
        ({"valid_from": "07:00 01/01/2020"}, "valid_from", "Vui lòng chọn thời điểm chưa qua"),
        ({"valid_until": "01/01/2020"}, "valid_until", "Vui lòng nhập thời điểm bắt đầu trước thời điểm kết thúc."),
        ({"kinds.visitor.identity": "maybe"}, "kinds-visitor-identity", "Vui lòng nhập lại giá trị này"),
    ],
)
def test_a_wrong_setting_is_refused_beside_its_field(
    client: Browser, changed: dict[str, str], field: str, told: str
) -> None:
    client.log_in("manager")
    for act in ("look", "publish"):
        answer = send(client, "/admin/policy/new", policy_form(client) | {"hotline": "19003228"} | changed, act)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert told in answer.text
        assert 'value="19003228"' in answer.text
    with client.office.book.reading() as session:
        assert len(policy_versions(session, client.office.site_id)) == 1


def test_a_question_is_changed_left_out_moved_and_added(client: Browser) -> None:
    client.log_in("manager")
    fields = question_form(client)
    fields |= {"q.fever.labels_vi": "Sốt từ 37,5 °C", "q.fever.order": "99", "q.cough.flag": "stop"}
    del fields["q.rash.keep"]
    new = {
        "labels_vi": "Ông/Bà đi cùng ai?",
        "labels_en": "Who is with you?",
        "short_vi": "đi cùng",
        "short_en": "with",
    }
    new |= {"type": "choice", "section": "contact", "options": OPTIONS}
    fields |= {f"q.new1.{name}": value for name, value in new.items()}
    look = send(client, "/admin/questions/new", fields, "look")
    assert "Sốt từ 37,5 °C" in look.text
    assert send(client, "/admin/questions/new", fields, "publish").status_code == 303
    with client.office.book.reading() as session:
        found = questions_at(session, client.office.site_id, client.office.clock.now())
    asked = {question.key: question for question in found.questionnaire.questions}
    symptoms = [question.key for question in found.questionnaire.sections[0].questions]
    assert found.version == 2
    assert "rash" not in asked
    assert (symptoms[0], symptoms[-1]) == ("cough", "fever")
    assert asked["cough"].flag == "stop"
    added = found.questionnaire.sections[-1].questions[-1]
    assert [(option.labels.vi, option.flag) for option in added.options] == [
        ("Một mình", "none"),
        ("Cả nhà", "caution"),
    ]
    assert "Nguyễn Thị Thảo" in client.get("/admin/questions/versions/2").text


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"q.fever.labels_vi": " "}, "q-fever-labels_vi", "Vui lòng nhập mục này."),
        ({"q.fever.labels_en": "x" * 501}, "q-fever-labels_en", "Vui lòng viết ngắn hơn"),
        ({"q.fever.flag": "panic"}, "q-fever-flag", "Vui lòng nhập lại giá trị này"),
        ({"statement_vi": ""}, "statement_vi", "Vui lòng nhập mục này."),
        ({"q.new1.labels_vi": "Câu"}, "q-new1-labels_en", "Vui lòng nhập mục này."),
        (
            {"q.new1.labels_vi": "Câu", "q.new1.type": "choice", "q.new1.options": "Một mình"},
            "q-new1-options",
            "Vui lòng xem lại dòng Một mình",
        ),
    ],
)
def test_a_wrong_question_is_refused_beside_its_field(
    client: Browser, changed: dict[str, str], field: str, told: str
) -> None:
    client.log_in("manager")
    answer = send(client, "/admin/questions/new", question_form(client) | changed, "publish")
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert told in answer.text
    with client.office.book.reading() as session:
        assert len(questionnaire_versions(session, client.office.site_id)) == 1


def test_hostile_words_in_a_question_run_nowhere(client: Browser) -> None:
    client.log_in("manager")
    wild = {"q.fever.labels_vi": "<script>alert(1)</script>\u202e\x00", "q.fever.short_vi": '"><img onerror=x>'}
    assert send(client, "/admin/questions/new", question_form(client) | wild, "publish").status_code == 303
    for page in ("/admin/questions", "/admin/questions/new", "/admin/questions/versions/2"):
        shown = client.get(page).text
        assert "<script>alert(1)" not in shown
        assert "<img" not in shown
    with client.office.book.reading() as session:
        first = questions_at(session, client.office.site_id, client.office.clock.now()).questionnaire.questions[0]
    assert first.labels.vi == "<script>alert(1)</script>"
