"""Whether a change of language is heard, and none where there is none; on the demo's recordings, by the demo voice.

Plain: the demo's recordings as they are. Joined: pieces of about half a minute in English, Dutch and English again, with
a channel for each party and mixed into one. Party: the agent of one language and the customer of the other. A call is
right when at least nine of ten words of each piece, or of each party, are in its own language. The boundary error is
how far from a join the farthest word in the wrong language reaches, in seconds. Figures are numbers of calls, seconds,
word error rates in per cent and votes on the language for each recording.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks._joined_calls import (
    Joined,
    a_party_of_each,
    one_after_another,
    part_of,
    recordings,
    truth_of,
)
from qa.demo.truth import Measures, measure
from transcribe.audio import Audio, decode
from transcribe.pipeline import Options, transcribe_audio
from transcribe.types import ChannelRoles, Role, Transcript
from transcribe.vad import SileroVad
from transcribe.whisper_engine import WhisperEngine, load_whisper

STEREO_EN, STEREO_NL = ("en-0002", "en-0004", "en-0006", "en-0008"), ("nl-0001", "nl-0003", "nl-0005", "nl-0007")
SECONDS = 30
RIGHT = 0.9


class Counting(WhisperEngine):
    """The demo voice, counting the windows it listens to for their language."""

    votes = 0

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Listen and count."""
        self.votes += 1
        return super().detect_language(samples, among=among)


def run() -> dict[str, float]:
    """Hear all calls and judge them."""
    engine = Counting(load_whisper("demo-voice", threads=1).network, model="demo-voice")
    vad = SileroVad()

    def heard(audio: Audio, roles: ChannelRoles) -> Transcript:
        return transcribe_audio(audio, options=Options(), recogniser=engine, vad=vad, diariser=None, roles=roles)

    figures: dict[str, float] = {"plain": 0, "plain_segmented": 0}
    for reference, path in recordings().items():
        truth = truth_of(reference)
        found = heard(decode(path), ChannelRoles(tuple(Role(name) for name in truth.channels) if truth.stereo else ()))
        figures["plain"] += 1
        changed = found.language != truth.language or any(turn.language for turn in found.turns)
        figures["plain_segmented"] += changed
    figures["votes_a_plain_recording"] = engine.votes / figures["plain"]
    for kind, calls in (("stereo", _joined(mono=False)), ("mono", _joined(mono=True)), ("party", _parties())):
        figures |= _judged(kind, [(call, heard(call.audio, call.roles)) for call in calls])
    parts = sum((_alone(heard, part) for part in (*STEREO_EN, *STEREO_NL)), Measures())
    figures["parts_wer"] = 100 * (parts.word_error_rate or 0)
    return figures


def _alone(heard: Callable[[Audio, ChannelRoles], Transcript], reference: str) -> Measures:
    call = one_after_another([part_of(reference, seconds=SECONDS)])
    return measure(call.truth, heard(call.audio, call.roles))


def _joined(*, mono: bool) -> Iterator[Joined]:
    for at, (english, dutch) in enumerate(zip(STEREO_EN, STEREO_NL, strict=True)):
        references = (english, dutch, STEREO_EN[at - 1])
        yield one_after_another([part_of(one, seconds=SECONDS) for one in references], mono=mono)


def _parties() -> Iterator[Joined]:
    for english, dutch in zip(STEREO_EN, STEREO_NL, strict=True):
        yield a_party_of_each(part_of(english, seconds=2 * SECONDS), part_of(dutch, seconds=2 * SECONDS))


def _judged(kind: str, calls: Sequence[tuple[Joined, Transcript]]) -> dict[str, float]:
    judged = sum((measure(call.truth, found) for call, found in calls), Measures())
    errors = [error for call, found in calls for error in boundary_errors(call, found)]
    figures = {
        f"{kind}_calls": float(len(calls)),
        f"{kind}_right": float(sum(is_right(call, found) for call, found in calls)),
        f"{kind}_wer": 100 * (judged.word_error_rate or 0),
    }
    if errors:
        figures |= {f"{kind}_boundary_median": statistics.median(errors), f"{kind}_boundary_most": max(errors)}
    return figures


def is_right(call: Joined, found: Transcript) -> bool:
    """Whether nearly all words are in the language of their piece or, where nothing is joined, of their party."""
    right: dict[str, list[bool]] = {}
    for turn in found.turns:
        for word in turn.words:
            spoken = _spoken_at(call, word.start_ms) or call.languages.get(turn.role, "")
            right.setdefault(spoken, []).append((turn.language or found.language) == spoken)
    return len(right) > 1 and all(statistics.fmean(share) >= RIGHT for share in right.values())


def _spoken_at(call: Joined, moment_ms: int) -> str:
    spoken = call.joins[0][1] if call.joins else ""
    for join_ms, _before, after in call.joins:
        spoken = after if moment_ms >= join_ms else spoken
    return spoken


def boundary_errors(call: Joined, found: Transcript) -> Iterator[float]:
    """For each join, how far from it in seconds a word in the wrong language reaches, up to half a piece away."""
    near_ms = SECONDS * 500
    for join_ms, before, after in call.joins:
        far = 0
        for turn in found.turns:
            for word in turn.words:
                middle_ms = (word.start_ms + word.end_ms) // 2
                right = before if middle_ms < join_ms else after
                if abs(middle_ms - join_ms) < near_ms and (turn.language or found.language) != right:
                    far = max(far, abs(middle_ms - join_ms))
        yield far / 1000
