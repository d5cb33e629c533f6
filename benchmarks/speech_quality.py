"""How well speech is found, told apart and written down, on synthetic calls with truth; needs espeak-ng to make them.

``der_*``: diarisation error in per cent of stereo calls with no leak, or one of -20 or -12 dB, from gate and voice
activity alone; with a collar of 0.25 s on either side and without (``_exact``); ``_no_gate`` shows what the gate
does. ``wer_*`` and ``starts_*``: word errors, and right words that begin within 0.3 s, of the demo voice through the
whole chain, on sentences it was never taught. ``vad_error``: on the clip that pyannote.audio brings along, where that
is installed. ``false_speech_*``: seconds a minute of speech found in tones, music and silence. ``invented_*``: words
written on ten minutes without speech by the whole chain, and by the demo voice alone when all of it is taken for
speech, before and after words are sifted.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks._quality_calls import QualityCall, make_call, on_the_line
from benchmarks._quality_sounds import non_speech
from transcribe.audio import Audio, decode
from transcribe.evaluation import STARTS, WER, Judged, Reference, figures, judge
from transcribe.formats import rttm
from transcribe.gate import gate
from transcribe.measures import COLLAR_MS, SpeakerTime, speaker_time, spoken
from transcribe.pipeline import Options, transcribe_audio
from transcribe.samples import Channel
from transcribe.types import ChannelRoles, Reason, Role, Span, SpeakerSpan, Transcript
from transcribe.vad import SileroVad, Vad
from transcribe.whisper_engine import WhisperEngine, load_whisper

CALLS = 15
LEAKS_DB = {"no_leak": None, "leak_20": -20.0, "leak_12": -12.0}
SAMPLE = "sample"
ROLES = ChannelRoles((Role.AGENT, Role.CUSTOMER))


class Everything:
    """Takes all sound for speech, in stretches that fit a window."""

    def speech(self, samples: Channel, *, sample_rate: int) -> list[Span]:
        """Twenty-five seconds at a time."""
        length = len(samples) * 1000 // sample_rate
        return [Span(start, min(start + 25_000, length)) for start in range(0, length, 25_000)]


def run() -> dict[str, float]:
    """Every figure; some minutes on one core."""
    vad = SileroVad()
    calls = {language: [make_call(language, seed=seed) for seed in range(CALLS)] for language in ("en", "nl")}
    found = _speakers([call for made in calls.values() for call in made], vad=vad)
    engine = load_whisper("demo-voice", threads=1)
    for language, made in calls.items():
        found |= _words(language, made, engine=engine, vad=vad)
    found |= _sample(vad)
    return found | _non_speech(engine, vad=vad)


def _speakers(calls: Sequence[QualityCall], *, vad: Vad) -> dict[str, float]:
    found: dict[str, float] = {"calls": len(calls)}
    for name, leak_db in LEAKS_DB.items():
        for gated in (True, False):
            close, exact = [], []
            for call in calls:
                audio = on_the_line(call, leak_db=leak_db)
                sound = gate(audio.samples, sample_rate=audio.sample_rate).samples if gated else audio.samples
                heard = [
                    SpeakerSpan(span.start_ms, span.end_ms, role.value)
                    for role, channel in zip(ROLES.roles, sound, strict=True)
                    for span in vad.speech(channel, sample_rate=audio.sample_rate)
                ]
                truth = spoken(call.turns)
                close.append(speaker_time(truth, heard, collar_ms=COLLAR_MS))
                exact.append(speaker_time(truth, heard, collar_ms=0))
            key = f"der_{name}" if gated else f"der_{name}_no_gate"
            found |= {key: _rate(close), f"{key}_exact": _rate(exact)}
    return found


def _rate(times: Sequence[SpeakerTime]) -> float:
    wrong = sum(time.missed_ms + time.invented_ms + time.confused_ms for time in times)
    return round(100 * wrong / sum(time.speech_ms for time in times), 2)


def _words(language: str, calls: Sequence[QualityCall], *, engine: WhisperEngine, vad: Vad) -> dict[str, float]:
    judged: list[Judged] = []
    left_out = right_language = 0
    for call in calls:
        heard = _chain(on_the_line(call), engine=engine, vad=vad)
        truth = Reference(turns=call.turns, language=language, timed=True)
        judged.append(judge(truth, heard, name=str(call.seed)))
        left_out += len(heard.removed)
        right_language += heard.language == language
    measured = figures(judged)
    return {
        f"wer_{language}": round(100 * measured[WER].rate, 2),
        f"wer_{language}_low": round(100 * (measured[WER].low or 0.0), 2),
        f"wer_{language}_high": round(100 * (measured[WER].high or 0.0), 2),
        f"words_{language}": measured[WER].whole,
        f"starts_{language}": round(100 * measured[STARTS].rate, 2),
        f"removed_{language}": left_out,
        f"language_right_{language}": right_language,
    }


def _chain(audio: Audio, *, engine: WhisperEngine, vad: Vad) -> Transcript:
    return transcribe_audio(audio, options=Options(), recogniser=engine, vad=vad, diariser=None, roles=ROLES)


def _sample(vad: Vad) -> dict[str, float]:
    spec = find_spec("pyannote.audio") if find_spec("pyannote") else None
    folder = Path(spec.origin).parent / SAMPLE if spec and spec.origin else None
    if folder is None or not (folder / f"{SAMPLE}.wav").is_file():
        return {}
    truth = rttm.read((folder / f"{SAMPLE}.rttm").read_text(encoding="utf-8"), name=SAMPLE)
    audio = decode(folder / f"{SAMPLE}.wav")
    heard = [
        SpeakerSpan(span.start_ms, span.end_ms, "anybody")
        for span in vad.speech(audio.samples[0], sample_rate=audio.sample_rate)
    ]
    return {"vad_error": _rate([speaker_time(_anybody(truth), heard, collar_ms=0)])}


def _anybody(spans: Sequence[SpeakerSpan]) -> list[SpeakerSpan]:
    """When anybody speaks at all: overlapping stretches count once."""
    joined: list[SpeakerSpan] = []
    for span in sorted(spans, key=lambda span: span.start_ms):
        if joined and span.start_ms <= joined[-1].end_ms:
            last = joined.pop()
            joined.append(SpeakerSpan(last.start_ms, max(last.end_ms, span.end_ms), "anybody"))
        else:
            joined.append(SpeakerSpan(span.start_ms, span.end_ms, "anybody"))
    return joined


def _non_speech(engine: WhisperEngine, *, vad: Vad) -> dict[str, float]:
    pieces = non_speech()
    minutes = sum(len(piece) for piece in pieces.values()) / 16_000 / 60
    false_ms = {
        name: sum(span.end_ms - span.start_ms for span in vad.speech(piece, sample_rate=16_000))
        for name, piece in pieces.items()
    }
    whole = Audio(np.concatenate(list(pieces.values()))[None], 16_000, ())
    written = _chain(whole, engine=engine, vad=vad)
    careless = _chain(whole, engine=engine, vad=Everything())
    kept = sum(len(turn.words) for turn in careless.turns)
    return {
        "minutes_without_speech": round(minutes, 2),
        "false_speech_mean": round(sum(false_ms.values()) / 1000 / minutes, 3),
        "false_speech_worst": round(max(false_ms.values()) / 1000 * len(pieces) / minutes, 3),
        "invented_words": sum(len(turn.words) for turn in written.turns),
        "invented_removed": len(written.removed),
        "invented_all_is_speech": kept + len(careless.removed),
        "invented_all_is_speech_sifted": kept,
        "invented_all_is_speech_phantoms": sum(gone.reason is Reason.PHANTOM for gone in careless.removed),
    }
