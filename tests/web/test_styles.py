"""Colours can be read, templates run under the strict Content-Security-Policy, and every icon they use is built."""

import re

import pytest

from app.web.texts import LOCALES

STYLES = LOCALES.parent / "styles"
TEMPLATES = sorted((LOCALES.parent / "templates").rglob("*.html"))
TOKENS = (STYLES / "tokens.css").read_text(encoding="utf-8")
FAMILIES = ("accent", "go", "rest", "care", "stop", "wait")
LEAST = 4.5
LEAST_OF_A_BORDER = 3.0


def palette(opening: str) -> dict[str, str]:
    block = TOKENS[TOKENS.index(opening) :]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block[: block.index("}")]))


LIGHT = palette(":root {")
DARK = palette(':root[data-theme="dark"] {')


def luminance(colour: str) -> float:
    """Relative luminance of an #rrggbb colour (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs() -> list[tuple[str, str]]:
    grounds = ("paper", "surface", *(f"{family}-tint" for family in FAMILIES))
    words = [(ink, ground) for ink in ("ink", "ink-soft") for ground in grounds]
    own = [(name, ground) for name in FAMILIES for ground in ("paper", "surface", f"{name}-tint", "accent-tint")]
    return words + own + [(f"on-{family}", f"{family}-fill") for family in FAMILIES]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_word_stands_out_from_its_ground(colours: dict[str, str]) -> None:
    low = {
        f"{word} on {ground}": round(contrast(colours[word], colours[ground]), 2)
        for word, ground in pairs()
        if contrast(colours[word], colours[ground]) < LEAST
    }
    assert low == {}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_border_of_a_field_can_be_seen(colours: dict[str, str]) -> None:
    for ground in ("paper", "surface"):
        assert contrast(colours["rule-strong"], colours[ground]) >= LEAST_OF_A_BORDER


def test_dark_is_one_palette_by_system_or_by_choice() -> None:
    assert palette(':root:not([data-theme="light"]) {') == DARK
    assert LIGHT.keys() == DARK.keys()


def test_every_token_that_is_used_is_defined() -> None:
    sheets = {path.name: path.read_text(encoding="utf-8") for path in STYLES.glob("*.css")}
    defined = {name for text in sheets.values() for name in re.findall(r"(--[a-z0-9-]+):", text)}
    used = {name for text in sheets.values() for name in re.findall(r"var\((--[a-z0-9-]+)", text)}
    assert used <= defined


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_template_has_no_inline_style_script_or_handler(path: object) -> None:
    text = re.sub(r"{#.*?#}", "", getattr(path, "read_text")(encoding="utf-8"), flags=re.DOTALL)  # noqa: B009
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text) == []


def test_every_icon_of_the_templates_is_built() -> None:
    named = set((LOCALES.parent / "icons.txt").read_text(encoding="utf-8").split())
    text = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    used = set(re.findall(r"""icon\(["']([a-z0-9-]+)["']""", text)) | set(re.findall(r'icon_name="([a-z0-9-]+)"', text))
    assert used <= named
