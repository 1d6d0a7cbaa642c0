"""Which words of the recovery sheet are asked back, and whether they are right."""

from collections.abc import Sequence
from uuid import UUID

HALF = 12


def asked_words(site_id: UUID) -> tuple[int, int]:
    """Return the places (from 1 to 24) of two words, one of each half, always the same for one office."""
    number = site_id.int
    return 1 + number % HALF, 1 + HALF + number // HALF % HALF


def is_word(typed: str, words: Sequence[str], place: int) -> bool:
    """Tell whether `typed` is the word at a place; its first four letters are enough, as they are unique."""
    word, said = words[place - 1], typed.strip().casefold()
    return said == word or (len(said) >= 4 and word.startswith(said))  # noqa: PLR2004 - BIP 39's own property
