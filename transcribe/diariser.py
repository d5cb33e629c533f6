"""What tells speakers apart: the protocol every diariser follows, and the sound it is given."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.types import Report, Span, SpeakerSpan, silent

#: A call has an agent and a customer unless it is known to have been transferred.
MIN_SPEAKERS = 1
MAX_SPEAKERS = 2
#: More are not looked for, whatever is set.
MOST_SPEAKERS = 20
#: Kept on both sides of speech, so that its soft beginnings and ends stay whole.
MARGIN_MS = 100
#: Over which sound rises and falls at the edge of what is kept: a sharp edge is heard as a click.
FADE_MS = 10


class Diariser(Protocol):
    """Finds who speaks when in a mono recording; implementations load their model once."""

    @property
    def name(self) -> str:
        """The name stored with a transcript and shown to its reader."""
        ...

    def diarise(
        self,
        samples: NDArray[np.float32],
        *,
        speech: Sequence[Span] | None = None,
        max_speakers: int = MAX_SPEAKERS,
        report: Report = silent,
    ) -> list[SpeakerSpan]:
        """Return the stretches of each speaker in mono 16 kHz ``samples``, sorted by start.

        ``speech`` says where people speak, if that is known; there are between one and ``max_speakers`` of them.
        Stretches may overlap where people speak at once. An empty list means that speakers cannot be told apart.
        Raises ``ModelError`` when the model fails, ``CancelledError`` when ``report`` asks to stop.
        """
        ...


def only_speech(samples: NDArray[np.float32], speech: Sequence[Span], *, sample_rate: int) -> NDArray[np.float32]:
    """Return mono ``samples`` with everything silenced that is no speech: hold music has no voice to be told apart."""
    kept = np.zeros(len(samples), np.float32)
    fade = sample_rate * FADE_MS // 1000
    rise = np.linspace(0.0, 1.0, fade, dtype=np.float32)
    for span in speech:
        start = max(0, (span.start_ms - MARGIN_MS) * sample_rate // 1000)
        end = min(len(samples), (span.end_ms + MARGIN_MS) * sample_rate // 1000)
        if end - start <= 2 * fade:
            continue
        shape = np.ones(end - start, np.float32)
        shape[:fade], shape[-fade:] = rise, rise[::-1]
        kept[start:end] = np.maximum(kept[start:end], shape)
    return np.asarray(samples * kept, dtype=np.float32)
