"""Recordings in folders: which files they are, and what a table beside them, a sidecar or their name tells of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from zoneinfo import ZoneInfo

from qa.errors import InvalidError
from qa.i18n import Text, _
from qa.interactions.pairs import halves, paired
from qa.interactions.reading.file_names import NameRule, facts_from_name
from qa.interactions.reading.mapping import ColumnMapping
from qa.interactions.reading.metadata import read_recordings_csv, read_recordings_json
from qa.interactions.reading.values import IncomingRecordingFacts, Problem, Reading

SOUNDS = frozenset(
    {".wav", ".w64", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".mp4", ".mka", ".aac", ".amr", ".gsm", ".wma"}
    | {".webm", ".au", ".aif", ".aiff", ".caf", ".3gp"}
)
TRANSCRIPTS = frozenset({".vtt", ".srt", ".ctm", ".json"})
TABLES = frozenset({".csv", ".tsv"})
SPEAKERS = ".rttm"
#: Names under which a table is looked for beside a recording that was named by itself.
BESIDE = ("metadata.csv", "metadata.json", "recordings.csv", "recordings.json")

#: What a table about one recording is called after the recording's own name.
_SIDECARS = (".csv", ".json", "_metadata.json")
#: Words only in a transcript's JSON: they tell it from a recording's metadata.
_TRANSCRIPT_WORDS = (b'"segments"', b'"turns"', b'"phrases"', b'"BeginOffsetMillis"')


@dataclass(frozen=True, slots=True)
class ByHand:
    """What somebody typed for files of which nothing else is known."""

    agent: str
    started_at: datetime
    language: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a source's files are to be read; ``metadata`` replaces what lies beside the recordings."""

    zone: ZoneInfo
    rule: NameRule | None = None
    metadata: Path | None = None
    #: What the table is called towards the user, where that is not the name of its file.
    metadata_name: str = ""
    mapping: ColumnMapping | None = None
    by_hand: ByHand | None = None


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A file with its facts; ``told_by`` is the table whose line ``facts.line`` is, ``beside`` the other of its pair."""

    name: str
    path: Path
    facts: IncomingRecordingFacts
    told_by: str = ""
    speakers: Path | None = None
    beside: Path | None = None

    @property
    def is_transcript(self) -> bool:
        """Tell whether the file is a ready transcript and no sound."""
        return self.path.suffix.lower() in TRANSCRIPTS


@dataclass(slots=True)
class _Folder:
    """One folder that is being looked through."""

    root: Path
    manner: Manner
    #: Whether every row of a table counts, or only those about the files that were named.
    whole: bool
    files: dict[str, Path] = field(default_factory=dict)
    told: dict[str, tuple[IncomingRecordingFacts, str]] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def find_recordings(paths: Iterable[Path], *, manner: Manner) -> tuple[list[FoundRecording], list[Problem]]:
    """Return the recordings and ready transcripts at the paths, files or folders, and what is wrong with the others.

    Nothing outside the folder of a path is ever read, whatever a table or a link says.
    """
    recordings: list[FoundRecording] = []
    problems: list[Problem] = []
    for folder in _folders(paths, manner=manner, problems=problems):
        _read_tables(folder)
        recordings += paired(list(_matched(folder)))
        problems += folder.problems
    return recordings, problems


def find_among(files: Mapping[str, Path], *, root: Path, manner: Manner) -> tuple[list[FoundRecording], list[Problem]]:
    """Return the recordings among files that were sent in, by the names they were sent under; all lie in ``root``."""
    folder = _Folder(root, manner, whole=False, files=dict(files))
    _read_tables(folder)
    return paired(list(_matched(folder))), folder.problems


def within(root: Path, name: str) -> Path:
    """Return the place of a named file; raises ``InvalidError`` for a name or link that leads out of the folder."""
    absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute()
    if absolute or not (root / name).resolve().is_relative_to(root.resolve()):
        raise InvalidError(
            _("The name of the recording's file leads out of the folder. Write it as it stands in the folder.")
        )
    return root / name


def _folders(paths: Iterable[Path], *, manner: Manner, problems: list[Problem]) -> Iterator[_Folder]:
    single: dict[Path, _Folder] = {}
    for path in paths:
        if path.is_dir():
            folder = _Folder(path, manner, whole=True)
            for place in sorted(path.rglob("*")):
                name = place.relative_to(path).as_posix()
                if not any(part.startswith(".") for part in PurePosixPath(name).parts):
                    _include(folder, name)
            yield folder
        elif path.is_file():
            folder = single.setdefault(path.parent, _Folder(path.parent, manner, whole=False))
            if path.suffix.lower() in TABLES:
                folder = _Folder(path.parent, replace(manner, metadata=path), whole=True)
                for place in sorted(path.parent.rglob("*")):
                    _include(folder, place.relative_to(path.parent).as_posix())
                yield folder
            else:
                _include(folder, path.name)
        else:
            problems.append(Problem(str(path), None, _("There is no such file or folder. Check the name.")))
    yield from (folder for folder in single.values() if folder.files)


def _include(folder: _Folder, name: str) -> None:
    place = folder.root / name
    if not place.is_file():
        return
    try:
        folder.files[name] = within(folder.root, name)
    except InvalidError as error:
        folder.problems.append(Problem(name, None, error.sentence))


def _read_tables(folder: _Folder) -> None:
    if folder.manner.metadata is not None:
        _read_table(folder, folder.manner.metadata, base=PurePosixPath())
        return
    if folder.whole:
        places = {name: place for name, place in folder.files.items() if _is_table(place)}
    else:
        beside = {*BESIDE, *(f"{_stem(name)}{end}" for name in folder.files for end in _SIDECARS)}
        candidates = {name: folder.files.get(name, folder.root / name) for name in sorted(beside)}
        places = {name: place for name, place in candidates.items() if _is_table(place)}
    # A table that stands in another one is a transcript there.
    for name, place in sorted(places.items(), key=lambda item: (item[1].suffix.lower() not in TABLES, item[0])):
        if name not in folder.told:
            _read_table(folder, place, base=PurePosixPath(name).parent)


def _is_table(place: Path) -> bool:
    suffix = place.suffix.lower()
    if suffix in TABLES:
        return place.is_file()
    if suffix != ".json" or not place.is_file():
        return False
    data = place.read_bytes()
    return not any(word in data for word in _TRANSCRIPT_WORDS)


def _read_table(folder: _Folder, place: Path, *, base: PurePosixPath) -> None:
    inside = place.is_relative_to(folder.root)
    name = place.relative_to(folder.root).as_posix() if inside else place.name
    if place == folder.manner.metadata and folder.manner.metadata_name:
        name = folder.manner.metadata_name
    folder.tables.add(name)
    reading = _read(folder, place, name=name)
    folder.problems += reading.problems
    for facts in reading.items:
        try:
            file = _file_of(folder, (base / facts.file).as_posix())
        except InvalidError as error:
            folder.problems.append(Problem(name, facts.line, error.sentence))
            continue
        two = halves((base / facts.file).as_posix(), folder.files) if file is None else []
        if two and not any(half in folder.told for half, _side in two):
            for half, side in two:
                folder.told[half] = (replace(facts, place=replace(facts.place, side=side)), name)
        elif file is None:
            if folder.whole:
                sentence = _("The folder holds no file {name}. Copy it there, or correct the name.", name=facts.file)
                folder.problems.append(Problem(name, facts.line, sentence))
        elif file in folder.told:
            sentence = _("The file {name} was already named above. Leave one of the two lines out.", name=facts.file)
            folder.problems.append(Problem(name, facts.line, sentence))
        else:
            folder.told[file] = (facts, name)


def _read(folder: _Folder, place: Path, *, name: str) -> Reading[IncomingRecordingFacts]:
    try:
        data = place.read_bytes()
    except OSError:
        return Reading(problems=(Problem(name, None, _("The file cannot be read. Check who may read it.")),))
    if place.suffix.lower() in TABLES:
        return read_recordings_csv(data, file=name, mapping=folder.manner.mapping, time_zone=folder.manner.zone.key)
    parent = PurePosixPath(name).parent
    # A sidecar means a recording of its own folder, as a table does.
    beside = [
        one.name for one in map(PurePosixPath, folder.files) if one.parent == parent and one.suffix.lower() in SOUNDS
    ]
    reading = read_recordings_json(data, file=place.name, zone=folder.manner.zone, files=beside)
    return Reading(reading.items, tuple(replace(problem, file=name) for problem in reading.problems))


def _file_of(folder: _Folder, name: str) -> str | None:
    """Return the file a table means: by its name, in any case of letters, or the transcript that stands for its sound."""
    within(folder.root, name)
    if name in folder.files:
        return name
    alike = [file for file in folder.files if file.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    stem = PurePosixPath(name).with_suffix("").as_posix()
    ready = [f"{stem}{suffix}" for suffix in sorted(TRANSCRIPTS) if f"{stem}{suffix}" in folder.files]
    return ready[0] if ready else None


def _matched(folder: _Folder) -> Iterator[FoundRecording]:
    if not folder.whole and all(name in folder.told or name in folder.tables for name in folder.files):
        # The table spoke of every file that was named: what is wrong with its other lines is not asked.
        folder.problems = [problem for problem in folder.problems if problem.file not in folder.tables]
    stems = {_stem(name) for name in folder.files if PurePosixPath(name).suffix.lower() in SOUNDS}
    for name, place in folder.files.items():
        suffix = place.suffix.lower()
        told = folder.told.get(name)
        if name in folder.tables or suffix == SPEAKERS:
            continue
        if told is None and folder.whole and suffix not in SOUNDS | TRANSCRIPTS:
            continue
        if told is None and suffix in TRANSCRIPTS and _stem(name) in stems:
            continue
        speakers = folder.files.get(f"{_stem(name)}{SPEAKERS}", folder.root / f"{_stem(name)}{SPEAKERS}")
        beside = speakers if suffix in TRANSCRIPTS and speakers.is_file() else None
        if told is not None:
            yield FoundRecording(name, place, told[0], told_by=told[1], speakers=beside)
            continue
        facts = _untold(folder, name)
        if isinstance(facts, Text):
            folder.problems.append(Problem(name, None, facts))
        else:
            yield FoundRecording(name, place, facts, speakers=beside)


def _untold(folder: _Folder, name: str) -> IncomingRecordingFacts | Text:
    manner = folder.manner
    if manner.rule is not None:
        try:
            return facts_from_name(name, rule=manner.rule, zone=manner.zone)
        except InvalidError as error:
            if manner.by_hand is None:
                return error.sentence
    if manner.by_hand is None:
        return _(
            "Nothing tells who the agent is and when it began. Add a line to metadata.csv beside it (file, agent, "
            "started_at), or give the source a rule for file names."
        )
    given = manner.by_hand
    return IncomingRecordingFacts("", name, given.agent, given.started_at, language=given.language)


def _stem(name: str) -> str:
    return PurePosixPath(name).with_suffix("").as_posix()
