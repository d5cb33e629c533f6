"""Raw sound from standard input, written down while it comes: the loop behind `transcribe --live`."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from types import FrameType
from typing import BinaryIO

import click
import numpy as np
from numpy.typing import NDArray

from qa.commands.ground import tell
from qa.i18n import _
from transcribe.formats import clock
from transcribe.live import LiveTranscription, StableWord

#: Sound is read in pieces of a tenth of a second, of samples of two bytes.
PIECES_A_SECOND, SAMPLE_BYTES = 10, 2
#: Pieces that may wait before the user is told, and before whoever sends them has to wait.
BEHIND_PIECES, MOST_PIECES = 50, 3_000
#: How often a wait for sound looks whether it was told to stop, in seconds.
LOOK_S = 0.2

PrintWords = Callable[[list[StableWord]], None]


def listen(live: LiveTranscription, source: BinaryIO, *, rate: int, channels: int, print_words: PrintWords) -> None:
    """Feed ``source`` (16-bit samples, little-endian, channels side by side) to its end, or until Ctrl-C is pressed."""
    frame = channels * SAMPLE_BYTES
    pieces: Queue[bytes] = Queue(maxsize=MOST_PIECES)
    # Who sends sound must not wait for who writes it down, so it is read meanwhile.
    threading.Thread(
        target=_read,
        args=(source, pieces),
        kwargs={"frame": frame, "size": frame * max(1, rate // PIECES_A_SECOND)},
        daemon=True,
    ).start()
    with _until_told() as told:
        for piece in _waiting(pieces, told=told):
            print_words(live.feed(samples_of(piece, channels=channels)))
        print_words(live.end())


def samples_of(piece: bytes, *, channels: int) -> NDArray[np.float32]:
    """Return whole frames of 16-bit samples as numbers between -1 and 1, of shape (channels, length)."""
    return np.frombuffer(piece, "<i2").reshape(-1, channels).T.astype(np.float32) / np.float32(32_768)


def print_text(words: list[StableWord]) -> None:
    """Print words as lines for people: a line for each party, with the time of its first word."""
    for role, channel in dict.fromkeys((word.role, word.channel) for word in words):
        said = [one.word for one in words if (one.role, one.channel) == (role, channel)]
        named = role.value if channel is None or role.value != "unknown" else f"channel {channel + 1}"
        click.echo(f"[{clock.written(said[0].start_ms)}] {named}: {' '.join(word.text for word in said)}")


def print_json_lines(words: list[StableWord]) -> None:
    """Print each word as one line of JSON."""
    for one in words:
        word = {"text": one.word.text, "start_ms": one.word.start_ms, "end_ms": one.word.end_ms}
        click.echo(
            json.dumps(
                {**word, "probability": round(one.word.probability, 3), "role": one.role, "channel": one.channel},
                ensure_ascii=False,
            )
        )


def _read(source: BinaryIO, pieces: "Queue[bytes]", *, frame: int, size: int) -> None:
    """Put whole frames into the queue as they come, and an empty piece when the sound ends."""
    held = b""
    try:
        while more := source.read1(size):  # type: ignore[attr-defined] # buffered readers have it, the type of all does not
            held += more
            whole = len(held) // frame * frame
            if whole:
                pieces.put(held[:whole])
            held = held[whole:]
    finally:
        # Whatever ends the reading, nobody waits for more.
        pieces.put(b"")


def _waiting(pieces: "Queue[bytes]", *, told: threading.Event) -> Iterator[bytes]:
    """Yield what was read until the sound ends or the user wants to stop; tells once when too much waits."""
    behind = False
    while not told.is_set():
        try:
            piece = pieces.get(timeout=LOOK_S)
        except Empty:
            continue
        if not piece:
            return
        yield piece
        if not behind and pieces.qsize() > BEHIND_PIECES:
            behind = True
            tell(_("Sound comes in faster than this machine writes it down: words are late. Choose a smaller model."),
                 err=True)  # fmt: skip


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """Set the event at the first Ctrl-C, so that nothing breaks off half-way; the second ends the command."""
    told = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()
        tell(_("Stopping: what was heard is written down. Press Ctrl-C again to end without it."), err=True)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield told
    finally:
        signal.signal(signal.SIGINT, before)
