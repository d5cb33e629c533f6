"""Which speech models are on this machine: where they lie, their licences and whether they are whole."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from transcribe.errors import N_, ModelError, Sentence, TranscribeError
from transcribe.faster_engine import FasterEngine, check_ct2, ct2_folder
from transcribe.fetching import digest
from transcribe.http_engine import HttpEngine
from transcribe.model_folder import check_sums, files_in, last_part
from transcribe.onnx_speakers import find_embedding
from transcribe.pyannote_engine import COMMUNITY_MODEL
from transcribe.pyannote_refusals import check_folder
from transcribe.speakers import NONE, ONNX, TINY, TINY_FOLDER, embedding_file, speaker_source
from transcribe.vad import model_path
from transcribe.whisper_engine import WhisperEngine
from transcribe.whisper_files import (
    DEMO_VOICE,
    DEMO_VOICE_PATH,
    NOT_HERE,
    NOT_WHISPERS,
    addresses,
    default_folder,
    digest_in,
    official_file,
)
from transcribe.whisper_shapes import file_name

#: SHA-256 of every file shipped in ``transcribe/models``, in the form of ``sha256sum``.
SUMS = Path(__file__).parent / "models" / "SHA256SUMS"
POINTER = b"version https://git-lfs"
OWN_LICENCE = "Apache-2.0"
WHISPER_LICENCE = "MIT"
#: By the last part of their names, which is also that of the folder they are fetched into.
PYANNOTE_LICENCES = {last_part(COMMUNITY_MODEL): "CC-BY-4.0"}

NO_PATH = N_("The model {name} is not on this machine: there is no {file}. Correct the path.")
CHANGED = N_("The file {file} is not the one that was shipped: its SHA-256 differs. Install the product again.")
LOST = N_("The file {file} is missing. Install the product again.")
EMPTY = N_("The file {file} is empty. Copy it again.")
IS_POINTER = N_("The file {file} is only a git-lfs pointer, not the model itself. Run `git lfs pull` there.")
NO_VAD = N_("The speech detector is missing: {reason}")


class ModelKind(StrEnum):
    """What a model is for."""

    ASR = "asr"
    DIARISATION = "diarisation"
    VAD = "vad"


@dataclass(frozen=True, slots=True)
class ModelFact:
    """One model: ``problem`` is empty where it is present and whole; ``sha256`` is empty where it was not asked for.

    Of a folder, ``sha256`` is taken over the sorted lines "digest, two spaces, relative path" of its files.
    ``licence`` is empty where it is not known; of what is not here, ``size_bytes`` is about what it will take, and
    ``fetch`` is the command that brings it.
    """

    name: str
    kind: ModelKind
    licence: str
    configured: bool
    path: Path | None = None
    size_bytes: int = 0
    sha256: str = ""
    problem: Sentence | None = None
    fetch: str = ""

    @property
    def present(self) -> bool:
        """Whether the model can be used."""
        return self.problem is None


def present(
    *,
    asr_model: str,
    speaker_model: str,
    models: Path | None = None,
    digests: bool = True,
    asr_engine: str = WhisperEngine.engine,
) -> list[ModelFact]:
    """List the configured models, the shipped ones and whatever else lies in ``models`` and in the usual caches.

    The configured ones come first. ``digests`` reads every byte of every file: leave it off for a quick answer.
    """
    facts = [_configured(asr_model, engine=asr_engine, models=models), _speakers(speaker_model, models=models), _vad()]
    facts += [_asr(DEMO_VOICE, models=models, configured=False), _speakers(TINY, models=models, configured=False)]
    facts += [_asr(str(path), models=models, configured=False) for path in _checkpoints(models)]
    facts += [_ct2(str(path), models=models, configured=False) for path in _ct2_folders(models)]
    facts += [_speakers(str(path), models=models, configured=False) for path in _pipelines(models)]
    embedding = find_embedding(models)
    facts += [_speakers(str(embedding), models=models, configured=False)] if embedding else []
    seen: dict[object, ModelFact] = {}
    for fact in facts:
        if fact is not None:
            seen.setdefault((fact.kind, fact.path or fact.name), fact)
    listed = list(seen.values())
    return [_digested(fact) for fact in listed] if digests else listed


def verify(fact: ModelFact, *, sums: Path = SUMS) -> Sentence | None:
    """What is wrong with a model that is here, else nothing; files shipped with the product must equal those shipped."""
    if fact.problem is not None or fact.path is None:
        return fact.problem
    if fact.path.is_dir():
        try:
            check_sums(fact.path)
        except ModelError as error:
            return Sentence(error.msgid, error.params)
    elif file_name(fact.path.stem) == fact.path.name:
        return _as_published(fact.path)
    expected = shipped_sums(sums)
    for file in _files(fact.path):
        wanted = expected.get(file)
        if wanted is not None and digest(file) != wanted:
            return Sentence(CHANGED, {"file": str(file)})
    lost = [file for file in expected if file.is_relative_to(fact.path) and not file.is_file()]
    return Sentence(LOST, {"file": str(lost[0])}) if lost else None


def _as_published(path: Path) -> Sentence | None:
    """Hold a file that has the name of an official model against openai-whisper's own digest of that."""
    address = addresses()[path.stem]
    wrong = digest(path) != digest_in(address)
    return Sentence(NOT_WHISPERS, {"file": str(path), "name": path.stem}) if wrong else None


