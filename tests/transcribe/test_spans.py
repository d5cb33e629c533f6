"""Stretches of time."""

from hypothesis import given
from hypothesis import strategies as st

from transcribe.spans import gaps, length_ms, united, within, without_ms
from transcribe.types import Span


def test_stretches_that_touch_are_one() -> None:
    assert united([Span(5, 9), Span(0, 3), Span(3, 4), Span(8, 12), Span(20, 20)]) == [Span(0, 4), Span(5, 12)]
    assert gaps([Span(5, 9), Span(0, 3)]) == [Span(3, 5)]
    assert within([Span(0, 4), Span(6, 9)], start_ms=2, end_ms=6) == [Span(2, 4)]


spans = st.lists(
    st.builds(lambda start, length: Span(start, start + length), st.integers(0, 99), st.integers(0, 30)), max_size=6
)


@given(spans, spans)
def test_what_is_inside_and_outside_is_the_whole(some: list[Span], others: list[Span]) -> None:
    inside = length_ms(
        part for one in united(others) for part in within(some, start_ms=one.start_ms, end_ms=one.end_ms)
    )

    assert without_ms(some, others) + inside == length_ms(some)
