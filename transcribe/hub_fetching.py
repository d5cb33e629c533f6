"""A model of the hub brought into the folder of models, with every part that it names."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from transcribe.errors import N_, ModelError
from transcribe.fetching import digest, make_room
from transcribe.model_folder import settle, staging
from transcribe.pyannote_refusals import CONFIG, NO_NAME, check_token, explained, is_hub_name, parts_elsewhere

NEEDS_HUB = N_("Fetching from the model hub needs the speech libraries, and {name} is not installed.")
SPOILT = N_("The file {file} of {name} did not arrive as the hub has it. Run the command again.")
#: Where the hub's client notes of each file what the hub says of it: revision, digest and time, a line each.
NOTES = Path(".cache") / "huggingface"


def fetch_from_hub(name: str, *, models: Path, token: str | None, mirror: str | None = None) -> Path:
    """Bring the whole model ``name`` (owner/name) into ``models`` and return its folder.

    ``mirror`` is a server with the hub's interface in its place. What an earlier attempt left is gone on with; proxies
    are those of the environment. Raises ``ModelError`` that says which of the known things is wrong and what to do.
    """
    if not is_hub_name(name):
        raise ModelError(NO_NAME, model=name)
    check_token(token)
    made = staging(name, models=models)
    _bring(name, models, token=token, mirror=mirror, local_dir=made)
    _compare(made, name=name)
    fetch_parts(made, models=models, token=token, mirror=mirror)
    shutil.rmtree(made / NOTES.parent, ignore_errors=True)
    return settle(name, models=models)


def fetch_parts(folder: Path, *, models: Path, token: str | None, mirror: str | None = None) -> None:
    """Bring into the cache those parts of a pipeline that are models of their own at the hub; they may be gated too."""
    if (folder / CONFIG).is_file():
        for part in parts_elsewhere(folder):
            _bring(part, models, token=token, mirror=mirror, cache_dir=models / "hub")


def _bring(name: str, models: Path, *, token: str | None, mirror: str | None, **where: Path) -> None:
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - comes with pyannote
        from huggingface_hub.errors import DryRunError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelError(NEEDS_HUB, name=error.name) from error
    # Without a token of the settings none is sent: one that lies in somebody's home folder is not this product's.
    asked: dict[str, Any] = {"token": token or False, "endpoint": mirror, **where}
    try:
        with suppress(DryRunError):  # the hub cannot be asked now: why, the attempt itself says
            files = snapshot_download(name, dry_run=True, **asked)
            make_room(name, models, needed=sum(file.file_size for file in files if file.will_download))
        snapshot_download(name, **asked)
    except ModelError:
        raise
    except Exception as error:
        # Whatever the hub's client raises reaches the user as a sentence; the cause stays attached.
        raise explained(error, model=name) from error


def _compare(folder: Path, *, name: str) -> None:
    """Hold each large file against the SHA-256 that the hub keeps of it; the client itself compares lengths only."""
    notes = folder / NOTES / "download"
    for note in notes.rglob("*.metadata"):
        file = folder / note.relative_to(notes).with_suffix("")
        said = note.read_text(encoding="utf-8").splitlines()[1:2]
        if said and len(said[0]) == 64 and file.is_file() and digest(file) != said[0]:
            file.unlink()
            note.unlink()
            raise ModelError(SPOILT, file=file.name, name=name)
