"""Whether an office is set up, and its book's key in the words that whoever keeps it reads."""

from uuid import UUID

from mnemonic import Mnemonic
from sqlalchemy.orm import Session

from app.journal.queries import story
from app.sites.models import Site
from app.sites.repository import sites

RECOVERY_KEPT = "RecoverySheetKept"


def first_site(session: Session) -> Site | None:
    """Return the office that the book was set up with, if it was."""
    return next(iter(sites(session)), None)


def recovery_is_kept(session: Session, site_id: UUID) -> bool:
    """Tell whether somebody has shown that the recovery sheet is at hand."""
    return any(line.event == RECOVERY_KEPT for line in story(session, site_id, ("site", site_id)))


def recovery_words(key: bytes) -> list[str]:
    """Return 24 English words (BIP 39) that stand for the book's key of 32 bytes."""
    return Mnemonic("english").to_mnemonic(key).split()


def key_of_words(text: str) -> bytes:
    """Return the key that 24 words stand for; raises ValueError where one is unknown or the last does not fit."""
    try:
        return bytes(Mnemonic("english").to_entropy(text.casefold().split()))
    except (LookupError, ValueError) as error:
        raise ValueError("recovery_words") from error
