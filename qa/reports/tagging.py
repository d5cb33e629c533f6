"""Tags for PDFs: a structure tree over reportlab's pages, so that a screen reader finds headings, tables and figures."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any

from reportlab.graphics.shapes import Drawing
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table

# reportlab writes only the page entries it knows by name; these two tie a page to its part of the tree.
for _entry in ("StructParents", "Tabs"):
    if _entry not in pdfdoc.PDFPage.__NoDefault__:
        pdfdoc.PDFPage.__NoDefault__.append(_entry)


@dataclass(slots=True, eq=False)
class Element:
    """A node of the structure tree; ``spoken`` replaces what is read aloud, ``alt`` describes a figure in words."""

    role: str
    spoken: str | None = None
    alt: str | None = None
    scope: str | None = None
    box: tuple[float, float, float, float] | None = None
    parent: "Element | None" = None
    #: Elements below this one, and (page number, marked-content number) where its own content stands.
    kids: list["Element | tuple[int, int]"] = field(default_factory=list)


class Structure:
    """The tree of one document while its pages are drawn; reading order is the order of drawing."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self._open = [self.root]
        self._pages: dict[int, list[Element]] = {}
        self._silent = 0

    def open(self, element: Element) -> None:
        """Put what is drawn until ``close`` below ``element``, which may have been opened before on an earlier page."""
        if self._silent:
            return
        self._place(element)
        self._open.append(element)

    def close(self) -> None:
        """Go back to the element above."""
        if not self._silent:
            self._open.pop()

    @contextmanager
    def content(self, canvas: Canvas, element: Element) -> Iterator[None]:
        """Mark what is drawn inside as the element's own content."""
        if self._silent:
            yield
            return
        self._place(element)
        page = canvas.getPageNumber()
        marked = self._pages.setdefault(page, [])
        element.kids.append((page, len(marked)))
        canvas.addLiteral(f"/{element.role} <</MCID {len(marked)}>> BDC")
        marked.append(element)
        yield
        canvas.addLiteral("EMC")

    @contextmanager
    def artifact(self, canvas: Canvas, *, kind: str = "Layout") -> Iterator[None]:
        """Mark what is drawn inside as decoration that is not read aloud."""
        if self._silent:
            yield
            return
        canvas.addLiteral(f"/Artifact <</Type /{kind}>> BDC")
        self._silent += 1
        yield
        self._silent -= 1
        canvas.addLiteral("EMC")

    def _place(self, element: Element) -> None:
        if element.parent is None:
            element.parent = self._open[-1]
            element.parent.kids.append(element)

    def write(self, canvas: Canvas, *, title: str, language: str) -> None:
        """Put the tree and the document's properties into the catalogue; called once, just before the file is written."""
        document = canvas._doc  # noqa: SLF001 - reportlab has no public door to its catalogue
        _write_tree(document, self.root, self._pages)
        catalogue = document.Catalog
        catalogue.MarkInfo = _Raw(b"<</Marked true>>")
        catalogue.ViewerPreferences = _Raw(b"<</DisplayDocTitle true>>")
        catalogue.Metadata = _metadata(title, language)