def shipped_sums(sums: Path = SUMS) -> dict[Path, str]:
    """The SHA-256 that each shipped model file must have; ``sums`` lies in the folder that its names start from."""
    lines = (line.split("  ", 1) for line in sums.read_text(encoding="utf-8").splitlines() if line)
    return {sums.parent / name: wanted for wanted, name in lines}


def _configured(name: str, *, engine: str, models: Path | None) -> ModelFact | None:
    """The model of the engine that is set; that of a server is not on this machine."""
    if engine == HttpEngine.engine:
        return None
    return _ct2(name, models=models) if engine == FasterEngine.engine else _asr(name, models=models)


def _ct2(name: str, *, models: Path | None, configured: bool = True) -> ModelFact:
    path = ct2_folder(name, folder=models)
    fact = ModelFact(path.name, ModelKind.ASR, "", configured, path)
    try:
        check_ct2(path, name=name)
    except ModelError as error:
        return replace(fact, problem=Sentence(error.msgid, error.params))
    return _whole(fact)


def _asr(name: str, *, models: Path | None, configured: bool = True) -> ModelFact:
    fact = ModelFact(name, ModelKind.ASR, WHISPER_LICENCE, configured)
    if name == DEMO_VOICE:
        return _whole(replace(fact, licence=OWN_LICENCE, path=DEMO_VOICE_PATH))
    if file_name(name) is None:
        path = Path(name).expanduser()
        licence = WHISPER_LICENCE if file_name(path.stem) == path.name else ""
        return _whole(replace(fact, name=path.stem, licence=licence, path=path))
    found = official_file(name, folder=models)
    if found is None:
        folder = str(models or default_folder())
        return replace(fact, problem=Sentence(NOT_HERE, {"name": name, "folder": folder}))
    return _whole(replace(fact, path=found))


def _speakers(name: str, *, models: Path | None, configured: bool = True) -> ModelFact | None:
    if name in ("", NONE):
        return None
    if name == TINY:
        return _whole(ModelFact(TINY, ModelKind.DIARISATION, OWN_LICENCE, configured, TINY_FOLDER))
    if name.endswith(ONNX):
        path = embedding_file(name, models=models)
        return _whole(ModelFact(path.stem, ModelKind.DIARISATION, "", configured, path))
    source = speaker_source(name, models=models)
    fact = ModelFact(name, ModelKind.DIARISATION, PYANNOTE_LICENCES.get(last_part(name), ""), configured)
    folder = source.folder or _newest_snapshot(name, cache=source.cache_folder)
    if folder is None:
        return replace(fact, problem=Sentence(NOT_HERE, {"name": name, "folder": str(models or "")}))
    try:
        check_folder(folder)
    except ModelError as error:
        return replace(fact, path=folder, problem=Sentence(error.msgid, error.params))
    return replace(fact, name=name if source.folder is None else folder.name, path=folder, size_bytes=_size(folder))


def _vad() -> ModelFact:
    fact = ModelFact("silero-vad", ModelKind.VAD, "MIT", configured=True)
    try:
        return _whole(replace(fact, path=model_path()))
    except TranscribeError as error:
        return replace(fact, problem=Sentence(NO_VAD, {"reason": str(error)}))


def _whole(fact: ModelFact) -> ModelFact:
    """Complete a fact about a path, or say what is wrong with it."""
    if fact.path is None or not fact.path.exists():
        return replace(fact, problem=Sentence(NO_PATH, {"name": fact.name, "file": str(fact.path or fact.name)}))
    for file in _files(fact.path):
        if not file.stat().st_size:
            return replace(fact, problem=Sentence(EMPTY, {"file": str(file)}))
        with file.open("rb") as opened:
            if opened.read(len(POINTER)) == POINTER:
                return replace(fact, problem=Sentence(IS_POINTER, {"file": str(file)}))
    return replace(fact, size_bytes=_size(fact.path))


def _digested(fact: ModelFact) -> ModelFact:
    if fact.path is None or not fact.path.exists():
        return fact
    if fact.path.is_file():
        return replace(fact, sha256=digest(fact.path))
    lines = [f"{digest(file)}  {file.relative_to(fact.path).as_posix()}\n" for file in _files(fact.path)]
    return replace(fact, sha256=hashlib.sha256("".join(lines).encode()).hexdigest())


def _checkpoints(models: Path | None) -> Iterable[Path]:
    for folder in (models, default_folder()):
        if folder is not None and folder.is_dir():
            yield from sorted(folder.glob("*.pt"))


def _ct2_folders(models: Path | None) -> Iterable[Path]:
    if models is not None and models.is_dir():
        yield from sorted(file.parent for file in models.glob("*/model.bin"))


def _pipelines(models: Path | None) -> Iterable[Path]:
    if models is not None and models.is_dir():
        yield from sorted(config.parent for config in models.glob("*/config.yaml"))


def _newest_snapshot(name: str, *, cache: Path | None) -> Path | None:
    """Where the hub's cache keeps a model; its layout is the hub's own: models--owner--name/snapshots/revision."""
    caches = [folder for folder in (cache, Path.home() / ".cache" / "huggingface" / "hub") if folder is not None]
    for folder in caches:
        snapshots = folder / f"models--{name.replace('/', '--')}" / "snapshots"
        found = sorted(snapshots.glob("*/config.yaml"), key=lambda config: config.stat().st_mtime)
        if found:
            return found[-1].parent
    return None


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else files_in(path)


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in _files(path))
