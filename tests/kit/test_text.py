import json
import unicodedata
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.text import alphabet_key, clean, fold, mask_tail, sort_key_vietnamese


class FoldCase(TypedDict):
    text: str
    folded: str
    cleaned: str


CASES: list[FoldCase] = json.loads((Path(__file__).parents[1] / "cases" / "fold.json").read_text("utf-8"))
# Lone surrogates reach Python through JSON's escapes.
anything = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("case", CASES, ids=ascii)
def test_text_is_folded_and_cleaned_as_the_cases_say(case: FoldCase) -> None:
    assert fold(case["text"]) == case["folded"]
    assert clean(case["text"]) == case["cleaned"]


@given(anything)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(anything)
def test_what_is_stored_is_found_by_what_was_typed(text: str) -> None:
    assert fold(clean(clean(text))) == fold(clean(text))


@given(anything)
def test_cleaned_text_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in cleaned)
    assert cleaned.encode().decode() == cleaned


@given(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạ ", max_size=40))
def test_accents_and_case_never_matter_to_a_search(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(unicodedata.normalize("NFD", text))


def test_names_sort_by_given_name_then_family_name_by_the_vietnamese_alphabet() -> None:
    names = [
        "Lê Văn An",
        "Nguyễn Thị An",
        "Trần Ân",
        "Hồ Văn Bé",
        "Đỗ Cường",
        "Nguyễn Dũng",
        "Trần Đức",
        "Lê Hoa",
        "Trần Thị Hoa",
        "Lê Hoà",
        "Lê Hoả",
        "Lê Hoã",
        "Lê Hoá",
        "Lê Hoạ",
        "Lò Văn On",
        "Lò Văn Ôn",
        "Lò Văn Ơn",
        "Vũ Thị Uyên",
        "Vũ Thị Ưng",
        "Nguyễn Như Ý",
    ]

    mixed = [*names[1::2], *names[::2]]
    assert sorted(mixed, key=sort_key_vietnamese) == names


def test_what_is_no_persons_name_is_sorted_by_its_first_word() -> None:
    names = ["Ai Cập", "Áo", "Ấn Độ", "Bờ Biển Ngà", "Brazil", "Đan Mạch", "Hàn Quốc", "Hoa Kỳ", "Lào", "Trung Quốc"]
    assert sorted(set(names), key=alphabet_key) == names


@given(st.lists(anything))
def test_any_list_of_names_can_be_sorted(names: list[str]) -> None:
    assert len(sorted(names, key=sort_key_vietnamese)) == len(names)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("031184001234", "••••••1234"), ("C1234567", "••••••4567"), ("1234", "••••••34"), ("1", "••••••"), ("", "••••••")],
)
def test_a_number_is_masked_but_for_its_tail(number: str, shown: str) -> None:
    assert mask_tail(number) == shown
