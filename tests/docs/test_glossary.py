"""The words of docs/glossary.md and those of the code are the same."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
TERMS = {
    "Site", "Gate", "Unit", "Host", "Visitor", "Employee", "Account", "Device", "Declaration", "Answers", "Pass",
    "Visit", "Reading", "Screening", "Decision", "Admit", "Recheck", "Refer", "Refuse", "Reasons", "Override",
    "Check-in", "Check-out", "On site", "Roll call", "Day log", "Policy", "Command", "Receipt", "Outbox", "Journal",
    "Entry", "Discrepancy", "Retention",
}  # fmt: skip
"""Terms that the page must hold, whatever else is on it."""
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
DEFINED_IN_TYPESCRIPT = re.compile(r"\b(?:const|let|function|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)")


@dataclass(frozen=True)
class Term:
    """A row of the glossary."""

    name: str
    vietnamese: str
    used: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table under a heading, without its head."""
    section = GLOSSARY.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| **")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def terms() -> list[Term]:
    """Return the terms that are in the code."""
    return [
        Term(name.strip("*"), vietnamese, tuple(re.findall(r"`([^`]+)`", used)), tuple(avoided.split(", ")))
        for name, vietnamese, _meaning, used, avoided in rows("Terms")
    ]


def later_terms() -> list[Term]:
    """Return the terms that are kept for later."""
    return [Term(name.strip("*"), vietnamese) for name, vietnamese, _meaning in rows("Not built yet")]


def sources(*patterns: str) -> dict[Path, str]:
    """Return the texts of the program's files."""
    found = [path for pattern in patterns for path in ROOT.glob(pattern) if "generated" not in path.parts]
    return {path: path.read_text(encoding="utf-8") for path in sorted(found)}


PYTHON = sources("app/**/*.py", "migrations/*.py")
TYPESCRIPT = sources("kiosk_ui/src/**/*.ts", "kiosk_ui/src/**/*.tsx")
PAGES = sources("kiosk_ui/templates/**/*.html", "kiosk_ui/locales/**/*.po")
CODE = "\n".join([*PYTHON.values(), *TYPESCRIPT.values(), *PAGES.values()])


def words(identifier: str) -> str:
    """Return an identifier's words, in lower case with a space around each."""
    return f" {' '.join(word.lower() for word in WORDS.findall(identifier))} "


def named_in_python(text: str) -> set[str]:
    """Return every name that a module gives to something of its own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                names.add(node.name)
            case ast.arg():
                names.add(node.arg)
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.alias(asname=str(name)):
                names.add(name)
            case _:
                pass
    return names


def names() -> dict[str, Path]:
    """Return every name that is given in the program, and a file that gives it; a file's own name too."""
    given: dict[str, Path] = {}
    for path, text in PYTHON.items():
        given |= dict.fromkeys({*named_in_python(text), path.stem, path.parent.name}, path)
    for path, text in TYPESCRIPT.items():
        given |= dict.fromkeys({*DEFINED_IN_TYPESCRIPT.findall(text), path.stem}, path)
    return given


def test_the_page_holds_every_term_once() -> None:
    found = [term.name for term in (*terms(), *later_terms())]
    assert len(found) == len(set(found))
    assert set(found) >= TERMS


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.name)
def test_a_term_is_used_in_the_code(term: Term) -> None:
    assert term.used
    missing = [used for used in term.used if not re.search(rf"(?<![\w.]){re.escape(used)}(?!\w)", CODE)]
    assert not missing


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.name)
def test_a_terms_vietnamese_is_what_people_read(term: Term) -> None:
    guides = [path for path in ROOT.glob("docs/*.md") if path != GLOSSARY]
    shown = [*(ROOT / "kiosk_ui" / "locales" / "vi").glob("*.po"), *ROOT.glob("app/*/*.default.json"), *guides]
    text = "\n".join(path.read_text(encoding="utf-8") for path in shown).casefold()
    assert term.vietnamese == "–" or term.vietnamese.casefold() in text


def test_nothing_is_named_by_a_word_to_avoid() -> None:
    avoided = {words(word): (word, term.name) for term in terms() for word in term.avoided}
    wrong = [
        f"{path.relative_to(ROOT)}: {name}: say {instead}, not {word}"
        for name, path in names().items()
        for spaced, (word, instead) in avoided.items()
        if spaced in words(name)
    ]
    assert not wrong


def test_a_term_for_later_names_nothing_yet() -> None:
    kept = [words(term.name) for term in later_terms()]
    assert not [name for name in names() if any(word in words(name) for word in kept)]
