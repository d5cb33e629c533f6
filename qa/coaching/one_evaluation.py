"""The content of the report of one evaluation, for whoever may see it."""

from zoneinfo import ZoneInfo

from qa.act import Act
from qa.cards.queries import card_of
from qa.coaching.around import contact_of
from qa.coaching.assembly import quotes_of, read_evaluation
from qa.coaching.discretion import Discretion
from qa.coaching.findings import Judged, critical_errors
from qa.coaching.shared import Shared
from qa.disputes.queries import disputed_among
from qa.errors import ConflictError
from qa.evaluations.hearing import told_unheard
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.service import marks_of
from qa.i18n import Language, Text, _, say
from qa.insight.stretch import Stretch
from qa.interactions.whose import may_know_agent
from qa.privacy.terms import kept_until
from qa.reports.computation import answer_lines, percentage
from qa.reports.content import EvaluationLine, Quote
from qa.reports.evaluation_content import EvaluationReport, Noted


def evaluation_report(act: Act, evaluation: Evaluation, *, language: Language) -> EvaluationReport:
    """Return what the report of an evaluation says; ``evaluation`` is one that the actor may see."""
    if evaluation.submitted_at is None:
        raise ConflictError(_("This evaluation is not submitted yet."))
    zone = act.settings.time_zone
    today = act.now.astimezone(ZoneInfo(zone)).date()
    known = may_know_agent(act, evaluation.interaction)
    hidden = Discretion(
        language=language,
        own_name=evaluation.agent.name if known else "",
        names=Shared(Stretch(today, today, zone)).names(act),
        address=act.settings.address,
    )
    read = read_evaluation(evaluation, hidden=hidden)
    (quotes,) = quotes_of(act, [read])
    told = {key: tuple(_hidden(one, hidden) for one in found) for key, found in quotes.items()}
    marks, lines = marks_of(evaluation), answer_lines(read.card, read.result, language=language)
    criteria = [criterion for _section, criterion in read.card.criteria()]
    answers = {criterion.key: line.answer for criterion, line in zip(criteria, lines, strict=True)}
    judged = Judged(read.card, read.result, marks, read.contact, told, told_unheard(evaluation.computation))
    return EvaluationReport(
        language=language,
        zone=zone,
        company=act.settings.company,
        agent=evaluation.agent.name if known else say(_("an agent"), language),
        card=card_of(evaluation.card_version).name.in_(language),
        card_version=str(evaluation.card_version.number),
        made_on=today,
        line=EvaluationLine(
            contact=contact_of(evaluation.interaction, hidden=hidden),
            quality=percentage(read.result.quality),
            final=percentage(read.result.final),
            passed=evaluation.passed,
            lines=lines,
            remark=hidden.text(evaluation.summary),
        ),
        formula=say(_FORMULA, language),
        keep_until=kept_until(act.settings, evaluation.submitted_at),
        noted=tuple(
            Noted(
                criterion.name.in_(language),
                answers[criterion.key],
                hidden.text(marks[criterion.key].comment),
                told.get(criterion.key, ()),
            )
            for criterion in criteria
            if criterion.key in marks and (marks[criterion.key].comment or told.get(criterion.key))
        ),
        critical_errors=critical_errors(judged, language=language, hide=hidden.text),
        agent_comment=hidden.text(evaluation.agent_comment),
        remarks=tuple(say(text, language) for text in _remarks(act, evaluation)),
    )


_FORMULA = _(
    "every answer is worth 0 to 100; answers weigh inside their section and sections inside the card as the card says; what was not applicable gives its weight to the rest"
)


def _hidden(quote: Quote, hidden: Discretion) -> Quote:
    return Quote(hidden.text(quote.text), quote.contact, quote.start_ms)


def _remarks(act: Act, evaluation: Evaluation) -> list[Text]:
    found = []
    if evaluation.kind is not EvaluationKind.RANDOM:
        found.append(_("This conversation was not drawn by lot; it is in no score."))
    if disputed_among(act, [evaluation.id]):
        found.append(_("This evaluation is disputed; it is in no figure until the dispute is settled."))
    return found
