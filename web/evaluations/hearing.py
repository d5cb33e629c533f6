"""What was played of a recording: as a browser tells it, and as pages show it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from qa.evaluations.hearing import evidence_heard, has_sound, played_of, sound_ms
from qa.evaluations.marks import Mark
from qa.evaluations.models import Evaluation
from qa.evaluations.played import percent_of, plain_spans, spans_of
from qa.transcripts.models import Transcript
from scorecards.definition import Card
from transcribe.types import Span
from web.evaluations.bound import BoundEvidence, Heard, bound

#: More than any browser has to tell.
_MOST_CHARACTERS = 50_000
#: Begins the name of the box that confirms one critical failure.
UNHEARD = "unheard-"


@dataclass(frozen=True, slots=True)
class Played:
    """What was played; ``known`` is off for what was submitted before this was kept. Percentages are whole.

    ``of_speech`` is the share of what is said in the recording; none without a transcript.
    """

    known: bool
    percent: int
    of_speech: int | None
    duration_ms: int
    stretches: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class UnheardShown:
    """A critical failure whose evidence was not played."""

    key: str
    number: int
    name: str
    evidence: tuple[BoundEvidence, ...]

    @property
    def field(self) -> str:
        return f"{UNHEARD}{self.key}"


def told_played(sent: Mapping[str, str]) -> list[Span]:
    """Return the stretches that the page's script says were played; what cannot be read was not."""
    text = sent.get("played", "")
    if not text or len(text) > _MOST_CHARACTERS:
        return []
    try:
        return spans_of(json.loads(text))
    except (ValueError, RecursionError):
        return []


def told_unheard(sent: Mapping[str, str]) -> frozenset[str]:
    """Return the critical failures that were confirmed without playing their evidence."""
    return frozenset(name.removeprefix(UNHEARD) for name in sent if name.startswith(UNHEARD))


def played_shown(evaluation: Evaluation, transcript: Transcript | None) -> Played | None:
    """Return what was played of the evaluation's recording; nothing where there is none."""
    duration_ms = sound_ms(evaluation)
    if not duration_ms:
        return None
    played = played_of(evaluation)
    said = [
        Span(turn.start_ms, turn.end_ms)
        for turn in (transcript.turns if transcript else [])
        if turn.start_ms is not None and turn.end_ms is not None
    ]
    return Played(
        known=evaluation.played is not None,
        percent=percent_of(played, [Span(0, duration_ms)]) or 0,
        of_speech=percent_of(played, said),
        duration_ms=duration_ms,
        stretches=tuple(played),
    )


def played_json(evaluation: Evaluation) -> str | None:
    """Return what the page's script begins with; nothing where there is nothing to play."""
    return json.dumps(plain_spans(played_of(evaluation))) if has_sound(evaluation) else None


def heard_of(evaluation: Evaluation) -> Heard:
    """Return what tells whether a piece of the evaluation's evidence was played."""
    return partial(evidence_heard, evaluation)


def unheard_shown(
    card: Card, marks: Mapping[str, Mark], *, keys: tuple[str, ...], evaluation: Evaluation, language: str
) -> tuple[UnheardShown, ...]:
    """Return the critical failures of these keys, with the evidence that was not played."""
    return tuple(
        UnheardShown(
            criterion.key,
            number,
            criterion.name.in_(language),
            tuple(
                item
                for item in bound(marks.get(criterion.key, Mark()).evidence, heard=heard_of(evaluation))
                if item.heard is False
            ),
        )
        for number, (_section, criterion) in enumerate(card.criteria(), start=1)
        if criterion.key in keys
    )
