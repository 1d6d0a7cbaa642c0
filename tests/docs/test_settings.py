"""The administrator's guide lists each setting and each command, and nothing that isn't there."""

import re
from pathlib import Path

import typer
from typer.core import TyperGroup

from app.cli import shell
from app.cli.checkup import SHELL_ONLY
from app.settings import Settings

GUIDE = Path(__file__).parents[2] / "docs" / "administrator.md"
SETTING = re.compile(r"^\| `(GATEBOOK_[A-Z_]+)` \| (?:`([^`]*)`)? *\| (.+) \|$", re.MULTILINE)
COMMAND = re.compile(r"^\| (`gatebook [^|]+) \|", re.MULTILINE)


def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def known_settings() -> dict[str, tuple[str, str | None]]:
    """Return each setting's default as a text, and what it is for."""
    return {
        f"GATEBOOK_{name}".upper(): ("" if field.default in (None, "") else str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }


def known_commands() -> set[str]:
    """Return every command of the shell, such as `token create`."""
    group = typer.main.get_command(shell)
    assert isinstance(group, TyperGroup)
    found: set[str] = set()
    for name, command in group.commands.items():
        inner: list[str] = sorted(command.commands) if isinstance(command, TyperGroup) else []
        found |= {f"{name} {below}" for below in inner} or {name}
    return found


def written_commands() -> set[str]:
    """Return every command of the guide's table: `gatebook token create`, `list` stands for two."""
    found: set[str] = set()
    for cell in COMMAND.findall(guide()):
        first, *others = [text.removeprefix("gatebook ") for text in re.findall(r"`([^`]+)`", cell)]
        words = [word for word in first.split() if word.islower()]
        found.add(" ".join(words))
        above = words[:-1]
        found |= {" ".join([*above, *(word for word in other.split() if word.islower())]) for other in others}
    return found


def test_the_guide_lists_each_setting_with_its_default_and_use() -> None:
    written = {name: (default, use) for name, default, use in SETTING.findall(guide())}
    assert written == known_settings()


def test_the_guide_names_what_only_the_shell_reads() -> None:
    assert all(f"`{name}" in guide() for name in SHELL_ONLY)


def test_no_document_names_a_setting_that_is_not_there() -> None:
    root = GUIDE.parents[1]
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md"), root / "Dockerfile", root / "compose.yaml"]
    named = {name for page in pages for name in re.findall(r"GATEBOOK_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8"))}
    # What compose.yaml itself is told; the program never sees it.
    assert named - known_settings().keys() - SHELL_ONLY - {"GATEBOOK_NAME"} == set()


def test_the_guide_lists_each_command() -> None:
    assert written_commands() == known_commands()
