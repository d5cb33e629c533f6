"""Which stretches of a recording were really played: joined, never taken away, compared with evidence; in milliseconds."""

from collections.abc import Iterable, Sequence

from transcribe.spans import length_ms, united, within
from transcribe.types import Span

#: What a browser tells is rounded to this: it looks at a recording ten to sixty times a second.
STEP_MS = 100
#: Pauses between stretches that are no longer than this come from the looking, not from the listening.
JOINED_MS = 200
#: How many stretches are kept of one evaluation.
MOST = 400
#: Evidence was played when at least this many hundredths of it were.
HEARD_PERCENT = 80


def with_more(kept: Sequence[Span], told: Iterable[Span], *, duration_ms: int) -> list[Span]:
    """Return what was played before and what is told now, in order and apart from each other; ``kept`` is always in it.

    What lies outside of the recording is left out. Beyond ``MOST`` stretches the shortest new ones are.
    """
    new = within((_rounded(span) for span in told), start_ms=0, end_ms=duration_ms)
    found = _joined([*kept, *new])
    if len(found) <= MOST:
        return found
    known = [span for span in found if any(_touch(span, one) for one in kept)]
    apart = sorted((span for span in found if span not in known), key=lambda span: span.start_ms - span.end_ms)
    return sorted([*known, *apart[: max(0, MOST - len(known))]], key=lambda span: span.start_ms)


def percent_of(played: Sequence[Span], spans: Iterable[Span]) -> int | None:
    """Return how many hundredths of ``spans`` were played, rounded; none where there is nothing of them to play.

    Whatever was played is at least one hundredth.
    """
    wanted = united(spans)
    total = length_ms(wanted)
    if not total:
        return None
    heard = sum(_heard_ms(played, span) for span in wanted)
    return max(1, (heard * 200 + total) // (2 * total)) if heard else 0


def was_heard(played: Sequence[Span], span: Span) -> bool:
    """Tell whether enough of a stretch was played; one moment counts when it lies in what was."""
    length = span.end_ms - span.start_ms
    if not length:
        return any(one.start_ms <= span.start_ms <= one.end_ms for one in played)
    return _heard_ms(played, span) * 100 >= length * HEARD_PERCENT


def spans_of(plain: object) -> list[Span]:
    """Read ``[[start, end], …]``; what is no such pair of whole numbers, from nought and in order, is left out."""
    if not isinstance(plain, list):
        return []
    pairs = (item for item in plain if isinstance(item, list) and len(item) == 2)
    return [Span(start, end) for start, end in pairs if type(start) is int and type(end) is int and 0 <= start < end]


def plain_spans(spans: Iterable[Span]) -> list[list[int]]:
    """Return stretches as ``spans_of`` reads them."""
    return [[span.start_ms, span.end_ms] for span in spans]


def _heard_ms(played: Iterable[Span], span: Span) -> int:
    return length_ms(within(played, start_ms=span.start_ms, end_ms=span.end_ms))


def _rounded(span: Span) -> Span:
    return Span(_nearest(span.start_ms), _nearest(span.end_ms))


def _nearest(moment_ms: int) -> int:
    return (moment_ms + STEP_MS // 2) // STEP_MS * STEP_MS


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for span in united(spans):
        if found and span.start_ms - found[-1].end_ms <= JOINED_MS:
            found[-1] = Span(found[-1].start_ms, span.end_ms)
        else:
            found.append(span)
    return found


def _touch(one: Span, other: Span) -> bool:
    return one.start_ms <= other.end_ms and other.start_ms <= one.end_ms
