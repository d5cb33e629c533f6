"""Files of unknown origin are looked at in a helper process: what breaks the demuxer breaks nothing else.

The helper is started when it is first needed, answers one file after another, and ends by itself when nobody asked for
a while: starting it costs far more than a look. Each look has a limit of time and of memory. It is started as
``python -m transcribe.probing`` and speaks one JSON object a line.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

from transcribe.audio import AudioFacts, Limits, probe
from transcribe.errors import AudioError
from transcribe.media import BROKE, TOO_SLOW

#: Address space of the helper, and how long one look may take, by the clock and in processor time.
MEMORY_BYTES = 1024**3
SECONDS = 20
#: The helper ends when nobody asked for so long.
IDLE_SECONDS = 60.0

Answer = dict[str, Any]


class _Helper:
    """One helper process; its answers are read by a thread, so that waiting for one can end."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "transcribe.probing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self._asked: IO[bytes] = self.child.stdin
        self._told: Queue[bytes] = Queue()
        self.owner = os.getpid()
        threading.Thread(target=self._listen, args=(self.child.stdout,), daemon=True, name="probing").start()

    def _listen(self, told: IO[bytes]) -> None:
        with told:
            for line in told:
                self._told.put(line)
        self._told.put(b"")

    def ask(self, task: Answer) -> Answer | None:
        """Return the answer, or nothing when the helper is gone; raises ``TimeoutError`` when it takes too long."""
        try:
            self._asked.write(json.dumps(task).encode() + b"\n")
            self._asked.flush()
            line = self._told.get(timeout=SECONDS)
        except OSError:
            return None
        except Empty as error:
            raise TimeoutError from error
        return json.loads(line) if line else None

    def end(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._asked.close()
        self.child.kill()
        self.child.wait()


_lock = threading.Lock()
_helper: _Helper | None = None


def probe_apart(path: Path, *, limits: Limits | None = None, name: str | None = None) -> AudioFacts:
    """Look at ``path`` as ``transcribe.audio.probe`` does, in the helper process.

    Raises ``AudioError`` also when the demuxer breaks down or takes too long.
    """
    limits, name = limits or Limits(), name or path.name
    task = {"path": str(path), "name": name, "limits": asdict(limits)}
    with _lock:
        answer = _answered(task, name=name)
    if "refused" in answer:
        raise AudioError(answer["refused"], **answer["params"])
    return AudioFacts(**answer)


def _answered(task: Answer, *, name: str) -> Answer:
    # A helper that served before may have ended since; only one that was made for this file has broken down on it.
    for fresh in (False, True):
        helper = _ready(fresh=fresh)
        if helper is None:
            continue
        try:
            answer = helper.ask(task)
        except TimeoutError as error:
            _drop()
            raise AudioError(TOO_SLOW, name=name) from error
        if answer is not None:
            return answer
        _drop()
    raise AudioError(BROKE, name=name)


def _ready(*, fresh: bool) -> _Helper | None:
    """Return the helper that there is, or a fresh one; one of the process this was forked from is not ours."""
    global _helper  # noqa: PLW0603 - one helper for the whole process
    if fresh:
        _helper = _Helper()
    return _helper if _helper is not None and _helper.owner == os.getpid() else None


def _drop() -> None:
    global _helper  # noqa: PLW0603 - one helper for the whole process
    if _helper is not None and _helper.owner == os.getpid():
        _helper.end()
    _helper = None


atexit.register(_drop)


def _limit() -> None:
    """Allow as much memory as ever, and processor time for one more look."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on every system

    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _look(task: Answer) -> Answer:
    try:
        return asdict(probe(Path(task["path"]), limits=Limits(**task["limits"]), name=task["name"]))
    except AudioError as error:
        return {"refused": error.msgid, "params": error.params}


def main() -> None:
    """Answer every line of standard input until it ends or rests for too long."""
    idle = threading.Timer(IDLE_SECONDS, os._exit, args=(0,))
    idle.daemon = True
    idle.start()
    for line in sys.stdin:
        idle.cancel()
        _limit()
        sys.stdout.write(json.dumps(_look(json.loads(line))) + "\n")
        sys.stdout.flush()
        idle = threading.Timer(IDLE_SECONDS, os._exit, args=(0,))
        idle.daemon = True
        idle.start()


if __name__ == "__main__":
    main()
