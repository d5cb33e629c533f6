"""Marks as plain JSON and back, for the places that keep a whole set of them as it was given."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from qa.evaluations.marks import EvidenceGiven, Mark, Marks


def plain_marks(marks: Marks) -> dict[str, Any]:
    """Return the marks that hold anything, by criterion, as JSON."""
    return {key: plain_mark(mark) for key, mark in marks.items() if not mark.empty}


def plain_mark(mark: Mark) -> dict[str, Any]:
    """Return one mark as JSON."""
    return {**asdict(mark), "evidence": plain_evidence(mark.evidence)}


def plain_evidence(items: tuple[EvidenceGiven, ...]) -> list[Any]:
    """Return pieces of evidence as JSON."""
    return [asdict(item) for item in items]


def marks_of_plain(plain: Mapping[str, Any]) -> dict[str, Mark]:
    """Return the marks that `plain_marks` wrote."""
    return {key: mark_of_plain(kept) for key, kept in plain.items()}


def mark_of_plain(kept: Mapping[str, Any]) -> Mark:
    """Return the mark that `plain_mark` wrote; an empty one where it was erased."""
    return Mark(**{**kept, "evidence": evidence_of_plain(kept.get("evidence", []))})


def evidence_of_plain(kept: list[Any]) -> tuple[EvidenceGiven, ...]:
    """Return the evidence that `plain_evidence` wrote."""
    return tuple(EvidenceGiven(**item) for item in kept)
