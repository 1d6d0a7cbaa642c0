"""What hostile or tired hands type: shown as typed, run nowhere, kept clean, refused beside its field."""

import pytest

from tests.selfservice.conftest import HEALTH, WHO, Visitor

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
TEXT_FIELDS = ("full_name", "organisation", "address", "host", "purpose")
LONGEST = {"full_name": 100, "organisation": 200, "address": 300, "host": 100, "purpose": 300}


def filled(visitor: Visitor, field: str, typed: str) -> None:
    """Go through the form with one field filled with `typed`."""
    visitor.whom |= {field: typed} if field in visitor.whom else {}
    visitor.walk(WHO | ({field: typed} if field in WHO else {}))


def column(visitor: Visitor, field: str) -> str:
    [visit] = visitor.visits
    return getattr(visit, {"full_name": "name", "host": "host_name"}.get(field, field))


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_markup_is_shown_as_typed_and_runs_nowhere(visitor: Visitor, field: str) -> None:
    typed = SCRIPT if field != "full_name" else "<b>Hoa</b>"
    filled(visitor, field, typed)
    assert column(visitor, field) == typed
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert "<script>alert" not in text
    assert "onerror=alert" not in text


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_markup_comes_back_escaped_where_a_form_is_shown_again(visitor: Visitor, field: str) -> None:
    visitor.send(**{"agree.health": "yes"})
    if field in visitor.whom:
        visitor.send(**WHO)
    page = visitor.send(**{field: SCRIPT, "unit": "", "phone": "1"})
    assert page.status_code == 422
    assert SCRIPT not in page.text
    assert visitor.fields.values[field] == SCRIPT


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_ten_thousand_letters_are_refused_beside_the_field_and_kept(visitor: Visitor, field: str) -> None:
    visitor.send(**{"agree.health": "yes"})
    typed = {field: "ă" * 10_000}
    if field in visitor.whom:
        visitor.send(**WHO)
        visitor.send(**visitor.whom | typed)
    else:
        visitor.send(**WHO | typed)
    assert visitor.wrong == {field: "Vui lòng viết ngắn hơn: nội dung này quá dài."}
    assert visitor.fields.values[field] == "ă" * 10_000


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_the_longest_text_that_fits_is_taken(visitor: Visitor, field: str) -> None:
    filled(visitor, field, "ă" * LONGEST[field])
    assert len(column(visitor, field)) == LONGEST[field]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Trần \t Thị\r\n Hoa  ", "Trần Thị Hoa"),
        ("Trần\x00 Thị\x07 Hoa\x1b", "Trần Thị Hoa"),
        ("\u202eTrần Thị Hoa\u202c\u200b", "Trần Thị Hoa"),
        ("Tra\u0302\u0300n Thi\u0323 Hoa", "Trần Thị Hoa"),
        ("\u00d0ỗ Văn \u00d0ức", "Đỗ Văn Đức"),
        ("Hoa 🌸 Trần", "Hoa 🌸 Trần"),
        ("Y Bluê Niê", "Y Bluê Niê"),
        ("H'Hen Niê", "H'Hen Niê"),
    ],
)
def test_a_name_is_kept_clean_and_otherwise_as_typed(visitor: Visitor, typed: str, kept: str) -> None:
    visitor.walk(WHO | {"full_name": typed})
    assert visitor.token
    assert visitor.visits[0].name == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b", "\x00\x01", "🌸🌸", "12345", "-"])
def test_a_name_of_no_letters_is_refused(visitor: Visitor, typed: str) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(**WHO | {"full_name": typed})
    assert list(visitor.wrong) == ["full_name"]


@pytest.mark.parametrize("typed", ["", "84", "1899", "2027", "31/02/1984", "00/00/0000", "05/03/2099", "mười", "19844"])
def test_an_impossible_birth_is_refused(visitor: Visitor, typed: str) -> None:
    visitor.send(**{"agree.health": "yes"})
    visitor.send(**WHO | {"birth_year": typed})
    assert list(visitor.wrong) == ["birth_year"]


@pytest.mark.parametrize("typed", ["1984", "05/03/1984", "5-3-1984", "１９８４"])
def test_a_birth_is_taken_as_a_year_or_a_day(visitor: Visitor, typed: str) -> None:
    visitor.walk(WHO | {"birth_year": typed})
    assert visitor.token
    assert visitor.visits[0].birth_year == 1984


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("sex", "maybe"),
        ("nationality", "XX"),
        ("nationality", "vn"),
        ("identity_type", "library"),
        ("identity_number", "12 34"),
        ("unit", "00000000-0000-7000-8000-000000000000"),
        ("unit", "'; DROP TABLE visit; --"),
        ("plate", "<>"),
    ],
)
def test_a_choice_that_was_never_offered_is_refused(visitor: Visitor, field: str, typed: str) -> None:
    visitor.send(**{"agree.health": "yes"})
    if field in WHO:
        visitor.send(**WHO | {field: typed})
    else:
        visitor.send(**WHO)
        visitor.send(**visitor.whom | {field: typed})
    assert list(visitor.wrong) == [field]
    assert visitor.visits == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [("a.fever", ""), ("a.fever", "perhaps"), ("a.places", "x" * 501), ("a.places", "\n".join(map(str, range(30))))],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_question(visitor: Visitor, field: str, typed: str) -> None:
    visitor.walk(health=HEALTH | {field: typed})
    assert visitor.page.status_code == 422
    assert list(visitor.wrong) == [field.replace(".", "-")]
    assert visitor.visits == []


@pytest.mark.parametrize("typed", ["-1", "9" * 50, "²", "１", "two", "99999"])
def test_a_made_up_number_of_companions_adds_at_most_what_may_be(visitor: Visitor, typed: str) -> None:
    visitor.send(**{"agree.health": "yes"})
    page = visitor.send(**WHO | {"companions": typed})
    assert page.status_code in (200, 422)
    assert page.text.count('class="companion"') <= 20


def test_fields_that_no_form_has_are_passed_over(visitor: Visitor) -> None:
    visitor.walk(WHO | {"state": "on_site", "gate_in_id": "x", "c9.full_name": "x", "a.nothing": "x"})
    assert visitor.token
    assert visitor.visits[0].state == "waiting"
