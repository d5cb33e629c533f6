"""Words that a recogniser gave and the transcript left out, joined to what a reader can judge."""

from dataclasses import dataclass

from qa.i18n import Text
from qa.transcripts.labels import REASON_LABELS
from qa.transcripts.models import Transcript
from transcribe.types import Reason

#: Words this near to each other were left out together.
NEAR_MS = 1_000


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words left out together: from when to when, and why."""

    start_ms: int
    end_ms: int
    text: str
    reason: Text


def left_out(transcript: Transcript) -> list[LeftOut]:
    """Return what was left out of a transcript, in order; neighbouring words with one reason stand together."""
    found: list[LeftOut] = []
    channels: list[object] = []
    for gone in sorted(transcript.removed, key=lambda gone: (str(gone["channel"]), gone["start_ms"])):
        reason = REASON_LABELS[Reason(gone["reason"])]
        last = found[-1] if found else None
        if (
            last is not None
            and (last.reason, channels[-1]) == (reason, gone["channel"])
            and gone["start_ms"] - last.end_ms <= NEAR_MS
        ):
            found[-1] = LeftOut(last.start_ms, gone["end_ms"], f"{last.text} {gone['text']}", reason)
            continue
        found.append(LeftOut(gone["start_ms"], gone["end_ms"], gone["text"], reason))
        channels.append(gone["channel"])
    return sorted(found, key=lambda one: one.start_ms)
