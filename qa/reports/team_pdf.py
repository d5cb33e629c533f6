"""The report of a team as PDF: the result, how far the plans are, what the organisation is to mend, how reviewers agree."""

from collections.abc import Sequence
from functools import partial

from qa.i18n import Text, _, ngettext_
from qa.reports import style as look
from qa.reports.blocks import Block, Gap, Picture
from qa.reports.charts import interval_bar, section_profile
from qa.reports.document import write_pdf
from qa.reports.fonts import register_fonts
from qa.reports.labels import INTERVALS
from qa.reports.numbers import figure_text, period_text
from qa.reports.parts import Scribe, foot_of, purpose_line, side_by_side, together
from qa.reports.tables import Column
from qa.reports.team_content import AgreementLine, TeamReport


def team_pdf(report: TeamReport, *, paper: str = "a4") -> bytes:
    """Return the report as PDF on ``a4`` or ``letter``; equal content gives equal bytes."""
    register_fonts()
    width = look.sheet(paper, foot_height=0).width
    scribe = Scribe(report.language, report.zone, width)
    period = period_text(report.period, report.language)
    title = scribe.say(_("Team report · {team} · {period}", team=report.team, period=period))
    foot = foot_of(_about(report, scribe), digest=report.digest, head=title, language=report.language, width=width)
    sheet = look.sheet(paper, foot_height=foot.height)
    story = [
        *_head(report, scribe, period=period),
        *_result(report, scribe),
        *_causes(report, scribe),
        *_plans(report, scribe),
        *_agreement(report, scribe),
        *_voice(report, scribe),
        *_made(report, scribe),
        *scribe.replaced_note([report.team, report.company]),
    ]
    return write_pdf(
        story,
        sheet,
        title=title,
        author=report.company,
        language=report.language,
        foot=partial(foot.draw, sheet=sheet),
    )


def _about(report: TeamReport, scribe: Scribe) -> list[str]:
    return [
        scribe.say(_("Score: {formula}", formula=report.formula)),
        purpose_line(scribe, report.purpose, keep_until=report.keep_until),
    ]


def _head(report: TeamReport, scribe: Scribe, *, period: str) -> list[Block]:
    styles = look.styles()
    kind = scribe.say(_("Team report"))
    agents = ngettext_("{n} agent", "{n} agents", n=report.agents)
    made = _("made on {day}", day=report.made_on)
    parts: list[Block] = [
        scribe.prose(f"{kind} · {report.company}" if report.company else kind, styles.eyebrow),
        scribe.title(report.team),
        scribe.prose(period, styles.lead),
        scribe.muted(f"{scribe.say(agents)} · {scribe.say(made)}"),
        scribe.prose(
            _(
                "For those who lead the team. It names no agent and ranks nobody: what differs between people is mostly chance."
            ),
            styles.note,
        ),
    ]
    parts += [scribe.body(remark) for remark in report.remarks]
    return parts


def _result(report: TeamReport, scribe: Scribe) -> list[Block]:
    figure = report.overall
    bar = Picture(interval_bar(figure, width=scribe.width * 0.42, language=report.language))
    beside: list[Block] = []
    if figure.too_few:
        beside.append(scribe.body(_("Too few interactions were evaluated for a result that says something.")))
    if report.previous is not None:
        beside.append(scribe.body(_("{period}: {figure}", **_before(report))))
    parts: list[Block] = [
        together(
            [scribe.heading(_("The team's result")), side_by_side([scribe.figure(figure), bar], beside, share=0.46)]
        )
    ]
    if report.sections:
        chart = section_profile(report.sections, width=scribe.width, language=report.language)
        legend = scribe.muted(_("Dot: result. Band: 95% interval. Tick: threshold of the section."))
        parts.append(together([scribe.heading(_("By section")), chart, Gap(look.TIGHT), legend]))
    return parts


def _before(report: TeamReport) -> dict[str, str]:
    if report.previous is None:
        return {}
    return {
        "period": period_text(report.previous.period, report.language),
        "figure": figure_text(report.previous.figure, report.language),
    }


def _causes(report: TeamReport, scribe: Scribe) -> list[Block]:
    columns = (
        Column(scribe.say(_("Cause")), 0.40),
        Column(scribe.say(_("What it hindered")), 0.40),
        Column(scribe.say(_("Interactions")), 0.20, is_number=True),
    )
    rows = [
        [line.cause, line.criterion, scribe.say(_("{n} of {total}", n=line.n, total=line.of))] for line in report.causes
    ]
    about = _("What reviewers found to lie with the organisation. No agent is coached on it; it waits for you.")
    return _table(
        scribe, _("What the organisation is to mend"), about, columns, rows, none=_("No such cause was noted.")
    )


def _plans(report: TeamReport, scribe: Scribe) -> list[Block]:
    columns = (
        Column(scribe.say(_("Plan")), 0.46),
        Column(scribe.say(_("Drawn")), 0.18, is_number=True),
        Column(scribe.say(_("Scored")), 0.18, is_number=True),
        Column(scribe.say(_("Shown to agents")), 0.18, is_number=True),
    )
    rows = [[line.plan, str(line.drawn), str(line.submitted), str(line.released)] for line in report.plans]
    about = _("Interactions that the draws of this period took.")
    return _table(
        scribe, _("How far the plans are"), about, columns, rows, none=_("Nothing was drawn for this period.")
    )


def _agreement(report: TeamReport, scribe: Scribe) -> list[Block]:
    columns = (
        Column(scribe.say(_("Scorecard")), 0.34),
        Column(scribe.say(_("Coefficient")), 0.30),
        Column(scribe.say(_("Value, 95% interval")), 0.22, is_number=True),
        Column(scribe.say(_("Interactions")), 0.14, is_number=True),
    )
    rows = [[line.card, line.coefficient, _coefficient(line, scribe), str(line.n)] for line in report.agreement]
    about = _(
        "All reviewers of the company, from interactions that two of them scored apart. 1 is the same every time."
    )
    return _table(
        scribe, _("How far reviewers agree"), about, columns, rows, none=_("Nothing was scored twice so far.")
    )


def _coefficient(line: AgreementLine, scribe: Scribe) -> str:
    if line.value is None or line.low is None or line.high is None:
        return scribe.say(_("too few to say"))
    value, low, high = (scribe.number(part, digits=2) for part in (line.value, line.low, line.high))
    return scribe.say(_("{value} ({low} to {high})", value=value, low=low, high=high))


def _voice(report: TeamReport, scribe: Scribe) -> list[Block]:
    if not report.voice:
        return []
    columns = (
        Column(scribe.say(_("Question")), 0.36),
        Column(scribe.say(_("In what")), 0.28),
        Column(scribe.say(_("Answers")), 0.36, is_number=True),
    )
    rows = [[item.name, item.unit, figure_text(item.figure, report.language)] for item in report.voice]
    about = _(
        "Answers on all interactions of the team in this period. Customers choose whether to answer: this is no random sample."
    )
    return _table(scribe, _("What customers said"), about, columns, rows, none="")


def _made(report: TeamReport, scribe: Scribe) -> list[Block]:
    parts: list[Block] = [scribe.heading(_("How this report was made"))]
    if not report.overall.too_few:
        parts.append(scribe.body(INTERVALS[report.overall.method]))
    return [together([*parts, *(scribe.body(text) for text in _about(report, scribe))])]


def _table(
    scribe: Scribe,
    heading: Text,
    about: Text,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    none: Text | str,
) -> list[Block]:
    if not rows:
        return [together([scribe.heading(heading), scribe.body(none)])]
    return [scribe.heading(heading), scribe.muted(about), scribe.table(columns, rows)]
