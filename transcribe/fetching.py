"""One model file brought here: over HTTP, going on where it was cut off, or copied; checked before it is in its place."""

import errno
import hashlib
import http.client
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from transcribe.errors import N_, ModelError

CHUNK_BYTES = 1 << 20
#: Seconds without any byte after which a connection counts as broken, and seconds waited before each further attempt.
SILENT_SECONDS, PAUSES = 30.0, (1.0, 4.0, 10.0)
#: Kept free beside the file itself, for the database and recordings on the same disk.
SPARE_BYTES = 256 * 2**20
PART = ".part"
#: Answers of a server that is busy or restarting: worth another attempt.
PASSING = frozenset({429, 500, 502, 503, 504})

NOT_THERE = N_("{place} has no model {name} ({status}). Check the name, or say with --from where it lies.")
NOT_ALLOWED = N_("{place} does not give out the model {name} ({status}). A proxy or the server refuses it.")
ANSWERED = N_("{place} answered {status} when asked for the model {name}. Try later; what came is kept.")
BROKEN = N_(
    "The connection to {place} broke ({reason}). {done} MB of the model {name} are kept: the same command goes on there."
)
WRONG = N_(
    "What came for the model {name} is not the model: its SHA-256 is not the one it must have. "
    "It was thrown away. Fetch it again, or from elsewhere."
)
NO_ROOM = N_(
    "The model {name} needs {needed} MB in {folder}, and {free} MB are free. Make room, or set another folder."
)
NOT_STORED = N_("The model {name} cannot be stored in {folder}: {reason}.")
NO_FILE = N_("There is no file {file}. Check what --from says.")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far a file has come: bytes of ``total``, 0 where that is not known, and bytes a second of this attempt."""

    done: int
    total: int
    speed: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be at ``target``; ``sha256`` is empty where nobody knows it."""

    name: str
    target: Path
    sha256: str = ""


class _Cut(Exception):  # noqa: N818 - what happened, and no fault of ours
    """The connection ended before the file did, or the server asks to come back later."""

    def __init__(self, reason: str, *, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


def download(
    wanted: Wanted, address: str, *, report: Callable[[Arrival], None], sleep: Callable[[float], None] = time.sleep
) -> Path:
    """Bring the file at ``address`` to its place, going on with what an earlier attempt left; proxies are those of the environment.

    Raises ``ModelError`` with what to do. However it ends, a part that came is kept for the next attempt, unless it
    is wrong.
    """
    part, place = _part(wanted), _host(address)
    pauses = list(PAUSES)
    while True:
        before = _length(part)
        try:
            _receive(wanted, address, report=report)
            return _settled(wanted)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error.code, name=wanted.name, place=place) from error
        except _Cut as cut:
            if _length(part) > before:
                pauses = list(PAUSES)
            if not pauses:
                raise _given_up(cut, wanted, place=place) from cut
            sleep(pauses.pop(0))


def copy(wanted: Wanted, source: Path, *, report: Callable[[Arrival], None]) -> Path:
    """Copy ``source`` to its place with the checks of a download. Raises ``ModelError``."""
    if not source.is_file():
        raise ModelError(NO_FILE, file=str(source))
    part, total, begun = _part(wanted), source.stat().st_size, time.monotonic()
    make_room(wanted.name, wanted.target.parent, needed=total)
    done = 0
    with source.open("rb") as opened, _writing(wanted, part, mode="wb") as written:
        while chunk := opened.read(CHUNK_BYTES):
            _write(wanted, written, chunk)
            done += len(chunk)
            report(_arrival(done, total, since=begun, fresh=done))
    return _settled(wanted)


