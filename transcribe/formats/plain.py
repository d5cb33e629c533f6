"""Plain text for people: one line per turn with its time, its speaker and what was said."""

import re

from transcribe.assignment import UNKNOWN
from transcribe.errors import N_, FormatError
from transcribe.formats import clock
from transcribe.formats.building import role_of, spread, transcript_of
from transcribe.types import Role, Transcript, Turn

LINE = re.compile(r"^\[([\d:.,]+)\]\s+([^:]{1,60}):\s*(.*)$")
#: How fast people talk where nothing says when a turn ended.
MS_PER_WORD = 400


def write(transcript: Transcript) -> str:
    """``[00:00:01.000] speaker: text``, a line per turn; agent and customer are called that where they are known."""
    return "".join(f"[{clock.written(turn.start_ms)}] {_named(turn)}: {turn.text}\n" for turn in transcript.turns)


def read(text: str, *, name: str, language: str = "") -> Transcript:
    """A transcript from lines as written here; a turn ends where the next one begins, at most 0.4 s a word later.

    Raises ``FormatError`` with the first line that is of another form.
    """
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if not line.strip():
            continue
        match = LINE.match(line)
        start_ms = clock.read(match.group(1)) if match else None
        if match is None or start_ms is None:
            raise FormatError(
                N_("{name}, line {line}: this is not of the form [00:00:01.000] speaker: text."), name=name, line=number
            )
        found.append((start_ms, match.group(2).strip(), match.group(3)))
    if not found:
        raise FormatError(N_("{name} holds no transcript: it is empty."), name=name)
    turns: list[Turn] = []
    for index, (start_ms, speaker, said) in enumerate(found):
        end_ms = start_ms + MS_PER_WORD * len(said.split())
        if index + 1 < len(found) and found[index + 1][0] > start_ms:
            end_ms = min(end_ms, found[index + 1][0])
        words = spread(said, start_ms=start_ms, end_ms=end_ms)
        if words:
            turns.append(Turn(speaker, role_of(speaker), start_ms, end_ms, words))
    return transcript_of(turns, language=language, engine="text")


def _named(turn: Turn) -> str:
    return turn.role.value if turn.role in {Role.AGENT, Role.CUSTOMER} else _plain(turn.speaker)


def _plain(speaker: str) -> str:
    return " ".join(speaker.replace(":", " ").split())[:60].strip() or UNKNOWN
