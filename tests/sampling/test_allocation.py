"""Dividing a sample over strata: published examples, the smallest variance there is, and nothing lost by rounding."""

import itertools
import runpy
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.sampling.allocation import Cell, allocate, by_budget, neyman, over_time, proportional
from qa.sampling.allotment import written
from qa.sampling.division import Allocation, Division
from qa.sampling.past_spread import variances
from qa.sampling.strata import stretch_name

MINUTE = 60_000
SCRIPT = Path(__file__).parents[2] / "docs" / "verify_allocation.py"

small_cells = st.dictionaries(
    st.sampled_from("abcd"), st.builds(Cell, st.integers(1, 9), st.just(0), st.integers(1, 400)), min_size=1
)
cells_with_time = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2),
    st.integers(1, 60).flatmap(
        lambda size: st.builds(Cell, st.just(size), st.integers(size, size * 900_000), st.integers(0, 10_000))
    ),
    min_size=1,
    max_size=6,
)


def test_proportional_is_that_of_the_census_of_agriculture() -> None:
    # S. L. Lohr, Sampling: Division and Analysis, chapter 3: 300 of the 3,078 counties of the United States by region.
    regions = {"northeast": Cell(220), "north central": Cell(1054), "south": Cell(1382), "west": Cell(422)}
    assert proportional(regions, total=300) == {"northeast": 21, "north central": 103, "south": 135, "west": 41}


def test_neyman_is_that_of_sixteen_large_and_forty_eight_smaller_cities() -> None:
    # W. G. Cochran, Sampling Techniques, section 5.5, the 64 cities: 12 of each.
    assert neyman({"large": Cell(16, 0, 53_843), "small": Cell(48, 0, 5_581)}, total=24) == {"large": 12, "small": 12}


@settings(max_examples=60, deadline=None)
@given(small_cells, st.integers(1, 20))
def test_no_other_division_has_a_smaller_variance(cells: dict[str, Cell], total: int) -> None:
    def variance(wanted: tuple[int, ...]) -> Fraction:
        return sum(
            (
                Fraction(cell.population**2 * (cell.variance or 0), n) * (1 - Fraction(n, cell.population))
                for cell, n in zip(cells.values(), wanted, strict=True)
            ),
            Fraction(0),
        )

    found = neyman(cells, total=total)
    size = sum(found.values())
    assert size == max(len(cells), min(total, sum(cell.population for cell in cells.values())))
    ways = itertools.product(*(range(1, cell.population + 1) for cell in cells.values()))
    best = min(variance(way) for way in ways if sum(way) == size)
    assert variance(tuple(found.values())) == best


@given(cells_with_time, st.integers(1, 300), st.integers(1, 5))
def test_proportional_gives_away_what_there_is_within_its_bounds(
    cells: dict[str, Cell], total: int, minimum: int
) -> None:
    found = proportional(cells, total=total, minimum=minimum)
    least = {name: min(minimum, cell.population) for name, cell in cells.items()}
    held = sum(cell.population for cell in cells.values())
    assert all(least[name] <= found[name] <= cells[name].population for name in cells)
    assert sum(found.values()) == max(sum(least.values()), min(total, held))
    backwards = dict(reversed(cells.items()))
    assert proportional(backwards, total=total, minimum=minimum) == found


@given(cells_with_time, st.integers(1, 3_000), st.integers(1, 3))
def test_a_budget_is_not_passed_and_nothing_more_fits(cells: dict[str, Cell], minutes: int, minimum: int) -> None:
    found = by_budget(cells, budget_ms=minutes * MINUTE, minimum=minimum)
    spent = sum(cell.cost_ms * found[name] for name, cell in cells.items())
    least = sum(cell.cost_ms * min(minimum, cell.population) for cell in cells.values())
    assert spent <= max(minutes * MINUTE, least)
    open_ones = [cell.cost_ms for name, cell in cells.items() if found[name] < cell.population]
    assert not open_ones or spent + max(open_ones) > minutes * MINUTE


def test_a_budget_takes_fewer_of_what_takes_long() -> None:
    # Cochran, section 5.5: n is in proportion to N·S/√c, here √4 = 2 times as many of the short ones.
    cells = {"long": Cell(1000, 1000 * 12 * MINUTE, 100), "short": Cell(1000, 1000 * 3 * MINUTE, 100)}
    found = by_budget(cells, budget_ms=1800 * MINUTE)
    assert found == {"long": 100, "short": 200}


def test_a_share_is_rounded_up_and_has_a_minimum() -> None:
    design = Division(allocation=Allocation.SHARE, share_bp=250, minimum=3)
    found = allocate({"a": Cell(400), "b": Cell(401), "c": Cell(20), "d": Cell(2)}, design)
    assert found.wanted == {"a": 10, "b": 11, "c": 3, "d": 3}


