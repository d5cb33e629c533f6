"""Whisper checkpoints on disk: official names, paths, packed files, and what is wrong with a file that does not load."""

import lzma
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from transcribe.errors import N_, ModelError
from transcribe.fetching import digest
from transcribe.whisper_shapes import file_name

DEMO_VOICE = "demo-voice"
DEMO_VOICE_PATH = Path(__file__).parent / "models" / "demo-voice.pt.xz"

MISSING = N_("The Whisper model {path} does not exist. Correct the path, or give the name of a Whisper model.")
FOLDER = N_("The Whisper model {path} is a folder. Give the .pt file in it.")
UNKNOWN = N_("There is no Whisper model named {name}. Choose one of {known}, or give the path of a .pt file.")
DAMAGED = N_("The Whisper model {path} is damaged or incomplete. Copy it again.")
NO_ROOM = N_(
    "The Whisper model {path} does not fit in the GPU's memory. Set a smaller one, or STEEKPROEF_SPEECH_DEVICE to cpu."
)
POINTER = N_("The Whisper model {path} is only a Git LFS pointer. Fetch the real file with “git lfs pull”.")
FOREIGN = N_("The file {path} is no Whisper model of OpenAI's format. Give a .pt file with “dims” and weights.")
NOT_HERE = N_("The model {name} is not on this machine. Run `steekproef models fetch {name}`, or copy it to {folder}.")
NOT_WHISPERS = N_(
    "The file {file} is not Whisper's own {name}: its SHA-256 differs. Run `steekproef models fetch {name}` again."
)
NEEDS_WHISPER = N_("Whisper's list of models needs the speech libraries, and {name} is not installed.")
FULL = N_("The Whisper model {name} cannot be stored in {folder}: {reason}. Make room or choose another folder.")


def default_folder() -> Path:
    """The folder where openai-whisper keeps what it downloads."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper"


def official_file(name: str, *, folder: Path | None) -> Path | None:
    """Where the official model ``name`` lies: in ``folder``, else where openai-whisper keeps its own; nowhere is nothing."""
    file = file_name(name)
    places = [place / file for place in (folder, default_folder()) if place is not None and file is not None]
    return next((place for place in places if place.is_file()), None)


def addresses() -> dict[str, str]:
    """Where openai-whisper says its models lie, by name. Raises ``ModelError`` where the package is not installed."""
    try:
        import whisper  # noqa: PLC0415 - brings torch, which takes seconds
    except ModuleNotFoundError as error:
        raise ModelError(NEEDS_WHISPER, name=error.name) from error
    known: dict[str, str] = whisper._MODELS  # noqa: SLF001 - the only place of the table
    return known


def digest_in(address: str) -> str:
    """The SHA-256 that the file at one of openai-whisper's addresses must have: the last but one part of its path."""
    return address.split("/")[-2]


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
    kept = cache / f"{Path(path.stem).stem}-{digest(path)[:12]}.pt"
    yield kept if kept.is_file() else _unpack(path, kept)


def official_name(path: Path, known: dict[str, str]) -> str | None:
    """The official name of the checkpoint at ``path``, by its file name or else its SHA-256.

    ``known`` is openai-whisper's own table from names to addresses, which contain the digests.
    """
    if path.stem in known:
        return path.stem
    found = digest(path)
    return next((name for name, address in known.items() if digest_in(address) == found), None)


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
