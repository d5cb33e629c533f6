"""Arabic and Hebrew names on a page that runs from left to right: joined letters, in visual order."""

import re
import unicodedata
from functools import cache

#: Presentation forms in the order isolated, final, initial, medial; empty where the letter has no such form.
Forms = tuple[str, str, str, str]

_KINDS = {"<isolated>": 0, "<final>": 1, "<initial>": 2, "<medial>": 3}
_LAM = "\u0644"
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
#: A stretch that begins and ends in a right-to-left letter, with what stands between: spaces, digits, marks.
_STRETCH = re.compile(f"([{_RIGHT_TO_LEFT}](?:[^A-Za-z\\u00c0-\\u024f\\u0370-\\u052f]*[{_RIGHT_TO_LEFT}])?)([)\\]]?)")
_PIECES = re.compile("[0-9\u0660-\u0669]+(?:[.,:/][0-9\u0660-\u0669]+)*|.", re.DOTALL)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


@cache
def _forms() -> dict[str, Forms]:
    """Read the joined forms of letters, and of lam with alef, from the Unicode database."""
    found: dict[str, list[str]] = {}
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(code)).split(" ")
        base = "".join(chr(int(letter, 16)) for letter in letters)
        if kind in _KINDS and (len(base) == 1 or (len(base) == 2 and base[0] == _LAM and code >= 0xFE70)):
            forms = found.setdefault(base, ["", "", "", ""])
            forms[_KINDS[kind]] = forms[_KINDS[kind]] or chr(code)
    return {base: (forms[0], forms[1], forms[2], forms[3]) for base, forms in found.items()}


def shaped(text: str) -> str:
    """Return the text with its right-to-left stretches joined and put in the order in which they are drawn."""
    if not any("\u0590" <= sign <= "\u08ff" for sign in text):
        return text
    return _STRETCH.sub(_drawn, text)


def _drawn(stretch: re.Match[str]) -> str:
    letters, closing = stretch.groups()
    # A bracket at the end belongs to the stretch only when it was opened inside.
    if closing and letters.count(closing.translate(_MIRRORED)) > letters.count(closing):
        letters, closing = letters + closing, ""
    return _visual(_joined(letters)) + closing


def _visual(text: str) -> str:
    clusters: list[str] = []
    for piece in _PIECES.findall(text):
        if clusters and unicodedata.combining(piece[0]):
            clusters[-1] += piece
        else:
            clusters.append(piece.translate(_MIRRORED))
    return "".join(reversed(clusters))


def _joined(text: str) -> str:
    forms = _forms()
    letters = _ligated(text)
    bare = [letter for letter in letters if not unicodedata.combining(letter[0])]
    out: list[str] = []
    place = 0
    for letter in letters:
        if unicodedata.combining(letter[0]):
            out.append(letter)
            continue
        before = forms.get(bare[place - 1]) if place else None
        after = forms.get(bare[place + 1]) if place + 1 < len(bare) else None
        own = forms.get(letter)
        place += 1
        if own is None:
            out.append(letter)
            continue
        # A letter joins the one before if that has an initial form, and the one after if it has one itself.
        joins_before = before is not None and bool(before[2]) and bool(own[1])
        joins_after = after is not None and bool(after[1]) and bool(own[2])
        out.append(own[(3 if joins_after else 1) if joins_before else (2 if joins_after else 0)] or letter)
    return "".join(out)


def _ligated(text: str) -> list[str]:
    """Split into letters, lam with a following alef kept together as the pair is drawn as one sign."""
    forms = _forms()
    letters: list[str] = []
    for sign in text:
        if letters and letters[-1] == _LAM and _LAM + sign in forms:
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters
