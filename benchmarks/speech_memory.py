"""Memory that the longest calls take: a four-hour stereo call through everything but the recogniser.

The call is written as 8 kHz µ-law, as exchanges write it, out of one of the demo's calls repeated. A process of its own
decodes it, finds the layout, the leak, speech and events, packs and cuts every window and converts it for the browser;
what it had at its peak is what the operating system says of it. Figures in MiB; `before` is the process with everything
imported and nothing read.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from transcribe.audio import decode
from transcribe.pipeline import Options, transcribe_file
from transcribe.playback import to_opus
from transcribe.types import ChannelRoles, Role, Word
from transcribe.vad import SileroVad

HOURS = 4
TELEPHONE_RATE = 8_000
CALL = Path(__file__).parents[1] / "qa" / "demo" / "material" / "recordings" / "pbx-en" / "en-0001.ogg"


class Deaf:
    """A recogniser that hears nothing: what is left is the chain around it."""

    engine = "none"
    model = "none"

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """No words."""
        del samples, language, prompt
        return []

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Every language alike."""
        del samples
        return dict.fromkeys(among, 1 / len(among))


def write_long_call(path: Path, *, hours: float) -> None:
    """Write the demo's call again and again until it lasts ``hours``."""
    call = decode(CALL, sample_rate=TELEPHONE_RATE).array()
    packed = np.ascontiguousarray(np.rint(np.clip(call, -1, 1).T * 32767).astype(np.int16).reshape(1, -1))
    left = round(hours * 3600 * TELEPHONE_RATE)
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream("pcm_mulaw", rate=TELEPHONE_RATE, layout="stereo")
        while left > 0:
            frame = av.AudioFrame.from_ndarray(packed[:, : left * 2], format="s16", layout="stereo")
            frame.sample_rate = TELEPHONE_RATE
            container.mux(stream.encode(frame))
            left -= call.shape[1]
        container.mux(stream.encode(None))


def peak_mib() -> float:
    """What this process had in memory at its peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(path: Path) -> dict[str, float]:
    """Go through the whole chain, in this process."""
    vad, before = SileroVad(), peak_mib()
    began = time.process_time()
    heard = transcribe_file(
        path, options=Options(), recogniser=Deaf(), vad=vad, diariser=None,
        roles=ChannelRoles((Role.AGENT, Role.CUSTOMER)),
    )  # fmt: skip
    chain, spent = peak_mib(), time.process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        to_opus(path, Path(folder) / "playable.ogg")
    return {
        "minutes": heard.duration_ms / 60_000,
        "before_mib": before,
        "chain_mib": chain,
        "chain_and_conversion_mib": peak_mib(),
        "chain_cpu_share_of_real_time": spent / (heard.duration_ms / 1000),
    }


def run(hours: float = HOURS) -> dict[str, float]:
    """Measure in a process of its own, whose peak nothing else has touched."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.wav"
        write_long_call(path, hours=hours)
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.speech_memory", str(path)], check=True, capture_output=True, text=True
        )
        figures: dict[str, float] = json.loads(told.stdout)
        return figures


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
