"""The fonts of the reports and what of a text they can show."""

import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path

from reportlab.graphics.shapes import STATE_DEFAULTS
from reportlab.pdfbase import pdfmetrics

from qa.errors import NotFoundError
from qa.i18n import _
from qa.reports.embedding import PLAIN, ReportFont
from qa.reports.righttoleft import shaped

REGULAR = "Report"
BOLD = "Report-Bold"
OBLIQUE = "Report-Oblique"

#: Stands where the fonts have no sign for a character.
MISSING = "\u25cc"

_FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", OBLIQUE: "DejaVuSans-Oblique.ttf"}
_BREAKS = frozenset("\n\t\r\x0b\x0c\u2028\u2029")
_ROOT = Path(__file__).resolve().parents[2]

#: Where the build hook puts the fonts, and where npm leaves them in a checkout in which it has not run.
FOLDERS = (
    _ROOT / "web" / "static" / "vendor" / "fonts",
    _ROOT / "node_modules" / "dejavu-fonts-ttf" / "ttf",
)


@cache
def register_fonts(folder: Path | None = None) -> Path:
    """Make the fonts known to reportlab, once per process, and return their folder; refuse where they are missing."""
    for candidate in (folder,) if folder else FOLDERS:
        if all((candidate / name).is_file() for name in _FILES.values()):
            break
    else:
        raise NotFoundError(
            _(
                "The fonts for PDF reports are missing. Install the product again, so that its front-end files are built."
            )
        )
    for name, file in _FILES.items():
        pdfmetrics.registerFont(ReportFont(name, str(candidate / file)))
    # A drawing sets reportlab's own default font first, which would be named in the file without being embedded.
    STATE_DEFAULTS["fontName"] = REGULAR
    return candidate


def prepare_fonts(document: object) -> None:
    """Give the usual signs their places in a new document, so that most documents embed the same subset."""
    for name in _FILES:
        pdfmetrics.getFont(name).prepare(document)


@cache
def _known(font: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


def cleaned(text: str) -> str:
    """Return the text composed, in visual order, without control characters; what no font shows is one neutral sign."""
    if PLAIN.fullmatch(text):
        return text
    known = _known(REGULAR)
    out: list[str] = []
    for sign in shaped(unicodedata.normalize("NFC", text)):
        if sign in _BREAKS:
            out.append(" ")
        elif _is_unseen(sign):
            continue
        elif ord(sign) in known:
            out.append(sign)
        elif not out or out[-1] != MISSING:
            out.append(MISSING)
    return "".join(out)


def _is_unseen(sign: str) -> bool:
    """Joiners, variation selectors, skin tones, direction marks, controls and lone surrogates draw nothing."""
    return (
        unicodedata.category(sign) in {"Cc", "Cf", "Cs"}
        or "\ufe00" <= sign <= "\ufe0f"
        or ("\U0001f3fb" <= sign <= "\U0001f3ff")
    )


def legible(text: str) -> str:
    """Return the text as it is read aloud or copied: in reading order, on one line, without control characters."""
    if PLAIN.fullmatch(text):
        return text
    spaced = "".join(" " if sign in _BREAKS else sign for sign in text)
    return "".join(sign for sign in spaced if unicodedata.category(sign) not in {"Cc", "Cs"})


def printable(text: str, *, font: str = REGULAR) -> str:
    """Return the text with only signs that this one font has, for strings drawn without markup."""
    clean = cleaned(text)
    if PLAIN.fullmatch(clean):
        return clean
    known = _known(font)
    return "".join(sign if ord(sign) in known else MISSING for sign in clean)


def in_fonts(text: str, *, font: str = REGULAR) -> list[tuple[str, str]]:
    """Return the text as stretches of (text, font): what only the regular font has is set in that."""
    clean = cleaned(text)
    if font == REGULAR or PLAIN.fullmatch(clean):
        return [(clean, font)]
    known = _known(font)
    runs = groupby(clean, key=lambda sign: ord(sign) in known)
    return [("".join(run), font if has else REGULAR) for has, run in runs]


def lacks_signs(text: str) -> bool:
    """Whether a character of the text is shown as the neutral sign."""
    return MISSING not in text and MISSING in cleaned(text)
