"""The one mechanism of every draw: a permanent random number per interaction, and the smallest ones are drawn."""

import hashlib
import hmac
import math
from binascii import hexlify
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from qa.errors import InvalidError
from qa.i18n import _
from qa.sampling.chances import NUMBER_BITS, chances_of, is_within, pareto_rank
from qa.sampling.hashing import keyed
from qa.sampling.rows import Batch, FrameRow, Note, Numbering, in_batches

SEED_BYTES = 32
#: What the first 64 bits of a digest have too many.
_CUT = 64 - NUMBER_BITS

#: How many candidates above the wanted number a stratum may gather before the largest are let go.
_SLACK = 16


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
    #: Interactions asked for, per stratum of the frame; of a rolling draw, those that fell below the share.
    wanted: Mapping[str, int]
    #: Per stratum, how many interactions have each weight.
    classes: Mapping[str, Mapping[int, int]]

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


def names(salt: bytes | None) -> Callable[[str], bytes]:
    """`token_of` for many keys under one salt, in UTF-8."""
    if salt is None:
        return str.encode
    hashed = keyed(salt)
    return lambda key: hexlify(hashed(key.encode()))


def permanent_number(seed: bytes, token: str) -> int:
    """Give the token its permanent random number: the first 53 bits of HMAC-SHA256(seed, token in UTF-8)."""
    return number_of(hmac.digest(seed, token.encode(), "sha256"))


def number_of(digest: bytes) -> int:
    """Return the permanent random number of a token from HMAC-SHA256 under the seed: its first 53 bits."""
    return int.from_bytes(digest[:8], "big") >> _CUT


def numbers_of(digests: Sequence[bytes]) -> list[int]:
    """`number_of` for many digests of 32 bytes."""
    found: list[int] = _first_bits(digests).tolist()
    return found


def _first_bits(digests: Sequence[bytes]) -> NDArray[np.int64]:
    first_of_each = np.frombuffer(b"".join(digests), dtype=">u8")[::4]
    return (first_of_each >> np.uint64(_CUT)).astype(np.int64)


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
    return draw_weighted(frame, seed=seed, sizes=sizes, salt=salt, reserve=reserve)


def draw_weighted(
    frame: Iterable[FrameRow],
    *,
    seed: bytes,
    sizes: Mapping[str, int] | int,
    salt: bytes | None = None,
    reserve: int = 0,
    note: Note | None = None,
) -> OrderSample:
    """Draw with unequal probability: of each stratum the `sizes` smallest of Rosén's Pareto ranking.

    The frame gives (key, stratum, weight) with a whole weight above 0, or no weight, which is 1. Twice the weight is
    twice the chance, up to certainty, see `chances.chances_of`. Interactions of one weight keep the order of their
    numbers, so that each weight of a stratum needs only its smallest ones; with one weight for all this is the draw with
    equal probability. `note` is told every interaction of the frame, also of strata that are left out.
    """
    _check_sizes(sizes, reserve=reserve)
    passing = _Passing(sizes, reserve=reserve)
    name, hashed = names(salt), keyed(seed)
    for some in in_batches(frame):
        tokens = [name(key) for key in some.keys]
        if note is not None:
            note(tokens, some)
        passing.take(some, tokens, _first_bits([hashed(token) for token in tokens]))
    return _sample_of(passing.strata())


def draw_rolling(
    frame: Iterable[FrameRow],
    *,
    seed: bytes,
    share_bp: int,
    salt: bytes | None = None,
    note: Note | None = None,
) -> OrderSample:
    """Draw every interaction whose number is below an agreed share, whenever it came; by stratum, in order of number.

    Each is drawn or not by itself (Bernoulli sampling), so no day changes the chance of another and there is no reserve:
    the next in the order would have had no chance before. The position is 0, since nobody's place depends on others.
    """
    population: Counter[str] = Counter()
    told = _told(frame, population)
    chosen = sorted(
        rolling(told, seed=seed, share_bp=share_bp, salt=salt, note=note),
        key=lambda ranked: (ranked.stratum, ranked.number, ranked.token),
    )
    found = Counter(ranked.stratum for ranked in chosen)
    counted = dict(sorted(population.items()))
    wanted = {stratum: found[stratum] for stratum in counted}
    return OrderSample(tuple(chosen), (), counted, wanted, {stratum: {1: n} for stratum, n in counted.items()})


