"""All windows of a recording through a recogniser, and a second hearing for speech that got no words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from transcribe.packing import Cuts, Window, cut, pack
from transcribe.recogniser import BatchRecogniser, Recogniser, ReportWindow
from transcribe.samples import Channel
from transcribe.types import Removed, Span, Word
from transcribe.words import in_order, off_speech, placed

#: Speech of at least this length has words in it.
TELLING_MS = 1_500


@dataclass(frozen=True, slots=True)
class Task:
    """How windows are to be heard: see ``Recogniser.recognise``; ``sample_rate`` is that of the sound."""

    recogniser: Recogniser
    language: str
    prompt: str
    sample_rate: int


def recognised(
    sound: Sequence[Channel],
    windows: Sequence[Sequence[Window]],
    *,
    task: Task,
    report: Callable[[int, int], None],
) -> tuple[list[list[Word]], list[Removed]]:
    """Return the words of each channel of ``sound``, placed in the recording, in order, and what lay off its speech.

    Windows of all channels go to the recogniser together. Where it asks for that, stretches of speech that got no
    words are packed anew and heard once more, one window after the other. ``report`` gets the windows that are
    finished and how many there are.
    """
    listed = [(channel, window) for channel, packed in enumerate(windows) for window in packed]
    pieces = Cuts(list(sound), listed, sample_rate=task.sample_rate)
    found = _heard(pieces, task=task, report_window=lambda done: report(done, len(listed))) if listed else []
    heard: list[list[Word]] = [[] for _ in windows]
    removed: list[Removed] = []
    for (channel, window), words in zip(listed, found, strict=True):
        heard[channel] += placed(words, window)
        removed += off_speech(words, window, channel=channel if len(windows) > 1 else None)
    if isinstance(task.recogniser, BatchRecogniser) and task.recogniser.checked:
        for channel, packed in enumerate(windows):
            heard[channel] += _second_hearing(sound[channel], packed, heard[channel], task=task)
            heard[channel].sort(key=lambda word: word.start_ms)
    report(len(listed), len(listed))
    return [in_order(words) for words in heard], removed


def wordless(windows: Sequence[Window], words: Sequence[Word]) -> list[Span]:
    """The stretches of speech in ``windows``, 1.5 s or longer, in which no word lies."""
    stretches = [piece.source for window in windows for piece in window.pieces]
    return [
        stretch for stretch in stretches
        if stretch.end_ms - stretch.start_ms >= TELLING_MS
        and not any(word.start_ms < stretch.end_ms and word.end_ms > stretch.start_ms for word in words)
    ]  # fmt: skip


def _second_hearing(channel: Channel, windows: Sequence[Window], words: Sequence[Word], *, task: Task) -> list[Word]:
    again = pack(wordless(windows, words))
    found = []
    for window in again:
        piece = cut(channel, window, sample_rate=task.sample_rate)
        found += placed(task.recogniser.recognise(piece, language=task.language, prompt=task.prompt), window)
    return found


def _heard(pieces: Cuts, *, task: Task, report_window: ReportWindow) -> list[list[Word]]:
    if isinstance(task.recogniser, BatchRecogniser):
        return task.recogniser.recognise_many(
            pieces, language=task.language, prompt=task.prompt, report_window=report_window
        )
    found = []
    for done, piece in enumerate(pieces):
        report_window(done)
        found.append(task.recogniser.recognise(piece, language=task.language, prompt=task.prompt))
    return found
