"""Bytes of a text file to text: which encoding it is, or why it is no text."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.errors import InvalidError
from qa.i18n import _
from qa.interactions.reading.values import Problem

#: UTF-32 little endian begins with UTF-16's mark, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: How common files that are no text begin.
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NO_TEXT = (
    b"RIFF",
    b"%PDF",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)

#: Python's names of encodings that leave out a mark at the beginning.
_MARKED = {
    "utf-8": "utf-8-sig",
    "utf-16-le": "utf-16",
    "utf-16-be": "utf-16",
    "utf-32-le": "utf-32",
    "utf-32-be": "utf-32",
}

_SAMPLE_BYTES = 4096
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file; ``damaged_lines`` (from 1) hold bytes that the encoding does not know."""

    text: str
    encoding: str
    damaged_lines: tuple[int, ...] = ()

    def problems(self, file: str) -> tuple[Problem, ...]:
        """Return a problem for each damaged line; the line itself is read, with a replacement character."""
        sentence = _(
            "Some characters on this line are damaged and were replaced: the file is UTF-8, this line is not. "
            "Export it again as UTF-8."
        )
        return tuple(Problem(file, line, sentence) for line in self.damaged_lines)


def decode(data: bytes) -> Decoded:
    """Return the text of the file. Tries byte-order marks, UTF-8, UTF-16 without a mark, then Windows-1252.

    Raises ``InvalidError`` for an empty file, a file of another kind, and bytes that are no text.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise InvalidError(_("The file is empty. Export it again."))
    _refuse_other_kinds(data)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _whole(_with_damage(data[len(mark) :], encoding))
    if b"\0" in data[:_SAMPLE_BYTES]:
        return _whole(_utf_16_without_mark(data))
    return _whole(_utf_8_or_windows(data))


def encoding_of(path: Path) -> tuple[str, str]:
    """Return the encoding of a file and how its faults are to be met, strict or replace, by the rules of ``decode``.

    The file is looked through in pieces, so that it may be of any size. Raises ``InvalidError`` as ``decode`` does.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    if not head.strip(b"\0 \t\r\n") and not any(piece.strip(b"\0 \t\r\n") for piece in _pieces(path)):
        raise InvalidError(_("The file is empty. Export it again."))
    _refuse_other_kinds(head)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _MARKED.get(encoding, encoding), "replace"
    if b"\0" in head:
        return _utf_16_without_mark(head).encoding, "replace"
    damaged = foreign = 0
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for piece in _pieces(path):
        text = decoder.decode(piece)
        if not text.isascii():
            damaged += text.count("\ufffd")
            foreign += sum(char > "\x7f" and char != "\ufffd" for char in text)
    if not damaged or foreign > damaged:
        return "utf-8", "replace"
    windows, line = codecs.getincrementaldecoder("cp1252")(), 1
    for piece in _pieces(path):
        try:
            windows.decode(piece)
        except UnicodeDecodeError as error:
            raise _unknown_encoding(line + piece[: error.start].count(b"\n")) from error
        line += piece.count(b"\n")
    return "cp1252", "strict"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith((_WORKBOOK, _OLD_WORKBOOK)):
        raise InvalidError(
            _("This is a workbook or a zip file, not text. Save the sheet as CSV (UTF-8), or unpack the file first.")
        )
    if data.startswith(_NO_TEXT):
        raise InvalidError(_("This is not a text file. Choose the exported text, CSV or JSON file."))


def _whole(decoded: Decoded) -> Decoded:
    if not decoded.text.strip():
        raise InvalidError(_("The file is empty. Export it again."))
    return decoded


def _utf_16_without_mark(data: bytes) -> Decoded:
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 4
    if odd > half > even:
        return _with_damage(data, "utf-16-le")
    if even > half > odd:
        return _with_damage(data, "utf-16-be")
    raise InvalidError(_("This is not a text file. Choose the exported text, CSV or JSON file."))


def _utf_8_or_windows(data: bytes) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        lenient = data.decode("utf-8", errors="replace")
    damaged = lenient.count("\ufffd")
    foreign = sum(1 for char in lenient if char > "\x7f" and char != "\ufffd")
    if foreign > damaged:
        return _marked(lenient, "utf-8")
    try:
        return Decoded(data.decode("cp1252"), "cp1252")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _unknown_encoding(line) from error


def _unknown_encoding(line: int) -> InvalidError:
    return InvalidError(
        _(
            "The encoding of this file is not known: line {line} is neither UTF-8 nor Windows text. Save it as UTF-8.",
            line=line,
        )
    )


def _with_damage(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return _marked(data.decode(encoding, errors="replace"), encoding)


def _marked(text: str, encoding: str) -> Decoded:
    damaged = tuple(number for number, line in enumerate(text.split("\n"), start=1) if "\ufffd" in line)
    return Decoded(text, encoding, damaged)