def make_room(name: str, folder: Path, *, needed: int) -> None:
    """Refuse, before anything is written, what would fill the disk; ``needed`` is in bytes."""
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed + SPARE_BYTES:
        raise ModelError(
            NO_ROOM, name=name, folder=str(folder), needed=(needed + SPARE_BYTES) // 10**6, free=free // 10**6
        )


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _receive(wanted: Wanted, address: str, *, report: Callable[[Arrival], None]) -> None:
    """One attempt: ask for what is not here yet and write it behind what is."""
    part = _part(wanted)
    start = _length(part)
    request = urllib.request.Request(address, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310 - http by the caller
    try:
        answer = urllib.request.urlopen(request, timeout=SILENT_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code == 416:
            # Nothing lies behind the part: it is the whole file, which its digest tells.
            error.close()
            return
        if error.code in PASSING:
            error.close()
            raise _Cut(str(error.code), status=error.code) from error
        raise
    except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
        raise _Cut(_reason(error)) from error
    with answer:
        if start and _starts_at(answer) != start:
            start = 0
        _keep(wanted, answer, start=start, report=report)


def _keep(wanted: Wanted, answer: Any, *, start: int, report: Callable[[Arrival], None]) -> None:
    """Write what ``answer`` holds behind the first ``start`` bytes of the part."""
    length = answer.headers.get("Content-Length")
    total = start + int(length) if length and length.isdigit() else 0
    make_room(wanted.name, wanted.target.parent, needed=total - start if total else 0)
    done, begun = start, time.monotonic()
    with _writing(wanted, _part(wanted), mode="ab" if start else "wb") as written:
        while True:
            try:
                chunk = answer.read1(CHUNK_BYTES)
            except (OSError, http.client.HTTPException) as error:
                raise _Cut(_reason(error)) from error
            if not chunk:
                break
            _write(wanted, written, chunk)
            done += len(chunk)
            report(_arrival(done, total, since=begun, fresh=done - start))
    if done < total:
        raise _Cut(f"{100 * done // total} %")


def _starts_at(answer: Any) -> int:
    """Where in the file an answer begins: servers may answer with the whole file, or with another stretch."""
    if answer.status != 206:
        return 0
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(found[1]) if found else 0


def _settled(wanted: Wanted) -> Path:
    """Move what came to its place in one step, once it is known to be what it must be."""
    part = _part(wanted)
    if wanted.sha256 and digest(part) != wanted.sha256:
        part.unlink()
        raise ModelError(WRONG, name=wanted.name)
    return part.replace(wanted.target)


def _writing(wanted: Wanted, part: Path, *, mode: str) -> IO[bytes]:
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        return part.open(mode)
    except OSError as error:
        raise ModelError(NOT_STORED, name=wanted.name, folder=str(part.parent), reason=_reason(error)) from error


def _write(wanted: Wanted, file: IO[bytes], chunk: bytes) -> None:
    try:
        file.write(chunk)
        file.flush()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            make_room(wanted.name, wanted.target.parent, needed=len(chunk))
        raise ModelError(
            NOT_STORED, name=wanted.name, folder=str(wanted.target.parent), reason=_reason(error)
        ) from error


def _refusal(status: int, *, name: str, place: str) -> ModelError:
    if status in {404, 410}:
        return ModelError(NOT_THERE, name=name, place=place, status=status)
    if status in {401, 403, 407, 451}:
        return ModelError(NOT_ALLOWED, name=name, place=place, status=status)
    return ModelError(ANSWERED, name=name, place=place, status=status)


def _given_up(cut: _Cut, wanted: Wanted, *, place: str) -> ModelError:
    if cut.status:
        return ModelError(ANSWERED, name=wanted.name, place=place, status=cut.status)
    return ModelError(BROKEN, name=wanted.name, place=place, reason=str(cut), done=_length(_part(wanted)) // 10**6)


def _part(wanted: Wanted) -> Path:
    return wanted.target.with_name(wanted.target.name + PART)


def _length(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _arrival(done: int, total: int, *, since: float, fresh: int) -> Arrival:
    return Arrival(done, total, fresh / max(1e-3, time.monotonic() - since))


def _host(address: str) -> str:
    return urllib.request.Request(address).host or address  # noqa: S310 - nothing is opened


def _reason(error: Exception) -> str:
    inner = getattr(error, "reason", None) or error
    return getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
