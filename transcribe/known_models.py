"""The models that the product knows by name, whether they are here or not, and the command that brings each."""

from dataclasses import replace
from pathlib import Path

from transcribe.errors import Sentence
from transcribe.faster_engine import FasterEngine
from transcribe.model_folder import last_part
from transcribe.models_table import PYANNOTE_LICENCES, WHISPER_LICENCE, ModelFact, ModelKind
from transcribe.onnx_speakers import EMBEDDING_FILE
from transcribe.pyannote_engine import COMMUNITY_MODEL
from transcribe.pyannote_refusals import is_hub_name
from transcribe.whisper_files import NOT_HERE
from transcribe.whisper_shapes import ALIASES, SHAPES, file_name

#: About what the speaker models take.
COMMUNITY_BYTES, EMBEDDING_BYTES = 33_000_000, 27_000_000
FETCH = "steekproef models fetch"


def with_known(facts: list[ModelFact], *, models: Path, asr_engine: str) -> list[ModelFact]:
    """Return ``facts`` and behind them every other known model, each that is not here with the command that brings it."""
    here = [replace(fact, fetch=command_for(fact, asr_engine=asr_engine)) if fact.problem else fact for fact in facts]
    named = {_place(fact) for fact in facts}
    return [_with_size(fact) for fact in here] + [fact for fact in _known(models) if _place(fact) not in named]


def command_for(fact: ModelFact, *, asr_engine: str) -> str:
    """The command that brings a model which is not here; nothing for what comes with the product or is a path."""
    if fact.kind is ModelKind.ASR and fact.configured and asr_engine == FasterEngine.engine:
        return f"steekproef models convert {fact.name} {fact.path}" if file_name(fact.name) else _by_name(fact.name)
    if fact.name == EMBEDDING_FILE:
        return f"{FETCH} {EMBEDDING_FILE} --from FILE"
    return f"{FETCH} {fact.name}" if file_name(fact.name) else _by_name(fact.name)


def _place(fact: ModelFact) -> str:
    """The name of a model's file or folder, by which it is known twice; the hub's cache has names of its own."""
    if fact.path is None or is_hub_name(fact.name):
        return file_name(fact.name) or last_part(fact.name)
    return fact.path.name


def _by_name(name: str) -> str:
    return f"{FETCH} {name}" if is_hub_name(name) else ""


def _known(models: Path) -> list[ModelFact]:
    whispers = [
        ModelFact(name, ModelKind.ASR, WHISPER_LICENCE, configured=False, size_bytes=shape.file_bytes)
        for name, shape in SHAPES.items()
    ]
    licence = PYANNOTE_LICENCES[last_part(COMMUNITY_MODEL)]
    speakers = [
        ModelFact(COMMUNITY_MODEL, ModelKind.DIARISATION, licence, configured=False, size_bytes=COMMUNITY_BYTES),
        ModelFact(
            EMBEDDING_FILE, ModelKind.DIARISATION, "", configured=False, path=models / EMBEDDING_FILE,
            size_bytes=EMBEDDING_BYTES,
        ),
    ]  # fmt: skip
    return [
        replace(fact, problem=_missing(fact.name, models), fetch=command_for(fact, asr_engine=""))
        for fact in [*whispers, *speakers]
    ]


def _missing(name: str, models: Path) -> Sentence:
    return Sentence(NOT_HERE, {"name": name, "folder": str(models)})


def _with_size(fact: ModelFact) -> ModelFact:
    """Say of a model that is not here about how large it will be."""
    if fact.present or fact.size_bytes:
        return fact
    plain = ALIASES.get(fact.name, fact.name)
    size = SHAPES[plain].file_bytes if plain in SHAPES else COMMUNITY_BYTES if fact.name == COMMUNITY_MODEL else 0
    return replace(fact, size_bytes=size)
