"""Hearing a window of speech that still grows: what was settled stays, only what comes after it is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from transcribe.live_whisper import WhisperHearing
from transcribe.measures import edit_row
from transcribe.recogniser import BatchRecogniser, Recogniser
from transcribe.types import Word
from transcribe.whisper_engine import WhisperEngine
from transcribe.words import plain


@dataclass(frozen=True, slots=True)
class PlainState:
    """What was settled of a window, as letters and digits."""

    texts: tuple[str, ...] = ()


class Hearing(Protocol):
    """A recogniser that goes on where it was; what a state holds is its own affair."""

    def after(self, words: Sequence[Word], *, language: str) -> Any:
        """The state in a window that begins with ``words``, timed from its start."""
        ...

    def on(self, samples: NDArray[np.float32], *, state: Any, language: str, prompt: str) -> list[tuple[Word, Any]]:
        """Return the words of the window ``samples`` that follow ``state``, each with the state after it."""
        ...

    def again(self, samples: NDArray[np.float32], *, language: str, prompt: str) -> list[Word]:
        """Hear by itself a stretch in which no words were found; nothing where the recogniser does not ask for that."""
        ...


class PlainHearing:
    """Any recogniser: the window is heard anew each time, and what follows the settled words is taken."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    def after(self, words: Sequence[Word], *, language: str) -> PlainState:
        """Keep the words."""
        del language
        return PlainState(tuple(plain(word.text) for word in words))

    def on(
        self, samples: NDArray[np.float32], *, state: PlainState, language: str, prompt: str
    ) -> list[tuple[Word, PlainState]]:
        """Hear the whole window."""
        heard = self._recogniser.recognise(samples, language=language, prompt=prompt)
        texts = tuple(plain(word.text) for word in heard)
        first = followed(state.texts, texts)
        return [
            (word, PlainState(state.texts + texts[first : index + 1]))
            for index, word in enumerate(heard)
            if index >= first
        ]

    def again(self, samples: NDArray[np.float32], *, language: str, prompt: str) -> list[Word]:
        """Hear it once more where the recogniser wants its batches checked."""
        if isinstance(self._recogniser, BatchRecogniser) and self._recogniser.checked:
            return self._recogniser.recognise(samples, language=language, prompt=prompt)
        return []


def followed(settled: Sequence[str], heard: Sequence[str]) -> int:
    """How many of the words ``heard`` are those that were ``settled``: the split with the fewest edits between them.

    Of splits that are equally good, the one that takes about as many words as there were wins.
    """
    row = edit_row(settled, heard)
    return min(range(len(row)), key=lambda place: (row[place], abs(place - len(settled))))


def hearing_of(recogniser: Recogniser) -> Hearing:
    """Whisper goes on from its own tokens, which costs only the new ones; any other recogniser hears all again."""
    return WhisperHearing(recogniser) if isinstance(recogniser, WhisperEngine) else PlainHearing(recogniser)
