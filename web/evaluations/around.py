"""What stands around a submitted evaluation: earlier revisions, disputes, the agent's own score, and who is named."""

from dataclasses import dataclass
from datetime import datetime

from flask import g

from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.queries import compared
from qa.cards.queries import card_of
from qa.disputes.models import Dispute
from qa.disputes.queries import disputes_of, judge_by, under_judgement
from qa.disputes.service import dispute_until, why_not
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation, EvaluationState
from qa.evaluations.plain_marks import marks_of_plain
from qa.evaluations.purpose import is_about_agent
from qa.evaluations.queries import SHOWN_TO_AGENT
from qa.evaluations.service import marks_of
from qa.i18n import Text
from qa.people.identity import reviewer_name
from qa.revisions.labels import RETRACTION_LABELS
from qa.revisions.models import EvaluationRevision
from qa.revisions.queries import revisions_of
from qa.self_evaluations.models import SelfEvaluation
from qa.self_evaluations.queries import readable_beside, self_evaluation_of
from scorecards.definition import Kind
from web.evaluations.reading import answer_said


@dataclass(frozen=True, slots=True)
class Retracted:
    """An earlier revision as the page names it."""

    revision: EvaluationRevision
    by: str | Text
    why: Text


@dataclass(frozen=True, slots=True)
class BothAnswers:
    """One criterion with the reviewer's answer and the agent's."""

    name: str
    reviewer: str
    agent: str
    comment: str

    @property
    def same(self) -> bool:
        return self.reviewer == self.agent


@dataclass(frozen=True, slots=True)
class Around:
    """See the fields; ``refusal`` says why the agent cannot dispute now, where the page is theirs."""

    reviewer: str | Text
    retracted: tuple[Retracted, ...]
    disputed: bool
    disputes: tuple[tuple[Dispute, datetime], ...]
    may_dispute: bool
    refusal: Text | None
    dispute_until: datetime | None
    may_correct: bool
    may_ask_agent: bool
    own: SelfEvaluation | None
    both: tuple[BothAnswers, ...]
    self_final_bp: int | None


def around(act: Act, evaluation: Evaluation) -> Around:
    """Put it together for whoever reads."""
    theirs = act.person().id == evaluation.agent_id and is_about_agent(evaluation)
    disputed = under_judgement(act, evaluation)
    refusal = why_not(act, evaluation) if theirs else None
    beside = readable_beside(act, evaluation)
    own = self_evaluation_of(act, evaluation) if act.may(Permission.EVALUATION_RELEASE) else beside
    return Around(
        reviewer=reviewer_name(act, evaluation.reviewer),
        retracted=tuple(
            Retracted(one, reviewer_name(act, one.retracted_by), RETRACTION_LABELS[one.cause])
            for one in revisions_of(act, evaluation)
        ),
        disputed=disputed,
        disputes=tuple((one, judge_by(act, one)) for one in disputes_of(act, evaluation)),
        may_dispute=theirs and refusal is None,
        refusal=refusal if not disputed else None,
        dispute_until=dispute_until(act, evaluation) if theirs and evaluation.released_at else None,
        may_correct=evaluation.reviewer_id == act.person().id
        and act.may(Permission.EVALUATION_SCORE)
        and evaluation.state is not EvaluationState.OPEN
        and not disputed
        and not compared(act, evaluation),
        may_ask_agent=own is None
        and act.may(Permission.EVALUATION_RELEASE)
        and is_about_agent(evaluation)
        and evaluation.state not in SHOWN_TO_AGENT,
        own=own,
        both=_both(evaluation, beside) if beside else (),
        self_final_bp=beside.final_bp if beside else None,
    )


def _both(evaluation: Evaluation, own: SelfEvaluation) -> tuple[BothAnswers, ...]:
    given, agents = marks_of(evaluation), marks_of_plain(own.marks)
    return tuple(
        BothAnswers(
            criterion.name.in_(g.language.value),
            answer_said(criterion, given.get(criterion.key, Mark()), language=g.language),
            answer_said(criterion, agents.get(criterion.key, Mark()), language=g.language),
            agents.get(criterion.key, Mark()).comment,
        )
        for _section, criterion in card_of(evaluation.card_version).criteria()
        if criterion.kind is not Kind.TEXT
        and not (given.get(criterion.key, Mark()).empty and agents.get(criterion.key, Mark()).empty)
    )
