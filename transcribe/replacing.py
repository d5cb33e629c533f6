"""Where places of an earlier transcript lie in a later one of the same sound, by the words there and by their times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from transcribe.edits import Place
from transcribe.types import Role, Span, Turn, Word
from transcribe.words import plain

#: Two recognisers time a word differently by no more than this.
APART_MS = 1_500
#: Words on either side that tell a place from others nearby.
AROUND = 3
#: Without a neighbour to go by, a word belongs to a place that begins or ends this near.
EDGE_MS = 300
#: So much of what was heard before must be heard again for a place to be the same.
MOST = 0.5


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word with its number in the transcript and that of its turn."""

    word: Word
    number: int
    turn: int

    @property
    def middle_ms(self) -> int:
        return (self.word.start_ms + self.word.end_ms) // 2


def place_again(before: Sequence[Turn], now: Sequence[Turn], *, place: Place) -> Place | None:
    """Return where in ``now`` the words lie that ``before`` has at a place of one turn; none where that is not sure.

    It is sure where the same words are heard again, and where other words are heard between the same neighbours.
    """
    heard = _numbered(before)
    turn = [one for one in heard if one.turn == heard[place.first].turn]
    first, last = place.first - turn[0].number, place.last - turn[0].number
    around = turn[max(0, first - AROUND) : last + 1 + AROUND]
    inside = range(first - max(0, first - AROUND), last - max(0, first - AROUND) + 1)
    span = _span(turn[first : last + 1])
    near = [one for one in _numbered(now) if _near(one, _span(around))]
    found = [
        again
        for _turn, words in groupby(near, key=lambda one: one.turn)
        if (again := _in_turn(around, inside, list(words), span=span, borders=(first == 0, last == len(turn) - 1)))
    ]
    return max(found, key=lambda one: (one.matched, one.shared_ms)).place if found else None


def places_again(before: Sequence[Turn], now: Sequence[Turn], *, place: Place) -> tuple[Place, ...]:
    """Return where in ``now`` what ``before`` has at a place is heard, one place for each turn; empty where it is not.

    For who said something it is enough that half of the words are the same.
    """
    heard = _numbered(before)[place.first : place.last + 1]
    span = _span(heard)
    near = [one for one in _numbered(now) if _near(one, span)]
    pairs = _aligned(heard, near)
    same = [near[other] for one, other in pairs if _same(heard[one], near[other])]
    if len(same) < MOST * len(heard):
        return ()
    within = [one for one in near if span.start_ms <= one.middle_ms < span.end_ms]
    turns = {one.turn for one in same}
    found = []
    for turn in sorted(turns):
        numbers = [one.number for one in (*same, *within) if one.turn == turn]
        found.append(Place(min(numbers), max(numbers)))
    return tuple(found)


def share_alike(before: Sequence[Turn], now: Sequence[Turn]) -> int:
    """For how many milliseconds the same role speaks in both, less those in which agent and customer are exchanged."""
    parties = {Role.AGENT, Role.CUSTOMER}
    total = 0
    for one in before:
        for other in now:
            shared = min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)
            if shared > 0 and {one.role, other.role} <= parties:
                total += shared if one.role is other.role else -shared
    return total


@dataclass(frozen=True, slots=True)
class _Again:
    place: Place
    matched: int
    shared_ms: int


def _in_turn(
    around: Sequence[_Heard], inside: range, words: Sequence[_Heard], *, span: Span, borders: tuple[bool, bool]
) -> _Again | None:
    same = {one: other for one, other in _aligned(around, words) if _same(around[one], words[other])}
    kept = [same[one] for one in inside if one in same]
    if len(kept) == len(inside) and kept[-1] - kept[0] == len(inside) - 1:
        first, last = kept[0], kept[-1]
    else:
        begin = _begin(same, inside, words, span=span, border=borders[0])
        end = _end(same, inside, words, span=span, border=borders[1])
        if begin is None or end is None or begin > end:
            return None
        if all(borders) and not _mostly(_span(words[begin : end + 1]), span):
            return None
        first, last = begin, end
    there = _span(words[first : last + 1])
    shared = min(there.end_ms, span.end_ms) - max(there.start_ms, span.start_ms)
    if shared <= 0 and len(kept) < len(inside):
        return None
    return _Again(Place(words[first].number, words[last].number), len(same), shared)


def _begin(same: dict[int, int], inside: range, words: Sequence[_Heard], *, span: Span, border: bool) -> int | None:
    """The word after the neighbour before; at the border of a turn, the first one that is not before the span."""
    if not border:
        before = same.get(inside[0] - 1)
        return None if before is None else before + 1
    return next((at for at, one in enumerate(words) if one.middle_ms >= span.start_ms - EDGE_MS), None)


def _end(same: dict[int, int], inside: range, words: Sequence[_Heard], *, span: Span, border: bool) -> int | None:
    if not border:
        after = same.get(inside[-1] + 1)
        return None if after is None else after - 1
    return next((at for at in reversed(range(len(words))) if words[at].middle_ms <= span.end_ms + EDGE_MS), None)


def _aligned(one: Sequence[_Heard], other: Sequence[_Heard]) -> list[tuple[int, int]]:
    """Pair words in order at the lowest cost: other words cost 1, one too many costs 1, a second apart a third."""
    costs = [[0.0] * (len(other) + 1) for _row in range(len(one) + 1)]
    for row in range(1, len(one) + 1):
        costs[row][0] = float(row)
        for column in range(1, len(other) + 1):
            costs[row][column] = min(
                costs[row - 1][column - 1] + _cost(one[row - 1], other[column - 1]),
                costs[row - 1][column] + 1.0,
                # What the later transcript has before and after the place costs nothing.
                costs[row][column - 1] + (0.0 if row == len(one) else 1.0),
            )
    return _pairs(one, other, costs)


def _pairs(one: Sequence[_Heard], other: Sequence[_Heard], costs: list[list[float]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    row, column = len(one), len(other)
    while row and column:
        here = costs[row][column]
        if here == costs[row][column - 1] + (0.0 if row == len(one) else 1.0):
            column -= 1
        elif here == costs[row - 1][column] + 1.0:
            row -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return pairs[::-1]


def _cost(one: _Heard, other: _Heard) -> float:
    apart = abs(one.middle_ms - other.middle_ms) / (2 * APART_MS)
    return min(1.0, apart) + (0.0 if plain(one.word.text) == plain(other.word.text) else 1.0)


def _same(one: _Heard, other: _Heard) -> bool:
    return plain(one.word.text) == plain(other.word.text) and abs(one.middle_ms - other.middle_ms) <= APART_MS


def _mostly(one: Span, other: Span) -> bool:
    shared = min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)
    whole = max(one.end_ms, other.end_ms) - min(one.start_ms, other.start_ms)
    return shared >= MOST * whole


def _near(one: _Heard, span: Span) -> bool:
    return span.start_ms - APART_MS <= one.middle_ms <= span.end_ms + APART_MS


def _span(words: Sequence[_Heard]) -> Span:
    return Span(min(one.word.start_ms for one in words), max(one.word.end_ms for one in words))


def _numbered(turns: Sequence[Turn]) -> list[_Heard]:
    def numbered() -> Iterator[_Heard]:
        number = 0
        for at, turn in enumerate(turns):
            for word in turn.words:
                yield _Heard(word, number, at)
                number += 1

    return list(numbered())
