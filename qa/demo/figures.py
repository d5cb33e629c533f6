"""What the demo came to: counts, and how well the speech models heard, held against the generator's truth."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from qa.coaching.models import CoachingReport
from qa.demo.company import MATERIAL, manifest
from qa.demo.truth import Measures, measure, read_truth
from qa.evaluations.models import Evaluation, EvaluationState
from qa.interactions.kinds import Channel
from qa.interactions.models import Interaction, Recording, Source
from qa.sampling.models import DrawItem
from qa.transcripts.heard import as_heard
from qa.transcripts.models import Transcript, Turn


def counts(session: Session) -> dict[str, int]:
    """Return how many things of each kind the demo has."""
    recordings = session.scalar(select(func.count()).select_from(Recording)) or 0
    chats = session.scalar(
        select(func.count())
        .select_from(Interaction)
        .where(Interaction.id.not_in(select(Recording.interaction_id)))
        .where(Interaction.channel != Channel.IN_PERSON)
    )
    return {
        "recordings": recordings,
        "chats": chats or 0,
        "turns": session.scalar(select(func.count()).select_from(Turn)) or 0,
        "drawn": session.scalar(select(func.count()).select_from(DrawItem)) or 0,
        "evaluations": session.scalar(
            select(func.count())
            .select_from(Evaluation)
            .where(Evaluation.state != EvaluationState.OPEN, Evaluation.probe.is_(None))
        )
        or 0,
        "reports": session.scalar(
            select(func.count()).select_from(CoachingReport).where(CoachingReport.blob_key.is_not(None))
        )
        or 0,
    }


def heard_well(session: Session) -> dict[str, float | None]:
    """Return word error rates by language, diarisation error and right turns, over every transcribed recording."""
    sums: dict[str, Measures] = {}
    for call, transcript in _transcribed(session):
        truth = read_truth(MATERIAL / call["truth"])
        measured = measure(truth, as_heard(transcript))
        layout = "stereo" if len(truth.channels) > 1 else "mono"
        for key in (call["language"], layout):
            sums[key] = sums.get(key, Measures()) + measured
    nothing = Measures()
    stereo = sums.get("stereo", nothing)
    return {
        "wer_en": _rounded(sums.get("en", nothing).word_error_rate),
        "wer_nl": _rounded(sums.get("nl", nothing).word_error_rate),
        "der_stereo": _rounded(stereo.diarisation_error_rate),
        "der_mono": _rounded(sums.get("mono", nothing).diarisation_error_rate),
        "turns_right_stereo": _rounded(stereo.turns_right / stereo.turns if stereo.turns else None),
    }


def _transcribed(session: Session) -> Iterator[tuple[dict[str, str], Transcript]]:
    by_reference = {call["reference"]: call for call in manifest()["recordings"]}
    asked = (
        select(Transcript)
        .join(Interaction)
        .join(Source)
        .where(Interaction.reference.in_(by_reference), Transcript.engine != "")
        .options(joinedload(Transcript.interaction), selectinload(Transcript.turns))
        .order_by(Transcript.id)
    )
    for transcript in session.scalars(asked):
        yield by_reference[transcript.interaction.reference], transcript


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
