"""Words that nobody said: loops, impossible rates and phantom phrases, and speech that no words were found for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from transcribe.phantoms import PHRASES, Phrase
from transcribe.types import AudioEvent, Doubt, EventKind, Reason, Removed, Span, Word
from transcribe.words import plain

#: Longest group of words whose repetition is looked for, and how often people say one in a row, by its length.
LONGEST_GROUP = 8
MOST_TIMES = {1: 7, 2: 5, 3: 4}
MOST_TIMES_LONGER = 3
#: People repeat digits: a telephone number may have this many alike.
MOST_DIGITS = 12
DIGITS = frozenset(
    [
        "nul",
        "zero",
        "oh",
        "o",
        "een",
        "één",
        "one",
        "twee",
        "two",
        "drie",
        "three",
        "vier",
        "four",
        "vijf",
        "five",
        "zes",
        "six",
        "zeven",
        "seven",
    ]
)
#: A pause after which saying it again is no loop: people who wait call “hello” for minutes.
LOOP_PAUSE_MS = 1_500
#: One word that repeats the same few letters this often.
STAMMER = re.compile(r"(\D{1,6}?)\1{9,}")
#: Rates are taken over so many words; a second of speech holds at most so many words and letters.
RATE_WORDS = 8
HURRIED_WORDS, HURRIED_LETTERS = 9.0, 50.0
IMPOSSIBLE_WORDS, IMPOSSIBLE_LETTERS = 15.0, 85.0
#: The shortest of words, “a” or “am”, lasts at least this.
SHORTEST_SAID_MS = 50
#: What may follow a phrase that ends in a name, in words, and the pause that ends it.
NAME_WORDS, NAME_PAUSE_MS = 5, 700
#: Left out however probable the recogniser found it.
ALWAYS = 2.0
#: Sounds are described in brackets or between notes: nobody speaks those.
OPENING = re.compile(r"^[\[(*♪♫]")
CLOSING = re.compile(r"[\])*♪♫][.,!?]*$")
DESCRIBED_WORDS = 6
#: A word covers the speech this near to it; what is left must be this long to be listed.
NEAR_MS = 600
SHORTEST_UNHEARD_MS = 1_500


@dataclass(frozen=True, slots=True)
class Sifted:
    """Words that stay, in order, and those that were left out with their reason."""

    words: tuple[Word, ...]
    removed: tuple[Removed, ...] = ()


def sift(words: Sequence[Word], *, channel: int | None = None) -> Sifted:
    """Leave out what no person says, and mark what may not have been said.

    ``words`` are those of one channel, in order. Left out are phantom phrases that the recogniser itself found
    improbable, descriptions of sounds, every repetition of a loop but its first, and words faster than anybody
    speaks; marked are probable phantoms, the first round of a loop and hurried words. What stays keeps its order.
    """
    removed: list[Removed] = []
    left = list(words)
    for step in (_without_phantoms, _without_loops, _without_rush):
        left, gone = step(left)
        removed += [Removed(word.text, word.start_ms, word.end_ms, reason, channel) for word, reason in gone]
    return Sifted(tuple(left), tuple(sorted(removed, key=lambda item: (item.start_ms, item.end_ms))))


def left_out(
    before: Sequence[Word], after: Sequence[Word], *, reason: Reason, channel: int | None = None
) -> list[Removed]:
    """The words of ``before`` that ``after``, which keeps its order, no longer has."""
    rest = list(after)
    gone: list[Removed] = []
    for word in before:
        if rest and rest[0] == word:
            rest.pop(0)
        else:
            gone.append(Removed(word.text, word.start_ms, word.end_ms, reason, channel))
    return gone


def unheard(speech: Sequence[Span], words: Sequence[Word | Removed], *, channel: int | None = None) -> list[AudioEvent]:
    """Stretches of ``speech`` of a second and a half or more that have no words under them."""
    found: list[AudioEvent] = []
    taken = sorted((word.start_ms - NEAR_MS, word.end_ms + NEAR_MS) for word in words)
    for span in speech:
        at_ms = span.start_ms
        for start_ms, end_ms in [*taken, (span.end_ms, span.end_ms)]:
            if end_ms < at_ms or start_ms > span.end_ms:
                continue
            if start_ms - at_ms >= SHORTEST_UNHEARD_MS:
                found.append(AudioEvent(EventKind.UNHEARD, at_ms, start_ms, channel))
            at_ms = max(at_ms, end_ms)
    return found


_Gone = list[tuple[Word, Reason]]


def _without_phantoms(words: list[Word]) -> tuple[list[Word], _Gone]:
    kept: list[Word] = []
    gone: _Gone = []
    index = 0
    texts = [plain(word.text) for word in words]
    while index < len(words):
        count, unlikely = _described(words, index=index), ALWAYS
        if not count:
            count, unlikely = _phrase(words, texts, index=index)
        part = words[index : index + max(1, count)]
        if count and sum(word.probability for word in part) / len(part) < unlikely:
            gone += [(word, Reason.PHANTOM) for word in part]
        elif count:
            kept += [replace(word, doubts=word.doubts | {Doubt.PHANTOM}) for word in part]
        else:
            kept += part
        index += len(part)
    return kept, gone


def _described(words: Sequence[Word], *, index: int) -> int:
    """How many words from ``index`` are a description of a sound, such as [music]; 0 where there is none."""
    if not OPENING.match(words[index].text):
        return 0
    for count, word in enumerate(words[index : index + DESCRIBED_WORDS], start=1):
        if CLOSING.search(word.text) and (count > 1 or len(word.text) > 1):
            return count
    return int(words[index].text in "♪♫")


def _phrase(words: Sequence[Word], texts: Sequence[str], *, index: int) -> tuple[int, float]:
    """How many words from ``index`` are a phantom phrase, the longest that fits, and how probable it must be to stay."""
    best = (0, 0.0)
    for phrase in PHRASES:
        count = _matched(phrase, words, texts, index=index)
        if count > best[0]:
            best = (count, phrase.unlikely)
    return best


def _matched(phrase: Phrase, words: Sequence[Word], texts: Sequence[str], *, index: int) -> int:
    end = index + len(phrase.words)
    if tuple(texts[index:end]) != phrase.words:
        return 0
    if phrase.alone and not (_apart(words, index) and _apart(words, end)):
        return 0
    if phrase.named:
        last = min(len(words), end + NAME_WORDS)
        while end < last and words[end].start_ms - words[end - 1].end_ms <= NAME_PAUSE_MS:
            end += 1
    return end - index


def _apart(words: Sequence[Word], index: int) -> bool:
    """Whether a pause, or nothing at all, lies before the word at ``index``."""
    if index in {0, len(words)}:
        return True
    return words[index].start_ms - words[index - 1].end_ms > NAME_PAUSE_MS


def _without_loops(words: list[Word]) -> tuple[list[Word], _Gone]:
    kept: list[Word] = []
    gone: _Gone = []
    for word in words:
        if STAMMER.search(plain(word.text)):
            gone.append((word, Reason.REPEATED))
        else:
            kept.append(word)
    while loop := _first_loop(kept):
        start, size, end = loop
        gone += [(word, Reason.REPEATED) for word in kept[start + size : end]]
        marked = [replace(word, doubts=word.doubts | {Doubt.REPEATED}) for word in kept[start : start + size]]
        kept = [*kept[:start], *marked, *kept[end:]]
    return kept, gone


def _first_loop(words: Sequence[Word]) -> tuple[int, int, int] | None:
    """Where a loop begins, how many words it repeats and where it ends; the shortest repeated group counts."""
    texts = [plain(word.text) for word in words]
    near = [after.start_ms - before.end_ms <= LOOP_PAUSE_MS for before, after in pairwise(words)]
    for size in range(1, LONGEST_GROUP + 1):
        start = 0
        while start + 2 * size <= len(words):
            end = start + size
            while end < len(words) and texts[end] == texts[end - size] and near[end - 1]:
                end += 1
            if (end - start) // size > _most_times(texts[start : start + size]):
                return start, size, end
            start += 1
    return None


def _most_times(group: Sequence[str]) -> int:
    if all(text.isdigit() or text in DIGITS for text in group):
        return max(1, MOST_DIGITS // len(group))
    return MOST_TIMES.get(len(group), MOST_TIMES_LONGER)


def _without_rush(words: list[Word]) -> tuple[list[Word], _Gone]:
    impossible: set[int] = set()
    hurried: set[int] = set()
    for index, seconds, letters in _rates(words):
        run = range(index, index + RATE_WORDS)
        if IMPOSSIBLE_WORDS * seconds < RATE_WORDS or letters > IMPOSSIBLE_LETTERS * seconds:
            impossible.update(_without_slow_edges(words, run))
            hurried.update(run)
        elif HURRIED_WORDS * seconds < RATE_WORDS or letters > HURRIED_LETTERS * seconds:
            hurried.update(run)
    gone = [(word, Reason.TOO_FAST) for index, word in enumerate(words) if index in impossible]
    kept = [
        replace(word, doubts=word.doubts | {Doubt.TOO_FAST}) if index in hurried else word
        for index, word in enumerate(words)
        if index not in impossible
    ]
    return kept, gone


def _without_slow_edges(words: Sequence[Word], run: range) -> range:
    """``run`` without the words at either end that have time of their own: they were said before or after the rush.

    Their time is how long they last, with the pause between them and the rest of the run. Where every word has such
    time, the run is too fast as a whole.
    """
    first, last = run[0], run[-1]
    while first < last and _speakable(words[first], pause_ms=words[first + 1].start_ms - words[first].end_ms):
        first += 1
    while last > first and _speakable(words[last], pause_ms=words[last].start_ms - words[last - 1].end_ms):
        last -= 1
    return run if first == last and _speakable(words[first]) else range(first, last + 1)


def _speakable(word: Word, *, pause_ms: int = 0) -> bool:
    """Whether a person can say ``word`` in the time that it lasts and a pause beside it."""
    time_ms = word.end_ms - word.start_ms + max(0, pause_ms)
    return time_ms >= SHORTEST_SAID_MS and len(plain(word.text)) <= IMPOSSIBLE_LETTERS * time_ms / 1000


def _rates(words: Sequence[Word]) -> Iterator[tuple[int, float, int]]:
    """For every run of words: where it begins, its seconds and its letters."""
    for index in range(len(words) - RATE_WORDS + 1):
        run = words[index : index + RATE_WORDS]
        seconds = (max(word.end_ms for word in run) - run[0].start_ms) / 1000
        yield index, seconds, sum(len(plain(word.text)) for word in run)
