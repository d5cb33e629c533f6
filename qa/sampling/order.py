"""The one mechanism of every draw: a permanent random number per interaction, and the smallest ones are drawn."""

import hashlib
import hmac
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from qa.errors import InvalidError
from qa.i18n import _

#: Numbers have 53 bits, so that a double holds the fraction exactly on every machine.
NUMBER_BITS = 53
SEED_BYTES = 32

#: How many candidates above the wanted number a stratum may gather before the largest are let go.
_SLACK = 64


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place in the order of a stratum."""

    #: The interaction's stable key, known only inside the house.
    key: str
    #: The name under which the frame was drawn and may be published; equal to the key when no salt was used.
    token: str
    stratum: str
    #: The permanent random number, 0 up to 2**53.
    number: int
    #: 1 is first drawn; places after the wanted number are the reserve, in the order in which they replace.
    position: int
    #: Chance of being drawn that the design gave this interaction, above 0 up to 1.
    inclusion_probability: float

    @property
    def u(self) -> float:
        """The permanent random number as a fraction, 0 up to but not including 1."""
        return as_fraction(self.number)


@dataclass(frozen=True, slots=True)
class OrderSample:
    """What a draw gives: the drawn, the reserve that replaces them, and what the frame held."""

    drawn: tuple[Ranked, ...]
    reserve: tuple[Ranked, ...]
    #: Interactions in the frame, per stratum; every stratum that was asked for is named, also an empty one.
    population: Mapping[str, int]
    #: Interactions asked for, per stratum of the frame.
    wanted: Mapping[str, int]

    @property
    def shortages(self) -> dict[str, int]:
        """How many interactions each stratum lacks to give what was asked; strata that lack nothing are left out."""
        missing = {stratum: size - self.population[stratum] for stratum, size in self.wanted.items()}
        return {stratum: lack for stratum, lack in missing.items() if lack > 0}


def token_of(key: str, *, salt: bytes | None) -> str:
    """Name an interaction for publication: hexadecimal HMAC-SHA256 of its key under the salt, or the key itself."""
    if salt is None:
        return key
    return hmac.digest(salt, key.encode(), "sha256").hex()


def permanent_number(seed: bytes, token: str) -> int:
    """Give the token its permanent random number: the first 53 bits of HMAC-SHA256(seed, token in UTF-8)."""
    digest = hmac.digest(seed, token.encode(), "sha256")
    return int.from_bytes(digest[:8], "big") >> (64 - NUMBER_BITS)


def as_fraction(number: int) -> float:
    """Turn a 53-bit number into a fraction of 1; the division is exact."""
    return math.ldexp(number, -NUMBER_BITS)


def draw(
    frame: Iterable[tuple[str, str]],
    *,
    seed: bytes,
    sizes: Mapping[str, int] | int,
    salt: bytes | None = None,
    reserve: int = 0,
) -> OrderSample:
    """Draw with equal probability: of each stratum the `sizes` smallest numbers.

    The frame gives (key, stratum) in any order and is read once; memory grows with what is drawn, not with the frame.
    A whole number as `sizes` asks the same of every stratum met; a mapping leaves out the strata that it does not name.
    A stratum that holds less than was asked is taken whole, see `OrderSample.shortages`.
    """
    _check_sizes(sizes, reserve=reserve)
    strata: dict[str, _Smallest] = {}
    if not isinstance(sizes, int):
        strata = {stratum: _Smallest(size + reserve) for stratum, size in sizes.items()}
    for key, stratum in frame:
        smallest = strata.get(stratum)
        if smallest is None:
            if not isinstance(sizes, int):
                continue
            smallest = strata[stratum] = _Smallest(sizes + reserve)
        token = token_of(key, salt=salt)
        smallest.offer((permanent_number(seed, token), token, key))
    wanted = {stratum: sizes if isinstance(sizes, int) else sizes[stratum] for stratum in sorted(strata)}
    drawn: list[Ranked] = []
    spare: list[Ranked] = []
    for stratum, size in wanted.items():
        probability = min(1.0, size / strata[stratum].seen) if strata[stratum].seen else 0.0
        for place, (number, token, key) in enumerate(strata[stratum].in_order(), start=1):
            ranked = Ranked(key, token, stratum, number, place, probability)
            (drawn if place <= size else spare).append(ranked)
    population = {stratum: strata[stratum].seen for stratum in wanted}
    return OrderSample(tuple(drawn), tuple(spare), population, wanted)


def draw_weighted(
    frame: Iterable[tuple[str, str, float]],
    *,
    seed: bytes,
    sizes: Mapping[str, int] | int,
    salt: bytes | None = None,
    reserve: int = 0,
) -> OrderSample:
    """Draw with unequal probability: of each stratum the `sizes` smallest of Rosén's Pareto ranking.

    The frame gives (key, stratum, size) with a size above 0: twice the size is twice the chance, up to certainty.
    The ranking is q = u(1-λ) / ((1-u)λ), B. Rosén, "On sampling with probability proportional to size" (1997).
    """
    _check_sizes(sizes, reserve=reserve)
    members: dict[str, list[tuple[str, float]]] = {}
    if not isinstance(sizes, int):
        members = {stratum: [] for stratum in sizes}
    for key, stratum, size in frame:
        if not (size > 0 and math.isfinite(size)):
            raise InvalidError(_("The weight of {key} is {size}; a weight must be above zero.", key=key, size=size))
        if stratum in members or isinstance(sizes, int):
            members.setdefault(stratum, []).append((key, size))
    wanted = {stratum: sizes if isinstance(sizes, int) else sizes[stratum] for stratum in sorted(members)}
    drawn: list[Ranked] = []
    spare: list[Ranked] = []
    for stratum, size in wanted.items():
        chances = inclusion_probabilities(dict(members[stratum]), size=size)
        ranking: list[tuple[float, str, str, int]] = []
        for key, _weight in members[stratum]:
            token = token_of(key, salt=salt)
            number = permanent_number(seed, token)
            ranking.append((pareto_rank(number, chances[key]), token, key, number))
        ranking.sort()
        for place, (_rank, token, key, number) in enumerate(ranking[: size + reserve], start=1):
            ranked = Ranked(key, token, stratum, number, place, chances[key])
            (drawn if place <= size else spare).append(ranked)
    population = {stratum: len(members[stratum]) for stratum in wanted}
    return OrderSample(tuple(drawn), tuple(spare), population, wanted)


def inclusion_probabilities(weights: Mapping[str, float], *, size: int) -> dict[str, float]:
    """Scale weights to chances that add up to `size`; what would pass 1 is taken with certainty and set apart."""
    if size >= len(weights):
        return dict.fromkeys(weights, 1.0)
    chances = dict.fromkeys(weights, 0.0)
    open_keys = set(weights)
    left = size
    while open_keys and left > 0:
        # fsum is exact, so the chances do not depend on the order in which the rows came.
        total = math.fsum(weights[key] for key in open_keys)
        certain = {key for key in open_keys if left * weights[key] >= total}
        if not certain:
            chances.update({key: left * weights[key] / total for key in open_keys})
            break
        chances.update(dict.fromkeys(certain, 1.0))
        open_keys -= certain
        left -= len(certain)
    return chances


def pareto_rank(number: int, chance: float) -> float:
    """Rosén's ranking variable of a number and a chance; certain interactions rank before all others."""
    if chance >= 1.0:
        return -1.0
    if chance <= 0.0:
        return math.inf
    u = as_fraction(number)
    return u * (1.0 - chance) / ((1.0 - u) * chance)


