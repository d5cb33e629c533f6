"""The content of an agent's coaching report, put together from what is stored; drawn nowhere, so that it can be tested."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qa.act import Act
from qa.cards.models import CardVersion
from qa.cards.queries import card_of
from qa.coaching.discretion import Discretion
from qa.coaching.findings import Judged, findings
from qa.coaching.team_signals import agent_signals
from qa.edits.heard import heard_words
from qa.evaluations.hearing import told_unheard
from qa.evaluations.marks import scored
from qa.evaluations.models import Answer, Evaluation, EvaluationKind, Evidence
from qa.evaluations.purpose import of_kind
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.evaluations.service import marks_of
from qa.i18n import Language, Text, _, ngettext_, say
from qa.insight.course import course_of
from qa.insight.figures import Sample, peers_by_card, sample_figure
from qa.insight.stretch import Stretch
from qa.interactions.kinds import CHANNEL_LABELS
from qa.interactions.models import Interaction
from qa.mystery.models import Programme, Scenario, Visit
from qa.people.models import User, UserState
from qa.reports.computation import answer_lines, percentage
from qa.reports.content import (
    CoachingReport,
    Contact,
    DrawNote,
    EvaluationLine,
    MysteryLine,
    Period,
    PeriodResult,
    Quote,
    SectionResult,
)
from qa.sampling.models import Draw, Purpose
from qa.self_evaluations.visibility import hidden_until_scored
from qa.transcripts.models import Turn
from scorecards.definition import Card, PassRule
from scorecards.scoring import Result, score

PURPOSES: dict[Purpose, Text] = {
    Purpose.DEVELOPMENT: _("development of the agent"),
    Purpose.APPRAISAL: _("appraisal, never on these figures alone"),
    Purpose.PROGRAMME: _("improvement of the service as a whole"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose report, over which days, in which language; ``coach`` is empty where the product made it by itself."""

    agent: User
    stretch: Stretch
    language: Language
    made_on: date
    coach: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """One evaluation with its card and its exact score, worked out once."""

    evaluation: Evaluation
    card: Card
    result: Result
    contact: Contact


def assemble(act: Act, asked: Asked) -> CoachingReport:
    """Return everything the report says. The score rests on the whole random sample; details only on what was released."""
    agent, stretch, language = asked.agent, asked.stretch, asked.language
    course = course_of(act, agent.id, stretch)
    others, now = course.peers, course.now
    results = [PeriodResult(Period(one.first, one.last), figure) for one, figure in course.figures]
    hidden = Discretion(language=language, own_name=agent.name, colleagues=_colleagues(act, agent))
    read = _evaluations(act, asked, hidden=hidden)
    counted = {item.evaluation_id for item in now.scored}
    random = [item for item in read if item.evaluation.id in counted]
    judged = [
        Judged(
            item.card,
            item.result,
            marks_of(item.evaluation),
            item.contact,
            quotes,
            told_unheard(item.evaluation.computation),
        )
        for item, quotes in zip(random, _quotes(act, random, hidden=hidden), strict=True)
    ]
    found = findings(judged, language=language, hide=hidden.text)
    draws = _draws(act, {frame.draw_id for frame in now.frames} | {item.draw_id for item in now.scored})
    versions = list(dict.fromkeys(item.evaluation.card_version for item in random))
    earlier = results[-2] if len(results) > 1 and results[-2].figure.n else None
    return CoachingReport(
        language=language,
        zone=stretch.zone,
        company=act.settings.company,
        agent=agent.name,
        team=agent.team.name if agent.team else "",
        coach=asked.coach,
        period=Period(stretch.first, stretch.last),
        card=", ".join(dict.fromkeys(card_of(version).name.in_(language) for version in versions)) or "–",
        card_version=", ".join(str(version.number) for version in versions) or "–",
        made_on=asked.made_on,
        overall=results[-1].figure,
        formula=say(_FORMULA, language),
        purpose=_purpose(draws, language=language),
        keep_until=None,
        target=_target(versions),
        previous=earlier,
        history=tuple(result for result in results if result.figure.n),
        draws=tuple(_draw_note(draw, now, language=language) for draw in draws),
        sections=_sections(others, now, random, language=language),
        strengths=found.strengths,
        points=found.points,
        critical_errors=found.critical_errors,
        beyond_control=found.beyond_control,
        signals=agent_signals(act, agent, stretch, language=language),
        visits=_visits(act, [item for item in read if item.evaluation.kind is EvaluationKind.MYSTERY], hidden=hidden),
        evaluations=tuple(_line(item, hidden=hidden) for item in random),
        own_words=_own_words(random, hidden=hidden),
        remarks=tuple(say(text, language) for text in _remarks(act, asked, now, shown=len(random))),
    )


