"""The declaration as screens that are asked one after another, and what is wrong with what was typed on each.

Values are texts by field name. A companion's fields begin with ``c1.``, ``c2.``…, an answer's with ``a.``: the
third companion's fever is ``c3.a.fever``. Errors are codes by field name, in the order in which fields are asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from app.declarations.rules import Errors, check_companion, check_person, warn_person
from app.kit.text import clean
from app.screening.rules import STATEMENT_KEY, Kind, Policy, Question, Questionnaire, Section, check_answers

Values: TypeAlias = Mapping[str, str]
Step: TypeAlias = Literal["who", "whom", "health"]

STEPS: tuple[Step, ...] = ("who", "whom", "health")
MOST_COMPANIONS = 20
COMPANION_FIELDS = ("full_name", "birth_year", "sex", "identity_type", "identity_number")
PERSON_FIELDS = (
    "full_name", "birth_year", "sex", "nationality", "phone", "identity_type", "identity_number", "organisation",
    "address",
)  # fmt: skip
WHOM_FIELDS = ("unit", "host", "purpose", "plate", "people_count", "on_word_of")
ONLY_WHERE_ASKED = frozenset({"people_count", "on_word_of"})
KINDS: tuple[Kind, ...] = ("visitor", "citizen")
"""Kinds that somebody may declare for themselves; a guard knows of the others."""
COMPANIONS, SAME, SEEN_WARNING, KIND = "companions", "same_for_all", "seen_warning", "kind"
STAND_PARTS: Mapping[Step, tuple[tuple[str, ...], ...]] = {
    "who": (
        (KIND,),
        ("full_name", "birth_year", "sex"),
        ("nationality", "identity_type", "identity_number"),
        ("phone", "organisation", "address"),
        (COMPANIONS,),
    ),
    "whom": (("unit", "host"), ("purpose", "plate", "people_count", "on_word_of")),
}
PHONE_PARTS: Mapping[Step, tuple[tuple[str, ...], ...]] = {
    "who": ((KIND, *PERSON_FIELDS, COMPANIONS),),
    "whom": (WHOM_FIELDS,),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks: the policy and questions in force, the site's units, and where it is filled in."""

    policy: Policy
    questionnaire: Questionnaire
    unit_ids: frozenset[str]
    today: date
    stand: bool = False

    @property
    def channel(self) -> Literal["phone", "stand"]:
        """The channel by which the declaration comes."""
        return "stand" if self.stand else "phone"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that the declarant chooses from: those that ask for a declaration."""
        return tuple(kind for kind in KINDS if self.policy.kinds[kind].declaration != "none") or KINDS[:1]


@dataclass(frozen=True, slots=True)
class Screen:
    """What is asked at once: some fields, some sections of questions, about one person (0 is the declarant)."""

    key: str
    step: Step
    fields: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    person: int = 0
    statement: bool = False

    @property
    def number(self) -> int:
        """Which of the three steps it is part of."""
        return STEPS.index(self.step) + 1


def companions(values: Values) -> int:
    """Return how many come along."""
    typed = values.get(COMPANIONS, "")
    return min(int(typed), MOST_COMPANIONS) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0  # noqa: PLR2004


def kind_of(values: Values, asked: Asked) -> Kind:
    """Return the kind of visit that was chosen, or the first that may be."""
    chosen: dict[str, Kind] = {kind: kind for kind in asked.kinds}
    return chosen.get(values.get(KIND, ""), asked.kinds[0])


def prefix(person: int) -> str:
    """Return what a person's field names begin with."""
    return f"c{person}." if person else ""


def screens(values: Values, asked: Asked) -> tuple[Screen, ...]:
    """Return the screens of a form, in order; how many there are depends on who comes along."""
    parts = STAND_PARTS if asked.stand else PHONE_PARTS
    found = [screen for step in ("who", "whom") for screen in _plain_screens(step, parts[step], values, asked)]
    people = 1 if values.get(SAME) == "yes" else 1 + companions(values)
    health = tuple(section for section in asked.questionnaire.sections if section.step == "health")
    for person in range(people):
        found += _health_screens(person, health, asked)
    return tuple(found)


def _plain_screens(step: Step, parts: tuple[tuple[str, ...], ...], values: Values, asked: Asked) -> Iterator[Screen]:
    shown = asked.policy.kinds[kind_of(values, asked)].fields
    sections = tuple(section for section in asked.questionnaire.sections if section.step == step)
    for at, part in enumerate(parts):
        fields = tuple(
            name
            for name in part
            if (name not in ONLY_WHERE_ASKED or name in shown) and (name != KIND or len(asked.kinds) > 1)
        )
        here = sections if at == len(parts) - 1 else ()
        if fields or here:
            yield Screen(f"{step}.{at}", step, fields, here)


def _health_screens(person: int, sections: tuple[Section, ...], asked: Asked) -> Iterator[Screen]:
    groups = [(section,) for section in sections] if asked.stand and sections else [sections]
    for at, group in enumerate(groups):
        yield Screen(f"health.{person}.{at}", "health", (), group, person, at == len(groups) - 1)


def field_names(values: Values, asked: Asked) -> tuple[str, ...]:
    """Return every field that a form may carry: nothing else that was sent is looked at."""
    shown = asked.policy.kinds[kind_of(values, asked)].fields
    whom = [name for name in WHOM_FIELDS if name not in ONLY_WHERE_ASKED or name in shown]
    names = [KIND, *PERSON_FIELDS, *whom, COMPANIONS, SAME, SEEN_WARNING]
    questions = [f"a.{question.key}" for question in asked.questionnaire.questions] + [STATEMENT_KEY]
    for person in range(1 + companions(values)):
        own = COMPANION_FIELDS if person else ()
        names += [prefix(person) + name for name in (*own, *questions)]
    return tuple(names)


