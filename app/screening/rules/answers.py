"""The questionnaire, and what the answers to it mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, cast

from app.kit.documents import Bounds, read, write
from app.kit.text import clean, fold
from app.screening.rules.policy import Texts

Level: TypeAlias = Literal["clear", "caution", "stop"]
Flag: TypeAlias = Literal["none", "caution", "stop"]

STATEMENT_KEY = "truthful"
ANSWER_LETTERS = 500
PLACES_MOST = 20
_LEVELS: Mapping[Flag, Level] = {"none": "clear", "caution": "caution", "stop": "stop"}
LEVEL_RANK: Mapping[Level, int] = {"clear": 0, "caution": 1, "stop": 2}
"""Which outcome is the stricter."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question."""

    key: Annotated[str, Bounds(1, 40)]
    labels: Texts
    flag: Flag = "none"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``code`` names what a yes means (``symptom.cough``), ``short`` is the tablet's word for it.

    A ``places`` question flags the places of ``watch`` only, or any place where ``watch`` is empty.
    """

    key: Annotated[str, Bounds(1, 40)]
    type: Literal["yes_no", "text", "places", "choice"]
    code: Annotated[str, Bounds(1, 60)]
    labels: Texts
    short: Texts
    required: bool = True
    flag: Flag = "none"
    options: tuple[Option, ...] = ()
    watch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading, on one of the declaration's three steps."""

    key: Annotated[str, Bounds(1, 40)]
    step: Literal["who", "whom", "health"]
    labels: Texts
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One immutable version of the questions; ``statement`` must be agreed to under the key ``truthful``.

    Labels may hold ``{lookback_days}``, which is the policy's.
    """

    sections: tuple[Section, ...]
    statement: Texts
    warning: Texts

    @staticmethod
    def from_document(document: Mapping[str, object]) -> "Questionnaire":
        """Return the questionnaire that a JSON document states; raises ValueError that begins with the wrong path."""
        found = read(Questionnaire, document)
        seen = {STATEMENT_KEY}
        for question in found.questions:
            if question.key in seen:
                raise ValueError(f"sections: the key {question.key} is there twice")
            if (question.type == "choice") != bool(question.options):
                raise ValueError(f"sections: options of {question.key} belong to a choice, and a choice needs them")
            seen.add(question.key)
        return found

    def document(self) -> dict[str, object]:
        """Return the questionnaire as JSON, every default spelled out."""
        return cast("dict[str, object]", write(self))

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        return tuple(question for section in self.sections for question in section.questions)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What answers mean: the strictest level, the codes that made it, and places and words as typed."""

    level: Level
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_answers(answers: Mapping[str, object], questionnaire: Questionnaire) -> dict[str, str]:
    """Return an error code per question: ``answer_missing``, ``answer_odd``, ``too_long`` or ``statement_missing``.

    Answers are true or false for ``yes_no``, a text, a list of texts for ``places``, an option's key for ``choice``.
    """
    found = {question.key: _answer_error(question, answers.get(question.key)) for question in questionnaire.questions}
    if answers.get(STATEMENT_KEY) is not True:
        found[STATEMENT_KEY] = "statement_missing"
    return {key: code for key, code in found.items() if code is not None}


def screen_answers(answers: Mapping[str, object], questionnaire: Questionnaire) -> Outcome:
    """Return what the answers mean; a required question left open, or answered oddly, is ``incomplete``: a caution."""
    level: Level = "clear"
    codes: list[str] = []
    notes: list[str] = []
    for question in questionnaire.questions:
        answer = answers.get(question.key)
        if _answer_error(question, answer) is not None:
            flagged: Level = "caution"
            code = "incomplete"
        else:
            flagged, code = _flag(question, answer)
            notes += _notes(question, answer)
        if flagged != "clear" and code not in codes:
            codes.append(code)
        level = max(level, flagged, key=LEVEL_RANK.__getitem__)
    return Outcome(level, tuple(codes), tuple(notes))


def _answer_error(question: Question, answer: object) -> str | None:
    if answer is None or answer in ("", []):
        # An empty list of places is an answer: nowhere.
        return "answer_missing" if question.required and question.type != "places" else None
    if question.type == "yes_no":
        return None if isinstance(answer, bool) else "answer_odd"
    if question.type == "choice":
        return None if answer in [option.key for option in question.options] else "answer_odd"
    texts = [answer] if question.type == "text" else answer
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in cast("list[object]", texts)):
        return "answer_odd"
    words = cast("list[str]", texts)
    if len(words) > PLACES_MOST or any(len(text) > ANSWER_LETTERS for text in words):
        return "too_long"
    return None


def _flag(question: Question, answer: object) -> tuple[Level, str]:
    level = _LEVELS[question.flag]
    if question.type == "choice":
        chosen = next((option for option in question.options if option.key == answer), None)
        return (_LEVELS[chosen.flag], f"{question.code}.{chosen.key}") if chosen else ("clear", question.code)
    if question.type == "places" and question.watch:
        places = " | ".join(fold(place) for place in cast("list[str]", answer or []))
        return (level if any(fold(name) in places for name in question.watch) else "clear"), question.code
    return (level if answer else "clear"), question.code


def _notes(question: Question, answer: object) -> list[str]:
    if question.type == "text" and answer:
        return [clean(cast("str", answer))]
    if question.type == "places" and answer:
        return [note for place in cast("list[str]", answer) if (note := clean(place))]
    return []
