"""What the report of a mystery visit says: a plain value in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from qa.i18n import Language
from qa.reports.content import AnswerLine
from qa.reports.digest import content_digest


@dataclass(frozen=True, slots=True)
class VisitAnswer:
    """One question of a mystery visit; points only where the question is scored."""

    section: str
    question: str
    answer: str
    points: Decimal | None = None
    possible: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or recording of a visit: its file name, a word for its kind, its SHA-256."""

    name: str
    kind: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class VisitReport:
    """A mystery visit, in the reader's language. Its purpose is never to discipline."""

    language: Language
    zone: str
    company: str
    programme: str
    scenario: str
    place: str
    shopper: str
    began_at: datetime
    ended_at: datetime | None
    card: str
    card_version: str
    made_on: date
    quality: Decimal | None
    final: Decimal | None
    passed: bool | None
    formula: str
    purpose: str
    keep_until: date | None
    persona: str = ""
    question: str = ""
    expected: str = ""
    answers: tuple[VisitAnswer, ...] = ()
    lines: tuple[AnswerLine, ...] = ()
    notes: str = ""
    attachments: tuple[Attachment, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return content_digest(self)