_FORMULA = _(
    "every answer is worth 0 to 100; answers weigh inside their section and sections inside the card as the card says; what was not applicable gives its weight to the rest; the result is the mean over the interactions, drawn at random"
)


def _colleagues(act: Act, agent: User) -> list[str]:
    return list(act.session.scalars(select(User.name).where(User.id != agent.id)))


def _evaluations(act: Act, asked: Asked, *, hidden: Discretion) -> list[_Read]:
    rows = act.session.scalars(
        select(Evaluation)
        .join(Evaluation.interaction)
        .where(
            Evaluation.agent_id == asked.agent.id,
            Evaluation.state.in_(SHOWN_TO_AGENT),
            of_kind(EvaluationKind.RANDOM, EvaluationKind.MYSTERY),
            # What the agent is still to score for themselves is not told before.
            Evaluation.id.not_in(hidden_until_scored(asked.agent.id)),
            Interaction.started_at >= asked.stretch.start,
            Interaction.started_at < asked.stretch.end,
        )
        .options(
            joinedload(Evaluation.interaction),
            joinedload(Evaluation.card_version).joinedload(CardVersion.scorecard),
            selectinload(Evaluation.answers).selectinload(Answer.evidence),
        )
        .order_by(Interaction.started_at, Evaluation.id)
    )
    return [_read(row, hidden=hidden) for row in rows]


def _read(evaluation: Evaluation, *, hidden: Discretion) -> _Read:
    card = card_of(evaluation.card_version)
    interaction = evaluation.interaction
    contact = Contact(
        reference=hidden.reference(interaction.reference, number=interaction.id),
        occurred_at=interaction.started_at,
        channel=say(CHANNEL_LABELS[interaction.channel], hidden.language),
    )
    return _Read(evaluation, card, score(card, scored(marks_of(evaluation)), complete=False), contact)


def _quotes(act: Act, read: Sequence[_Read], *, hidden: Discretion) -> list[dict[str, tuple[Quote, ...]]]:
    wanted = {
        item.turn_id
        for one in read
        for answer in one.evaluation.answers
        for item in answer.evidence
        if item.turn_id is not None
    }
    turns = {turn.id: turn for turn in act.session.scalars(select(Turn).where(Turn.id.in_(wanted)))}
    return [
        {
            answer.criterion: quotes
            for answer in one.evaluation.answers
            if (quotes := tuple(_said(answer.evidence, turns, contact=one.contact, hidden=hidden)))
        }
        for one in read
    ]


def _said(
    evidence: Iterable[Evidence], turns: dict[int, Turn], *, contact: Contact, hidden: Discretion
) -> Iterable[Quote]:
    for item in evidence:
        turn = turns.get(item.turn_id) if item.turn_id is not None else None
        text = item.quote.strip() or (turn.text.strip() if turn is not None and item.first_word is None else "")
        if text:
            yield Quote(hidden.text(text), contact, _began(item, turn))


def _began(item: Evidence, turn: Turn | None) -> int | None:
    if item.start_ms is not None:
        return item.start_ms
    if turn is None:
        return None
    words = heard_words(turn)
    if item.first_word is not None and item.first_word < len(words):
        return int(words[item.first_word][1])
    return turn.start_ms


def _draws(act: Act, draw_ids: set[int]) -> list[Draw]:
    asked = select(Draw).where(Draw.id.in_(draw_ids)).options(joinedload(Draw.plan)).order_by(Draw.starts_at, Draw.id)
    return list(act.session.scalars(asked))