class _Raw(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab is untyped
    """An indirect object whose bytes are already written."""

    __RefOnly__ = 1

    def __init__(self, source: bytes = b"") -> None:
        self.source = source

    def format(self, document: object) -> bytes:  # noqa: ARG002 - reportlab's signature
        return self.source


def _text(value: str) -> bytes:
    return b"<FEFF" + value.encode("utf-16-be", "replace").hex().upper().encode() + b">"


def _write_tree(document: Any, root: Element, pages: dict[int, list[Element]]) -> None:
    page_names = [document.Reference(page).format(document) for page in document.Pages.pages]
    objects: dict[int, _Raw] = {}
    names: dict[int, bytes] = {}

    def name(element: Element) -> bytes:
        if id(element) not in names:
            objects[id(element)] = _Raw()
            names[id(element)] = document.Reference(objects[id(element)]).format(document)
        return names[id(element)]

    top = _Raw()
    top_name = document.Reference(top).format(document)
    waiting = [root]
    while waiting:
        element = waiting.pop()
        kids = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(name(kid))
                waiting.append(kid)
            else:
                kids.append(b"<</Type/MCR/Pg %s/MCID %d>>" % (page_names[kid[0] - 1], kid[1]))
        above = top_name if element.parent is None else name(element.parent)
        name(element)
        objects[id(element)].source = b"<</Type/StructElem/S/%s/P %s/K[%s]%s>>" % (
            element.role.encode(),
            above,
            b" ".join(kids),
            _entries(element),
        )
    numbers = b" ".join(
        b"%d [%s]" % (page - 1, b" ".join(name(element) for element in marked))
        for page, marked in sorted(pages.items())
    )
    top.source = b"<</Type/StructTreeRoot/K[%s]/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>" % (
        name(root),
        numbers,
        len(page_names),
    )
    document.Catalog.StructTreeRoot = top
    for index, page in enumerate(document.Pages.pages):
        found = document.idToObject[page.name] if isinstance(page, pdfdoc.PDFObjectReference) else page
        found.StructParents = index
        found.Tabs = pdfdoc.PDFName("S")


def _entries(element: Element) -> bytes:
    written = b""
    if element.alt is not None:
        written += b"/Alt " + _text(element.alt)
    if element.spoken is not None:
        written += b"/ActualText " + _text(element.spoken)
    if element.scope is not None:
        written += b"/A <</O/Table/Scope/%s>>" % element.scope.encode()
    if element.box is not None:
        written += b"/A <</O/Layout/Placement/Block/BBox[%s]>>" % b" ".join(b"%.2f" % edge for edge in element.box)
    return written


def _metadata(title: str, language: str) -> Any:
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{escape(language)}</rdf:li></rdf:Bag></dc:language>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
    stream = pdfdoc.PDFStream(content=packet.encode(), filters=[])
    stream.dictionary["Type"] = pdfdoc.PDFName("Metadata")
    stream.dictionary["Subtype"] = pdfdoc.PDFName("XML")
    stream.__RefOnly__ = 1
    return stream


class Prose(Paragraph):  # type: ignore[misc]  # reportlab is untyped
    """A paragraph or heading; the role stands in its style, a heading's bookmark level in ``style.bookmark_level``."""

    def __init__(
        self, text: str | None, style: Any = None, *rest: Any, spoken: str | None = None, **options: Any
    ) -> None:
        super().__init__(text, style, *rest, **options)
        #: The text in reading order, where that is not the order in which it is drawn.
        self.spoken = spoken
        #: One element for the whole paragraph, also when it goes on over the page.
        self.element: Element | None = None

    def _whole(self) -> Element:
        if self.element is None:
            # reportlab writes no space at a line's end, so without ActualText a reader would join words.
            self.element = Element(
                getattr(self.style, "role", "P"), spoken=self.spoken or self.getPlainText(identify=1)
            )
        return self.element

    def split(self, availWidth: float, availHeight: float) -> list["Prose"]:  # noqa: N803 - reportlab's names
        parts: list[Prose] = super().split(availWidth, availHeight)
        if len(parts) > 1:
            whole = self._whole()
            for part in parts:
                part.element = whole
        return parts

    def draw(self) -> None:
        element = self._whole()
        level = getattr(self.style, "bookmark_level", None)
        if level is not None and element.parent is None:
            self.canv.bookmark(element.spoken or "", level=level, height=self.height)
        with self.canv.structure.content(self.canv, element):
            super().draw()


class Group(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """Opens an element of the tree, such as a list, for the flowables up to its ``end``."""

    _ZEROSIZE = 1

    def __init__(self, role: str | None) -> None:
        super().__init__()
        self.element = None if role is None else Element(role)
        self.keepWithNext = role is not None

    def wrap(self, *_available: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        if self.element is None:
            self.canv.structure.close()
        else:
            self.canv.structure.open(self.element)


def group(role: str, content: Sequence[Any]) -> list[Any]:
    """Return the flowables wrapped in an element of that role."""
    return [Group(role), *content, Group(None)]


class Picture(Flowable):  # type: ignore[misc]  # reportlab is untyped
    """A drawing with its description in words; without one it is decoration beside text that says the same."""

    def __init__(self, drawing: Drawing, *, alt: str | None = None) -> None:
        super().__init__()
        self.drawing = drawing
        self.alt = alt

    def wrap(self, *_available: float) -> tuple[float, float]:
        return self.drawing.width, self.drawing.height

    def draw(self) -> None:
        structure = self.canv.structure
        if self.alt is None:
            with structure.artifact(self.canv):
                self.drawing.drawOn(self.canv, 0, 0)
            return
        left, bottom = self.canv.absolutePosition(0, 0)
        box = (left, bottom, left + self.drawing.width, bottom + self.drawing.height)
        with structure.content(self.canv, Element("Figure", alt=self.alt, box=box)):
            self.drawing.drawOn(self.canv, 0, 0)


class CellText(str):
    """Text of a table cell broken into lines; ``whole`` is the text without the breaks."""

    __slots__ = ("whole",)
    whole: str

    @classmethod
    def of(cls, lines: Sequence[str], *, whole: str) -> "CellText":
        """Return the lines as one cell."""
        text = cls("\n".join(lines))
        text.whole = whole
        return text


class Columns(Table):  # type: ignore[misc]  # reportlab is untyped
    """A table for layout only: its cells' content is read in order, its lines and backgrounds are decoration."""

    def __init__(self, data: Any, **options: Any) -> None:
        options["renderCB"] = _mark_layout
        super().__init__(data, **options)
        self.marks: list[Any] = []


def _mark_layout(table: Columns, event: str, *_place: Any) -> None:
    structure = table.canv.structure
    if event in ("startBG", "startLines"):
        artifact = structure.artifact(table.canv)
        artifact.__enter__()
        table.marks.append(artifact)
    elif event in ("endBG", "endLines"):
        table.marks.pop().__exit__(None, None, None)


class DataTable(Table):  # type: ignore[misc]  # reportlab is untyped
    """A table of data: header cells with their scope, one element over all its pages, repeated heads as decoration."""

    def __init__(self, data: Any, *, row_heads: bool = True, **options: Any) -> None:
        options["renderCB"] = _mark_data
        super().__init__(data, **options)
        self.row_heads = row_heads
        self.element = Element("Table")
        self.is_continued = False
        self.marks: list[Any] = []

    def _splitRows(self, availHeight: float, doInRowSplit: int = 0) -> list["DataTable"]:  # noqa: N802, N803
        parts: list[DataTable] = super()._splitRows(availHeight, doInRowSplit=doInRowSplit)
        for index, part in enumerate(parts):
            part.row_heads, part.element = self.row_heads, self.element
            part.is_continued = self.is_continued or index > 0
        return parts

    def head_rows(self) -> int:
        """Return the number of header rows."""
        return self.repeatRows if isinstance(self.repeatRows, int) else len(self.repeatRows)


def _mark_data(table: DataTable, event: str, *place: Any) -> None:
    structure = table.canv.structure
    if event == "startTable":
        structure.open(table.element)
    elif event == "endTable":
        structure.close()
    elif event in ("startBG", "startLines"):
        _enter(table, structure.artifact(table.canv))
    elif event == "startRow":
        repeated = table.is_continued and place[0] < table.head_rows()
        _enter(
            table, structure.artifact(table.canv, kind="Pagination") if repeated else _opened(structure, Element("TR"))
        )
    elif event == "startCell":
        _enter(table, _cell(table, row=place[0], column=place[1], value=place[2]))
    elif event in ("endBG", "endLines", "endRow", "endCell"):
        table.marks.pop().__exit__(None, None, None)


def _enter(table: DataTable, mark: Any) -> None:
    mark.__enter__()
    table.marks.append(mark)


@contextmanager
def _opened(structure: Structure, element: Element) -> Iterator[None]:
    structure.open(element)
    yield
    structure.close()


def _cell(table: DataTable, *, row: int, column: int, value: Any) -> Any:
    scope = "Column" if row < table.head_rows() else "Row" if table.row_heads and column == 0 else None
    element = Element("TD" if scope is None else "TH", scope=scope)
    structure = table.canv.structure
    if isinstance(value, str):
        element.spoken = value.whole if isinstance(value, CellText) else None
        return structure.content(table.canv, element)
    return _opened(structure, element)
