"""What tells speakers apart: the protocol every diariser follows."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.types import Report, SpeakerSpan, silent


class Diariser(Protocol):
    """Finds who speaks when in a mono recording; implementations load their model once."""

    @property
    def name(self) -> str:
        """The name stored with a transcript and shown to its reader."""
        ...

    def diarise(self, samples: NDArray[np.float32], *, report: Report = silent) -> list[SpeakerSpan]:
        """Return the stretches of each speaker in mono 16 kHz ``samples``, sorted by start.

        Stretches may overlap where people speak at once. An empty list means that speakers cannot be told apart.
        Raises ``ModelError`` when the model fails, ``CancelledError`` when ``report`` asks to stop.
        """
        ...
