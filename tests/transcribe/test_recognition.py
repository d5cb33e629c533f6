"""Windows through a recogniser, and the second hearing of speech that got no words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.transcribe.sounds import RATE, noise, silence
from transcribe.packing import pack
from transcribe.recogniser import ReportWindow
from transcribe.recognition import Task, recognised, wordless
from transcribe.types import Span, Word

SPEECH = [Span(0, 3_000), Span(5_000, 8_000), Span(9_000, 9_800)]


@dataclass
class Forgetful:
    """Many at once: words only in the first two seconds of each window. Alone: a word in every second."""

    checked: bool = True
    engine: str = "forgetful"
    model: str = "none"
    heard_alone: list[int] = field(default_factory=list)

    def recognise(self, samples: NDArray[np.float32], *, language: str, prompt: str = "") -> list[Word]:
        """One word a second."""
        assert (language, prompt) == ("nl", "Northwind")
        self.heard_alone.append(len(samples) * 1000 // RATE)
        return [Word("again", at * 1000 + 300, at * 1000 + 900) for at in range(len(samples) // RATE)]

    def recognise_many(
        self, pieces: Sequence[NDArray[np.float32]], *, language: str, prompt: str = "", report_window: ReportWindow
    ) -> list[list[Word]]:
        """Two words a window."""
        assert (language, prompt) == ("nl", "Northwind")
        for done in range(len(pieces)):
            report_window(done)
        return [[Word("once", 300, 900), Word("once", 1300, 1900)] for _ in pieces]

    def detect_language(self, samples: NDArray[np.float32], *, among: Sequence[str]) -> dict[str, float]:
        """Not asked for."""
        raise NotImplementedError


def heard(recogniser: Forgetful, told: list[tuple[int, int]]) -> list[list[Word]]:
    task = Task(recogniser, language="nl", prompt="Northwind", sample_rate=RATE)
    windows = [pack(SPEECH), pack(SPEECH[:1])]
    sound = [noise(10.0), noise(10.0, seed=1)]
    return recognised(sound, windows, task=task, report=lambda done, total: told.append((done, total)))[0]


def test_speech_that_got_no_words_is_heard_again_by_itself() -> None:
    recogniser, told = Forgetful(), list[tuple[int, int]]()
    first, second = heard(recogniser, told)
    assert [word.text for word in first] == ["once", "once", "again", "again", "again"]
    assert all(5_000 <= word.start_ms < 8_000 for word in first if word.text == "again")
    assert [word.text for word in second] == ["once", "once"]
    # One stretch of 3 s after its gap; the one of 0.8 s is too short to be sure of words.
    assert recogniser.heard_alone == [3_300]
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_recogniser_that_needs_no_check_is_believed() -> None:
    recogniser = Forgetful(checked=False)
    first, _ = heard(recogniser, [])
    assert ([word.text for word in first], recogniser.heard_alone) == (["once", "once"], [])


def test_no_windows_need_no_recogniser() -> None:
    task = Task(Forgetful(), language="nl", prompt="Northwind", sample_rate=RATE)
    sound = [silence(1.0), silence(1.0)]
    assert recognised(sound, [[], []], task=task, report=lambda _done, _total: None) == ([[], []], [])


def test_only_stretches_without_any_word_count() -> None:
    windows = pack(SPEECH)
    assert wordless(windows, []) == SPEECH[:2]
    assert wordless(windows, [Word("one", 2_990, 3_200)]) == SPEECH[1:2]
    assert wordless(windows, [Word("between", 3_100, 4_900)]) == SPEECH[:2]