def rolling(
    frame: Iterable[FrameRow],
    *,
    seed: bytes,
    share_bp: int,
    salt: bytes | None = None,
    note: Note | None = None,
) -> Iterator[Ranked]:
    """Draw as days pass: yield what of a part of the frame is in, see `draw_rolling`; parts may come in any order.

    `share_bp` is the agreed share in hundredths of a per cent.
    """
    if not 0 < share_bp <= 10_000:
        raise InvalidError(_("The share of a rolling draw must be above 0 and at most 100 %."))
    name, hashed, chance = names(salt), keyed(seed), float(Fraction(share_bp, 10_000))
    for some in in_batches(frame):
        tokens = [name(key) for key in some.keys]
        if note is not None:
            note(tokens, some)
        numbers = numbers_of([hashed(token) for token in tokens])
        for key, stratum, token, number in zip(some.keys, some.strata, tokens, numbers, strict=True):
            if is_within(number, share_bp=share_bp):
                yield Ranked(key, token.decode(), stratum, number, 0, chance)


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


def _sample_of(strata: "Mapping[str, _Stratum]") -> OrderSample:
    drawn: list[Ranked] = []
    spare: list[Ranked] = []
    for stratum, found in sorted(strata.items()):
        for ranked in found.ranked(stratum):
            (drawn if ranked.position <= found.size else spare).append(ranked)
    return OrderSample(
        tuple(drawn),
        tuple(spare),
        population={stratum: sum(strata[stratum].counted.values()) for stratum in sorted(strata)},
        wanted={stratum: strata[stratum].size for stratum in sorted(strata)},
        classes={stratum: strata[stratum].counted for stratum in sorted(strata)},
    )


class _Smallest:
    """Keeps the smallest candidates that pass by; lets go of the others in batches."""

    __slots__ = ("_kept", "_limit", "ceiling", "seen")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[tuple[int, bytes, str]] = []
        #: A number above this one cannot be among the smallest.
        self.ceiling = 1 << NUMBER_BITS
        self.seen = 0

    def offer(self, candidate: tuple[int, bytes, str]) -> None:
        self._kept.append(candidate)
        if len(self._kept) >= 2 * self._limit + _SLACK:
            self._trim()

    def in_order(self) -> list[tuple[int, bytes, str]]:
        self._trim()
        return self._kept

    def _trim(self) -> None:
        self._kept.sort()
        del self._kept[self._limit :]
        if len(self._kept) == self._limit:
            self.ceiling = self._kept[-1][0] if self._kept else -1


