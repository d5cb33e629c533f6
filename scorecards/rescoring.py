"""The outcome of many contacts under one card, in whole numbers: what-if scores a whole period again under a draft.

The figures are those of ``scorecards.scoring``, which prints the computation; here only its outcome is reckoned.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from scorecards.definition import Card, Criterion, Effect, Kind, Option, PassRule, Section
from scorecards.results import basis_points

_FULL_BP = 10_000
#: How many combinations of one section are kept.
_MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """Final score (hundredths of a per cent), whether it passes, and the score of each section in the card's order."""

    final_bp: int | None
    passed: bool | None
    sections: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class _Rated:
    """One criterion that can be rated, by the options' keys; ``chain`` are the answers on which it is asked."""

    key: str
    weight: int
    values: dict[str, int]
    bonus: int
    failing: frozenset[str]
    effect: Effect
    cap_bp: int
    chain: tuple[tuple[str, frozenset[str]], ...]


class _Sum(NamedTuple):
    """What the answers of one section add up to."""

    weight: int
    total: int
    bonus: int
    score_bp: int | None
    zeroed: bool
    nothing_left: bool
    cap_bp: int


class _Part:
    """One section; the same few combinations of answers come back over and over, so their sums are kept."""

    def __init__(self, section: Section, rated: tuple[_Rated, ...], *, weight: int, value_scale: int) -> None:
        self.weight = weight
        self.threshold_bp = None if section.threshold is None else basis_points(Fraction(section.threshold))
        self._rated, self._value_scale = rated, value_scale
        self._keys = tuple(one.key for one in rated)
        self._conditional = any(one.chain for one in rated)
        self._known: dict[tuple[str | None, ...], _Sum] = {}

    def sum(self, picked: Mapping[str, str]) -> _Sum:
        options = tuple(map(picked.get, self._keys))
        if self._conditional:
            options = tuple(
                option if _asked(one.chain, picked) else None for one, option in zip(self._rated, options, strict=True)
            )
        found = self._known.get(options)
        if found is None:
            found = self._reckoned(options)
            if len(self._known) < _MOST_KEPT:
                self._known[options] = found
        return found

    def _reckoned(self, options: tuple[str | None, ...]) -> _Sum:
        weight = total = bonus = 0
        effects: set[Effect] = set()
        cap_bp = _FULL_BP
        for one, option in zip(self._rated, options, strict=True):
            if option is None:
                continue
            if one.bonus:
                bonus += one.bonus * one.values[option]
            else:
                weight += one.weight
                total += one.weight * one.values[option]
            if option in one.failing:
                effects.add(one.effect)
                cap_bp = min(cap_bp, one.cap_bp)
        zeroed = Effect.SECTION_ZERO in effects
        score_bp = 0 if zeroed else _half_up(total, weight * self._value_scale) if weight else None
        return _Sum(weight, total, bonus, score_bp, zeroed, Effect.CARD_ZERO in effects, cap_bp)


