"""The logbook on paper: the form of the book it replaces, landscape A4, whatever its length.

Lines are laid out a few at a time as they are read; the head of the table is drawn by the page, so it stands on each.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any, BinaryIO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Spacer,
)

from app.reports.files.content import Logbook
from app.reports.files.letterhead import SERIF, Closing, opening, register_serif, signatures
from app.reports.files.pdf_table import BOTTOM, LEFT, PAGE, RIGHT, TOP, WIDTH, DayDocument, DayTable, Form

# Compressed pages as they are: written in ASCII they are a quarter larger, and take a tenth of the time.
rl_config.useA85 = 0


def write_pdf(logbook: Logbook, stream: BinaryIO) -> None:
    """Write the logbook as a PDF with its fonts embedded."""
    register_serif()
    _Paper(logbook, stream).write()


class _Paper(DayDocument):
    """The document: takes its flowables from the lines as it goes, and remembers which day a page breaks."""

    def __init__(self, logbook: Logbook, stream: BinaryIO) -> None:
        super().__init__(
            stream, pagesize=PAGE, title=f"{logbook.t('manager.export.title')} – {logbook.period()}",
            author=logbook.site.name, lang=logbook.paper.language, creator="Gatebook",
        )  # fmt: skip
        self.logbook = logbook
        self.form = Form(logbook)
        self._story: list[Flowable] = [Spacer(0, 0)]
        self._coming = self._content()
        _, self._head_height = self.form.head().wrap(WIDTH, PAGE[1])
        self.addPageTemplates(self._templates())

    def write(self) -> None:
        """Lay the whole book out."""
        self.build(self._story)

    def filterFlowables(self, flowables: list[Any]) -> None:  # noqa: N802 - ReportLab's hook
        """Fetch what comes next before the last one in hand is laid out."""
        # ReportLab hands its own short lists over too.
        if flowables is self._story and len(flowables) == 1:
            flowables.extend(islice(self._coming, 1))

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - ReportLab's hook
        """Remember the day that was being written."""
        if isinstance(flowable, DayTable):
            self.open_day = flowable.day

    def _templates(self) -> list[PageTemplate]:
        height = PAGE[1] - TOP - BOTTOM
        first = PageTemplate("first", [_frame(height)], onPage=self._foot, autoNextPageTemplate="later")
        later = PageTemplate("later", [_frame(height - self._head_height)], onPage=self._head)
        # If only the closing stands on the last page, no empty table stands above it.
        last = PageTemplate("last", [_frame(height)], onPage=self._page_number)
        return [first, later, last]

    def _content(self) -> Iterator[Flowable]:
        yield from opening(self.logbook, WIDTH)
        yield self.form.head()
        for day, rows in groupby(self.logbook.watched(), lambda row: row.day):
            yield from self.form.day(day, rows, self.logbook.extent.totals[day])
        if self.logbook.extent.first is None:
            yield self.form.nothing()
        yield NextPageTemplate("last")
        yield KeepTogether([Spacer(0, 12), Closing(self.logbook), Spacer(0, 14), signatures(self.logbook, WIDTH)])

    def _head(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        self._page_number(canvas, document)
        head = self.form.head()
        _, height = head.wrapOn(canvas, WIDTH, PAGE[1])
        head.drawOn(canvas, LEFT, PAGE[1] - TOP - height)
        if self.open_day:
            canvas.setFont(f"{SERIF}-Italic", 10)
            canvas.drawString(LEFT, PAGE[1] - TOP + 6, self.logbook.t("manager.export.day_goes_on", day=self.open_day))

    def _page_number(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        self._foot(canvas, document)
        canvas.setFont(f"{SERIF}-Regular", 13)
        canvas.drawCentredString(LEFT + WIDTH / 2, PAGE[1] - TOP + 6, str(canvas.getPageNumber()))

    def _foot(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setFont(f"{SERIF}-Regular", 7.5)
        canvas.drawString(LEFT, BOTTOM - 14, self.logbook.chain())
        taken = self.logbook.t("manager.export.taken", at=self.logbook.taken())
        canvas.drawRightString(PAGE[0] - RIGHT, BOTTOM - 14, taken)


def _frame(height: float) -> Frame:
    return Frame(LEFT, BOTTOM, WIDTH, height, 0, 0, 0, 0)