class _Passing:
    """Every stratum of a frame while the frame passes by, some interactions at a time.

    What cannot be among the smallest of its place, a stratum and a weight, is counted and let go in one step for all of them.
    """

    def __init__(self, sizes: Mapping[str, int] | int, *, reserve: int) -> None:
        self._sizes, self._reserve = sizes, reserve
        self._strata: dict[str, _Stratum] = {}
        if not isinstance(sizes, int):
            self._strata = {stratum: _Stratum(size, reserve=reserve) for stratum, size in sizes.items()}
        #: Where each stratum and weight stands below; what is in no stratum that is asked for stands at the first place.
        self._places: dict[tuple[str, int], int] = {}
        self._numbering = Numbering()
        #: The places of strata whose interactions weigh 1, by their numbers; below 0 where none passed by.
        self._plain = np.zeros(0, dtype=np.int64)
        self._kept = [_Smallest(0)]
        self._ceilings = np.array([-1], dtype=np.int64)
        self._seen = np.zeros(1, dtype=np.int64)

    def take(self, some: Batch, tokens: Sequence[bytes], numbers: NDArray[np.int64]) -> None:
        """Take interactions in, with their tokens and numbers."""
        places = self._unweighted(some) if some.weights is None else self._weighted(some, some.weights)
        np.add.at(self._seen, places, 1)
        for at in np.flatnonzero(numbers <= self._ceilings[places]).tolist():
            place = places[at]
            kept = self._kept[place]
            kept.offer((int(numbers[at]), tokens[at], some.keys[at]))
            self._ceilings[place] = kept.ceiling

    def _unweighted(self, some: Batch) -> NDArray[np.int64]:
        numbers = self._numbering.of(some)
        lacking = len(self._numbering.numbers) - len(self._plain)
        if lacking:
            self._plain = np.append(self._plain, np.full(lacking, -1, dtype=np.int64))
        places = self._plain[numbers]
        if (places < 0).any():
            strata = list(self._numbering.numbers)
            for number in np.unique(numbers[places < 0]).tolist():
                self._plain[number] = self._place((strata[number], 1), key="")
            places = self._plain[numbers]
        return places

    def _weighted(self, some: Batch, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        # In the order in which they came, so that the first one that is wrong is told.
        of_each = zip(some.keys, zip(some.strata, weights.tolist(), strict=True), strict=True)
        return np.array([self._place(pair, key=key) for key, pair in of_each], dtype=np.int64)

    def strata(self) -> "Mapping[str, _Stratum]":
        """Return the strata with what of each weight was seen."""
        for kept, seen in zip(self._kept, self._seen.tolist(), strict=True):
            kept.seen = seen
        return self._strata

    def _place(self, pair: tuple[str, int], *, key: str) -> int:
        place = self._places.get(pair)
        if place is None:
            place = self._places[pair] = self._open(*pair, key=key)
        return place

    def _open(self, stratum: str, weight: int, *, key: str) -> int:
        found = self._strata.get(stratum)
        if found is None:
            if not isinstance(self._sizes, int):
                return 0
            found = self._strata[stratum] = _Stratum(self._sizes, reserve=self._reserve)
        self._kept.append(found.open(weight, key=key))
        self._ceilings = np.append(self._ceilings, self._kept[-1].ceiling)
        self._seen = np.append(self._seen, 0)
        return len(self._kept) - 1


class _Stratum:
    """A stratum as it passes by: of each weight the smallest numbers."""

    __slots__ = ("_limit", "classes", "size")

    def __init__(self, size: int, *, reserve: int) -> None:
        self.size = size
        self._limit = size + reserve
        self.classes: dict[int, _Smallest] = {}

    def open(self, weight: int, *, key: str) -> _Smallest:
        if weight < 1:
            raise InvalidError(_("The weight of {key} is {size}; a weight must be above zero.", key=key, size=weight))
        made = self.classes[weight] = _Smallest(self._limit)
        return made

    @property
    def counted(self) -> dict[int, int]:
        return {weight: kept.seen for weight, kept in sorted(self.classes.items())}

    def ranked(self, stratum: str) -> list[Ranked]:
        """The drawn and the reserve, in order."""
        chances = chances_of(self.counted, size=self.size)
        order = sorted(
            (pareto_rank(number, chances[weight]), number, token, key, weight)
            for weight, kept in self.classes.items()
            for number, token, key in kept.in_order()
        )
        floats = {weight: float(chance) for weight, chance in chances.items()}
        return [
            Ranked(key, token.decode(), stratum, number, place, floats[weight])
            for place, (_rank, number, token, key, weight) in enumerate(order[: self._limit], start=1)
        ]


def _told(frame: Iterable[FrameRow], population: Counter[str]) -> Iterator[FrameRow]:
    for row in frame:
        population[row[1]] += 1
        yield row


def _check_sizes(sizes: Mapping[str, int] | int, *, reserve: int) -> None:
    smallest = sizes if isinstance(sizes, int) else min(sizes.values(), default=0)
    if smallest < 0 or reserve < 0:
        raise InvalidError(_("The number to draw cannot be below zero."))
