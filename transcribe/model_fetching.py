"""Any model by its name brought into the folder of models: Whisper's, the hub's, an ONNX speaker embedding."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from transcribe.errors import N_, ModelError
from transcribe.fetching import NO_FILE, Arrival, Wanted, copy, digest, download
from transcribe.hub_fetching import fetch_from_hub, fetch_parts
from transcribe.model_folder import check_model, copy_folder, last_part
from transcribe.onnx_speakers import EMBEDDING_FILE, OnnxDiariser
from transcribe.pyannote_refusals import is_hub_name
from transcribe.speakers import TINY
from transcribe.whisper_files import DEMO_VOICE, addresses, digest_in
from transcribe.whisper_shapes import SHAPES, file_name

Report = Callable[[Arrival], None]

SHIPPED = N_("The model {name} comes with the product. If it is damaged, install the product again.")
NO_SUCH = N_("There is no model {name} to fetch. Name one of {known}, or one of the hub (owner/name).")
NO_SOURCE = N_(
    "The model {name} has no address of its own. Say with --from where it lies: a file, a folder or an address."
)
NO_ADDRESS = N_("{source} is no address that models can be fetched from. It begins with http:// or https://.")


def fetch_model(
    name: str, *, models: Path, report: Report, token: str | None = None, source: str | None = None
) -> Path:
    """Bring the model ``name`` into ``models`` and return where it lies; one that is there and whole is left alone.

    ``source`` is a folder, a file or the address of a mirror in the place of the makers' own. Raises ``ModelError``.
    """
    if name in {DEMO_VOICE, TINY}:
        raise ModelError(SHIPPED, name=name)
    if source and "://" in source and urlsplit(source).scheme not in {"http", "https"}:
        raise ModelError(NO_ADDRESS, source=source)
    if file_name(name):
        return _whisper(name, models=models, report=report, source=source)
    if name == EMBEDDING_FILE:
        return _embedding(models=models, report=report, source=source)
    if is_hub_name(name):
        return _hub(name, models=models, token=token, source=source)
    raise ModelError(NO_SUCH, name=name, known=", ".join([*SHAPES, EMBEDDING_FILE]))


def _whisper(name: str, *, models: Path, report: Report, source: str | None) -> Path:
    address = addresses()[name]
    file = address.rsplit("/", 1)[-1]
    wanted = Wanted(name, models / file, digest_in(address))
    if wanted.target.is_file() and digest(wanted.target) == wanted.sha256:
        return wanted.target
    return _brought(wanted, source or address, file=file, report=report)


def _embedding(*, models: Path, report: Report, source: str | None) -> Path:
    if source is None:
        raise ModelError(NO_SOURCE, name=EMBEDDING_FILE)
    # Nobody's list has a digest of it: it is tried before it is in its place.
    tried = Wanted(EMBEDDING_FILE, models / f"new-{EMBEDDING_FILE}")
    path = _brought(tried, source, file=EMBEDDING_FILE, report=report)
    try:
        OnnxDiariser(path)
    except ModelError:
        path.unlink()
        raise
    return path.replace(models / EMBEDDING_FILE)


def _hub(name: str, *, models: Path, token: str | None, source: str | None) -> Path:
    target = models / last_part(name)
    if target.is_dir():
        try:
            check_model(target)
        except ModelError:
            pass  # not whole: it is fetched again
        else:
            return target
    if source is None or "://" in source:
        return fetch_from_hub(name, models=models, token=token, mirror=source.rstrip("/") if source else None)
    path = copy_folder(name, Path(source).expanduser(), models=models)
    fetch_parts(path, models=models, token=token)
    return path


def _brought(wanted: Wanted, source: str, *, file: str, report: Report) -> Path:
    """Bring one file from an address or a path; of a mirror or a folder, the one called ``file`` in it."""
    if "://" in source:
        ends = urlsplit(source).path.endswith(Path(file).suffix)
        return download(wanted, source if ends else f"{source.rstrip('/')}/{file}", report=report)
    given = Path(source).expanduser()
    if not given.exists():
        raise ModelError(NO_FILE, file=str(given))
    return copy(wanted, given / file if given.is_dir() else given, report=report)
