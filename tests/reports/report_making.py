"""Reports to test with, and what a reader or a screen reader finds in a PDF."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from qa.estimate.figure import Figure
from qa.estimate.intervals import Method
from qa.i18n import Language
from qa.reports.content import (
    Action,
    ActionState,
    AnswerLine,
    BeyondControl,
    CoachingReport,
    Contact,
    CriticalError,
    CustomerComment,
    CustomerVoice,
    DevelopmentPoint,
    DisputeLine,
    DisputeState,
    DrawNote,
    EvaluationLine,
    Meeting,
    MysteryLine,
    Period,
    PeriodResult,
    Quote,
    SectionResult,
    SelfScore,
    Signal,
    Strength,
    VoiceFigure,
)
from qa.reports.minutes_content import Discussed, Minutes, MinutesItem, ReviewerScore
from qa.reports.visit_content import Attachment, VisitAnswer, VisitReport
from scorecards.causes import Cause
from scorecards.definition import ErrorClass

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
NOTHING = Figure(None, None, None, 0, 310, Method.NONE)


def figure(value: float = 82, margin: float = 6, *, n: int = 24, population: int | None = 310) -> Figure:
    """A figure whose interval is as long on both sides."""
    return Figure(value, value - margin, value + margin, n, population, Method.BOUNDED)


def contact(number: int = 1) -> Contact:
    moment = datetime(2026, 10, 3, 8, 32, tzinfo=UTC) + timedelta(days=number)
    return Contact(f"CALL-{number:05}", moment, "phone", f"https://steekproef.example/interactions/{number}")


def quote(text: str, *, number: int = 1, start_ms: int | None = 133_000) -> Quote:
    return Quote(text, contact(number), start_ms)


def evaluation(number: int = 1) -> EvaluationLine:
    lines = (
        AnswerLine("Courtesy", "Greets and introduces self", "Yes", Decimal(100), Decimal(40), Decimal(40)),
        AnswerLine("Empathy", "Recognises the feeling", "3 of 5", Decimal(50), Decimal(60), Decimal(30)),
        AnswerLine("Resolution", "Transfer followed up", "not rated here"),
    )
    return EvaluationLine(contact(number), Decimal(70), Decimal(0), passed=False, lines=lines)


def not_applicable(number: int = 1) -> EvaluationLine:
    lines = (AnswerLine("Courtesy", "Greets and introduces self", "not rated here"),)
    return EvaluationLine(contact(number), None, None, None, lines)


def bare_report(**changes: Any) -> CoachingReport:
    """A report of an agent of whom nothing was evaluated."""
    settings: dict[str, Any] = {
        "language": Language.EN,
        "zone": "Europe/Amsterdam",
        "company": "Voorbeeld Energie",
        "agent": "Sanne de Wit",
        "team": "Invoices",
        "coach": "M. de Vries",
        "period": OCTOBER,
        "card": "Phone service",
        "card_version": "2.1",
        "made_on": date(2026, 11, 4),
        "overall": NOTHING,
        "formula": "answers are worth 0 to 100 and are weighed inside their section",
        "purpose": "development, agreed with the works council",
        "keep_until": date(2027, 10, 31),
    }
    return CoachingReport(**{**settings, **changes})


def full_report(**changes: Any) -> CoachingReport:
    """A report with something in every part."""
    settings: dict[str, Any] = {
        "overall": figure(),
        "target": Decimal(80),
        "previous": PeriodResult(SEPTEMBER, figure(78, 7, n=22)),
        "history": (PeriodResult(SEPTEMBER, figure(78, 7, n=22)), PeriodResult(OCTOBER, figure())),
        "draws": (DrawNote("plan-7/2026-10", "24 interactions were drawn at random.", "9f2c5a0b7d3e41a6"),),
        "sections": (
            SectionResult("Courtesy", figure(91, 4), Decimal(75)),
            SectionResult("Empathy", figure(74, 9), Decimal(75)),
            SectionResult("Compliance", figure(60, 30, n=3), Decimal(90)),
        ),
        "strengths": (
            Strength("Names the feeling", quote("How annoying, let me look right away."), "You listen first."),
            Strength("Realistic expectations", quote("It takes three to five days.", number=4)),
        ),
        "points": (
            DevelopmentPoint(
                "Asks whether it is solved",
                better="Asks whether everything was answered and waits.",
                cause=Cause.SKILL,
                quote=quote("All right then.", number=2),
                action=Action("Ask the closing question", "Sanne", date(2026, 11, 18)),
            ),
        ),
        "critical_errors": (
            CriticalError(ErrorClass.COMPLIANCE, "Identity checked", contact(2), "the outcome of this one is nought"),
        ),
        "beyond_control": (
            BeyondControl(
                Cause.TECHNOLOGY, "Offers an alternative", (contact(3),), "The invoices could not be opened."
            ),
        ),
        "signals": (Signal("Talk share", "%", Decimal(54), Decimal(46), Decimal(58), 24),),
        "visits": (MysteryLine("Moving house", datetime(2026, 10, 14, 9, tzinfo=UTC), Decimal(88), "by phone"),),
        "evaluations": (evaluation(1), evaluation(2)),
        "earlier_actions": (Action("Name the feeling first", "Sanne", date(2026, 10, 15), ActionState.DONE),),
        "own_words": "I hurry when the queue is long.",
        "disputes": (DisputeLine(contact(2), "Identity checked", DisputeState.OPEN, date(2026, 11, 20)),),
        "plan": (Action("Listen to two good examples", "M. de Vries", date(2026, 11, 25)),),
        "self_scores": (SelfScore(contact(2), Decimal(80), Decimal(70), "I could have asked one more question."),),
        "waits": (Signal("On hold", "seconds a call", Decimal(48), n=24),),
        "voice": CustomerVoice(
            interactions=24,
            invited=20,
            answered=9,
            figures=(VoiceFigure("Satisfaction", "mean, 0 to 100", figure(71, 12, n=9, population=20)),),
            comments=(CustomerComment("She really listened to me.", contact(3), "Satisfaction given: 9"),),
        ),
        "next_meeting": Meeting(datetime(2026, 11, 18, 9, 30, tzinfo=UTC), 45, "Room 2"),
    }
    return bare_report(**{**settings, **changes})


def visit_report(**changes: Any) -> VisitReport:
    settings: dict[str, Any] = {
        "language": Language.EN,
        "zone": "Europe/Amsterdam",
        "company": "Voorbeeld Energie",
        "programme": "Moving house",
        "scenario": "Report a move and ask about the final invoice",
        "place": "Shop Utrecht",
        "shopper": "Shopper 7",
        "began_at": datetime(2026, 10, 14, 9, tzinfo=UTC),
        "ended_at": datetime(2026, 10, 14, 9, 24, tzinfo=UTC),
        "card": "Mystery visit",
        "card_version": "1",
        "made_on": date(2026, 11, 4),
        "quality": Decimal("77.8"),
        "final": Decimal("77.8"),
        "passed": True,
        "formula": "answers are worth 0 to 100",
        "purpose": "a better service in our shops",
        "keep_until": date(2027, 4, 14),
        "persona": "Is in a hurry.",
        "question": "When do I get the last invoice?",
        "expected": "Names the date of the final invoice.",
        "answers": (
            VisitAnswer("Arrival", "Was there a greeting?", "Yes", Decimal(1), Decimal(1)),
            VisitAnswer("Arrival", "How long was the wait?", "4 minutes", note="Two people before me."),
        ),
        "lines": evaluation().lines,
        "notes": "The shop was busy.",
        "attachments": (Attachment("front.jpg", "photo", "ab" * 32),),
    }
    return VisitReport(**{**settings, **changes})


def minutes_report(*, criteria: tuple[Discussed, ...] = (), **changes: Any) -> Minutes:
    item = MinutesItem(contact(), (ReviewerScore("Ada Vos", Decimal(82)), ReviewerScore("Bo Smit", None)), criteria)
    settings: dict[str, Any] = {
        "language": Language.EN,
        "zone": "Europe/Amsterdam",
        "company": "Voorbeeld Energie",
        "name": "November",
        "card": "Phone service",
        "card_version": "2",
        "made_on": date(2026, 11, 4),
        "locked_at": datetime(2026, 11, 3, 9, tzinfo=UTC),
        "closed_at": datetime(2026, 11, 3, 11, tzinfo=UTC),
        "purpose": "one understanding of the scorecard",
        "keep_until": date(2028, 11, 3),
        "present": ("Ada Vos", "Bo Smit"),
        "items": (item,),
    }
    return Minutes(**{**settings, **changes})


@dataclass(frozen=True, slots=True)
class Tag:
    """A node of a PDF's structure tree."""

    role: str
    spoken: str
    alt: str
    scope: str
    kids: tuple["Tag", ...]

    def all(self) -> Iterator["Tag"]:
        yield self
        for kid in self.kids:
            yield from kid.all()


