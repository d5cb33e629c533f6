"""A stored transcript, as people corrected it, as the value that a transcription makes: for measures, signals, exports."""

from typing import Any

from qa.transcripts.models import Transcript
from transcribe.errors import Sentence
from transcribe.types import AudioEvent, Doubt, EventKind, Layout, Reason, Removed, Role, Turn, Word
from transcribe.types import Transcript as Heard


def as_heard(transcript: Transcript) -> Heard:
    """Return the stored transcript as a value; messages become turns without words."""
    return Heard(
        language=transcript.language,
        duration_ms=max((turn.end_ms or 0 for turn in transcript.turns), default=0),
        turns=tuple(
            Turn(
                speaker=turn.author,
                role=Role(turn.role.value),
                start_ms=turn.start_ms or 0,
                end_ms=turn.end_ms or 0,
                words=tuple(
                    Word(
                        str(text), int(start), int(end), float(probability), frozenset(Doubt(doubt) for doubt in doubts)
                    )
                    for text, start, end, probability, doubts in turn.words
                ),
                language=turn.language,
            )
            for turn in transcript.turns
            # A turn of which people said that nothing was said there is only kept to be shown.
            if turn.words or not turn.replaced
        ),
        events=events_heard(transcript.events),
        warnings=tuple(
            Sentence(str(warning["msgid"]), dict(warning.get("params", {}))) for warning in transcript.warnings
        ),
        layout=Layout(transcript.layout) if transcript.layout else None,
        engine=transcript.engine,
        model=transcript.model,
        diariser=transcript.diariser,
        removed=tuple(
            Removed(gone["text"], gone["start_ms"], gone["end_ms"], Reason(gone["reason"]), gone["channel"])
            for gone in transcript.removed
        ),
    )


def events_heard(stored: list[Any]) -> tuple[AudioEvent, ...]:
    """Return stored events as values."""
    return tuple(
        AudioEvent(EventKind(event["kind"]), event["start_ms"], event["end_ms"], event["channel"]) for event in stored
    )
