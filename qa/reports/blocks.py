"""What pages are laid out from: blocks that know their height, can be split over pages and draw themselves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from qa.reports.tagging import Element, Raw, Structure
from qa.reports.typeset import Line, Run, broken, show_lines

#: A paragraph that is split leaves this many lines on either page.
FEWEST_LINES = 2

#: Signs of an address that a string of a PDF holds as they are.
_AS_THEY_STAND = "!#$%&'*+,/:;=?@[]"


class TaggedCanvas(Canvas):  # type: ignore[misc]  # reportlab is untyped
    """A canvas that knows the document's structure."""

    structure: Structure
    #: What the first subset of each font is called in this document.
    first_subsets: dict[str, str]
    bookmarks = 0

    def bookmark(self, title: str, *, level: int, top: float) -> None:
        """Add an outline entry that leads to this height of the page, in points from below."""
        self.bookmarks += 1
        key = f"heading-{self.bookmarks}"
        self.bookmarkHorizontal(key, 0, top)
        self.addOutlineEntry(title, key, level=level)

    def link(self, address: str, *, box: tuple[float, float, float, float]) -> None:
        """Let a part of the page lead to the address; the box is left, bottom, right and top in points."""
        edges = b" ".join(b"%.2f" % edge for edge in box)
        action = b"<</S/URI/URI(%s)>>" % quote(address, safe=_AS_THEY_STAND).encode()
        # reportlab has no public door to annotations of one's own.
        self._addAnnotation(Raw(b"<</Type/Annot/Subtype/Link/Border[0 0 0]/Rect[%s]/A%s>>" % (edges, action)))


class Block:
    """Something that stands in the column of a page; lengths are points."""

    #: Space that is wanted above and below; of two neighbours the larger counts.
    before = 0.0
    after = 0.0
    #: Stays on the page of what follows.
    keeps_with_next = False

    def height(self, width: float) -> float:
        """Height at this width."""
        raise NotImplementedError

    def least(self, width: float) -> float:
        """Height of the smallest part that may stand at the foot of a page."""
        return self.height(width)

    def split(self, width: float, *, room: float) -> "tuple[Block, Block] | None":  # noqa: ARG002 - most are whole
        """Return what fits into the room and the rest; none where nothing fits."""
        return None

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        """Draw it below ``top``."""
        raise NotImplementedError


class Gap(Block):
    """Free space."""

    def __init__(self, long: float) -> None:
        self.long = long

    def height(self, width: float) -> float:  # noqa: ARG002
        return self.long

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        """Nothing stands there."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph looks, in points, and its role in the structure tree."""

    role: str
    font: str
    size: float
    leading: float
    colour: Color
    left: float = 0.0
    right: float = 0.0
    before: float = 0.0
    after: float = 0.0
    keeps_with_next: bool = False
    #: A heading's level among the bookmarks.
    level: int | None = None
    #: Background and edge of a box around it.
    fill: Color | None = None
    edge: Color | None = None


