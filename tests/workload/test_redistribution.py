"""What waits for an absent reviewer: shown before, done as shown, drafts apart, second scores along unseen."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.calibration.models import ScorePair
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.models import Evaluation, EvaluationState
from qa.people.models import User
from qa.sampling.pool import claim_next
from qa.workload.loads import minutes_waiting
from qa.workload.models import EvaluationHandover, HandoverCause
from qa.workload.queries import desks, waiting_of
from qa.workload.redistribution import Proposal, propose, redistribute
from tests.makers import Makers
from tests.sampling.plan_making import evaluations
from tests.workload.working import away, begin, month


def done(act: Act, user: User, proposal: Proposal) -> Proposal:
    return redistribute(act, user, digest=proposal.digest, reason="Ill until Friday.")


def open_of(act: Act, user: User) -> list[Evaluation]:
    return [one for one in evaluations(act) if one.reviewer_id == user.id and one.state is EvaluationState.OPEN]


def test_what_is_shown_is_what_happens(act: Act, make: Makers) -> None:
    scene = month(make, agents=3, each=5)
    absent = scene.reviewers[0]
    away(make, absent)
    begin(act, open_of(act, absent)[0], summary="Begun.")
    before = Counter(one.reviewer_id for one in evaluations(act))
    proposal = propose(act, absent)
    assert proposal.moved == before[absent.id] == 5
    assert sum(share.begun for share in proposal.shares) == 1
    assert {one.reviewer.id for one in proposal.shares} == {one.id for one in scene.reviewers[1:]}
    assert propose(act, absent) == proposal
    done(act, absent, proposal)
    after = Counter(one.reviewer_id for one in evaluations(act))
    assert after[absent.id] == 0
    for share in proposal.shares:
        assert after[share.reviewer.id] - before[share.reviewer.id] == share.n
        # Four and a half minutes each, rounded up together.
        assert share.minutes == -(-9 * share.n // 2)
    assert abs(after[scene.reviewers[1].id] - after[scene.reviewers[2].id]) <= 1
    kept = list(act.session.scalars(select(EvaluationHandover)))
    assert {one.cause for one in kept} == {HandoverCause.ABSENT}
    assert [one.summary for one in kept if one.started_at] == ["Begun."]
    entry = act.session.scalars(select(AuditEntry).where(AuditEntry.action == "reviewer.redistributed")).one()
    assert (entry.subject_id, entry.data) == (absent.id, {"moved": 5, "to_pool": 0, "staying": 0})


def test_something_else_by_now_is_shown_again(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=4)
    absent = scene.reviewers[0]
    proposal = propose(act, absent)
    begin(act, open_of(act, absent)[0])
    with pytest.raises(ConflictError, match="Something changed since this was shown"):
        done(act, absent, proposal)


def test_second_scores_go_along_and_never_to_the_first_reviewer(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=5, percent=100)
    absent = scene.reviewers[0]
    seconds = [one for one in open_of(act, absent) if one.probe is not None]
    assert seconds
    proposal = propose(act, absent)
    assert proposal.moved == len(open_of(act, absent)) - len(seconds)
    done(act, absent, proposal)
    for pair in act.session.scalars(select(ScorePair)):
        assert pair.first.reviewer_id != pair.second.reviewer_id
    assert len({(one.interaction_id, one.reviewer_id) for one in evaluations(act)}) == 20


def test_what_nobody_else_may_review_stays_and_is_told(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=2, reviewers=1)
    absent = scene.reviewers[0]
    scene.agents[0].role = Role.REVIEWER
    scene.plan.reviewers.append(type(scene.plan.reviewers[0])(user_id=scene.agents[0].id))
    act.session.flush()
    act.session.expire(scene.plan, ["reviewers"])
    proposal = propose(act, absent)
    assert (proposal.moved, proposal.staying) == (2, 2)
    done(act, absent, proposal)
    assert {one.agent_id for one in open_of(act, absent)} == {scene.agents[0].id}
    with pytest.raises(ConflictError, match="Nothing of this can be given"):
        done(act, absent, propose(act, absent))


def test_with_everybody_else_absent_all_of_it_stays(act: Act, make: Makers) -> None:
    scene = month(make, agents=1, each=3, reviewers=2)
    away(make, scene.reviewers[1], last=None)
    proposal = propose(act, scene.reviewers[0])
    assert (proposal.shares, proposal.staying) == ((), len(open_of(act, scene.reviewers[0])))


def test_what_was_taken_from_a_pool_goes_back_to_it(act: Act, make: Makers) -> None:
    scene = month(make, agents=1, each=1, pooled=True)
    first, second, _third = scene.reviewers
    claimed = claim_next(replace(act, actor=first))
    assert claimed is not None
    proposal = propose(act, first)
    assert (proposal.moved, proposal.to_pool) == (0, 1)
    done(act, first, proposal)
    again = claim_next(replace(act, actor=second))
    assert again is not None
    assert again.evaluation.id == claimed.evaluation.id


def test_a_reason_and_the_right_are_needed(act: Act, make: Makers) -> None:
    scene = month(make)
    absent = scene.reviewers[0]
    with pytest.raises(InvalidError, match="Say why"):
        redistribute(act, absent, digest=propose(act, absent).digest, reason=" ")
    with pytest.raises(ForbiddenError):
        propose(replace(act, actor=absent), absent)


def test_desks_tell_supervisors_nothing_of_second_scores(act: Act, make: Makers) -> None:
    scene = month(make, agents=2, each=5, percent=100)
    supervisor = replace(act, actor=scene.supervisor)
    shown = {one.reviewer.id: one for one in desks(supervisor)}
    firsts = Counter(one.reviewer_id for one in evaluations(act) if one.probe is None)
    assert {user.id: shown[user.id].n for user in scene.reviewers} == {
        user.id: firsts[user.id] for user in scene.reviewers
    }
    assert sum(one.minutes for one in shown.values()) < sum(minutes_waiting(act, list(shown)).values())
    assert all(one.probe is None for one in waiting_of(supervisor, scene.reviewers[0]))
