"""The form as screens, under any input that a browser may send."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from app.kit.ids import new_id
from app.screening.handlers import default_policy, default_questionnaire
from app.screening.rules import Policy, Questionnaire
from app.selfservice import rules, schemas
from app.selfservice.rules import Asked, Screen, Values
from tests.selfservice.conftest import HEALTH, WHO

UNIT = str(new_id())
PHONE = Asked(
    Policy.from_document(default_policy()),
    Questionnaire.from_document(default_questionnaire()),
    frozenset({UNIT}),
    date(2026, 11, 24),
)
STAND = Asked(PHONE.policy, PHONE.questionnaire, PHONE.unit_ids, PHONE.today, stand=True)
WHOLE = WHO | HEALTH | {"unit": UNIT, "purpose": "nộp hồ sơ"}
CHILD = {"c1.full_name": "Trần Bé An", "c1.birth_year": "2018", "c2.full_name": "Trần Bé Bình", "c2.birth_year": "2020"}
NAMES = (*WHOLE, *CHILD, "c1.sex", "c1.a.fever", "c2.truthful", "companions", "same_for_all", "kind", "host", "plate",
         "people_count", "on_word_of", "seen_warning", "screen", "go", "notice", "agree.health")  # fmt: skip
TYPED = st.one_of(
    st.sampled_from([*WHOLE.values(), "yes", "no", "1", "2", "citizen", "none", "cccd", "VN", "2018", "male"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
asked_either_way = st.sampled_from([PHONE, STAND])


def read(values: Values, asked: Asked) -> schemas.Sent:
    return schemas.read_form(FormData(list(values.items())), asked)


def keys(screens: tuple[Screen, ...]) -> list[str]:
    return [screen.key for screen in screens]


@given(st.dictionaries(st.sampled_from(NAMES), TYPED), asked_either_way)
def test_whatever_is_typed_is_either_wrong_somewhere_or_a_command(typed: dict[str, str], asked: Asked) -> None:
    sent = read(WHOLE | typed, asked)
    screens = rules.screens(sent.values, asked)
    wrong = schemas.first_wrong(screens, sent.values, asked)
    if wrong is None:
        command = schemas.declare_of(sent.values, asked, schemas.Place(new_id(), "vi", 1))
        assert len(command.people) == 1 + rules.companions(sent.values)
    else:
        assert set(wrong[1]) <= set(rules.names_on(wrong[0], sent.values))


@given(st.dictionaries(st.sampled_from(NAMES), TYPED), asked_either_way)
def test_every_field_is_asked_for_on_exactly_one_screen(typed: dict[str, str], asked: Asked) -> None:
    values = read(WHOLE | typed, asked).values
    shown = [name for screen in rules.screens(values, asked) for name in rules.names_on(screen, values)]
    assert len(shown) == len(set(shown))
    assert set(shown) <= set(rules.field_names(values, asked))
    assert {"full_name", "unit", "a.fever", "truthful"} <= set(shown)


@given(st.integers(1, 4), st.data())
def test_taking_one_out_keeps_the_others_in_their_order(count: int, data: st.DataObject) -> None:
    gone = data.draw(st.integers(1, count))
    values = {"companions": str(count), "full_name": "Hoa", "cough": "x"}
    values |= {f"c{at}.full_name": f"Người {at}" for at in range(1, count + 1)}
    left = rules.without_companion(values, gone)
    names = [left[f"c{at}.full_name"] for at in range(1, count)]
    assert names == [f"Người {at}" for at in range(1, count + 1) if at != gone]
    assert (left["companions"], left["full_name"], left["cough"]) == (str(count - 1), "Hoa", "x")
    assert f"c{count}.full_name" not in left


def test_a_phone_asks_in_three_screens_and_a_stand_in_groups() -> None:
    assert keys(rules.screens(WHOLE, PHONE)) == ["who.0", "whom.0", "health.0.0"]
    assert [screen.number for screen in rules.screens(WHOLE, PHONE)] == [1, 2, 3]
    assert len(rules.screens(WHOLE, STAND)) == 10


def test_each_companion_has_a_screen_unless_one_answer_holds_for_all() -> None:
    values = WHOLE | CHILD | {"companions": "2"}
    assert keys(rules.screens(values, PHONE))[2:] == ["health.0.0", "health.1.0", "health.2.0"]
    alike = values | {"same_for_all": "yes", "a.cough": "yes"}
    assert keys(rules.screens(alike, PHONE))[2:] == ["health.0.0"]
    assert rules.answers_of(2, alike, PHONE.questionnaire) == rules.answers_of(0, alike, PHONE.questionnaire)


def test_what_is_required_follows_the_policy_and_the_kind() -> None:
    who = rules.screens(WHOLE, PHONE)[0]
    assert {"full_name", "birth_year", "sex", "nationality", "phone", "identity_type"} == rules.required_on(
        who, WHOLE, PHONE
    )
    citizen = WHOLE | {"kind": "citizen"}
    assert not {"phone", "identity_type"} & rules.required_on(who, citizen, PHONE)


def test_a_policy_that_asks_for_more_is_asked_for_more() -> None:
    document = default_policy()
    document["kinds"]["visitor"]["fields"] += ["people_count", "address"]
    asked = Asked(Policy.from_document(document), PHONE.questionnaire, PHONE.unit_ids, PHONE.today)
    who, whom, _ = rules.screens(WHOLE, asked)
    assert schemas.check(who, WHOLE, asked) == {"address": "address_missing"}
    assert schemas.check(whom, WHOLE, asked) == {"people_count": "people_count_missing"}
    assert schemas.check(whom, WHOLE | {"people_count": "0"}, asked) == {"people_count": "people_count"}
