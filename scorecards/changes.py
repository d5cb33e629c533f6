"""What differs between two versions of a card, as values: its place, its kind, before and after, and whether it counts.

Sections, criteria, options and bands are the same when their keys are. What changes the meaning of a score (what is
asked, what it is worth, what it does) is told apart from wording, order, and for which contacts the card is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum

from scorecards.definition import Band, Card, Condition, Criterion, OnFail, Option, Section
from scorecards.plain import file_name
from scorecards.words import LANGUAGES, Words

Keyed = Section | Criterion | Option | Band
Value = None | bool | Decimal | str | Words | Condition | OnFail | Keyed | tuple[str, ...]

#: Lists whose members have keys; they are compared member by member.
_LISTS = frozenset({"sections", "criteria", "options", "bands"})

#: For which contacts a card is changes no score.
_APART = frozenset({"channels", "languages"})


class ChangeKind(StrEnum):
    """What happened at a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to a place: the name of a list and the key of its member."""

    list: str
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the card: the members on the way, then the attribute and, for a text, its language."""

    steps: tuple[Step, ...] = ()
    attribute: str = ""
    language: str = ""

    def __str__(self) -> str:
        parts = [f"{step.list}[{step.key}]" for step in self.steps]
        return ".".join(part for part in (*parts, self.attribute, self.language) if part)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``meaning`` says whether a score can be another by it.

    ``before`` and ``after`` are the member that came or went, the value of the attribute, or for a move the key of
    the member it came to stand behind (empty for the first place).
    """

    place: Place
    kind: ChangeKind
    before: Value
    after: Value
    meaning: bool


def changes(before: Card, after: Card) -> list[Change]:
    """Everything that differs, in the order of the new card; what was removed stands where it stood."""
    return list(_record(before, after, steps=()))


def needs_version(found: Sequence[Change]) -> bool:
    """Whether these changes make a new version of a card; wording and order are changed in place."""
    return any(change.meaning for change in found)


def _record(before: Card | Keyed, after: Card | Keyed, *, steps: tuple[Step, ...]) -> Iterator[Change]:
    for described in sorted(fields(before), key=lambda one: one.name in _LISTS):
        name = described.name
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if name in _LISTS:
            yield from _members(name, old, new, steps=steps)
        elif isinstance(old, Words):
            yield from _words(old, new, place=Place(steps, file_name(name)))
        else:
            place = Place(steps, file_name(name))
            yield Change(place, ChangeKind.CHANGED, _value(old), _value(new), meaning=name not in _APART)


def _words(old: Words, new: Words, *, place: Place) -> Iterator[Change]:
    for language in LANGUAGES:
        if old.in_(language) != new.in_(language):
            where = Place(place.steps, place.attribute, language)
            yield Change(where, ChangeKind.CHANGED, old.in_(language), new.in_(language), meaning=False)


def _members(name: str, old: Sequence[Keyed], new: Sequence[Keyed], *, steps: tuple[Step, ...]) -> Iterator[Change]:
    earlier, later = {one.key: one for one in old}, {one.key: one for one in new}
    for key, member in earlier.items():
        if key not in later:
            yield Change(Place((*steps, Step(name, key))), ChangeKind.REMOVED, member, None, meaning=True)
    moved = _moved([key for key in earlier if key in later], [key for key in later if key in earlier])
    for at, key in enumerate(later):
        here = (*steps, Step(name, key))
        if key not in earlier:
            yield Change(Place(here), ChangeKind.ADDED, None, later[key], meaning=True)
            continue
        if key in moved:
            behind = list(later)[at - 1] if at else ""
            was = list(earlier).index(key)
            yield Change(Place(here), ChangeKind.MOVED, list(earlier)[was - 1] if was else "", behind, meaning=False)
        yield from _record(earlier[key], later[key], steps=here)


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The fewest keys whose moving makes the old order the new one: all but a longest common run of both orders."""
    if old == new:
        return set()
    places = {key: at for at, key in enumerate(old)}
    # The longest rising subsequence of the old places, in the new order; cards are short enough for the plain way.
    longest: list[str] = []
    best: list[list[str]] = []
    for at, key in enumerate(new):
        run: list[str] = []
        for earlier in range(at):
            if places[new[earlier]] < places[key] and len(best[earlier]) > len(run):
                run = best[earlier]
        best.append([*run, key])
        longest = best[-1] if len(best[-1]) > len(longest) else longest
    return set(new) - set(longest)


def _value(value: object) -> Value:
    """A value as it is told; lists of words become a tuple of their names."""
    if isinstance(value, tuple):
        return tuple(str(item) for item in value)
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | Decimal | str | Condition | OnFail):
        return value
    msg = f"no told form for {type(value).__name__}"
    raise TypeError(msg)
