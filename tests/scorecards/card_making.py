"""Small cards and answers for the tests of the scorecard ring."""

from dataclasses import replace
from decimal import Decimal

from scorecards.answers import Answer
from scorecards.definition import Card, Channel, Criterion, Kind, Option, Section
from scorecards.words import Words


def words(text: str) -> Words:
    return Words(text, f"{text} (nl)")


def yes_no(key: str, *, weight: int | str = 1) -> Criterion:
    options = (Option("yes", words("Yes"), Decimal(100)), Option("no", words("No"), Decimal(0)))
    return Criterion(key, words(key), Kind.YES_NO, options=options, weight=Decimal(weight), allow_not_applicable=True)


def scale(key: str, *, weight: int | str = 1) -> Criterion:
    options = tuple(Option(str(mark), words(f"mark {mark}"), Decimal(25 * (mark - 1))) for mark in range(1, 6))
    return Criterion(key, words(key), Kind.SCALE_5, options=options, weight=Decimal(weight), allow_not_applicable=True)


def section(key: str, *criteria: Criterion, weight: int | str = 1, threshold: int | None = 70) -> Section:
    limit = None if threshold is None else Decimal(threshold)
    return Section(key, words(key), criteria, weight=Decimal(weight), threshold=limit)


def card(*sections: Section) -> Card:
    return Card("card", words("Card"), sections, channels=(Channel.PHONE,))


def chose(option: str) -> Answer:
    return Answer(option=option)


NOT_APPLICABLE = Answer(not_applicable=True)


def peers_card() -> Card:
    """The example that every vendor's rule scores differently."""
    return card(
        section("courtesy", yes_no("greeting", weight=10), scale("tone", weight=10), weight=20),
        section("empathy", scale("empathy", weight=20), weight=20),
        section(
            "resolution",
            yes_no("solved", weight=13),
            scale("explained", weight=13),
            yes_no("transfer", weight=13),
            weight=40,
        ),
        section("compliance", yes_no("identity", weight=20), weight=20),
    )


PEERS_ANSWERS = {
    "greeting": chose("yes"),
    "tone": chose("4"),
    "empathy": chose("3"),
    "solved": chose("yes"),
    "explained": chose("5"),
    "transfer": NOT_APPLICABLE,
    "identity": chose("no"),
}


def changed(card_: Card, key: str, **attributes: object) -> Card:
    """The card with other attributes for one criterion."""
    sections = tuple(
        replace(
            part,
            criteria=tuple(
                replace(criterion, **attributes) if criterion.key == key else criterion  # type: ignore[arg-type]  # any attribute
                for criterion in part.criteria
            ),
        )
        for part in card_.sections
    )
    return replace(card_, sections=sections)
