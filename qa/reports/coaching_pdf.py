"""The coaching report as PDF: what went well first, then what to try, then how it was found."""

from functools import partial
from typing import Any

from reportlab.platypus import CondPageBreak, Spacer

from qa.i18n import Text, _, ngettext_
from qa.reports import style as look
from qa.reports.charts import interval_bar, score_course, section_profile
from qa.reports.content import Action, BeyondControl, Change, CoachingReport, CriticalError, DevelopmentPoint, Strength
from qa.reports.document import write_pdf
from qa.reports.fonts import register_fonts
from qa.reports.labels import ACTION_STATES, DISPUTE_STATES, ERROR_CLASSES, INTERVALS
from qa.reports.numbers import figure_text, period_text
from qa.reports.parts import TABLE_START, Column, Scribe, foot_of, side_by_side, together
from qa.reports.tagging import Picture
from scorecards.definition import ErrorClass


def coaching_pdf(report: CoachingReport, *, paper: str = "a4") -> bytes:
    """Return the report as PDF on ``a4`` or ``letter``; equal content gives equal bytes."""
    register_fonts()
    width = look.sheet(paper, foot_height=0).width
    scribe = Scribe(report.language, report.zone, width)
    period = period_text(report.period, report.language)
    title = scribe.say(_("Coaching report · {agent} · {period}", agent=report.agent, period=period))
    foot = foot_of([*_about(report, scribe)], digest=report.digest, head=title, language=report.language, width=width)
    sheet = look.sheet(paper, foot_height=foot.height)
    story = [
        *_head(report, scribe),
        *_result(report, scribe),
        *_profile(report, scribe),
        *_strengths(report, scribe),
        *_in_short(report, scribe),
        *_points(report, scribe),
        *_critical_errors(report, scribe),
        *_beyond_control(report, scribe),
        *_course(report, scribe),
        *_signals(report, scribe),
        *_visits(report, scribe),
        *_earlier_actions(report, scribe),
        *_own_words(report, scribe),
        *_disputes(report, scribe),
        *_next_meeting(report, scribe),
        *_evaluations(report, scribe),
        *_how_drawn(report, scribe),
        *scribe.replaced_note([report.agent, report.team, report.coach, report.own_words]),
    ]
    return write_pdf(
        story,
        sheet,
        title=title,
        author=report.company,
        language=report.language,
        foot=partial(foot.draw, sheet=sheet),
    )


def _about(report: CoachingReport, scribe: Scribe) -> list[str]:
    """The sentences of the foot."""
    kept = _("kept until {date}", date=report.keep_until) if report.keep_until else _("no retention date is set")
    return [
        scribe.say(_("Score: {formula}", formula=report.formula)),
        " · ".join((scribe.say(_("Purpose: {purpose}", purpose=report.purpose.rstrip(". "))), scribe.say(kept))),
    ]


def _head(report: CoachingReport, scribe: Scribe) -> list[Any]:
    styles = look.styles()
    kind = scribe.say(_("Coaching report"))
    parts: list[Any] = [
        scribe.prose(f"{kind} · {report.company}" if report.company else kind, styles.eyebrow),
        scribe.title(report.agent),
        scribe.prose(
            " · ".join(part for part in (period_text(report.period, report.language), report.team) if part), styles.lead
        ),
        scribe.muted(
            _(
                "Coach {coach} · scorecard {card}, version {version} · {count} · made on {day}",
                coach=report.coach or "–",
                card=report.card,
                version=report.card_version,
                count=_evaluated(report),
                day=report.made_on,
            )
        ),
    ]
    if report.remarks:
        parts.append(scribe.prose(" ".join(report.remarks), styles.note))
    return parts


def _evaluated(report: CoachingReport) -> Text:
    figure = report.overall
    if figure.population is None:
        return ngettext_("{n} interaction evaluated", "{n} interactions evaluated", n=figure.n)
    return _("{n} of {total} interactions evaluated", n=figure.n, total=figure.population)


