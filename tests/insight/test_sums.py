"""Figures that are put together from kept sums are those that are worked out from the scores."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.estimate.figure import Figure
from qa.estimate.intervals import Peers
from qa.insight.figures import Frame, Sample, Scored, sample_figure
from qa.insight.stretch import Stretch
from qa.insight.sums import figure_of, from_plain, sums_of, to_plain

WHOLE = Stretch(date(2026, 10, 1), date(2026, 10, 31), "UTC")
START, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
PEERS = {"a": Peers(0.8, 0.04, 3.5), "b": None}


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Two draws of some strata each, on two cards, with domains, unequal chances, and items set aside."""
    frames: list[Frame] = []
    scored: list[Scored] = []
    for draw_id, card in ((1, "a"), (2, draw(st.sampled_from(["a", "b"])))):
        for place in range(draw(st.integers(1, 3))):
            stratum = f"team-{place}"
            drawn_of_all = draw(st.integers(1, 8))
            drawn = draw(st.integers(1, drawn_of_all))
            eligible = draw(st.none() | st.integers(drawn_of_all, 60))
            excluded = draw(st.integers(0, 2))
            frames.append(
                Frame(
                    draw_id,
                    stratum,
                    place,
                    1,
                    eligible,
                    drawn,
                    START,
                    END,
                    drawn_of_all=drawn_of_all if drawn < drawn_of_all else None,
                    excluded=excluded,
                    excluded_weight=float(excluded),
                    drawn_weight=float(drawn + excluded),
                )
            )
            chances = draw(st.sampled_from([(1.0,), (0.2, 0.5)]))
            for at in range(draw(st.integers(0, drawn))):
                quality = draw(st.none() | st.decimals(Decimal(0), Decimal(100), places=2).map(float))
                number = at + 100 * place + 1000 * draw_id
                chance = chances[number % len(chances)]
                scored.append(Scored(number, number, place, 1, draw_id, stratum, card, START, quality, chance=chance))
    return Sample(WHOLE, tuple(scored), tuple(frames))


def same(one: Figure, other: Figure) -> None:
    assert (one.n, one.population, one.method, one.draw_ids) == (
        other.n,
        other.population,
        other.method,
        other.draw_ids,
    )
    for name in ("value", "low", "high"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-7)
    assert (one.exclusions is None) == (other.exclusions is None)
    if one.exclusions and other.exclusions:
        assert one.exclusions.n == other.exclusions.n
        assert one.exclusions.low == pytest.approx(other.exclusions.low, abs=1e-9)
        assert one.exclusions.high == pytest.approx(other.exclusions.high, abs=1e-9)


@given(samples())
def test_sums_of_draws_give_the_figure_of_their_scores(sample: Sample) -> None:
    kept = [from_plain(to_plain(one)) for one in sums_of(sample)]
    same(figure_of(kept, peers=PEERS), sample_figure(sample, peers=PEERS))
