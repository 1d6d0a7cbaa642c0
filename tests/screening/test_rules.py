import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.screening
from app.screening.rules import (
    KINDS,
    RANK,
    Channel,
    Counts,
    Decision,
    DecisionKind,
    HostCall,
    NotMeasured,
    Outcome,
    Policy,
    Questionnaire,
    Reading,
    Reason,
    ScreeningInput,
    check_answers,
    check_limits,
    check_override,
    decide,
    format_tenths,
    is_plausible,
    parse_temperature,
    policy_in_force,
    screen_answers,
    screen_exit,
    shown_values,
)

CASES = Path(__file__).parents[1] / "cases"
DEFAULTS = Path(app.screening.__file__).parent
NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)

Document = dict[str, Any]


def load(path: Path) -> Document:
    return cast("Document", json.loads(path.read_text("utf-8")))


def cases(name: str) -> list[Document]:
    return cast("list[Document]", json.loads((CASES / name).read_text("utf-8")))


def merged(base: Document, patch: Document) -> Document:
    found = dict(base)
    for key, value in patch.items():
        nested = isinstance(value, dict) and key in found
        found[key] = merged(found[key], cast("Document", value)) if nested else value
    return found


def policy_with(**patch: object) -> Policy:
    return Policy.from_document(merged(load(DEFAULTS / "policy.default.json"), patch))


def input_from(document: Document) -> ScreeningInput:
    readings = [
        Reading(r["tenths"], r["reason"], datetime.fromisoformat(r["at"])) for r in document.get("readings", [])
    ]
    found = document.get("outcome")
    outcome = Outcome(found["level"], tuple(found["codes"]), tuple(found["notes"])) if found else None
    filled = frozenset(document.get("filled", []))
    values: Document = {**document, "readings": tuple(readings), "outcome": outcome, "filled": filled}
    return ScreeningInput(**values)


# --- Temperature -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("temperature.json"), ids=lambda case: ascii(case["text"])[:30])
def test_a_typed_temperature_is_read_as_the_cases_say(case: Document) -> None:
    assert parse_temperature(case["text"]) == case["tenths"]


@given(st.text() | st.from_regex(r"\d{1,4}[.,]?\d?"))
def test_a_temperature_that_nobody_has_is_never_read(text: str) -> None:
    tenths = parse_temperature(text)

    assert tenths is None or is_plausible(tenths)


@given(st.integers(340, 425))
def test_every_plausible_temperature_is_read_as_it_is_shown(tenths: int) -> None:
    assert parse_temperature(format_tenths(tenths)) == tenths
    assert parse_temperature(format_tenths(tenths, ".")) == tenths
    assert parse_temperature(str(tenths)) == tenths


@pytest.mark.parametrize(("tenths", "reason"), [(None, None), (365, "broken"), (339, None), (426, None)])
def test_a_reading_is_a_plausible_number_or_a_reason(tenths: int | None, reason: NotMeasured | None) -> None:
    with pytest.raises(ValueError, match="a reading is"):
        Reading(tenths, reason, NOW)


# --- Policy ----------------------------------------------------------------------------------------------------------


def test_the_default_policy_reads_and_writes_back_whole() -> None:
    policy = policy_with()

    assert Policy.from_document(policy.document()) == policy
    assert set(policy.kinds) == set(KINDS)
    assert (policy.threshold_tenths, policy.rest_minutes, policy.lookback_days) == (375, 15, 14)


def test_a_kind_that_says_nothing_about_masks_follows_the_policy() -> None:
    assert policy_with(mask_required="advise").kinds["visitor"].mask == "advise"
    assert policy_with(mask_required=False).kinds["employee"].mask == "none"
    assert policy_with(mask_required=True).kinds["emergency"].mask == "none"


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        ({"threshold_tenths": 37.5}, "threshold_tenths: must be int"),
        ({"threshold_tenths": 999}, "threshold_tenths: must be from 340 to 425"),
        ({"after_last_high": "admit"}, "after_last_high: must be one of refer, refuse"),
        ({"mask_required": "yes"}, "mask_required: must be one of advise"),
        ({"kinds": {"visitor": {"mask": "maybe"}}}, "kinds.visitor.mask: must be one of"),
        ({"kinds": {"visitor": {"fields": ["shoe_size"]}}}, "kinds.visitor.fields[0]: must be one of"),
        ({"kinds": {"pirate": {}}}, "kinds.pirate: must be one of"),
        ({"quotas": {"site_max": -1}}, "quotas.site_max: must be from 0"),
        ({"overdue_at": "half past five"}, "overdue_at: must be a time"),
        ({"order": {"date": "24/11/2026"}}, "order.date: must be a date"),
        ({"surprise": 1}, "surprise: is not known"),
    ],
)
def test_a_wrong_policy_is_named_by_its_path(patch: Document, path: str) -> None:
    with pytest.raises(ValueError, match=r"^") as told:
        policy_with(**patch)

    assert str(told.value).startswith(path)


