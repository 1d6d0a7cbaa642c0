"""Vietnamese text: what is stored, what is searched, and how lists are sorted."""

import re
import unicodedata
from typing import TypeAlias

# Documents carry the Icelandic eth (U+00D0, U+00F0) where a Vietnamese D with stroke is meant.
_D_LETTERS = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
# A Vietnamese đ begins its word and an Icelandic ð never does: that tells Ðức from Guðrún.
_ETH_FIRST = re.compile(r"(?<![^\W\d_])([ðÐ])(?=[^\W\d_])")
_ETH_TO_D = {"ð": "đ", "Ð": "Đ"}
# Soft hyphen, zero-width and direction marks, annotation marks: seen by nobody, typed by no honest hand.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; none (ngang) comes before them
_BULLETS = "••••••"

SortKey: TypeAlias = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def fold(text: str) -> str:
    """Return the form in which text is searched: no accents, no case, single spaces; idempotent."""
    letters = unicodedata.normalize("NFC", text).translate(_D_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.category(c).startswith("M"))
    return " ".join(bare.casefold().split())


def clean(text: str) -> str:
    """Return what was typed in the form that is stored.

    Control characters, lone surrogates, direction marks and zero-width characters go, white space is squeezed and
    trimmed, the rest is NFC, and an eth that begins a word becomes the Vietnamese letter. Nothing else changes.
    """
    seen = _CONTROL.sub("", _UNSEEN.sub("", text))
    composed = unicodedata.normalize("NFC", seen)
    return " ".join(_ETH_FIRST.sub(lambda found: _ETH_TO_D[found[1]], composed).split())


def sort_key_vietnamese(full_name: str) -> SortKey:
    """Return a key that sorts by given name (the last word), family name, then the names between."""
    words = alphabet_key(full_name)
    return words[-1:] + words[:-1]


def alphabet_key(text: str) -> SortKey:
    """Return a key that sorts by the first word, then the next, as a dictionary does: for what is no person's name.

    Letters follow the Vietnamese alphabet; among equal letters tones go ngang, huyền, hỏi, ngã, sắc, nặng.
    """
    return tuple(_word_key(word) for word in clean(text).lower().split())


def mask_tail(number: str, shown: int = 4) -> str:
    """Return the last digits behind six bullets (``••••••1234``), never more than half of the number."""
    tail = min(shown, len(number) // 2)
    return _BULLETS + (number[-tail:] if tail else "")


def _word_key(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    letters: list[int] = []
    tones: list[int] = []
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in _TONES), "")
        base = unicodedata.normalize("NFC", parts.replace(tone, ""))
        letters.append(_ALPHABET.find(base) if base in _ALPHABET else len(_ALPHABET) + ord(base[0]))
        tones.append(_TONES.find(tone) + 1 if tone else 0)
    return tuple(letters), tuple(tones)
