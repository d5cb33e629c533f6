"""Measures the tiny speaker models on synthetic calls of voices that were held out of their making.

Run ``python -m benchmarks.tiny_speakers.measure`` where espeak-ng is installed.
"""

import json
import random
import sys
import time
from pathlib import Path

from benchmarks.tiny_speakers import voices
from benchmarks.tiny_speakers.make import FOLDER
from transcribe.pyannote_engine import PyannoteDiariser, SpeakerModel
from transcribe.types import SpeakerSpan

CALLS = 20


def measure(folder: Path = FOLDER, *, calls: int = CALLS) -> dict[str, float]:
    """Diarisation error in per cent, by kind of call, and CPU-seconds a second of audio with one thread.

    ``der`` counts every moment, ``der_collar`` forgives 0.25 s on either side of a turn's ends.
    """
    figures: dict[str, float] = {}
    for kind in ("distinct", "any", "single"):
        figures |= {f"{kind}_{name}": value for name, value in measure_kind(kind, folder=folder, calls=calls).items()}
    return figures


def measure_kind(kind: str, *, folder: Path = FOLDER, calls: int = CALLS) -> dict[str, float]:
    """The same for calls of one kind: two ``distinct`` voices, ``any`` two, or a ``single`` one."""
    diariser = PyannoteDiariser(SpeakerModel(folder=folder), threads=1)
    from pyannote.core import Segment, Timeline  # noqa: PLC0415
    from pyannote.metrics.diarization import DiarizationErrorRate  # noqa: PLC0415

    # pyannote.metrics takes the whole width of the collar, so 0.5 forgives 0.25 s on either side.
    plain, forgiving = DiarizationErrorRate(), DiarizationErrorRate(collar=0.5)
    cpu_seconds = audio_seconds = 0.0
    one_found = 0
    for number in range(calls):
        rng = random.Random(7000 + number)
        pair = voices.two_voices(rng, distinct=kind == "distinct", held_out=True)
        call = voices.make_call(11000 + number, voices=pair[:1] if kind == "single" else pair)
        begun = time.process_time()
        found = diariser.diarise(call.samples)
        cpu_seconds += time.process_time() - begun
        seconds = len(call.samples) / voices.SAMPLE_RATE
        audio_seconds += seconds
        one_found += len({span.speaker for span in found}) == 1
        scored = Timeline([Segment(0, seconds)])
        for metric in (plain, forgiving):
            metric(annotation(call.spans), annotation(found), uem=scored)
    return {
        "der": round(100 * abs(plain), 1),
        "der_collar": round(100 * abs(forgiving), 1),
        "one_speaker_found": one_found,
        "calls": calls,
        "minutes": round(audio_seconds / 60, 1),
        "cpu_per_second": round(cpu_seconds / audio_seconds, 4),
    }


def annotation(spans: tuple[SpeakerSpan, ...] | list[SpeakerSpan]) -> object:
    """The spans in pyannote's own form."""
    from pyannote.core import Annotation, Segment  # noqa: PLC0415

    found = Annotation()
    for number, span in enumerate(spans):
        found[Segment(span.start_ms / 1000, span.end_ms / 1000), number] = span.speaker
    return found


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER), indent=1))
