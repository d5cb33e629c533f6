"""What a reviewer played of a recording, and critical failures that were given without playing their evidence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from qa.act import Act
from qa.errors import InvalidError
from qa.evaluations.marks import EvidenceGiven, Marks
from qa.evaluations.models import Evaluation, EvaluationKind, EvaluationState
from qa.evaluations.played import plain_spans, spans_of, was_heard, with_more
from qa.i18n import ngettext_
from transcribe.types import Span


class UnheardError(InvalidError):
    """Critical failures whose evidence was not played, by their keys in the card's order; each can be confirmed."""

    def __init__(self, criteria: Sequence[str]) -> None:
        super().__init__(
            ngettext_(
                "The evidence of {n} critical failure was not played. Play it, or confirm below that you submit without.",
                "The evidence of {n} critical failures was not played. Play it, or confirm below that you submit without.",
                n=len(criteria),
            )
        )
        self.criteria = tuple(criteria)


def has_sound(evaluation: Evaluation) -> bool:
    """Tell whether there was anything to play: not in what was written, nor after the sound was erased.

    A visit is scored from having been there.
    """
    gone = evaluation.interaction.sound_erased_at
    if gone is not None and (evaluation.submitted_at is None or evaluation.submitted_at > gone):
        return False
    return evaluation.kind is not EvaluationKind.MYSTERY and bool(evaluation.interaction.recordings)


def sound_ms(evaluation: Evaluation) -> int:
    """Return how long the player plays, all parts of the conversation on one clock; nought without a recording."""
    if not has_sound(evaluation):
        return 0
    return evaluation.interaction.duration_ms or evaluation.interaction.recordings[0].duration_ms


def played_of(evaluation: Evaluation) -> list[Span]:
    """Return the stretches that were played."""
    return spans_of(evaluation.played)


def keep_played(act: Act, evaluation: Evaluation, told: Iterable[Span]) -> None:
    """Add what the evaluation's own reviewer played while it is open; it belongs to no revision and conflicts with none."""
    if evaluation.reviewer_id != act.person().id:
        return
    act.session.refresh(evaluation, ["played", "state"], with_for_update=True)
    if evaluation.state is EvaluationState.OPEN:
        evaluation.played = evaluation.played or []
        add_played(evaluation, told)
        act.session.flush()


def add_played(evaluation: Evaluation, told: Iterable[Span]) -> None:
    """Join stretches with those that were played before; where these are not known, what is played later tells too little."""
    if evaluation.played is None:
        return
    more = plain_spans(with_more(played_of(evaluation), told, duration_ms=sound_ms(evaluation)))
    if more != evaluation.played:
        evaluation.played = more


def evidence_heard(evaluation: Evaluation, item: EvidenceGiven) -> bool | None:
    """Tell whether a piece of evidence was played; nothing where that is not known or cannot be.

    Words of a recording that lost their times count as not played.
    """
    if evaluation.played is None or not has_sound(evaluation):
        return None
    if item.start_ms is None or item.end_ms is None:
        return False
    return was_heard(played_of(evaluation), Span(item.start_ms, item.end_ms))


def unheard_of(evaluation: Evaluation, marks: Marks, *, failed: Iterable[str]) -> tuple[str, ...]:
    """Return which of the failed criteria rest on evidence of which a piece was not played."""
    return tuple(
        key for key in failed if any(evidence_heard(evaluation, item) is False for item in marks[key].evidence)
    )


def told_unheard(computation: Mapping[str, Any] | None) -> frozenset[str]:
    """Return the critical failures that were confirmed without playing their evidence, as the record says."""
    return frozenset(one["criterion"] for one in (computation or {}).get("critical", []) if one.get("unheard"))


def check_heard(unheard: Collection[str], *, confirmed: Collection[str]) -> None:
    """Refuse critical failures whose evidence was not played, unless each of them was confirmed."""
    open_ones = [key for key in unheard if key not in confirmed]
    if open_ones:
        raise UnheardError(open_ones)
