"""Lines of units and people, and addresses, as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sites.rules import LineError, PersonLine, UnitLine, read_people, read_public_url, read_units

UNITS = {"phong tong hop": 1, "ban tiep cong dan": 2}


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("Phòng Hành chính - Quản trị, 101, tầng 2", UnitLine("Phòng Hành chính - Quản trị", "101", "tầng 2")),
        ("Phòng Kinh tế, Hạ tầng và Đô thị, 104", UnitLine("Phòng Kinh tế, Hạ tầng và Đô thị", "104")),
        ("Phòng Kinh tế, Hạ tầng và Đô thị", UnitLine("Phòng Kinh tế, Hạ tầng và Đô thị")),
        ("Phòng Tổng hợp, tầng 3", UnitLine("Phòng Tổng hợp", "", "tầng 3")),
        ("Phòng Tổng hợp; 0207 3822; Nhà B, tầng 3", UnitLine("Phòng Tổng hợp", "0207 3822", "Nhà B, tầng 3")),
        ("Phòng Tổng hợp\t102\ttầng 3", UnitLine("Phòng Tổng hợp", "102", "tầng 3")),
        ("  Văn thư , ", UnitLine("Văn thư")),
        ("Phòng\u200b Ðối ngoại", UnitLine("Phòng Đối ngoại")),
        ("Đội 12", UnitLine("Đội 12")),
    ],
)
def test_a_unit_is_read_off_its_line(line: str, unit: UnitLine) -> None:
    assert read_units(line) == ([unit], [])


def test_empty_lines_between_units_are_passed_over() -> None:
    units, errors = read_units("\n\nA1 phòng\r\n \nB phòng\n")
    assert ([unit.name for unit in units], errors) == (["A1 phòng", "B phòng"], [])


def test_a_line_without_a_name_too_long_or_twice_is_named() -> None:
    _, errors = read_units(f"101\n{'x' * 201}\nVăn thư\nvan thu")
    assert errors == [
        LineError(1, "unit_line_name", "101"),
        LineError(2, "unit_line_too_long", "x" * 201),
        LineError(4, "unit_line_twice", "van thu"),
    ]


def test_more_units_than_an_office_has_are_refused() -> None:
    _, errors = read_units("\n".join(f"Phòng {number}" for number in range(201)))
    assert errors == [LineError(201, "unit_line_too_many")]


def test_people_are_read_with_semicolons_tabs_or_commas() -> None:
    text = (
        "Họ và tên; Chức vụ; Phòng; Mã thẻ\n"
        "Phạm Thị Hương Giang; Chuyên viên; Phòng Tổng hợp; nv001\n"
        "Đỗ Văn Đức\tPhó Trưởng phòng\tphong tong hop\tNV002\n"
        '"Lê Thị Lan",Văn thư\n'
        "\n"
        "Y Bluê Niê"
    )
    found = read_people(text, UNITS)
    assert found.errors == []
    assert found.people == [
        PersonLine(2, "Phạm Thị Hương Giang", "Chuyên viên", "Phòng Tổng hợp", "NV001"),
        PersonLine(3, "Đỗ Văn Đức", "Phó Trưởng phòng", "phong tong hop", "NV002"),
        PersonLine(4, "Lê Thị Lan", "Văn thư"),
        PersonLine(6, "Y Bluê Niê"),
    ]


def test_each_wrong_line_is_named() -> None:
    text = "; Chuyên viên\nA B; ; Phòng Lạ\nC D;;;NV1\nE F;;;nv1\nG H;;;;thừa\n" + "y" * 201
    assert [(error.line, error.code, error.piece) for error in read_people(text, UNITS).errors] == [
        (1, "person_line_name", ""),
        (2, "person_line_unit", "Phòng Lạ"),
        (4, "person_line_badge", "NV1"),
        (5, "person_line_pieces", ""),
        (6, "person_line_too_long", ""),
    ]


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading_of_lines(text: str) -> None:
    units, _ = read_units(text)
    people = read_people(text, UNITS)
    assert len(units) <= len(text.splitlines())
    assert len(people.people) <= len(text.splitlines())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("192.168.1.20:8000", "http://192.168.1.20:8000"),
        (" https://cong.tinh.gov.vn/ ", "https://cong.tinh.gov.vn"),
        ("HTTP://Cong.Tinh.Gov.VN", "http://cong.tinh.gov.vn"),
        ("http://[fe80::1]:8000", "http://[fe80::1]:8000"),
    ],
)
def test_an_address_is_read_without_its_path(typed: str, read: str) -> None:
    assert read_public_url(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["ftp://x", "javascript:alert(1)", "http://", "http://a b", "http://x/y", "http://u:p@x", "http://x?y", "x:99999",
     "http://<b>", "//x\x00<", "http://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="public_url_odd"):
        read_public_url(typed)


@pytest.mark.parametrize("typed", ["localhost:8000", "http://127.0.0.1", "http://[::1]:80", "http://0.0.0.0"])
def test_an_address_that_only_this_machine_knows_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="public_url_local"):
        read_public_url(typed)
