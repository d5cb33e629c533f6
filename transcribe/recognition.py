"""All windows of a recording through a recogniser, and a second hearing for speech that got no words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

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
    languages: Sequence[Sequence[str]] | None = None,
) -> tuple[list[list[Word]], list[Removed]]:
    """Return the words of each channel of ``sound``, placed in the recording, in order, and what lay off its speech.

    Windows of all channels go to the recogniser together, those of each language after those of another where
    ``languages`` names one for each window; an empty name is the task's own. Where it asks for that, stretches of
    speech that got no words are packed anew and heard once more, one window after the other. ``report`` gets the
    windows that are finished and how many there are.
    """
    total, done = sum(map(len, windows)), 0
    heard: list[list[Word]] = [[] for _ in windows]
    removed: list[Removed] = []
    for language, parts in _by_language(windows, languages or [[""] * len(packed) for packed in windows]):
        one = replace(task, language=language or task.language)
        words, gone = _in_one_language(sound, parts, task=one, report=partial(_further, report, done, total))
        done += sum(map(len, parts))
        for channel, found in enumerate(words):
            heard[channel] += found
        removed += gone
    report(total, total)
    return [in_order(sorted(words, key=lambda word: word.start_ms)) for words in heard], removed


def _further(report: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    report(before + done, total)


def _by_language(
    windows: Sequence[Sequence[Window]], languages: Sequence[Sequence[str]]
) -> Iterator[tuple[str, list[list[Window]]]]:
    """The windows of each channel that are in one language, for each language."""
    for language in dict.fromkeys(name for names in languages for name in names):
        yield (
            language,
            [
                [window for window, name in zip(packed, names, strict=True) if name == language]
                for packed, names in zip(windows, languages, strict=True)
            ],
        )


def _in_one_language(
    sound: Sequence[Channel],
    windows: Sequence[Sequence[Window]],
    *,
    task: Task,
    report: ReportWindow,
) -> tuple[list[list[Word]], list[Removed]]:
    listed = [(channel, window) for channel, packed in enumerate(windows) for window in packed]
    pieces = Cuts(list(sound), listed, sample_rate=task.sample_rate)
    heard: list[list[Word]] = [[] for _ in windows]
    removed: list[Removed] = []
    for (channel, window), words in zip(listed, _heard(pieces, task=task, report_window=report), strict=True):
        heard[channel] += placed(words, window)
        removed += off_speech(words, window, channel=channel if len(windows) > 1 else None)
    if isinstance(task.recogniser, BatchRecogniser) and task.recogniser.checked:
        for channel, packed in enumerate(windows):
            heard[channel] += _second_hearing(sound[channel], packed, heard[channel], task=task)
    return heard, removed


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
