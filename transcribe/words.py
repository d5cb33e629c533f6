"""Words after recognition: mapped back, held to the speech under them, doubted where there is reason."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from transcribe.packing import Window
from transcribe.samples import Channel, Channels
from transcribe.sides import on_their_side
from transcribe.types import Doubt, Reason, Removed, Span, Word

#: No word of a call lasts longer.
LONGEST_MS = 2_000
#: A word this far from any speech in its window was invented.
FARTHEST_MS = 400
#: A word that must be seen needs some width.
SHORTEST_MS = 20
#: Words less probable than this are shown as doubtful.
LIKELY = 0.35
#: An echo is heard within this time of the word it repeats, and is quieter by at least this.
ECHO_MS = 600
ECHO_DB = 6.0


def placed(words: Sequence[Word], window: Window) -> list[Word]:
    """Map words of ``window`` to the recording; those without speech under them are dropped, long ones cut.

    What lies across a pause goes to the side of its sentence.
    """
    kept = []
    for word in on_their_side(words, window):
        span = Span(word.start_ms, word.end_ms)
        if window.distance_ms(span) > FARTHEST_MS:
            continue
        piece = window.piece_at(span)
        source = window.source(span)
        start = min(source.start_ms, max(piece.source.start_ms, piece.source.end_ms - SHORTEST_MS))
        end = min(max(source.end_ms, start + SHORTEST_MS), start + LONGEST_MS)
        kept.append(replace(word, start_ms=start, end_ms=end))
    return in_order(kept)


def off_speech(words: Sequence[Word], window: Window, *, channel: int | None = None) -> list[Removed]:
    """The words that ``placed`` drops, at the speech of ``window`` that is nearest to them."""
    gone = []
    for word in words:
        span = Span(word.start_ms, word.end_ms)
        if window.distance_ms(span) > FARTHEST_MS:
            near = window.source(span)
            gone.append(Removed(word.text, near.start_ms, near.end_ms, Reason.NO_SPEECH, channel))
    return gone


def in_order(words: Sequence[Word]) -> list[Word]:
    """Keep the words in the order they were heard: no word begins before the one it follows."""
    ordered: list[Word] = []
    for word in words:
        start = max(word.start_ms, ordered[-1].start_ms) if ordered else word.start_ms
        ordered.append(replace(word, start_ms=start, end_ms=max(word.end_ms, start)))
    return ordered


def doubted(words: Sequence[Word]) -> list[Word]:
    """Mark the words the recogniser itself found improbable."""
    return [
        replace(word, doubts=word.doubts | {Doubt.LOW_PROBABILITY}) if word.probability < LIKELY else word
        for word in words
    ]


def without_echo(channels: Sequence[Sequence[Word]], samples: Channels, *, sample_rate: int) -> list[list[Word]]:
    """Drop from each of two channels the words that only repeat the louder other channel at the same moment.

    ``samples`` is the recording before any gate.
    """
    kept: list[list[Word]] = []
    for index, words in enumerate(channels):
        other = channels[1 - index]
        kept.append([
            word for word in words
            if not any(_echoes(word, of=loud, samples=samples, channel=index, sample_rate=sample_rate)
                       for loud in other if abs(loud.start_ms - word.start_ms) <= ECHO_MS)
        ])  # fmt: skip
    return kept


def _echoes(word: Word, *, of: Word, samples: Channels, channel: int, sample_rate: int) -> bool:
    if plain(word.text) != plain(of.text):
        return False
    here = _level_db(samples[channel], word, sample_rate=sample_rate)
    return _level_db(samples[1 - channel], of, sample_rate=sample_rate) - here >= ECHO_DB


def _level_db(channel: Channel, word: Word, *, sample_rate: int) -> float:
    sound = channel[word.start_ms * sample_rate // 1000 : word.end_ms * sample_rate // 1000]
    return 10 * float(np.log10(np.square(sound).mean() + 1e-9)) if len(sound) else -90.0


def plain(text: str) -> str:
    """The letters and digits of a word, small: what two hearings of it have in common."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def voted(votes: Sequence[Mapping[str, float]], *, weights: Sequence[float], among: Sequence[str]) -> str:
    """The language with the greatest probability over windows of speech, each weighing its seconds of speech.

    Without any vote the first of ``among`` is taken; a draw falls to the earlier one.
    """
    totals = {
        language: sum(vote.get(language, 0.0) * weight for vote, weight in zip(votes, weights, strict=True))
        for language in among
    }
    return max(among, key=lambda language: totals[language])
