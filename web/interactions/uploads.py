"""Files that are sent in with a request: kept in a folder for as long as the request lasts, taken in one by one."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from werkzeug.datastructures import FileStorage

from qa.act import Act
from qa.i18n import _
from qa.interactions.arrival import Arrival, Outcome
from qa.interactions.batch import Given, Opener, ingest_sent_chats, ingest_sent_recordings
from qa.interactions.folder import TABLES
from qa.storage.blobs import DiskFullError

LONGEST_NAME = 300
_NO_ROOM = frozenset({28, 122})


def opener_within(act: Act) -> Opener:
    """Return what opens a savepoint in the request's transaction: a refusal undoes that one file only."""

    @contextmanager
    def opened() -> Iterator[Act]:
        with act.session.begin_nested():
            yield act

    return opened


@contextmanager
def received(files: Iterable[FileStorage]) -> Iterator[tuple[Path, dict[str, Path]]]:
    """Write the files to a folder under names of our own; yields the folder and the places by the senders' names."""
    with tempfile.TemporaryDirectory() as folder:
        places: dict[str, Path] = {}
        for number, file in enumerate(files):
            name = sent_name(file)
            if not name:
                continue
            suffix = PurePosixPath(name).suffix.lower()
            place = Path(folder) / f"{number}{suffix if suffix.isascii() and len(suffix) < 10 else ''}"
            try:
                file.save(place)
            except OSError as error:
                if error.errno in _NO_ROOM:
                    raise DiskFullError from error
                raise
            places[_free(name, taken=places)] = place
        yield Path(folder), places


def sent_name(file: FileStorage) -> str:
    """Return the file's own name, without folders and control characters."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    return "".join(char for char in name if char.isprintable())[:LONGEST_NAME]


def take_recordings(act: Act, files: dict[str, Path], *, root: Path, given: Given) -> list[Outcome]:
    """Take in the recordings; a table among several files tells of the others."""
    tables = {name: place for name, place in files.items() if place.suffix in TABLES}
    if tables and given.metadata is None and len(files) > len(tables):
        name, place = next(iter(tables.items()))
        given = replace(given, metadata=place, metadata_name=name)
    outcomes = [
        Outcome(name, Arrival.REFUSED, sentence=_("This is a table. Choose it under “Table about the recordings”."))
        for name, place in tables.items()
        if place != given.metadata
    ]
    rest = {name: place for name, place in files.items() if name not in tables}
    if rest:
        outcomes += ingest_sent_recordings(opener_within(act), rest, root=root, given=given)
    return outcomes


def take_chats(act: Act, files: dict[str, Path], *, given: Given) -> list[Outcome]:
    """Take in the conversations of every file."""
    pairs = [(place, name) for name, place in files.items()]
    return list(ingest_sent_chats(opener_within(act), pairs, given=given))


def _free(name: str, *, taken: dict[str, Path]) -> str:
    """Two files of one name from two folders stay two files."""
    path, number = PurePosixPath(name), 2
    while name in taken:
        name = f"{path.stem} ({number}){path.suffix}"
        number += 1
    return name
