"""Text set in lines: measured word by word, broken at spaces, written to a page as it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from qa.reports.embedding import PLAIN

#: Words whose width is remembered; reports say much in the same words.
REMEMBERED = 1 << 15

#: What is rounded away in sums of widths, in points.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one font, size (points) and colour."""

    text: str
    font: str
    size: float
    colour: Color


@dataclass(frozen=True, slots=True)
class Line:
    """Stretches of text that stand beside each other, each with the run it is of; ``width`` in points."""

    pieces: tuple[tuple[Run, str], ...]
    width: float


@lru_cache(maxsize=REMEMBERED)
def _ems(text: str, font: str) -> float:
    """Width in the size of the font; signs stand side by side, so that widths of parts add up."""
    face = pdfmetrics.getFont(font).face
    widths, other = face.charWidths, face.defaultWidth
    return float(sum(widths.get(ord(sign), other) for sign in text) / 1000)


def text_width(text: str, *, font: str, size: float) -> float:
    """Width in points."""
    return _ems(text, font) * size


def pieces_of(word: str, *, width: float, font: str, size: float) -> list[str]:
    """Break a word that is wider than ``width`` points inside it; at least one sign goes on each line."""
    pieces: list[str] = []
    piece, long = "", 0.0
    for sign in word:
        wide = _ems(sign, font) * size
        if piece and long + wide > width + ROUNDING:
            pieces.append(piece)
            piece, long = "", 0.0
        piece += sign
        long += wide
    return [*pieces, piece]


def broken(runs: Sequence[Run], *, width: float) -> tuple[Line, ...]:
    """Break the runs at spaces into lines of at most ``width`` points; there is always at least one line."""
    if len(runs) == 1:
        return _broken_plainly(runs[0], width=width)
    lines: list[Line] = []
    line: list[tuple[Run, str]] = []
    long = 0.0
    for word in _words(runs, width=width):
        wide = sum(_ems(text, run.font) * run.size for run, text in word)
        gap = _ems(" ", line[-1][0].font) * line[-1][0].size if line else 0.0
        if line and long + gap + wide > width + ROUNDING:
            lines.append(Line(tuple(line), long))
            line, long, gap = [], 0.0, 0.0
        if line:
            run, text = line[-1]
            line[-1] = (run, text + " ")
        for run, text in word:
            if line and line[-1][0] is run:
                line[-1] = (run, line[-1][1] + text)
            else:
                line.append((run, text))
        long += gap + wide
    lines.append(Line(tuple(line), long))
    return tuple(lines)


def _broken_plainly(run: Run, *, width: float) -> tuple[Line, ...]:
    font, size = run.font, run.size
    lines: list[Line] = []
    words: list[str] = []
    space = _ems(" ", font) * size
    long = -space
    for word in run.text.split(" "):
        if not word:
            continue
        wide = _ems(word, font) * size
        if words and long + space + wide > width + ROUNDING:
            lines.append(Line(((run, " ".join(words)),), long))
            words, long = [], -space
        if wide > width:
            *whole, word = pieces_of(word, width=width, font=font, size=size)  # noqa: PLW2901 - the rest goes on
            lines += [Line(((run, piece),), _ems(piece, font) * size) for piece in whole]
            wide = _ems(word, font) * size
        words.append(word)
        long += space + wide
    lines.append(Line(((run, " ".join(words)),), max(long, 0.0)))
    return tuple(lines)


def _words(runs: Sequence[Run], *, width: float) -> Iterator[list[tuple[Run, str]]]:
    """Words of several runs: one goes on in the next run where no space is between them."""
    word: list[tuple[Run, str]] = []
    for run in runs:
        first, *others = run.text.split(" ")
        if first:
            word.append((run, first))
        for other in others:
            if word:
                yield from _narrow(word, width=width)
            word = [(run, other)] if other else []
    if word:
        yield from _narrow(word, width=width)


def _narrow(word: list[tuple[Run, str]], *, width: float) -> Iterator[list[tuple[Run, str]]]:
    if sum(_ems(text, run.font) * run.size for run, text in word) <= width:
        yield word
        return
    for run, text in word:
        for piece in pieces_of(text, width=width, font=run.font, size=run.size):
            yield [(run, piece)]


@lru_cache(maxsize=64)
def _fill(colour: Color) -> str:
    return f"{colour.red:.4g} {colour.green:.4g} {colour.blue:.4g} rg"


def _shown(canvas: Canvas, text: str, *, font: str) -> list[tuple[str, str]]:
    """Return the names of the font's subsets, each with the operator that shows a part of the text in it."""
    found = pdfmetrics.getFont(font)
    if PLAIN.fullmatch(text):
        name = canvas.first_subsets.get(font) or _first_subset(canvas, font)
        return [(name, f"({text.translate(found.codes)}) Tj")]
    document = canvas._doc  # noqa: SLF001 - reportlab has no public door to its document
    return [
        (found.getSubsetInternalName(subset, document), f"({_escaped(signs.decode('latin-1'))}) Tj")
        for subset, signs in found.splitString(text, document)
    ]


def _first_subset(canvas: Canvas, font: str) -> str:
    name = canvas.first_subsets[font] = pdfmetrics.getFont(font).getSubsetInternalName(0, canvas._doc)  # noqa: SLF001
    return str(name)


def _escaped(text: str) -> str:
    return "".join(
        f"\\{sign}" if sign in "()\\" else sign if " " <= sign <= "~" else f"\\{ord(sign):03o}" for sign in text
    )


def show_lines(canvas: Canvas, lines: Sequence[Line], *, x: float, first: float, leading: float) -> None:
    """Write the lines, the first with its foot at ``first``, each ``leading`` points below the one before."""
    code = [f"BT 1 0 0 1 {x:.2f} {first:.2f} Tm {leading:g} TL"]
    font = colour = ""
    for line in lines:
        for run, text in line.pieces:
            fill = _fill(run.colour)
            if fill != colour:
                code.append(fill)
                colour = fill
            for name, operator in _shown(canvas, text, font=run.font):
                wanted = f"{name} {run.size:g} Tf"
                if wanted != font:
                    code.append(wanted)
                    font = wanted
                code.append(operator)
        code.append("T*")
    code[-1] = "ET"
    canvas._code.append("\n".join(code))  # noqa: SLF001 - the same door as the document's
