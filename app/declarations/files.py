"""What a pass's QR carries: its ten digits, then a signed statement in decimal, that a tablet reads with no network.

A statement is made of bytes, and signed with Ed25519 by the key of one site:

    version 1 | site tag 4 | serial 4 | issued 4 | expires 4 | marks 1 | people 1
    | name 1 + n | unit 1 + n | signature 64

The site tag is the start of SHA-512 of the site's id; the serial is the pass's digits without their check digit; times
are minutes since 1970; marks are, from the lowest bit, the answers' outcome (2), the language (1), the kind (3) and
whether somebody said to have no papers (1). Numbers are big-endian, texts UTF-8. kiosk_ui/src/tablet/pass.ts is the
twin of this module; both run tests/cases/pass.json.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.db import EPOCH
from app.declarations.rules import CUT, PASS_DIGITS, check_digits, close_digits, scanned_digits
from app.screening.rules import Kind, Level

How: TypeAlias = Literal["whole", "forged", "altered", "expired", "foreign", "digits_only", "not_a_pass"]

VERSION = 1
TAG_BYTES = 4
SIGNATURE_BYTES = 64
NAME_BYTES = 40
UNIT_BYTES = 24
MOST_PEOPLE = 255
BLOCK_BYTES, BLOCK_DIGITS = 7, 17
LAST_DIGITS = (0, 3, 5, 8, 10, 13, 15)
"""How many digits the last block has, by its bytes: each length in digits belongs to one length in bytes."""
LEAST_BYTES = 1 + TAG_BYTES + 4 + 4 + 4 + 1 + 1 + 1 + 1 + SIGNATURE_BYTES
LEAST_DIGITS = 40
"""Fewer digits than this are somebody else's code (an identity number, goods), not a pass that was cut short."""
OUTCOMES: Sequence[Level] = ("clear", "caution", "stop")
LANGUAGES = ("vi", "en")
KINDS: Sequence[Kind] = ("visitor", "delivery", "invited", "citizen", "emergency", "employee")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a pass says by itself: of the declarant, and how many come along. No answers, no number, no phone.

    Times are whole minutes; `name` and `unit` end in "…" where they were too long.
    """

    digits: str
    issued_at: datetime
    expires_at: datetime
    outcome: Level
    language: Literal["vi", "en"]
    kind: Kind
    no_papers: bool
    people: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class PassReading:
    """What a scanned text is worth. `statement` is there where its signature holds: whole or expired.

    `digits` are the pass's own, unless the text is none or was put together from two.
    """

    how: How
    digits: str | None = None
    statement: Statement | None = None


def pass_key(key: Ed25519PrivateKey) -> str:
    """Return the public key by which tablets check passes, in base64url without padding."""
    return base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()


def write_pass(statement: Statement, site_id: UUID, key: Ed25519PrivateKey) -> str:
    """Return the text of a pass's QR, digits only: no input method can garble it."""
    body = _body(statement, site_id)
    return statement.digits + _decimal(body + key.sign(body))


def read_pass(text: str, site_id: UUID, key: Ed25519PublicKey, now: datetime) -> PassReading:
    """Return what a scanned or typed text is worth at `now`; only `whole` may be acted on unseen by the server."""
    digits = scanned_digits(text)
    if digits is None or len(digits) < PASS_DIGITS:
        return PassReading("not_a_pass")
    head, tail = digits[:PASS_DIGITS], digits[PASS_DIGITS:]
    known = head if check_digits(head) else None
    if not tail:
        return PassReading("digits_only", known) if known else PassReading("not_a_pass")
    signed = _bytes(tail) if len(digits) >= LEAST_DIGITS else None
    if signed is None or len(signed) < LEAST_BYTES or signed[0] != VERSION:
        return PassReading("altered") if known and len(digits) >= LEAST_DIGITS else PassReading("not_a_pass")
    return _weigh(head, signed, site_id, key, now)


