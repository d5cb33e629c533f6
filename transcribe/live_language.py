"""The language of a conversation that goes on: voted on its first speech, then kept."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transcribe.recogniser import Recogniser
from transcribe.words import voted

#: Seconds of windows that vote; they overlap where a window grows, and its longer self knows more.
ENOUGH_S = 40.0


class LiveLanguage:
    """The language of all channels together; ``fixed`` ends the vote before it begins."""

    def __init__(self, recogniser: Recogniser, *, among: Sequence[str], fixed: str | None) -> None:
        self._recogniser, self._among = recogniser, among
        self._votes: list[dict[str, float]] = []
        self._weights: list[float] = []
        self._open = fixed is None and len(among) > 1
        self.now = fixed or among[0]

    def of(self, window: NDArray[np.float32], *, seconds: float) -> str:
        """The language that ``window``, of so many seconds, is to be heard in; it votes while the vote is open."""
        if self._open:
            self._votes.append(self._recogniser.detect_language(window, among=self._among))
            self._weights.append(seconds)
            self.now = voted(self._votes, weights=self._weights, among=self._among)
            self._open = sum(self._weights) < ENOUGH_S
        return self.now
