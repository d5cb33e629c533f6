"""A scorecard as plain values in the reader's language."""

from dataclasses import dataclass
from decimal import Decimal

from qa.i18n import Language, _, say
from scorecards.computation import number, rule_in_words
from scorecards.definition import Card, Criterion, Effect, Kind
from scorecards.labels import label


@dataclass(frozen=True, slots=True)
class OptionRead:
    """One option; ``value`` is what it is worth, 0-100, as written."""

    label: str
    anchor: str
    value: str


@dataclass(frozen=True, slots=True)
class CriterionRead:
    """One criterion; ``rules`` are sentences on what a low mark asks for and does."""

    number: int
    name: str
    guidance: str
    kind: str
    weight: str
    critical: bool
    options: tuple[OptionRead, ...]
    rules: tuple[str, ...]
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionOfCard:
    """One section with its weight and threshold as written."""

    key: str
    name: str
    guidance: str
    weight: str
    threshold: str
    criteria: tuple[CriterionRead, ...]


@dataclass(frozen=True, slots=True)
class CardPage:
    """The whole card."""

    name: str
    description: str
    rule: str
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    bands: tuple[tuple[str, str], ...]
    critical: tuple[str, ...]
    sections: tuple[SectionOfCard, ...]
    count: int


def read_card_page(card: Card, *, language: Language) -> CardPage:
    """Return what pages show of a card."""
    spoken = language.value
    numbers = {criterion.key: at for at, (_section, criterion) in enumerate(card.criteria(), start=1)}
    sections = tuple(
        SectionOfCard(
            key=section.key,
            name=section.name.in_(spoken),
            guidance=section.guidance.in_(spoken),
            weight=number(section.weight, spoken),
            threshold="" if section.threshold is None else number(section.threshold, spoken),
            criteria=tuple(
                _criterion(criterion, card, number_=numbers[criterion.key], language=language)
                for criterion in section.criteria
            ),
        )
        for section in card.sections
    )
    return CardPage(
        name=card.name.in_(spoken),
        description=card.description.in_(spoken),
        rule=rule_in_words(card, language=spoken),
        channels=tuple(label(channel).in_(spoken) for channel in card.channels),
        languages=card.languages,
        bands=tuple((band.name.in_(spoken), number(band.start, spoken)) for band in card.bands),
        critical=tuple(criterion.name.in_(spoken) for _section, criterion in card.criteria() if criterion.critical),
        sections=sections,
        count=len(numbers),
    )


def _criterion(criterion: Criterion, card: Card, *, number_: int, language: Language) -> CriterionRead:
    spoken = language.value
    return CriterionRead(
        number=number_,
        name=criterion.name.in_(spoken),
        guidance=criterion.guidance.in_(spoken),
        kind=label(criterion.kind).in_(spoken),
        weight=number(criterion.weight, spoken),
        critical=criterion.critical,
        options=tuple(
            OptionRead(
                _option_label(criterion, option.label.in_(spoken), option.start, language=language),
                option.anchor.in_(spoken),
                number(option.value, spoken),
            )
            for option in criterion.options
        ),
        rules=tuple(_rules(criterion, card, language=language)),
        causes=tuple(cause.label.in_(spoken) for cause in criterion.causes),
    )


def _option_label(criterion: Criterion, written: str, start: Decimal | None, *, language: Language) -> str:
    if criterion.kind is not Kind.NUMERIC or start is None:
        return written
    spoken = language.value
    told = _(
        "{label}, from {start} {unit}", label=written, start=number(start, spoken), unit=criterion.unit.in_(spoken)
    )
    return say(told, language)


def _rules(criterion: Criterion, card: Card, *, language: Language) -> list[str]:
    """Say what a low mark asks for and what failing does."""
    spoken = language.value
    found = []
    if criterion.allow_not_applicable:
        found.append(_("May be not applicable; its weight then goes to the other criteria of the section."))
    if criterion.condition is not None:
        other = card.criterion(criterion.condition.criterion)
        options = [other.option(key) for key in criterion.condition.options] if other else []
        found.append(
            _(
                "Asked only when “{criterion}” is answered with: {options}.",
                criterion=other.name.in_(spoken) if other else criterion.condition.criterion,
                options=", ".join(option.label.in_(spoken) for option in options if option),
            )
        )
    if criterion.comment_below is not None:
        found.append(_("Needs a comment below {value}.", value=number(criterion.comment_below, spoken)))
    if criterion.evidence_below is not None:
        found.append(_("Needs evidence below {value}.", value=number(criterion.evidence_below, spoken)))
    if criterion.bonus is not None:
        found.append(_("Bonus: adds at most {points} points.", points=number(criterion.bonus, spoken)))
    if criterion.critical:
        effect = label(criterion.on_fail.effect).in_(spoken)
        if criterion.on_fail.effect is Effect.CAP_AT and criterion.on_fail.cap is not None:
            effect = f"{effect} ({number(criterion.on_fail.cap, spoken)})"
        found.append(
            _(
                "Critical: below {value} it fails. What that does: {effect}.",
                value=number(criterion.fails_below, spoken),
                effect=effect,
            )
        )
    return [say(text, language) for text in found]
