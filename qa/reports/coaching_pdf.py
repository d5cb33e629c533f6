"""The coaching report as PDF: what went well first, then what to try, then how it was found."""

from functools import partial

from qa.i18n import Text, _, ngettext_
from qa.reports import coaching_findings, coaching_talk
from qa.reports import style as look
from qa.reports.blocks import Block, Gap, Picture, Room
from qa.reports.charts import interval_bar, score_course, section_profile
from qa.reports.coaching_findings import signal_text
from qa.reports.content import Change, CoachingReport
from qa.reports.document import write_pdf
from qa.reports.fonts import register_fonts
from qa.reports.labels import INTERVALS
from qa.reports.numbers import figure_text, period_text
from qa.reports.parts import PART_START, TABLE_START, Scribe, foot_of, purpose_line, side_by_side, together
from qa.reports.tables import Column

#: Sections of a profile that fit on a page.
MOST_SECTIONS = 16


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
        *coaching_findings.strengths(report, scribe),
        *coaching_findings.in_short(report, scribe),
        *coaching_findings.points(report, scribe),
        *coaching_findings.critical_errors(report, scribe),
        *coaching_findings.beyond_control(report, scribe),
        *_voice(report, scribe),
        *_course(report, scribe),
        *_signals(report, scribe),
        *_visits(report, scribe),
        *coaching_talk.earlier_actions(report, scribe),
        *coaching_talk.own_words(report, scribe),
        *coaching_talk.disputes(report, scribe),
        *coaching_talk.how_we_go_on(report, scribe),
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
    return [
        scribe.say(_("Score: {formula}", formula=report.formula)),
        purpose_line(scribe, report.purpose, keep_until=report.keep_until),
    ]


def _head(report: CoachingReport, scribe: Scribe) -> list[Block]:
    styles = look.styles()
    kind = scribe.say(_("Coaching report"))
    parts: list[Block] = [
        scribe.prose(f"{kind} · {report.company}" if report.company else kind, styles.eyebrow),
        scribe.title(report.agent),
        scribe.prose(
            " · ".join(part for part in (period_text(report.period, report.language), report.team) if part), styles.lead
        ),
        scribe.muted(_rests_on(report)),
    ]
    if report.draws:
        numbers = ", ".join(draw.draw_id for draw in report.draws)
        drawn = ngettext_(
            "Drawn by lot: draw {numbers}.", "Drawn by lot: draws {numbers}.", n=len(report.draws), numbers=numbers
        )
        parts.append(scribe.muted(drawn))
    if report.remarks:
        parts.append(scribe.prose(" ".join(report.remarks), styles.note))
    return parts


def _rests_on(report: CoachingReport) -> Text:
    facts = {
        "card": report.card,
        "version": report.card_version,
        "count": _evaluated(report),
        "day": report.made_on,
    }
    if report.coach:
        return _(
            "Coach {coach} · scorecard {card}, version {version} · {count} · made on {day}", coach=report.coach, **facts
        )
    return _("Scorecard {card}, version {version} · {count} · made on {day}", **facts)


def _evaluated(report: CoachingReport) -> Text:
    # Where everything was not applicable, what was evaluated is in no figure.
    n, total = report.overall.n or len(report.evaluations), report.overall.population
    if total is None:
        return ngettext_("{n} interaction evaluated", "{n} interactions evaluated", n=n)
    return _("{n} of {total} interactions evaluated", n=n, total=total)


def _result(report: CoachingReport, scribe: Scribe) -> list[Block]:
    figure = report.overall
    bar = Picture(interval_bar(figure, width=scribe.width * 0.42, language=report.language, target=report.target))
    sentences: list[Block] = []
    if figure.n == 0 and report.evaluations:
        sentences.append(scribe.body(_("Everything was not applicable in what was evaluated, so there is no result.")))
    elif figure.n == 0:
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
                side_by_side(left, sentences, share=0.46),
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


def _profile(report: CoachingReport, scribe: Scribe) -> list[Block]:
    if not report.sections:
        return []
    first, *rest = [
        section_profile(report.sections[at : at + MOST_SECTIONS], width=scribe.width, language=report.language)
        for at in range(0, len(report.sections), MOST_SECTIONS)
    ]
    legend = _("Dot: result. Band: 95% interval. Tick: threshold of the section.")
    return [together([scribe.heading(_("By section")), first]), *rest, Gap(look.TIGHT), scribe.muted(legend)]


def _voice(report: CoachingReport, scribe: Scribe) -> list[Block]:
    voice = report.voice
    if voice is None:
        return []
    about = _(
        "Of the customers of these {n} interactions {invited} were asked, and {answered} of them answered. Customers choose whether to answer: this is no random sample, and it is in no score.",
        n=voice.interactions,
        invited=voice.invited,
        answered=voice.answered,
    )
    parts: list[Block] = [scribe.heading(_("What customers said")), scribe.muted(about)]
    if voice.figures:
        columns = (
            Column(scribe.say(_("Question")), 0.36),
            Column(scribe.say(_("In what")), 0.28),
            Column(scribe.say(_("Answers")), 0.36, is_number=True),
        )
        rows = [[item.name, item.unit, figure_text(item.figure, report.language)] for item in voice.figures]
        parts.append(scribe.table(columns, rows))
    first = [together(parts)]
    comments: list[Block] = []
    for comment in voice.comments:
        given: list[Block] = [scribe.muted(comment.given)] if comment.given else []
        comments.append(together([*given, *scribe.quote(comment.quote)]))
    return [*first, *comments]


def _course(report: CoachingReport, scribe: Scribe) -> list[Block]:
    if len(report.history) < 2:
        return []
    chart = score_course(report.history, width=scribe.width, language=report.language, target=report.target)
    legend = scribe.muted(_("Dot: result. Band: 95% interval. Open mark: too few to say."))
    return [together([scribe.heading(_("Your results over time")), chart, legend])]


def _signals(report: CoachingReport, scribe: Scribe) -> list[Block]:
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
        own = signal_text(signal, scribe)
        team = "–"
        if signal.team_low is not None and signal.team_high is not None:
            low, high = (scribe.number(edge, digits=signal.digits) for edge in (signal.team_low, signal.team_high))
            team = f"{low}–{high} {signal.unit}".strip()
        rows.append([signal.name, own, team, str(signal.n)])
    about = _("Counted by machine from the recordings and messages. They explain; they are in no score.")
    return [together([scribe.heading(_("Signals")), scribe.muted(about), scribe.table(columns, rows)])]


def _visits(report: CoachingReport, scribe: Scribe) -> list[Block]:
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


def _evaluations(report: CoachingReport, scribe: Scribe) -> list[Block]:
    heading = scribe.heading(_("The evaluations, line by line"))
    if not report.evaluations:
        return [together([heading, scribe.body(_("No interaction of this period was evaluated."))])]
    about = _(
        "Value is what the answer is worth from 0 to 100, weight its share after what was not applicable, adds what it brings."
    )
    parts: list[Block] = [Room(PART_START), heading, scribe.muted(about)]
    for evaluation in report.evaluations:
        block: list[Block] = [scribe.subheading(scribe.contact(evaluation.contact))]
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
        parts += [Room(TABLE_START), *block]
    return parts


def _how_drawn(report: CoachingReport, scribe: Scribe) -> list[Block]:
    parts: list[Block] = [scribe.heading(_("How this report was made"))]
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
