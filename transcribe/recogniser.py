"""What turns speech into words: the protocols that recognisers follow."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from transcribe.types import Word

#: Called with the number of windows that are finished: before the first one and after each but the last. What it
#: raises stops the work.
ReportWindow = Callable[[int], None]


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
        """Return the probability of each language of ``among`` (ISO 639-1) in at most 30 s of speech.

        Another language that is likelier than all of these is added; a recogniser that cannot tell gives equal parts.
        """
        ...


@runtime_checkable
class BatchRecogniser(Recogniser, Protocol):
    """A recogniser that is given many windows at once and may hear several of them at the same time."""

    @property
    def checked(self) -> bool:
        """Whether speech that got no words deserves a second hearing by ``recognise``."""
        ...

    def recognise_many(
        self, pieces: Sequence[NDArray[np.float32]], *, language: str, prompt: str = "", report_window: ReportWindow
    ) -> list[list[Word]]:
        """Return for each of ``pieces`` what ``recognise`` says of it; each piece is read once, when its turn comes."""
        ...