@dataclass(frozen=True, slots=True)
class Found:
    """What a PDF says: its text without any white space, its tags, its properties."""

    text: str
    tags: Tag
    title: str
    language: str
    pages: int
    bookmarks: tuple[str, ...]
    fonts_without_file: tuple[str, ...]
    size: tuple[float, float]

    def says(self, words: str) -> bool:
        return squeezed(words) in self.text

    def of(self, role: str) -> list[Tag]:
        return [tag for tag in self.tags.all() if tag.role == role]

    def spoken(self) -> str:
        return " ".join(f"{tag.spoken} {tag.alt}" for tag in self.tags.all())


def squeezed(text: str) -> str:
    return "".join(text.split())


def found(pdf: bytes) -> Found:
    """Read a PDF back."""
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.root_object
    page = reader.pages[0].mediabox
    return Found(
        text=squeezed(" ".join(page.extract_text() for page in reader.pages)),
        tags=_tag(root["/StructTreeRoot"]["/K"][0].get_object()),  # type: ignore[index]  # pypdf's objects are dynamic
        title=str(reader.metadata.title if reader.metadata else ""),
        language=str(root["/Lang"]),
        pages=len(reader.pages),
        bookmarks=tuple(_titles(reader.outline)),
        fonts_without_file=tuple(_not_embedded(reader)),
        size=(float(page.width), float(page.height)),
    )


