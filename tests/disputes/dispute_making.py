"""What tests of disputes start from: a released evaluation, somebody to judge it, and the steps of a dispute by name."""

from dataclasses import dataclass, replace
from datetime import timedelta

from qa.act import Act
from qa.auth.roles import Role
from qa.cards.queries import card_of
from qa.disputes import judging, service
from qa.disputes.judging import Ruling
from qa.disputes.models import Decision, Dispute
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation
from qa.people.models import User
from scorecards.definition import Criterion, Kind
from tests.evaluations.desk_making import Desk, make_desk, submit_best
from tests.makers import Makers


@dataclass
class Case:
    """A released evaluation with full marks in the makers' transaction, and who can dispute and judge it."""

    make: Makers
    desk: Desk
    evaluation: Evaluation
    judge: User

    @property
    def agent(self) -> User:
        return self.evaluation.agent

    @property
    def reviewer(self) -> User:
        return self.evaluation.reviewer

    @property
    def criterion(self) -> Criterion:
        """The first criterion that is answered by choosing an option."""
        return next(
            criterion
            for _section, criterion in self.desk.card.criteria()
            if criterion.kind not in {Kind.TEXT, Kind.NUMERIC} and criterion.condition is None
        )

    @property
    def best(self) -> str:
        return max(self.criterion.options, key=lambda option: option.value).key

    @property
    def worst(self) -> str:
        return min(self.criterion.options, key=lambda option: option.value).key

    def acting(self, user: User, *, days_later: float = 0) -> Act:
        return replace(self.make.act, actor=user, now=self.make.act.now + timedelta(days=days_later))

    def claim(self, option: str | None = None, *, reason: str = "I did say it.") -> dict[str, Mark]:
        return {self.criterion.key: Mark(option=option or self.worst, comment=reason)}

    def raised(self, *, days_later: float = 0, claims: dict[str, Mark] | None = None) -> Dispute:
        """The agent disputes the first criterion: it should have been the lowest mark."""
        return service.raise_dispute(
            self.acting(self.agent, days_later=days_later),
            self.evaluation,
            claims=claims or self.claim(),
            revision=self.evaluation.revision,
        )

    def scored(self, dispute: Dispute, *, option: str | None = None) -> Dispute:
        """The judge takes the dispute and scores it blind."""
        act = self.acting(self.judge)
        if dispute.judge_id is None:
            judging.take_dispute(act, dispute)
        marks = {item.criterion: self._blind(item.criterion, option) for item in dispute.criteria}
        judging.submit_blind(act, dispute, marks=marks, revision=dispute.blind_revision)
        return dispute

    def settled(
        self, dispute: Dispute, decision: Decision = Decision.ACCEPTED, *, answer: Mark | None = None
    ) -> Dispute:
        """The judge decides every criterion alike."""
        rulings = {
            item.criterion: Ruling(decision, "Heard at the start.", answer or Mark()) for item in dispute.criteria
        }
        judging.decide(self.acting(self.judge), dispute, rulings=rulings)
        return dispute

    def _blind(self, key: str, option: str | None) -> Mark:
        criterion = self.desk.card.criterion(key)
        assert criterion is not None
        return Mark(option=option or max(criterion.options, key=lambda one: one.value).key)


def make_case(make: Makers, *, judge: Role = Role.REVIEWER) -> Case:
    """A released evaluation with full marks, and a judge of the role."""
    desk = make_desk(make)
    submit_best(make, desk, release=True)
    evaluation = make.act.session.get_one(Evaluation, desk.id)
    return Case(make, desk, evaluation, make.user(judge, name="Jo Judge"))


def scale_criterion(case: Case) -> Criterion:
    """A criterion with more than two options."""
    card = card_of(case.evaluation.card_version)
    return next(one for _section, one in card.criteria() if len(one.options) > 2 and one.condition is None)
