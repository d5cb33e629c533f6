"""The agent's own score: blind to the reviewer's and hidden from the reviewer until both are in, and counted nowhere."""

from dataclasses import dataclass, replace

import pytest

from qa.act import Act
from qa.auth.roles import Role
from qa.coaching.assembly import Asked as Wish
from qa.coaching.assembly import assemble
from qa.errors import ConflictError, ForbiddenError, NotFoundError
from qa.evaluations import service as evaluations
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation
from qa.evaluations.queries import get_evaluation
from qa.i18n import Language
from qa.insight.stretch import stretch_of
from qa.interactions.queries import get_interaction
from qa.self_evaluations import service
from qa.self_evaluations.models import SelfEvaluation, SelfState
from qa.self_evaluations.queries import asked_self_evaluations, own_self_evaluation, readable_beside
from tests.evaluations.desk_making import Desk, best_form, make_desk, submit_best
from tests.insight.scene import OCTOBER, Scene
from tests.makers import Makers


@dataclass
class Asked:
    make: Makers
    desk: Desk
    evaluation: Evaluation

    def acting(self, user_id: int) -> Act:
        from qa.people.models import User  # noqa: PLC0415

        return replace(self.make.act, actor=self.make.act.session.get_one(User, user_id))

    @property
    def agent(self) -> Act:
        return self.acting(self.desk.agent_id)

    def ask(self) -> SelfEvaluation:
        return service.ask_self_evaluation(self.acting(self.desk.supervisor_id), self.evaluation)

    def best(self) -> dict[str, Mark]:
        return {
            name.removeprefix("answer-"): Mark(option=str(value))
            for name, value in best_form(self.desk.card).items()
            if name.startswith("answer-")
        }


@pytest.fixture
def asked(make: Makers) -> Asked:
    desk = make_desk(make)
    return Asked(make, desk, make.act.session.get_one(Evaluation, desk.id))


def test_both_scores_open_once_both_are_in(asked: Asked, make: Makers) -> None:
    own = asked.ask()
    submit_best(make, asked.desk, release=True)
    with pytest.raises(NotFoundError):
        get_evaluation(asked.agent, asked.desk.id)
    assert readable_beside(make.act, asked.evaluation) is None
    service.submit_self_evaluation(asked.agent, own, marks=asked.best(), summary="Fine.", revision=0)
    assert own.final_bp == 10_000
    assert get_evaluation(asked.agent, asked.desk.id).id == asked.desk.id
    assert readable_beside(make.act, asked.evaluation) is own


def test_the_reviewer_sees_nothing_of_it_before_submitting(asked: Asked, make: Makers) -> None:
    own = asked.ask()
    service.submit_self_evaluation(asked.agent, own, marks=asked.best(), summary="", revision=0)
    assert readable_beside(asked.acting(asked.desk.reviewer_id), asked.evaluation) is None
    with pytest.raises(NotFoundError):
        own_self_evaluation(asked.acting(asked.desk.reviewer_id), asked.desk.id)


def test_an_agent_who_is_asked_can_hear_the_conversation(asked: Asked) -> None:
    with pytest.raises(NotFoundError):
        get_interaction(asked.agent, asked.desk.interaction_id)
    asked.ask()
    assert get_interaction(asked.agent, asked.desk.interaction_id).id == asked.desk.interaction_id
    assert [one.evaluation_id for one in asked_self_evaluations(asked.agent)] == [asked.desk.id]


def test_asking_twice_is_asking_once_and_too_late_is_refused(asked: Asked, make: Makers) -> None:
    assert asked.ask() is asked.ask()
    late = make_desk(make)
    submit_best(make, late, release=True)
    with pytest.raises(ConflictError, match="can read this evaluation already"):
        replace(asked, evaluation=make.act.session.get_one(Evaluation, late.id)).ask()
    with pytest.raises(ForbiddenError):
        service.ask_self_evaluation(asked.agent, asked.evaluation)


def test_it_is_handed_in_once_and_needs_answers_but_no_comments(asked: Asked) -> None:
    own = asked.ask()
    with pytest.raises(evaluations.IncompleteError):
        service.submit_self_evaluation(asked.agent, own, marks={}, summary="", revision=0)
    service.submit_self_evaluation(asked.agent, own, marks=asked.best(), summary="", revision=own.revision)
    with pytest.raises(ConflictError, match="handed in your own score"):
        service.submit_self_evaluation(asked.agent, own, marks=asked.best(), summary="", revision=own.revision)


def test_left_aside_nothing_of_it_stays(asked: Asked, make: Makers) -> None:
    own = asked.ask()
    service.save_self_evaluation(asked.agent, own, marks=asked.best(), summary="Hm.", revision=0)
    service.decline_self_evaluation(asked.agent, own)
    assert (own.state, own.marks, own.summary) == (SelfState.DECLINED, {}, "")
    submit_best(make, asked.desk, release=True)
    assert get_evaluation(asked.agent, asked.desk.id).id == asked.desk.id


def test_nobody_else_gives_it(asked: Asked, make: Makers) -> None:
    own = asked.ask()
    with pytest.raises(ForbiddenError):
        service.save_self_evaluation(asked.acting(make.user(Role.AGENT).id), own, marks={}, summary="", revision=0)


def test_a_report_tells_nothing_of_the_evaluation_before_the_agents_own_score_is_in(make: Makers) -> None:
    scene, agent = Scene(make), make.agent("Ada Agent")
    scene.draw([agent])
    evaluation = scene.open_ones(agent)[0]
    own = service.ask_self_evaluation(replace(make.act, actor=scene.supervisor), evaluation)
    scene.submit(evaluation, 100, summary="Well done.")
    wish = Wish(agent, stretch_of(OCTOBER), Language.EN, made_on=make.act.now.date())
    before = assemble(make.act, wish)
    assert (before.overall.n, before.evaluations) == (1, ())
    assert any("cannot be read yet" in remark for remark in before.remarks)
    service.decline_self_evaluation(replace(make.act, actor=agent), own)
    assert [line.remark for line in assemble(make.act, wish).evaluations] == ["Well done."]
