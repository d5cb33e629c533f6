"""A conversation written down while it goes on: words as soon as they are certain, and in the end the whole of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.audio import SPEECH_RATE, Audio
from transcribe.diariser import Diariser
from transcribe.errors import N_, AudioError, Sentence
from transcribe.invention import sift
from transcribe.live_channel import LiveChannel
from transcribe.live_hearing import hearing_of
from transcribe.live_language import LiveLanguage
from transcribe.live_sound import BEAT, MixedSound, StereoSound, StreamResampler
from transcribe.pipeline import Options, transcribe_audio
from transcribe.recogniser import Recogniser
from transcribe.samples import Gathered
from transcribe.types import ChannelRoles, Report, Role, Transcript, Word, silent
from transcribe.vad import StreamingVad
from transcribe.words import in_order, without_echo

CHANNELS_CHANGED = N_(
    "The sound began with {before} channels and now comes with {now}. Send the same number of channels all the time."
)
OVER = N_("This conversation was ended: no more sound can be added to it.")
#: Words of a channel that are kept in mind to tell loops and phantom phrases by.
REMEMBERED = 60


@dataclass(frozen=True, slots=True)
class StableWord:
    """A word that will not change any more; ``channel`` is empty where the parties are not on channels of their own."""

    word: Word
    role: Role
    channel: int | None = None


class LiveTranscription:
    """Takes the sound of one conversation as it comes and gives back words for good within five seconds of them.

    Two channels are two parties, as ``roles`` says; any other number is mixed and its speakers stay unknown until the
    end. All times are those of the conversation. The sound is kept, in a file beyond some minutes: ``finish`` runs
    the chain of ``transcribe_audio`` over the whole of it. What comes out on the way does not depend on how the sound
    was cut into chunks. Not safe for use by several threads at once.
    """

    def __init__(
        self,
        *,
        channels: int,
        sample_rate: int,
        options: Options,
        recogniser: Recogniser,
        vad: StreamingVad,
        roles: ChannelRoles,
    ) -> None:
        self._options, self._recogniser, self._vad, self._roles = options, recogniser, vad, roles
        self._channels = channels
        self._resampler = StreamResampler(channels, sample_rate=sample_rate) if sample_rate != SPEECH_RATE else None
        self._gathered = Gathered(channels)
        self._sound: StereoSound | MixedSound = StereoSound() if channels == 2 else MixedSound()
        language = LiveLanguage(recogniser, among=options.languages, fixed=options.language)
        hearing = hearing_of(recogniser)
        self._parties = [
            LiveChannel(
                vad.stream(sample_rate=SPEECH_RATE), hearing, language=language, prompt=options.prompt
            )
            for _party in range(2 if channels == 2 else 1)
        ]  # fmt: skip
        self._settled: list[list[Word]] = [[] for _party in self._parties]
        self._rest = np.zeros((channels, 0), np.float32)
        self._over = False

    @property
    def duration_ms(self) -> int:
        """How much was heard so far."""
        return self._gathered.length * 1000 // SPEECH_RATE

    @property
    def sound(self) -> Audio:
        """All sound so far, at 16 kHz."""
        return Audio(self._gathered.sound(), SPEECH_RATE)

    def feed(self, chunk: NDArray[np.float32]) -> list[StableWord]:
        """Take the next sound, of shape (channels, length), and return the words that are certain now, in order.

        Raises ``AudioError`` when the number of channels changes, and ``OSError`` when the disk is full.
        """
        if len(chunk) != self._channels:
            raise AudioError(CHANNELS_CHANGED, before=self._channels, now=len(chunk))
        if self._over:
            raise AudioError(OVER)
        return self._heard(self._resampler.add(chunk) if self._resampler else [np.asarray(chunk, np.float32)])

    def end(self) -> list[StableWord]:
        """The sound is over: return the words that had yet to become certain."""
        if self._over:
            return []
        self._over = True
        found = self._heard(self._resampler.end() if self._resampler else [])
        if self._rest.shape[1]:
            found += self._beat(self._rest)
        for index, block in enumerate(self._sound.end()):
            found += self._stable(index, self._parties[index].add(block) if len(block) else [])
        for index, party in enumerate(self._parties):
            found += self._stable(index, party.end())
        return found

    def finish(
        self, *, diariser: Diariser | None = None, warnings: Sequence[Sentence] = (), report: Report = silent
    ) -> Transcript:
        """End it and transcribe the whole, exactly as a recording of the same sound; ``warnings`` are the diariser's."""
        self.end()
        return transcribe_audio(
            self.sound,
            options=self._options,
            recogniser=self._recogniser,
            vad=self._vad,
            diariser=diariser,
            roles=self._roles,
            diariser_warnings=warnings,
            report=report,
        )

    def _heard(self, blocks: Iterable[NDArray[np.float32]]) -> list[StableWord]:
        found: list[StableWord] = []
        for block in blocks:
            self._gathered.add(block)
            self._rest = np.concatenate([self._rest, block], axis=1)
        whole = self._rest.shape[1] // BEAT * BEAT
        for at in range(0, whole, BEAT):
            found += self._beat(self._rest[:, at : at + BEAT])
        self._rest = self._rest[:, whole:]
        return found

    def _beat(self, beat: NDArray[np.float32]) -> list[StableWord]:
        found: list[StableWord] = []
        for index, block in enumerate(self._sound.add(beat)):
            found += self._stable(index, self._parties[index].add(block))
        return found

    def _stable(self, index: int, words: Sequence[Word]) -> list[StableWord]:
        """Leave out what nobody said and what is only the other party's echo, as far as that can be known by now."""
        if not words:
            return []
        before = self._settled[index][-REMEMBERED:]
        new = in_order([*before[-1:], *words])[len(before[-1:]) :]
        self._settled[index] = [*before, *new]
        fresh = Counter((word.start_ms, word.end_ms, word.text) for word in new)
        kept = []
        for word in reversed(sift(self._settled[index]).words):
            place = (word.start_ms, word.end_ms, word.text)
            if fresh[place]:
                fresh[place] -= 1
                kept.append(word)
        return [self._named(index, word) for word in self._own(index, kept[::-1])]

    def _own(self, index: int, words: list[Word]) -> list[Word]:
        if not isinstance(self._sound, StereoSound) or not self._sound.meter.leaks:
            return words
        pair = [self._settled[0], self._settled[1]]
        pair[index] = words
        return without_echo(pair, self._sound.recent, sample_rate=SPEECH_RATE)[index]

    def _named(self, index: int, word: Word) -> StableWord:
        if len(self._parties) == 1:
            return StableWord(word, Role.UNKNOWN)
        named = self._roles.roles[index : index + 1]
        return StableWord(word, named[0] if named else Role.UNKNOWN, index)
