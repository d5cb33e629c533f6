"""Disputed scores are in no figure until they are settled, and how often disputes were upheld is told with its n."""

from dataclasses import replace

from qa.auth.roles import Role
from qa.coaching.assembly import Asked, assemble
from qa.disputes import judging, service
from qa.disputes.figures import overturns, waiting_disputes
from qa.disputes.judging import Ruling
from qa.disputes.models import Decision, Dispute
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation
from qa.i18n import Language
from qa.insight.queries import read_sample
from qa.insight.stretch import stretch_of
from qa.insight.week import week_csv, week_of
from tests.disputes.dispute_making import make_case
from tests.insight.scene import OCTOBER, Scene
from tests.makers import Makers


def dispute_of(scene: Scene, evaluation: Evaluation) -> Dispute:
    act = replace(scene.make.act, actor=evaluation.agent)
    claims = {"greeting": Mark(option="no", comment="I forgot.")}
    return service.raise_dispute(act, evaluation, claims=claims, revision=evaluation.revision)


def settle(scene: Scene, dispute: Dispute, decision: Decision) -> None:
    act = replace(scene.make.act, actor=scene.make.user(Role.REVIEWER))
    judging.take_dispute(act, dispute)
    judging.submit_blind(act, dispute, marks={"greeting": Mark(option="yes")}, revision=0)
    judging.decide(act, dispute, rulings={"greeting": Ruling(decision, "Heard.")})


def test_a_disputed_score_leaves_every_figure_with_its_count_told(make: Makers) -> None:
    scene, agent = Scene(make), make.agent("Ada Agent")
    scene.draw([agent])
    scored = scene.score_all(agent, [100] * 6)
    stretch = stretch_of(OCTOBER)
    dispute = dispute_of(scene, scored[0])
    sample = read_sample(make.act, stretch)
    assert (len(sample.scored), len(sample.disputed)) == (5, 1)
    supervisor = replace(make.act, actor=scene.supervisor)
    week = week_of(supervisor, stretch)
    assert (week.overall.n, week.disputed, week.rows[0].disputed, week.waiting.disputes) == (5, 1, 1, 1)
    assert week_csv(week, language=Language.EN).decode().splitlines()[1].endswith(",1,0,,")
    report = assemble(make.act, Asked(agent, stretch, Language.EN, made_on=make.act.now.date()))
    assert report.overall.n == len(report.evaluations) == 5
    assert "1 evaluation is disputed; it is in no figure here until the dispute is settled." in report.remarks
    settle(scene, dispute, Decision.REJECTED)
    after = week_of(supervisor, stretch)
    assert (after.overall.n, after.disputed, after.waiting.disputes) == (6, 0, 0)


def test_shares_of_upheld_disputes_are_shown_from_five_on(make: Makers) -> None:
    scene, agent = Scene(make), make.agent("Ada Agent")
    scene.draw([agent])
    scored = scene.score_all(agent, [100] * 6)
    decisions = [Decision.ACCEPTED, Decision.REJECTED, Decision.REJECTED, Decision.REJECTED, Decision.ACCEPTED]
    supervisor = replace(make.act, actor=scene.supervisor)
    for evaluation, decision in zip(scored[:4], decisions[:4], strict=True):
        settle(scene, dispute_of(scene, evaluation), decision)
    few = overturns(supervisor, language=Language.EN)
    assert few.overall.too_few
    assert few.overall.shown is None
    settle(scene, dispute_of(scene, scored[4]), decisions[4])
    found = overturns(supervisor, language=Language.EN)
    assert (found.overall.shown, found.overall.n) == (40.0, 5)
    assert found.overall.low is not None
    assert found.overall.low < 40 < (found.overall.high or 0)
    assert [(row.name, row.overturned, row.figure.n) for row in found.by_reviewer] == [("Rita Reviewer", 2, 5)]
    assert len(found.by_criterion) == 1


def test_waiting_disputes_are_counted_per_team(make: Makers) -> None:
    case = make_case(make)
    case.raised()
    assert waiting_disputes(make.act) == 1
    assert waiting_disputes(make.act, team_id=make.team().id) == 0


def test_two_reviewers_of_the_same_name_are_counted_apart(make: Makers) -> None:
    for _ in range(2):
        case = make_case(make)
        case.reviewer.name = "Same Name"
        case.settled(case.scored(case.raised()))
    found = overturns(replace(make.act, actor=make.user(Role.SUPERVISOR)), language=Language.EN)
    assert found.overall.n == 2
    assert [(row.name, row.figure.n) for row in found.by_reviewer] == [("Same Name", 1), ("Same Name", 1)]
