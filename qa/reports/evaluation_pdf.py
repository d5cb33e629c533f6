"""One evaluation as PDF: its result, its computation line by line, and what each mark rests on."""

from functools import partial

from qa.i18n import _
from qa.reports import style as look
from qa.reports.blocks import Block
from qa.reports.coaching_findings import critical
from qa.reports.document import write_pdf
from qa.reports.evaluation_content import EvaluationReport
from qa.reports.fonts import register_fonts
from qa.reports.labels import ERROR_CLASSES, kept_words
from qa.reports.parts import Scribe, foot_of, together


def evaluation_pdf(report: EvaluationReport, *, paper: str = "a4") -> bytes:
    """Return the evaluation as PDF on ``a4`` or ``letter``; equal content gives equal bytes."""
    register_fonts()
    width = look.sheet(paper, foot_height=0).width
    scribe = Scribe(report.language, report.zone, width)
    title = scribe.say(_("Evaluation · {contact}", contact=report.line.contact.reference))
    about = [scribe.say(_("Score: {formula}", formula=report.formula)), scribe.say(kept_words(report.keep_until))]
    foot = foot_of(about, digest=report.digest, head=title, language=report.language, width=width)
    sheet = look.sheet(paper, foot_height=foot.height)
    story = [
        *_head(report, scribe),
        *_result(report, scribe),
        *_critical_errors(report, scribe),
        *_computation(report, scribe),
        *_noted(report, scribe),
        *_agents_words(report, scribe),
        *scribe.replaced_note([report.agent, report.agent_comment, report.line.remark]),
    ]
    return write_pdf(
        story,
        sheet,
        title=title,
        author=report.company,
        language=report.language,
        foot=partial(foot.draw, sheet=sheet),
    )


def _head(report: EvaluationReport, scribe: Scribe) -> list[Block]:
    styles = look.styles()
    kind = scribe.say(_("Evaluation"))
    about = _(
        "Scorecard {card}, version {version} · made on {day}",
        card=report.card,
        version=report.card_version,
        day=report.made_on,
    )
    parts: list[Block] = [
        scribe.prose(f"{kind} · {report.company}" if report.company else kind, styles.eyebrow),
        scribe.title(report.agent),
        scribe.prose(scribe.contact(report.line.contact), styles.lead),
        scribe.muted(about),
    ]
    if report.remarks:
        parts.append(scribe.prose(" ".join(report.remarks), styles.note))
    return parts


def _result(report: EvaluationReport, scribe: Scribe) -> list[Block]:
    line = report.line
    parts: list[Block] = [scribe.heading(_("Result of this conversation"))]
    if line.quality is None:
        parts.append(scribe.body(_("Every criterion was not applicable, so this evaluation has no score.")))
    else:
        parts.append(scribe.large(scribe.number(line.quality), "· n 1"))
        if line.passed is not None:
            verdict = _("Passed: every rule of the card was met.") if line.passed else _("Not passed.")
            parts.append(scribe.body(verdict))
        parts.append(scribe.muted(_("One conversation says how it went once, not how it usually goes.")))
    if line.remark:
        parts.append(scribe.body(line.remark))
    return [together(parts)]


def _critical_errors(report: EvaluationReport, scribe: Scribe) -> list[Block]:
    if not report.critical_errors:
        return []
    parts: list[Block] = [scribe.heading(_("Critical errors"))]
    for error in report.critical_errors:
        parts += [scribe.subheading(ERROR_CLASSES[error.error_class]), *critical(error, scribe)]
    return [together(parts)]


def _computation(report: EvaluationReport, scribe: Scribe) -> list[Block]:
    if not report.line.lines:
        return []
    about = _(
        "Value is what the answer is worth from 0 to 100, weight its share after what was not applicable, adds what it brings."
    )
    return [
        scribe.heading(_("The score, line by line")),
        scribe.muted(about),
        *scribe.computation(report.line.lines, quality=report.line.quality, final=report.line.final),
    ]


def _noted(report: EvaluationReport, scribe: Scribe) -> list[Block]:
    if not report.noted:
        return []
    parts: list[Block] = [scribe.heading(_("What the marks rest on"))]
    for item in report.noted:
        block: list[Block] = [scribe.subheading(f"{item.criterion}: {item.answer}" if item.answer else item.criterion)]
        if item.comment:
            block.append(scribe.body(item.comment))
        for place, quote in enumerate(item.quotes):
            block = [*block, *scribe.quote(quote)] if place else scribe.quote(quote, above=block)
        parts.append(together(block))
    return parts


def _agents_words(report: EvaluationReport, scribe: Scribe) -> list[Block]:
    if not report.agent_comment.strip():
        return []
    paragraphs = [scribe.body(text) for text in report.agent_comment.splitlines() if text.strip()]
    return [scribe.heading(_("What the agent said of it")), *paragraphs]
