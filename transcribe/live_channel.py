"""One channel of a conversation that goes on: its windows as the whole would have them, and which words are settled."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.audio import SPEECH_RATE
from transcribe.live_hearing import Hearing
from transcribe.live_language import LiveLanguage
from transcribe.live_sound import Recent
from transcribe.packing import GAP_MS, LIMIT_MS, Piece, Window, cut, split_at_quiet
from transcribe.recognition import wordless
from transcribe.sides import on_their_side
from transcribe.types import Span, Word
from transcribe.vad import SpeechStream
from transcribe.words import doubted, placed

#: A word is settled once so much was heard after it: what follows a word can still change it.
SETTLED_MS = 2_400
#: Speech is heard at the latest when so much time has gone by since the first word that is not settled.
LATEST_MS = 4_300
#: After a pause of this length everything is settled.
PAUSE_MS = 1_600
#: The longest stretch that one window takes.
LONGEST_MS = LIMIT_MS - GAP_MS
#: What must be heard beyond that, so that the quietest moment to cut it is the one that the whole would show.
MARGIN_MS = 100
#: Sound of a channel that is kept: a stretch of speech of full length, and the pause after it.
KEPT_S = 32
PER_MS = SPEECH_RATE // 1000


@dataclass(frozen=True, slots=True)
class _Settled:
    """A word for good, timed in the recording, and how hearing goes on after it."""

    word: Word
    state: Any


@dataclass(slots=True)
class _Open:
    """The window that still grows: its stretches with their sound, and what is settled of it."""

    pieces: list[Piece] = field(default_factory=list)
    sound: list[NDArray[np.float32]] = field(default_factory=list)
    settled: list[_Settled] = field(default_factory=list)

    @property
    def end_ms(self) -> int:
        """Its length so far."""
        return self.pieces[-1].end_ms if self.pieces else 0

    def fits(self, span: Span) -> bool:
        """Whether one more stretch goes into it; the first always does."""
        return not self.pieces or self.end_ms + GAP_MS + span.end_ms - span.start_ms <= LIMIT_MS


class LiveChannel:
    """Follows one channel. Times are those of the recording; sound is at 16 kHz, words come out once and for good."""

    def __init__(self, stream: SpeechStream, hearing: Hearing, *, language: LiveLanguage, prompt: str) -> None:
        self._stream, self._hearing, self._language, self._prompt = stream, hearing, language, prompt
        self._sound = Recent(seconds=KEPT_S)
        self._window = _Open()
        #: Where the stretch that goes on begins, when it is what was left of one that was cut.
        self._cut_ms = 0
        #: Up to here everything that was said is settled.
        self._settled_ms = 0

    def add(self, block: NDArray[np.float32]) -> list[Word]:
        """Take the next sound and return the words that it settled."""
        self._sound.add(block)
        words: list[Word] = []
        for span in self._stream.add(block):
            words += self._ended(span)
        going = self._going()
        while going and going.end_ms - going.start_ms > LONGEST_MS + MARGIN_MS:
            part, *_rest = split_at_quiet([going], self._sound, sample_rate=SPEECH_RATE, longest_ms=LONGEST_MS)
            words += self._close(part)
            self._cut_ms = part.end_ms
            going = self._going()
        if going and not self._window.fits(going):
            words += self._turn(before=going)
        return words + (self._hear(going, everything=self._paused(going)) if self._due(going) else [])

    def end(self) -> list[Word]:
        """The sound is over: return all words that were not settled."""
        words = [word for span in self._stream.end() for word in self._ended(span)]
        return words + (self._hear(None, everything=True) if self._unsettled_from(None) is not None else [])

    @property
    def _now_ms(self) -> int:
        return len(self._sound) // PER_MS

    def _going(self) -> Span | None:
        going = self._stream.going
        if going is None or going.end_ms <= self._cut_ms:
            return None
        return Span(max(going.start_ms, self._cut_ms), going.end_ms)

    def _ended(self, span: Span) -> list[Word]:
        rest = Span(max(span.start_ms, self._cut_ms), span.end_ms)
        words = []
        for part in split_at_quiet([rest], self._sound, sample_rate=SPEECH_RATE, longest_ms=LONGEST_MS):
            words += self._close(part)
        return words

    def _close(self, span: Span) -> list[Word]:
        """Put a stretch that is over into the window, or into the next one where it does not fit."""
        if span.end_ms <= span.start_ms:
            return []
        words = [] if self._window.fits(span) else self._turn(before=span)
        self._window.pieces.append(Piece(self._window.end_ms + GAP_MS, span))
        self._window.sound.append(self._heard(span))
        return words

    def _turn(self, *, before: Span) -> list[Word]:
        """Settle the window, which is now whole, and begin the next one with the stretch ``before`` which it ends."""
        kept = [one for one in self._window.settled if one.word.start_ms < before.start_ms]
        moved = [one.word for one in self._window.settled[len(kept) :]]
        self._window.settled = kept
        words: list[Word] = []
        if self._unsettled_from(None) is not None:
            words = self._hear(None, everything=True, until_ms=before.start_ms)
        first = [_moved(word, by_ms=GAP_MS - before.start_ms) for word in moved]
        state = self._hearing.after(first, language=self._language.now)
        self._window = _Open(settled=[_Settled(word, state) for word in moved])
        return words

    def _unsettled_from(self, going: Span | None) -> int | None:
        """Where the first speech begins that was not settled."""
        for span in [*(piece.source for piece in self._window.pieces), *([going] if going else [])]:
            if span.end_ms > self._settled_ms:
                return max(span.start_ms, self._settled_ms)
        return None

    def _paused(self, going: Span | None) -> bool:
        return not going and bool(self._window.pieces) and (
            self._now_ms - self._window.pieces[-1].source.end_ms >= PAUSE_MS
        )  # fmt: skip

    def _due(self, going: Span | None) -> bool:
        first_ms = self._unsettled_from(going)
        return first_ms is not None and (self._now_ms - first_ms >= LATEST_MS or self._paused(going))

    def _hear(self, going: Span | None, *, everything: bool, until_ms: int | None = None) -> list[Word]:
        """Hear the window as far as it has come; settle what was heard for long enough, or ``everything`` in it."""
        surely_ms = self._now_ms - SETTLED_MS
        window, sound = self._so_far(going)
        language = self._language.of(sound, seconds=window.duration_ms / 1000)
        state = self._window.settled[-1].state if self._window.settled else self._hearing.after([], language=language)
        heard = self._hearing.on(sound, state=state, language=language, prompt=self._prompt)
        said = self._window.settled[-1].word.text if self._window.settled else ""
        words = on_their_side([word for word, _after in heard], window, before=said)
        new: list[_Settled] = []
        for word, (_word, after) in zip(words, heard, strict=True):
            here = [self._placed(one, going) for one in doubted(placed([word], window))]
            if here and here[0].end_ms > surely_ms and not everything:
                break
            new += [_Settled(one, after) for one in here]
        before_ms = self._settled_ms
        self._settled_ms = max(before_ms, (until_ms or self._now_ms) if everything else surely_ms)
        new += [
            _Settled(word, new[-1].state if new else state)
            for word in self._again(new, since_ms=before_ms, language=language)
        ]
        new.sort(key=lambda one: one.word.start_ms)
        self._window.settled += new
        return [one.word for one in new]

    def _placed(self, word: Word, going: Span | None) -> Word:
        """A word that seems to lie in speech that was settled before is the first of what came since."""
        first_ms = self._unsettled_from(going)
        if first_ms is None or word.end_ms > self._settled_ms:
            return word
        return replace(word, start_ms=first_ms, end_ms=first_ms + word.end_ms - word.start_ms)

    def _again(self, new: Sequence[_Settled], *, since_ms: int, language: str) -> list[Word]:
        """Hear by itself what was settled since and got no words, as ``recognised`` does in the end."""
        over = [
            piece for piece in self._window.pieces if since_ms < piece.source.end_ms <= self._settled_ms
        ]  # fmt: skip
        words = [one.word for one in (*self._window.settled, *new)]
        found: list[Word] = []
        for stretch in wordless([Window(tuple(over))], words):
            alone = Window((Piece(GAP_MS, stretch),))
            heard = self._hearing.again(cut(self._sound, alone, sample_rate=SPEECH_RATE), language=language,
                                        prompt=self._prompt)  # fmt: skip
            found += doubted(placed(heard, alone))
        return found

    def _so_far(self, going: Span | None) -> tuple[Window, NDArray[np.float32]]:
        """The window as ``pack`` and ``cut`` make it of all speech, up to now."""
        pieces, sounds = list(self._window.pieces), list(self._window.sound)
        if going:
            pieces.append(Piece(self._window.end_ms + GAP_MS, going))
            sounds.append(self._heard(going))
        gap = np.zeros(GAP_MS * PER_MS, np.float32)
        return Window(tuple(pieces)), np.concatenate([part for sound in sounds for part in (gap, sound)])

    def _heard(self, span: Span) -> NDArray[np.float32]:
        """The sound of a stretch; the last millisecond of a recording may not be whole."""
        sound = self._sound[span.start_ms * PER_MS : span.end_ms * PER_MS]
        return np.pad(sound, (0, (span.end_ms - span.start_ms) * PER_MS - len(sound)))


def _moved(word: Word, *, by_ms: int) -> Word:
    return replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms)
