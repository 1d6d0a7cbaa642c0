"""Thousands of made-up cases with the answers of the Python rules, for their twins in kiosk_ui/src/rules.

``python -m tests.cases.generated build/cases.json`` writes one JSON object of lists. The cases are the same in every
run; each has the shape of the hand-written tables beside this file, so that one which the two sides answer differently
can be moved there as it is.
"""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from app.declarations.rules import (
    check_companion,
    check_digits,
    check_person,
    normalise_digits,
    normalise_identity,
    warn_person,
)
from app.kit.documents import read, write
from app.kit.text import clean, fold, mask_tail
from app.screening.rules import (
    Counts,
    Decision,
    DecisionKind,
    KindRule,
    Outcome,
    Policy,
    Questionnaire,
    Reading,
    ScreeningInput,
    check_answers,
    check_limits,
    check_override,
    decide,
    parse_temperature,
    screen_answers,
    screen_exit,
)
from tests.cases import wild
from tests.cases.wild import NOW, Document, Wild

POLICIES = 150


def _examples(strategy: Wild, count: int) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )  # fmt: skip
    @given(strategy)
    def collect(case: Any) -> None:
        # Two halves of one character that stand apart here would be one character in JSON.
        found.append(json.loads(json.dumps(case)))

    collect()
    return found


def _screening(document: Document, at: int, policy: Policy) -> Document:
    taken = tuple(Reading(r["tenths"], r["reason"], datetime.fromisoformat(r["at"])) for r in document["readings"])
    told = document["outcome"]
    outcome = Outcome(told["level"], tuple(told["codes"]), tuple(told["notes"])) if told else None
    values: Document = {**document, "readings": taken, "outcome": outcome, "filled": frozenset(document["filled"])}
    case = ScreeningInput(**values)
    leaving = screen_exit(policy.kinds[case.kind], policy, taken[0] if taken else None, badge_open=case.badge)
    return {
        "policy": at, "input": document, "now": NOW.isoformat(),
        "decision": decide(case, policy, NOW).document(), "leaving": leaving.document(),
    }  # fmt: skip


def _answer(case: tuple[Document, Document]) -> Document:
    asked, answers = Questionnaire.from_document(case[0]), case[1]
    outcome = write(screen_answers(answers, asked))
    return {"questionnaire": case[0], "answers": answers, "outcome": outcome, "errors": check_answers(answers, asked)}


def _person(case: Document) -> Document:
    today, check = date.fromisoformat(case["today"]), check_person if case["who"] == "person" else check_companion
    rule = read(KindRule, case["rule"])
    return {
        **case,
        "errors": check(case["fields"], rule, today, case["channel"]),
        "warnings": warn_person(case["fields"], today),
        "identity": normalise_identity(case["fields"].get("identity_number", "")),
    }


def _limit(case: tuple[list[int], str | None, int, Document]) -> Document:
    counts, unit, people, document = case
    policy = Policy.from_document(document)
    reasons = check_limits(Counts(*counts), policy, unit, people)
    return {"counts": counts, "unit": unit, "people": people, "quotas": write(policy.quotas), "reasons": write(reasons)}


def _override(case: tuple[DecisionKind, DecisionKind, str, bool]) -> Document:
    kind, wanted, reason, may = case
    code = check_override(Decision(kind), wanted, reason, may_override=may).code
    return {"kind": kind, "wanted": wanted, "reason": reason, "may": may, "code": code}


def _each(strategy: Wild, count: int, told: Callable[[Any], Document]) -> list[Document]:
    return [told(case) for case in _examples(strategy, count)]


def generate() -> dict[str, list[Document]]:
    """Return every list of cases by its name; a screening names its policy by the place among ``policies``."""
    policies = [Policy.from_document(document) for document in _examples(wild.policies, POLICIES)]
    inputs = enumerate(_examples(wild.inputs, 3000))
    return {
        "policies": [policy.document() for policy in policies],
        "screenings": [_screening(found, at % len(policies), policies[at % len(policies)]) for at, found in inputs],
        "answers": _each(wild.asked_and_answered, 1000, _answer),
        "persons": _each(wild.persons, 1000, _person),
        "temperatures": _each(
            wild.typed_temperatures, 500, lambda text: {"text": text, "tenths": parse_temperature(text)}
        ),
        "digits": _each(
            wild.typed_digits,
            500,
            lambda text: {"text": text, "ok": check_digits(text), "digits": normalise_digits(text)},
        ),
        "texts": _each(wild.texts, 1500, _text),
        "letters": [_text(letter) for letter in [*wild.KNOWN, *wild.ODD]],
        "limits": _each(wild.limits, 300, _limit),
        "overrides": _each(wild.overrides, 300, _override),
    }


def _text(text: str) -> Document:
    return {"text": text, "folded": fold(text), "cleaned": clean(text), "masked": mask_tail(text)}


def main(to: Path) -> None:
    """Write the cases to a file; nothing of it is left when that fails."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(generate()), "ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
