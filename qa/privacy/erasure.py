"""Erasing what is personal: an interaction's texts and sound, a person's name and addresses. Figures stay."""

from collections.abc import Iterable

from sqlalchemy import JSON, delete, inspect, select, update

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.calibration.models import CalibrationItem, Decision
from qa.comment_templates.models import CommentTemplate
from qa.db import Stored
from qa.disputes.models import Dispute, DisputedCriterion, DisputeHandover
from qa.edits.models import TranscriptEdit
from qa.errors import ConflictError
from qa.evaluations.models import Answer, Evaluation, Evidence
from qa.i18n import _
from qa.interactions.models import Interaction, Recording
from qa.mystery.models import Attachment, Visit
from qa.people.models import AccessToken, SignIn, User, UserState
from qa.revisions.models import EvaluationRevision
from qa.self_evaluations.models import SelfEvaluation
from qa.transcripts.models import Transcript, Turn

#: The tables each eraser empties; together they are every table with a personal column.
OF_INTERACTIONS: tuple[type[Stored], ...] = (
    Interaction,
    Recording,
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
    Visit,
    Attachment,
)
OF_PEOPLE: tuple[type[Stored], ...] = (User, SignIn, AccessToken, CommentTemplate)


def erase_interaction(act: Act, interaction: Interaction) -> None:
    """Erase texts, names and sound of an interaction; its scores stay, since they say nothing of the customer."""
    act.require(Permission.PEOPLE_MANAGE)
    evaluations = list(act.session.scalars(select(Evaluation).where(Evaluation.interaction_id == interaction.id)))
    answers = [answer for evaluation in evaluations for answer in evaluation.answers]
    visits = list(act.session.scalars(select(Visit).where(Visit.interaction_id == interaction.id)))
    attachments = [attachment for visit in visits for attachment in visit.attachments]
    decisions = act.session.scalars(
        select(Decision).join(CalibrationItem).where(CalibrationItem.interaction_id == interaction.id)
    )
    transcripts = list(act.session.scalars(select(Transcript).where(Transcript.interaction_id == interaction.id)))
    turns = act.session.scalars(select(Turn).join(Transcript).where(Transcript.interaction_id == interaction.id))
    for recording in interaction.recordings:
        for key in (recording.blob_key, recording.playable_key):
            if key:
                act.blobs.delete(key)
        recording.peaks = None
    for attachment in attachments:
        act.blobs.delete(attachment.blob_key)
    _empty([interaction, *interaction.recordings, *transcripts, *turns, *evaluations, *visits, *attachments, *answers])
    _empty(decisions)
    edits = TranscriptEdit.transcript_id.in_([transcript.id for transcript in transcripts])
    act.session.execute(update(TranscriptEdit).where(edits).values(replaced_by_id=None))
    act.session.execute(delete(TranscriptEdit).where(edits))
    _empty(item for answer in answers for item in answer.evidence)
    _empty(_around(act, [evaluation.id for evaluation in evaluations]))
    audit.record(act, "interaction.erased", interaction)


def _around(act: Act, evaluation_ids: list[int]) -> Iterable[Stored]:
    """What was kept of the evaluations besides what they say now: earlier revisions, disputes, the agent's own score."""
    for table in (EvaluationRevision, SelfEvaluation, Dispute):
        yield from act.session.scalars(select(table).where(table.evaluation_id.in_(evaluation_ids)))
    for part in (DisputedCriterion, DisputeHandover):
        yield from act.session.scalars(select(part).join(part.dispute).where(Dispute.evaluation_id.in_(evaluation_ids)))


def erase_person(act: Act, user: User) -> None:
    """Erase name and addresses of somebody who left; what they did stays under a number."""
    act.require(Permission.PEOPLE_MANAGE)
    if user.state is not UserState.LEFT:
        raise ConflictError(_("End this person's access first."))
    act.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    act.session.execute(delete(AccessToken).where(AccessToken.user_id == user.id))
    act.session.execute(delete(CommentTemplate).where(CommentTemplate.owner_id == user.id))
    user.name = f"#{user.id}"
    user.email = user.reference = user.password_hash = None
    audit.record(act, "person.erased", user)


def personal_columns(table: type[Stored]) -> list[str]:
    """Return the names of the table's columns that hold personal data."""
    return [name for name, column in inspect(table).columns.items() if "personal" in column.info]


def _empty(rows: Iterable[Stored]) -> None:
    for row in rows:
        columns = inspect(type(row)).columns
        for name in personal_columns(type(row)):
            column = columns[name]
            if column.nullable:
                setattr(row, name, None)
            elif isinstance(column.type, JSON):
                setattr(row, name, type(getattr(row, name))())
            else:
                setattr(row, name, "")