def test_neyman_without_a_past_goes_by_size_and_says_so() -> None:
    design = Division(allocation=Allocation.NEYMAN, total=10)
    unknown = allocate({"a": Cell(30), "b": Cell(70)}, design)
    assert (unknown.wanted, unknown.from_past) == ({"a": 3, "b": 7}, False)
    known = allocate({"a": Cell(30, 0, 900), "b": Cell(70, 0, 4)}, design)
    assert (known.wanted, known.from_past) == ({"a": 9, "b": 1}, True)
    flat = allocate({"a": Cell(30, 0, 0), "b": Cell(70, 0, 0)}, design)
    assert (flat.wanted, flat.from_past) == ({"a": 3, "b": 7}, False)


def test_what_a_stratum_lacks_comes_from_the_named_one_as_far_as_it_has_it() -> None:
    cells = {
        "agent-1|channel-chat": Cell(1),
        "agent-1|channel-phone": Cell(9),
        "agent-2|channel-chat": Cell(2),
        "agent-2|channel-phone": Cell(6),
        "agent-3|channel-chat": Cell(2),
    }
    found = allocate(cells, Division(each=5, fill="channel-phone"))
    assert found.wanted == {
        "agent-1|channel-chat": 1,
        "agent-1|channel-phone": 9,
        "agent-2|channel-chat": 4,
        "agent-2|channel-phone": 6,
        "agent-3|channel-chat": 5,
    }
    assert found.filled == 5


def test_the_same_number_of_each_depends_on_no_other_stratum() -> None:
    cells = {"a": Cell(3), "b": Cell(50)}
    assert (
        allocate(cells, Division(each=5)).wanted["a"]
        == allocate({**cells, "b": Cell(51)}, Division(each=5)).wanted["a"]
    )


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=12).filter(any),
    st.integers(0, 60),
    st.binary(min_size=32, max_size=32),
)
def test_stretches_of_time_get_their_part_rounded_up_or_down(sizes: list[int], wanted: int, seed: bytes) -> None:
    parts = {stretch_name("agent-1", place=place): size for place, size in enumerate(sizes, start=1) if size}
    held = sum(parts.values())
    found = over_time({"agent-1": wanted}, parts, seed=seed)
    assert sum(found.values()) == wanted
    for name, size in parts.items():
        assert abs(found[name] - Fraction(wanted * size, held)) < 1
        assert found[name] <= size or wanted > held


@cache
def script() -> Callable[[object], list[str]]:
    """What the stand-alone script finds wrong."""
    found: Callable[[object], list[str]] = runpy.run_path(str(SCRIPT))["differences"]
    return found


designs = st.builds(
    Division,
    allocation=st.sampled_from(Allocation),
    each=st.integers(1, 9),
    share_bp=st.integers(1, 10_000),
    total=st.integers(1, 200),
    minutes=st.integers(1, 2_000),
    minimum=st.integers(1, 4),
    parts=st.sampled_from([1, 3]),
    fill=st.sampled_from(["", "agent-a"]),
)


@settings(max_examples=50, deadline=None)
@given(cells_with_time, designs, st.booleans(), st.data())
def test_the_stand_alone_script_divides_alike(
    cells: dict[str, Cell], design: Division, past: bool, data: st.DataObject
) -> None:
    check = script()
    known = {f"agent-{name}": cell if past else replace(cell, variance=None) for name, cell in sorted(cells.items())}
    sizes = {name: cell.population for name, cell in known.items()}
    wanted = allocate(known, design).wanted
    if design.parts > 1:
        halves = {name: data.draw(st.integers(0, size)) for name, size in sizes.items()}
        cut = {name: (half, sizes[name] - half) for name, half in halves.items()}
        sizes = {
            stretch_name(name, place=place): size
            for name, both in cut.items()
            for place, size in enumerate(both, start=1)
            if size
        }
        wanted = over_time(wanted, sizes, seed=bytes(32))
    strata = [{"stratum": name, "population": size, "wanted": wanted[name]} for name, size in sizes.items()]
    draw = {"plan": {"allocation": written(design, known)}, "seed": bytes(32).hex(), "strata": strata}
    assert check(draw) == []
    strata[0]["wanted"] = wanted[str(strata[0]["stratum"])] + 1
    assert len(check(draw)) == 1


def test_over_many_seeds_every_stretch_gets_its_part() -> None:
    parts = {stretch_name("agent-1", place=place): size for place, size in enumerate((10, 30, 5, 15), start=1)}
    total: Counter[str] = Counter()
    for number in range(2000):
        total.update(over_time({"agent-1": 3}, parts, seed=number.to_bytes(32, "big")))
    for name, size in parts.items():
        # Four standard errors of a mean of 2,000 numbers that differ by at most one.
        assert total[name] / 2000 == pytest.approx(3 * size / 60, abs=4 * 0.5 / 2000**0.5)


def test_a_variance_leans_on_those_of_all_strata() -> None:
    moments = [("a", (20, 20 * 8_000, 20 * 8_000**2 + 19 * 400)), ("b", (21, 21 * 9_000, 21 * 9_000**2 + 20 * 100))]
    pooled = Fraction(19 * 400 + 20 * 100, 39)
    found = variances(moments, strata=["a", "b", "never scored"])
    assert found == {
        "a": round((10 * pooled + 19 * 400) / 29),
        "b": round((10 * pooled + 20 * 100) / 30),
        "never scored": round(pooled),
    }
    assert variances(moments[:1], strata=["a"]) == {}
