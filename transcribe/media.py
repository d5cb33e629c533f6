"""Files of unknown origin are decoded in a process of their own: what breaks the decoder breaks nothing else.

The process may use so much memory and so many processor seconds, opens no other file than the one it was given, and
ends with its parent's patience. It is started as ``python -m transcribe.media`` with one JSON object on standard input,
and answers with one on standard output; sound goes through a file.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.audio import NO_ROOM, SPEECH_RATE, Audio, Limits, poured, probe
from transcribe.errors import N_, AudioError, Sentence
from transcribe.parts import Part, only
from transcribe.playback import Playable, parts_to_opus
from transcribe.samples import IN_MEMORY, opened, raw
from transcribe.types import Span

#: Address space of the process.
MEMORY_BYTES = 2 * 1024**3
#: Processor seconds for a file of any length, and for every second that its limits allow: decoding takes far less.
LEAST_SECONDS = 60
SECONDS_A_SECOND = 0.05
#: How often the parent looks whether it is still wanted.
LOOK_SECONDS = 1.0

Answer = dict[str, Any]

TOO_SLOW = N_("Reading the recording {name} took too long and was stopped. Export it again, as WAV if you can.")
BROKE = N_("The recording {name} cannot be read: the decoder broke down on it. Export it again, as WAV if you can.")


def decode_apart(
    path: Path,
    *,
    limits: Limits | None = None,
    name: str | None = None,
    sample_rate: int = SPEECH_RATE,
    in_memory: int = IN_MEMORY,
    wanted: Callable[[], None] = lambda: None,
) -> Audio:
    """Decode ``path`` as ``transcribe.audio.decode`` does, in a process of its own.

    What has more than ``in_memory`` samples stays in a file.
    ``wanted`` is called now and then and stops the work by raising. Raises ``AudioError`` also when the decoder breaks
    down, takes too long or needs too much memory.
    """
    limits, name = limits or Limits(), name or path.name
    with tempfile.TemporaryDirectory(prefix="steekproef-sound-") as folder:
        sound = Path(folder) / "sound"
        task = {"do": "decode", "path": str(path), "name": name, "out": str(sound), "sample_rate": sample_rate}
        answer = _done(task, limits=limits, name=name, wanted=wanted)
        samples = opened(sound, channels=answer["channels"], in_memory=in_memory)
    warnings = tuple(Sentence(one["msgid"], one["params"]) for one in answer["warnings"])
    return Audio(samples, sample_rate, warnings)


def to_opus_apart(
    path: Path,
    out: Path,
    *,
    silent: Sequence[Span] = (),
    limits: Limits | None = None,
    name: str | None = None,
    wanted: Callable[[], None] = lambda: None,
) -> Playable:
    """Convert ``path`` as ``transcribe.playback.to_opus`` does, in a process of its own; see ``decode_apart``."""
    return parts_to_opus_apart(only(path, name=name), out, silent=silent, limits=limits, wanted=wanted)


def parts_to_opus_apart(
    parts: Sequence[Part],
    out: Path,
    *,
    silent: Sequence[Span] = (),
    limits: Limits | None = None,
    wanted: Callable[[], None] = lambda: None,
) -> Playable:
    """Write a conversation as ``transcribe.playback.parts_to_opus`` does, in a process of its own."""
    limits, name = limits or Limits(), parts[0].name
    spans = [[span.start_ms, span.end_ms] for span in silent]
    told = [{**asdict(part), "path": str(part.path)} for part in parts]
    task = {"do": "convert", "parts": told, "name": name, "out": str(out), "silent": spans}
    answer = _done(task, limits=limits, name=name, wanted=wanted)
    return Playable(answer["duration_ms"], answer["peaks"])


def _done(task: Mapping[str, object], *, limits: Limits, name: str, wanted: Callable[[], None]) -> Answer:
    seconds = LEAST_SECONDS + round(SECONDS_A_SECOND * limits.duration_ms / 1000)
    asked = json.dumps({**task, "limits": asdict(limits), "seconds": seconds, "memory": MEMORY_BYTES})
    until = time.monotonic() + 4 * seconds
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(
            [sys.executable, "-m", "transcribe.media"], stdin=subprocess.PIPE, stdout=told, stderr=complaints
        ) as child:
            assert child.stdin is not None
            try:
                with suppress(BrokenPipeError):  # it ended before it could listen
                    child.stdin.write(asked.encode())
                    child.stdin.close()
                while not _ended(child):
                    wanted()
                    if time.monotonic() > until:
                        raise AudioError(TOO_SLOW, name=name)
            finally:
                child.kill()
        told.seek(0)
        answer: Answer = json.loads(told.read() or b"{}")
    if child.returncode or not answer:
        # Ended by a signal, by a limit, or by an error of the decoder that nobody foresaw.
        raise AudioError(BROKE, name=name)
    if "refused" in answer:
        raise AudioError(answer["refused"], **answer["params"])
    return answer


def _ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _limit(*, seconds: int, memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on every system

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(task: Answer) -> Answer:
    limits = Limits(**task["limits"])
    if task["do"] == "convert":
        silent = [Span(start, end) for start, end in task["silent"]]
        parts = [Part(**{**told, "path": Path(told["path"])}) for told in task["parts"]]
        return asdict(parts_to_opus(parts, Path(task["out"]), silent=silent, limits=limits))
    path, name = Path(task["path"]), str(task["name"])
    facts = probe(path, limits=limits, name=name)
    with Path(task["out"]).open("wb") as out:

        def add(block: NDArray[np.float32]) -> None:
            out.write(raw(block))

        def begin(_channels: int) -> Callable[[NDArray[np.float32]], None]:
            out.seek(0)
            out.truncate()
            return add

        channels, warnings = poured(
            path, facts=facts, limits=limits, name=name, sample_rate=task["sample_rate"], begin=begin
        )
    return {"channels": channels, "warnings": [asdict(warning) for warning in warnings]}


def main() -> None:
    """Do the one task that standard input names."""
    task = json.load(sys.stdin)
    _limit(seconds=task["seconds"], memory=task["memory"])
    try:
        answer = _work(task)
    except AudioError as error:
        answer = {"refused": error.msgid, "params": error.params}
    except OSError as error:
        answer = {"refused": NO_ROOM, "params": {"name": task["name"], "reason": error.strerror or str(error)}}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
