"""The book's key in the words that whoever keeps it reads."""

from mnemonic import Mnemonic


def recovery_words(key: bytes) -> list[str]:
    """Return 24 English words (BIP 39) that stand for the book's key of 32 bytes."""
    return Mnemonic("english").to_mnemonic(key).split()


def key_of_words(text: str) -> bytes:
    """Return the key that 24 words stand for; raises ValueError where one is unknown or the last does not fit."""
    try:
        return bytes(Mnemonic("english").to_entropy(text.casefold().split()))
    except (LookupError, ValueError) as error:
        raise ValueError("recovery_words") from error
