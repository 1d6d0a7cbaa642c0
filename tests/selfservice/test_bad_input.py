"""What hostile or tired hands type: shown as typed, run nowhere, kept clean, refused beside its field."""

from tests.conftest import Browser
from tests.selfservice.conftest import HEALTH, WHO, Visitor, scan

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"


def test_markup_is_shown_as_typed_and_runs_nowhere(visitor: Visitor) -> None:
    visitor.whom |= {"host": SCRIPT, "purpose": SCRIPT}
    visitor.walk(WHO | {"full_name": "<b>Hoa</b>", "organisation": SCRIPT, "address": SCRIPT})
    assert visitor.token
    [visit] = visitor.visits
    assert (visit.name, visit.organisation, visit.address) == ("<b>Hoa</b>", SCRIPT, SCRIPT)
    assert (visit.host_name, visit.purpose) == (SCRIPT, SCRIPT)
    text = visitor.browser.get(f"/p/{visitor.token}").text
    assert "<script>alert" not in text
    assert "onerror=alert" not in text


def test_markup_comes_back_escaped_where_a_form_is_shown_again(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    typed = {"full_name": SCRIPT, "organisation": SCRIPT, "address": SCRIPT, "phone": SCRIPT}
    page = visitor.send(**WHO | typed)
    assert page.status_code == 422
    assert SCRIPT not in page.text
    assert visitor.fields.values | typed == visitor.fields.values


def test_ten_thousand_letters_are_refused_beside_each_field_and_kept(visitor: Visitor) -> None:
    long = "ă" * 10_000
    visitor.send(**{"agree.health": "yes"})
    typed = {"full_name": long, "phone": long, "identity_number": long, "organisation": long, "address": long}
    visitor.send(**WHO | typed)
    assert list(visitor.wrong) == ["full_name", "phone", "identity_number", "organisation", "address"]
    assert set(visitor.wrong.values()) == {"Vui lòng viết ngắn hơn: nội dung này quá dài."}
    assert visitor.fields.values | typed == visitor.fields.values
    visitor.send(**WHO)
    visitor.send(**visitor.whom | {"host": long, "purpose": long, "plate": long})
    assert list(visitor.wrong) == ["host", "purpose", "plate"]
    visitor.send(**visitor.whom)
    visitor.send(**HEALTH | {"a.places": long})
    assert list(visitor.wrong) == ["a-places"]
    assert visitor.visits == []


def test_the_longest_texts_that_fit_are_taken(visitor: Visitor) -> None:
    visitor.whom |= {"host": "ă" * 100, "purpose": "ă" * 300}
    visitor.walk(WHO | {"full_name": "ă" * 100, "organisation": "ă" * 200, "address": "ă" * 300})
    assert visitor.token
    [visit] = visitor.visits
    assert (len(visit.name), len(visit.organisation), len(visit.address), len(visit.purpose)) == (100, 200, 300, 300)


KEPT = {
    "  Trần \t Thị\r\n Hoa  ": "Trần Thị Hoa",
    "Trần\x00 Thị\x07 Hoa\x1b": "Trần Thị Hoa",
    "\u202eTrần Thị Hoa\u202c\u200b": "Trần Thị Hoa",
    "Tra\u0302\u0300n Thi\u0323 Hoa": "Trần Thị Hoa",
    "\u00d0ỗ Văn \u00d0ức": "Đỗ Văn Đức",
    "Hoa 🌸 Trần": "Hoa 🌸 Trần",
    "Y Bluê Niê": "Y Bluê Niê",
    "H'Hen Niê": "H'Hen Niê",
}


def test_a_name_is_kept_clean_and_otherwise_as_typed(client: Browser) -> None:
    for typed, kept in KEPT.items():
        visitor = scan(client.be_stranger())
        visitor.walk(WHO | {"full_name": typed})
        assert visitor.token
        assert visitor.visits[-1].name == kept


def test_a_name_of_no_letters_is_refused(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    for typed in ("", "   ", "\u200b\u200b", "\x00\x01", "🌸🌸", "12345", "-"):
        visitor.send(**WHO | {"full_name": typed})
        assert list(visitor.wrong) == ["full_name"], repr(typed)


def test_an_impossible_birth_is_refused(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    for typed in ("", "84", "1899", "2027", "31/02/1984", "00/00/0000", "05/03/2099", "mười", "19844"):
        visitor.send(**WHO | {"birth_year": typed})
        assert list(visitor.wrong) == ["birth_year"], typed


def test_a_birth_is_taken_as_a_year_or_a_day(client: Browser) -> None:
    for typed in ("1984", "05/03/1984", "5-3-1984", "１９８４"):
        visitor = scan(client.be_stranger())
        visitor.walk(WHO | {"birth_year": typed})
        assert visitor.token
        assert visitor.visits[-1].birth_year == 1984


NEVER_OFFERED = (
    ("sex", "maybe"),
    ("nationality", "XX"),
    ("nationality", "vn"),
    ("identity_type", "library"),
    ("identity_number", "12 34"),
    ("unit", "00000000-0000-7000-8000-000000000000"),
    ("unit", "'; DROP TABLE visit; --"),
    ("plate", "<>"),
)


def test_a_choice_that_was_never_offered_is_refused(client: Browser) -> None:
    for field, typed in NEVER_OFFERED:
        visitor = scan(client)
        visitor.send(**{"agree.health": "yes"})
        if field in WHO:
            visitor.send(**WHO | {field: typed})
        else:
            visitor.send(**WHO)
            visitor.send(**visitor.whom | {field: typed})
        assert list(visitor.wrong) == [field], typed
        assert visitor.visits == []


def test_an_answer_that_cannot_be_is_refused_beside_its_question(visitor: Visitor) -> None:
    places = "\n".join(map(str, range(30)))
    visitor.send(**{"agree.health": "yes"})
    visitor.send(**WHO)
    visitor.send(**visitor.whom)
    for field, typed in (("a.fever", ""), ("a.fever", "perhaps"), ("a.places", "x" * 501), ("a.places", places)):
        visitor.send(**HEALTH | {field: typed})
        assert visitor.page.status_code == 422
        assert list(visitor.wrong) == [field.replace(".", "-")]
    assert visitor.visits == []


def test_a_made_up_number_of_companions_adds_at_most_what_may_be(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    values, address = visitor.fields.values, visitor.fields.action
    for typed in ("-1", "9" * 50, "²", "１", "two", "99999", "99"):
        page = visitor.post(values | WHO | {"companions": typed, "go": "next"}, address)
        assert page.status_code in (200, 422)
        assert page.text.count('class="companion"') <= 20


def test_fields_that_no_form_has_are_passed_over(visitor: Visitor) -> None:
    visitor.walk(WHO | {"state": "on_site", "gate_in_id": "x", "c9.full_name": "x", "a.nothing": "x"})
    assert visitor.token
    assert visitor.visits[0].state == "waiting"


def test_a_companion_of_a_made_up_number_is_taken_out_of_nothing(visitor: Visitor) -> None:
    visitor.send(**{"agree.health": "yes"})
    for go in ("remove.²", "remove.٣", "remove." + "9" * 5000, "remove.-1", "remove."):
        assert visitor.send(**WHO | {"go": go}).status_code < 500, go
