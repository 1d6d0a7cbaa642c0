"""A tablet's outbox as a sealed file; kiosk_ui/src/tablet/carry.ts writes it and says the format."""

import base64
import binascii
from typing import Annotated, Any, Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.clerk import Instant

VERSION = 1
NONCE_BYTES = 12
MOST_LINES = 20_000
Text = Annotated[str, StringConstraints(max_length=60)]


class CarryError(Exception):
    """Why a file cannot be read in."""

    def __init__(self, code: str) -> None:
        """Keep the code; its text is `errors.<code>`."""
        super().__init__(code)
        self.code = code


class Envelope(BaseModel):
    """The file as it lies on a disk: whose it is in plain words, and the sealed lines."""

    model_config = ConfigDict(frozen=True)

    version: Annotated[int, Field(strict=True, ge=1)]
    site_id: Text
    device_id: Text
    count: Annotated[int, Field(strict=True, ge=0)]
    made_at: Text
    nonce: Text
    ciphertext: str

    @property
    def associated_data(self) -> bytes:
        """The plain fields that the seal covers."""
        plain = (self.version, self.site_id, self.device_id, self.count, self.made_at)
        return "\n".join(["gatebook-outbox", *map(str, plain)]).encode()


class CarriedLine(BaseModel):
    """A command of the outbox; None where the tablet itself could not read it any more."""

    id: UUID
    kind: Annotated[str, StringConstraints(max_length=60)]
    status: Literal["unsent", "refused"]
    code: Annotated[str, StringConstraints(max_length=60)] | None = None
    visit_of: UUID | None = None
    """The command that made the visit which this one is about, where the tablet never learnt the visit's id."""
    command: dict[str, Any] | None


class _Content(BaseModel):
    device_id: Text
    commands: Annotated[list[CarriedLine], Field(max_length=MOST_LINES)]


class _MadeAt(BaseModel):
    made_at: Instant


def read_envelope(text: str) -> Envelope:
    """Return the file's plain part; raises CarryError for anything else than such a file."""
    try:
        envelope = Envelope.model_validate_json(text)
    except ValidationError as error:
        raise CarryError("carry_not_a_file") from error
    if envelope.version != VERSION:
        raise CarryError("carry_newer")
    return envelope


def ids_of(envelope: Envelope) -> tuple[UUID, UUID]:
    """Return the site's and the device's id; raises CarryError."""
    try:
        return UUID(envelope.site_id), UUID(envelope.device_id)
    except ValueError as error:
        raise CarryError("carry_not_a_file") from error


def open_envelope(envelope: Envelope, key: bytes) -> list[CarriedLine]:
    """Return the lines, oldest first; raises CarryError where the file is not as the device sealed it."""
    try:
        nonce = base64.b64decode(envelope.nonce, validate=True)
        sealed = base64.b64decode(envelope.ciphertext, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CarryError("carry_altered") from error
    if len(nonce) != NONCE_BYTES:
        raise CarryError("carry_altered")
    try:
        plain = ChaCha20Poly1305(key).decrypt(nonce, sealed, envelope.associated_data)
        content = _Content.model_validate_json(plain)
        _MadeAt.model_validate({"made_at": envelope.made_at})
    except (InvalidTag, ValidationError, UnicodeError) as error:
        raise CarryError("carry_altered") from error
    if content.device_id != envelope.device_id or len(content.commands) != envelope.count:
        raise CarryError("carry_altered")
    return content.commands


def made_at(envelope: Envelope) -> Instant:
    """Return when the device sealed the file."""
    return _MadeAt.model_validate({"made_at": envelope.made_at}).made_at