def _tag(node: DictionaryObject) -> Tag:
    kids = node.get("/K", ArrayObject())
    below = [kid.get_object() for kid in kids]
    attributes = node.get("/A", DictionaryObject())
    return Tag(
        role=str(node["/S"]).removeprefix("/"),
        spoken=str(node.get("/ActualText", "")),
        alt=str(node.get("/Alt", "")),
        scope=str(attributes.get("/Scope", "")).removeprefix("/"),
        kids=tuple(_tag(kid) for kid in below if "/S" in kid),
    )


def _titles(outline: Any) -> Iterator[str]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _titles(entry)
        else:
            yield str(entry.title)


def _not_embedded(reader: PdfReader) -> Iterator[str]:
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]  # pypdf's objects are dynamic
            described = font.get_object()
            if "/FontFile2" not in described.get("/FontDescriptor", DictionaryObject()).get_object():
                yield str(described["/BaseFont"])


def texts(value: object) -> Iterator[str]:
    """Every text of a content value that a reader should find, quotes as they are shown."""
    if isinstance(value, Enum) or value is None:
        return
    if isinstance(value, Quote):
        yield value.shown
        yield from texts(value.contact)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value) and not isinstance(value, Figure):
        for field in fields(value):
            if field.name not in {"zone", "language", "link"}:
                yield from texts(getattr(value, field.name))
