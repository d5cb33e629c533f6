"""One PDF file: paper, pages, bookmarks, and a foot that knows how many pages there are."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from qa.i18n import Language
from qa.i18n.formats import locale_of
from qa.reports.fonts import REGULAR, legible
from qa.reports.tagging import Structure

# Streams as they are, not spelled out as text: smaller, and quicker to write.
rl_config.useA85 = 0


class TaggedCanvas(Canvas):  # type: ignore[misc]  # reportlab is untyped
    """A canvas that knows the document's structure and draws the foot once the number of pages is known."""

    structure: Structure
    foot: Callable[["TaggedCanvas", int, int], None]
    document_title: str
    language: str
    bookmarks = 0

    def bookmark(self, title: str, *, level: int, height: float) -> None:
        """Add an outline entry that leads to the top of the current flowable."""
        self.bookmarks += 1
        key = f"heading-{self.bookmarks}"
        self.bookmarkHorizontal(key, 0, height)
        self.addOutlineEntry(title, key, level=level)

    def save(self) -> None:
        if self._code:
            self.showPage()
        pages = self.getPageNumber() - 1
        for page in range(1, pages + 1):
            self.beginForm(f"foot-{page}")
            self.foot(self, page, pages)
            self.endForm()
        self.structure.write(self, title=self.document_title, language=self.language)
        super().save()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper and margins, in points."""

    size: tuple[float, float]
    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """Width of the text."""
        return self.size[0] - self.left - self.right


def write_pdf(
    story: list[Any],
    sheet: Sheet,
    *,
    title: str,
    author: str,
    language: Language,
    foot: Callable[[TaggedCanvas, int, int], None],
) -> bytes:
    """Lay the story out and return the file; equal input gives equal bytes. ``foot`` gets canvas, page and pages."""
    structure = Structure()
    tag = locale_of(language).replace("_", "-")
    title = legible(title)

    def make_canvas(*positional: Any, **named: Any) -> TaggedCanvas:
        canvas = TaggedCanvas(*positional, **named)
        canvas.structure, canvas.foot, canvas.document_title = structure, foot, title
        canvas.language = tag
        return canvas

    def draw_foot(canvas: TaggedCanvas, _document: object) -> None:
        with structure.artifact(canvas, kind="Pagination"):
            canvas.doForm(f"foot-{canvas.getPageNumber()}")

    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=sheet.size,
        title=title,
        author=legible(author),
        lang=tag,
        invariant=1,
        initialFontName=REGULAR,
        pageCompression=1,
    )
    frame = Frame(
        sheet.left,
        sheet.bottom,
        sheet.width,
        sheet.size[1] - sheet.top - sheet.bottom,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates([PageTemplate("page", [frame], onPage=draw_foot)])
    document.build(story, canvasmaker=make_canvas)
    return out.getvalue()
