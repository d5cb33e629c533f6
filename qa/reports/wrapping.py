"""Lines of a given width for text that is drawn without a paragraph."""

from qa.reports.fonts import text_width


def wrapped(text: str, *, width: float, font: str, size: float, most: int | None = None) -> list[str]:
    """Break the text at spaces, a word that is too long inside it; beyond ``most`` lines the last ends in an ellipsis.

    ``width`` and ``size`` are points. There is always at least one line.
    """
    if text_width(text, font=font, size=size) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, font=font, size=size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, width=width, font=font, size=size)
        lines += whole
    lines.append(line)
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while last and text_width(last + "…", font=font, size=size) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return lines


def _pieces(word: str, *, width: float, font: str, size: float) -> list[str]:
    pieces: list[str] = []
    piece = ""
    for sign in word:
        if piece and text_width(piece + sign, font=font, size=size) > width:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [*pieces, piece]