def test_a_policy_without_a_kind_is_refused() -> None:
    document = load(DEFAULTS / "policy.default.json")
    del document["kinds"]["citizen"]

    with pytest.raises(ValueError, match=r"^kinds\.citizen: is missing$"):
        Policy.from_document(document)


@dataclass(frozen=True)
class Row:
    name: str
    valid_from: datetime
    valid_until: datetime | None = None


def test_a_version_starts_and_ends_by_itself() -> None:
    usual = Row("usual", NOW)
    strict = Row("strict", NOW + timedelta(days=1), NOW + timedelta(days=2))

    def name_at(hours: int) -> str | None:
        found = policy_in_force([strict, usual], NOW + timedelta(hours=hours))
        return found.name if found else None

    assert [name_at(hours) for hours in (-1, 0, 23, 24, 47, 48, 999)] == [
        None, "usual", "usual", "strict", "strict", "usual", "usual",
    ]  # fmt: skip


def test_of_two_versions_that_begin_together_the_later_one_counts() -> None:
    assert policy_in_force([Row("first", NOW), Row("second", NOW)], NOW) == Row("second", NOW)


# --- Answers ---------------------------------------------------------------------------------------------------------


def questionnaire_with(questions: Mapping[str, Document]) -> Questionnaire:
    document = copy.deepcopy(load(DEFAULTS / "questionnaire.default.json"))
    for section in document["sections"]:
        for question in section["questions"]:
            question.update(questions.get(question["key"], {}))
    return Questionnaire.from_document(document)


@pytest.mark.parametrize("case", cases("answers.json"), ids=lambda case: case["name"])
def test_answers_mean_what_the_cases_say(case: Document) -> None:
    questionnaire = questionnaire_with(case["questions"])
    outcome = screen_answers(case["answers"], questionnaire)

    assert check_answers(case["answers"], questionnaire) == case["errors"]
    assert {"level": outcome.level, "codes": [*outcome.codes], "notes": [*outcome.notes]} == case["outcome"]


def test_the_default_questions_are_the_nine_symptoms_places_and_close_contact() -> None:
    questionnaire = questionnaire_with({})

    assert [question.type for question in questionnaire.questions] == ["yes_no"] * 9 + ["places", "yes_no"]
    assert Questionnaire.from_document(questionnaire.document()) == questionnaire


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        ({"cough": {"key": "fever"}}, "the key fever is there twice"),
        ({"cough": {"key": "truthful"}}, "the key truthful is there twice"),
        ({"cough": {"type": "choice"}}, "options of cough"),
        ({"cough": {"labels": {"vi": "Ho"}}}, r"sections\[0\].questions\[1\].labels.en: is missing"),
    ],
)
def test_a_wrong_questionnaire_is_refused(questions: dict[str, Document], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        questionnaire_with(questions)


@given(st.dictionaries(
    st.sampled_from(["fever", "cough", "places", "contact", "truthful"]),
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text() | st.integers())
    | st.dictionaries(st.text(), st.booleans(), max_size=1),
))  # fmt: skip
def test_any_answers_have_an_outcome_and_wrong_ones_are_never_clear(answers: dict[str, object]) -> None:
    questionnaire = questionnaire_with({})
    wrong = check_answers(answers, questionnaire).keys() - {"truthful"}

    assert not wrong or screen_answers(answers, questionnaire).level != "clear"


# --- Decision --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("decide.json"), ids=lambda case: case["name"])
def test_the_gate_decides_as_the_cases_say(case: Document) -> None:
    decision = decide(input_from(case["input"]), policy_with(**case["policy"]), datetime.fromisoformat(case["now"]))

    assert decision.document() == case["decision"]


measured = st.builds(Reading, st.integers(340, 425), st.none(), st.datetimes(timezones=st.just(UTC)))
unmeasured = st.builds(Reading, st.none(), st.sampled_from(get_args(NotMeasured)), st.datetimes(timezones=st.just(UTC)))
outcomes = st.none() | st.builds(Outcome, st.sampled_from(["clear", "caution", "stop"]), st.just(("symptom.cough",)))
inputs = st.builds(
    ScreeningInput,
    kind=st.sampled_from(KINDS),
    readings=st.lists(measured | unmeasured, max_size=5).map(tuple),
    outcome=outcomes,
    host_call=st.sampled_from((None, *get_args(HostCall))),
    channel=st.sampled_from(get_args(Channel)),
    filled=st.frozensets(st.sampled_from(["full_name", "birth_year", "unit", "purpose"])),
)
kinds = st.sampled_from(get_args(DecisionKind))
policies = st.builds(
    policy_with,
    threshold_tenths=st.integers(360, 390),
    threshold_inclusive=st.booleans(),
    rest_minutes=st.integers(0, 240),
    rest_enforced=st.booleans(),
    readings_max=st.integers(1, 9),
    after_last_high=st.sampled_from(["refer", "refuse"]),
    after_last_not_measured=st.sampled_from(["admit", "refer", "refuse"]),
    not_measured=st.fixed_dictionaries({"lo_hi": kinds, "broken": kinds, "declined": kinds}),
    answers=st.fixed_dictionaries({"caution": kinds, "stop": kinds}),
    host_call=st.fixed_dictionaries({"no_answer": kinds, "declined": kinds}),
)


