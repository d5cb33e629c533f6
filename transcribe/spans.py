"""Stretches of time: joined, measured, taken from each other; times in milliseconds."""

from collections.abc import Iterable
from itertools import pairwise

from transcribe.types import Span


def united(spans: Iterable[Span]) -> list[Span]:
    """Join stretches that touch or overlap, in order; empty ones are left out."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start_ms):
        if joined and span.start_ms <= joined[-1].end_ms:
            joined[-1] = Span(joined[-1].start_ms, max(joined[-1].end_ms, span.end_ms))
        elif span.end_ms > span.start_ms:
            joined.append(span)
    return joined


def length_ms(spans: Iterable[Span]) -> int:
    """How long stretches are together, those that overlap counted once."""
    return sum(span.end_ms - span.start_ms for span in united(spans))


def gaps(spans: Iterable[Span]) -> list[Span]:
    """What lies between stretches, from the end of one to the start of the next."""
    return [Span(before.end_ms, after.start_ms) for before, after in pairwise(united(spans))]


def without_ms(spans: Iterable[Span], other: Iterable[Span]) -> int:
    """How long ``spans`` are outside of ``other``: length of the union of both − length of ``other``."""
    taken = list(other)
    return length_ms([*spans, *taken]) - length_ms(taken)


def within(spans: Iterable[Span], *, start_ms: int, end_ms: int) -> list[Span]:
    """The parts of stretches that lie between two moments."""
    cut = (Span(max(span.start_ms, start_ms), min(span.end_ms, end_ms)) for span in spans)
    return [span for span in cut if span.end_ms > span.start_ms]
