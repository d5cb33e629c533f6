"""Picking on purpose: shared by what waits, flagged in the data, refused where it makes no sense, and in no figure."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.calibration.severity import severity_of
from qa.coaching.letter import letter_of
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.evaluations.queries import work_list
from qa.evaluations.service import assign
from qa.i18n import Language
from qa.insight.past import past_of
from qa.insight.progress import plan_progress
from qa.insight.queries import newest_stretch, read_sample
from qa.insight.stretch import stretch_of
from qa.insight.week import week_csv, week_of
from qa.interactions.kinds import InteractionState
from qa.picks.models import Pick, PickedItem, PickReason
from qa.picks.queries import get_pick, how_far, picks, reason_of
from qa.picks.service import pick
from qa.privacy.erasure import erase_interaction
from qa.sampling.models import Purpose
from qa.workload.redistribution import propose, redistribute
from tests.insight.scene import OCTOBER, Scene
from tests.makers import Makers
from tests.picks.picking import pick_wish, picked
from tests.sampling.plan_making import entropy
from tests.workload.working import away


def test_picked_interactions_are_shared_flagged_and_kept_with_their_reason(act: Act, make: Makers) -> None:
    calls = [make.interaction(days_ago=2) for _ in range(6)]
    for one in calls:
        make.transcript(one).events = [{"kind": "silence", "start_ms": 0, "end_ms": 45_000, "channel": None}]
    reviewers = [make.user(Role.REVIEWER) for _ in range(3)]
    made = picked(make, calls, reviewers, reason=PickReason.SILENCE, purpose=Purpose.PROGRAMME, note="  Why so long?  ")
    found = list(act.session.scalars(select(Evaluation)))
    assert {(one.kind, one.probe, one.draw_item_id) for one in found} == {(EvaluationKind.TARGETED, None, None)}
    assert sorted(Counter(one.reviewer_id for one in found).values()) == [2, 2, 2]
    assert (made.purpose, made.note) == (Purpose.PROGRAMME, "Why so long?")
    assert {(one.reason, one.length_ms) for one in made.items} == {(PickReason.SILENCE, 45_000)}
    assert how_far(act, [made])[made.id].n == 6
    assert picks(act).rows == (made,)
    assert get_pick(act, made.id) is made
    entry = act.session.scalars(select(AuditEntry).where(AuditEntry.action == "pick.made")).one()
    assert entry.data == {"interactions": 6, "reviewers": 3, "reason": "silence", "purpose": "programme"}


def test_the_same_seed_gives_the_same_sharing(act: Act, make: Makers) -> None:
    calls = [make.interaction() for _ in range(7)]
    reviewers = [make.user(Role.REVIEWER) for _ in range(3)]
    given = []
    for _time in range(2):
        with act.session.begin_nested() as nested:
            made = pick(act, pick_wish(make, calls, reviewers), entropy=entropy())
            given.append({one.interaction_id: one.evaluation.reviewer_id for one in made.items})
            nested.rollback()
        act.session.expire_all()
    assert given[0] == given[1]


def test_nobody_is_given_their_own_and_nobody_who_is_absent(act: Act, make: Makers) -> None:
    promoted = make.agent()
    promoted.role = Role.REVIEWER
    gone, other = make.user(Role.REVIEWER), make.user(Role.REVIEWER)
    away(make, gone)
    calls = [make.interaction(agent=promoted), make.interaction()]
    made = picked(make, calls, [promoted, gone, other])
    assert all(one.evaluation.reviewer_id not in {one.evaluation.agent_id, gone.id} for one in made.items)


def test_a_reviewer_who_is_the_only_one_and_the_agent_is_told(make: Makers) -> None:
    promoted = make.agent()
    promoted.role = Role.REVIEWER
    call = make.interaction(agent=promoted, reference="call-7")
    with pytest.raises(InvalidError, match=r"may score call-7: it is their own conversation"):
        picked(make, [call], [promoted])


def test_everybody_absent_and_nobody_at_all_are_told(make: Makers) -> None:
    gone = make.user(Role.REVIEWER)
    away(make, gone, last=None)
    call = make.interaction()
    with pytest.raises(InvalidError, match="Everybody you chose is absent now"):
        picked(make, [call], [gone])
    with pytest.raises(InvalidError, match="Choose at least one reviewer"):
        picked(make, [call], [])
    with pytest.raises(InvalidError, match="is not a reviewer"):
        picked(make, [call], [make.agent()])
    with pytest.raises(InvalidError, match="Choose at least one interaction"):
        picked(make, [], [make.user(Role.REVIEWER)])


def test_what_was_erased_cannot_be_read_or_was_given_before_is_refused_by_name(act: Act, make: Makers) -> None:
    reviewer = make.user(Role.REVIEWER)
    erased, unread, given = (make.interaction(reference=f"call-{number}") for number in range(3))
    erase_interaction(act, erased)
    unread.state = InteractionState.TRANSCRIBING
    assign(act, given, reviewer=reviewer, version=make.card(), kind=EvaluationKind.TARGETED)
    with pytest.raises(InvalidError, match=r"call-0 was erased, so there is nothing left to score"):
        picked(make, [erased], [reviewer])
    with pytest.raises(InvalidError, match="call-1 cannot be read yet"):
        picked(make, [unread], [reviewer])
    with pytest.raises(ConflictError, match="call-2 was given to a reviewer already"):
        picked(make, [given], [reviewer])
    assert act.session.scalar(select(Pick)) is None


def test_picks_serve_no_appraisal_and_reviewers_pick_nothing(act: Act, make: Makers) -> None:
    reviewer, call = make.user(Role.REVIEWER), make.interaction()
    with pytest.raises(InvalidError, match="they serve no appraisal") as refused:
        picked(make, [call], [reviewer], purpose=Purpose.APPRAISAL)
    assert refused.value.field == "purpose"
    with pytest.raises(ForbiddenError):
        pick(replace(act, actor=reviewer), pick_wish(make, [call], [reviewer]), entropy=entropy())


def test_of_an_erased_interaction_the_words_that_were_looked_for_go_too(act: Act, make: Makers) -> None:
    call = make.interaction()
    made = picked(
        make, [call], [make.user(Role.REVIEWER)], reason=PickReason.PHRASE, phrase="Yusuf", note="About Yusuf."
    )
    erase_interaction(act, call)
    assert (made.note, made.items[0].phrase, made.items[0].reason) == ("", "", PickReason.PHRASE)


def test_what_waits_of_a_pick_is_redistributed_among_those_it_was_shared_among(act: Act, make: Makers) -> None:
    calls = [make.interaction() for _ in range(4)]
    first, second, stranger = (make.user(Role.REVIEWER) for _ in range(3))
    picked(make, calls, [first, second])
    proposal = propose(act, first)
    assert [(one.reviewer.id, one.n) for one in proposal.shares] == [(second.id, 2)]
    redistribute(act, first, digest=proposal.digest, reason="Ill.")
    assert {one.reviewer_id for one in act.session.scalars(select(Evaluation))} == {second.id}
    assert work_list(replace(act, actor=stranger)) == []


def test_the_reason_is_told_only_once_it_is_submitted(act: Act, make: Makers) -> None:
    scene = Scene(make)
    agent = make.agent()
    call = make.interaction(agent=agent)
    make.transcript(call)
    made = picked(make, [call], [scene.reviewer], note="A second look.")
    evaluation = made.items[0].evaluation
    reviewer, supervisor = replace(act, actor=scene.reviewer), replace(act, actor=scene.supervisor)
    assert reason_of(reviewer, evaluation) is None
    told = reason_of(supervisor, evaluation)
    assert told is not None
    assert told.pick.note == "A second look."
    scene.submit(evaluation, 100)
    assert reason_of(reviewer, evaluation) == told
    assert reason_of(replace(act, actor=agent), evaluation) == told


def test_picked_interactions_are_in_no_figure_whatsoever(act: Act, make: Makers) -> None:
    scene = Scene(make)
    agents = [make.agent("Anna"), make.agent("Bram")]
    scene.draw(agents, each=8)
    for agent in agents:
        scene.score_all(agent, [80, 90, 100, 70, 85, 95, 60, 100])
    supervisor = replace(act, actor=scene.supervisor)
    stretch = stretch_of(OCTOBER)

    def everything() -> dict[str, object]:
        week = week_of(supervisor, stretch)
        found: dict[str, object] = {
            "sample": read_sample(act, stretch),
            "progress": plan_progress(act, stretch),
            "newest": newest_stretch(act, zone="Europe/Amsterdam"),
            "overall": week.overall,
            "rows": [(row.agent.id, row.figure, row.before, row.change) for row in week.rows],
            "course": week.course,
            "csv": week_csv(week, language=Language.EN),
            "past": past_of(supervisor, card="phone-service"),
            "severity": severity_of(supervisor, scene.version.scorecard_id),
        }
        for agent in agents:
            # The agent's own page and the report's PDF are both made of this.
            found[agent.name] = letter_of(replace(act, actor=agent), agent, stretch, language=Language.EN).content
        return found

    before = everything()
    worst = []
    for agent in agents:
        calls = [make.interaction(agent=agent, started_at=OCTOBER.start) for _ in range(10)]
        for one in calls:
            make.transcript(one)
        made = picked(make, calls, [scene.reviewer])
        worst += [scene.submit(one.evaluation, 0) for one in made.items]
    assert len(worst) == 20
    assert all((one.quality_bp or 0) < 3000 for one in worst)
    act.session.expire_all()
    after = everything()
    for name, figure in before.items():
        assert after[name] == figure, name
    assert act.session.scalar(select(PickedItem).limit(1)) is not None
