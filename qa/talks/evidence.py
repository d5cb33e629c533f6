"""A piece of evidence of an evaluation as a clip: its stretch, and whether it may serve others as an example."""

from dataclasses import dataclass

from qa.act import Act
from qa.auth.roles import Permission
from qa.cards.queries import card_of
from qa.coaching.findings import GOOD
from qa.errors import ConflictError, InvalidError, NotFoundError
from qa.evaluations.models import Evaluation, EvaluationState, Evidence
from qa.evaluations.service import draft_result
from qa.i18n import Language, _
from qa.interactions.kinds import SPOKEN
from qa.privacy.redaction import find_personal
from qa.talks.clips import Stretch, make_clip, said_in
from qa.talks.models import Clip, Talk
from qa.transcripts.models import Turn
from qa.transcripts.redaction import kinds_to_hide


@dataclass(frozen=True, slots=True)
class Piece:
    """What one answer rests on: where it lies, the criterion's key and name, and whether the answer was a good one."""

    evaluation: Evaluation
    criterion: str
    place: int
    name: str
    quote: str
    stretch: Stretch
    strength: bool


def piece_of(act: Act, evaluation: Evaluation, *, criterion: str, place: int, language: Language) -> Piece:
    """Return a piece of evidence of a submitted evaluation; ``place`` counts those of one answer from 0."""
    act.require(Permission.CLIP_MAKE)
    answer = next((one for one in evaluation.answers if one.criterion == criterion), None)
    asked = next((one for _section, one in card_of(evaluation.card_version).criteria() if one.key == criterion), None)
    submitted = evaluation.state is not EvaluationState.OPEN
    if not submitted or answer is None or asked is None or not 0 <= place < len(answer.evidence):
        raise NotFoundError(_("There is no such evidence, or it was changed meanwhile."))
    found = answer.evidence[place]
    line = next(one for one in draft_result(evaluation).lines if one.criterion == criterion)
    return Piece(
        evaluation,
        criterion,
        place,
        asked.name.in_(language.value),
        found.quote,
        _stretch(act, evaluation, found),
        strength=not line.failed and line.value is not None and line.value >= GOOD,
    )


def use_piece(act: Act, piece: Piece, stretch: Stretch, *, remark: str, example: bool, talk: Talk | None) -> Clip:
    """Make a clip of a piece of evidence, its stretch drawn wider or narrower perhaps.

    For others it is an example only where the answer was a good one and nothing personal is left in the words.
    """
    if example and not piece.strength:
        raise InvalidError(
            _("Only what went well is an example for others. Put this into a session of the agent instead."),
            field="example",
        )
    if example and not _is_redacted(act, piece.evaluation.interaction_id, stretch):
        raise InvalidError(
            _(
                "These words may still hold a number, an address or an account of the customer. Choose a shorter stretch, or correct the transcript first."
            ),
            field="example",
        )
    return make_clip(act, piece.evaluation.interaction, stretch, remark=remark, example=example, talk=talk)


def _is_redacted(act: Act, interaction_id: int, stretch: Stretch) -> bool:
    """Tell whether hiding is on, and nothing of any kind is found in what is heard or read."""
    wanted = Clip(
        interaction_id=interaction_id,
        start_ms=stretch.start_ms,
        end_ms=stretch.end_ms,
        first_turn=stretch.first_turn,
        last_turn=stretch.last_turn,
    )
    said = said_in(act, wanted)
    return bool(kinds_to_hide(act.settings)) and not any(find_personal(text) for _role, text in said)


def _stretch(act: Act, evaluation: Evaluation, found: Evidence) -> Stretch:
    if evaluation.interaction.erased_at is not None:
        raise ConflictError(_("This interaction was erased."))
    if evaluation.interaction.channel in SPOKEN and found.start_ms is not None:
        return Stretch(start_ms=found.start_ms, end_ms=found.end_ms)
    turn = act.session.get(Turn, found.turn_id) if found.turn_id is not None else None
    if turn is None:
        raise NotFoundError(_("There is no such evidence, or it was changed meanwhile."))
    if turn.start_ms is not None:
        return Stretch(start_ms=turn.start_ms, end_ms=turn.end_ms)
    return Stretch(first_turn=turn.position, last_turn=turn.position)
