"""Taking in files with answers: so many lines in a transaction, so that a file of any size needs little memory and loses nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from qa.feedback.reading import SURVEYS, ReadOptions, read_answers
from qa.feedback.service import Refusal, Stored, Taken, store_answers
from qa.feedback.values import IncomingAnswer, Scale
from qa.i18n import Text
from qa.interactions.batch import MAPPING_END, Opener, read_mapping
from qa.interactions.reading.mapping import ColumnMapping
from qa.interactions.reading.values import Problem
from qa.interactions.sources import TableKind, kept_mapping, source_named

#: Lines that are stored in one transaction.
LINES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class GivenSurvey:
    """What is stated with the files; an empty mapping is guessed or lies beside the file."""

    source: str
    mapping: ColumnMapping | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of the next lines of a file."""

    file: str
    stored: Stored


def refusal_text(file: str, refusal: Refusal) -> Text:
    """Say what was refused, its place in front."""
    return Problem(file, refusal.line, refusal.sentence).text


def ingest_surveys(opener: Opener, paths: Iterable[Path], *, given: GivenSurvey) -> Iterator[Piece]:
    """Take in files and folders with answers, and yield what became of each piece of them.

    Raises ``NotFoundError`` where there is no such source.
    """
    for path, name in _files(paths):
        yield from ingest_survey(opener, path, name=name, given=given)


def ingest_survey(opener: Opener, path: Path, *, name: str, given: GivenSurvey) -> Iterator[Piece]:
    """Take in one file, which is called ``name`` towards the user."""
    with opener() as act:
        source = source_named(act, given.source)
        zone, kept = source.time_zone, kept_mapping(source, TableKind.ANSWERS)
    beside = path.with_name(path.stem + MAPPING_END)
    mapping = given.mapping or (read_mapping(beside) if beside.is_file() else None)
    options = ReadOptions(time_zone=zone, mapping=mapping, usual=kept, scale=given.scale)
    lines: list[IncomingAnswer] = []
    refusals: list[Refusal] = []
    for found in read_answers(path, name=name, options=options):
        if isinstance(found, Problem):
            refusals.append(Refusal(found.line, found.sentence))
        else:
            lines.append(found)
        if len(lines) + len(refusals) >= LINES_AT_ONCE:
            yield _piece(opener, lines, refusals, name=name, given=given)
            lines, refusals = [], []
    if lines or refusals:
        yield _piece(opener, lines, refusals, name=name, given=given)


def _piece(
    opener: Opener, lines: Sequence[IncomingAnswer], refusals: Sequence[Refusal], *, name: str, given: GivenSurvey
) -> Piece:
    try:
        stored = _store(opener, lines, given=given)
    except IntegrityError:
        # Somebody took in the same answers at this moment: now they are known.
        stored = _store(opener, lines, given=given)
    stored.counts[Taken.REFUSED] += len(refusals)
    return Piece(name, Stored(stored.counts, (*refusals, *stored.refusals)))


def _store(opener: Opener, lines: Sequence[IncomingAnswer], *, given: GivenSurvey) -> Stored:
    with opener() as act:
        return store_answers(act, lines, source=source_named(act, given.source))


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for place in sorted(path.rglob("*")):
            inside = place.resolve().is_relative_to(path.resolve())
            hidden = any(part.startswith(".") for part in place.relative_to(path).parts)
            if place.is_file() and inside and not hidden and is_survey(place.name):
                yield place, place.relative_to(path).as_posix()


def is_survey(name: str) -> bool:
    """Tell whether a file of this name can hold answers."""
    return Path(name).suffix.lower() in SURVEYS and not name.endswith(MAPPING_END)