class Prose(Block):
    """A paragraph or heading; its role stands in its style."""

    def __init__(self, runs: Sequence[Run], style: Style, *, spoken: str, bullet: str = "") -> None:
        self.runs = runs
        self.style = style
        #: The text as it is read aloud, in reading order and with the spaces at the ends of lines.
        self.spoken = spoken
        self.bullet = bullet
        self.before, self.after = style.before, style.after
        self.keeps_with_next = style.keeps_with_next
        #: One element for the whole paragraph, also when it goes on over the page.
        self.element = Element(style.role, spoken=spoken)
        self._broken: tuple[float, tuple[Line, ...]] | None = None

    def lines(self, width: float) -> tuple[Line, ...]:
        """Return the lines at this width."""
        if self._broken is None or self._broken[0] != width:
            room = width - self.style.left - self.style.right
            self._broken = (width, broken(self.runs, width=room))
        return self._broken[1]

    def height(self, width: float) -> float:
        return len(self.lines(width)) * self.style.leading

    def least(self, width: float) -> float:
        lines = len(self.lines(width))
        return (lines if lines <= FEWEST_LINES + 1 else FEWEST_LINES) * self.style.leading

    def split(self, width: float, *, room: float) -> "tuple[Prose, Prose] | None":
        lines = self.lines(width)
        fit = min(int(room / self.style.leading), len(lines) - FEWEST_LINES)
        if fit < FEWEST_LINES:
            return None
        return self._part(width, lines[:fit], bullet=self.bullet), self._part(width, lines[fit:], bullet="")

    def _part(self, width: float, lines: tuple[Line, ...], *, bullet: str) -> "Prose":
        part = Prose(self.runs, self.style, spoken=self.spoken, bullet=bullet)
        part.element, part._broken = self.element, (width, lines)
        return part

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        style, lines = self.style, self.lines(width)
        if style.fill is not None:
            self._fill(canvas, x=x, top=top, width=width)
        if style.level is not None and self.element.parent is None:
            canvas.bookmark(self.spoken, level=style.level, top=top)
        first = top - max(run.size for run, _text in lines[0].pieces)
        with canvas.structure.content(canvas, self.element):
            if self.bullet:
                sign = Run(self.bullet, style.font, style.size, style.colour)
                show_lines(canvas, [Line(((sign, self.bullet),), 0)], x=x, first=first, leading=style.leading)
            show_lines(canvas, lines, x=x + style.left, first=first, leading=style.leading)

    def _fill(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        style, pad = self.style, self.style.left
        long = self.height(width)
        with canvas.structure.artifact(canvas):
            canvas.setFillColor(style.fill)
            canvas.setStrokeColor(style.edge)
            canvas.setLineWidth(0.5)
            canvas.rect(x, top - long - pad, width, long + 2 * pad, stroke=1, fill=1)


class Picture(Block):
    """A drawing with its description in words; without one it is decoration beside text that says the same."""

    def __init__(self, drawing: Drawing, *, alt: str | None = None) -> None:
        self.drawing, self.alt = drawing, alt

    def height(self, width: float) -> float:  # noqa: ARG002
        return float(self.drawing.height)

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:  # noqa: ARG002
        structure, bottom = canvas.structure, top - self.drawing.height
        box = (x, bottom, x + self.drawing.width, top)
        marked = (
            structure.artifact(canvas)
            if self.alt is None
            else structure.content(canvas, Element("Figure", alt=self.alt, box=box))
        )
        with marked:
            renderPDF.draw(self.drawing, canvas, x, bottom)


class Columns(Block):
    """Two columns, read one after the other; ``share`` is the left one's part of the width."""

    def __init__(self, left: Sequence[Block], right: Sequence[Block], *, share: float, between: float) -> None:
        self.left, self.right, self.share, self.between = left, right, share, between

    def height(self, width: float) -> float:
        return max(stacked(self.left, self._left(width)), stacked(self.right, self._right(width)))

    def _left(self, width: float) -> float:
        return width * self.share - self.between

    def _right(self, width: float) -> float:
        return width * (1 - self.share)

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        draw_stack(canvas, self.left, x=x, top=top, width=self._left(width))
        draw_stack(canvas, self.right, x=x + width * self.share, top=top, width=self._right(width))


class Together(Block):
    """Blocks that stay on one page where they fit on one."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.before = blocks[0].before if blocks else 0.0
        self.after = blocks[-1].after if blocks else 0.0

    def height(self, width: float) -> float:
        return stacked(self.blocks, width)

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        draw_stack(canvas, self.blocks, x=x, top=top, width=width)


class Opening(Block):
    """Opens an element of the tree, such as a list, for the blocks up to its closing."""

    keeps_with_next = True

    def __init__(self, role: str) -> None:
        self.element = Element(role)

    def height(self, width: float) -> float:  # noqa: ARG002
        return 0.0

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:  # noqa: ARG002
        canvas.structure.open(self.element)


class Closing(Block):
    """Closes what was opened last."""

    def height(self, width: float) -> float:  # noqa: ARG002
        return 0.0

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:  # noqa: ARG002
        canvas.structure.close()


class Room(Block):
    """Begins a new page where less than this is left, in points."""

    def __init__(self, wanted: float) -> None:
        self.wanted = wanted

    def height(self, width: float) -> float:  # noqa: ARG002
        return 0.0

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        """It is only measured."""


def group(role: str, content: Sequence[Block]) -> list[Block]:
    """Return the blocks wrapped in an element of that role."""
    return [Opening(role), *content, Closing()]


#: These take no part in the spaces between blocks.
UNSEEN = (Opening, Closing, Room)


def placed(blocks: Sequence[Block], width: float) -> Iterator[tuple[Block, float]]:
    """Return each block of a stack with how far its top lies below that of the stack."""
    down = after = 0.0
    first = True
    for block in blocks:
        if isinstance(block, UNSEEN):
            yield block, down
            continue
        down += 0.0 if first else max(after, block.before)
        yield block, down
        down += block.height(width)
        after, first = block.after, False


def stacked(blocks: Sequence[Block], width: float) -> float:
    """Height of the blocks below each other."""
    return max((down + block.height(width) for block, down in placed(blocks, width)), default=0.0)


def draw_stack(canvas: TaggedCanvas, blocks: Sequence[Block], *, x: float, top: float, width: float) -> None:
    """Draw the blocks below each other."""
    for block, down in placed(blocks, width):
        block.draw(canvas, x=x, top=top - down, width=width)


@contextmanager
def opened(structure: Structure, element: Element) -> Iterator[None]:
    """Put what is drawn inside below the element."""
    structure.open(element)
    yield
    structure.close()