def names_on(screen: Screen, values: Values) -> tuple[str, ...]:
    """Return the fields that a screen shows, in their order."""
    names: list[str] = []
    for field in screen.fields:
        if field == COMPANIONS:
            names += [prefix(at) + name for at in range(1, 1 + companions(values)) for name in COMPANION_FIELDS]
        else:
            names.append(field)
    own = prefix(screen.person)
    names += [f"{own}a.{question.key}" for section in screen.sections for question in section.questions]
    if screen.statement:
        names.append(own + STATEMENT_KEY)
    if SAME in extras_on(screen, values):
        names.append(SAME)
    return tuple(names)


def extras_on(screen: Screen, values: Values) -> frozenset[str]:
    """Return the comforts that a screen offers beside its questions."""
    alike = screen.step == "health" and screen.person == 0 and screen.statement and companions(values) > 0
    return frozenset({SAME}) if alike else frozenset()


def required_on(screen: Screen, values: Values, asked: Asked) -> frozenset[str]:
    """Return the fields of a screen that may not be left empty."""
    rule = asked.policy.kinds[kind_of(values, asked)]
    missing = check_person({}, rule, asked.today, asked.channel)
    needed = {name for name, code in missing.items() if code.endswith("_missing")}
    if COMPANIONS in screen.fields:
        for at in range(1, 1 + companions(values)):
            bare = {"birth_year": values.get(f"c{at}.birth_year", "")}
            needed |= {f"c{at}.{name}" for name in check_companion(bare, rule, asked.today, asked.channel)}
            needed |= {f"c{at}.full_name", f"c{at}.birth_year"}
    own = prefix(screen.person)
    needed |= {f"{own}a.{q.key}" for section in screen.sections for q in section.questions if q.required}
    return frozenset(needed | {own + STATEMENT_KEY}) & frozenset(names_on(screen, values))


def check_screen(screen: Screen, values: Values, asked: Asked) -> Errors:
    """Return an error code per wrong field of one screen, in the order of its fields."""
    rule = asked.policy.kinds[kind_of(values, asked)]
    found: Errors = {}
    if screen.fields:
        own = {name: values.get(name, "") for name in (*PERSON_FIELDS, *WHOM_FIELDS)}
        found |= check_person(own, rule, asked.today, asked.channel)
        if clean(own["unit"]) and own["unit"] not in asked.unit_ids:
            found["unit"] = "unit_unknown"
    if COMPANIONS in screen.fields:
        for at in range(1, 1 + companions(values)):
            theirs = {name: values.get(f"c{at}.{name}", "") for name in COMPANION_FIELDS}
            wrong = check_companion(theirs, rule, asked.today, asked.channel)
            found |= {f"c{at}.{name}": code for name, code in wrong.items()}
    if screen.sections or screen.statement:
        wrong = check_answers(answers_of(screen.person, values, asked.questionnaire), asked.questionnaire)
        named = {key if key == STATEMENT_KEY else f"a.{key}": code for key, code in wrong.items()}
        found |= {prefix(screen.person) + name: code for name, code in named.items()}
    return {name: found[name] for name in names_on(screen, values) if name in found}


def warn_screen(screen: Screen, values: Values, asked: Asked) -> Errors:
    """Return what is odd on a screen though possible, until it was shown once for these very values."""
    if "identity_number" not in screen.fields or values.get(SEEN_WARNING) == warned_of(values):
        return {}
    return warn_person({name: values.get(name, "") for name in PERSON_FIELDS}, asked.today)


def warned_of(values: Values) -> str:
    """Return the values that a warning is about, so that it is not repeated for them."""
    return "|".join(values.get(name, "") for name in ("identity_number", "birth_year", "sex"))


def answers_of(person: int, values: Values, questionnaire: Questionnaire) -> dict[str, bool | str | list[str]]:
    """Return one person's answers; what belongs to no health section the declarant answered for all."""
    alike = person if values.get(SAME) != "yes" else 0
    answers: dict[str, bool | str | list[str]] = {}
    for section in questionnaire.sections:
        own = prefix(alike if section.step == "health" else 0)
        for question in section.questions:
            answer = _answer(question, values.get(f"{own}a.{question.key}", ""))
            if answer is not None:
                answers[question.key] = answer
    if values.get(prefix(alike) + STATEMENT_KEY) == "yes":
        answers[STATEMENT_KEY] = True
    return answers


def _answer(question: Question, typed: str) -> bool | str | list[str] | None:
    if question.type == "places":
        return [place for line in typed.splitlines() if (place := clean(line))]
    if question.type == "yes_no":
        return {"yes": True, "no": False}.get(typed, typed or None)
    return (clean(typed) if question.type == "text" else typed) or None


def without_companion(values: Values, gone: int) -> dict[str, str]:
    """Return the values with one companion taken out and those after moved up."""
    kept: dict[str, str] = {}
    for name, value in values.items():
        head, dot, rest = name.partition(".")
        at = int(head[1:]) if dot and head[:1] == "c" and head[1:].isdecimal() else 0
        if at != gone or at == 0:
            kept[f"c{at - 1}.{rest}" if at > gone else name] = value
    return kept | {COMPANIONS: str(max(0, companions(values) - 1))}
