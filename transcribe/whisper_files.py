"""Whisper checkpoints on disk: official names, paths, packed files, and what is wrong with a file that does not load."""

import hashlib
import lzma
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from transcribe.errors import N_, ModelError

DEMO_VOICE = "demo-voice"
DEMO_VOICE_PATH = Path(__file__).parent / "models" / "demo-voice.pt.xz"

MISSING = N_("The Whisper model {path} does not exist. Correct the path, or give the name of a Whisper model.")
FOLDER = N_("The Whisper model {path} is a folder. Give the .pt file in it.")
UNKNOWN = N_("There is no Whisper model named {name}. Choose one of {known}, or give the path of a .pt file.")
DAMAGED = N_("The Whisper model {path} is damaged or incomplete. Copy it again.")
POINTER = N_("The Whisper model {path} is only a Git LFS pointer. Fetch the real file with “git lfs pull”.")
FOREIGN = N_("The file {path} is no Whisper model of OpenAI's format. Give a .pt file with “dims” and weights.")
OFFLINE = N_(
    "The Whisper model {name} is not on this machine and cannot be downloaded now. "
    "Copy {file} to {folder}, or go online once."
)
FULL = N_("The Whisper model {name} cannot be stored in {folder}: {reason}. Make room or choose another folder.")


def default_folder() -> Path:
    """The folder where openai-whisper keeps what it downloads."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper"


@contextmanager
def unpacked(path: Path, *, cache: Path | None = None) -> Iterator[Path]:
    """Yield a plain checkpoint for ``path``: itself, or what an ``.xz`` file holds.

    Unpacked files stay in ``cache`` for the next time; without one they are thrown away afterwards. Raises
    ``ModelError`` when the file is not there, not whole or only a pointer.
    """
    _check(path)
    if path.suffix != ".xz":
        yield path
        return
    if cache is None:
        with tempfile.TemporaryDirectory() as folder:
            yield _unpack(path, Path(folder) / path.stem)
        return
    digest = _digest(path)[:12]
    kept = cache / f"{Path(path.stem).stem}-{digest}.pt"
    yield kept if kept.is_file() else _unpack(path, kept)


def official_name(path: Path, known: dict[str, str]) -> str | None:
    """The official name of the checkpoint at ``path``, by its file name or else its SHA-256.

    ``known`` is openai-whisper's own table from names to addresses, which contain the digests.
    """
    if path.stem in known:
        return path.stem
    digest = _digest(path)
    return next((name for name, address in known.items() if address.split("/")[-2] == digest), None)


def _check(path: Path) -> None:
    if path.is_dir():
        raise ModelError(FOLDER, path=str(path))
    if not path.is_file():
        raise ModelError(MISSING, path=str(path))
    with path.open("rb") as file:
        head = file.read(40)
    if not head:
        raise ModelError(DAMAGED, path=str(path))
    if head.startswith(b"version https://git-lfs"):
        raise ModelError(POINTER, path=str(path))


def _unpack(path: Path, target: Path) -> Path:
    """Unpack by way of a file of its own, so that nobody ever reads half of it."""
    part: IO[bytes]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with lzma.open(path) as packed, tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            shutil.copyfileobj(packed, part)
        Path(part.name).replace(target)
    except (lzma.LZMAError, EOFError) as error:
        Path(part.name).unlink(missing_ok=True)
        raise ModelError(DAMAGED, path=str(path)) from error
    except OSError as error:
        raise ModelError(FULL, name=path.name, folder=str(target.parent), reason=error.strerror or "") from error
    return target


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
