"""Fonts in a document: a subset of signs that most documents share, made once per process."""

import re
import zlib
from functools import cached_property, lru_cache
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, makeToUnicodeCMap

from qa.reports.tagging import Raw

#: What Dutch, English and the names of our neighbours need besides ASCII; with it the first subset of 256 is nearly full.
USUAL = (
    "".join(chr(code) for code in range(0xA1, 0x100) if code != 0xAD)
    + "–—‘’“”„•…€±·−×→←≥≤◌"
    + "ĀāĂăĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĪīİıŁłŃńŇňŐőŒœŘřŚśŞşŠšŤťŪūŮůŰűŸŹźŻżŽž"
)[:159]

#: A text of only such signs, ASCII and hard spaces: every font shows it as it stands, all in its first subset.
PLAIN = re.compile(f"[ -~\N{NO-BREAK SPACE}{re.escape(USUAL)}]*")

#: Subsets that are remembered; a rare one is made again.
REMEMBERED = 24


class ReportFont(TTFont):  # type: ignore[misc]  # reportlab is untyped
    """A TrueType font whose embedded subsets are remembered over documents."""

    def prepare(self, document: object) -> None:
        """Give the usual signs their places in the document, before its first text."""
        self.splitString(USUAL, document)

    @cached_property
    def codes(self) -> dict[int, str]:
        """How each sign of a plain text is written in a string that is shown with the first subset."""
        document = pdfdoc.PDFObject()
        self.prepare(document)
        placed = self.state.pop(document).assignments
        codes = {ord(sign): f"\\{sign}" for sign in "()\\"}
        codes |= {ord(sign): f"\\{placed[ord(sign)]:03o}" for sign in USUAL}
        return codes | {ord("\N{NO-BREAK SPACE}"): " "}

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's names
        state = self.state[doc]
        state.frozen = 1
        for number, subset in enumerate(state.subsets):
            internal = self.getSubsetInternalName(number, doc)[1:]
            name = b"%s+%s%s" % (SUBSETN(number), self.face.name, self.face.subfontNameX)
            file, descriptor, unicode_map, font = _subset(self, tuple(subset), name.decode("pdfdoc"))
            refer = doc.Reference
            held = refer(Raw(file)).format(doc)
            described = refer(Raw(descriptor % held)).format(doc)
            mapped = refer(Raw(unicode_map)).format(doc)
            made = Raw(font % (internal.encode(), described, mapped))
            refer(made, internal)
            doc.idToObject["BasicFonts"].dict[internal] = made
        del self.state[doc]


@lru_cache(maxsize=REMEMBERED)
def _subset(font: ReportFont, subset: tuple[int, ...], name: str) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the font's file, its descriptor, its map to Unicode and itself, with gaps where they name each other."""
    face = font.face
    content = face.makeSubset(list(subset))
    flags = (face.flags & ~_NON_SYMBOLIC) | _SYMBOLIC
    descriptor = (
        f"<</Type/FontDescriptor/FontName/{name}/Flags {flags}/FontBBox[{_numbers(face.bbox)}]"
        f"/ItalicAngle {face.italicAngle:g}/Ascent {face.ascent:g}/Descent {face.descent:g}/CapHeight {face.capHeight:g}"
        f"/StemV {face.stemV:g}/MissingWidth {face.defaultWidth:g}/FontFile2 %s>>"
    )
    widths = _numbers([face.getCharWidth(code) for code in subset])
    made = (
        f"<</Type/Font/Subtype/TrueType/BaseFont/{name}/Name/%s/FirstChar 0/LastChar {len(subset) - 1}"
        f"/Widths[{widths}]/FontDescriptor %s/ToUnicode %s>>"
    )
    unicode_map = makeToUnicodeCMap(name, list(subset))
    return (
        _stream(content, b"/Length1 %d" % len(content)),
        descriptor.encode(),
        _stream(unicode_map.encode("latin-1"), b""),
        made.encode(),
    )


_NON_SYMBOLIC, _SYMBOLIC = 1 << 5, 1 << 2


def _numbers(values: Any) -> str:
    return " ".join(f"{value:g}" for value in values)


def _stream(content: bytes, entries: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)
