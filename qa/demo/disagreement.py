"""The demo's disagreements: a dispute that waits, two that were decided, and an agent's own score, through the services."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.demo.company import by_role
from qa.demo.judgement import Reviewer, judge
from qa.disputes.answers import disputable
from qa.disputes.handovers import possible_judges
from qa.disputes.judging import Ruling, decide, submit_blind, take_dispute
from qa.disputes.models import Decision, Dispute
from qa.disputes.service import raise_dispute
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation
from qa.evaluations.purpose import about_agents
from qa.evaluations.queries import SHOWN_TO_AGENT, newest_transcript
from qa.evaluations.service import marks_of
from qa.i18n import Language
from qa.people.models import User
from qa.self_evaluations.service import ask_self_evaluation, submit_self_evaluation
from scorecards.definition import Criterion

_CLAIMS: dict[Language, str] = {
    Language.EN: "I did say this, a little later in the conversation.",
    Language.NL: "Dit heb ik wel gezegd, iets later in het gesprek.",
}
_RULINGS: dict[Decision, dict[Language, str]] = {
    Decision.ACCEPTED: {
        Language.EN: "It is there indeed, further on than the first reviewer looked.",
        Language.NL: "Het staat er inderdaad, verderop dan waar eerst is gekeken.",
    },
    Decision.REJECTED: {
        Language.EN: "I looked for it as well and found the same as the first reviewer.",
        Language.NL: "Ik heb er ook naar gezocht en kwam op hetzelfde uit als de eerste beoordelaar.",
    },
}
#: Points that agents see more in their own work than a reviewer does.
_MILDNESS = 8

#: What becomes of the demo's disputes, in their order; the first waits for a judge.
_OUTCOMES = (None, Decision.ACCEPTED, Decision.REJECTED)


def make_disagreements(act: Act) -> None:
    """Make them where there are none yet."""
    if act.session.scalar(select(Dispute.id).limit(1)) is not None:
        return
    outcomes = iter(_OUTCOMES)
    agents: set[int] = set()
    for evaluation in _released(act):
        criterion = _lowest(evaluation)
        if criterion is None or evaluation.agent_id in agents or evaluation.released_at is None:
            continue
        agents.add(evaluation.agent_id)
        _dispute(act, evaluation, criterion, released_at=evaluation.released_at, outcome=next(outcomes))
        if len(agents) == len(_OUTCOMES):
            break
    _own_score(act)


def _released(act: Act) -> list[Evaluation]:
    asked = select(Evaluation).where(
        about_agents(),
        Evaluation.state.in_(SHOWN_TO_AGENT),
        Evaluation.released_at > act.now - timedelta(days=act.settings.dispute_days - 1),
    )
    return list(act.session.scalars(asked.order_by(Evaluation.released_at, Evaluation.id)))


def _lowest(evaluation: Evaluation) -> Criterion | None:
    """The criterion with the lowest mark, where that is not the best there is."""
    marks = marks_of(evaluation)

    def lost(criterion: Criterion) -> float:
        option = criterion.option(marks[criterion.key].option or "")
        return float(max(one.value for one in criterion.options) - option.value) if option else 0.0

    worst = max(disputable(card_of(evaluation.card_version), marks), key=lost, default=None)
    return worst if worst is not None and lost(worst) else None


def _dispute(
    act: Act, evaluation: Evaluation, criterion: Criterion, *, released_at: datetime, outcome: Decision | None
) -> None:
    def acting(user: User, *, days: int) -> Act:
        return replace(act, actor=user, now=min(act.now, released_at + timedelta(days=days)))

    language = Language.of(evaluation.interaction.language)
    stood = marks_of(evaluation)[criterion.key]
    claim = Mark(option=max(criterion.options, key=lambda option: option.value).key, comment=_CLAIMS[language])
    raised = raise_dispute(
        acting(evaluation.agent, days=1),
        evaluation,
        claims={criterion.key: claim},
        revision=evaluation.revision,
    )
    judges = possible_judges(act, raised)
    if outcome is None or not judges:
        return
    judge = acting(next((one for one in judges if one.role is Role.REVIEWER), judges[0]), days=3)
    take_dispute(judge, raised)
    blind = Mark(option=claim.option) if outcome is Decision.ACCEPTED else stood
    submit_blind(judge, raised, marks={criterion.key: blind}, revision=raised.blind_revision)
    decide(judge, raised, rulings={criterion.key: Ruling(outcome, _RULINGS[outcome][language])})


def _own_score(act: Act) -> None:
    """The agent of the newest evaluation that waits, for its reviewer or its release, scored the conversation too."""
    evaluation = act.session.scalars(
        select(Evaluation)
        .where(
            about_agents(),
            Evaluation.state.not_in(SHOWN_TO_AGENT),
        )
        .order_by(Evaluation.id.desc())
        .limit(1)
    ).one_or_none()
    transcript = newest_transcript(act, evaluation.interaction_id) if evaluation else None
    if evaluation is None or transcript is None:
        return
    own = ask_self_evaluation(replace(act, actor=by_role(act, Role.SUPERVISOR)[0]), evaluation)
    given, _summary = judge(
        card_of(evaluation.card_version),
        transcript,
        agent=evaluation.agent.reference or "",
        reviewer=Reviewer(_MILDNESS, Language.of(evaluation.interaction.language)),
        rng=random.Random(evaluation.interaction.stable_key),  # noqa: S311 - a demo agent's habits are no secret
    )
    marks = {key: replace(mark, comment="", cause=None) for key, mark in given.items()}
    submit_self_evaluation(replace(act, actor=evaluation.agent), own, marks=marks, summary="", revision=own.revision)
