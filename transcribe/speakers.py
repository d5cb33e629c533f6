"""Which diariser a machine has for mono calls, and what a reader is warned of when it has none."""

from dataclasses import dataclass
from pathlib import Path

from transcribe.diariser import Diariser
from transcribe.errors import N_, ModelError, Sentence
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
    min_speakers: int = 1,
    max_speakers: int = 2,
) -> Choice:
    """Load the diariser that ``speaker_model`` names, else none with a warning; never a guess.

    ``speaker_model`` is a folder, the name of a folder in ``models``, a hub name, ``tiny-speakers`` or ``none``. A
    model that does not load is no reason to lose the words: the choice then holds the reason as a second warning.
    """
    if speaker_model in ("", NONE):
        return Choice(None, (Sentence(NOT_TOLD_APART),))
    model = speaker_source(speaker_model, models=models, token=token)
    try:
        diariser = PyannoteDiariser(model, min_speakers=min_speakers, max_speakers=max_speakers, threads=threads)
    except ModelError as error:
        return Choice(None, (Sentence(NOT_TOLD_APART), Sentence(error.msgid, error.params)))
    if model.folder == TINY_FOLDER:
        return Choice(diariser, (Sentence(SYNTHETIC_ONLY),))
    return Choice(diariser)


def speaker_source(speaker_model: str, *, models: Path | None = None, token: str | None = None) -> SpeakerModel:
    """Where the model named ``speaker_model`` lies: shipped, a folder, a folder in ``models``, else at the hub.

    A path that begins with ``.``, ``/`` or ``~`` or has more than one slash is a folder whether or not it exists, so
    that a mistyped path is called missing instead of being sent to the hub as a name.
    """
    if speaker_model == TINY:
        return SpeakerModel(folder=TINY_FOLDER)
    given = Path(speaker_model).expanduser()
    if given.is_dir() or speaker_model.startswith((".", "/", "~")) or speaker_model.count("/") > 1:
        return SpeakerModel(folder=given)
    if models is not None and (models / speaker_model).is_dir():
        return SpeakerModel(folder=models / speaker_model)
    return SpeakerModel(
        name=speaker_model, token=token or None, cache_folder=models / "hub" if models is not None else None
    )
