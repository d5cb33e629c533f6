"""One PDF file: paper, pages, bookmarks, and a foot that knows how many pages there are."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab import rl_config

from qa.i18n import Language
from qa.i18n.formats import locale_of
from qa.reports.blocks import UNSEEN, Block, Room, TaggedCanvas, Together, stacked
from qa.reports.fonts import REGULAR, legible, prepare_fonts
from qa.reports.tagging import Structure

# Streams as they are, not spelled out as text: smaller, and quicker to write.
rl_config.useA85 = 0

#: What rounding may make a block higher than its page, in points.
ROUNDING = 1e-6


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

    @property
    def height(self) -> float:
        """Height of the text."""
        return self.size[1] - self.top - self.bottom


Foot = Callable[[TaggedCanvas, int, int], None]


class Flow:
    """Lays blocks out over pages, from the top of each to its foot."""

    def __init__(self, canvas: TaggedCanvas, sheet: Sheet) -> None:
        self.canvas, self.sheet = canvas, sheet
        self.is_top = True
        self._begin()

    def _begin(self) -> None:
        with self.canvas.structure.artifact(self.canvas, kind="Pagination"):
            self.canvas.doForm(f"foot-{self.canvas.getPageNumber()}")
        self.y = self.sheet.size[1] - self.sheet.top
        self.after = 0.0
        self.is_top = True

    def turn(self) -> None:
        """Go on at the top of the next page."""
        self.canvas.showPage()
        self._begin()

    @property
    def room(self) -> float:
        """Height that is left, in points."""
        return self.y - self.sheet.bottom

    def lay(self, story: Sequence[Block]) -> None:
        """Put every block on a page."""
        waiting = deque(story)
        while waiting:
            block = waiting.popleft()
            if block.keeps_with_next and waiting:
                self._keep(block, waiting)
            elif isinstance(block, Room):
                if self.room < block.wanted and not self.is_top:
                    self.turn()
            elif isinstance(block, Together):
                self._together(block, waiting)
            elif rest := self._put(block):
                waiting.appendleft(rest)

    def _keep(self, first: Block, waiting: deque[Block]) -> None:
        """Draw a block on the page on which what follows it can begin."""
        chain = [first]
        place = 0
        while place < len(waiting) and waiting[place].keeps_with_next:
            chain.append(waiting[place])
            place += 1
        width = self.sheet.width
        wanted = stacked(chain, width)
        if place < len(waiting):
            wanted += max(chain[-1].after, waiting[place].before) + waiting[place].least(width)
        if self._gap(first) + wanted > self.room + ROUNDING and not self.is_top and wanted <= self.sheet.height:
            self.turn()
        self._draw(first)

    def _together(self, block: Together, waiting: deque[Block]) -> None:
        long = block.height(self.sheet.width)
        if self._gap(block) + long > self.room + ROUNDING and long <= self.sheet.height and not self.is_top:
            self.turn()
        waiting.extendleft(reversed(block.blocks))

    def _gap(self, block: Block) -> float:
        return 0.0 if self.is_top or isinstance(block, UNSEEN) else max(self.after, block.before)

    def _put(self, block: Block) -> Block | None:
        """Draw what fits of the block and return the rest."""
        width = self.sheet.width
        if self._gap(block) + block.height(width) <= self.room + ROUNDING:
            self._draw(block)
            return None
        parts = block.split(width, room=self.room - self._gap(block))
        if parts is not None:
            self._draw(parts[0])
            self.turn()
            return parts[1]
        if self.is_top:
            # Higher than a page and in one piece: what runs off it is less bad than no report.
            self._draw(block)
            return None
        self.turn()
        return block

    def _draw(self, block: Block) -> None:
        width = self.sheet.width
        self.y -= self._gap(block)
        block.draw(self.canvas, x=self.sheet.left, top=self.y, width=width)
        if not isinstance(block, UNSEEN):
            self.y -= block.height(width)
            self.after, self.is_top = block.after, False


def write_pdf(
    story: Sequence[Block], sheet: Sheet, *, title: str, author: str, language: Language, foot: Foot
) -> bytes:
    """Lay the story out and return the file; equal input gives equal bytes. ``foot`` gets canvas, page and pages."""
    tag = locale_of(language).replace("_", "-")
    title = legible(title)
    out = BytesIO()
    canvas = TaggedCanvas(out, pagesize=sheet.size, invariant=1, pageCompression=1, initialFontName=REGULAR, lang=tag)
    canvas.structure, canvas.first_subsets = Structure(), {}
    canvas.setTitle(title)
    canvas.setAuthor(legible(author))
    prepare_fonts(canvas._doc)  # noqa: SLF001 - reportlab has no public door to its document
    Flow(canvas, sheet).lay(story)
    canvas.showPage()
    pages = canvas.getPageNumber() - 1
    for page in range(1, pages + 1):
        canvas.beginForm(f"foot-{page}")
        foot(canvas, page, pages)
        canvas.endForm()
    canvas.structure.write(canvas, title=title, language=tag)
    canvas.save()
    return out.getvalue()
