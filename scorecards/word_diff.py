"""What was said otherwise: two texts compared word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

#: Words, the space between them, and every other sign by itself.
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

#: Texts of more pairs of words than this are told as replaced as a whole, as comparing them would take too long.
_PAIRS = 400_000


class Piece(StrEnum):
    """What became of a piece of the text."""

    SAME = "same"
    REMOVED = "removed"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Said:
    """One piece: its text, spaces included, and what became of it."""

    kind: Piece
    text: str


def word_diff(before: str, after: str) -> tuple[Said, ...]:
    """The pieces in reading order, what was removed before what took its place.

    All but the inserted ones together are ``before``, all but the removed ones ``after``.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    middle = list(_compared(old[start : len(old) - end], new[start : len(new) - end]))
    found = [(Piece.SAME, "".join(old[:start])), *middle, (Piece.SAME, "".join(old[len(old) - end :]))]
    return tuple(_joined([(kind, text) for kind, text in found if text]))


def _shared(old: list[str], new: list[str]) -> int:
    """How many words both begin with."""
    return next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[Piece, str]]:
    if len(old) * len(new) > _PAIRS:
        yield from ((Piece.REMOVED, "".join(old)), (Piece.INSERTED, "".join(new)))
        return
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece.SAME, "".join(old[i1:i2])
        else:
            yield Piece.REMOVED, "".join(old[i1:i2])
            yield Piece.INSERTED, "".join(new[j1:j2])


def _joined(found: list[tuple[Piece, str]]) -> Iterator[Said]:
    """Pieces of one kind that follow each other are one; a space alone between two changes belongs to both."""

    def is_kept(at: int) -> bool:
        kind, text = found[at]
        return kind is Piece.SAME and (bool(text.strip()) or at in {0, len(found) - 1})

    for kept, places in groupby(range(len(found)), key=is_kept):
        run = [found[at] for at in places]
        if kept:
            yield Said(Piece.SAME, "".join(text for _kind, text in run))
            continue
        for kind, other in ((Piece.REMOVED, Piece.INSERTED), (Piece.INSERTED, Piece.REMOVED)):
            text = "".join(text for one, text in run if one is not other)
            if text:
                yield Said(kind, text)
