"""How an office's paper begins and ends (Nghị định 30/2020, Phụ lục I; party offices by their own rule).

Sizes are in points, as the decree gives them.
"""

from functools import cache
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.fonts import addMapping
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, Spacer, Table

from app.errors import StartError
from app.reports.files.content import Logbook
from app.reports.rules import plain_text
from app.web.templating import BUILD

SERIF = "Tinos"
Alignment = Literal[0, 1, 4]
LEADING, CENTRE, JUSTIFIED = TA_LEFT, TA_CENTER, TA_JUSTIFY
STYLES: dict[str, tuple[Literal[0, 1], Literal[0, 1]]] = {
    "Regular": (0, 0),
    "Bold": (1, 0),
    "Italic": (0, 1),
    "BoldItalic": (1, 1),
}
SIGNATURE_ROOM = 62


@cache
def register_serif() -> None:
    """Let the PDF embed the serif that the build made; StartError when it is missing."""
    for style, (bold, italic) in STYLES.items():
        path = BUILD / "fonts" / f"{SERIF}-{style}.ttf"
        try:
            pdfmetrics.registerFont(TTFont(f"{SERIF}-{style}", str(path)))  # pyright: ignore[reportUnknownMemberType]
        except (OSError, TTFError) as error:
            raise StartError("assets_missing", path=path) from error
        addMapping(SERIF, bold, italic, f"{SERIF}-{style}")


def style(size: float, align: Alignment = CENTRE, weight: str = "Regular") -> ParagraphStyle:
    """Return a paragraph's style in the serif."""
    return ParagraphStyle(
        f"{weight}-{size}-{align}", fontName=f"{SERIF}-{weight}", fontSize=size, leading=size * 1.22, alignment=align
    )  # fmt: skip


def said(text: str, size: float, align: Alignment = CENTRE, weight: str = "Regular") -> Paragraph:
    """Return a paragraph that shows `text` as it is, whatever marks it holds."""
    return Paragraph(escape(plain_text(text)).replace("\n", "<br/>"), style(size, align, weight))


def opening(logbook: Logbook, width: float) -> list[Flowable]:
    """Return the letterhead, the title and what the book covers."""
    party = logbook.site.letterhead == "party"
    left, right = (_party if party else _state)(logbook)
    head = Table([[left, right]], colWidths=[width * 0.44, width * 0.56], style=_BARE)
    t = logbook.t
    title: list[Flowable] = [Spacer(0, 14), said(t("manager.export.title"), 14, weight="Bold"), Spacer(0, 2)]
    title.append(said(logbook.period(), 13, weight="Italic"))
    if logbook.narrowed:
        title.append(said(" · ".join(logbook.narrowed), 12, weight="Italic"))
    return [head, *title, Spacer(0, 10)]


def _state(logbook: Logbook) -> tuple[list[Flowable], list[Flowable]]:
    t, site = logbook.t, logbook.site
    motto = t("manager.export.letterhead.motto")
    left: list[Flowable] = [
        *_upper(site.parent_name, 12),
        *_upper(site.name, 12, "Bold"),
        _rule(80),
        Spacer(0, 5),
        _number(logbook),
    ]
    right: list[Flowable] = [
        said(t("manager.export.letterhead.country"), 12, weight="Bold"),
        said(motto, 13, weight="Bold"),
        _rule(pdfmetrics.stringWidth(motto, f"{SERIF}-Bold", 13)),
        Spacer(0, 5),
        _place_and_date(logbook),
    ]
    return left, right


def _party(logbook: Logbook) -> tuple[list[Flowable], list[Flowable]]:
    t, site = logbook.t, logbook.site
    party = t("manager.export.letterhead.party")
    left: list[Flowable] = [
        *_upper(site.parent_name, 13),
        *_upper(site.name, 13, "Bold"),
        said("*", 13),
        _number(logbook),
    ]
    right: list[Flowable] = [
        said(party, 14, weight="Bold"),
        _rule(pdfmetrics.stringWidth(party, f"{SERIF}-Bold", 14)),
        Spacer(0, 8),
        _place_and_date(logbook),
    ]
    return left, right


def _upper(text: str, size: float, weight: str = "Regular") -> list[Flowable]:
    return [said(text.upper(), size, weight=weight)] if text else []


def _rule(width: float) -> HRFlowable:
    return HRFlowable(width=width, thickness=0.7, color="black", spaceBefore=2, spaceAfter=0)


def _number(logbook: Logbook) -> Paragraph:
    number = logbook.paper.number or "\u00a0" * 12
    party = logbook.site.letterhead == "party"
    return said(
        logbook.t(
            "manager.export.letterhead.number_party" if party else "manager.export.letterhead.number", number=number
        ),
        13,
    )


def _place_and_date(logbook: Logbook) -> Paragraph:
    dated, place = logbook.paper.dated, logbook.site.place or "…………"
    blank = "\u00a0" * 6
    parts = (f"{dated:%d}", f"{dated:%m}", f"{dated:%Y}") if dated else (blank, blank, f"{logbook.taken_local():%Y}")
    text = logbook.t(
        "manager.export.letterhead.place_and_date", place=place, day=parts[0], month=parts[1], year=parts[2]
    )
    return said(text, 13, weight="Italic")


def signatures(logbook: Logbook, width: float) -> Table:
    """Return the block for the two who sign: whoever keeps the book, and the office's head or who signs for them."""
    t, paper = logbook.t, logbook.paper
    keeper = [
        said(t("manager.export.sign.keeper"), 13, weight="Bold"),
        said(t("manager.export.sign.by_hand"), 12, weight="Italic"),
    ]
    title = paper.title or t("manager.export.sign.head")
    behalf = " ".join(part for part in (paper.capacity, paper.behalf) if part)
    head = [*_upper(behalf, 13, "Bold"), *_upper(title, 13, "Bold")]
    head.append(said(t("manager.export.sign.by_hand_and_seal"), 12, weight="Italic"))
    head += [Spacer(0, SIGNATURE_ROOM), *([said(paper.name, 13, weight="Bold")] if paper.name else [])]
    return Table([[keeper, head]], colWidths=[width / 2, width / 2], style=_BARE)


class Closing(Flowable):
    """The sentence that closes a book: it knows its own page only when it is drawn, and that is the last one."""

    def __init__(self, logbook: Logbook) -> None:
        """Keep the logbook, whose lines have all gone by when this is drawn."""
        super().__init__()
        self.logbook = logbook

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - ReportLab's names
        """Return the width and height that the sentence needs."""
        self.width, self.height = self._sentence(1).wrap(aW, aH)
        return self.width, self.height

    def draw(self) -> None:
        """Draw the sentence with the number of the page it stands on."""
        sentence = self._sentence(self.canv.getPageNumber())
        sentence.wrap(self.width, self.height)
        sentence.drawOn(self.canv, 0, 0)

    def _sentence(self, pages: int) -> Paragraph:
        return said(closing_sentence(self.logbook, pages), 13, JUSTIFIED)


def closing_sentence(logbook: Logbook, pages: int) -> str:
    """Return "Sổ gồm … trang, từ STT … đến STT …" of the lines that went by."""
    extent = logbook.extent
    if extent.first is None or extent.last is None:
        return logbook.t("manager.export.closing_empty", pages=pages)
    return logbook.t(
        "manager.export.closing",
        pages=pages,
        lines=extent.lines,
        first=extent.first[1],
        first_day=f"{extent.first[0]:%d/%m/%Y}",
        last=extent.last[1],
        last_day=f"{extent.last[0]:%d/%m/%Y}",
    )


_BARE: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("ALIGN", (0, 0), (-1, -1), "CENTER"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]
