"""Which language is spoken: what a recogniser says of single stretches, and what that amounts to in order of time."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from babel import Locale, UnknownLocaleError

from transcribe.telling_words import sentences_read_as
from transcribe.types import Doubt, Turn, Word

#: Stands for any language that is not among the configured ones.
ELSEWHERE = ""
#: A vote from this share on is sure.
SURE = 0.9
#: Another language is believed when it has more than half of all weight, and this many times that of the configured
#: ones together: neighbours such as Dutch and Afrikaans share the weight of one voice.
MARGIN = 3.0
#: No vote counts for less than this share or more than the rest: one second weighs at most log(0.95 / 0.05), about 2.9.
FLOOR = 0.05
#: A vote is about its whole stretch, and no surer for its length: more seconds than these add nothing.
LONGEST_SECONDS = 5.0
#: What a change of language costs. Within a call, where there is one in and one out, it takes 5.4 seconds of sure speech;
#: at an end 2.7.
CHANGE = 8.0


@dataclass(frozen=True, slots=True)
class Vote:
    """What the recogniser makes of one stretch of speech: the share of each configured language and ``ELSEWHERE``."""

    shares: Mapping[str, float]

    @property
    def best(self) -> str:
        """The language with the greatest share; a draw falls to the one configured first."""
        return max(self.shares, key=lambda language: self.shares[language])

    @property
    def sure(self) -> bool:
        """Whether there is hardly a doubt."""
        return self.shares[self.best] >= SURE

    @property
    def blank(self) -> bool:
        """Whether the recogniser prefers none of several languages, as one that cannot tell them apart."""
        inside = [share for language, share in self.shares.items() if language != ELSEWHERE]
        return len(inside) > 1 and min(inside) == max(inside) > 0.0 and not self.shares.get(ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Unit:
    """Speech between pauses, at least in seconds of it, and its vote, if it has one."""

    seconds: float
    vote: Vote | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one channel speaks from a moment on."""

    start_ms: int
    language: str


def likeliest(chances: Mapping[str, float], *, among: Sequence[str]) -> dict[str, float]:
    """Of the probabilities of all languages, those of ``among``, and another one's where it is likelier than these."""
    found = {language: chances.get(language, 0.0) for language in among}
    top = max(chances, key=lambda language: chances[language], default=None)
    return found if top is None or chances[top] <= max(found.values()) else found | {top: chances[top]}


def vote_of(chances: Mapping[str, float], *, among: Sequence[str]) -> Vote:
    """A vote from the probabilities of ``among`` and perhaps of a language outside; without any, equal shares."""
    inside = {language: chances.get(language, 0.0) for language in among}
    total = sum(inside.values())
    outside = max((chance for language, chance in chances.items() if language not in inside), default=0.0)
    if outside > 0.5 and outside > MARGIN * total:
        whole = total + outside
        return Vote({language: chance / whole for language, chance in inside.items()} | {ELSEWHERE: outside / whole})
    if total == 0.0:
        return Vote(dict.fromkeys(among, 1 / len(among)) | {ELSEWHERE: 0.0})
    return Vote({language: chance / total for language, chance in inside.items()} | {ELSEWHERE: 0.0})


def smoothed(units: Sequence[Unit], *, among: Sequence[str], main: str) -> list[str]:
    """The language of each of ``units``, in order of time: the path that its votes make likeliest (Viterbi, 1967).

    A path gets, for each unit, min(seconds, 5) · log(share of its language, at least 0.05), and loses 8 for each
    change, also for beginning in another language than ``main``. So a single doubtful unit never changes anything:
    a change needs sure speech that goes on. A draw stays in the language it is in.
    """
    states = (*among, ELSEWHERE)
    scores = {state: 0.0 if state == main else -CHANGE for state in states}
    steps: list[dict[str, str]] = []
    for unit in units:
        top = max(states, key=lambda state: scores[state])
        before = {state: state if scores[state] >= scores[top] - CHANGE else top for state in states}
        steps.append(before)
        scores = {state: max(scores[state], scores[top] - CHANGE) + _evidence(unit, language=state) for state in states}
    path: list[str] = []
    state = max((main, *states), key=lambda state: scores[state])
    for before in reversed(steps):
        path.append(state)
        state = before[state]
    return path[::-1]


def _evidence(unit: Unit, *, language: str) -> float:
    if unit.vote is None:
        return 0.0
    share = min(max(unit.vote.shares.get(language, 0.0), FLOOR), 1 - FLOOR)
    return min(unit.seconds, LONGEST_SECONDS) * math.log(share)


def language_at(moment_ms: int, stretches: Sequence[Stretch]) -> str:
    """What is spoken at a moment; ``stretches`` are in order, and the first also counts for what lies before it."""
    if not stretches:
        return ELSEWHERE
    return stretches[max(0, bisect_right(stretches, moment_ms, key=lambda stretch: stretch.start_ms) - 1)].language


def in_languages(turns: Sequence[Turn], stretches: Mapping[str, Sequence[Stretch]], *, main: str) -> tuple[Turn, ...]:
    """Cut turns where their speaker changes language, and write it on those in another language than ``main``.

    Where more than one language is spoken, words that read as another of them than was heard are of that one: near a
    change a vote is about speech on both sides of it, and a recogniser often writes what it hears all the same.
    """
    found: list[Turn] = []
    heard = {stretch.language for of_one in stretches.values() for stretch in of_one} - {ELSEWHERE}
    for turn in turns:
        spoken = stretches.get(turn.speaker, ())
        languages: list[tuple[str, Word]] = []
        for language, group in groupby(turn.words, key=lambda word: language_at(word.start_ms, spoken)):
            words = tuple(group)
            languages += zip(sentences_read_as(words, language=language, among=heard), words, strict=True)
        for language, pairs in groupby(languages, key=itemgetter(0)):
            words = tuple(word for _, word in pairs)
            end_ms = max(word.end_ms for word in words)
            other = language if language not in {main, ELSEWHERE} else None
            found.append(replace(turn, start_ms=words[0].start_ms, end_ms=end_ms, words=words, language=other))
    return tuple(sorted(found, key=lambda turn: turn.start_ms))


def own_name(language: str) -> str:
    """What speakers of a language call it; its tag where it is not known."""
    try:
        return str(Locale.parse(language, sep="-").get_display_name() or language)
    except (UnknownLocaleError, ValueError):
        return language


def doubted_elsewhere(words: Sequence[Word], stretches: Sequence[Stretch]) -> list[Word]:
    """Mark the words of speech in a language that is not configured: they are a guess in another one."""
    if all(stretch.language != ELSEWHERE for stretch in stretches):
        return list(words)
    return [
        replace(word, doubts=word.doubts | {Doubt.OTHER_LANGUAGE})
        if language_at(word.start_ms, stretches) == ELSEWHERE
        else word
        for word in words
    ]