def _result(report: CoachingReport, scribe: Scribe) -> list[Any]:
    figure = report.overall
    bar = Picture(interval_bar(figure, width=scribe.width * 0.42, language=report.language, target=report.target))
    sentences: list[Any] = []
    if figure.n == 0:
        sentences.append(scribe.body(_("Nothing was evaluated in this period, so there is no result.")))
    elif figure.too_few:
        sentences.append(scribe.body(_("Too few interactions were evaluated for a result that says something.")))
    if report.target is not None and not figure.too_few:
        sentences.append(scribe.body(_target(report)))
    if figure.n:
        sentences.append(scribe.body(_change(report)))
    sentences += [scribe.muted(figure.exclusions.said)] if figure.exclusions and not figure.too_few else []
    left = [scribe.figure(figure), bar]
    return [
        together(
            [
                scribe.heading(_("Your result")),
                side_by_side(left, sentences, width=scribe.width, share=0.46),
            ]
        )
    ]


def _target(report: CoachingReport) -> Text:
    figure, target = report.overall, report.target
    if target is None or (figure.low or 0) >= target:
        return _("The target is {target}; you reached it.", target=target)
    if (figure.high or 0) < target:
        return _("The target is {target}; you are not there yet.", target=target)
    return _("The target is {target}; it lies within the margin, so this sample cannot tell.", target=target)


def _change(report: CoachingReport) -> Text:
    if report.previous is None:
        return _("There is no earlier period to compare with.")
    before = {
        "period": period_text(report.previous.period, report.language),
        # The number stays on one line with its n.
        "figure": figure_text(report.previous.figure, report.language).replace(" ", "\N{NO-BREAK SPACE}"),
    }
    match report.change:
        case Change.BETTER:
            return _("Higher than in {period} ({figure}); the difference is larger than chance.", **before)
        case Change.WORSE:
            return _("Lower than in {period} ({figure}); the difference is larger than chance.", **before)
        case Change.WITHIN_CHANCE:
            return _("Not clearly different from {period} ({figure}): the difference can be chance.", **before)
        case Change.TOO_FEW:
            return _("Too few to compare with {period} ({figure}).", **before)
        case Change.NO_EARLIER:
            return _("There is no earlier period to compare with.")


