"""Chances of being drawn that are in proportion to a weight, and the ranking that keeps them; all in whole numbers.

Weights are whole numbers, chances are fractions of whole numbers and the rank is a whole number, so that every machine
and every language gives the same order: nothing is ever rounded.
"""

from collections.abc import Mapping
from fractions import Fraction

#: Permanent random numbers have 53 bits, so that a double holds the fraction exactly on every machine.
NUMBER_BITS = 53
#: Binary places that a rank keeps behind the point; two ranks that agree in all of them are put in order by number.
RANK_BITS = 64

_WHOLE = 1 << NUMBER_BITS


def chances_of(classes: Mapping[int, int], *, size: int) -> dict[int, Fraction]:
    """Return the chance of each weight, from how many interactions have it: size·w/Σw, and 1 for what would pass 1.

    Those are taken with certainty and set apart, and the rest is scaled anew to what is left, until none would pass 1.
    The chances of all interactions add up to `size`, or to how many there are where that is less.
    """
    if size >= sum(classes.values()):
        return dict.fromkeys(classes, Fraction(1))
    chances = dict.fromkeys(classes, Fraction(0))
    waiting, left = dict(classes), size
    while waiting and left > 0:
        total = sum(weight * number for weight, number in waiting.items())
        certain = [weight for weight in waiting if left * weight >= total]
        if not certain:
            chances.update({weight: Fraction(left * weight, total) for weight in waiting})
            break
        for weight in certain:
            chances[weight] = Fraction(1)
            left -= waiting.pop(weight)
    return chances


def pareto_rank(number: int, chance: Fraction) -> int:
    """Rosén's ranking variable of a 53-bit number and a chance, floor(q·2**64); the smallest are drawn.

    q = u(1-λ) / ((1-u)λ) with u = number/2**53: B. Rosén, “On sampling with probability proportional to size”, Journal
    of Statistical Planning and Inference 62 (1997). What is certain ranks before all others, at -1.
    """
    if chance >= 1:
        return -1
    if chance <= 0:
        return 0
    above = number * (chance.denominator - chance.numerator)
    return (above << RANK_BITS) // ((_WHOLE - number) * chance.numerator)


def is_within(number: int, *, share_bp: int) -> bool:
    """Whether a 53-bit number lies below a share in hundredths of a per cent: number/2**53 < share_bp/10,000, exactly."""
    return number * 10_000 < share_bp << NUMBER_BITS
