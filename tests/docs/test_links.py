"""Links in the docs lead somewhere: files, headings, pictures."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LARGEST_PICTURE = 200_000


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code forges make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE):
        kept = re.sub(r"[^\w\s-]", "", heading.lower())
        found.add(kept.strip().replace(" ", "-"))
    return found


def links(page: Path) -> list[str]:
    """Return the targets of a page's links to files of this repository."""
    found = LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken: list[str] = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        named = [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if link.partition("#")[0]]
        waiting += [target for target in named if target.suffix == ".md" and target.is_file()]
    assert set(PAGES) <= reached


def test_every_picture_is_shown_and_small() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page) if link.endswith(".png")}
    pictures = set(ROOT.glob("docs/pictures/*"))
    assert pictures == shown
    assert not [picture for picture in pictures if picture.stat().st_size > LARGEST_PICTURE]


def test_decisions_are_numbered_without_a_gap_and_all_are_listed() -> None:
    records = sorted(path.name for path in ROOT.glob("docs/adr/[0-9]*.md"))
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8"))
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    assert sorted(listed) == records


def test_every_decision_says_why_what_and_what_follows() -> None:
    for record in ROOT.glob("docs/adr/[0-9]*.md"):
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {record.name[:4]} ")
        assert all(f"\n## {heading}\n" in text for heading in ("Context", "Decision", "Consequences")), record.name


def test_what_the_code_says_of_the_docs_is_there() -> None:
    code = [*ROOT.glob("app/**/*.py"), *ROOT.glob("kiosk_ui/src/**/*.ts*"), *ROOT.glob("kiosk_ui/locales/**/*.po")]
    named = {name for path in code for name in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))}
    assert not [name for name in named if not (ROOT / name).is_file()]
