"""The content of a team's report: the same figures as the supervisor's week, with causes, coverage and agreement."""

from collections import defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.agreement import agreement_of, compared_cards
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.coaching.around import voice_figures
from qa.coaching.assembly import FORMULA
from qa.coaching.service import check_days
from qa.coaching.shared import Shared
from qa.disputes.visibility import unsettled_evaluations
from qa.evaluations.models import Answer, Evaluation, EvaluationKind
from qa.feedback.queries import figures_between
from qa.i18n import Language, _, say
from qa.insight.progress import plan_progress
from qa.insight.queries import COUNTED
from qa.insight.shares import Share, sections_in, sums_in
from qa.insight.span import read_span
from qa.insight.stretch import Stretch
from qa.insight.sums import figure_of
from qa.interactions.models import Interaction
from qa.people.models import Team
from qa.privacy.terms import kept_until
from qa.reports.content import Period, PeriodResult, SectionResult
from qa.reports.team_content import AgreementLine, CauseLine, PlanLine, TeamReport
from qa.sampling.models import DrawItem
from scorecards.agreement_report import Standing
from scorecards.causes import Cause, Nature


def team_report(act: Act, team: Team | None, stretch: Stretch, *, language: Language) -> TeamReport:
    """Return what the report of a team, or of everybody, says now."""
    act.require(Permission.OVERVIEW_SEE)
    check_days(act, stretch.first, stretch.last)
    before = stretch.before
    periods = [before, stretch]
    span = read_span(act, periods, team_id=team.id if team else None, agents=True, sections=True)
    earlier, now = span.shares(periods)
    (by_agent,) = span.by_agent([stretch])
    shared = Shared(stretch)
    peers = shared.spreads(act).of()
    previous = PeriodResult(Period(before.first, before.last), figure_of(sums_in(earlier), peers=peers))
    figures = figures_between(act, stretch.start, stretch.end, team_id=team.id if team else None)
    return TeamReport(
        language=language,
        zone=stretch.zone,
        company=act.settings.company,
        team=team.name if team else say(_("All teams"), language),
        period=Period(stretch.first, stretch.last),
        made_on=act.now.astimezone(ZoneInfo(stretch.zone)).date(),
        overall=figure_of(sums_in(now), peers=peers),
        formula=say(FORMULA, language),
        purpose=say(_("improvement of the service as a whole"), language),
        keep_until=kept_until(act.settings, act.now),
        previous=previous if previous.figure.n else None,
        agents=len(by_agent),
        sections=_sections(act, shared, now, language=language),
        plans=_plans(act, team, stretch),
        causes=_causes(act, team, stretch, of=sum(one.scored for one in now), language=language),
        agreement=_agreement(act, language=language),
        voice=voice_figures(figures.csat, figures.nps, figures.resolved, language=language),
    )


def _sections(act: Act, shared: Shared, now: list[Share], *, language: Language) -> tuple[SectionResult, ...]:
    scored = DrawItem.draw_id.in_([one.draw_id for one in now if one.scored])
    used = select(Evaluation.card_version_id).join(Evaluation.draw_item).where(scored, Evaluation.state.in_(COUNTED))
    cards = [card_of(row) for row in act.session.scalars(select(CardVersion).where(CardVersion.id.in_(used)))]
    found = []
    for key, sums in sections_in(now).items():
        same = [section for card in cards if (section := card.section(key)) is not None]
        thresholds = {section.threshold for section in same}
        figure = figure_of(sums, peers=shared.spreads(act).of_section(key))
        if figure.n and same:
            threshold = thresholds.pop() if len(thresholds) == 1 else None
            found.append(SectionResult(same[0].name.in_(language), figure, threshold))
    return tuple(found)


def _plans(act: Act, team: Team | None, stretch: Stretch) -> tuple[PlanLine, ...]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for item in plan_progress(act, stretch, team_id=team.id if team else None):
        for place, count in enumerate((item.drawn, item.submitted, item.released)):
            sums[item.plan][place] += count
    return tuple(PlanLine(plan, *counts) for plan, counts in sums.items())


def _causes(act: Act, team: Team | None, stretch: Stretch, *, of: int, language: Language) -> tuple[CauseLine, ...]:
    systemic = [cause.value for cause in Cause if cause.nature is Nature.SYSTEMIC]
    asked = (
        select(Answer.cause, Answer.criterion, Evaluation.interaction_id, Evaluation.card_version_id)
        .join(Answer.evaluation)
        .join(Evaluation.interaction)
        .where(
            Answer.cause.in_(systemic),
            Evaluation.kind == EvaluationKind.RANDOM,
            Evaluation.state.in_(COUNTED),
            Evaluation.id.not_in(unsettled_evaluations()),
            Interaction.started_at >= stretch.start,
            Interaction.started_at < stretch.end,
        )
        .order_by(Answer.id)
    )
    if team is not None:
        asked = asked.where(Interaction.team_id == team.id)
    rows = act.session.execute(asked).all()
    versions = select(CardVersion).where(CardVersion.id.in_({row.card_version_id for row in rows}))
    cards = {version.id: card_of(version) for version in act.session.scalars(versions)}
    met: dict[tuple[Cause, str], set[int]] = defaultdict(set)
    names: dict[str, str] = {}
    for row in rows:
        met[Cause(row.cause), row.criterion].add(row.interaction_id)
        known = cards[row.card_version_id].criterion(row.criterion)
        names[row.criterion] = known.name.in_(language) if known else row.criterion
    ordered = sorted(met.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return tuple(
        CauseLine(cause.label.in_(language), names[criterion], len(where), max(of, len(where)))
        for (cause, criterion), where in ordered
    )


def _agreement(act: Act, *, language: Language) -> tuple[AgreementLine, ...]:
    lines = []
    for scorecard in compared_cards(act):
        found = agreement_of(act, scorecard.id)
        if found.card is None:
            continue
        report = found.rows[0].report
        estimate = report.estimates.get("krippendorff_alpha") if report else None
        firm = report is not None and report.standing is not Standing.TOO_FEW
        ends = (estimate.value, estimate.low, estimate.high) if estimate and firm else (None, None, None)
        value, low, high = (None if end is None else Decimal(str(round(end, 2))) for end in ends)
        lines.append(
            AgreementLine(
                found.card.name.in_(language),
                say(_("Krippendorff's alpha, quality score"), language),
                found.n_pairs,
                value,
                low,
                high,
            )
        )
    return tuple(lines)
