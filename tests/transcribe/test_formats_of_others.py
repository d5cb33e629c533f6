"""Transcripts of other products come in as our own values; what is unknown in them is refused by its key."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from qa.interactions.reading.transcripts import read_transcript
from tests.transcribe.test_formats import Read, transcripts
from transcribe.errors import FormatError
from transcribe.formats import contact_lens, ctm, genesys
from transcribe.types import Role, Transcript, Word

FILES = Path(__file__).parent / "transcripts"


def taken(name: str) -> Transcript:
    """The example as it comes in by its name and content."""
    (transcript,) = read_transcript((FILES / name).read_bytes(), file=name).items
    return transcript


def example(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FILES / name).read_text(encoding="utf-8"))
    return document


def test_a_call_of_contact_lens_comes_in() -> None:
    found = taken("contact_lens.json")
    assert (found.language, found.engine) == ("nl", "contact-lens")
    assert [(turn.role, turn.start_ms, turn.end_ms, turn.text) for turn in found.turns] == [
        (Role.AGENT, 200, 2_600, "Goedemorgen, waarmee kan ik u helpen?"),
        (Role.CUSTOMER, 3_100, 5_200, "Mijn rekening klopt niet."),
    ]


def test_a_call_of_genesys_comes_in_with_its_words() -> None:
    found = taken("genesys.json")
    assert (found.language, found.engine) == ("en", "genesys-cloud")
    assert [(turn.role, turn.start_ms, turn.end_ms, turn.text) for turn in found.turns] == [
        (Role.AGENT, 500, 1_400, "Good morning."),
        (Role.CUSTOMER, 2_000, 3_500, "hello my bill is wrong"),
    ]
    assert found.turns[0].words == (Word("Good", 500, 900, 0.9), Word("morning.", 900, 1_400, 0.8))


def test_times_within_the_recording_are_taken_as_they_are() -> None:
    document = example("genesys.json")
    phrase = document["transcripts"][0]["phrases"][1]
    phrase["startTimeMs"] = 2_000
    document["transcripts"][0]["phrases"] = [phrase]
    del document["startTime"], document["transcripts"][0]["startTime"]
    assert genesys.read(json.dumps(document), name="a.json").turns[0].start_ms == 2_000


def test_a_call_of_whisperx_comes_in() -> None:
    found = taken("whisperx.json")
    assert [(turn.speaker, turn.text) for turn in found.turns] == [
        ("SPEAKER_00", "Good morning, 47."),
        ("SPEAKER_01", "Hello."),
    ]
    assert found.turns[0].words[2] == Word("47.", 1_200, 1_900)


def test_a_table_of_words_comes_in() -> None:
    found = taken("call.ctm")
    assert [(turn.role, turn.words) for turn in found.turns] == [
        (Role.AGENT, (Word("goedemorgen", 500, 800, 0.95),)),
        (Role.CUSTOMER, (Word("hallo", 1_200, 1_450),)),
    ]


@given(transcripts())
def test_ctm_gives_back_words_speakers_and_times(transcript: Transcript) -> None:
    found = ctm.read(ctm.write(transcript, recording="call 7"), name="a.ctm")
    said = [
        (turn.speaker.replace(" ", "_"), word.text, word.start_ms, word.end_ms)
        for turn in transcript.turns
        for word in turn.words
    ]
    assert said == [
        (turn.speaker, word.text, word.start_ms, word.end_ms) for turn in found.turns for word in turn.words
    ]


@pytest.mark.parametrize(
    ("read", "file", "path", "value", "told"),
    [
        (contact_lens.read, "contact_lens.json", ["Channel"], "CHAT", "Channel is CHAT"),
        (contact_lens.read, "contact_lens.json", ["Participants"], None, "Participants"),
        (contact_lens.read, "contact_lens.json", ["Transcript", 1, "Content"], 5, "Transcript[1].Content"),
        (
            contact_lens.read,
            "contact_lens.json",
            ["Transcript", 0, "EndOffsetMillis"],
            1,
            "Transcript[0].EndOffsetMillis",
        ),
        (
            contact_lens.read,
            "contact_lens.json",
            ["Transcript", 0, "BeginOffsetMillis"],
            "now",
            "Transcript[0].BeginOffsetMillis",
        ),
        (genesys.read, "genesys.json", ["transcripts"], {}, "transcripts"),
        (genesys.read, "genesys.json", ["transcripts", 0, "phrases"], None, "transcripts[0].phrases"),
        (
            genesys.read,
            "genesys.json",
            ["transcripts", 0, "phrases", 1, "text"],
            None,
            "transcripts[0].phrases[1].text",
        ),
        (
            genesys.read,
            "genesys.json",
            ["transcripts", 0, "phrases", 0, "duration"],
            900,
            "transcripts[0].phrases[0].duration",
        ),
        (genesys.read, "genesys.json", ["startTime"], 9e15, "transcripts[0].phrases[0].startTimeMs"),
    ],
)
def test_an_unknown_shape_is_refused_by_its_key(
    read: Read, file: str, path: list[str | int], value: object, told: str
) -> None:
    document = example(file)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(FormatError) as refused:
        read(json.dumps(document), name="call 7.json")
    assert told in str(refused.value)
    assert "call 7.json" in str(refused.value)


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (contact_lens.read, "{\n,", "line 2"),
        (genesys.read, "[]", "{}"),
        (ctm.read, "", "empty"),
        (ctm.read, "call agent 0.5 0.3\n", "line 1"),
        (ctm.read, "\ncall agent 0,5 0.3 hallo\n", "line 2"),
    ],
)
def test_what_is_damaged_is_refused(read: Read, text: str, told: str) -> None:
    with pytest.raises(FormatError) as refused:
        read(text, name="call 7.x")
    assert told in str(refused.value)
