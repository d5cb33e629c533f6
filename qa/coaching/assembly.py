"""The content of an agent's coaching report, put together from what is stored; drawn nowhere, so that it can be tested."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, selectinload

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.coaching.around import (
    agreed_in,
    contact_of,
    disputes_of_agent,
    earlier_agreed,
    self_scores,
    voice_of,
)
from qa.coaching.discretion import Discretion
from qa.coaching.drawn import draw_note, draws_of, purpose_of, remarks_on
from qa.coaching.findings import Judged, findings
from qa.coaching.shared import About, Shared
from qa.coaching.team_signals import agent_signals
from qa.edits.heard import heard_words
from qa.evaluations.hearing import told_unheard
from qa.evaluations.marks import Mark, scored
from qa.evaluations.models import Answer, Evaluation, EvaluationKind, Evidence
from qa.evaluations.purpose import of_kind
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.evaluations.service import marks_of
from qa.i18n import Language, _, say
from qa.insight.course import course_of
from qa.insight.figures import Sample, sample_figure
from qa.insight.stretch import Stretch
from qa.interactions.models import Interaction
from qa.mystery.models import Programme, Scenario, Visit
from qa.people.models import User
from qa.privacy.terms import kept_until
from qa.reports.computation import answer_lines, percentage
from qa.reports.content import (
    CoachingReport,
    Contact,
    EvaluationLine,
    Meeting,
    MysteryLine,
    Period,
    PeriodResult,
    Quote,
    SectionResult,
)
from qa.self_evaluations.visibility import hidden_until_scored
from qa.talks.agreed import next_session
from qa.transcripts.models import Turn
from scorecards.definition import Card, PassRule
from scorecards.scoring import Result, Scorer


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose report, over which days, in which language; ``coach`` is empty where the product made it by itself."""

    agent: User
    stretch: Stretch
    language: Language
    made_on: date
    coach: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """One evaluation with its card and its exact score, worked out once."""

    evaluation: Evaluation
    card: Card
    marks: dict[str, Mark]
    result: Result
    contact: Contact


def assemble(act: Act, asked: Asked, *, shared: Shared | None = None) -> CoachingReport:
    """Return everything the report says. The score rests on the whole random sample; details only on what was released.

    Reports over the same days share what ``shared`` has read.
    """
    agent, stretch, language = asked.agent, asked.stretch, asked.language
    shared = shared or Shared(stretch)
    course = course_of(act, agent.id, stretch, peers=shared.spreads(act).of())
    now = course.now
    results = [PeriodResult(Period(one.first, one.last), figure) for one, figure in course.figures]
    hidden = Discretion(language=language, own_name=agent.name, names=shared.names(act), address=act.settings.address)
    read = _evaluations(act, asked, hidden=hidden, scorers=shared.scorers)
    counted = {item.evaluation_id for item in now.scored}
    random = [item for item in read if item.evaluation.id in counted]
    judged = [
        Judged(
            item.card,
            item.result,
            item.marks,
            item.contact,
            quotes,
            told_unheard(item.evaluation.computation),
        )
        for item, quotes in zip(random, quotes_of(act, random), strict=True)
    ]
    talks = shared.tells(act, About.TALKS, agent)
    agreed = agreed_in(act, agent, stretch, hidden=hidden) if talks else []
    found = findings(judged, language=language, hide=hidden.text, agreed={key: action for action, key in agreed if key})
    taken = [point.action for point in found.points]
    draws = draws_of(act, {frame.draw_id for frame in now.frames} | {item.draw_id for item in now.scored})
    versions = list(dict.fromkeys(item.evaluation.card_version for item in random))
    earlier = results[-2] if len(results) > 1 and results[-2].figure.n else None
    remarks = remarks_on(now, agent=agent, stretch=stretch, made_on=asked.made_on, now=act.now, shown=len(random))
    signals, waits = agent_signals(act, agent, shared, language=language)
    ahead = next_session(act, agent, after=act.now) if talks else None
    return CoachingReport(
        language=language,
        zone=stretch.zone,
        company=act.settings.company,
        agent=agent.name,
        team=agent.team.name if agent.team else "",
        coach=asked.coach,
        period=Period(stretch.first, stretch.last),
        card=", ".join(dict.fromkeys(card_of(version).name.in_(language) for version in versions)) or "–",
        card_version=", ".join(dict.fromkeys(str(version.number) for version in versions)) or "–",
        made_on=asked.made_on,
        overall=results[-1].figure,
        formula=say(FORMULA, language),
        purpose=purpose_of(draws, language=language),
        keep_until=kept_until(act.settings, asked.made_on),
        target=_target(versions),
        previous=earlier,
        history=tuple(result for result in results if result.figure.n),
        draws=tuple(draw_note(draw, now, language=language) for draw in draws),
        sections=_sections(act, shared, now, random, language=language),
        strengths=found.strengths,
        points=found.points,
        critical_errors=found.critical_errors,
        beyond_control=found.beyond_control,
        waits=waits,
        signals=signals,
        voice=voice_of(shared.voice(act, agent), hidden=hidden),
        visits=_visits(act, [item for item in read if item.evaluation.kind is EvaluationKind.MYSTERY], hidden=hidden),
        evaluations=tuple(_line(item, hidden=hidden) for item in random),
        earlier_actions=earlier_agreed(act, agent, stretch, hidden=hidden) if talks else (),
        plan=tuple(action for action, _criterion in agreed if action not in taken),
        own_words=_own_words(random, hidden=hidden),
        self_scores=self_scores(act, [(item.evaluation, item.contact) for item in random], hidden=hidden)
        if shared.tells(act, About.SELF_SCORES, agent)
        else (),
        disputes=disputes_of_agent(act, agent, stretch, hidden=hidden)
        if shared.tells(act, About.DISPUTES, agent)
        else (),
        next_meeting=Meeting(ahead.at, ahead.minutes, hidden.text(ahead.place)) if ahead else None,
        remarks=tuple(say(text, language) for text in remarks),
    )


