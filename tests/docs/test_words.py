"""What the docs say about people, and how."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FOR_THE_OFFICE = ("visitor.md", "guard.md", "reception.md", "manager.md")
UNWELCOME = re.compile(
    r"\b(seamless\w*|leverag\w+|robust|cutting.edge|world.class|enterprise.grade|effortless\w*|simply|just works)\b"
    r"|\b(TODO|FIXME)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_praises_nothing_and_leaves_nothing_to_do(page: Path) -> None:
    assert not UNWELCOME.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_no_folder_of_somebodys_machine(page: Path) -> None:
    assert not re.findall(r"/(?:home|Users|root|work|tmp/[\w.]+)/[\w.]+", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FOR_THE_OFFICE)
def test_a_guide_for_the_office_is_in_vietnamese_first_and_in_english(name: str) -> None:
    lines = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    assert re.search(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", "".join(lines[:8]))
    assert re.search(r"\b(the|you|your)\b", "\n".join(lines))


@pytest.mark.parametrize("name", FOR_THE_OFFICE)
def test_visitors_are_ong_ba_and_no_guard_makes_a_diagnosis(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert "Anh/Chị" not in text
    assert "quý khách" not in text.casefold()
    assert "bị sốt" not in text
