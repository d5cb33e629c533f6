"""What is heard besides words stands between the turns."""

import pytest

from qa.i18n import Language
from qa.transcripts.models import Transcript
from web.evaluations.lines import EventLine, lines_of


@pytest.mark.parametrize(
    ("language", "label"), [(Language.EN, "Speech without words"), (Language.NL, "Spraak zonder woorden")]
)
def test_speech_without_words_is_shown_however_short(language: Language, label: str) -> None:
    events = [
        {"kind": "unheard", "start_ms": 4_000, "end_ms": 6_000, "channel": 0},
        {"kind": "beep", "start_ms": 8_000, "end_ms": 8_400, "channel": 0},
    ]
    lines = lines_of(Transcript(events=events, turns=[]), language=language, holds_muted=False)
    assert lines == (EventLine(label, 4_000, 6_000),)
