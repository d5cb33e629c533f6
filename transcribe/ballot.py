"""Where a recording is listened to for its language: at few places when they agree, closely where it changes."""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from transcribe.languages import ELSEWHERE, Stretch, Unit, Vote, smoothed, vote_of
from transcribe.packing import Window, cut, pack
from transcribe.recogniser import Recogniser
from transcribe.samples import Channel
from transcribe.telling_words import tells_another
from transcribe.types import Span, Word
from transcribe.words import voted

#: Windows with less speech than this do not vote on a recording, and shorter stretches not on a part of one.
TELLING_MS, SHORTEST_MS = 5_000, 1_200
#: Two votes for the same language settle what lies between them when both have this share.
LIKELY = 0.75
#: Stretches that are listened to one by one before a second language was surely heard anywhere.
PROBES = 6
#: Windows whose words are, in their geometric mean, less probable than this are listened to as well, so many at most.
PROBABLE, SECOND_LOOKS = 0.5, 3
#: Windows for each further vote in long recordings: about nine minutes of speech.
WINDOWS_A_VOTE = 20

Windows = Sequence[Sequence[Window]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The windows of each channel, none in two languages, with the language of each; ``main`` has most speech."""

    main: str
    windows: list[list[Window]]
    languages: list[list[str]]

    @classmethod
    def wholly(cls, language: str, windows: Windows, *, main: str) -> "Spoken":
        """``language`` everywhere, which is ``main`` or ``ELSEWHERE``."""
        return cls(main, [list(packed) for packed in windows], [[language] * len(packed) for packed in windows])

    def stretches(self, channel: int) -> list[Stretch]:
        """What a channel speaks, in order of time."""
        pairs = zip(self.windows[channel], self.languages[channel], strict=True)
        return [Stretch(window.pieces[0].source.start_ms, language) for window, language in pairs]

    def share(self, language: str) -> float:
        """The part of all speech that is in ``language``."""
        lengths = [
            (speech_ms(window), spoken)
            for packed, languages in zip(self.windows, self.languages, strict=True)
            for window, spoken in zip(packed, languages, strict=True)
        ]
        return sum(length for length, spoken in lengths if spoken == language) / (
            sum(length for length, _ in lengths) or 1
        )


@dataclass(slots=True)
class Ballot:
    """Listens to windows of ``sound`` and remembers what it heard; ``report`` is called before each."""

    sound: Sequence[Channel]
    recogniser: Recogniser
    among: tuple[str, ...]
    sample_rate: int
    report: Callable[[], None]
    #: Windows that are to be listened to closely, whatever their vote.
    suspected: set[tuple[int, Window]] = field(default_factory=set)
    _heard: dict[tuple[int, Window], tuple[Mapping[str, float], Vote]] = field(default_factory=dict)

    def vote(self, channel: int, window: Window) -> Vote:
        """Listen to a window, once."""
        if (channel, window) not in self._heard:
            self.report()
            piece = cut(self.sound[channel], window, sample_rate=self.sample_rate)
            chances = self.recogniser.detect_language(piece, among=self.among)
            self._heard[channel, window] = chances, vote_of(chances, among=self.among)
        return self._heard[channel, window][1]

    def known(self, channel: int, window: Window) -> Vote | None:
        """What was heard of a window, if it was listened to."""
        found = self._heard.get((channel, window))
        return found[1] if found else None

    @property
    def settled(self) -> bool:
        """Whether all that was heard is surely one language, or the recogniser cannot tell languages apart."""
        if self.suspected:
            return False
        votes = [vote for _, vote in self._heard.values()]
        surely_one = all(vote.sure for vote in votes) and len({vote.best for vote in votes}) < 2
        return surely_one or all(vote.blank for vote in votes)

    @property
    def only(self) -> str:
        """The one language that was heard where ``settled``."""
        return next((vote.best for _, vote in self._heard.values()), self.among[0])

    @property
    def mixed(self) -> bool:
        """Whether two languages were surely heard."""
        return len({vote.best for _, vote in self._heard.values() if vote.sure}) > 1

    def main(self) -> str:
        """The configured language that all votes together speak for most, each weighing its seconds."""
        return voted(
            [chances for chances, _ in self._heard.values()],
            weights=[window.duration_ms for _, window in self._heard],
            among=self.among,
        )


def speech_ms(window: Window) -> int:
    """Milliseconds of speech in a window."""
    return sum(piece.source.end_ms - piece.source.start_ms for piece in window.pieces)


def languages_of(windows: Windows, *, ballot: Ballot, votes: int) -> Spoken:
    """Listen at ``votes`` places, spread over begin, middle, end and the channels, and go on only where they differ."""
    for channel, window in first_places(windows, votes=votes):
        ballot.vote(channel, window)
    return searched(windows, ballot=ballot)


def first_places(windows: Windows, *, votes: int) -> list[tuple[int, Window]]:
    """The windows that are listened to first: ``votes`` of them, in long recordings one for every nine minutes of speech."""
    telling = [[window for window in packed if speech_ms(window) >= TELLING_MS] for packed in windows]
    if not any(telling):
        telling = [sorted(packed, key=speech_ms)[-1:] for packed in windows]
    channels = [channel for channel, packed in enumerate(telling) if packed]
    total = sum(map(len, telling))
    count = min(total, max(votes, total // WINDOWS_A_VOTE))
    places = []
    for number in range(count):
        channel = channels[number % len(channels)]
        at = (len(telling[channel]) - 1) * number // max(1, count - 1)
        places.append((channel, telling[channel][at]))
    return list(dict.fromkeys(places))


def searched(windows: Windows, *, ballot: Ballot) -> Spoken:
    """What is spoken where, from the votes there are; what they leave open is listened to."""
    main = ballot.main()
    if ballot.settled:
        return Spoken.wholly(ballot.only, windows, main=main)
    for channel, packed in enumerate(windows):
        _narrow(channel, [window for window in packed if speech_ms(window) >= TELLING_MS], ballot=ballot)
    main = ballot.main()
    close = _listened_closely(windows, ballot=ballot)
    found = [
        _repacked(channel, packed, close=close, ballot=ballot, main=main) for channel, packed in enumerate(windows)
    ]
    spoken = Spoken(main, [packed for packed, _ in found], [languages for _, languages in found])
    most = max(ballot.among, key=lambda language: (spoken.share(language), language == main))
    return Spoken(most, spoken.windows, spoken.languages)


def reconsidered(spoken: Spoken, heard: Sequence[Sequence[Word]], *, ballot: Ballot) -> Spoken:
    """Doubt one language for a whole recording where words that were ``heard`` are improbable in it or are of another.

    A change between the first places shows there; it costs nothing where there is none.
    """
    if not ballot.settled or ballot.only == ELSEWHERE:
        return spoken
    ballot.suspected |= {
        (channel, window)
        for channel, (packed, words) in enumerate(zip(spoken.windows, heard, strict=True))
        for window in packed
        if tells_another(words_of(window, words), language=spoken.main, among=ballot.among)
    }
    for channel, window in _improbable(spoken.windows, heard, ballot=ballot)[:SECOND_LOOKS]:
        ballot.vote(channel, window)
    return spoken if ballot.settled else searched(spoken.windows, ballot=ballot)


def _improbable(windows: Windows, heard: Sequence[Sequence[Word]], *, ballot: Ballot) -> list[tuple[int, Window]]:
    """Windows not yet listened to whose words are improbable, the most improbable first."""
    found = []
    for channel, (packed, words) in enumerate(zip(windows, heard, strict=True)):
        for window in packed:
            likely = _probability(words_of(window, words))
            if likely < PROBABLE and speech_ms(window) >= TELLING_MS and not ballot.known(channel, window):
                found.append((likely, channel, window))
    return [(channel, window) for _, channel, window in sorted(found, key=lambda one: one[0])]


def _probability(words: Sequence[Word]) -> float:
    """The geometric mean of the words' probabilities; 0 without words."""
    if not words:
        return 0.0
    return math.exp(sum(math.log(max(word.probability, 1e-3)) for word in words) / len(words))


def words_of(window: Window, words: Sequence[Word]) -> list[Word]:
    """The words of a channel that begin between the first and the last speech of a window."""
    start_ms, end_ms = window.pieces[0].source.start_ms, window.pieces[-1].source.end_ms
    low = bisect_left(words, start_ms, key=lambda word: word.start_ms)
    return list(words[low : bisect_left(words, end_ms, key=lambda word: word.start_ms)])


def _narrow(channel: int, windows: Sequence[Window], *, ballot: Ballot) -> None:
    """Halve the way between votes that differ until the windows where the language changes stand side by side."""
    if not windows:
        return
    ballot.vote(channel, windows[0])
    ballot.vote(channel, windows[-1])
    known = [place for place, window in enumerate(windows) if ballot.known(channel, window)]
    open_ = list(pairwise(known))
    while open_:
        low, high = open_.pop()
        if high - low > 1 and _differ(*(ballot.vote(channel, windows[place]) for place in (low, high))):
            middle = (low + high) // 2
            ballot.vote(channel, windows[middle])
            open_ += [(low, middle), (middle, high)]


def _differ(one: Vote, other: Vote) -> bool:
    return one.best != other.best or min(one.shares[one.best], other.shares[other.best]) < LIKELY


def _listened_closely(windows: Windows, *, ballot: Ballot) -> set[tuple[int, Window]]:
    """Listen to the single stretches of windows in doubt, the most doubtful first; return those windows."""
    doubtful = [place for channel, packed in enumerate(windows) for place in _in_doubt(channel, packed, ballot=ballot)]
    doubtful.sort(key=lambda place: max(vote.shares.values()) if (vote := ballot.known(*place)) else 1.0)
    close: set[tuple[int, Window]] = set()
    probes = 0
    for channel, window in doubtful:
        if probes >= PROBES and not ballot.mixed:
            break
        for part in parts_of(window):
            ballot.vote(channel, part)
            probes += 1
        close.add((channel, window))
    return close


def _in_doubt(channel: int, packed: Sequence[Window], *, ballot: Ballot) -> list[tuple[int, Window]]:
    """Windows whose vote is not sure or whose words are suspect, and those at which the language changes."""
    voted_at = [(place, vote) for place, window in enumerate(packed) if (vote := ballot.known(channel, window))]
    places = {place for place, vote in voted_at if not vote.sure}
    for place, window in enumerate(packed):
        if (channel, window) in ballot.suspected:
            # What goes before and after may hold the begin and the end of it.
            places |= {near for near in (place - 1, place, place + 1) if 0 <= near < len(packed)}
    for (low, before), (high, after) in pairwise(voted_at):
        if before.best != after.best:
            places |= set(range(low, high + 1))
    return [(channel, packed[place]) for place in sorted(places)]


def parts_of(window: Window) -> list[Window]:
    """The stretches of a window, each as a window; what is shorter than 1.2 s goes with the one before it."""
    groups: list[list[Span]] = []
    for piece in window.pieces:
        short = piece.source.end_ms - piece.source.start_ms < SHORTEST_MS
        begun_short = groups and sum(span.end_ms - span.start_ms for span in groups[-1]) < SHORTEST_MS
        if groups and (short or begun_short):
            groups[-1].append(piece.source)
        else:
            groups.append([piece.source])
    return [pack(group, limit_ms=window.duration_ms + 1)[0] for group in groups]


def _repacked(
    channel: int, packed: Sequence[Window], *, close: set[tuple[int, Window]], ballot: Ballot, main: str
) -> tuple[list[Window], list[str]]:
    """Windows of one language each; where nothing changes they stay as they are."""
    units = [part for window in packed for part in (parts_of(window) if (channel, window) in close else [window])]
    path = smoothed(
        [Unit(speech_ms(unit) / 1000, ballot.known(channel, unit)) for unit in units], among=ballot.among, main=main
    )
    if len(set(path)) < 2:
        return list(packed), path[:1] * len(packed)
    windows: list[Window] = []
    languages: list[str] = []
    for language, group in groupby(zip(units, path, strict=True), key=lambda pair: pair[1]):
        again = pack([piece.source for unit, _ in group for piece in unit.pieces])
        windows += again
        languages += [language] * len(again)
    return windows, languages
