"""The logbook's three files, opened by other programs' libraries and compared with the lines."""

import io
import tracemalloc
import unicodedata
import zipfile
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import TYPE_FORMULA
from pypdf import PdfReader

from app.reports.commands import Format
from app.reports.files import Paper, csv_parts, file_name
from app.reports.rules import COLUMNS, LogbookRow, grouped
from tests.reports.rows import DAY, DIGEST, csv_lines, line, logbook, pages, workbook, written

HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["=1+1", "@SUM(1)", "\t=1", "＝1", '=HYPERLINK("http://x")', "<b>&", "'"]
)
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "pdf")


def test_a_csv_begins_with_the_mark_that_excel_reads_it_by() -> None:
    assert written(logbook("csv", [line()])).getvalue().startswith(b"\xef\xbb\xbf" + "Ngày,STT,".encode())


def test_a_csv_holds_the_lines_and_at_last_the_chain() -> None:
    head, first, second, chain = csv_lines(
        written(logbook("csv", [line(1), line(2, left=None, temperature=None, not_measured="broken")]))
    )
    assert head[:5] == ["Ngày", "STT", "Giờ vào", "Giờ ra", "Họ và tên"]
    assert first == [
        "2026-11-23", "1", "2026-11-23 07:01", "2026-11-23 08:01", "Trần Thị Hoa", "1984", "••••••1234",
        "Điện lực tỉnh", "22A-123.45", "Phòng HC-QT, bà Lan", "hồ sơ đấu thầu", "014", "36.5", "Có", "Không", "",
    ]  # fmt: skip
    assert second[3] == ""
    assert second[12] == "Máy hỏng, hết pin"
    assert chain == [f"Sổ ghi đến mục 1234 của nhật ký, mã đối chiếu {grouped(DIGEST)}"]


def test_a_workbook_holds_real_days_times_and_numbers() -> None:
    sheet = workbook(written(logbook("xlsx", [line(1)])))["Sổ ra, vào"]
    head, first = sheet.iter_rows(values_only=True)
    cells = dict(zip(head, first, strict=True))
    assert cells["Ngày"] == datetime(2026, 11, 23)  # noqa: DTZ001 - a workbook knows no zone
    assert cells["Giờ vào"] == datetime(2026, 11, 23, 7, 1)  # noqa: DTZ001
    assert cells["Giờ ra"] == datetime(2026, 11, 23, 8, 1)  # noqa: DTZ001
    assert (cells["STT"], cells["Năm sinh"], cells["Thân nhiệt (°C)"]) == (1, 1984, 36.5)
    assert (cells["Số thẻ"], cells["Khẩu trang"], cells["Sát khuẩn"]) == ("014", "Có", "Không")