def rolling(
    frame: Iterable[tuple[str, str]], *, seed: bytes, fraction: float, salt: bytes | None = None
) -> Iterator[Ranked]:
    """Draw as days pass: every interaction whose number is below the agreed fraction, whenever it comes.

    The position is 0: nobody's place depends on who comes later.
    """
    if not 0.0 < fraction <= 1.0:
        raise InvalidError(_("The fraction of a rolling draw must be above 0 and at most 1."))
    for key, stratum in frame:
        token = token_of(key, salt=salt)
        number = permanent_number(seed, token)
        if as_fraction(number) < fraction:
            yield Ranked(key, token, stratum, number, 0, fraction)


def replace_drawn(sample: OrderSample, key: str) -> tuple[OrderSample, Ranked | None]:
    """Take one drawn interaction out; the next in the order of its stratum takes its place, or nobody if none is left.

    The chances stay as they were designed; how far exclusions could move a score is reported apart.
    """
    gone = next((ranked for ranked in sample.drawn if ranked.key == key), None)
    if gone is None:
        raise InvalidError(_("This interaction was not drawn, so it cannot be replaced."))
    heir = next((ranked for ranked in sample.reserve if ranked.stratum == gone.stratum), None)
    kept = tuple(ranked for ranked in sample.drawn if ranked is not gone)
    if heir is None:
        return replace(sample, drawn=kept), None
    drawn = tuple(sorted((*kept, heir), key=lambda ranked: (ranked.stratum, ranked.position)))
    return replace(sample, drawn=drawn, reserve=tuple(ranked for ranked in sample.reserve if ranked is not heir)), heir


def derived_seed(seed: bytes, purpose: str) -> bytes:
    """A seed for another use of the same commitment, such as who reviews what."""
    return hmac.digest(seed, f"steekproef:{purpose}".encode(), hashlib.sha256)


class _Smallest:
    """Keeps the smallest candidates that pass by; lets go of the others in batches."""

    __slots__ = ("_ceiling", "_kept", "_limit", "seen")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[tuple[int, str, str]] = []
        self._ceiling: tuple[int, str, str] | None = None
        self.seen = 0

    def offer(self, candidate: tuple[int, str, str]) -> None:
        self.seen += 1
        if self._ceiling is not None and candidate > self._ceiling:
            return
        self._kept.append(candidate)
        if len(self._kept) >= 2 * self._limit + _SLACK:
            self._trim()

    def in_order(self) -> list[tuple[int, str, str]]:
        self._trim()
        return self._kept

    def _trim(self) -> None:
        self._kept.sort()
        del self._kept[self._limit :]
        if self._kept and len(self._kept) == self._limit:
            self._ceiling = self._kept[-1]


def _check_sizes(sizes: Mapping[str, int] | int, *, reserve: int) -> None:
    smallest = sizes if isinstance(sizes, int) else min(sizes.values(), default=0)
    if smallest < 0 or reserve < 0:
        raise InvalidError(_("The number to draw cannot be below zero."))