FORMULA = _(
    "every answer is worth 0 to 100; answers weigh inside their section and sections inside the card as the card says; what was not applicable gives its weight to the rest; the result is the mean over the interactions, drawn at random"
)


def _evaluations(act: Act, asked: Asked, *, hidden: Discretion, scorers: dict[int, Scorer]) -> list[Read]:
    rows = act.session.scalars(
        _told_to_agents().where(
            Evaluation.agent_id == asked.agent.id,
            # What the agent is still to score for themselves is not told before.
            Evaluation.id.not_in(hidden_until_scored(asked.agent.id)),
            Interaction.started_at >= asked.stretch.start,
            Interaction.started_at < asked.stretch.end,
        )
    )
    return [read_evaluation(row, hidden=hidden, scorers=scorers) for row in rows]


@cache
def _told_to_agents() -> Select[Evaluation]:
    """Select what agents may read of draws and visits, with all that a report tells of it, oldest first."""
    return (
        select(Evaluation)
        .join(Evaluation.interaction)
        .where(Evaluation.state.in_(SHOWN_TO_AGENT), of_kind(EvaluationKind.RANDOM, EvaluationKind.MYSTERY))
        .options(
            joinedload(Evaluation.interaction),
            joinedload(Evaluation.card_version).joinedload(CardVersion.scorecard),
            selectinload(Evaluation.answers).selectinload(Answer.evidence),
        )
        .order_by(Interaction.started_at, Evaluation.id)
    )


def read_evaluation(evaluation: Evaluation, *, hidden: Discretion, scorers: dict[int, Scorer] | None = None) -> Read:
    """Score an evaluation anew, exactly; ``scorers`` keeps what is made ready of each card's version."""
    card = card_of(evaluation.card_version)
    known = {} if scorers is None else scorers
    scorer = known.get(evaluation.card_version_id)
    if scorer is None:
        scorer = known[evaluation.card_version_id] = Scorer(card)
    interaction = evaluation.interaction
    contact = contact_of(interaction, hidden=hidden)
    marks = marks_of(evaluation)
    return Read(evaluation, card, marks, scorer.score(scored(marks), complete=False), contact)


