"""What turns speech into words: the protocol every recogniser follows."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.types import Word


class Recogniser(Protocol):
    """Hears words in short windows of speech; implementations load their model once."""

    @property
    def engine(self) -> str:
        """The engine stored with a transcript, for example ``openai-whisper``."""
        ...

    @property
    def model(self) -> str:
        """The model stored with a transcript, for example ``small``."""
        ...

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """Return the words of at most 30 s of mono 16 kHz speech, in order, timed from the start of ``samples``.

        ``prompt`` holds names and terms that may be heard.
        """
        ...

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Return the probability of each language of ``among`` (ISO 639-1) in at most 30 s of speech; they sum to 1."""
        ...
