"""The words of an HTML message as plain text: paragraphs and lines kept, scripts and styles left out.

A scanner of its own, in time linear in the length: the standard library's parser takes minutes over a hostile message.
"""

import html
import re
import string

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "section",
        "hr",
    ]
)
#: Only these letters, so that every place in the text stays where it is.
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SILENT = frozenset(["script", "style", "head", "title", "template"])

#: A tag ends at the first ``>``; a ``<`` that opens no tag is text.
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9:]*)(?P<rest>[^<>]*)>|<[!?][^<>]*>|(?P<text>[^<]+|<)")
_ALT = re.compile(r"""\balt\s{0,5}=\s{0,5}(?:"(?P<double>[^"]{0,500})"|'(?P<single>[^']{0,500})')""", re.IGNORECASE)


def text_of_html(written: str) -> str:
    """Return what a reader of the page would read; markup that is wrong loses no words outside tags."""
    source = _without_comments(written)
    lower = source.translate(_SMALL)
    ends = {name: lower.rfind(f"</{name}") for name in _SILENT}
    parts: list[str] = []
    silent_until = ""
    for token in _TOKEN.finditer(source):
        tag, closing = (token["tag"] or "").lower(), bool(token["close"])
        if silent_until:
            silent_until = "" if closing and tag == silent_until else silent_until
        elif token["text"]:
            parts.append(re.sub(r"[ \t\r\n\f]+", " ", html.unescape(token["text"])))
        elif tag in _SILENT and not closing and ends[tag] > token.start():
            silent_until = tag
        elif tag:
            parts.append(_layout(tag, closing=closing, rest=token["rest"]))
    lines = [line.strip(" \t") for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_comments(written: str) -> str:
    parts, end = [], 0
    while (begin := written.find("<!--", end)) >= 0:
        close = written.find("-->", begin)
        if close < 0:
            break
        parts.append(written[end:begin])
        end = close + 3
    return "".join([*parts, written[end:]])


def _layout(tag: str, *, closing: bool, rest: str) -> str:
    """Return what a tag does to the text around it."""
    if tag == "br":
        return "\n"
    if tag == "li" and not closing:
        return "\n- "
    if tag in _BLOCKS:
        return "\n\n" if tag == "p" else "\n"
    if tag == "img":
        found = _ALT.search(rest)
        return html.unescape(found["double"] or found["single"] or "") if found else ""
    return " " if closing and tag in {"td", "th"} else ""
