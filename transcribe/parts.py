"""The recordings that make up one conversation: where each begins on its clock, and what none of them holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transcribe.types import Span

#: Two recordings that follow each other this closely leave nothing out: lengths are told to the millisecond only.
SEAM_MS = 300


@dataclass(frozen=True, slots=True)
class Part:
    """One recording of a conversation; ``name`` is what its file is called towards the user.

    ``offset_ms`` counts from the start of the conversation; empty, it begins where the parts before it end, or with
    the part just before it, if that is the other file of its pair. ``side`` is the channel (0 left, 1 right) of a recording
    that holds one party only; empty where its own channels tell who is where.
    """

    path: Path
    name: str
    offset_ms: int | None = 0
    side: int | None = None


def only(path: Path, *, name: str | None = None) -> tuple[Part, ...]:
    """Return the parts of a conversation that is one recording."""
    return (Part(path, name or path.name),)


def in_order(parts: Sequence[tuple[Part, int]]) -> list[Part]:
    """Return the parts, given with their lengths in milliseconds, with every offset filled in.

    Two files without an offset that follow each other and hold the two sides begin together.
    """
    found: list[Part] = []
    end_ms, alone = 0, False
    for part, length_ms in parts:
        offset_ms = part.offset_ms
        if offset_ms is None:
            beside = alone and {found[-1].side, part.side} == {0, 1}
            offset_ms = found[-1].offset_ms if beside else end_ms
            alone = not beside
        else:
            alone = False
        found.append(replace(part, offset_ms=offset_ms))
        end_ms = max(end_ms, (offset_ms or 0) + length_ms)
    return found


def outside(spans: Iterable[Span], *, duration_ms: int) -> tuple[Span, ...]:
    """Return the stretches of 0 to ``duration_ms`` that no span covers, seams left out."""
    found, at = [], 0
    for span in sorted(spans, key=lambda span: span.start_ms):
        if span.start_ms - at >= SEAM_MS:
            found.append(Span(at, span.start_ms))
        at = max(at, span.end_ms)
    if duration_ms - at >= SEAM_MS:
        found.append(Span(at, duration_ms))
    return tuple(found)


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Return what is left of a stretch when the ``taken`` ones are cut out of it."""
    left = [span]
    for cut in taken:
        left = [
            Span(start_ms, end_ms)
            for piece in left
            for start_ms, end_ms in (
                (piece.start_ms, min(piece.end_ms, cut.start_ms)),
                (max(piece.start_ms, cut.end_ms), piece.end_ms),
            )
            if start_ms < end_ms
        ]
    return left
