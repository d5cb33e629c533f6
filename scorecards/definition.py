"""What a scorecard is: sections, criteria and options, every text in both languages, every number exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scorecards.causes import Cause
from scorecards.words import NO_WORDS, Words

ZERO = Decimal(0)
HUNDRED = Decimal(100)

#: Below this value a criterion is failed where the card says nothing else.
FAILS_BELOW = Decimal(50)


class Kind(StrEnum):
    """How a criterion is answered."""

    YES_NO = "yes_no"
    SCALE_3 = "scale_3"
    SCALE_4 = "scale_4"
    SCALE_5 = "scale_5"
    NUMERIC = "numeric"
    CHOICE = "choice"
    TEXT = "text"


#: How many options a kind has; kinds that are not named here have as many as the card gives them.
OPTION_COUNTS = {Kind.YES_NO: 2, Kind.SCALE_3: 3, Kind.SCALE_4: 4, Kind.SCALE_5: 5, Kind.TEXT: 0}


class Channel(StrEnum):
    """Where a contact took place."""

    PHONE = "phone"
    EMAIL = "email"
    CHAT = "chat"
    PORTAL = "portal"
    MESSAGING = "messaging"
    SOCIAL = "social"
    IN_PERSON = "in_person"
    VIDEO = "video"


class ErrorClass(StrEnum):
    """Whom a failed criterion hurts."""

    CUSTOMER = "customer"
    BUSINESS = "business"
    COMPLIANCE = "compliance"


class PassRule(StrEnum):
    """When a contact passes."""

    EVERY_SECTION = "every_section"
    TOTAL = "total"
    BOTH = "both"


class Effect(StrEnum):
    """What a failed critical criterion does to the outcome; the quality score never changes."""

    NONE = "none"
    FLAG = "flag"
    SECTION_ZERO = "section_zero"
    CARD_ZERO = "card_zero"
    CAP_AT = "cap_at"


@dataclass(frozen=True, slots=True)
class OnFail:
    """The effect of failing a criterion; ``cap`` (0-100) only with ``cap_at``."""

    effect: Effect = Effect.NONE
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """The criterion is asked only when the criterion with key ``criterion`` was answered with one of ``options``."""

    criterion: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer and what it is worth.

    ``value`` is 0-100. For a numeric criterion an option is a range: it holds from ``start`` up to the start of the
    next one. ``points`` are only for the vendors' rules, where scales and yes/no have points of their own.
    """

    key: str
    label: Words
    value: Decimal
    anchor: Words = NO_WORDS
    start: Decimal | None = None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of a card.

    ``weight`` counts inside the section. Below ``comment_below`` a comment is required, below ``evidence_below``
    evidence; below ``fails_below`` the criterion is failed: a cause is asked for, and ``on_fail`` takes effect.
    A criterion with ``bonus`` stands outside the weights and adds at most that many percentage points.
    """

    key: str
    name: Words
    kind: Kind
    options: tuple[Option, ...] = ()
    guidance: Words = NO_WORDS
    weight: Decimal = ZERO
    allow_not_applicable: bool = False
    optional: bool = False
    condition: Condition | None = None
    comment_below: Decimal | None = None
    evidence_below: Decimal | None = None
    fails_below: Decimal = FAILS_BELOW
    error_class: ErrorClass | None = None
    on_fail: OnFail = OnFail()
    causes: tuple[Cause, ...] = ()
    bonus: Decimal | None = None
    unit: Words = NO_WORDS
    maximum: Decimal | None = None

    @property
    def scored(self) -> bool:
        """Whether its answers count in the weighted mean."""
        return self.kind is not Kind.TEXT and self.bonus is None

    @property
    def critical(self) -> bool:
        return self.on_fail.effect is not Effect.NONE

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria that are weighed together; ``threshold`` (0-100) is what the section must reach by itself."""

    key: str
    name: Words
    criteria: tuple[Criterion, ...]
    weight: Decimal = ZERO
    threshold: Decimal | None = None
    guidance: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class Band:
    """A word for scores from ``start`` (0-100) up to the next band."""

    key: str
    name: Words
    start: Decimal


@dataclass(frozen=True, slots=True)
class Card:
    """A whole scorecard; ``pass_mark`` (0-100) belongs to the rules that look at the total.

    ``languages`` are those of the contacts it is for; its own texts are always in English and Dutch.
    """

    key: str
    name: Words
    sections: tuple[Section, ...]
    channels: tuple[Channel, ...] = ()
    languages: tuple[str, ...] = ("en", "nl")
    rule: PassRule = PassRule.EVERY_SECTION
    pass_mark: Decimal | None = None
    bands: tuple[Band, ...] = ()
    description: Words = NO_WORDS

    def criteria(self) -> Iterator[tuple[Section, Criterion]]:
        """Every criterion with its section, in the order of the card."""
        for section in self.sections:
            for criterion in section.criteria:
                yield section, criterion

    def criterion(self, key: str) -> Criterion | None:
        return next((criterion for _, criterion in self.criteria() if criterion.key == key), None)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)
