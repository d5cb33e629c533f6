"""What a coaching report says: a plain value in the reader's language, complete before any page is drawn."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from qa.errors import InvalidError
from qa.estimate.figure import Figure, Verdict, difference
from qa.i18n import Language, _
from qa.reports.digest import content_digest
from scorecards.causes import Cause, Nature
from scorecards.definition import ErrorClass

MOST_POINTS = 3
MOST_STRENGTHS = 3

#: Longer quotes are cut at a word on the page; the whole stands in the interaction.
QUOTE_LIMIT = 420


class Change(StrEnum):
    """What may be said about this period beside the one before."""

    BETTER = "better"
    WORSE = "worse"
    WITHIN_CHANCE = "within_chance"
    TOO_FEW = "too_few"
    NO_EARLIER = "no_earlier"


class ActionState(StrEnum):
    """Where an agreed action stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class DisputeState(StrEnum):
    """Where an agent's dispute stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidError(_("The period ends before it begins."))


@dataclass(frozen=True, slots=True)
class Contact:
    """Which interaction is meant: its reference, when and through which channel (a word in the reader's language).

    ``link`` is the address of its page, for who may see it.
    """

    reference: str
    occurred_at: datetime
    channel: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Redacted words from an interaction; ``start_ms`` counts from its beginning, none where it has no clock."""

    text: str
    contact: Contact
    start_ms: int | None = None

    @property
    def shown(self) -> str:
        """The words as they stand on the page: whole, or cut at a word with an ellipsis."""
        text = " ".join(self.text.split())
        if len(text) <= QUOTE_LIMIT:
            return text
        head = text[: QUOTE_LIMIT - 2]
        return (head.rsplit(" ", 1)[0] if " " in head[QUOTE_LIMIT // 2 :] else head).rstrip(" ,;:") + " …"

    @property
    def link(self) -> str:
        """The address at which the interaction opens where the words begin."""
        if not self.contact.link or self.start_ms is None:
            return self.contact.link
        return f"{self.contact.link}?at={self.start_ms // 1000}"

    @property
    def is_cut(self) -> bool:
        """Whether the page shows less than was said."""
        return len(" ".join(self.text.split())) > QUOTE_LIMIT


@dataclass(frozen=True, slots=True)
class Action:
    """Something agreed: what, who does it, until when."""

    text: str
    owner: str = ""
    due: date | None = None
    state: ActionState = ActionState.OPEN


@dataclass(frozen=True, slots=True)
class Strength:
    """Something that went well, with the words that show it."""

    criterion: str
    quote: Quote | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DevelopmentPoint:
    """Something to try: ``better`` is what the card says of the better option. Its cause lies with the agent."""

    criterion: str
    better: str
    cause: Cause | None = None
    quote: Quote | None = None
    remark: str = ""
    action: Action | None = None

    def __post_init__(self) -> None:
        if self.cause is not None and self.cause.nature is Nature.SYSTEMIC:
            raise InvalidError(_("A cause that lies with the organisation is never a development point."))


@dataclass(frozen=True, slots=True)
class CriticalError:
    """A failed critical criterion and what it did to the outcome, in words.

    ``unheard`` says that the reviewer confirmed it without playing its evidence.
    """

    error_class: ErrorClass
    criterion: str
    contact: Contact
    effect: str = ""
    quote: Quote | None = None
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class BeyondControl:
    """A cause that lies with the organisation, with the interactions in which it was met."""

    cause: Cause
    criterion: str
    contacts: tuple[Contact, ...] = ()
    remark: str = ""

    def __post_init__(self) -> None:
        if self.cause.nature is not Nature.SYSTEMIC:
            raise InvalidError(_("A cause that can be coached does not belong under what the agent did not control."))


@dataclass(frozen=True, slots=True)
class SectionResult:
    """A section of the card over the period; ``threshold`` (0-100) is what the section must reach by itself."""

    name: str
    figure: Figure
    threshold: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """The overall figure of one period, for the course over time."""

    period: Period
    figure: Figure


@dataclass(frozen=True, slots=True)
class Signal:
    """Something counted by machine, with its unit in words and the middle half of the team beside it."""

    name: str
    unit: str
    value: Decimal | None
    team_low: Decimal | None = None
    team_high: Decimal | None = None
    n: int = 0
    digits: int = 0


@dataclass(frozen=True, slots=True)
class VoiceFigure:
    """What customers answered to one question; ``unit`` says what its numbers are."""

    name: str
    unit: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class CustomerComment:
    """What a customer wrote, redacted; ``given`` is the satisfaction that went with it, in words."""

    text: str
    contact: Contact
    given: str = ""

    @property
    def quote(self) -> Quote:
        """The comment as it is printed; it has no place in the recording that one could be led to."""
        return Quote(self.text, replace(self.contact, link=""))


@dataclass(frozen=True, slots=True)
class CustomerVoice:
    """What customers answered on the interactions that were evaluated: asked, answered, and what they said."""

    interactions: int
    invited: int
    answered: int
    figures: tuple[VoiceFigure, ...] = ()
    comments: tuple[CustomerComment, ...] = ()


@dataclass(frozen=True, slots=True)
class SelfScore:
    """The agent's own score of an interaction beside the reviewer's, both 0-100 and in no figure, with their own words."""

    contact: Contact
    own: Decimal | None
    reviewer: Decimal | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where the agent's next coaching session is; ``minutes`` long."""

    at: datetime
    minutes: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of a computation: ``value`` is 0-100, ``weight`` and ``contribution`` are percentage points applied.

    A criterion that was not applicable has no value and the weight nought.
    """

    section: str
    criterion: str
    answer: str
    value: Decimal | None = None
    weight: Decimal = Decimal(0)
    contribution: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class EvaluationLine:
    """One evaluation: quality without critical errors, and the final outcome; both 0-100, none where all was N/A."""

    contact: Contact
    quality: Decimal | None
    final: Decimal | None
    passed: bool | None
    lines: tuple[AnswerLine, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class MysteryLine:
    """A mystery visit shown beside the sampled interactions; it is in none of their figures."""

    programme: str
    visited_at: datetime
    score: Decimal | None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute of the agent; ``answer_by`` is the end of the term."""

    contact: Contact
    criterion: str
    state: DisputeState
    answer_by: date | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class DrawNote:
    """How interactions were drawn: ``how`` in a sentence, the draw's id and the commitment published before it."""

    draw_id: str
    how: str
    commitment: str = ""


@dataclass(frozen=True, slots=True)
class CoachingReport:
    """One agent, one period, in the reader's language; names of others than agent and coach do not occur.

    ``remarks`` say what the report lacks and why. ``formula`` is the rule of the card in words. ``waits`` is what the
    organisation let customers wait for. ``plan`` is what was agreed in the period and stands with no development point.
    """

    language: Language
    zone: str
    company: str
    agent: str
    team: str
    coach: str
    period: Period
    card: str
    card_version: str
    made_on: date
    overall: Figure
    formula: str
    purpose: str
    keep_until: date | None
    target: Decimal | None = None
    previous: PeriodResult | None = None
    history: tuple[PeriodResult, ...] = ()
    draws: tuple[DrawNote, ...] = ()
    sections: tuple[SectionResult, ...] = ()
    strengths: tuple[Strength, ...] = ()
    points: tuple[DevelopmentPoint, ...] = ()
    critical_errors: tuple[CriticalError, ...] = ()
    beyond_control: tuple[BeyondControl, ...] = ()
    waits: tuple[Signal, ...] = ()
    signals: tuple[Signal, ...] = ()
    voice: CustomerVoice | None = None
    visits: tuple[MysteryLine, ...] = ()
    evaluations: tuple[EvaluationLine, ...] = ()
    earlier_actions: tuple[Action, ...] = ()
    plan: tuple[Action, ...] = ()
    own_words: str = ""
    self_scores: tuple[SelfScore, ...] = ()
    disputes: tuple[DisputeLine, ...] = ()
    next_meeting: Meeting | None = None
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.points) > MOST_POINTS:
            raise InvalidError(_("A report holds at most {n} development points.", n=MOST_POINTS))
        if len(self.strengths) > MOST_STRENGTHS:
            raise InvalidError(_("A report holds at most {n} strengths.", n=MOST_STRENGTHS))

    @property
    def change(self) -> Change:
        """What the two samples together allow to be said; it cannot disagree with the figures it stands beside."""
        if self.previous is None:
            return Change.NO_EARLIER
        found = difference(self.overall, self.previous.figure)
        if found.verdict is Verdict.CANNOT_SAY or found.value is None:
            return Change.TOO_FEW
        if found.verdict is Verdict.NO:
            return Change.WITHIN_CHANCE
        return Change.BETTER if found.value > 0 else Change.WORSE

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return content_digest(self)