def _draw_note(draw: Draw, sample: Sample, *, language: Language) -> DrawNote:
    frames = [frame for frame in sample.frames if frame.draw_id == draw.id]
    drawn = sum(frame.drawn for frame in frames)
    # Of a stratum that holds others' too it is not known how much of it is the agent's.
    eligible = [frame.eligible if frame.own else None for frame in frames]
    known = [count for count in eligible if count is not None]
    if draw.is_weighted:
        how = ngettext_(
            "Plan “{plan}”: {n} of your {total} interactions was drawn by lot. Some had a higher chance, such as long ones; the score makes up for that.",
            "Plan “{plan}”: {n} of your {total} interactions were drawn by lot. Some had a higher chance, such as long ones; the score makes up for that.",
            n=drawn,
            plan=draw.plan.name,
            total=sum(known),
        )
    elif len(known) == len(eligible):
        how = ngettext_(
            "Plan “{plan}”: {n} of your {total} interactions was drawn by lot; each had the same chance.",
            "Plan “{plan}”: {n} of your {total} interactions were drawn by lot; each had the same chance.",
            n=drawn,
            plan=draw.plan.name,
            total=sum(known),
        )
    else:
        how = ngettext_(
            "Plan “{plan}”: {n} of your interactions was drawn by lot; each had the same chance.",
            "Plan “{plan}”: {n} of your interactions were drawn by lot; each had the same chance.",
            n=drawn,
            plan=draw.plan.name,
        )
    return DrawNote(draw_id=str(draw.id), how=say(how, language), commitment=draw.commitment)


def _purpose(draws: Sequence[Draw], *, language: Language) -> str:
    found = dict.fromkeys(draw.plan.purpose for draw in draws) or {Purpose.DEVELOPMENT: None}
    return ", ".join(say(PURPOSES[purpose], language) for purpose in found)


def _target(versions: Sequence[CardVersion]) -> Decimal | None:
    """The pass mark, where all cards agree on one and look at the total."""
    marks = {card.pass_mark if card.rule is not PassRule.EVERY_SECTION else None for card in map(card_of, versions)}
    return marks.pop() if len(marks) == 1 else None


def _sections(others: Sample, now: Sample, read: Sequence[_Read], *, language: Language) -> tuple[SectionResult, ...]:
    """Sections of all cards by their key; a threshold is shown where the cards agree on it."""
    cards = list({id(item.card): item.card for item in read}.values())
    found = []
    for key in dict.fromkeys(section.key for card in cards for section in card.sections):
        same = [section for card in cards if (section := card.section(key)) is not None]
        thresholds = {section.threshold for section in same}
        figure = sample_figure(now.section(key), peers=peers_by_card(others.section(key)))
        if figure.n:
            threshold = thresholds.pop() if len(thresholds) == 1 else None
            found.append(SectionResult(same[0].name.in_(language), figure, threshold))
    return tuple(found)


def _visits(act: Act, read: Sequence[_Read], *, hidden: Discretion) -> tuple[MysteryLine, ...]:
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


def _line(item: _Read, *, hidden: Discretion) -> EvaluationLine:
    return EvaluationLine(
        contact=item.contact,
        quality=percentage(item.result.quality),
        final=percentage(item.result.final),
        passed=item.evaluation.passed,
        lines=answer_lines(item.card, item.result, language=hidden.language),
        remark=hidden.text(item.evaluation.summary),
    )


def _own_words(read: Sequence[_Read], *, hidden: Discretion) -> str:
    said = [(item.contact, item.evaluation.agent_comment.strip()) for item in read]
    return "\n".join(f"{contact.reference}: {hidden.text(text)}" for contact, text in said if text)


def _remarks(act: Act, asked: Asked, sample: Sample, *, shown: int) -> Iterable[Text]:
    """What the report lacks, and why."""
    if asked.agent.state is UserState.LEFT:
        yield _("The agent has left the company.")
    if asked.stretch.end > act.now:
        yield _("The period is not over yet; what was evaluated after {day} is not in it.", day=asked.made_on)
    if not sample.frames and not sample.scored:
        yield _("No interactions of this agent were drawn in this period.")
    elif not sample.scored and not sample.disputed:
        yield _("Interactions were drawn, but none has been evaluated yet.")
    without = sum(item.quality is None for item in sample.scored)
    if without:
        yield ngettext_(
            "In {n} evaluation nothing was applicable; it has no score.",
            "In {n} evaluations nothing was applicable; they have no score.",
            n=without,
        )
    if sample.disputed:
        yield ngettext_(
            "{n} evaluation is disputed; it is in no figure here until the dispute is settled.",
            "{n} evaluations are disputed; they are in no figure here until the disputes are settled.",
            n=len(sample.disputed),
        )
    waiting = len(sample.scored) - shown
    if waiting > 0:
        yield ngettext_(
            "{n} evaluation counts in the score and cannot be read yet; it is not shown line by line.",
            "{n} evaluations count in the score and cannot be read yet; they are not shown line by line.",
            n=waiting,
        )


def without_date(report: CoachingReport) -> CoachingReport:
    """Return the report as it would be on any day: equal ones say the same."""
    return replace(report, made_on=report.period.first)