def _weigh(head: str, signed: bytes, site_id: UUID, key: Ed25519PublicKey, now: datetime) -> PassReading:
    """Return what signed bytes are worth behind a pass's digits."""
    if signed[1 : 1 + TAG_BYTES] != _tag(site_id):
        return PassReading("foreign")
    body, signature = signed[:-SIGNATURE_BYTES], signed[-SIGNATURE_BYTES:]
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return PassReading("forged", head if check_digits(head) else None)
    statement = _statement(body)
    if statement is None or statement.digits != head:
        return PassReading("altered")
    return PassReading("whole" if now < statement.expires_at else "expired", head, statement)


def _tag(site_id: UUID) -> bytes:
    return hashlib.sha512(site_id.bytes).digest()[:TAG_BYTES]


def _body(statement: Statement, site_id: UUID) -> bytes:
    marks = (
        OUTCOMES.index(statement.outcome)
        | LANGUAGES.index(statement.language) << 2
        | KINDS.index(statement.kind) << 3
        | statement.no_papers << 6
    )
    return b"".join(
        (
            bytes([VERSION]),
            _tag(site_id),
            int(statement.digits[:-1]).to_bytes(4),
            _minutes(statement.issued_at).to_bytes(4),
            _minutes(statement.expires_at).to_bytes(4),
            bytes([marks, min(statement.people, MOST_PEOPLE)]),
            _text(statement.name, NAME_BYTES),
            _text(statement.unit, UNIT_BYTES),
        )
    )


def _minutes(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds()) // 60


def _text(text: str, most: int) -> bytes:
    encoded = cut(text, most).encode()
    return bytes([len(encoded)]) + encoded


def cut(text: str, most: int) -> str:
    """Return the text, or as many whole characters of it as fit into `most` bytes of UTF-8 with "…" after them."""
    encoded = text.encode()
    if len(encoded) <= most:
        return text
    return encoded[: most - len(CUT.encode())].decode(errors="ignore").rstrip() + CUT


def _decimal(value: bytes) -> str:
    """Return bytes as digits, seven bytes in seventeen at a time."""
    blocks = [value[at : at + BLOCK_BYTES] for at in range(0, len(value), BLOCK_BYTES)]
    return "".join(f"{int.from_bytes(block):0{_width(len(block))}d}" for block in blocks)


def _width(size: int) -> int:
    return BLOCK_DIGITS if size == BLOCK_BYTES else LAST_DIGITS[size]


def _bytes(digits: str) -> bytes | None:
    """Return the bytes that digits stand for; None where no bytes are written so."""
    found: list[bytes] = []
    for at in range(0, len(digits), BLOCK_DIGITS):
        block = digits[at : at + BLOCK_DIGITS]
        size = BLOCK_BYTES if len(block) == BLOCK_DIGITS else _size(len(block))
        if size is None or int(block) >= 1 << 8 * size:
            return None
        found.append(int(block).to_bytes(size))
    return b"".join(found)


def _size(width: int) -> int | None:
    return LAST_DIGITS.index(width) if width in LAST_DIGITS else None


def _statement(body: bytes) -> Statement | None:
    """Return what a body of this version says; None where it is not of its shape."""
    numbers = [int.from_bytes(body[at : at + 4]) for at in (5, 9, 13)]
    marks, people = body[17], body[18]
    name, rest = _read_text(body[19:])
    unit, rest = _read_text(rest or b"")
    outcome, kind = marks & 3, marks >> 3 & 7
    if name is None or unit is None or rest or marks >> 7 or outcome >= len(OUTCOMES) or kind >= len(KINDS):
        return None
    return Statement(
        digits=close_digits(f"{numbers[0]:09d}"),
        issued_at=datetime.fromtimestamp(numbers[1] * 60, EPOCH.tzinfo),
        expires_at=datetime.fromtimestamp(numbers[2] * 60, EPOCH.tzinfo),
        outcome=OUTCOMES[outcome],
        language="en" if marks >> 2 & 1 else "vi",
        kind=KINDS[kind],
        no_papers=bool(marks >> 6 & 1),
        people=people,
        name=name,
        unit=unit,
    )


def _read_text(value: bytes) -> tuple[str | None, bytes | None]:
    """Return a text and what follows it; None for both where its bytes are not all there or no UTF-8."""
    if not value or len(value) <= value[0]:
        return None, None
    try:
        return value[1 : 1 + value[0]].decode(), value[1 + value[0] :]
    except UnicodeDecodeError:
        return None, None
