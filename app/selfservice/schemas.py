"""A form as a browser sends it, and the command that it amounts to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from starlette.datastructures import FormData

from app.declarations.rules import Birth, Errors, normalise_plate, parse_birth
from app.declarations.schemas import Person, normal_phone
from app.kit.text import clean
from app.selfservice import rules
from app.selfservice.commands import AmendDeclaration, Declare, DeclaredPerson
from app.selfservice.rules import Asked, Screen, Values

NOTICE = "notice"
AGREE = "agree."
MOST_LETTERS = 20_000


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form: its id, the notice it showed, what was agreed to, where it stood, and what was typed."""

    form_id: str
    notice_version: str
    agreed: frozenset[str]
    screen: str
    go: str
    values: dict[str, str]


def read_form(sent: FormData, asked: Asked) -> Sent:
    """Return what was sent; unknown fields are passed over, and no text is longer than any that can be right."""
    texts = {name: _text(value) for name, value in sent.multi_items() if isinstance(value, str)}
    known = rules.field_names(texts, asked)
    values = {name: texts[name] for name in known if name in texts}
    values[rules.COMPANIONS] = str(rules.companions(values))
    agreed = frozenset(
        name.removeprefix(AGREE) for name, value in texts.items() if name[:6] == AGREE and value == "yes"
    )
    return Sent(
        form_id=texts.get("command_id", ""),
        notice_version=texts.get(NOTICE, ""),
        agreed=agreed,
        screen=texts.get("screen", NOTICE),
        go=texts.get("go", "next"),
        values=values,
    )


def _text(value: str) -> str:
    # No page can show a NUL, and no database of the two keeps one.
    return value.replace("\x00", "")[:MOST_LETTERS]


def check(screen: Screen, values: Values, asked: Asked) -> Errors:
    """Return what is wrong on a screen, the form of the phone number included, in the order of its fields."""
    found = rules.check_screen(screen, values, asked)
    phone = clean(values.get("phone", ""))
    if "phone" in screen.fields and phone and "phone" not in found and normal_phone(phone) is None:
        found["phone"] = "phone"
    return {name: found[name] for name in rules.names_on(screen, values) if name in found}


def first_wrong(screens: Iterable[Screen], values: Values, asked: Asked) -> tuple[Screen, Errors] | None:
    """Return the first screen with something wrong on it, and what."""
    return next(((screen, wrong) for screen in screens if (wrong := check(screen, values, asked))), None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a form is filled in."""

    gate_id: UUID
    language: Literal["vi", "en"]
    notice_version: int


def declare_of(values: Values, asked: Asked, place: Place) -> Declare:
    """Return the command that a form without errors amounts to."""
    people = [_person(at, values, asked) for at in range(1 + rules.companions(values))]
    count = clean(values.get("people_count", ""))
    unit = values.get("unit", "")
    return Declare(
        gate_id=place.gate_id,
        channel=asked.channel,
        language=place.language,
        notice_version=place.notice_version,
        visit_kind=rules.kind_of(values, asked),
        people=people,
        unit_id=UUID(unit) if unit else None,
        host_name=clean(values.get("host", "")),
        purpose=clean(values.get("purpose", "")),
        plate=normalise_plate(values.get("plate", "")),
        people_count=int(count) if count else None,
        on_word_of=clean(values.get("on_word_of", "")),
    )


def amendment_of(command: Declare, form_id: UUID) -> AmendDeclaration:
    """Return the command that states the same once more, as an amendment of the form that was sent before."""
    fields: dict[str, Any] = {name: getattr(command, name) for name in Declare.model_fields if name != "kind"}
    return AmendDeclaration(form_id=form_id, **fields)


def _person(at: int, values: Values, asked: Asked) -> DeclaredPerson:
    typed = {name: clean(values.get(rules.prefix(at) + name, "")) for name in rules.PERSON_FIELDS}
    birth = parse_birth(typed["birth_year"], asked.today)
    person = Person.model_validate(
        {
            "name": typed["full_name"],
            "birth_year": birth.year if isinstance(birth, Birth) else None,
            "birth_date": birth.day if isinstance(birth, Birth) else None,
            "sex": typed["sex"] or None,
            "nationality": typed["nationality"] or None,
            "phone": typed["phone"],
            "identity_type": typed["identity_type"] or None,
            "identity_number": typed["identity_number"],
            "organisation": typed["organisation"],
            "address": typed["address"],
        }
    )
    return DeclaredPerson(person=person, answers=rules.answers_of(at, values, asked.questionnaire))
