"""A dispute as its pages show it: each criterion with what stood, what is claimed, what was scored blind and decided."""

from dataclasses import dataclass

from flask import g

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.disputes.labels import DECISION_LABELS
from qa.disputes.models import Decision, Dispute, DisputeState
from qa.disputes.queries import disputed_computation
from qa.evaluations.hearing import told_unheard
from qa.evaluations.marks import Mark
from qa.evaluations.plain_marks import mark_of_plain, marks_of_plain
from qa.i18n import Text, _
from qa.interactions.whose import agent_name
from qa.people.identity import reviewer_name
from scorecards.definition import Criterion
from web.evaluations.bound import BoundEvidence, bound
from web.evaluations.hearing import heard_of
from web.evaluations.lines import Line
from web.evaluations.reading import answer_said


@dataclass(frozen=True, slots=True)
class CriterionShown:
    """One disputed criterion; ``blind`` is empty where the reader may not see it yet."""

    key: str
    number: int
    name: str
    stood: str
    remark: str
    stood_on: tuple[BoundEvidence, ...]
    #: The disputed mark was confirmed without playing its evidence.
    unheard: bool
    claimed: str
    reason: str
    evidence: tuple[BoundEvidence, ...]
    blind: str
    blind_remark: str
    decision: Decision | None
    decided: Text | None
    decision_reason: str


@dataclass(frozen=True, slots=True)
class People:
    """Who took part, as this reader may know them."""

    agent: str | Text
    reviewer: str | Text
    judge: str | Text | None


def people_of(act: Act, dispute: Dispute) -> People:
    """Return the names, or words in their place."""
    return People(
        agent_name(act, dispute.evaluation.interaction),
        reviewer_name(act, dispute.reviewer),
        reviewer_name(act, dispute.judge) if dispute.judge else None,
    )


def criteria_shown(act: Act, dispute: Dispute, *, lines: tuple[Line, ...]) -> list[CriterionShown]:
    """Return the criteria in the order of the card; agents and first reviewers read the blind score with the decision.

    Evidence lies in ``lines``, those of the conversation as it reads now.
    """
    card = card_of(dispute.evaluation.card_version)
    judges = act.person().id == dispute.judge_id or act.person().role in {Role.ADMIN, Role.SUPERVISOR}
    blind_seen = dispute.state is DisputeState.SETTLED or (judges and dispute.state is DisputeState.SCORED)
    blind = marks_of_plain(dispute.blind_marks) if blind_seen else {}
    items = {item.criterion: item for item in dispute.criteria}
    unheard = told_unheard(disputed_computation(act, dispute))
    found = []
    for at, (_section, criterion) in enumerate(card.criteria(), start=1):
        item = items.get(criterion.key)
        if item is None:
            continue
        stood, claim = mark_of_plain(item.stood), mark_of_plain(item.claim)
        own = blind.get(criterion.key)
        found.append(
            CriterionShown(
                key=criterion.key,
                number=at,
                name=criterion.name.in_(g.language.value),
                stood=_said(criterion, stood),
                remark=stood.comment,
                stood_on=bound(stood.evidence, lines=lines, heard=heard_of(dispute.evaluation)),
                unheard=criterion.key in unheard,
                claimed=_said(criterion, claim),
                reason=claim.comment,
                evidence=bound(claim.evidence, lines=lines),
                blind=_said(criterion, own) if own else "",
                blind_remark=own.comment if own else "",
                decision=item.decision,
                decided=DECISION_LABELS[item.decision] if item.decision else None,
                decision_reason=item.decision_reason,
            )
        )
    return found


def told(decision: Decision) -> Text:
    """Say to the agent what became of the dispute."""
    match decision:
        case Decision.ACCEPTED:
            return _("Your dispute was accepted. The evaluation was changed.")
        case Decision.PARTLY:
            return _("Your dispute was partly accepted. The evaluation was changed.")
        case Decision.REJECTED:
            return _("Your dispute was rejected. The evaluation stands as it was.")


def _said(criterion: Criterion, mark: Mark) -> str:
    return answer_said(criterion, mark, language=g.language)
