"""What is erased of an interaction piece by piece: its sound, what was said in it, what was written of it."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from qa.act import Act
from qa.calibration.models import CalibrationItem, CalibrationScore, Decision
from qa.db import Stored
from qa.disputes.models import Dispute, DisputedCriterion, DisputeHandover
from qa.edits.models import TranscriptEdit
from qa.evaluations.models import Evaluation, EvaluationKind
from qa.feedback.models import CustomerAnswer
from qa.holds.models import LegalHold
from qa.interactions.models import Interaction
from qa.kudos.models import Kudos
from qa.mystery.models import Attachment, Visit
from qa.picks.models import PickedItem
from qa.privacy.emptying import empty, empty_quotes, empty_where
from qa.revisions.models import EvaluationRevision
from qa.self_evaluations.models import SelfEvaluation
from qa.talks.models import Clip
from qa.transcripts.models import Transcript, Turn
from qa.workload.models import EvaluationHandover


def erase_sound(act: Act, interaction: Interaction) -> None:
    """Delete the files of an interaction's recordings; that there were some, and how long, stays."""
    for recording in interaction.recordings:
        for key in (recording.blob_key, recording.playable_key):
            if key:
                act.blobs.delete(key)
        recording.peaks = recording.playable_key = recording.playable_type = None
    empty(interaction.recordings)
    interaction.sound_erased_at = interaction.sound_erased_at or act.now


def erase_words(act: Act, interaction: Interaction) -> None:
    """Erase what was said and answered, wherever it is quoted, and the sound with it; it takes part in no draw any more."""
    erase_sound(act, interaction)
    transcripts = list(act.session.scalars(select(Transcript).where(Transcript.interaction_id == interaction.id)))
    empty([interaction, *transcripts])
    numbers = [transcript.id for transcript in transcripts]
    empty_where(act, Turn, Turn.transcript_id.in_(numbers))
    edits = TranscriptEdit.transcript_id.in_(numbers)
    act.session.execute(update(TranscriptEdit).where(edits).values(replaced_by_id=None))
    act.session.execute(delete(TranscriptEdit).where(edits))
    for table in (CustomerAnswer, Clip, Kudos, LegalHold):
        empty(act.session.scalars(select(table).where(table.interaction_id == interaction.id)))
    evaluations = _evaluations(act, interaction)
    empty(item for evaluation in evaluations for answer in evaluation.answers for item in answer.evidence)
    empty_quotes(around(act, [evaluation.id for evaluation in evaluations]))
    interaction.erased_at = interaction.erased_at or act.now


def erase_evaluation(act: Act, evaluation: Evaluation) -> None:
    """Erase what was written in and around an evaluation; its answers, score and computation stay."""
    empty([evaluation, *evaluation.answers])
    empty(item for answer in evaluation.answers for item in answer.evidence)
    empty(around(act, [evaluation.id]))
    for item in act.session.scalars(select(PickedItem).where(PickedItem.evaluation_id == evaluation.id)):
        empty((item, item.pick))
    decided = select(CalibrationScore.item_id).where(CalibrationScore.evaluation_id == evaluation.id)
    empty(act.session.scalars(select(Decision).where(Decision.item_id.in_(decided))))
    if evaluation.kind is EvaluationKind.MYSTERY:
        erase_visits(act, evaluation.interaction)
    evaluation.erased_at = evaluation.erased_at or act.now


def erase_evaluations(act: Act, interaction: Interaction) -> None:
    """Erase what was written of an interaction by whoever judged, picked or visited it."""
    for evaluation in _evaluations(act, interaction):
        erase_evaluation(act, evaluation)
    # Also what belongs to no evaluation any more.
    for item in act.session.scalars(select(PickedItem).where(PickedItem.interaction_id == interaction.id)):
        empty((item, item.pick))
    empty(
        act.session.scalars(
            select(Decision).join(CalibrationItem).where(CalibrationItem.interaction_id == interaction.id)
        )
    )
    erase_visits(act, interaction)


def erase_visits(act: Act, interaction: Interaction) -> None:
    """Erase what a shopper wrote and handed in; a file that another visit handed in as well stays for that one."""
    for visit in act.session.scalars(select(Visit).where(Visit.interaction_id == interaction.id)):
        for attachment in visit.attachments:
            shared = select(Attachment.id).where(
                Attachment.blob_key == attachment.blob_key,
                Attachment.visit_id != visit.id,
                Attachment.file_name != "",
            )
            if act.session.scalars(shared).first() is None:
                act.blobs.delete(attachment.blob_key)
        empty([visit, *visit.attachments])


def around(act: Act, evaluation_ids: list[int]) -> Iterable[Stored]:
    """Yield what was kept of evaluations besides what they say now: earlier revisions, drafts set aside, disputes."""
    for table in (EvaluationRevision, SelfEvaluation, EvaluationHandover, Dispute):
        yield from act.session.scalars(select(table).where(table.evaluation_id.in_(evaluation_ids)))
    for part in (DisputedCriterion, DisputeHandover):
        yield from act.session.scalars(select(part).join(part.dispute).where(Dispute.evaluation_id.in_(evaluation_ids)))


def _evaluations(act: Act, interaction: Interaction) -> list[Evaluation]:
    return list(act.session.scalars(select(Evaluation).where(Evaluation.interaction_id == interaction.id)))
