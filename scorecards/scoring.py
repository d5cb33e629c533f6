"""The exact score of answers on a card, with the computation itself as a value, line by line.

Everything is reckoned in whole numbers and fractions. There is one rounding rule, applied at the end to each figure
that is shown: half up, to a hundredth of a per cent (a basis point). Thresholds, pass mark and bands are compared with
the rounded figure, so that what is printed is what decides.

- A section's score is the mean of its answers' values by criterion weight; not-applicable answers leave it.
- The quality score is the mean of the sections' scores by section weight; a section without any answer leaves it.
- The final score starts from the quality score: failed critical criteria set their section to 0, the bonus is added
  (100 at most), then the lowest cap holds, then a card set to 0 is 0.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm

from scorecards.answers import Answer, Answers, Need, asked, chosen, missing, needs_of, unknown_key
from scorecards.definition import Card, Criterion, Effect, Kind, Option, PassRule, Section
from scorecards.errors import AnswersError
from scorecards.results import NOTHING, CriticalFailure, Line, LineState, Result, SectionResult, basis_points

__all__ = [
    "Answer",
    "Answers",
    "CriticalFailure",
    "Line",
    "LineState",
    "Need",
    "Result",
    "Scorer",
    "SectionResult",
    "basis_points",
    "missing",
    "score",
]


def score(card: Card, answers: Answers, *, complete: bool = True) -> Result:
    """Score the answers; with ``complete=False`` a draft is scored on what it has.

    Raises AnswersError for an unknown criterion or option and, unless a draft is asked for, for the first thing that
    is still needed (see ``missing``).
    """
    return Scorer(card).score(answers, complete=complete)


_FULL = Fraction(100)


@lru_cache(maxsize=8192)
def _ratio(numerator: int, denominator: int) -> Fraction:
    """A fraction in lowest terms, kept because the contacts of one card give the same few over and over."""
    return Fraction(numerator, denominator)


@dataclass(frozen=True, slots=True)
class _Item:
    """A criterion with its weight and its options' values as whole numbers."""

    criterion: Criterion
    weight: int
    options: dict[str, Option]
    values: dict[str, int]
    scored: bool
    critical: bool
    picks: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A section with its weight as a whole number."""

    section: Section
    weight: int
    items: tuple[_Item, ...]
    threshold_bp: int | None


class Scorer:
    """A card made ready to score many contacts: what-if scores a whole period again under a draft."""

    def __init__(self, card: Card) -> None:
        self.card = card
        criteria = [criterion for _, criterion in card.criteria()]
        self._conditional = any(criterion.condition is not None for criterion in criteria)
        self._value_scale = lcm(
            *(Fraction(option.value).denominator for criterion in criteria for option in criterion.options)
        )
        weight_scale = lcm(*(Fraction(criterion.weight).denominator for criterion in criteria))
        part_scale = lcm(*(Fraction(section.weight).denominator for section in card.sections))
        self._parts = tuple(
            _Part(
                section,
                int(Fraction(section.weight) * part_scale),
                tuple(self._item(criterion, weight_scale) for criterion in section.criteria),
                None if section.threshold is None else basis_points(Fraction(section.threshold)),
            )
            for section in card.sections
        )
        self._items = {item.criterion.key: item for part in self._parts for item in part.items}
        self._pass_mark_bp = None if card.pass_mark is None else basis_points(Fraction(card.pass_mark))
        self._bands = sorted(
            ((basis_points(Fraction(band.start)), band.key) for band in card.bands),
            reverse=True,
        )

    def _item(self, criterion: Criterion, weight_scale: int) -> _Item:
        return _Item(
            criterion,
            int(Fraction(criterion.weight) * weight_scale),
            {option.key: option for option in criterion.options},
            {option.key: int(Fraction(option.value) * self._value_scale) for option in criterion.options},
            scored=criterion.scored,
            critical=criterion.critical,
            picks=criterion.kind not in {Kind.NUMERIC, Kind.TEXT},
        )

    def score(self, answers: Answers, *, complete: bool = True) -> Result:
        """As the function ``score``."""
        options = self._options(answers)
        open_keys = asked(self.card, options) if self._conditional else options.keys()
        needs = [
            need
            for key, option in options.items()
            if key in open_keys
            for need in needs_of(self._items[key].criterion, answers.get(key), option=option)
        ]
        if complete and needs:
            raise AnswersError(needs[0].sentence.msgid, where=needs[0].criterion, **needs[0].sentence.params)
        rated = {key: option for key, option in options.items() if option is not None and key in open_keys}
        critical = tuple(
            CriticalFailure(part.section.key, key, item.criterion.on_fail.effect, item.criterion.on_fail.cap)
            for part in self._parts
            for item in part.items
            if item.critical and (key := item.criterion.key) in rated and rated[key].value < item.criterion.fails_below
        )
        return self._result(answers, rated=rated, open_keys=set(open_keys), critical=critical, complete=not needs)

    def _options(self, answers: Answers) -> dict[str, Option | None]:
        for key in answers:
            if key not in self._items:
                raise unknown_key(key)
        options: dict[str, Option | None] = {}
        for key, item in self._items.items():
            answer = answers.get(key)
            picked = None
            if answer is not None and item.picks and not answer.not_applicable and answer.option is not None:
                picked = item.options.get(answer.option)
            options[key] = chosen(item.criterion, answer) if picked is None else picked
        return options

    def _result(
        self,
        answers: Answers,
        *,
        rated: dict[str, Option],
        open_keys: set[str],
        critical: tuple[CriticalFailure, ...],
        complete: bool,
    ) -> Result:
        weighed = [self._weighed(part, rated) for part in self._parts]
        card_weight = sum(part.weight for part, (weight, _) in zip(self._parts, weighed, strict=True) if weight)
        zeroed = {failure.section for failure in critical if failure.effect is Effect.SECTION_ZERO}
        sections: list[SectionResult] = []
        lines: list[Line] = []
        quality = kept = NOTHING
        for part, (weight, total) in zip(self._parts, weighed, strict=True):
            gone = part.section.key in zeroed
            mean = _ratio(total, weight * self._value_scale) if weight else None
            share = _ratio(part.weight, card_weight) if weight and card_weight else NOTHING
            if mean is not None and card_weight:
                added = _ratio(part.weight * total, card_weight * weight * self._value_scale)
                quality += added
                kept += NOTHING if gone else added
            sections.append(_section_result(part, mean, share=share, zeroed=gone))
            whole = weight * card_weight
            for item in part.items:
                option = rated.get(item.criterion.key)
                answer = answers.get(item.criterion.key)
                if option is None or answer is None:
                    lines.append(_unrated(part, item, answer, is_asked=item.criterion.key in open_keys))
                else:
                    lines.append(self._rated(part, item, answer, option=option, whole=whole))
        bonus = sum((line.contribution for line in lines if line.state is LineState.BONUS), NOTHING)
        final = _final(kept if card_weight else None, bonus=bonus, critical=critical)
        return Result(
            quality=quality if card_weight else None,
            sections=tuple(sections),
            critical=critical,
            bonus=bonus,
            final=final,
            passed=self._passed(sections, final=final, critical=critical),
            band=self._band(final),
            lines=tuple(lines),
            complete=complete,
        )

    @staticmethod
    def _weighed(part: _Part, rated: dict[str, Option]) -> tuple[int, int]:
        """Weight of the rated criteria of a section, and the sum of weight times value."""
        weight = total = 0
        for item in part.items:
            option = rated.get(item.criterion.key) if item.scored else None
            if option is not None:
                weight += item.weight
                total += item.weight * item.values[option.key]
        return weight, total

    def _rated(self, part: _Part, item: _Item, answer: Answer, *, option: Option, whole: int) -> Line:
        """The line of an answer that has a value; ``whole`` is the weight of section times card, all rated."""
        criterion = item.criterion
        failed = option.value < criterion.fails_below
        if criterion.bonus is not None:
            applied, contribution = NOTHING, Fraction(criterion.bonus) * Fraction(option.value) / 100
        elif whole:
            numerator = part.weight * item.weight
            applied = _ratio(numerator, whole)
            contribution = _ratio(numerator * item.values[option.key], whole * self._value_scale)
        else:
            applied = contribution = NOTHING
        return Line(
            section=part.section.key,
            criterion=criterion.key,
            state=LineState.RATED if criterion.bonus is None else LineState.BONUS,
            weight=criterion.weight,
            option=option.key,
            label=option.label,
            number=answer.number,
            value=option.value,
            applied=applied,
            contribution=contribution,
            failed=failed,
            effect=criterion.on_fail.effect if failed else Effect.NONE,
            cause=answer.cause if failed else None,
        )

    def _passed(
        self, sections: list[SectionResult], *, final: Fraction | None, critical: tuple[CriticalFailure, ...]
    ) -> bool | None:
        verdicts: list[bool] = []
        if any(failure.effect is Effect.CARD_ZERO for failure in critical):
            verdicts.append(False)
        if self.card.rule is not PassRule.TOTAL:
            verdicts += [section.passed for section in sections if section.passed is not None]
        if self.card.rule is not PassRule.EVERY_SECTION and self._pass_mark_bp is not None and final is not None:
            verdicts.append(basis_points(final) >= self._pass_mark_bp)
        return all(verdicts) if verdicts else None

    def _band(self, final: Fraction | None) -> str | None:
        if final is None:
            return None
        reached = basis_points(final)
        return next((key for start, key in self._bands if start <= reached), None)


def _section_result(part: _Part, mean: Fraction | None, *, share: Fraction, zeroed: bool) -> SectionResult:
    passed: bool | None = None
    if zeroed:
        passed = False
    elif mean is not None and part.threshold_bp is not None:
        passed = basis_points(mean) >= part.threshold_bp
    return SectionResult(
        key=part.section.key,
        weight=part.section.weight,
        applied=share,
        quality=mean,
        threshold_bp=part.threshold_bp,
        zeroed=zeroed,
        passed=passed,
    )


def _unrated(part: _Part, item: _Item, answer: Answer | None, *, is_asked: bool) -> Line:
    if not is_asked:
        state = LineState.NOT_ASKED
    elif answer is not None and answer.not_applicable:
        state = LineState.NOT_APPLICABLE
    else:
        state = LineState.TEXT if item.criterion.kind is Kind.TEXT else LineState.UNANSWERED
    return Line(section=part.section.key, criterion=item.criterion.key, state=state, weight=item.criterion.weight)


def _final(total: Fraction | None, *, bonus: Fraction, critical: tuple[CriticalFailure, ...]) -> Fraction | None:
    effects = {failure.effect for failure in critical}
    if Effect.CARD_ZERO in effects:
        return Fraction(0)
    if total is None:
        return Fraction(0) if Effect.SECTION_ZERO in effects else None
    caps = [Fraction(failure.cap) for failure in critical if failure.cap is not None]
    return min([total + bonus, _FULL, *caps])
