"""What stands on posters and passes: QR codes as SVG, the address of a gate, the guest network."""

import itertools

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_MODULES = 4
"""The light margin that readers need (ISO/IEC 18004)."""


def qr_svg(text: str, quiet: int = QUIET_MODULES, *, long: bool = False) -> Markup:
    """Return a QR code of `text` as inline SVG of one path, with its light margin; black on white in any theme.

    `long`: much text on a clean screen, where larger squares read better than more correction (measured, ADR 0024).
    """
    code = QRCode(error_correction=ERROR_CORRECT_L if long else ERROR_CORRECT_M, border=quiet)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _runs(row))
    size = len(rows)
    return Markup(  # noqa: S704 - made of numbers only
        f'<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" aria-hidden="true" focusable="false">'
        f'<path fill="#ffffff" d="M0 0h{size}v{size}H0z"/><path fill="#000000" d="{squares}"/></svg>'
    )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return where dark squares stand side by side: the first one's place and how many."""
    found: list[tuple[int, int]] = []
    at = 0
    for dark, squares in itertools.groupby(row):
        width = len(list(squares))
        if dark:
            found.append((at, width))
        at += width
    return found


def poster_address(base: str, gate_code: str) -> str:
    """Return the address that a gate's poster leads to."""
    return f"{base.rstrip('/')}/g/{gate_code}"


def short_address(address: str) -> str:
    """Return an address as people type it from a poster: without http://, which browsers add themselves."""
    return address.removeprefix("http://")


def wifi_text(name: str, password: str) -> str:
    r"""Return what a phone joins a network by: WIFI:T:WPA;S:…;P:…;; with \ ; , : and " escaped."""
    if not password:
        return f"WIFI:T:nopass;S:{_escaped(name)};;"
    return f"WIFI:T:WPA;S:{_escaped(name)};P:{_escaped(password)};;"


def _escaped(text: str) -> str:
    return "".join("\\" + letter if letter in '\\;,:"' else letter for letter in text)
