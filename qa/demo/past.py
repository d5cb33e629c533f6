"""The demo's past weeks: plans, draws, and what its reviewers and agents did with them, through the services."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from qa.act import Act
from qa.auth.roles import Role
from qa.calibration.models import ScorePair
from qa.cards.models import Scorecard
from qa.cards.queries import card_of
from qa.demo.company import by_role, first_monday, manifest, shift_to, weeks_of_material
from qa.demo.judgement import judge, listened, reviewer_habits
from qa.evaluations.hearing import keep_played, sound_ms
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.queries import newest_transcript
from qa.evaluations.service import acknowledge, release, submit_evaluation
from qa.i18n import Language
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction
from qa.sampling.frame import Population
from qa.sampling.models import Draw, DrawItem, DrawState, Plan
from qa.sampling.period import Period, PeriodKind, period_on
from qa.sampling.service import PlanWish, commit, make_plan, reveal, run

CALLS = "Gesprekken, elke week"
MESSAGES = "Chats en berichten, elke week"

_PLANS = {
    CALLS: ("phone-service", (Channel.PHONE,), 1),
    MESSAGES: ("chat-messaging", (Channel.CHAT, Channel.WHATSAPP), 3),
}

#: A large share, so that a few weeks already show how far the reviewers agree.
DOUBLE_PERCENT = 40

Entropy = Callable[[int], bytes]
Drawn = TypeVarTuple("Drawn")


def make_plans(act: Act, *, entropy: Entropy) -> None:
    """Make the demo's two plans where they are not there yet."""
    supervisor = by_role(act, Role.SUPERVISOR)[0]
    reviewers = tuple(user.id for user in by_role(act, Role.REVIEWER))
    for name, (card, channels, per_agent) in _PLANS.items():
        if act.session.scalar(select(Plan).where(Plan.name == name)) is None:
            scorecard = act.session.scalars(select(Scorecard).where(Scorecard.key == card)).one()
            make_plan(
                replace(act, actor=supervisor),
                PlanWish(
                    name=name,
                    per_agent=per_agent,
                    period=PeriodKind.WEEK,
                    time_zone=manifest()["time_zone"],
                    scorecard_id=scorecard.id,
                    reviewer_ids=reviewers,
                    population=Population(channels=channels),
                    double_percent=DOUBLE_PERCENT,
                ),
                entropy=entropy,
            )


def past_weeks(now: datetime) -> list[Period]:
    """Return the weeks the material lies in, the oldest first."""
    monday = first_monday() + timedelta(weeks=shift_to(now.date()).weeks)
    zone = manifest()["time_zone"]
    return [
        period_on(monday + timedelta(weeks=week), kind=PeriodKind.WEEK, zone=zone)
        for week in range(weeks_of_material())
    ]


def draw_weeks(act: Act, plan_name: str, *, entropy: Entropy) -> int:
    """Draw the plan's past weeks that were not drawn yet, and reveal them; returns how many interactions were drawn."""
    plan = act.session.scalars(select(Plan).where(Plan.name == plan_name)).one()
    supervisor = by_role(act, Role.SUPERVISOR)[0]
    drawn = 0
    for period in past_weeks(act.now):
        known = act.session.scalar(select(Draw).where(Draw.plan_id == plan.id, Draw.starts_at == period.start))
        if known is not None and known.state is not DrawState.COMMITTED:
            continue
        before = replace(act, actor=supervisor, now=period.start - timedelta(hours=8))
        morning_after = replace(act, actor=supervisor, now=period.end + timedelta(hours=8))
        outcome = run(morning_after, known or commit(before, plan, period=period, entropy=entropy))
        reveal(morning_after, outcome.draw)
        drawn += outcome.drawn
    return drawn


def waiting_past(act: Act) -> list[int]:
    """Return the evaluations that the demo's reviewers have done by now: all but most of last week's."""
    last = past_weeks(act.now)[-1]
    rows = act.session.execute(
        _with_items(select(Evaluation.id, DrawItem.id, Draw.starts_at))
        .where(Evaluation.state == EvaluationState.OPEN, Evaluation.started_at.is_(None))
        .order_by(Evaluation.id)
    )
    return [number for number, item_id, starts_at in rows if starts_at != last.start or item_id % 3 == 0]


def _with_items(asked: Select[*Drawn]) -> Select[*Drawn]:
    """Join evaluations, second ones too, with what was drawn."""
    first = aliased(Evaluation)
    return (
        asked.select_from(Evaluation)
        .outerjoin(ScorePair, ScorePair.second_id == Evaluation.id)
        .outerjoin(first, ScorePair.first_id == first.id)
        .join(DrawItem, DrawItem.id == func.coalesce(Evaluation.draw_item_id, first.draw_item_id))
        .join(Draw, DrawItem.draw_id == Draw.id)
    )


def do_evaluation(act: Act, evaluation_id: int) -> None:
    """Mark one evaluation as its reviewer would; older ones are released, and seen by their agent."""
    evaluation, item = (
        act.session.execute(
            _with_items(select(Evaluation, DrawItem))
            .where(Evaluation.id == evaluation_id)
            .options(
                joinedload(Evaluation.interaction).joinedload(Interaction.agent),
                joinedload(Evaluation.reviewer),
                joinedload(DrawItem.draw),
            )
        )
        .one()
        .tuple()
    )
    transcript = newest_transcript(act, evaluation.interaction_id)
    if evaluation.state is not EvaluationState.OPEN or transcript is None:
        return
    seed = f"{evaluation.interaction.stable_key}{evaluation.probe or ''}"
    rng = random.Random(seed)  # noqa: S311 - a demo reviewer's habits are no secret
    reviewers = [user.id for user in by_role(act, Role.REVIEWER)]
    marks, summary = judge(
        card_of(evaluation.card_version),
        transcript,
        agent=evaluation.interaction.agent.reference or "",
        reviewer=reviewer_habits(reviewers.index(evaluation.reviewer_id), Language.of(evaluation.interaction.language)),
        rng=rng,
    )
    done_at = min(act.now, item.draw.ends_at + timedelta(hours=9 + rng.random() * 70))
    reviewer = replace(act, actor=evaluation.reviewer, now=done_at)
    keep_played(reviewer, evaluation, listened(marks, sound_ms(evaluation), whole=evaluation.id % 4 > 0))
    submit_evaluation(
        reviewer,
        evaluation,
        marks=marks,
        summary=summary,
        revision=evaluation.revision,
        # Whoever read the transcript and did not listen confirms it.
        unheard=marks,
    )
    if evaluation.probe is not None:
        return
    weeks_ago = (act.now - item.draw.ends_at) / timedelta(weeks=1)
    if weeks_ago >= 0.5 or item.id % 3:
        supervisor = by_role(act, Role.SUPERVISOR)[0]
        released_at = min(act.now, done_at + timedelta(hours=20))
        release(replace(act, actor=supervisor, now=released_at), evaluation)
        if weeks_ago >= 1:
            seen_at = min(act.now, released_at + timedelta(hours=30))
            acknowledge(replace(act, actor=evaluation.agent, now=seen_at), evaluation, revision=evaluation.revision)
