"""Means from designs, against published examples."""

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.estimate.means import StratumSample, from_moments, hajek_mean, stratified_mean
from qa.estimate.ratios import RatioStratum, domain_mean, stratified_ratio

#: The stratified sample of Californian schools that R's survey package ships (apistrat), by school type:
#: size of the stratum, n, sum of api00, sum of its squares.
SCHOOLS = [(4421, 100, 67443, 47038637), (1018, 50, 31830, 20940396), (755, 50, 31291, 20167941)]
#: The same schools: size of the stratum, n, sums of pupils tested and enrolled, of their squares and of their product.
PUPILS = [
    (4421, 100, 35502, 41678, 14540460, 20100668, 17044937),
    (1018, 50, 34785, 41624, 30316915, 42310204, 35464569),
    (755, 50, 53526, 66035, 74325088, 109279081, 88952856),
]


#: Of the same schools those of a part: in each stratum their number, sum of api00 and sum of its squares.
AWARDED = [(73, 49628, 34793786), (24, 16253, 11281659), (16, 10592, 7264740)]
MANY_WITHOUT_CREDENTIALS = [(18, 10294, 6166836), (9, 4785, 2607203), (9, 4648, 2448020)]
NONE_WITHOUT_CREDENTIALS = [(27, 20385, 15636507), (4, 2695, 1910813), (2, 1437, 1032545)]


def school_moments(*, scale: int = 1) -> list[tuple[float, float, int, int]]:
    return [
        (total / n, (squares - total**2 / n) / (n - 1), n, scale * population)
        for population, n, total, squares in SCHOOLS
    ]


