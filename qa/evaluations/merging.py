"""Two states of one draft, put together criterion by criterion over the state that both began with."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qa.errors import ConflictError
from qa.evaluations.marks import Mark, Marks
from qa.evaluations.plain_marks import plain_mark
from qa.i18n import _

#: Stands for the summary among the criteria; no criterion's key can hold a slash.
SUMMARY = "/summary"
#: How much of a digest tells two states of one criterion apart.
_PRINT_LENGTH = 16
#: Of what nobody knows how it began.
_UNKNOWN = "?"


class Side(StrEnum):
    """Which of two states counts: what was typed on this page, or what is stored."""

    HERE = "here"
    STORED = "stored"


class StaleError(ConflictError):
    """The page was opened over an earlier state than the one that is stored."""

    def __init__(self) -> None:
        super().__init__(
            _("This evaluation was changed in another window or on another computer. Nothing there was overwritten.")
        )


class ClashError(StaleError):
    """Something was changed in two places and nobody has chosen yet what counts; ``keys`` as in `Merged`."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__()
        self.keys = keys


@dataclass(frozen=True, slots=True)
class Draft:
    """The marks of a draft and its summary."""

    marks: Marks
    summary: str

    def part(self, key: str) -> Mark | str:
        """Return the mark of a criterion, or the summary."""
        return self.summary if key == SUMMARY else self.marks.get(key) or Mark()


@dataclass(frozen=True, slots=True)
class Merged:
    """A draft put together; both lists hold keys of criteria and `SUMMARY`, in the order in which they were given."""

    draft: Draft
    #: Changed on both sides, each differently; here they are as they are stored.
    clashes: tuple[str, ...]
    #: Changed on the stored side alone, or chosen from it.
    taken: tuple[str, ...]
    #: The prints to begin the next round with: a clash keeps its earlier one until somebody has chosen.
    base: dict[str, str]


def prints(draft: Draft) -> dict[str, str]:
    """Return a short digest of every part that holds anything: enough to see whether it was changed since."""
    found = {key: _print(mark) for key, mark in draft.marks.items()} | {SUMMARY: _print(draft.summary)}
    return {key: value for key, value in found.items() if value}


def merge(
    *,
    base: Mapping[str, str] | None,
    stored: Draft,
    typed: Draft,
    keys: Iterable[str],
    choices: Mapping[str, Side] | None = None,
) -> Merged:
    """Put what was typed and what is stored together.

    What one side changed is taken from that side; what both changed alike is no question. What both changed differently
    is what ``choices`` says, else a clash.

    Args:
        base: the prints of the state that was typed over; none when nobody knows it, and then every difference clashes.
        stored: what is stored now.
        typed: what was typed.
        keys: the criteria of the card.
        choices: which side counts, by key, for what clashed before.

    """
    parts: dict[str, Mark | str] = {}
    clashes, taken, following = list[str](), list[str](), dict[str, str]()
    for key in (*keys, SUMMARY):
        here, there = typed.part(key), stored.part(key)
        before = _UNKNOWN if base is None else base.get(key, "")
        side = _side(here, there, before=before, choice=(choices or {}).get(key))
        parts[key] = here if side is Side.HERE else there
        following[key] = before if side is None else _print(parts[key])
        if side is None:
            clashes.append(key)
        elif side is Side.STORED and here != there:
            taken.append(key)
    summary = parts.pop(SUMMARY)
    marks = {key: part for key, part in parts.items() if isinstance(part, Mark)}
    kept = {key: value for key, value in following.items() if value}
    return Merged(Draft(marks, str(summary)), tuple(clashes), tuple(taken), kept)


def _side(here: Mark | str, there: Mark | str, *, before: str, choice: Side | None) -> Side | None:
    """Say which side counts; none where both changed it differently and nobody chose."""
    if here == there or _print(here) == before:
        return Side.STORED
    return Side.HERE if _print(there) == before else choice


def _print(part: Mark | str) -> str:
    """A digest of the part; nothing for one that holds nothing."""
    if part in (Mark(), ""):
        return ""
    written = json.dumps(plain_mark(part) if isinstance(part, Mark) else part, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:_PRINT_LENGTH]
