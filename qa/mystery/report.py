"""The report of a handed-in visit as a value, in the reader's language; the PDF is made of it."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from qa.act import Act
from qa.cards.queries import card_of
from qa.errors import ConflictError
from qa.evaluations.marks import scored
from qa.evaluations.models import Evaluation
from qa.evaluations.service import marks_of
from qa.i18n import Language, _, say
from qa.mystery.labels import ATTACHMENT_LABELS
from qa.mystery.models import Visit
from qa.mystery.queries import evaluation_of
from qa.privacy.terms import kept_until
from qa.reports.computation import answer_lines
from qa.reports.visit_content import Attachment, VisitAnswer, VisitReport
from scorecards.computation import rule_in_words
from scorecards.definition import Card, Kind
from scorecards.scoring import LineState, Result, score

HUNDRED = Decimal(100)


def visit_report(act: Act, visit: Visit, *, language: Language | None = None) -> VisitReport:
    """Return the report of a visit that was handed in; the shopper stands in it as a number, never by name."""
    evaluation = evaluation_of(act, visit)
    if evaluation is None or visit.started_at is None:
        raise ConflictError(_("This visit was not handed in yet, so there is no report of it."))
    reader = language or act.language
    card = card_of(visit.card_version)
    result = score(card, scored(marks_of(evaluation)))
    scenario = visit.scenario
    return VisitReport(
        language=reader,
        zone=act.time_zone,
        company=act.settings.company,
        programme=scenario.programme.name,
        scenario=scenario.name,
        place=" · ".join(part for part in (visit.location, visit.agent.name) if part),
        shopper=say(_("no. {n}", n=visit.shopper_id), reader),
        began_at=visit.started_at,
        ended_at=visit.ended_at,
        card=card.name.in_(reader.value),
        card_version=str(visit.card_version.number),
        made_on=act.now.astimezone(ZoneInfo(act.time_zone)).date(),
        quality=_percentage(evaluation.quality_bp),
        final=_percentage(evaluation.final_bp),
        passed=evaluation.passed,
        formula=rule_in_words(card, language=reader.value),
        purpose=say(_("learning how our service is met"), reader),
        keep_until=kept_until(act.settings, evaluation.submitted_at or act.now),
        persona=scenario.persona,
        question=scenario.question,
        expected=scenario.expected,
        answers=_answers(card, result, evaluation, language=reader),
        lines=answer_lines(card, result, language=reader),
        notes=visit.notes,
        attachments=tuple(
            Attachment(item.file_name, say(ATTACHMENT_LABELS[item.kind], reader), item.sha256)
            for item in visit.attachments
        ),
    )


def _percentage(basis_points: int | None) -> Decimal | None:
    return None if basis_points is None else Decimal(basis_points) / 100


def _answers(card: Card, result: Result, evaluation: Evaluation, *, language: Language) -> tuple[VisitAnswer, ...]:
    """Return every question that was asked, with what the shopper saw."""
    marks = marks_of(evaluation)
    found = []
    for line, shown in zip(result.lines, answer_lines(card, result, language=language), strict=True):
        criterion, mark = card.criterion(line.criterion), marks.get(line.criterion)
        if line.state is LineState.NOT_ASKED:
            continue
        words = criterion is not None and criterion.kind is Kind.TEXT
        rated = line.state is LineState.RATED
        found.append(
            VisitAnswer(
                section=shown.section,
                question=shown.criterion,
                answer=((mark.text if mark else "") or "–") if words else shown.answer,
                points=shown.value if rated else None,
                possible=HUNDRED if rated else None,
                note=mark.comment if mark else "",
            )
        )
    return tuple(found)
