"""What the report of a team says to its supervisor: a plain value; no agent is named in it, so that it ranks nobody."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qa.estimate.figure import Figure
from qa.i18n import Language
from qa.reports.content import Period, PeriodResult, SectionResult, VoiceFigure
from qa.reports.digest import content_digest


@dataclass(frozen=True, slots=True)
class PlanLine:
    """How far a plan is: interactions drawn, scored, shown to their agents."""

    plan: str
    drawn: int
    submitted: int
    released: int


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause that lies with the organisation and the criterion it hindered; in ``n`` of ``of`` interactions."""

    cause: str
    criterion: str
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """How far reviewers agree with a card: a coefficient with its interval, from -1 to 1; none where there is too little."""

    card: str
    coefficient: str
    n: int
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TeamReport:
    """A team (or everybody) over a period, in the reader's language."""

    language: Language
    zone: str
    company: str
    team: str
    period: Period
    made_on: date
    overall: Figure
    formula: str
    purpose: str
    keep_until: date | None
    previous: PeriodResult | None = None
    agents: int = 0
    sections: tuple[SectionResult, ...] = ()
    plans: tuple[PlanLine, ...] = ()
    causes: tuple[CauseLine, ...] = ()
    agreement: tuple[AgreementLine, ...] = ()
    voice: tuple[VoiceFigure, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return content_digest(self)
