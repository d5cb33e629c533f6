"""The look of the reports: the product's tokens on paper, legible when printed in grey."""

from dataclasses import dataclass
from functools import cache

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from qa.reports.document import Sheet
from qa.reports.fonts import BOLD, OBLIQUE, REGULAR

INK: Color = HexColor(0x1B2426)
MUTED: Color = HexColor(0x536064)
RULE: Color = HexColor(0xC6CFD1)
WASH: Color = HexColor(0xF0F5F5)
ACCENT: Color = HexColor(0x0B5C5E)
#: A third of the accent: the band of an interval, still seen beside white in grey print.
TINT: Color = HexColor(0x9CC5C4)
WHITE: Color = HexColor(0xFFFFFF)

#: Spaces in points.
HAIR, TIGHT, SMALL, MEDIUM, LARGE, WIDE = 2, 4, 8, 12, 16, 24

#: Type sizes in points.
SIZE_FOOT, SIZE_SMALL, SIZE_BODY, SIZE_LEAD, SIZE_HEADING, SIZE_TITLE, SIZE_NUMBER = 6.5, 7.5, 9, 10.5, 12, 20, 26

PAPERS = {"a4": A4, "letter": LETTER}


def sheet(paper: str, *, foot_height: float) -> Sheet:
    """Return the paper (``a4`` or ``letter``) with its margins; the foot stands below the text."""
    return Sheet(PAPERS[paper], left=20 * mm, right=20 * mm, top=20 * mm, bottom=14 * mm + foot_height)


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph styles; each knows its role in the structure tree."""

    title: ParagraphStyle
    heading: ParagraphStyle
    subheading: ParagraphStyle
    eyebrow: ParagraphStyle
    lead: ParagraphStyle
    body: ParagraphStyle
    small: ParagraphStyle
    muted: ParagraphStyle
    number: ParagraphStyle
    quote: ParagraphStyle
    source: ParagraphStyle
    item: ParagraphStyle
    note: ParagraphStyle
    cell: ParagraphStyle
    cell_right: ParagraphStyle


def _style(name: str, role: str, **rest: object) -> ParagraphStyle:
    settings: dict[str, object] = {
        "fontName": REGULAR,
        "fontSize": SIZE_BODY,
        "leading": 13.5,
        "textColor": INK,
        "splitLongWords": 1,
        "bulletFontName": REGULAR,
        "bulletFontSize": SIZE_BODY,
        "allowWidows": 0,
        "allowOrphans": 0,
        **rest,
    }
    style = ParagraphStyle(name, **settings)
    style.role = role
    return style


@cache
def styles() -> Styles:
    """Return the styles; the fonts must be registered."""
    heads = {"fontName": BOLD, "keepWithNext": 1}
    return Styles(
        title=_style(
            "title", "H1", **heads, fontSize=SIZE_TITLE, leading=25, spaceAfter=HAIR, textColor=INK, bookmark_level=0
        ),
        heading=_style(
            "heading",
            "H2",
            **heads,
            fontSize=SIZE_HEADING,
            leading=16,
            spaceBefore=LARGE,
            spaceAfter=TIGHT,
            textColor=ACCENT,
            bookmark_level=1,
        ),
        subheading=_style(
            "subheading",
            "H3",
            **heads,
            fontSize=SIZE_BODY,
            leading=13,
            spaceBefore=SMALL,
            spaceAfter=HAIR,
            bookmark_level=2,
        ),
        eyebrow=_style(
            "eyebrow", "P", fontName=BOLD, fontSize=SIZE_SMALL, leading=11, textColor=ACCENT, spaceAfter=TIGHT
        ),
        lead=_style("lead", "P", fontSize=SIZE_LEAD, leading=15, spaceAfter=TIGHT),
        body=_style("body", "P", spaceAfter=TIGHT),
        small=_style("small", "P", fontSize=SIZE_SMALL, leading=11, spaceAfter=HAIR),
        muted=_style("muted", "P", fontSize=SIZE_SMALL, leading=11, textColor=MUTED, spaceAfter=HAIR),
        number=_style("number", "P", fontSize=SIZE_LEAD, leading=32),
        quote=_style(
            "quote",
            "BlockQuote",
            fontName=OBLIQUE,
            leftIndent=MEDIUM,
            rightIndent=MEDIUM,
            spaceBefore=HAIR,
            spaceAfter=HAIR,
        ),
        source=_style("source", "P", fontSize=SIZE_SMALL, leading=11, textColor=MUTED, leftIndent=MEDIUM),
        item=_style("item", "LBody", leftIndent=MEDIUM, bulletIndent=0, spaceAfter=HAIR),
        note=_style(
            "note",
            "P",
            backColor=WASH,
            borderColor=RULE,
            borderWidth=0.5,
            borderPadding=(SMALL, SMALL, SMALL, SMALL),
            leftIndent=SMALL,
            rightIndent=SMALL,
            spaceBefore=MEDIUM,
            spaceAfter=WIDE,
        ),
        cell=_style("cell", "P", fontSize=SIZE_SMALL, leading=10.5),
        cell_right=_style("cell-right", "P", fontSize=SIZE_SMALL, leading=10.5, alignment=TA_RIGHT),
    )
