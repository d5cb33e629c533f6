"""What people change in a transcript, other words and other speakers, laid over what was heard, which stays as it is.

Heard words are counted through the whole transcript from 0, so that a place means the same whatever lies over it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from transcribe.types import Doubt, Role, Turn, Word

OTHER_PARTY = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}
#: Doubts that are about the place in the sound, and stay when somebody says which words they are.
_OF_THE_PLACE = frozenset({Doubt.OVERLAP, Doubt.NO_SPEAKER, Doubt.UNSURE_SPEAKER})
_OF_THE_SPEAKER = frozenset({Doubt.NO_SPEAKER, Doubt.UNSURE_SPEAKER})


@dataclass(frozen=True, slots=True)
class Place:
    """Heard words ``first`` to ``last``, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rewording:
    """Other words for the heard ones of a place in one turn; none says that nothing was said there."""

    key: int
    place: Place
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reassigning:
    """Somebody else said the words of a place."""

    key: int
    place: Place
    role: Role


@dataclass(frozen=True, slots=True)
class Swap:
    """The agent is the customer and the customer is the agent."""

    key: int


Edit = Rewording | Reassigning | Swap


@dataclass(frozen=True, slots=True)
class LaidWord:
    """A word as it reads now, the heard words under it, and the key of the rewording it comes from."""

    word: Word
    place: Place
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was heard where other words stand now: ``count`` words from ``at`` in the turn; 0 where nothing is left."""

    at: int
    count: int
    heard: str
    key: int


@dataclass(frozen=True, slots=True)
class LaidTurn:
    """A turn, or a part of one, as it reads now; ``heard`` is the number of the heard turn it is made of."""

    heard: int
    #: The number of the first heard word of that turn.
    offset: int
    turn: Turn
    #: The heard words under each word, and under all of the turn; none in a turn without words.
    places: tuple[Place, ...]
    whole: Place | None
    replaced: tuple[Replaced, ...] = ()
    #: Somebody said whose words these are.
    by_hand: bool = False


def laid(turns: Sequence[Turn], edits: Sequence[Edit]) -> tuple[LaidTurn, ...]:
    """Lay edits, in the order in which they were made, over heard turns.

    Rewordings lie in one turn each and do not share heard words. A turn of which two parties said parts becomes
    several, split between heard words; one of which nothing is left stays, without words and without length.
    """
    roles = _roles(turns, edits)
    speakers = _speakers(turns, edits)
    found: list[LaidTurn] = []
    offset = 0
    for number, turn in enumerate(turns):
        if turn.words:
            here = roles[offset : offset + len(turn.words)]
            found += _parts(turn, number=number, offset=offset, roles=here, speakers=speakers, edits=edits)
        else:
            role = _swapped(turn.role, edits)
            found.append(LaidTurn(number, offset, replace(turn, role=role), (), None, by_hand=role is not turn.role))
        offset += len(turn.words)
    return tuple(found)


def laid_words(turn: Turn, *, offset: int, edits: Sequence[Edit]) -> tuple[LaidWord, ...]:
    """Return the words of a heard turn as they read now; its first heard word is number ``offset``."""
    reworded = {edit.place.first: edit for edit in edits if isinstance(edit, Rewording)}
    found: list[LaidWord] = []
    at = 0
    while at < len(turn.words):
        edit = reworded.get(offset + at)
        if edit is None:
            found.append(LaidWord(turn.words[at], Place(offset + at, offset + at)))
            at += 1
            continue
        after = edit.place.last - offset + 1
        found += _reworded(turn.words[at:after], edit)
        at = after
    return tuple(found)


def _reworded(heard: Sequence[Word], edit: Rewording) -> Iterator[LaidWord]:
    """Time the words of an edit inside the time of those it replaces: one for one, else by their length in letters."""
    doubts = frozenset[Doubt]().union(*(word.doubts for word in heard)) & _OF_THE_PLACE
    start_ms, end_ms = heard[0].start_ms, max(word.end_ms for word in heard)
    letters = sum(len(text) for text in edit.words)
    said = 0
    for number, text in enumerate(edit.words):
        if len(edit.words) == len(heard):
            word = replace(heard[number], text=text, probability=1.0, doubts=doubts)
        else:
            begins = start_ms + (end_ms - start_ms) * said // letters
            said += len(text)
            word = Word(text, begins, start_ms + (end_ms - start_ms) * said // letters, 1.0, doubts)
        first = number * len(heard) // len(edit.words)
        last = max(first, (number + 1) * len(heard) // len(edit.words) - 1)
        yield LaidWord(word, Place(edit.place.first + first, edit.place.first + last), edit.key)


@dataclass(frozen=True, slots=True)
class _Said:
    role: Role
    by_hand: bool
    #: Another than the machine heard was named for just these words.
    reassigned: bool


def _roles(turns: Sequence[Turn], edits: Sequence[Edit]) -> list[_Said]:
    found = [_Said(turn.role, by_hand=False, reassigned=False) for turn in turns for _word in turn.words]
    for edit in edits:
        if isinstance(edit, Swap):
            found = [replace(one, role=OTHER_PARTY.get(one.role, one.role), by_hand=True) for one in found]
        elif isinstance(edit, Reassigning):
            here = slice(edit.place.first, edit.place.last + 1)
            found[here] = [_Said(edit.role, by_hand=True, reassigned=True) for _one in found[here]]
    return found


def _swapped(role: Role, edits: Sequence[Edit]) -> Role:
    odd = sum(isinstance(edit, Swap) for edit in edits) % 2
    return OTHER_PARTY.get(role, role) if odd else role


def _speakers(turns: Sequence[Turn], edits: Sequence[Edit]) -> dict[Role, str]:
    """The machine's name of the speaker who has each role; the first one where there are several."""
    found: dict[Role, str] = {}
    for turn in turns:
        found.setdefault(_swapped(turn.role, edits), turn.speaker)
    return found


