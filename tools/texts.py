"""Writes the tablet's texts for the bundle: src/generated/texts.<language>.json from the catalogues it may show."""

import json
import sys
from pathlib import Path

from babel.messages.pofile import read_po

KIOSK_UI = Path(__file__).parent.parent / "kiosk_ui"
DOMAINS = ("common", "guard", "rules", "errors")


def main() -> None:
    """Write one object a language, {key: text}, keys sorted; exit with a sentence on a catalogue that can't be read."""
    generated = KIOSK_UI / "src" / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    for folder in sorted((KIOSK_UI / "locales").glob("*/")):
        texts = {key: text for domain in DOMAINS for key, text in read(folder / f"{domain}.po").items()}
        written = json.dumps(dict(sorted(texts.items())), ensure_ascii=False, indent=1)
        (generated / f"texts.{folder.name}.json").write_text(written + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, str]:
    """Read one catalogue's texts by key; a catalogue that is not written yet has none."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            return {str(message.id): str(message.string) for message in read_po(file, abort_invalid=True) if message.id}
    except ValueError as error:
        sys.exit(f"{path}: {error}")


if __name__ == "__main__":
    main()