class Rescorer:
    """A card made ready to give the outcome of very many contacts; the card must be one that can be used."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.criteria = {criterion.key: criterion for _, criterion in card.criteria()}
        self._value_scale = _scale(option.value for one in self.criteria.values() for option in one.options)
        weight_scale = _scale(criterion.weight for criterion in self.criteria.values())
        part_scale = _scale(section.weight for section in card.sections)
        self._bonus_scale = _scale(criterion.bonus or Decimal(0) for criterion in self.criteria.values())
        self._parts = tuple(
            _Part(
                section,
                self._rated(section, weight_scale=weight_scale),
                weight=int(Fraction(section.weight) * part_scale),
                value_scale=self._value_scale,
            )
            for section in card.sections
        )
        self._by_total = card.rule is not PassRule.EVERY_SECTION
        self._by_section = card.rule is not PassRule.TOTAL
        self._pass_mark_bp = None if card.pass_mark is None else basis_points(Fraction(card.pass_mark))
        self._starts = {key: _starts(one) for key, one in self.criteria.items() if one.kind is Kind.NUMERIC}
        self._known = {key: {option.key for option in one.options} for key, one in self.criteria.items()}

    def pick(self, key: str, *, option: str | None, number: str | None) -> str | None:
        """The key of the option that a stored answer amounts to on this card; None where it amounts to none."""
        if key in self._starts:
            return self._range(key, number)
        return option if option in self._known.get(key, ()) else None

    def outcome(self, picked: Mapping[str, str]) -> Outcome:
        """The outcome of the options picked per criterion; a criterion without one counts as not applicable."""
        # One loop without a call for each figure: this runs once or twice for every contact of a whole period.
        scores: list[int | None] = []
        numerator, denominator, card_weight, bonus, cap_bp = 0, 1, 0, 0, _FULL_BP
        zeroed = nothing_left = False
        for part in self._parts:
            weight, total, extra, score_bp, gone, fatal, highest = part.sum(picked)
            scores.append(score_bp)
            if weight:
                card_weight += part.weight
                if not gone:
                    numerator = numerator * weight + part.weight * total * denominator
                    denominator *= weight
            bonus += extra
            zeroed, nothing_left = zeroed or gone, nothing_left or fatal
            cap_bp = min(cap_bp, highest)
        if nothing_left:
            return Outcome(0, False, tuple(scores))
        if card_weight:
            final_bp: int | None = min(cap_bp, self._final(numerator, denominator * card_weight, bonus=bonus))
        else:
            final_bp = 0 if zeroed else None
        failed = zeroed and self._by_section
        return Outcome(final_bp, False if failed else self._passed(scores, final_bp=final_bp), tuple(scores))

    def _rated(self, section: Section, *, weight_scale: int) -> tuple[_Rated, ...]:
        return tuple(
            _Rated(
                key=one.key,
                weight=int(Fraction(one.weight) * weight_scale),
                values={option.key: int(Fraction(option.value) * self._value_scale) for option in one.options},
                bonus=int(Fraction(one.bonus or 0) * self._bonus_scale),
                failing=frozenset(
                    option.key for option in one.options if one.critical and option.value < one.fails_below
                ),
                effect=one.on_fail.effect,
                cap_bp=_FULL_BP if one.on_fail.cap is None else basis_points(Fraction(one.on_fail.cap)),
                chain=self._chain(one),
            )
            for one in section.criteria
            if one.kind is not Kind.TEXT and (one.bonus is None or one.bonus)
        )

    def _chain(self, criterion: Criterion) -> tuple[tuple[str, frozenset[str]], ...]:
        chain: list[tuple[str, frozenset[str]]] = []
        while criterion.condition is not None:
            chain.append((criterion.condition.criterion, frozenset(criterion.condition.options)))
            criterion = self.criteria[criterion.condition.criterion]
        return tuple(chain)

    def _range(self, key: str, number: str | None) -> str | None:
        try:
            value = Decimal((number or "").strip().replace(",", "."))
        except InvalidOperation:
            return None
        maximum = self.criteria[key].maximum
        if not value.is_finite() or (maximum is not None and value > maximum):
            return None
        starts, options = self._starts[key]
        at = bisect_right(starts, value)
        return options[at - 1].key if at else None

    def _final(self, numerator: int, denominator: int, *, bonus: int) -> int:
        """The score before caps, in hundredths of a per cent."""
        if bonus:
            per_cent = 100 * self._bonus_scale
            numerator, denominator = numerator * per_cent + bonus * denominator, denominator * per_cent
        return _half_up(numerator, denominator * self._value_scale)

    def _passed(self, scores: Sequence[int | None], *, final_bp: int | None) -> bool | None:
        verdict: bool | None = None
        if self._by_section:
            for part, score in zip(self._parts, scores, strict=True):
                if score is None or part.threshold_bp is None:
                    continue
                if score < part.threshold_bp:
                    return False
                verdict = True
        if self._by_total and self._pass_mark_bp is not None and final_bp is not None:
            return final_bp >= self._pass_mark_bp
        return verdict


def _asked(chain: tuple[tuple[str, frozenset[str]], ...], picked: Mapping[str, str]) -> bool:
    return all(picked.get(key) in options for key, options in chain)


def _starts(criterion: Criterion) -> tuple[list[Decimal], list[Option]]:
    ranges = sorted(criterion.options, key=lambda option: option.start or Decimal(0))
    return [option.start or Decimal(0) for option in ranges], ranges


def _scale(numbers: Iterable[Decimal]) -> int:
    return lcm(*(Fraction(number).denominator for number in numbers))


def _half_up(numerator: int, denominator: int) -> int:
    """A percentage given as a ratio, in hundredths of a per cent, rounded half up."""
    return (200 * numerator + denominator) // (2 * denominator)
