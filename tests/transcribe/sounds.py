"""Sounds and files for tests: made on the spot, so that no recording of anybody is needed."""

import io
import struct
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Sound = NDArray[np.float32]


def tone(seconds: float, *, hertz: float = 425.0, gain: float = 0.3, rate: int = RATE) -> Sound:
    """A sine."""
    time = np.arange(round(seconds * rate)) / rate
    return (gain * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def noise(seconds: float, *, gain: float = 0.1, seed: int = 0, rate: int = RATE) -> Sound:
    """White noise."""
    return (gain * np.random.default_rng(seed).standard_normal(round(seconds * rate))).astype(np.float32)


def silence(seconds: float, *, rate: int = RATE) -> Sound:
    """Digital silence."""
    return np.zeros(round(seconds * rate), np.float32)


def chord(seconds: float, *, gain: float = 0.08) -> Sound:
    """A chord that changes every second: what hold music looks like to an analysis."""
    chords = ((262.0, 330.0, 392.0, 523.0, 784.0), (294.0, 370.0, 440.0, 587.0, 880.0))
    count = -(-round(seconds * 10) // 10)
    bars = [
        np.sum([tone(1.0, hertz=hertz, gain=gain) for hertz in chords[bar % 2]], axis=0) + noise(1.0, gain=0.002)
        for bar in range(count)
    ]
    return np.concatenate(bars)[: round(seconds * RATE)].astype(np.float32)


def babble(seconds: float, *, seed: int, gain: float = 0.2) -> Sound:
    """Noise with the rhythm of syllables: differs from every other seed, as two people do."""
    rng = np.random.default_rng(seed)
    loudness = np.repeat(rng.random(round(seconds * 5) + 1) ** 2, RATE // 5)[: round(seconds * RATE)]
    return (gain * loudness * rng.standard_normal(len(loudness))).astype(np.float32)


def side_by_side(*channels: Sound) -> Sound:
    """Channels of one recording, filled with silence to the longest."""
    length = max(len(channel) for channel in channels)
    return np.stack([np.pad(channel, (0, length - len(channel))) for channel in channels])


def write(path: Path, samples: Sound, *, codec: str = "pcm_s16le", form: str = "wav", rate: int = RATE) -> Path:
    """Encode ``samples`` of shape (channels, length) at ``rate`` and return the path."""
    layout = {1: "mono", 2: "stereo"}.get(len(samples), f"{len(samples)}c")
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        packed = np.ascontiguousarray((np.clip(samples, -1, 1).T * 32767).astype(np.int16).reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def wave_header(*, seconds: float, rate: int = 8000) -> bytes:
    """The first bytes of a 16-bit mono WAV file that promises ``seconds`` of sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"")
    header = bytearray(file.getvalue())
    struct.pack_into("<I", header, 40, round(seconds * rate) * 2)
    struct.pack_into("<I", header, 4, round(seconds * rate) * 2 + 36)
    return bytes(header)


def gsm_wave(*, seconds: float) -> bytes:
    """A Microsoft GSM 6.10 file of silence; FFmpeg reads this format and does not write it."""
    blocks = bytes(65) * round(seconds * 25)
    facts = struct.pack("<HHIIHHHH", 0x31, 1, 8000, 1625, 65, 0, 2, 320)
    body = b"WAVEfmt " + struct.pack("<I", len(facts)) + facts + b"data" + struct.pack("<I", len(blocks)) + blocks
    return b"RIFF" + struct.pack("<I", len(body)) + body


def dialled(keys: str, *, on: float = 0.1, off: float = 0.1, gain: float = 0.15) -> Sound:
    """The two tones of each key of a telephone (ITU-T Q.23), ``on`` seconds long."""
    low, high = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0)
    places = {key: (index // 3, index % 3) for index, key in enumerate("123456789*0#")}
    parts: list[Sound] = []
    for key in keys:
        row, column = places[key]
        parts += [tone(on, hertz=low[row], gain=gain) + tone(on, hertz=high[column], gain=gain), silence(off)]
    return np.concatenate(parts)
