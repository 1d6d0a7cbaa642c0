"""Writing declarations and issuing passes, on behalf of whoever takes the declaration."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from app.clerk import Work
from app.db import Closing
from app.declarations import repository
from app.declarations.models import Declaration, Pass
from app.kit.ids import new_id
from app.screening.queries import QuestionsInForce
from app.screening.rules import Outcome, Questionnaire, screen_answers

Channel = Literal["phone", "stand", "guard", "paper"]


@dataclass(frozen=True, slots=True)
class PassOrder:
    """What a new pass is for."""

    gate_id: UUID
    form_id: UUID
    channel: Literal["phone", "stand", "guard"]
    language: str
    people: int
    valid_hours: int


def issue_pass(work: Work, order: PassOrder) -> Pass:
    """Make a pass with a fresh secret address and fresh digits, unrelated to each other."""
    pass_id, token = new_id(), repository.new_token()
    digits = repository.fresh_digits(work.session, work.site_id)
    place = f"pass.token:{work.site_id}:{pass_id}"
    made = Pass(
        site_id=work.site_id,
        id=pass_id,
        gate_id=order.gate_id,
        form_id=order.form_id,
        digits=digits,
        token_closed=work.book.closing.close(token, place, secrets.token_bytes(12)),
        channel=order.channel,
        language=order.language,
        people=order.people,
        created_at=work.received_at,
        expires_at=work.received_at + timedelta(hours=order.valid_hours),
    )
    work.session.add(made)
    work.session.flush()
    names = {"site_id": work.site_id, "pass_id": pass_id}
    connection = work.session.connection()
    connection.execute(repository.PASS_TOKENS.insert(), names | {"token_hash": repository.token_hash(token)})
    connection.execute(repository.PASS_DIGITS.insert(), names | {"digits": digits})
    return made


@dataclass(frozen=True, slots=True)
class Stated:
    """One person's answers as they were given, with the versions of what was asked and agreed to."""

    answers: Mapping[str, Any]
    channel: Channel
    pass_id: UUID | None = None
    notice_version: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A declaration that will stand when the batch ends: its id, and what its answers mean."""

    id: UUID
    outcome: str
    flags: list[dict[str, Any]]


def write_declaration(work: Work, stated: Stated, questions: QuestionsInForce, at: datetime) -> Written:
    """Write a declaration: its answers closed, what they mean beside them."""
    outcome = screen_answers(stated.answers, questions.questionnaire)
    declaration_id = new_id()
    flags = flags_of(outcome, questions.questionnaire)
    work.later(
        repository.DECLARATIONS,
        {
            "site_id": work.site_id,
            "id": declaration_id,
            "pass_id": stated.pass_id,
            "channel": stated.channel,
            "questionnaire_version": questions.version,
            "notice_version": stated.notice_version,
            "answers_closed": close_answers(work.book.closing, work.site_id, declaration_id, stated.answers),
            "outcome": outcome.level,
            "flags": flags,
            "submitted_at": at,
        },
    )
    return Written(declaration_id, outcome.level, flags)


def close_answers(closing: Closing, site_id: UUID, declaration_id: UUID, answers: Mapping[str, Any]) -> bytes:
    """Return answers as ciphertext bound to their declaration."""
    text = json.dumps(dict(answers), ensure_ascii=False)
    return closing.close(text, f"declaration.answers:{site_id}:{declaration_id}", secrets.token_bytes(12))


def open_answers(closing: Closing, declaration: Declaration) -> dict[str, Any]:
    """Return the answers of a declaration; the act of opening them is journalled by the caller first."""
    place = f"declaration.answers:{declaration.site_id}:{declaration.id}"
    return json.loads(closing.open(declaration.answers_closed, place))


def flags_of(outcome: Outcome, questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """Return what the gate is shown of answers: {"code", "vi", "en"} per flag, and the places as typed."""
    shorts = {question.code: question.short for question in questionnaire.questions}
    flags: list[dict[str, Any]] = []
    for code in outcome.codes:
        short = shorts.get(code) or shorts.get(code.rpartition(".")[0])
        flags.append({"code": code, "vi": short.vi if short else code, "en": short.en if short else code})
    return flags + [{"code": "note", "vi": note, "en": note} for note in outcome.notes]


def spend_pass(work: Work, pass_id: UUID, at: datetime) -> None:
    """Mark a pass as used, the first time that somebody of its party is decided about."""
    work.connection.execute(repository.SPEND, {"site": work.site_id, "of": pass_id, "used_at": at})


def unspend_pass(work: Work, pass_id: UUID) -> None:
    """Let a pass be used again after the act that spent it was undone."""
    work.connection.execute(repository.UNSPEND, {"site": work.site_id, "of": pass_id})
