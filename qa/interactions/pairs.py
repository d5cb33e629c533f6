"""Two files of one call: a recorder that writes each party to a file of its own names them alike but for the ending."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.interactions.reading.parts import side_in_name
from qa.interactions.reading.values import IncomingRecordingFacts, PartFacts

if TYPE_CHECKING:
    from qa.interactions.folder import FoundRecording


def paired(found: Sequence["FoundRecording"]) -> list["FoundRecording"]:
    """Lay files side by side that are named as a pair (``x-in.wav`` and ``x-out.wav``), lie together and agree.

    A file whose party was told, or whose start or direction differs from the other's, is no half of a pair.
    """
    by_name = {one.name: one for one in found if not one.is_transcript and one.facts.place == PartFacts()}
    laid = []
    for one in found:
        ending = side_in_name(one.name)
        other = by_name.get(ending[2]) if ending is not None and one.name in by_name else None
        if ending is None or other is None or not _agree(one, other):
            laid.append(one)
            continue
        whole, side, _beside = ending
        facts = replace(one.facts, reference=_reference(one.facts, whole=whole), place=PartFacts(side=side))
        laid.append(replace(one, facts=facts, beside=other.path))
    return laid


def halves(name: str, files: Iterable[str]) -> list[tuple[str, int]]:
    """Return the two files, with their sides, that stand in a folder for the one whole file that a table names."""
    found = []
    for file in files:
        ending = side_in_name(file)
        if ending is not None and ending[0] == PurePosixPath(name).as_posix():
            found.append((file, ending[1]))
    return found if {side for _file, side in found} == {0, 1} and len(found) == 2 else []


def _agree(one: "FoundRecording", other: "FoundRecording") -> bool:
    mine, its = one.facts, other.facts
    if (mine.started_at, mine.direction) != (its.started_at, its.direction):
        return False
    # What nobody gave a reference is known by its own name, or by none yet.
    return mine.reference == its.reference or (mine.reference in {"", mine.file} and its.reference in {"", its.file})


def _reference(facts: IncomingRecordingFacts, *, whole: str) -> str:
    if facts.reference not in {"", facts.file}:
        return facts.reference
    # Typed by hand, the name alone might come again another day.
    return whole if facts.reference else f"{whole} {facts.started_at:%Y-%m-%dT%H:%M}"