@given(inputs, policies, st.datetimes(timezones=st.just(UTC)))
def test_nobody_whose_newest_number_is_at_the_limit_is_admitted(
    case: ScreeningInput, policy: Policy, now: datetime
) -> None:
    decision = decide(case, policy, now)
    numbers = [reading.tenths for reading in sorted(case.readings, key=lambda r: r.at) if reading.tenths is not None]

    if numbers and policy.is_high(numbers[-1]):
        assert decision.kind != "admit"
        assert decision.reasons


@given(inputs, policies)
def test_a_decision_depends_on_nothing_but_its_input(case: ScreeningInput, policy: Policy) -> None:
    shuffled = replace(case, readings=tuple(sorted(case.readings, key=lambda reading: reading.at)))

    assert decide(case, policy, NOW) == decide(case, policy, NOW) == decide(shuffled, policy, NOW)


@given(inputs, policies)
def test_answers_and_hosts_only_ever_make_a_decision_stricter(case: ScreeningInput, policy: Policy) -> None:
    bare = replace(case, outcome=None, host_call=None)

    assert RANK[decide(case, policy, NOW).kind] >= RANK[decide(bare, policy, NOW).kind]


# --- Leaving, limits, overrides --------------------------------------------------------------------------------------


def test_on_leaving_the_badge_and_where_asked_a_temperature_are_due() -> None:
    policy = policy_with(kinds={"visitor": {"exit_temperature": True}})
    visitor, employee = policy.kinds["visitor"], policy.kinds["employee"]

    assert screen_exit(visitor, policy, None, badge_open=True).missing == ("temperature", "badge_back")
    assert screen_exit(employee, policy, None, badge_open=False) == Decision("admit")


def test_a_high_temperature_on_leaving_is_told_and_keeps_nobody_inside() -> None:
    policy = policy_with()
    decision = screen_exit(policy.kinds["visitor"], policy, Reading(380, None, NOW), badge_open=False)

    assert decision.kind == "admit"
    assert decision.reasons == (Reason("exit_temperature_high", {"temperature_tenths": 380, "threshold_tenths": 375}),)


def test_a_reason_is_shown_in_degrees() -> None:
    values: dict[str, int | str] = {"temperature_tenths": 381, "threshold_tenths": 375, "codes": "symptom.cough"}

    assert shown_values(values) == {"temperature": "38,1", "threshold": "37,5", "codes": "symptom.cough"}
    assert shown_values(values, ".")["temperature"] == "38.1"


def test_each_full_quota_is_told_with_its_numbers() -> None:
    policy = policy_with(quotas={"site_max": 100, "gate_max": 10, "unit_max": {"u1": 2}})

    assert check_limits(Counts(99, 9, 1), policy, "u1") == ()
    assert [reason.code for reason in check_limits(Counts(100, 10, 2), policy, "u1")] == [
        "limit_site", "limit_gate", "limit_unit",
    ]  # fmt: skip
    assert check_limits(Counts(0, 0, 99), policy, "u2") == ()
    assert check_limits(Counts(0, 0, 99), policy, None) == ()
    assert check_limits(Counts(site=97), policy, None, people=4) == (Reason("limit_site", {"count": 97, "max": 100}),)


def test_without_quotas_nobody_is_too_many() -> None:
    assert check_limits(Counts(10**6, 10**6, 10**6), policy_with(), "u1") == ()


@pytest.mark.parametrize(
    ("kind", "wanted", "reason", "may", "code"),
    [
        ("recheck", "admit", "đo lại bằng máy khác", True, None),
        ("recheck", "admit", "đo lại bằng máy khác", False, "override_not_permitted"),
        ("admit", "refuse", "say rượu", False, None),
        ("admit", "refuse", "", False, "override_reason_missing"),
        ("admit", "refuse", " \u200b. ", False, "override_reason_missing"),
        ("admit", "refuse", "x" * 301, False, "override_reason_missing"),
        ("refer", "refer", "như trên", True, "override_same"),
    ],
)
def test_another_decision_needs_a_reason_and_to_be_milder_somebody_who_may(
    kind: DecisionKind, wanted: DecisionKind, reason: str, may: bool, code: str | None
) -> None:
    found = check_override(Decision(kind), wanted, reason, may_override=may)

    assert (found.allowed, found.code) == (code is None, code)
