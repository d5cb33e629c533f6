"""The look of the reports: the product's tokens on paper, legible when printed in grey."""

from dataclasses import dataclass, replace
from functools import cache

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm

from qa.reports.blocks import Style
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
    """The paragraph styles."""

    title: Style
    heading: Style
    subheading: Style
    eyebrow: Style
    lead: Style
    body: Style
    small: Style
    muted: Style
    number: Style
    quote: Style
    source: Style
    item: Style
    note: Style


@cache
def styles() -> Styles:
    """Return the styles."""
    body = Style("P", REGULAR, SIZE_BODY, 13.5, INK, after=TIGHT)
    head = replace(body, font=BOLD, keeps_with_next=True)
    small = replace(body, size=SIZE_SMALL, leading=11, after=HAIR)
    return Styles(
        title=replace(head, role="H1", size=SIZE_TITLE, leading=25, after=HAIR, level=0),
        heading=replace(
            head, role="H2", size=SIZE_HEADING, leading=16, before=LARGE, after=TIGHT, colour=ACCENT, level=1
        ),
        subheading=replace(head, role="H3", leading=13, before=SMALL, after=HAIR, level=2),
        eyebrow=replace(small, font=BOLD, colour=ACCENT, after=TIGHT),
        lead=replace(body, size=SIZE_LEAD, leading=15),
        body=body,
        small=small,
        muted=replace(small, colour=MUTED),
        number=replace(body, size=SIZE_LEAD, leading=32, after=0),
        quote=replace(body, role="BlockQuote", font=OBLIQUE, left=MEDIUM, right=MEDIUM, before=HAIR, after=HAIR),
        source=replace(small, colour=MUTED, left=MEDIUM, after=0),
        item=replace(body, role="LBody", left=MEDIUM, after=HAIR),
        note=replace(body, left=SMALL, right=SMALL, before=MEDIUM, after=WIDE, fill=WASH, edge=RULE),
    )