def test_a_workbook_has_a_frozen_head_a_filter_row_and_widths() -> None:
    sheet = workbook(written(logbook("xlsx", [line(1), line(2)])))["Sổ ra, vào"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:P3"
    assert sheet.column_dimensions["E"].width > 25
    assert sheet["C2"].number_format == "dd/mm/yyyy hh:mm"
    assert sheet.page_setup.orientation == "landscape"


def test_a_workbook_tells_its_sums_and_the_chain_on_another_sheet() -> None:
    rows = [line(1), line(2, left=None, state="on_site"), line(1, day=DAY + timedelta(1))]
    about = list(workbook(written(logbook("xlsx", rows)))["Cộng theo ngày"].iter_rows(values_only=True))
    assert about[0] == ("Cộng theo ngày", "Lượt vào", "Lượt ra", "Người còn trong trụ sở")
    assert f"Sổ ghi đến mục 1234 của nhật ký, mã đối chiếu {grouped(DIGEST)}" in [row[0] for row in about]
    assert about[-2:] == [("23/11/2026", 2, 1, 1), ("24/11/2026", 1, 1, 0)]


def test_a_pdf_is_the_paper_book() -> None:
    (page,) = pages(written(logbook("pdf", [line(1), line(2, left=None, state="on_site")])))
    for text in (
        "UBND TỈNH TUYÊN QUANG", "VĂN PHÒNG UBND TỈNH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỔ THEO DÕI NGƯỜI RA, VÀO CƠ QUAN", "Ngày 23/11/2026", "Thứ Hai, ngày 23 tháng 11 năm 2026",
        "Trần Thị Hoa", "36,5", "Cộng: 2 lượt vào, 1 lượt ra, 1 người còn trong trụ sở.",
        "Sổ gồm 1 trang, 2 dòng, từ STT 1 ngày 23/11/2026 đến STT 2 ngày 23/11/2026.",
        "NGƯỜI GHI SỔ", "THỦ TRƯỞNG CƠ QUAN", grouped(DIGEST), "mục 1234",
    ):  # fmt: skip
        assert text in page


def test_a_party_office_has_its_own_letterhead() -> None:
    paper = Paper(
        number="1454-CV/VPTU",
        dated=date(2026, 11, 24),
        capacity="T/L",
        behalf="Ban Thường vụ",
        title="Chánh Văn phòng",
        name="Nguyễn Thị Thảo",
    )
    (page,) = pages(
        written(logbook("pdf", [line()], paper=paper, site={"letterhead": "party", "name": "Văn phòng Tỉnh ủy"}))
    )
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in page
    assert "CỘNG HÒA" not in page
    for text in (
        "Số 1454-CV/VPTU",
        "Tuyên Quang, ngày 24 tháng 11 năm 2026",
        "T/L BAN THƯỜNG VỤ",
        "CHÁNH VĂN PHÒNG",
        "Nguyễn Thị Thảo",
    ):
        assert text in page


def test_each_page_of_a_pdf_has_the_tables_head_its_number_and_the_chain() -> None:
    made = pages(written(logbook("pdf", [line(number) for number in range(1, 90)])))
    assert len(made) > 3
    for at, page in enumerate(made, 1):
        assert "Họ và tên" in page
        assert grouped(DIGEST) in page
        assert (f"24/11/2026 {at} STT" in page) == (at > 1)
        assert ("Thứ Hai, ngày 23 tháng 11 năm 2026 (tiếp theo)" in page) == (at > 1)
    assert f"Sổ gồm {len(made)} trang, 89 dòng" in made[-1]


def test_a_pdf_prints_each_line_once_and_no_day_goes_on_where_it_ended() -> None:
    rows = [
        line(number, day=DAY + timedelta(day), name=f"Khách {day}x{number}y")
        for day in range(9)
        for number in range(1, 8)
    ]
    text = " ".join(pages(written(logbook("pdf", rows, last=DAY + timedelta(8)))))
    assert [text.count(f"{row.name[6:]}") for row in rows] == [1] * len(rows)
    assert text.count("Cộng:") == 9


def test_a_pdf_is_landscape_a4_with_its_fonts_embedded() -> None:
    reader = PdfReader(written(logbook("pdf", [line()])))
    page = reader.pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    fonts = page["/Resources"]["/Font"].values()  # pyright: ignore[reportIndexIssue, reportUnknownVariableType, reportUnknownMemberType]
    names = {str(font.get_object()["/BaseFont"]) for font in fonts}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType, reportUnknownArgumentType]
    assert any("Tinos" in name for name in names)
    assert not any("Times" in name for name in names)


def test_a_struck_line_stays_in_the_book_with_its_number() -> None:
    row = line(7, state="voided", name="Nguyễn Văn Nhầm")
    assert csv_lines(written(logbook("csv", [row])))[1][-1] == "Đã hủy dòng"
    (page,) = pages(written(logbook("pdf", [row])))
    assert "Nguyễn Văn Nhầm" in page
    assert "Cộng: 0 lượt vào, 0 lượt ra, 0 người" in page


def test_a_late_line_says_so_in_each_file() -> None:
    for file_format in ("csv", "xlsx"):
        made = written(logbook(file_format, [line(late=True)]))
        text = made.getvalue().decode() if file_format == "csv" else str(list(workbook(made)["Sổ ra, vào"].values))
        assert "Ghi bổ sung sau lần xuất trước" in text
    assert "Ghi bổ sung sau lần xuất trước" in pages(written(logbook("pdf", [line(late=True)])))[0]


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_logbook_without_lines_is_a_whole_file(file_format: Format) -> None:
    made = written(logbook(file_format, []))
    if file_format == "csv":
        assert len(csv_lines(made)) == 2
    elif file_format == "xlsx":
        sheet = workbook(made)["Sổ ra, vào"]
        assert sheet["A1"].value == "Ngày"
        assert sheet["A2"].value is None
    else:
        (page,) = pages(made)
        assert "Không có dòng nào trong thời gian này." in page
        assert "Sổ gồm 1 trang, không có dòng nào." in page