def quotes_of(act: Act, read: Sequence[Read]) -> list[dict[str, tuple[Quote, ...]]]:
    """Return the words behind each criterion, as they were bound: not yet hidden."""
    wanted = {
        item.turn_id
        for one in read
        for answer in one.evaluation.answers
        for item in answer.evidence
        # Evidence mostly knows its words and their time.
        if item.turn_id is not None and not (item.quote.strip() and item.start_ms is not None)
    }
    # The words with their times are many.
    asked = select(Turn).where(Turn.id.in_(wanted)).options(defer(Turn.words), defer(Turn.heard))
    turns = {turn.id: turn for turn in act.session.scalars(asked)} if wanted else {}
    return [
        {
            answer.criterion: quotes
            for answer in one.evaluation.answers
            if (quotes := tuple(_said(answer.evidence, turns, contact=one.contact)))
        }
        for one in read
    ]


def _said(evidence: Iterable[Evidence], turns: dict[int, Turn], *, contact: Contact) -> Iterable[Quote]:
    for item in evidence:
        turn = turns.get(item.turn_id) if item.turn_id is not None else None
        text = item.quote.strip() or (turn.text.strip() if turn is not None and item.first_word is None else "")
        if text:
            yield Quote(text, contact, _began(item, turn))


def _began(item: Evidence, turn: Turn | None) -> int | None:
    if item.start_ms is not None:
        return item.start_ms
    if turn is None:
        return None
    words = heard_words(turn)
    if item.first_word is not None and item.first_word < len(words):
        return int(words[item.first_word][1])
    return turn.start_ms


def _target(versions: Sequence[CardVersion]) -> Decimal | None:
    """The pass mark, where all cards agree on one and look at the total."""
    marks = {card.pass_mark if card.rule is not PassRule.EVERY_SECTION else None for card in map(card_of, versions)}
    return marks.pop() if len(marks) == 1 else None


def _sections(
    act: Act, shared: Shared, now: Sample, read: Sequence[Read], *, language: Language
) -> tuple[SectionResult, ...]:
    """Sections of all cards by their key; a threshold is shown where the cards agree on it."""
    cards = list({id(item.card): item.card for item in read}.values())
    found = []
    for key in dict.fromkeys(section.key for card in cards for section in card.sections):
        same = [section for card in cards if (section := card.section(key)) is not None]
        thresholds = {section.threshold for section in same}
        figure = sample_figure(now.section(key), peers=shared.spreads(act).of_section(key))
        if figure.n:
            threshold = thresholds.pop() if len(thresholds) == 1 else None
            found.append(SectionResult(same[0].name.in_(language), figure, threshold))
    return tuple(found)


def _visits(act: Act, read: Sequence[Read], *, hidden: Discretion) -> tuple[MysteryLine, ...]:
    asked = (
        select(Visit.interaction_id, Programme.name)
        .join(Scenario, Scenario.id == Visit.scenario_id)
        .join(Programme, Programme.id == Scenario.programme_id)
        .where(Visit.interaction_id.in_([item.evaluation.interaction_id for item in read]))
    )
    names = {row.interaction_id: row.name for row in act.session.execute(asked)}
    return tuple(
        MysteryLine(
            programme=names.get(item.evaluation.interaction_id, say(_("Mystery visit"), hidden.language)),
            visited_at=item.contact.occurred_at,
            score=percentage(item.result.quality),
            remark=item.contact.channel,
        )
        for item in read
    )


def _line(item: Read, *, hidden: Discretion) -> EvaluationLine:
    return EvaluationLine(
        contact=item.contact,
        quality=percentage(item.result.quality),
        final=percentage(item.result.final),
        passed=item.evaluation.passed,
        lines=answer_lines(item.card, item.result, language=hidden.language),
        remark=hidden.text(item.evaluation.summary),
    )


def _own_words(read: Sequence[Read], *, hidden: Discretion) -> str:
    said = [(item.contact, item.evaluation.agent_comment.strip()) for item in read]
    return "\n".join(f"{contact.reference}: {hidden.text(text)}" for contact, text in said if text)


def without_date(report: CoachingReport) -> CoachingReport:
    """Return the report as it would be on any day: equal ones say the same."""
    return replace(report, made_on=report.period.first, keep_until=None)