def values_with(
    *, n: int, total: Sequence[float], squares: Sequence[float], product: float
) -> list[tuple[float, float]]:
    """Some n pairs that have these sums, sums of squares and sum of products; which ones does not matter to a ratio."""
    mean = [one / n for one in total]
    spread = [one - n * middle**2 for one, middle in zip(squares, mean, strict=True)]
    common = product - n * mean[0] * mean[1]
    first = [1.0, 1.0, -1.0, -1.0] * (n // 4) + [0.0] * (n % 4)
    second = [1.0, -1.0, 1.0, -1.0] * (n // 4) + [0.0] * (n % 4)
    used = 4 * (n // 4)
    along = math.sqrt(spread[0] / used)
    across = common / (along * used)
    rest = math.sqrt(spread[1] / used - across**2)
    return [
        (mean[0] + along * one, mean[1] + across * one + rest * other) for one, other in zip(first, second, strict=True)
    ]


def test_the_schools_of_california_have_the_published_mean() -> None:
    # svymean(~api00, dstrat) of R's survey package: 662.29, SE 9.4089; without population correction SE 9.5361.
    estimate = from_moments(school_moments())
    assert (estimate.mean, estimate.standard_error) == pytest.approx((662.29, 9.4089), abs=0.005)
    assert from_moments(school_moments(scale=10**9)).standard_error == pytest.approx(9.5361, abs=5e-5)


def test_the_schools_of_california_have_the_published_ratio() -> None:
    # svyratio(~api.stu, ~enroll, dstrat) of R's survey package: 0.8369569, SE 0.007757103.
    strata = []
    for population, n, tested, enrolled, tested2, enrolled2, product in PUPILS:
        pairs = values_with(n=n, total=(tested, enrolled), squares=(tested2, enrolled2), product=product)
        strata.append(RatioStratum([top for top, _ in pairs], [bottom for _, bottom in pairs], population))
    estimate = stratified_ratio(strata)
    assert estimate.mean == pytest.approx(0.8369569, abs=5e-8)
    assert estimate.standard_error == pytest.approx(0.007757103, abs=5e-10)


@pytest.mark.parametrize(
    ("part", "mean", "error", "within"),
    [
        # svyby(~api00, ~awards, dstrat, svymean) of R's survey package, as kept with Survey.jl's tests: 678.42241, SE 11.85663.
        (AWARDED, 678.422405668124, 11.8566310509714, 1e-9),
        # svymean(~api00, subset(dstrat, emer > 20)) and (…, emer == 0): T. Lumley, Complex Surveys (2010), section 2.2.
        (MANY_WITHOUT_CREDENTIALS, 558.52, 21.708, 5e-3),
        (NONE_WITHOUT_CREDENTIALS, 749.09, 17.516, 5e-3),
    ],
)
def test_parts_of_the_schools_across_strata_have_the_published_mean(
    part: list[tuple[int, int, int]], mean: float, error: float, within: float
) -> None:
    strata = []
    for (population, n, _total, _squares), (members, total, squares) in zip(SCHOOLS, part, strict=True):
        inside = values_of(n=members, total=total, squares=squares)
        marks = [True] * members + [False] * (n - members)
        strata.append(([*inside, *[0.0] * (n - members)], marks, population))
    estimate = domain_mean(strata)
    assert estimate.mean == pytest.approx(mean, abs=within)
    assert estimate.standard_error == pytest.approx(error, abs=within)
    # The same by Hájek's estimator with the chances of the strata, whose variance leaves the strata's own means aside.
    chances = [len(values) / population for values, _marks, population in strata for _ in values]
    everything = [value for values, _marks, _population in strata for value in values]
    marks = [mark for _values, inside, _population in strata for mark in inside]
    assert hajek_mean(everything, probabilities=chances, inside=marks).mean == pytest.approx(mean, abs=within)


def test_a_part_of_eight_has_the_published_mean() -> None:
    # The artificial data of R's survey package: svymean(~x, subset(dfpc, x > 4)) is 6.195, SE 0.7555129, and of the rest
    # 3.314286, SE 0.3117042, without population correction.
    first, second, endless = [2.8, 4.1, 6.8, 6.8, 9.2], [3.7, 6.6, 4.2], 10**9
    above = domain_mean(
        [(first, [x > 4 for x in first], 15 * endless), (second, [x > 4 for x in second], 12 * endless)]
    )
    below = domain_mean(
        [(first, [x <= 4 for x in first], 15 * endless), (second, [x <= 4 for x in second], 12 * endless)]
    )
    assert (above.mean, above.standard_error) == pytest.approx((6.195, 0.7555129), abs=5e-8)
    assert (below.mean, below.standard_error) == pytest.approx((3.314286, 0.3117042), abs=5e-7)


def values_of(*, n: int, total: int, squares: int) -> list[float]:
    """Some n values that have this sum and sum of squares; which ones does not matter to a mean."""
    away = math.sqrt((squares - total**2 / n) / (2 * (n // 2)))
    return [total / n + away, total / n - away] * (n // 2) + [total / n] * (n % 2)


def test_sixteen_large_and_forty_eight_smaller_cities() -> None:
    # W. G. Cochran, Sampling Techniques, the 64 cities: standard error of the total for 6 + 18 cities is 1,372.
    estimate = from_moments([(0.0, 53_843.0, 6, 16), (0.0, 5_581.0, 18, 48)])
    assert 64 * estimate.standard_error == pytest.approx(1_372, abs=0.5)


def test_acres_of_farms_in_four_regions() -> None:
    # S. L. Lohr, Sampling: Design and Analysis, the census of agriculture by region: acres 909,736,035, SE 50,417,248.
    regions = [
        (97_629.8, 7_647_472_708.0, 21, 220),
        (300_504.2, 29_618_183_543.0, 103, 1_054),
        (211_315.0, 53_587_487_856.0, 135, 1_382),
        (662_295.5, 396_185_950_266.0, 41, 422),
    ]
    estimate = from_moments(regions)
    assert (estimate.n, estimate.population) == (300, 3_078)
    assert 3_078 * estimate.mean == pytest.approx(909_736_035, rel=1e-6)
    assert 3_078 * estimate.standard_error == pytest.approx(50_417_248, abs=0.5)


def test_everything_seen_leaves_no_error() -> None:
    estimate = stratified_mean([StratumSample([80.0, 90.0], 2), StratumSample([70.0], 1)])
    assert (estimate.mean, estimate.standard_error, estimate.degrees) == (80.0, 0.0, math.inf)


def test_a_single_value_borrows_its_spread_from_the_others() -> None:
    estimate = stratified_mean([StratumSample([80.0, 90.0, 100.0], 50), StratumSample([70.0], 50)])
    assert estimate.standard_error == pytest.approx(0.5 * math.sqrt(100 * (0.94 / 3 + 0.98)))


@pytest.mark.parametrize("strata", [[], [StratumSample([], 5)]])
def test_an_unseen_stratum_is_refused(strata: list[StratumSample]) -> None:
    with pytest.raises(ValueError, match="at least one value"):
        stratified_mean(strata)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=40), st.integers(0, 300))
def test_equal_chances_give_the_plain_mean_and_its_error(values: list[float], unseen: int) -> None:
    population = len(values) + unseen
    chances = [len(values) / population] * len(values)
    weighted = hajek_mean(values, probabilities=chances)
    plain = stratified_mean([StratumSample(values, population)])
    assert weighted.mean == pytest.approx(plain.mean)
    assert weighted.standard_error == pytest.approx(plain.standard_error, abs=1e-9)


def test_a_domain_that_is_a_stratum_has_the_error_of_that_stratum() -> None:
    inside, outside = [80.0, 90.0, 60.0, 100.0], [10.0, 20.0, 30.0]
    part = domain_mean([(inside, [True] * 4, 40), (outside, [False] * 3, 90)])
    alone = stratified_mean([StratumSample(inside, 40)])
    assert (part.mean, part.standard_error, part.n) == pytest.approx((alone.mean, alone.standard_error, 4))
    assert part.population == pytest.approx(40)


def test_a_domain_across_strata_has_the_error_it_shows_when_drawn_again_and_again() -> None:
    dice = random.Random(5)
    strata = [[(dice.gauss(80, 10), dice.random() < 0.3) for _ in range(300)] for _ in range(3)]
    members = [value for stratum in strata for value, member in stratum if member]
    truth = math.fsum(members) / len(members)
    means: list[float] = []
    errors: list[float] = []
    for _ in range(600):
        drawn = [dice.sample(stratum, 40) for stratum in strata]
        found = domain_mean([([v for v, _ in one], [m for _, m in one], 300) for one in drawn])
        means.append(found.mean)
        errors.append(found.standard_error)
    middle = math.fsum(means) / len(means)
    spread = math.sqrt(math.fsum((one - middle) ** 2 for one in means) / (len(means) - 1))
    assert middle == pytest.approx(truth, abs=0.25)
    assert math.fsum(errors) / len(errors) == pytest.approx(spread, rel=0.1)


def test_a_weighted_mean_undoes_the_choice_for_bad_calls() -> None:
    # Of 100 good calls 10 were drawn, of 20 bad ones 10: the mean speaks for 120 calls, not for 20.
    values, chances = [90.0] * 10 + [40.0] * 10, [0.1] * 10 + [0.5] * 10
    estimate = hajek_mean(values, probabilities=chances)
    assert estimate.mean == pytest.approx((100 * 90 + 20 * 40) / 120)
    assert estimate.population == pytest.approx(120)
    assert hajek_mean(values, probabilities=chances, inside=[False] * 10 + [True] * 10).mean == pytest.approx(40)


def test_weighted_means_refuse_what_they_cannot_weigh() -> None:
    with pytest.raises(ValueError, match="equally many"):
        hajek_mean([1.0], probabilities=[])
    with pytest.raises(ValueError, match="above 0"):
        hajek_mean([1.0], probabilities=[0.0])
    with pytest.raises(ValueError, match="Nothing of the sample"):
        hajek_mean([1.0], probabilities=[0.5], inside=[False])
    with pytest.raises(ValueError, match="Nothing of the sample"):
        domain_mean([([1.0, 2.0], [False, False], 9)])
    with pytest.raises(ValueError, match="two values"):
        domain_mean([([1.0], [True], 9)])
    assert hajek_mean([1.0, 2.0], probabilities=[1.0, 1.0]).standard_error == 0.0
