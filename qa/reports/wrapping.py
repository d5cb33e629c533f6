"""Lines of a given width for text that is drawn without a paragraph."""

from reportlab.lib.colors import black

from qa.reports.typeset import ROUNDING, Run, broken, text_width


def wrapped(text: str, *, width: float, font: str, size: float, most: int | None = None) -> list[str]:
    """Break the text at spaces, a word that is too long inside it; beyond ``most`` lines the last ends in an ellipsis.

    ``width`` and ``size`` are points. There is always at least one line.
    """
    if text_width(text, font=font, size=size) <= width:
        return [text]
    found = broken([Run(text, font, size, black)], width=width)
    lines = ["".join(piece for _run, piece in line.pieces) for line in found]
    if most is not None and len(lines) > most:
        last = lines[most - 1]
        while last and text_width(last + "…", font=font, size=size) > width + ROUNDING:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return lines