def _profile(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.sections:
        return []
    chart = section_profile(report.sections, width=scribe.width, language=report.language)
    legend = _("Dot: result. Band: 95% interval. Tick: threshold of the section.")
    return [together([scribe.heading(_("By section")), chart, Spacer(0, look.TIGHT), scribe.muted(legend)])]


def _strengths(report: CoachingReport, scribe: Scribe) -> list[Any]:
    parts = [scribe.heading(_("What went well"))]
    if not report.strengths:
        parts.append(scribe.body(_("No examples were noted in this period.")))
        return [together(parts)]
    first, *rest = [_strength(item, scribe) for item in report.strengths]
    return [together([*parts, *first]), *(together(item) for item in rest)]


def _strength(item: Strength, scribe: Scribe) -> list[Any]:
    parts: list[Any] = [scribe.subheading(item.criterion)]
    if item.remark:
        parts.append(scribe.body(item.remark))
    if item.quote:
        parts += scribe.quote(item.quote)
    return parts


def _in_short(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.points:
        return []
    texts = [(point.criterion, _action(point.action, scribe) if point.action else "") for point in report.points]
    parts = [scribe.heading(_("What to try next, in short")), *scribe.numbered(texts)]
    if report.next_meeting:
        parts.append(scribe.muted(_("Next meeting: {moment}", moment=scribe.moment(report.next_meeting))))
    return [together(parts)]


def _action(action: Action, scribe: Scribe) -> str:
    ends = [action.owner] if action.owner else []
    if action.due:
        ends.append(scribe.say(_("by {date}", date=action.due)))
    return action.text + (f" ({', '.join(ends)})" if ends else "")


def _points(report: CoachingReport, scribe: Scribe) -> list[Any]:
    heading = scribe.heading(_("What to try next, with examples") if report.points else _("What to try next"))
    if not report.points:
        return [together([heading, scribe.body(_("There are no development points for this period."))])]
    first, *rest = [_point(point, scribe, place=place) for place, point in enumerate(report.points, start=1)]
    return [together([heading, *first]), *(together(point) for point in rest)]


def _point(point: DevelopmentPoint, scribe: Scribe, *, place: int) -> list[Any]:
    parts: list[Any] = [scribe.subheading(f"{place}. {point.criterion}")]
    if point.remark:
        parts.append(scribe.body(point.remark))
    if point.quote:
        parts += scribe.quote(point.quote)
    if point.better:
        parts.append(scribe.labelled(_("What better looks like:"), point.better))
    if point.action:
        parts.append(scribe.labelled(_("Agreed:"), _action(point.action, scribe)))
    return parts


def _critical_errors(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.critical_errors:
        return []
    parts: list[Any] = [
        scribe.heading(_("Critical errors")),
        scribe.muted(_("These stand apart from the score. What each one did to the outcome is said with it.")),
    ]
    for kind in ErrorClass:
        of_kind = [error for error in report.critical_errors if error.error_class is kind]
        if of_kind:
            first, *rest = [_critical(error, scribe) for error in of_kind]
            parts.append(together([scribe.subheading(ERROR_CLASSES[kind]), *first]))
            parts += [together(error) for error in rest]
    return parts


def _critical(error: CriticalError, scribe: Scribe) -> list[Any]:
    parts: list[Any] = [scribe.labelled(error.criterion, error.effect)]
    parts += scribe.quote(error.quote) if error.quote else [scribe.muted(scribe.contact(error.contact))]
    if error.unheard:
        parts.append(scribe.muted(_("The reviewer confirmed this without playing the evidence.")))
    return parts


def _beyond_control(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.beyond_control:
        return []
    return [
        together(
            [
                scribe.heading(_("What you did not control")),
                scribe.body(
                    _(
                        "These causes lie with the organisation. They are no development points and go to your supervisor."
                    )
                ),
                *scribe.items([_cause(item, scribe) for item in report.beyond_control]),
            ]
        )
    ]


def _cause(item: BeyondControl, scribe: Scribe) -> str:
    text = f"{item.cause.label.in_(scribe.language)}: {item.criterion}"
    if item.contacts:
        seen = scribe.say(ngettext_("seen in {n} interaction", "seen in {n} interactions", n=len(item.contacts)))
        text += f" · {seen} ({', '.join(contact.reference for contact in item.contacts)})"
    return f"{text}. {item.remark}" if item.remark else text


def _course(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if len(report.history) < 2:
        return []
    chart = score_course(report.history, width=scribe.width, language=report.language, target=report.target)
    legend = scribe.muted(_("Dot: result. Band: 95% interval. Open mark: too few to say."))
    return [together([scribe.heading(_("Your results over time")), chart, legend])]


def _signals(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.signals:
        return []
    columns = (
        Column(scribe.say(_("Signal")), 0.40),
        Column(scribe.say(_("You")), 0.20, is_number=True),
        Column(scribe.say(_("Middle half of the team")), 0.26, is_number=True),
        Column(scribe.say(_("Interactions")), 0.14, is_number=True),
    )
    rows = []
    for signal in report.signals:
        own = (
            "–"
            if signal.value is None
            else f"{scribe.number(signal.value, digits=signal.digits)} {signal.unit}".strip()
        )
        team = "–"
        if signal.team_low is not None and signal.team_high is not None:
            low, high = (scribe.number(edge, digits=signal.digits) for edge in (signal.team_low, signal.team_high))
            team = f"{low}–{high} {signal.unit}".strip()
        rows.append([signal.name, own, team, str(signal.n)])
    about = _("Counted by machine from the recordings and messages. They explain; they are in no score.")
    return [together([scribe.heading(_("Signals")), scribe.muted(about), scribe.table(columns, rows)])]


def _visits(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.visits:
        return []
    columns = (
        Column(scribe.say(_("Programme")), 0.38),
        Column(scribe.say(_("Visited")), 0.20),
        Column(scribe.say(_("Remark")), 0.28),
        Column(scribe.say(_("Score")), 0.14, is_number=True),
    )
    rows = [
        [
            visit.programme,
            scribe.moment(visit.visited_at),
            visit.remark,
            "–" if visit.score is None else f"{scribe.number(visit.score)} · n 1",
        ]
        for visit in report.visits
    ]
    about = _("Shown beside the sample and in none of its figures. Visits are not used to discipline.")
    return [together([scribe.heading(_("Mystery visits")), scribe.muted(about), scribe.table(columns, rows)])]


def _earlier_actions(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.earlier_actions:
        return []
    texts = [
        f"{_action(action, scribe)}: {scribe.say(ACTION_STATES[action.state])}" for action in report.earlier_actions
    ]
    return [together([scribe.heading(_("Agreed earlier")), *scribe.items(texts)])]


def _own_words(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.own_words.strip():
        return []
    paragraphs = [scribe.body(text) for text in report.own_words.splitlines() if text.strip()]
    return [scribe.heading(_("In your own words")), *paragraphs]


def _disputes(report: CoachingReport, scribe: Scribe) -> list[Any]:
    if not report.disputes:
        return []
    texts = []
    for dispute in report.disputes:
        text = f"{dispute.criterion} ({scribe.contact(dispute.contact)}): {scribe.say(DISPUTE_STATES[dispute.state])}"
        if dispute.answer_by:
            text += ", " + scribe.say(_("answer due by {date}", date=dispute.answer_by))
        texts.append(f"{text}. {dispute.decision}" if dispute.decision else text)
    return [together([scribe.heading(_("Your disputes")), *scribe.items(texts)])]


def _next_meeting(report: CoachingReport, scribe: Scribe) -> list[Any]:
    when = (
        _("Next meeting: {moment}", moment=scribe.moment(report.next_meeting))
        if report.next_meeting
        else _("No next meeting is planned yet.")
    )
    seen = _("Seen by {agent} on ____________________ . Seen does not mean agreed.", agent=report.agent)
    return [together([scribe.heading(_("How we go on")), scribe.body(when), Spacer(0, look.MEDIUM), scribe.body(seen)])]


def _evaluations(report: CoachingReport, scribe: Scribe) -> list[Any]:
    heading = scribe.heading(_("The evaluations, line by line"))
    if not report.evaluations:
        return [together([heading, scribe.body(_("No interaction of this period was evaluated."))])]
    about = _(
        "Value is what the answer is worth from 0 to 100, weight its share after what was not applicable, adds what it brings."
    )
    parts: list[Any] = [CondPageBreak(TABLE_START), heading, scribe.muted(about)]
    for evaluation in report.evaluations:
        block: list[Any] = [scribe.subheading(scribe.contact(evaluation.contact))]
        if evaluation.quality is None:
            block.append(scribe.body(_("Every criterion was not applicable, so this evaluation has no score.")))
        elif evaluation.passed is not None:
            verdict = _("Passed: every rule of the card was met.") if evaluation.passed else _("Not passed.")
            block.append(scribe.muted(verdict))
        if evaluation.remark:
            block.append(scribe.body(evaluation.remark))
        if evaluation.lines:
            block += scribe.computation(evaluation.lines, quality=evaluation.quality, final=evaluation.final)
        # The heading stays with the first lines of its table; the table itself may go on over the page.
        parts += [CondPageBreak(TABLE_START), *block]
    return parts


def _how_drawn(report: CoachingReport, scribe: Scribe) -> list[Any]:
    parts: list[Any] = [scribe.heading(_("How this report was made"))]
    if not report.draws:
        parts.append(scribe.body(_("Nothing was drawn for this period.")))
    for draw in report.draws:
        parts.append(scribe.body(draw.how))
        parts.append(scribe.muted(_("Draw {draw}", draw=draw.draw_id)))
        if draw.commitment:
            parts.append(
                scribe.muted(_("Commitment published before the draw: {commitment}", commitment=draw.commitment))
            )
    if not report.overall.too_few:
        parts.append(scribe.body(INTERVALS[report.overall.method]))
    parts += [scribe.body(text) for text in _about(report, scribe)]
    return [together(parts)]