def test_all_columns_together_still_fit_on_paper() -> None:
    (page,) = pages(written(logbook("pdf", [line()], columns=tuple(COLUMNS))))
    assert "Nguyễn Văn Đức" in page
    assert "Ký tên" in page


def test_nothing_is_cut_however_long_it_is() -> None:
    note = " ".join(f"từ{number}" for number in range(3000)) + " " + "W" * 3000
    row = line(name="Công Tằng Tôn Nữ " * 30, note=note)
    text = " ".join(pages(written(logbook("pdf", [row]))))
    assert all(f"từ{number}" in text for number in range(3000))
    assert text.count("W") >= 3000
    assert text.count("Tằng") == 30
    assert csv_lines(written(logbook("csv", [row])))[1][-1] == note


def test_a_cell_that_no_workbook_can_hold_ends_with_three_dots() -> None:
    sheet = workbook(written(logbook("xlsx", [line(note="ấ" * 40_000)])))["Sổ ra, vào"]
    assert str(sheet["P2"].value).endswith("ấ…")


def test_text_written_decomposed_or_with_marks_is_shown_as_it_is() -> None:
    name = unicodedata.normalize("NFD", "Nguyễn Thị Quỳnh <b>&amp;")
    for file_format in FORMATS:
        made = written(logbook(file_format, [line(name=name)]))
        text = pages(made)[0] if file_format == "pdf" else ""
        if file_format == "csv":
            text = made.getvalue().decode()
        if file_format == "xlsx":
            text = str(workbook(made)["Sổ ra, vào"]["E2"].value)
        assert "Nguyễn Thị Quỳnh <b>&amp;" in text


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_cell_of_a_workbook_is_ever_a_formula(name: str, purpose: str, note: str) -> None:
    made = written(logbook("xlsx", [line(name=name, purpose=purpose, note=note)]))
    book = workbook(made)
    kinds = [cell.data_type for row in book["Sổ ra, vào"].iter_rows() for cell in row]
    assert TYPE_FORMULA not in kinds
    with zipfile.ZipFile(made) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        assert sheets
        assert not any(b"<f>" in parts.read(name) or b"<hyperlink" in parts.read(name) for name in sheets)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_breaks_a_pdf_or_the_lines_of_a_csv(name: str, purpose: str, note: str) -> None:
    row = line(name=name, purpose=purpose, note=note)
    assert PdfReader(written(logbook("pdf", [row]))).pages
    lines = csv_lines(written(logbook("csv", [row])))
    assert [len(cells) for cells in lines] == [16, 16, 1]


def test_a_csv_leaves_in_parts_while_it_is_read() -> None:
    taken = 0

    def lines() -> "list[LogbookRow] | object":
        nonlocal taken
        for number in range(1, 5001):
            taken = number
            yield line(number)

    parts = csv_parts(logbook("csv", lines()))  # pyright: ignore[reportArgumentType]
    next(parts)
    next(parts)
    assert taken <= 200


@pytest.mark.parametrize(("file_format", "limit"), [("csv", 2_000_000), ("xlsx", 2_000_000), ("pdf", 8_000_000)])
def test_a_long_book_does_not_gather_in_memory(file_format: Format, limit: int) -> None:
    class Nowhere(io.BytesIO):
        def write(self, data: bytes, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
            return len(data)

    from app.reports.files import write_logbook  # noqa: PLC0415

    write_logbook(logbook(file_format, [line()]), io.BytesIO())
    rows = (line(number, day=DAY + timedelta(number // 500)) for number in range(1, 2001))
    tracemalloc.start()
    try:
        write_logbook(logbook(file_format, rows), Nowhere())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit


def test_a_file_is_named_by_its_range() -> None:
    assert file_name(logbook("pdf", [])) == "so-ra-vao_2026-11-23_2026-11-23.pdf"
