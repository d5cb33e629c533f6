"""After erasing, nothing personal is left in any table, and every personal column has an eraser."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from qa.act import Act
from qa.auth.roles import Role
from qa.disputes.models import Dispute, DisputedCriterion
from qa.errors import ConflictError
from qa.evaluations.models import Answer, Evaluation, EvaluationKind, Evidence
from qa.kudos.models import Kudos
from qa.mystery.models import Attachment, AttachmentKind, Programme, Scenario, Visit, VisitState
from qa.people.models import UserState
from qa.people.signin import open_sign_in
from qa.privacy.emptying import personal_columns
from qa.privacy.erasure import OF_INTERACTIONS, OF_PEOPLE, erase_interaction, erase_person
from qa.revisions.models import EvaluationRevision, RetractionCause
from qa.self_evaluations.models import SelfEvaluation
from qa.storage.blobs import LocalFolder
from qa.tables import TABLES
from qa.talks.models import Clip, TalkNote
from tests.makers import Makers
from tests.talks.talking import action, talk

SECRET = "Yusuf Bakker"


def left_over(act: Act) -> list[str]:
    act.session.flush()
    return [
        f"{table.__tablename__}.{name}"
        for table in TABLES
        for row in act.session.scalars(select(table).execution_options(populate_existing=True))
        for name in inspect(table).columns.keys()  # noqa: SIM118 - not a plain dict
        if SECRET in str(getattr(row, name))
    ]


def test_every_personal_column_has_an_eraser() -> None:
    personal = {table for table in TABLES if personal_columns(table)}
    assert personal == {*OF_INTERACTIONS, *OF_PEOPLE}


def test_an_erased_interaction_leaves_its_score_and_nothing_else(act: Act, make: Makers, blobs: LocalFolder) -> None:
    version = make.card()
    interaction = make.interaction(subject=SECRET, customer_reference=SECRET)
    recording = make.recording(
        interaction, file_name=f"{SECRET}.wav", blob_key="recordings/ab", playable_key="playable/ab"
    )
    blobs.put("recordings/ab", b"sound")
    blobs.put("playable/ab", b"sound")
    transcript = make.transcript(interaction, [("customer", f"My name is {SECRET}")])
    transcript.removed = [{"text": SECRET, "start_ms": 0, "end_ms": 9, "reason": "repeated", "channel": None}]
    transcript.warnings = [{"msgid": "Nothing is heard in the recording {name}.", "params": {"name": SECRET}}]
    make.answer(interaction, csat=2, comment=f"{SECRET} was friendly")
    turn = transcript.turns[0]
    turn.author, turn.attachments = SECRET, [f"{SECRET}.jpg"]
    evaluation = Evaluation(
        interaction_id=interaction.id,
        kind=EvaluationKind.TARGETED,
        reviewer_id=make.user(Role.REVIEWER).id,
        agent_id=interaction.agent_id,
        card_version_id=version.id,
        assigned_at=act.now,
        quality_bp=8_000,
        summary=SECRET,
        agent_comment=SECRET,
        answers=[
            Answer(
                criterion="greeting", comment=SECRET, text=SECRET, evidence=[Evidence(turn_id=turn.id, quote=SECRET)]
            )
        ],
    )
    programme = Programme(name="Shops", scorecard_id=version.scorecard_id, created_at=act.now)
    scenario = Scenario(programme=programme, name="Return", persona="p", question="q", expected="e")
    visit = Visit(
        scenario=scenario,
        shopper_id=make.user(Role.SHOPPER).id,
        agent_id=interaction.agent_id,
        state=VisitState.SUBMITTED,
        planned_for=act.now - timedelta(days=1),
        submitted_at=act.now,
        card_version_id=version.id,
        answers={"greeting": {"comment": SECRET}},
        notes=SECRET,
        interaction_id=interaction.id,
        attachments=[
            Attachment(
                kind=AttachmentKind.PHOTO,
                file_name=f"{SECRET}.jpg",
                media_type="image/jpeg",
                size_bytes=3,
                sha256="0" * 64,
                blob_key="photos/ab",
            )
        ],
    )
    clip = Clip(
        interaction_id=interaction.id, made_by_id=visit.shopper_id, made_at=act.now, start_ms=0, end_ms=9, remark=SECRET
    )
    kudos = Kudos(
        interaction_id=interaction.id,
        agent_id=interaction.agent_id,
        giver_id=visit.shopper_id,
        text=SECRET,
        given_at=act.now,
    )
    act.session.add_all([evaluation, visit, clip, kudos])
    act.session.flush()
    kept = {"greeting": {"comment": SECRET, "evidence": []}}
    act.session.add_all(
        [
            EvaluationRevision(
                evaluation_id=evaluation.id,
                number=1,
                answers=kept,
                summary=SECRET,
                agent_comment=SECRET,
                critical_failed=False,
                scored_at=act.now,
                retracted_at=act.now,
                retracted_by_id=evaluation.reviewer_id,
                cause=RetractionCause.CORRECTION,
                reason=SECRET,
            ),
            SelfEvaluation(
                evaluation_id=evaluation.id,
                agent_id=evaluation.agent_id,
                asked_at=act.now,
                asked_by_id=evaluation.reviewer_id,
                marks=kept,
                summary=SECRET,
            ),
            Dispute(
                evaluation_id=evaluation.id,
                against=1,
                agent_id=evaluation.agent_id,
                reviewer_id=evaluation.reviewer_id,
                raised_at=act.now,
                blind_marks=kept,
                criteria=[
                    DisputedCriterion(
                        criterion="greeting", stood=kept["greeting"], claim=kept["greeting"], decision_reason=SECRET
                    )
                ],
            ),
        ]
    )
    assert left_over(act)
    erase_interaction(act, interaction)
    assert left_over(act) == []
    assert not blobs.has("recordings/ab")
    assert not blobs.has("playable/ab")
    assert evaluation.quality_bp == 8_000
    assert recording.duration_ms > 0


def test_an_erased_person_keeps_a_number_only(act: Act, make: Makers) -> None:
    user = make.agent(SECRET, email=f"{SECRET}@example.org", reference=SECRET)
    open_sign_in(act, user, browser=SECRET)
    coached = talk(make, user, place=SECRET)
    coached.agents[0].remarks = SECRET
    action(make, coached, user, text=SECRET, reason=SECRET)
    action(make, coached, coached.coach, text=SECRET)
    group = talk(make, user, make.agent())
    action(make, group, user, text=SECRET)
    for one, writer in ((coached, coached.coach), (coached, user), (group, user)):
        act.session.add(TalkNote(talk_id=one.id, writer_id=writer.id, shared=True, text=SECRET, saved_at=act.now))
    own = make.interaction(agent=user)
    example = Clip(
        interaction_id=own.id,
        made_by_id=coached.coach_id,
        made_at=act.now,
        start_ms=0,
        end_ms=9,
        example=True,
        allowed_at=act.now,
    )
    giver = make.user(Role.SUPERVISOR)
    act.session.add_all(
        [example, Kudos(interaction_id=own.id, agent_id=user.id, giver_id=giver.id, text=SECRET, given_at=act.now)]
    )
    act.session.flush()
    with pytest.raises(ConflictError):
        erase_person(act, user)
    user.state = UserState.LEFT
    erase_person(act, user)
    assert left_over(act) == []
    assert user.name == f"#{user.id}"
    act.session.refresh(example)
    assert example.allowed_at is None, "colleagues no longer hear who has left"
