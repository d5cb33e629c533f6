"""What a period's evaluations show: strengths, development points, critical errors, and what lay with the organisation."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qa.evaluations.marks import Mark
from qa.i18n import Language, Text, _, ngettext_, number_text, say
from qa.reports.content import (
    MOST_POINTS,
    MOST_STRENGTHS,
    Action,
    BeyondControl,
    Contact,
    CriticalError,
    DevelopmentPoint,
    Quote,
    Strength,
)
from scorecards.causes import Cause, Nature
from scorecards.definition import Card, Criterion, Effect, ErrorClass, Option
from scorecards.results import Line, LineState, Result

#: From this mean value (0-100) on a criterion can be named as a strength; below it, as something to try.
GOOD = Decimal(75)


@dataclass(frozen=True, slots=True)
class Judged:
    """One evaluation as findings need it: its card, exact result, marks, and the interaction it is of."""

    card: Card
    result: Result
    marks: dict[str, Mark]
    contact: Contact
    #: Redacted words behind a criterion, in the order they were bound.
    quotes: dict[str, tuple[Quote, ...]]
    #: Critical failures that the reviewer confirmed without playing their evidence.
    unheard: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the reports say of the criteria."""

    strengths: tuple[Strength, ...]
    points: tuple[DevelopmentPoint, ...]
    critical_errors: tuple[CriticalError, ...]
    beyond_control: tuple[BeyondControl, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A criterion as it was answered once."""

    judged: Judged
    criterion: Criterion
    line: Line
    value: Decimal
    hide: Callable[[str], str]

    @property
    def has_quote(self) -> bool:
        return bool(self.judged.quotes.get(self.criterion.key))

    @property
    def has_comment(self) -> bool:
        return bool(self._written)

    @property
    def _written(self) -> str:
        return self.judged.marks.get(self.criterion.key, Mark()).comment

    @property
    def quote(self) -> Quote | None:
        """The words behind it; of all that was bound only what is told goes through the hiding."""
        first = next(iter(self.judged.quotes.get(self.criterion.key, ())), None)
        return None if first is None else replace(first, text=self.hide(first.text))

    @property
    def comment(self) -> str:
        return self.hide(self._written)

    @property
    def systemic(self) -> bool:
        """Whether the reviewer found that the cause lies with the organisation."""
        return self.line.cause is not None and self.line.cause.nature is Nature.SYSTEMIC


def findings(
    judged: Sequence[Judged],
    *,
    language: Language,
    hide: Callable[[str], str],
    agreed: Mapping[tuple[str, str], Action] | None = None,
) -> Findings:
    """Sort what was seen; ``hide`` takes personal data out of what people wrote, ``agreed`` is by card and criterion."""
    seen = [item for one in judged for item in _seen(one, hide=hide)]
    own = [item for item in seen if not item.systemic]
    by_criterion: dict[str, list[_Seen]] = defaultdict(list)
    for item in own:
        by_criterion[item.criterion.key].append(item)
    groups = list(by_criterion.values())
    return Findings(
        strengths=_strengths(groups, language=language),
        points=_points(groups, language=language, agreed=agreed or {}),
        critical_errors=tuple(_critical(item, language=language) for item in own if _fails_critically(item)),
        beyond_control=_beyond_control([item for item in seen if item.systemic], language=language),
    )


def critical_errors(judged: Judged, *, language: Language, hide: Callable[[str], str]) -> tuple[CriticalError, ...]:
    """Return the critical errors of one evaluation; none where the cause lies with the organisation."""
    seen = _seen(judged, hide=hide)
    return tuple(_critical(item, language=language) for item in seen if not item.systemic and _fails_critically(item))


def _seen(judged: Judged, *, hide: Callable[[str], str]) -> Iterable[_Seen]:
    for line in judged.result.lines:
        criterion = judged.card.criterion(line.criterion)
        if criterion is None or line.value is None or line.state is not LineState.RATED:
            continue
        yield _Seen(judged, criterion, line, line.value, hide)


def _mean(group: Sequence[_Seen]) -> Decimal:
    return sum((item.value for item in group), Decimal(0)) / len(group)


def _strengths(groups: Iterable[Sequence[_Seen]], *, language: Language) -> tuple[Strength, ...]:
    good = [group for group in groups if _mean(group) >= GOOD and not any(item.line.failed for item in group)]
    # Those that words can show first, since praise without an example is soon forgotten; then the highest, then those seen most.
    good.sort(key=lambda group: (_shown_by(group) is None, -_mean(group), -len(group)))
    found = []
    for group in good[:MOST_STRENGTHS]:
        best = sum(item.value == _highest(item.criterion) for item in group)
        example = _shown_by(group)
        remark = ngettext_(
            "At its best in {best} of {n} interaction.",
            "At its best in {best} of {n} interactions.",
            n=len(group),
            best=best,
        )
        found.append(
            Strength(
                criterion=group[0].criterion.name.in_(language),
                quote=example.quote if example else None,
                remark=_joined(say(remark, language), example.comment if example else ""),
            )
        )
    return tuple(found)


def _shown_by(group: Sequence[_Seen]) -> _Seen | None:
    # Praise is never illustrated by an answer that was not good itself.
    shown = [item for item in group if item.has_quote and item.value >= GOOD]
    return max(shown, key=lambda item: (item.value, item.has_comment), default=None)


def _points(
    groups: Iterable[Sequence[_Seen]], *, language: Language, agreed: Mapping[tuple[str, str], Action]
) -> tuple[DevelopmentPoint, ...]:
    low = [group for group in groups if _mean(group) < GOOD or any(item.line.failed for item in group)]
    low.sort(key=lambda group: (_mean(group), -len(group)))
    return tuple(_point(group, language=language, agreed=agreed) for group in low[:MOST_POINTS])


def _point(group: Sequence[_Seen], *, language: Language, agreed: Mapping[tuple[str, str], Action]) -> DevelopmentPoint:
    # The example is the lowest answer; of equals, one that words can show.
    example = min(group, key=lambda item: (item.value, not item.has_quote, not item.has_comment))
    better = _better(example.criterion, example.value)
    below = sum(item.value < GOOD for item in group)
    remark = ngettext_(
        "Something to gain in {below} of {n} interaction.",
        "Something to gain in {below} of {n} interactions.",
        n=len(group),
        below=below,
    )
    return DevelopmentPoint(
        criterion=example.criterion.name.in_(language),
        better=(better.anchor.in_(language) or better.label.in_(language)) if better else "",
        cause=next((item.line.cause for item in group if item.line.cause is not None), None),
        quote=example.quote,
        remark=_joined(say(remark, language), example.comment),
        action=next(
            (agreed[key] for item in group if (key := (item.judged.card.key, item.criterion.key)) in agreed),
            Action(say(_("____________________ (to agree in the conversation)"), language)),
        ),
    )


def _better(criterion: Criterion, value: Decimal) -> Option | None:
    """The nearest option that is good, else the best one."""
    higher = sorted((option for option in criterion.options if option.value > value), key=lambda option: option.value)
    return next((option for option in higher if option.value >= GOOD), higher[-1] if higher else None)


def _highest(criterion: Criterion) -> Decimal:
    return max(option.value for option in criterion.options)


def _fails_critically(item: _Seen) -> bool:
    return item.line.failed and item.criterion.critical


def _critical(item: _Seen, *, language: Language) -> CriticalError:
    return CriticalError(
        error_class=item.criterion.error_class or ErrorClass.BUSINESS,
        criterion=item.criterion.name.in_(language),
        contact=item.judged.contact,
        effect=say(_effect(item.criterion, language=language), language),
        quote=item.quote,
        unheard=item.criterion.key in item.judged.unheard,
    )


def _effect(criterion: Criterion, *, language: Language) -> Text:
    match criterion.on_fail.effect:
        case Effect.SECTION_ZERO:
            return _("The section counts as 0 in the outcome of this interaction.")
        case Effect.CARD_ZERO:
            return _("The outcome of this interaction is 0.")
        case Effect.CAP_AT:
            cap = number_text(criterion.on_fail.cap or Decimal(0), language)
            return _("The outcome of this interaction is at most {cap}.", cap=cap)
        case _:
            return _("It changes no score.")


def _beyond_control(seen: Iterable[_Seen], *, language: Language) -> tuple[BeyondControl, ...]:
    groups: dict[tuple[Cause, str], list[_Seen]] = defaultdict(list)
    for item in seen:
        if item.line.cause is not None:
            groups[item.line.cause, item.criterion.key].append(item)
    ordered = sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return tuple(
        BeyondControl(
            cause=cause,
            criterion=group[0].criterion.name.in_(language),
            contacts=tuple(item.judged.contact for item in group),
            remark=next((item.comment for item in group if item.has_comment), ""),
        )
        for (cause, _key), group in ordered
    )


def _joined(first: str, second: str) -> str:
    return f"{first} {second}".strip()
