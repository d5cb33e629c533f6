"""Tags for PDFs: a structure tree over reportlab's pages, so that a screen reader finds headings, tables and figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

# reportlab writes only the page entries it knows by name; these two tie a page to its part of the tree.
for _entry in ("StructParents", "Tabs"):
    if _entry not in pdfdoc.PDFPage.__NoDefault__:
        pdfdoc.PDFPage.__NoDefault__.append(_entry)


class Raw(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab is untyped
    """An indirect object whose bytes are already written."""

    __RefOnly__ = 1

    def __init__(self, source: bytes = b"") -> None:
        self.source = source

    def format(self, document: object) -> bytes:  # noqa: ARG002 - reportlab's signature
        return self.source


class Element(Raw):
    """A node of the structure tree; ``spoken`` replaces what is read aloud, ``alt`` describes a figure in words."""

    def __init__(
        self,
        role: str,
        *,
        spoken: str | None = None,
        alt: str | None = None,
        scope: str | None = None,
        box: tuple[float, float, float, float] | None = None,
    ) -> None:
        super().__init__()
        self.role, self.spoken, self.alt, self.scope, self.box = role, spoken, alt, scope, box
        self.parent: Element | None = None
        #: Elements below this one, and (page number, marked-content number) where its own content stands.
        self.kids: list[Element | tuple[int, int]] = []


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

    def mark(self, canvas: Canvas, element: Element) -> tuple[str, str]:
        """Return the operators around what is drawn as the element's own content."""
        if self._silent:
            return "", ""
        self._place(element)
        page = canvas.getPageNumber()
        marked = self._pages.setdefault(page, [])
        element.kids.append((page, len(marked)))
        marked.append(element)
        return f"/{element.role} <</MCID {len(marked) - 1}>> BDC", "EMC"

    @contextmanager
    def content(self, canvas: Canvas, element: Element) -> Iterator[None]:
        """Mark what is drawn inside as the element's own content."""
        begins, ends = self.mark(canvas, element)
        canvas.addLiteral(begins)
        yield
        canvas.addLiteral(ends)

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
        catalogue.MarkInfo = Raw(b"<</Marked true>>")
        catalogue.ViewerPreferences = Raw(b"<</DisplayDocTitle true>>")
        catalogue.Metadata = _metadata(title, language)


def _text(value: str) -> bytes:
    return b"<FEFF" + value.encode("utf-16-be", "replace").hex().upper().encode() + b">"


def _write_tree(document: Any, root: Element, pages: dict[int, list[Element]]) -> None:
    page_names = [document.Reference(page).format(document) for page in document.Pages.pages]
    top = Raw()
    top_name = document.Reference(top).format(document)
    order = [root]
    names = {id(root): _named(document, root)}
    for element in order:
        for kid in element.kids:
            if isinstance(kid, Element):
                names[id(kid)] = _named(document, kid)
                order.append(kid)
    marks = [b"<</Type/MCR/Pg %s/MCID %%d>>" % name for name in page_names]
    for element in order:
        kids = b" ".join(
            [marks[kid[0] - 1] % kid[1] if isinstance(kid, tuple) else names[id(kid)] for kid in element.kids]
        )
        above = top_name if element.parent is None else names[id(element.parent)]
        written = (element.role.encode(), above, kids, _entries(element))
        element.source = b"<</Type/StructElem/S/%s/P %s/K[%s]%s>>" % written
    numbers = b" ".join(
        b"%d [%s]" % (page - 1, b" ".join(names[id(element)] for element in marked))
        for page, marked in sorted(pages.items())
    )
    top.source = b"<</Type/StructTreeRoot/K[%s]/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>" % (
        names[id(root)],
        numbers,
        len(page_names),
    )
    document.Catalog.StructTreeRoot = top
    for index, page in enumerate(document.Pages.pages):
        found = document.idToObject[page.name] if isinstance(page, pdfdoc.PDFObjectReference) else page
        found.StructParents = index
        found.Tabs = pdfdoc.PDFName("S")


def _named(document: Any, element: Element) -> bytes:
    """Give the element its number in the document, which it has not had before."""
    document.Reference(element)
    return b"%d 0 R" % document.objectcounter


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
