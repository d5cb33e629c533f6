"""What was left out of a transcript, as its reader sees it."""

from typing import Any

from qa.auth.roles import Role
from qa.transcripts.labels import REASON_LABELS
from qa.transcripts.left_out import left_out
from qa.transcripts.models import Transcript
from tests.conftest import Stored
from tests.visitor import Visitor
from transcribe.types import Reason


def gone(text: str, start_ms: int, *, reason: Reason = Reason.PHANTOM, channel: int | None = 0) -> dict[str, Any]:
    return {
        "text": text, "start_ms": start_ms, "end_ms": start_ms + 300, "reason": reason.value, "channel": channel,
    }  # fmt: skip


def test_neighbours_with_one_reason_on_one_channel_stand_together() -> None:
    transcript = Transcript(
        removed=[
            gone("watching", 1_700),
            gone("thank", 1_000),
            gone("you", 1_300),
            gone("late", 9_000),
            gone("yes", 1_350, channel=1),
            gone("yes", 9_400, reason=Reason.ECHO),
        ]
    )
    assert [(one.start_ms, one.end_ms, one.text, one.reason) for one in left_out(transcript)] == [
        (1_000, 2_000, "thank you watching", REASON_LABELS[Reason.PHANTOM]),
        (1_350, 1_650, "yes", REASON_LABELS[Reason.PHANTOM]),
        (9_000, 9_300, "late", REASON_LABELS[Reason.PHANTOM]),
        (9_400, 9_700, "yes", REASON_LABELS[Reason.ECHO]),
    ]


def test_every_reason_has_its_words() -> None:
    assert REASON_LABELS.keys() == set(Reason)


def test_the_page_lists_what_was_left_out(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        call = make.interaction()
        transcript = make.transcript(call)
        transcript.engine = "openai-whisper"
        transcript.removed = [gone("subtitles", 12_000)]
        supervisor = make.user(Role.SUPERVISOR)
    shown = visitor.as_user(supervisor).get(f"/interactions/{call.id}").text
    assert "1 passage left out" in shown
    assert "often written where nobody speaks" in shown
