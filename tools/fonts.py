"""Makes the fonts that printed pages embed: one TTF a style, merged from a web font's subsets."""

import sys
import unicodedata
from pathlib import Path

from fontTools.merge import Merger
from fontTools.merge import Options as MergeOptions
from fontTools.ttLib import TTFont

SUBSETS = ("latin", "vietnamese", "latin-ext", "cyrillic", "greek")
STYLES = {"Regular": "400-normal", "Bold": "700-normal", "Italic": "400-italic", "BoldItalic": "700-italic"}
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
# Composed from letters and tones, so that none is forgotten.
LETTERS = unicodedata.normalize("NFC", "đ" + "".join(vowel + tone for vowel in VOWELS for tone in TONES))
NEEDED = {ord(letter) for letter in LETTERS + LETTERS.upper() + "–—…•°₫"}
# Layout tables hold kerning and ligatures, which the PDF writer does not read and the merger cannot always join.
DROPPED = ["GDEF", "GPOS", "GSUB", "fpgm", "prep", "cvt ", "gasp"]


def main() -> None:
    """Read the subsets from the folder named first, write Tinos-<style>.ttf into the one named second.

    Exit with a sentence when a letter that Vietnamese needs is missing.
    """
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    for style, suffix in STYLES.items():
        font = merged([source / f"tinos-{subset}-{suffix}.woff2" for subset in SUBSETS])
        missing = NEEDED - set(font.getBestCmap() or {})
        if missing:
            sys.exit(f"Tinos {style} has no glyph for: {' '.join(map(chr, sorted(missing)))}")
        font.save(target / f"Tinos-{style}.ttf")


def merged(subsets: list[Path]) -> TTFont:
    """Join the subsets of one style; a letter that is in more than one is taken from the first."""
    merger = Merger(MergeOptions(drop_tables=DROPPED))
    font = merger.merge([str(subset) for subset in subsets])  # pyright: ignore[reportUnknownMemberType] - has no types
    font.flavor = None
    return font


if __name__ == "__main__":
    main()
