"""Whether a conversation may get another recording, and whether it fits beside the others."""

from datetime import timedelta

from sqlalchemy import exists, select

from qa.act import Act
from qa.errors import ConflictError, InvalidError
from qa.evaluations.models import Evaluation
from qa.i18n import _
from qa.interactions.models import Interaction, Recording
from qa.interactions.parts import places
from qa.interactions.reading.parts import MOST_PARTS
from transcribe.audio import Limits


def check_grows(act: Act, interaction: Interaction) -> None:
    """Refuse another recording where evidence refers to the turns there are, or where there is no sound to join."""
    reference = interaction.reference
    if not interaction.recordings:
        raise ConflictError(
            _(
                "The reference {reference} belongs to a conversation without a recording. Give this one its own.",
                reference=reference,
            )
        )
    if act.session.scalar(select(exists().where(Evaluation.interaction_id == interaction.id))):
        raise ConflictError(
            _(
                "The conversation {reference} is with a reviewer or was evaluated: marks refer to its words, so no "
                "recording can join it any more. Give this one a reference of its own.",
                reference=reference,
            )
        )
    if not all(act.blobs.has(recording.blob_key) for recording in interaction.recordings):
        raise ConflictError(
            _(
                "The sound of the conversation {reference} was erased, so no recording can join it any more.",
                reference=reference,
            )
        )
    if len(interaction.recordings) >= MOST_PARTS:
        raise ConflictError(
            _(
                "The conversation {reference} already has {most} recordings. Check whether they all belong to it.",
                reference=reference,
                most=MOST_PARTS,
            )
        )


def check_place(interaction: Interaction, *, limits: Limits) -> int:
    """Return how long the whole lasts, in milliseconds, by what the files state.

    Refuses the newest recording where its place is taken, and where the whole would be too long.
    """
    newest = interaction.recordings[-1]
    for other in interaction.recordings[:-1]:
        if newest.part is not None and (other.part, other.side) == (newest.part, newest.side):
            raise ConflictError(
                _(
                    "Part {number} of the conversation {reference} is already there, with other sound.",
                    number=newest.part,
                    reference=interaction.reference,
                )
            )
        if newest.side is not None and _slot(other) == _slot(newest):
            raise ConflictError(
                _(
                    "The conversation {reference} already has a recording of this party that begins at this moment.",
                    reference=interaction.reference,
                )
            )
    length_ms = max(place.end_ms for place in places(interaction))
    if length_ms > limits.duration_ms:
        raise InvalidError(
            _(
                "With this recording the conversation {reference} would last {length} minutes; at most {limit} are "
                "accepted. Check when it begins.",
                reference=interaction.reference,
                length=-(-timedelta(milliseconds=length_ms) // timedelta(minutes=1)),
                limit=limits.duration_ms // 60_000,
            )
        )
    return length_ms


def _slot(recording: Recording) -> tuple[object, ...]:
    return recording.side, recording.part, recording.started_at, recording.offset_ms
