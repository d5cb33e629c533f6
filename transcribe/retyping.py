"""A turn typed anew: which heard words got other ones, and nothing but those."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from transcribe.edits import LaidWord, Place

#: Words from ``a`` up to, not including, ``b`` of those that were shown.
_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Retyped:
    """Heard words of one turn and what stands for them now; no words: nothing was said there."""

    place: Place
    words: tuple[str, ...]


def retyped(
    shown: Sequence[LaidWord], typed: Sequence[str], *, turn: Place, emptied: Sequence[Place] = ()
) -> tuple[Retyped, ...]:
    """Return what to replace so that a heard turn that reads ``shown`` reads ``typed``.

    ``turn`` is the place of its heard words, ``emptied`` are those in it that were said to be nothing. What lies over
    heard words together is replaced together; the places that are returned share no words. A word that is put between
    two others is bound to the one before it, or to heard words that were said to be nothing there.
    """
    if not shown:
        return (Retyped(turn, tuple(typed)),) if typed else ()
    matcher = SequenceMatcher(None, [word.word.text for word in shown], list(typed), autojunk=False)
    before, after = _borders(matcher)
    touched: list[_Range] = []
    put_back: dict[int, Place] = {}
    for kind, a, b, _j, _k in matcher.get_opcodes():
        gap = _emptied_at(a, shown, emptied) if kind == "insert" else None
        if gap is not None:
            put_back[a] = gap
        elif kind == "insert":
            touched.append((a - 1, a) if a else (0, 1))
        elif kind != "equal":
            touched.append((a, b))
    found = [Retyped(gap, tuple(typed[before[at] : after[at]])) for at, gap in put_back.items()]
    for a, b in _whole(touched, shown):
        begins = after[a] if a or a in put_back else 0
        ends = before[b] if b in put_back else after[b]
        found.append(Retyped(Place(shown[a].place.first, shown[b - 1].place.last), tuple(typed[begins:ends])))
    return tuple(sorted(found, key=lambda one: one.place.first))


def _borders(matcher: "SequenceMatcher[str]") -> tuple[dict[int, int], dict[int, int]]:
    """For each border between shown words where it lies in what was typed: before and after what was put in there."""
    before, after = {0: 0}, dict[int, int]()
    last = typed = 0
    for kind, a, b, j, k in matcher.get_opcodes():
        before.setdefault(a, j)
        after[a] = k if kind == "insert" else j
        if kind == "equal":
            inside = {a + step: j + step for step in range(1, b - a)}
            before |= inside
            after |= inside
        if kind != "insert":
            before[b] = k
        last, typed = b, k
    after[last] = typed
    return before, after


def _emptied_at(at: int, shown: Sequence[LaidWord], emptied: Sequence[Place]) -> Place | None:
    before = shown[at - 1].place.last if at else -1
    after = shown[at].place.first if at < len(shown) else None
    return next(
        (place for place in emptied if place.first > before and (after is None or place.last < after)),
        None,
    )


def _whole(touched: Sequence[_Range], shown: Sequence[LaidWord]) -> list[_Range]:
    """Widen ranges until they hold whole rewordings and whole heard words, and join those that meet in one."""
    found: list[_Range] = []
    for a, b in sorted(touched):
        while a > 0 and _together(shown[a - 1], shown[a]):
            a -= 1  # noqa: PLW2901  # the range grows
        while b < len(shown) and _together(shown[b - 1], shown[b]):
            b += 1  # noqa: PLW2901
        if found and a < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return found


def _together(one: LaidWord, other: LaidWord) -> bool:
    return one.key is not None and one.key == other.key
