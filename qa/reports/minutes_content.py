"""What the minutes of a calibration say: a plain value in the reader's language; no agent is named in them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from qa.i18n import Language
from qa.reports.content import Contact
from qa.reports.digest import content_digest


@dataclass(frozen=True, slots=True)
class Opinion:
    """One reviewer's answer to a criterion, in words, and what they wrote of it."""

    reviewer: str
    answer: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the meeting made of a criterion; ``outcome`` with its owner and date only where something follows."""

    consensus: str
    note: str = ""
    outcome: str = ""
    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Discussed:
    """One criterion of one interaction; ``spread`` says in words how far the answers lie apart."""

    criterion: str
    opinions: tuple[Opinion, ...]
    spread: str
    decided: Decided | None = None

    @property
    def by_answer(self) -> dict[str, list[str]]:
        """Who gave each answer, the answer of most first."""
        found: dict[str, list[str]] = {}
        for one in self.opinions:
            found.setdefault(one.answer, []).append(one.reviewer)
        return dict(sorted(found.items(), key=lambda entry: -len(entry[1])))


@dataclass(frozen=True, slots=True)
class ReviewerScore:
    """One reviewer's quality score (0-100) of an interaction; none where every criterion was not applicable."""

    reviewer: str
    quality: Decimal | None


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """One interaction: its scores, its criteria side by side, and who did not score it in time."""

    contact: Contact
    scores: tuple[ReviewerScore, ...] = ()
    criteria: tuple[Discussed, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far reviewers agreed before they spoke: Krippendorff's alpha from -1 to 1, on ``n`` interactions."""

    criterion: str
    n: int
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Minutes:
    """A calibration session, in the reader's language; ``same`` of ``asked`` answers were the same for everybody."""

    language: Language
    zone: str
    company: str
    name: str
    card: str
    card_version: str
    made_on: date
    locked_at: datetime
    closed_at: datetime | None
    purpose: str
    keep_until: date | None
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    items: tuple[MinutesItem, ...] = ()
    same: int = 0
    asked: int = 0
    agreement: tuple[Agreed, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return content_digest(self)