def _parts(
    turn: Turn, *, number: int, offset: int, roles: Sequence[_Said], speakers: dict[Role, str], edits: Sequence[Edit]
) -> Iterator[LaidTurn]:
    words = laid_words(turn, offset=offset, edits=edits)
    emptied = [
        edit for edit in edits
        if isinstance(edit, Rewording) and not edit.words and offset <= edit.place.first < offset + len(turn.words)
    ]  # fmt: skip
    runs = [[at for at, _said in run] for _key, run in groupby(enumerate(roles), key=lambda one: _who(one[1], turn))]
    parts = []
    for run in runs:
        here = Place(offset + run[0], offset + run[-1])
        inside = tuple(word for word in words if here.first <= word.place.first <= here.last)
        gone = [edit for edit in emptied if here.first <= edit.place.first <= here.last]
        if inside or gone:
            parts.append((run, inside, gone))
    for at, (run, inside, gone) in enumerate(parts):
        role, speaker = _who(roles[run[0]], turn)
        named = any(roles[place].reassigned for place in run)
        made = tuple(_certain(word.word) if named else word.word for word in inside)
        starts = min((word.start_ms for word in made), default=turn.words[run[0]].start_ms)
        start_ms = turn.start_ms if at == 0 else starts
        end_ms = turn.end_ms if at == len(parts) - 1 else max((word.end_ms for word in made), default=start_ms)
        yield LaidTurn(
            number,
            offset,
            replace(
                turn,
                speaker=turn.speaker if speaker is None else speakers.get(role, role.value),
                role=role,
                start_ms=start_ms,
                end_ms=end_ms if made else start_ms,
                words=made,
            ),
            tuple(word.place for word in inside),
            Place(offset + run[0], offset + run[-1]),
            _replaced(turn, inside, gone, offset=offset, edits=edits),
            all(roles[place].by_hand for place in run),
        )


def _who(said: _Said, turn: Turn) -> tuple[Role, str | None]:
    """The role, and whether the speaker is another than the machine's."""
    return said.role, said.role.value if said.reassigned and said.role is not turn.role else None


def _certain(word: Word) -> Word:
    return replace(word, doubts=word.doubts - _OF_THE_SPEAKER)


def _replaced(
    turn: Turn, words: Sequence[LaidWord], gone: Sequence[Rewording], *, offset: int, edits: Sequence[Edit]
) -> tuple[Replaced, ...]:
    reworded = {edit.key: edit for edit in edits if isinstance(edit, Rewording)}
    found: list[Replaced] = []
    at = 0
    for key, block in groupby(words, key=lambda word: word.key):
        count = len(list(block))
        if key is not None:
            found.append(Replaced(at, count, heard_text(turn, reworded[key].place, offset=offset), key))
        at += count
    for edit in gone:
        before = sum(word.place.last < edit.place.first for word in words)
        found.append(Replaced(before, 0, heard_text(turn, edit.place, offset=offset), edit.key))
    return tuple(sorted(found, key=lambda one: (one.at, one.count)))


def heard_text(turn: Turn, place: Place, *, offset: int) -> str:
    """Return what was heard at a place of a turn whose first word is number ``offset``."""
    return " ".join(word.text for word in turn.words[place.first - offset : place.last - offset + 1])
