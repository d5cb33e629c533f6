"""Means of samples that were drawn by a design: stratified, weighted, and of a part of the sample."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StratumSample:
    """What was seen of one stratum."""

    values: Sequence[float]
    #: Interactions in the stratum.
    population: int

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    @property
    def variance(self) -> float:
        """Sample variance; 0 for a single value, whose spread nobody saw."""
        if len(self.values) < 2:
            return 0.0
        mean = self.mean
        return math.fsum((value - mean) ** 2 for value in self.values) / (len(self.values) - 1)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and how far chance may have moved it."""

    mean: float
    standard_error: float
    #: Degrees of freedom of the standard error; infinite when everything was seen.
    degrees: float
    n: int
    population: float


def stratified_mean(strata: Sequence[StratumSample]) -> Estimate:
    """Mean over strata, each by its share of the population, with finite-population correction.

    W. G. Cochran, Sampling Techniques, 3rd ed. (1977), theorems 5.3 and 5.5; the degrees of freedom are Satterthwaite's
    (§ 5.4). A stratum with an empty sample is refused: its share is unknown. One with a single value out of more adds
    no variance of its own and takes the mean variance of the others.
    """
    if not strata or any(not stratum.values for stratum in strata):
        raise ValueError("Every stratum needs at least one value.")
    return from_moments(
        [(stratum.mean, stratum.variance, len(stratum.values), stratum.population) for stratum in strata]
    )


def from_moments(strata: Sequence[tuple[float, float, int, int]]) -> Estimate:
    """The same from (mean, sample variance, n, population) of each stratum, as textbooks print them."""
    whole = sum(population for _mean, _variance, _n, population in strata)
    known = [variance for _mean, variance, n, _population in strata if n > 1]
    borrowed = math.fsum(known) / len(known) if known else 0.0
    mean = math.fsum(population * mean for mean, _variance, _n, population in strata) / whole
    parts: list[tuple[float, int]] = []
    for _mean, variance, n, population in strata:
        if n > population:
            raise ValueError(f"A sample of {n} cannot come from a stratum of {population}.")
        spread = variance if n > 1 else borrowed
        parts.append(((population / whole) ** 2 * (1 - n / population) * spread / n, n))
    total = math.fsum(part for part, _n in parts)
    below = math.fsum(part**2 / (n - 1) for part, n in parts if n > 1)
    seen = sum(n for _part, n in parts)
    complete = all(n == population for _mean, _variance, n, population in strata)
    degrees = math.inf if complete else (total**2 / below if below > 0 else max(1.0, seen - len(strata)))
    return Estimate(mean, math.sqrt(total), degrees, seen, whole)


def hajek_mean(
    values: Sequence[float], *, probabilities: Sequence[float], inside: Sequence[bool] | None = None
) -> Estimate:
    """Mean of a sample with known chances of being drawn, each value weighted by one over its chance.

    `inside` marks a domain: the part of the sample that the mean is about, such as one agent in a plan stratified by
    team; all of the sample still serves the variance. The variance is Hájek's for designs near maximal entropy such as
    Pareto sampling, of the linearised values: J. Hájek, Ann. Math. Statist. 35 (1964); C.-E. Särndal, B. Swensson and
    J. Wretman, Model Assisted Survey Sampling (1992), § 5.7.
    """
    members = list(inside) if inside is not None else [True] * len(values)
    if len(values) != len(probabilities) or len(values) != len(members):
        raise ValueError("Values, chances and marks must be equally many.")
    if any(not 0.0 < chance <= 1.0 for chance in probabilities):
        raise ValueError("A chance of being drawn lies above 0 and is at most 1.")
    n = sum(members)
    if n == 0:
        raise ValueError("Nothing of the sample lies in the part that is asked for.")
    population = math.fsum(1 / chance for chance, member in zip(probabilities, members, strict=True) if member)
    rows = list(zip(values, probabilities, members, strict=True))
    mean = math.fsum(value / chance for value, chance, member in rows if member) / population
    expanded = [(value - mean) / population / chance if member else 0.0 for value, chance, member in rows]
    slack = [1 - chance for chance in probabilities]
    total = math.fsum(slack)
    if total == 0.0:
        return Estimate(mean, 0.0, math.inf, n, population)
    size = len(rows)
    if size < 2:
        return Estimate(mean, math.inf, 1.0, n, population)
    centre = math.fsum(part * one for part, one in zip(slack, expanded, strict=True)) / total
    squares = math.fsum(part * (one - centre) ** 2 for part, one in zip(slack, expanded, strict=True))
    return Estimate(mean, math.sqrt(size / (size - 1) * squares), max(1.0, n - 1.0), n, population)
