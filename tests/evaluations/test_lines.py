"""What is heard besides words stands between the turns."""

import re

import pytest

from qa.auth.roles import Role
from qa.i18n import Language
from qa.transcripts.models import Transcript
from tests.conftest import Stored
from tests.visitor import Visitor
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


@pytest.mark.parametrize(("language", "name"), [(Language.EN, "Dutch"), (Language.NL, "Nederlands")])
def test_a_turn_in_another_language_is_labelled_and_its_words_say_so(
    stored: Stored, visitor: Visitor, language: Language, name: str
) -> None:
    with stored() as make:
        call = make.interaction()
        transcript = make.transcript(call, [("agent", "Good morning"), ("customer", "Goedemorgen"), ("agent", "Hello")])
        transcript.turns[1].language = "nl"
        reader = make.user(Role.SUPERVISOR)
        reader.language = language
    shown = visitor.as_user(reader).get(f"/interactions/{call.id}").text
    turns = [part.split("</article>")[0] for part in shown.split("<article")[1:]]
    assert [f'<span class="tag">{name}</span>' in turn for turn in turns] == [False, True, False]
    assert [re.findall(r'turn-words"\s+lang="(\w+)"', turn) for turn in turns] == [["en"], ["nl"], ["en"]]
