"""Which diariser a machine has for mono calls, and what a reader is warned of when it has none."""

from dataclasses import dataclass
from pathlib import Path

from transcribe.devices import CPU
from transcribe.diariser import Diariser
from transcribe.errors import N_, ModelError, Sentence
from transcribe.onnx_speakers import OnnxDiariser, find_embedding
from transcribe.pyannote_engine import PyannoteDiariser, SpeakerModel

#: Names that stand for no model and for the one shipped with the product.
NONE = "none"
TINY = "tiny-speakers"
TINY_FOLDER = Path(__file__).parent / "models" / TINY

NOT_TOLD_APART = N_(
    "The speakers of this mono recording could not be told apart: every turn is of an unknown speaker, "
    "and criteria about one of them cannot be assessed."
)
SYNTHETIC_ONLY = N_(
    "The speakers of this mono recording were told apart by the demo model, which knows only synthetic voices."
)
FALLEN_BACK = N_(
    "The speakers of this mono recording were told apart by the embedding in {file}, because the speaker model that "
    "is set cannot be used. Where two people speak at once only one of them is found."
)
#: How the name of an ONNX speaker embedding ends.
ONNX = ".onnx"


@dataclass(frozen=True, slots=True)
class Choice:
    """The diariser for mono recordings, and the warnings that belong on each transcript made with it, or without."""

    diariser: Diariser | None
    warnings: tuple[Sentence, ...] = ()


def choose_diariser(
    speaker_model: str,
    *,
    models: Path | None = None,
    token: str | None = None,
    threads: int | None = None,
    device: str = CPU,
) -> Choice:
    """Load the diariser that ``speaker_model`` names, else the ONNX embedding in ``models``, else none; never a guess.

    ``speaker_model`` is a folder, the name of a folder in ``models``, a hub name, an ``.onnx`` file there or anywhere,
    ``tiny-speakers`` or ``none``; one of pyannote runs on ``device``, one of ``DEVICES``. A model that does not load is no reason to lose the words: the last warning of the
    choice then holds the reason.
    """
    if speaker_model in ("", NONE):
        return Choice(None, (Sentence(NOT_TOLD_APART),))
    if speaker_model.endswith(ONNX):
        return _by_embedding(embedding_file(speaker_model, models=models), threads=threads)
    model = speaker_source(speaker_model, models=models, token=token)
    try:
        diariser = PyannoteDiariser(model, threads=threads, device=device)
    except ModelError as error:
        return _instead(Sentence(error.msgid, error.params), models=models, threads=threads)
    if model.folder == TINY_FOLDER:
        return Choice(diariser, (Sentence(SYNTHETIC_ONLY),))
    return Choice(diariser)


def embedding_file(name: str, *, models: Path | None = None) -> Path:
    """Where the ONNX speaker embedding called ``name`` lies: a path, or a file in ``models``."""
    given = Path(name).expanduser()
    return models / name if models is not None and not given.is_file() and len(given.parts) == 1 else given


def _instead(reason: Sentence, *, models: Path | None, threads: int | None) -> Choice:
    path = find_embedding(models)
    if path is None:
        return Choice(None, (Sentence(NOT_TOLD_APART), reason))
    choice = _by_embedding(path, threads=threads)
    if choice.diariser is None:
        return Choice(None, (*choice.warnings, reason))
    return Choice(choice.diariser, (Sentence(FALLEN_BACK, {"file": path.name}), reason))


def _by_embedding(path: Path, *, threads: int | None) -> Choice:
    try:
        return Choice(OnnxDiariser(path, threads=threads))
    except ModelError as error:
        return Choice(None, (Sentence(NOT_TOLD_APART), Sentence(error.msgid, error.params)))


def speaker_source(speaker_model: str, *, models: Path | None = None, token: str | None = None) -> SpeakerModel:
    """Where the model named ``speaker_model`` lies: shipped, a folder, a folder in ``models``, else in the hub's cache.

    A model of the hub lies in ``models`` under the last part of its name once it was fetched.

    A path that begins with ``.``, ``/`` or ``~`` or has more than one slash is a folder whether or not it exists, so
    that a mistyped path is called missing instead of being sent to the hub as a name.
    """
    if speaker_model == TINY:
        return SpeakerModel(folder=TINY_FOLDER)
    given = Path(speaker_model).expanduser()
    if given.is_dir() or speaker_model.startswith((".", "/", "~")) or speaker_model.count("/") > 1:
        return SpeakerModel(folder=given)
    cache = models / "hub" if models is not None else None
    fetched = models / speaker_model.rsplit("/", 1)[-1] if models is not None else None
    if fetched is not None and fetched.is_dir():
        return SpeakerModel(folder=fetched, cache_folder=cache)
    return SpeakerModel(name=speaker_model, token=token or None, cache_folder=cache)
