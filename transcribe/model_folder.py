"""A folder that holds one model: what kind it is, whether it is whole, and the sums by which a copy is known."""

import shutil
from pathlib import Path

from transcribe.errors import N_, ModelError
from transcribe.faster_engine import check_ct2
from transcribe.fetching import NOT_STORED, PART, digest, make_room
from transcribe.pyannote_refusals import CONFIG, check_folder

#: Sums of a model's files, in the form of ``sha256sum``, written beside them once they are known to be right.
SUMS = "SHA256SUMS"
CT2_FILE = "model.bin"

NO_MODEL = N_(
    "The folder {folder} holds neither a pyannote pipeline (config.yaml) nor a CTranslate2 model (model.bin)."
)
NOT_IN_FOLDER = N_("There is no model {name} in {folder}. Name the folder that holds it, or the one above that.")
CHANGED = N_("The file {file} is not what it was when it was fetched: its SHA-256 differs. Fetch or copy it again.")
LOST = N_("The file {file} is missing. Fetch or copy the model again.")


def check_model(folder: Path) -> None:
    """Refuse, with a ``ModelError``, a folder without a whole model, or one whose files are not those of its sums."""
    if (folder / CONFIG).is_file():
        check_folder(folder)
    elif (folder / CT2_FILE).is_file():
        check_ct2(folder, name=folder.name)
    else:
        raise ModelError(NO_MODEL, folder=str(folder))
    check_sums(folder)


def check_sums(folder: Path) -> None:
    """Hold the files of ``folder`` against the sums in it, where there are any. Raises ``ModelError``."""
    for name, wanted in written_sums(folder).items():
        if not (folder / name).is_file():
            raise ModelError(LOST, file=str(folder / name))
        if digest(folder / name) != wanted:
            raise ModelError(CHANGED, file=str(folder / name))


def written_sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file by its path in ``folder``, as written there; names that lead out of it are left out."""
    file = folder / SUMS
    if not file.is_file():
        return {}
    lines = (line.split("  ", 1) for line in file.read_text(encoding="utf-8").splitlines() if "  " in line)
    return {name: wanted for wanted, name in lines if (folder / name).resolve().is_relative_to(folder.resolve())}


def write_sums(folder: Path) -> None:
    """Write the SHA-256 of every file in ``folder`` beside them."""
    found = [f"{digest(file)}  {file.relative_to(folder).as_posix()}\n" for file in files_in(folder)]
    (folder / SUMS).write_text("".join(found), encoding="utf-8")


def files_in(folder: Path) -> list[Path]:
    """The model's files, sorted; what its makers' or our own tools left beside them is none."""
    return sorted(
        file for file in folder.rglob("*")
        if file.is_file() and file.name != SUMS and not {"__pycache__", ".cache", ".git"} & set(file.relative_to(folder).parts)
    )  # fmt: skip


def copy_folder(name: str, source: Path, *, models: Path) -> Path:
    """Copy the model ``name`` from ``source`` into ``models``, checked before and after; return where it lies.

    ``source`` is the model's folder, the folder above it or a cache of the hub. Raises ``ModelError``.
    """
    found = folder_of(name, within=source)
    if found is None:
        raise ModelError(NOT_IN_FOLDER, name=name, folder=str(source))
    check_model(found)
    files = files_in(found)
    make_room(name, models, needed=sum(file.stat().st_size for file in files))
    made = staging(name, models=models)
    try:
        shutil.rmtree(made, ignore_errors=True)
        for file in files:
            target = made / file.relative_to(found)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            if digest(target) != digest(file):
                raise ModelError(CHANGED, file=str(target))
        return settle(name, models=models)
    except OSError as error:
        raise ModelError(NOT_STORED, name=name, folder=str(models), reason=error.strerror or str(error)) from error


def folder_of(name: str, *, within: Path) -> Path | None:
    """Where ``within`` a folder the model ``name`` lies, if it does; the newest where a cache of the hub has several."""
    snapshots = [
        snapshot for cache in (within, within / "hub")
        for snapshot in (cache / f"models--{name.replace('/', '--')}" / "snapshots").glob("*")
    ]  # fmt: skip
    snapshots.sort(key=lambda snapshot: snapshot.stat().st_mtime, reverse=True)
    places = [within / last_part(name), within / name, *snapshots, within]
    return next((place for place in places if (place / CONFIG).is_file() or (place / CT2_FILE).is_file()), None)


def last_part(name: str) -> str:
    """The name of the folder that a model of the hub, owner/name, lies in."""
    return name.rsplit("/", 1)[-1]


def staging(name: str, *, models: Path) -> Path:
    """Where the model ``name`` grows until it is whole."""
    return models / (last_part(name) + PART)


def settle(name: str, *, models: Path) -> Path:
    """Check what has grown, write its sums, and move it to its place in one step; what lay there was no whole model."""
    made, target = staging(name, models=models), models / last_part(name)
    check_model(made)
    write_sums(made)
    if target.exists():
        shutil.rmtree(target)
    return made.replace(target)
