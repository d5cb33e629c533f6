"""What the report of one evaluation says: a plain value in the reader's language."""

from dataclasses import dataclass
from datetime import date

from qa.i18n import Language
from qa.reports.content import CriticalError, EvaluationLine, Quote
from qa.reports.digest import content_digest


@dataclass(frozen=True, slots=True)
class Noted:
    """What the reviewer wrote of a criterion, and the words it rests on."""

    criterion: str
    answer: str
    comment: str = ""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """One evaluation; the interaction, score and computation are in ``line``."""

    language: Language
    zone: str
    company: str
    agent: str
    card: str
    card_version: str
    made_on: date
    line: EvaluationLine
    formula: str
    keep_until: date | None
    noted: tuple[Noted, ...] = ()
    critical_errors: tuple[CriticalError, ...] = ()
    agent_comment: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return content_digest(self)
