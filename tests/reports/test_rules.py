"""What a cell says, what a day adds up to, and which text is no formula."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.rules import COLUMNS, USUAL_COLUMNS, Extent, cell, chosen, grouped, no_formula, plain_text
from app.web.texts import Texts
from tests.reports.rows import line

VI = Texts.for_language("vi")
BEGINS_A_FORMULA = re.compile(r"[=+\-@＝＋－＠\s]")


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1", "+84912345678", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "＝1+1", "＋1", "－1",
        "＠SUM(A1)", "\u200b=1", "\ufeff=1", "\u00a0=1", "\x00=1", "\x01=1",
        "''=1", '"=1', "(=1", "\u202e=1", "⁺1", "−1",
    ],
)  # fmt: skip
def test_what_could_begin_a_formula_begins_with_an_apostrophe(typed: str) -> None:
    assert no_formula(typed).startswith("'")


@pytest.mark.parametrize("separated", ["Hoa;=1+1", "Hoa\t=1+1", "Hoa\n=1+1", "Hoa\r\n=1+1", 'Hoa;"=1+1'])
def test_no_other_separator_lets_a_formula_begin_within_a_cell(separated: str) -> None:
    for part in re.split(r"[;\t\r\n]+", no_formula(separated)):
        assert not BEGINS_A_FORMULA.match(part.lstrip('"'))


@pytest.mark.parametrize("typed", ["Trần Thị Hoa", "214/GM-UBND", "29H1-234.56", "Phòng HC-QT", "1=1", "", "Đỗ + Lê"])
def test_ordinary_text_stays_as_it_was_typed(typed: str) -> None:
    assert no_formula(typed) == typed


@given(st.text())
def test_no_text_whatever_begins_a_formula(typed: str) -> None:
    safe = no_formula(typed)
    for part in re.split(r"[;\t\r\n]", safe):
        assert not re.match(r"[=+\-@＝＋－＠]", part)
    assert not re.match(r"\s", safe)
    safe.encode()
    assert unicodedata.is_normalized("NFC", safe)


def test_text_written_decomposed_is_composed() -> None:
    assert plain_text(unicodedata.normalize("NFD", "Nguyễn Thị Quỳnh")) == "Nguyễn Thị Quỳnh"


def test_lone_surrogates_and_control_characters_do_not_reach_a_file() -> None:
    assert plain_text("Ho\ud800a\x00\x0b") == "Hoa"


def test_columns_stand_in_the_order_of_the_book_and_number_and_note_always() -> None:
    assert chosen(["purpose", "name"]) == ("number", "name", "purpose", "note")
    assert chosen([]) == USUAL_COLUMNS
    assert chosen(["phone", "nothing"]) == USUAL_COLUMNS


def test_there_is_no_column_for_a_phone() -> None:
    assert "phone" not in COLUMNS


def test_a_reading_that_was_not_taken_is_a_reason_and_never_a_number() -> None:
    assert cell(line(temperature=None, not_measured="lo_hi"), "temperature", VI) == "Máy báo Lo/Hi"
    assert cell(line(temperature=375), "temperature", VI) == 37.5


def test_the_note_says_what_became_of_a_line() -> None:
    row = line(state="voided", late=True, paper_sheet="12", paper_line=3, people=4, badge_missing=True, note="ghi nhầm")
    assert cell(row, "note", VI) == (
        "Đã hủy dòng; Nhập bù từ sổ giấy, tờ 12, dòng 3; Ghi bổ sung sau lần xuất trước; 4 người; "
        "Chưa trả thẻ; ghi nhầm"
    )
    assert cell(line(state="left", entered=False), "note", VI) == "Đến, không vào"
    assert not cell(line(state="left"), "note", VI)


def test_a_day_counts_who_came_who_left_and_who_is_inside() -> None:
    rows = [
        line(1),
        line(2, left=None, state="on_site"),
        line(3, left=None, state="on_site", people=4),
        line(4, state="voided"),
        line(5, state="refused", left=None, entered=False),
    ]
    extent = Extent({})
    assert list(extent.watch(rows)) == rows
    total = extent.totals[rows[0].day]
    assert (total.lines, total.arrivals, total.departures, total.inside) == (5, 3, 1, 2)
    assert (extent.first, extent.last, extent.lines) == ((rows[0].day, 1), (rows[0].day, 5), 5)


def test_a_digest_is_shown_in_groups_of_four() -> None:
    assert grouped(bytes.fromhex("0123456789abcdef")) == "0123 4567 89ab cdef"
