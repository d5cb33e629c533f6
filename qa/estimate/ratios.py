"""Ratios and domains in a stratified sample: the mean of a part that the plan was not stratified by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.estimate.means import Estimate


@dataclass(frozen=True, slots=True)
class RatioStratum:
    """One stratum of which two quantities of each drawn interaction are known."""

    above: Sequence[float]
    below: Sequence[float]
    #: Interactions in the stratum.
    population: int


def stratified_ratio(strata: Sequence[RatioStratum]) -> Estimate:
    """The total of `above` over the total of `below`, with the linearised variance and finite-population correction.

    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), § 6.11, the combined ratio estimate. Each stratum needs two
    values, unless it was seen whole. `n` counts interactions whose `below` is not zero, `population` is their estimate.
    """
    above = math.fsum(_weight(one) * math.fsum(one.above) for one in strata)
    below = math.fsum(_weight(one) * math.fsum(one.below) for one in strata)
    if below == 0.0:
        raise ValueError("Nothing of the sample lies in the part that is asked for.")
    ratio = above / below
    variance = 0.0
    for one in strata:
        n = len(one.above)
        if n == one.population:
            continue
        if n < 2:
            raise ValueError("A stratum that was not seen whole needs two values or more.")
        rests = [top - ratio * bottom for top, bottom in zip(one.above, one.below, strict=True)]
        centre = math.fsum(rests) / n
        spread = math.fsum((rest - centre) ** 2 for rest in rests) / (n - 1)
        variance += one.population**2 * (1 - n / one.population) * spread / n
    counted = [(sum(bottom != 0 for bottom in one.below), _weight(one)) for one in strata]
    seen = sum(n for n, _ in counted)
    degrees = float(max(1, seen - sum(n > 0 for n, _ in counted)))
    complete = all(len(one.above) == one.population for one in strata)
    members = math.fsum(n * weight for n, weight in counted)
    return Estimate(ratio, math.sqrt(variance) / abs(below), math.inf if complete else degrees, seen, members)


def domain_mean(strata: Sequence[tuple[Sequence[float], Sequence[bool], int]]) -> Estimate:
    """The mean of a part of the sample, from (values, whether inside, population of the stratum).

    All drawn interactions are given, also those outside: how many of them lie inside is itself chance.
    """
    return stratified_ratio(
        [
            RatioStratum(
                [value if member else 0.0 for value, member in zip(values, inside, strict=True)],
                [1.0 if member else 0.0 for member in inside],
                population,
            )
            for values, inside, population in strata
        ]
    )


def _weight(stratum: RatioStratum) -> float:
    if not 0 < len(stratum.above) <= stratum.population:
        raise ValueError("Every stratum needs at least one value and no more than it holds.")
    return stratum.population / len(stratum.above)
