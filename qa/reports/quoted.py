"""Words from an interaction: a rule beside them, where they were said, and the way there, on paper too."""

import re
from collections.abc import Sequence
from functools import lru_cache

import segno

from qa.reports import style as look
from qa.reports.blocks import Block, Prose, TaggedCanvas, draw_stack, stacked
from qa.reports.tagging import Element

#: Side of the code in points: with the addresses of a company its squares are near half a millimetre.
SIDE = 42.0

#: Height in points up to which what is said of a quote stands beside its code; what is longer may go on over the page.
MOST_ABOVE = 1.5 * SIDE

#: One of the masks of the standard; which one reads best is worth no search over all eight.
MASK = 3

#: Codes that are remembered: several quotes of a report are of one interaction.
REMEMBERED = 16

_DARK = re.compile(rb"\x01+")


class Quoted(Block):
    """A quote and its source, both leading to ``link`` where there is one; ``alt`` says where the code leads.

    What is said of the quote stands above it, beside the code.
    """

    after = look.SMALL

    def __init__(self, words: Prose, source: Prose, *, above: Sequence[Block], link: str, alt: str) -> None:
        self.words, self.source, self.above, self.link, self.alt = words, source, above, link, alt
        self.before = above[0].before if above else look.HAIR

    def _text_width(self, width: float) -> float:
        return width - SIDE - look.SMALL if self.link else width

    def _down(self, inner: float) -> float:
        """How far below the top the quote itself begins."""
        return stacked(self.above, inner) + max(self.above[-1].after, look.HAIR) if self.above else 0.0

    def height(self, width: float) -> float:
        inner = self._text_width(width)
        long = self._down(inner) + self.words.height(inner) + self.source.height(inner)
        return max(long, SIDE if self.link else 0.0)

    def draw(self, canvas: TaggedCanvas, *, x: float, top: float, width: float) -> None:
        inner, edge = self._text_width(width), top
        draw_stack(canvas, self.above, x=x, top=top, width=inner)
        top -= self._down(inner)
        long = self.words.height(inner) + self.source.height(inner)
        with canvas.structure.artifact(canvas):
            canvas.setStrokeColor(look.ACCENT)
            canvas.setLineWidth(1.6)
            canvas.line(x + 3, top - long, x + 3, top)
        self.words.draw(canvas, x=x, top=top, width=inner)
        below = top - self.words.height(inner)
        self.source.draw(canvas, x=x, top=below, width=inner)
        if self.link:
            foot = below - self.source.height(inner)
            canvas.link(self.link, box=(x, foot, x + inner, top))
            self._code(canvas, left=x + width - SIDE, top=edge)

    def _code(self, canvas: TaggedCanvas, *, left: float, top: float) -> None:
        bottom = top - SIDE
        box = (left, bottom, left + SIDE, top)
        with canvas.structure.content(canvas, Element("Figure", alt=self.alt, box=box)):
            canvas.addLiteral(code_operators(self.link, x=left, y=bottom, side=SIDE))
        canvas.link(self.link, box=box)


def code_operators(text: str, *, x: float, y: float, side: float) -> str:
    """Return the operators that draw the text as a QR code, black on the paper; lengths are points."""
    rows = _dark(text)
    step = side / len(rows)
    lefts = [f"{x + at * step:.2f}" for at in range(len(rows))]
    sizes = [f"{long * step:.2f} {step:.2f} re" for long in range(len(rows) + 1)]
    code = ["0 0 0 rg"]
    for place, row in enumerate(rows, start=1):
        below = f"{y + side - place * step:.2f}"
        code += [f"{lefts[begins]} {below} {sizes[ends - begins]}" for begins, ends in row]
    code.append("f")
    return "\n".join(code)


@lru_cache(maxsize=REMEMBERED)
def _dark(text: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return where the dark squares of each row begin and end."""
    rows = segno.make(text, error="l", micro=False, mask=MASK).matrix
    return tuple(tuple(run.span() for run in _DARK.finditer(row)) for row in rows)
