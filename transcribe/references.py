"""References beside recordings: which files belong together by their name, and what each of them holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from transcribe.assignment import UNKNOWN
from transcribe.errors import N_, FormatError
from transcribe.evaluation import Reference
from transcribe.formats import ctm, own_json, plain, rttm, srt, vtt
from transcribe.formats.building import spread, transcript_of
from transcribe.types import Role, Transcript, Turn

#: Forms of words, those that time every word first: the first one that is there is taken.
WORDS = (".json", ".ctm", ".vtt", ".srt", ".txt")
TIMED = frozenset({".json", ".ctm"})
SPEAKERS = ".rttm"
UNREADABLE = N_("{name} cannot be read as text in UTF-8.")


@dataclass(frozen=True, slots=True)
class Named:
    """The files of one recording: its words and its speakers, and its sound or a transcript of it."""

    name: str
    words: Path | None
    speakers: Path | None
    other: Path


def pairs(references: Path, others: Iterable[Path]) -> list[Named]:
    """The files of ``others`` that have words or speakers under the same name in the folder ``references``."""
    found = []
    for other in sorted(others):
        words = _words_of(references, other.stem, but=other)
        speakers = references / f"{other.stem}{SPEAKERS}"
        here = speakers if speakers.is_file() else None
        if words or here:
            found.append(Named(other.stem, words, here, other))
    return found


def transcripts_in(folder: Path) -> list[Path]:
    """One transcript for every name in the folder, in the form that tells most."""
    names = sorted({path.stem for path in folder.iterdir() if path.suffix.lower() in WORDS and path.is_file()})
    return [path for name in names if (path := _words_of(folder, name))]


def reference_of(one: Named) -> Reference:
    """What the files tell. Raises ``FormatError`` with the file, and the place in it, that cannot be understood."""
    reference = Reference()
    if one.words:
        said = read_words(one.words)
        named = any(turn.speaker != UNKNOWN for turn in said.turns)
        timed = one.words.suffix.lower() in TIMED
        reference = Reference(turns=said.turns, language=said.language, timed=timed, named=named)
    if one.speakers:
        spans = rttm.read(_text(one.speakers), name=one.speakers.name)
        reference = replace(reference, spans=tuple(spans))
    return reference


def read_words(path: Path) -> Transcript:
    """The words of a file; text without times or speakers is one turn of nobody."""
    text = _text(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        return own_json.read(text, name=path.name)
    readers: Mapping[str, Callable[..., Transcript]] = {".ctm": ctm.read, ".vtt": vtt.read, ".srt": srt.read}
    if suffix in readers:
        return readers[suffix](text, name=path.name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if plain.LINE.match(first.removeprefix("\ufeff")):
        return plain.read(text, name=path.name)
    words = spread(text.removeprefix("\ufeff"), start_ms=0, end_ms=0)
    return transcript_of([Turn(UNKNOWN, Role.UNKNOWN, 0, 0, words)], language="", engine="text")


def _words_of(folder: Path, name: str, *, but: Path | None = None) -> Path | None:
    candidates = (folder / f"{name}{suffix}" for suffix in WORDS)
    return next((path for path in candidates if path.is_file() and path != but), None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(UNREADABLE, name=path.name) from error
