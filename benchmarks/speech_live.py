"""How soon words of a conversation that goes on are certain, and how many of them stand in the transcript of the whole.

The demo's stereo calls, as a telephone system sends them: 8 kHz, a tenth of a second at a time, language unknown, the
demo voice on one thread. ``delay_*_ms``: from the moment the last sample of a word came in until the word came out, in
time of the call. ``delay_*_with_work_ms``: with the time this machine takes, each piece being worked on when it has
come and the one before it is done. ``within_5_s`` and ``within_5_s_with_work``: words so soon, in per cent.
``equal_to_whole``: 100 less the fewest words changed, left out or put in, party by party and without case and
punctuation, that make the transcript of the whole out of what came on the way, per hundred words of the transcript.
``real_time_factor``: processor seconds for a second of the call until it ends; ``whole`` the same for the transcript.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from transcribe.audio import decode
from transcribe.live import LiveTranscription, StableWord
from transcribe.measures import edits, normalised
from transcribe.pipeline import Options
from transcribe.types import ChannelRoles, Role, Transcript
from transcribe.vad import SileroVad
from transcribe.whisper_engine import WhisperEngine, load_whisper

MATERIAL = Path(__file__).parent.parent / "qa" / "demo" / "material" / "recordings"
CALLS = ("pbx-nl/nl-0002.ogg", "pbx-nl/nl-0007.wav", "pbx-en/en-0001.ogg", "pbx-en/en-0003.mp3")
ROLES = ChannelRoles((Role.AGENT, Role.CUSTOMER))
RATE, PIECE = 8_000, 800
BAR_MS = 5_000


@dataclass(slots=True)
class Measured:
    """Sums over the calls; delays in milliseconds, one for each word."""

    delays: list[float] = field(default_factory=list)
    with_work: list[float] = field(default_factory=list)
    words: int = 0
    edits: int = 0
    seconds: float = 0.0
    live_s: float = 0.0
    whole_s: float = 0.0


def run() -> dict[str, float]:
    """Every figure; some minutes on one core."""
    engine, vad, found = load_whisper("demo-voice", threads=1), SileroVad(), Measured()
    for name in CALLS:
        _call(MATERIAL / name, engine=engine, vad=vad, found=found)
    return {
        "calls": len(CALLS),
        "words": found.words,
        **_delays(found.delays, suffix=""),
        **_delays(found.with_work, suffix="_with_work"),
        "equal_to_whole": round(100 * (1 - found.edits / found.words), 2),
        "real_time_factor": round(found.live_s / found.seconds, 3),
        "real_time_factor_whole": round(found.whole_s / found.seconds, 3),
    }


def _delays(delays: Sequence[float], *, suffix: str) -> dict[str, float]:
    return {
        f"delay_median{suffix}_ms": round(float(np.median(delays))),
        f"delay_90{suffix}_ms": round(float(np.quantile(delays, 0.9))),
        f"delay_most{suffix}_ms": round(max(delays)),
        f"within_5_s{suffix}": round(100 * sum(delay <= BAR_MS for delay in delays) / len(delays), 2),
    }


def _call(path: Path, *, engine: WhisperEngine, vad: SileroVad, found: Measured) -> None:
    sound = decode(path, sample_rate=RATE).array()
    going = LiveTranscription(
        channels=len(sound), sample_rate=RATE, options=Options(), recogniser=engine, vad=vad, roles=ROLES
    )
    said: list[StableWord] = []
    free_s, begun = 0.0, _work_s()
    for at in range(0, sound.shape[1], PIECE):
        came_s = min(at + PIECE, sound.shape[1]) / RATE
        before = time.perf_counter()
        words = going.feed(sound[:, at : at + PIECE])
        free_s = max(free_s, came_s) + time.perf_counter() - before
        found.delays += [came_s * 1000 - word.word.end_ms for word in words]
        found.with_work += [free_s * 1000 - word.word.end_ms for word in words]
        said += words
    said += going.end()
    ended = _work_s()
    whole = going.finish()
    found.live_s += ended - begun
    found.whole_s += _work_s() - ended
    found.seconds += sound.shape[1] / RATE
    for role in ROLES.roles:
        _compare(said, whole, role=role, found=found)


def _compare(said: Sequence[StableWord], whole: Transcript, *, role: Role, found: Measured) -> None:
    on_the_way = normalised(" ".join(word.word.text for word in said if word.role is role))
    in_the_end = normalised(" ".join(turn.text for turn in whole.turns if turn.role is role))
    found.words += len(in_the_end)
    found.edits += edits(in_the_end, on_the_way)


def _work_s() -> float:
    return sum(os.times()[:2])
