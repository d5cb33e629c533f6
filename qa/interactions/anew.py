"""A ready interaction transcribed once more, with the models and settings of now."""

from sqlalchemy import exists, select

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.errors import ConflictError
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.interactions.kinds import InteractionState
from qa.interactions.models import Interaction
from qa.interactions.queueing import queue_transcription


def transcribe_anew(act: Act, interaction: Interaction) -> None:
    """Queue the transcription of a ready interaction once more; what people corrected goes along.

    Raises ``ConflictError`` where it is not ready, where marks refer to its words and where its sound was erased.
    """
    act.require(Permission.INTERACTION_ADD)
    # Locked first, so that an evaluation which begins at the same moment is seen, or sees that there is nothing to read.
    act.session.refresh(interaction, ["state"], with_for_update=True)
    _check(act, interaction)
    queue_transcription(act, interaction)
    audit.record(act, "interaction.transcribed_anew", interaction)


def may_be_anew(act: Act, interaction: Interaction) -> bool:
    """Whether ``transcribe_anew`` would take the interaction."""
    try:
        _check(act, interaction)
    except ConflictError:
        return False
    return True


def _check(act: Act, interaction: Interaction) -> None:
    if interaction.state is not InteractionState.READY or not interaction.recordings:
        raise ConflictError(_("Only a conversation with a recording and a transcript can be transcribed again."))
    if act.session.scalar(select(exists().where(Evaluation.interaction_id == interaction.id))):
        raise ConflictError(
            _(
                "This conversation is with a reviewer or was evaluated: marks refer to its words, so it is not "
                "transcribed again. Correct what is wrong by hand."
            )
        )
    if not all(act.blobs.has(recording.blob_key) for recording in interaction.recordings):
        raise ConflictError(_("The sound of this conversation was erased, so it cannot be transcribed again."))
