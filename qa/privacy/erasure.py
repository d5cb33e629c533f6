"""Erasing what is personal: an interaction's texts and sound, a person's name and addresses, reports that tell of them. Figures stay."""

import re
from collections.abc import Iterable

from sqlalchemy import delete, or_, select, update

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.models import Decision
from qa.coaching.forgetting import forget_coach, forget_reports
from qa.comment_templates.models import CommentTemplate
from qa.db import Stored
from qa.disputes.models import Dispute, DisputedCriterion, DisputeHandover
from qa.edits.models import TranscriptEdit
from qa.errors import ConflictError
from qa.evaluations.models import Answer, Evaluation, Evidence
from qa.feedback.models import CustomerAnswer
from qa.holds.models import LegalHold
from qa.holds.standing import is_held, must_not_be_held
from qa.i18n import _
from qa.interactions.models import Interaction, Recording
from qa.kudos.models import Kudos
from qa.mystery.models import Attachment, Visit
from qa.people.models import AccessToken, SignIn, User, UserState
from qa.picks.models import Pick, PickedItem
from qa.privacy.emptying import empty
from qa.privacy.pieces import erase_evaluations, erase_words
from qa.pulse.models import PulseWords
from qa.revisions.models import EvaluationRevision
from qa.self_evaluations.models import SelfEvaluation
from qa.talks.models import Clip, Talk, TalkAction, TalkAgent, TalkKind, TalkNote
from qa.transcripts.models import Transcript, Turn
from qa.workload.models import EvaluationHandover, ReviewerAbsence

#: The tables each eraser empties; together they are every table with a personal column.
OF_INTERACTIONS: tuple[type[Stored], ...] = (
    Interaction,
    Recording,
    LegalHold,
    CustomerAnswer,
    Transcript,
    Turn,
    TranscriptEdit,
    Evaluation,
    Answer,
    Evidence,
    Decision,
    EvaluationRevision,
    Dispute,
    DisputedCriterion,
    DisputeHandover,
    SelfEvaluation,
    EvaluationHandover,
    Pick,
    PickedItem,
    Visit,
    Attachment,
    Clip,
    Kudos,
)
OF_PEOPLE: tuple[type[Stored], ...] = (
    User,
    SignIn,
    AccessToken,
    CommentTemplate,
    Talk,
    TalkAgent,
    TalkNote,
    TalkAction,
    PulseWords,
)


def erase_interaction(act: Act, interaction: Interaction) -> None:
    """Erase texts, names and sound of an interaction; its scores stay, since they say nothing of the customer.

    Raises ``ConflictError`` where it is under legal hold.
    """
    act.require(Permission.PEOPLE_MANAGE)
    must_not_be_held(act, interaction)
    erase_words(act, interaction)
    erase_evaluations(act, interaction)
    forget_reports(act, interaction.agent_id, of=interaction.started_at)
    audit.record(act, "interaction.erased", interaction)


def talks_about(act: Act, interaction: Interaction) -> list[Talk]:
    """Return the coaching sessions in which an interaction was heard, or that were planned from its evaluation.

    What was noted and agreed in them tells of coaching and stays; whoever wrote it may have named the customer.
    """
    heard = select(Clip.talk_id).where(Clip.interaction_id == interaction.id)
    scored = select(Evaluation.id).where(Evaluation.interaction_id == interaction.id)
    asked = select(Talk).where(or_(Talk.id.in_(heard), Talk.evaluation_id.in_(scored)))
    return list(act.session.scalars(asked.order_by(Talk.id)))


def erase_person(act: Act, user: User) -> None:
    """Erase name and addresses of somebody who left; what they did stays under a number.

    What was written to or by them on an interaction under legal hold stays until that is lifted.
    """
    act.require(Permission.PEOPLE_MANAGE)
    if user.state is not UserState.LEFT:
        raise ConflictError(_("End this person's access first."))
    act.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    act.session.execute(delete(AccessToken).where(AccessToken.user_id == user.id))
    act.session.execute(delete(ReviewerAbsence).where(ReviewerAbsence.user_id == user.id))
    act.session.execute(delete(CommentTemplate).where(CommentTemplate.owner_id == user.id))
    empty(_talked(act, user))
    act.session.execute(
        update(Clip)
        .where(Clip.interaction_id.in_(select(Interaction.id).where(Interaction.agent_id == user.id)))
        .values(allowed_at=None)
    )
    _forget_words(act, user)
    forget_reports(act, user.id)
    forget_coach(act, user.id)
    user.name = _number(user)
    user.email = user.reference = user.password_hash = None
    audit.record(act, "person.erased", user)


def _forget_words(act: Act, user: User) -> None:
    """Take away what was written in the pulse and names them; who wrote what nobody knows, so theirs cannot be found."""
    named = re.compile(rf"\b{re.escape(user.name)}\b", re.IGNORECASE)
    for words in act.session.scalars(select(PulseWords)):
        if named.search(words.text):
            act.session.delete(words)


def _talked(act: Act, user: User) -> Iterable[Stored]:
    """What was written in their coaching: all of it where they were coached alone, with others what is theirs."""
    coached = select(TalkAgent.talk_id).where(TalkAgent.agent_id == user.id)
    alone = select(Talk.id).where(Talk.id.in_(coached), Talk.kind == TalkKind.ONE_TO_ONE)
    yield from act.session.scalars(select(Talk).where(Talk.id.in_(alone)))
    yield from act.session.scalars(select(TalkAgent).where(TalkAgent.agent_id == user.id))
    for table, person in ((TalkNote, TalkNote.writer_id), (TalkAction, TalkAction.owner_id)):
        yield from act.session.scalars(select(table).where(or_(person == user.id, table.talk_id.in_(alone))))
    given = select(Kudos).join(Kudos.interaction).where(or_(Kudos.agent_id == user.id, Kudos.giver_id == user.id))
    yield from act.session.scalars(given.where(~is_held()))


def erase_what_was_held(act: Act, interaction: Interaction) -> None:
    """Erase what a hold that was lifted kept of people who were erased meanwhile."""
    for kudos in act.session.scalars(select(Kudos).where(Kudos.interaction_id == interaction.id)):
        if any(_is_erased(one) for one in (kudos.agent, kudos.giver)):
            empty((kudos,))


def _is_erased(user: User) -> bool:
    return user.state is UserState.LEFT and user.name == _number(user)


def _number(user: User) -> str:
    return f"#{user.id}"
