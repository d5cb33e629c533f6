"""Transcripts survive being written and read; what others write is understood."""

import json
from dataclasses import replace
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.errors import FormatError, Sentence
from transcribe.formats import own_json, plain, rttm, srt, vtt, whisper_json
from transcribe.types import (
    AudioEvent,
    Doubt,
    EventKind,
    Layout,
    Reason,
    Removed,
    Role,
    SpeakerSpan,
    Transcript,
    Turn,
    Word,
)


class Read(Protocol):
    def __call__(self, text: str, *, name: str) -> Transcript: ...


#: Without the letters of SubRip's own tags, which that format cannot escape.
LETTERS = "aàcdéëj'ﬁ<&>€😀0"
texts = st.text(LETTERS, min_size=1, max_size=8)
names = st.sampled_from(["agent", "klant", "SPEAKER_00", "Anna de Vries", "J. O'Neil", "unknown"])
probabilities = st.floats(0, 1)


@st.composite
def turns(draw: st.DrawFn, *, after_ms: int) -> Turn:
    start_ms = after_ms + draw(st.integers(0, 3_000))
    words: list[Word] = []
    at_ms = start_ms
    for text in draw(st.lists(texts, min_size=1, max_size=5)):
        end_ms = at_ms + draw(st.integers(1, 900))
        doubts = draw(st.frozensets(st.sampled_from(Doubt)))
        words.append(Word(text, at_ms, end_ms, draw(probabilities), doubts))
        at_ms = end_ms
    language = draw(st.sampled_from([None, "nl"]))
    return Turn(draw(names), draw(st.sampled_from(Role)), start_ms, at_ms, tuple(words), language)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    said: list[Turn] = []
    for _ in range(draw(st.integers(1, 5))):
        said.append(draw(turns(after_ms=said[-1].end_ms + 1 if said else 0)))
    event = st.builds(
        lambda kind, start_ms, length_ms, channel: AudioEvent(kind, start_ms, start_ms + length_ms, channel),
        st.sampled_from(EventKind),
        st.integers(0, 9_000),
        st.integers(0, 9_000),
        st.none() | st.integers(0, 1),
    )
    gone = st.builds(
        lambda text, start_ms, length_ms, reason, channel: Removed(
            text, start_ms, start_ms + length_ms, reason, channel
        ),
        texts,
        st.integers(0, 9_000),
        st.integers(0, 9_000),
        st.sampled_from(Reason),
        st.none() | st.integers(0, 1),
    )
    warning = st.builds(Sentence, texts, st.dictionaries(texts, st.integers() | texts))
    return Transcript(
        language=draw(st.sampled_from(["nl", "en", ""])),
        duration_ms=said[-1].end_ms + draw(st.integers(0, 9_000)),
        turns=tuple(said),
        events=tuple(draw(st.lists(event, max_size=3))),
        removed=tuple(draw(st.lists(gone, max_size=3))),
        warnings=tuple(draw(st.lists(warning, max_size=3))),
        layout=draw(st.none() | st.sampled_from(Layout)),
        engine=draw(texts),
        model=draw(texts),
        diariser=draw(texts),
    )


def heard(transcript: Transcript) -> list[tuple[str, int, int, str]]:
    return [(turn.speaker, turn.start_ms, turn.end_ms, turn.text) for turn in transcript.turns]


@given(transcripts())
def test_our_own_json_gives_back_everything(transcript: Transcript) -> None:
    assert own_json.read(own_json.write(transcript), name="a.json") == transcript


@given(transcripts())
def test_subtitles_give_back_speakers_times_and_text(transcript: Transcript) -> None:
    assert heard(vtt.read(vtt.write(transcript), name="a.vtt")) == heard(transcript)
    assert heard(srt.read(srt.write(transcript), name="a.srt")) == heard(transcript)


@given(transcripts())
def test_whisper_json_gives_back_speakers_and_words(transcript: Transcript) -> None:
    found = whisper_json.read(whisper_json.write(transcript), name="a.json")

    said = [(turn.speaker, word.text, word.start_ms, word.end_ms) for turn in transcript.turns for word in turn.words]
    assert said == [
        (turn.speaker, word.text, word.start_ms, word.end_ms) for turn in found.turns for word in turn.words
    ]
    assert found.language == transcript.language


@given(transcripts())
def test_plain_text_gives_back_speakers_starts_and_text(transcript: Transcript) -> None:
    found = plain.read(plain.write(transcript), name="a.txt")

    parties = {Role.AGENT: "agent", Role.CUSTOMER: "customer"}
    assert [(turn.speaker, turn.start_ms, turn.text) for turn in found.turns] == [
        (parties.get(turn.role, turn.speaker), turn.start_ms, turn.text) for turn in transcript.turns
    ]


@given(transcripts())
def test_rttm_gives_back_who_spoke_when(transcript: Transcript) -> None:
    found = rttm.read(rttm.write(transcript), name="a.rttm")

    assert found == [
        SpeakerSpan(turn.start_ms, turn.end_ms, turn.speaker.replace(" ", "_")) for turn in transcript.turns
    ]


@given(transcripts())
def test_attaching_its_own_rttm_loses_no_word(transcript: Transcript) -> None:
    found = rttm.attach(transcript, rttm.read(rttm.write(transcript), name="a.rttm"))

    assert " ".join(turn.text for turn in found.turns) == " ".join(turn.text for turn in transcript.turns)
    assert found.diariser == "rttm"


def test_rttm_gives_a_transcript_without_speakers_its_speakers() -> None:
    words = (Word("hello", 0, 400), Word("how", 500, 700), Word("fine", 2_000, 2_400))
    transcript = Transcript("en", 3_000, (Turn("unknown", Role.UNKNOWN, 0, 2_400, words),))
    table = (
        ";; made elsewhere\n"
        "SPKR-INFO call 1 <NA> <NA> <NA> unknown agent <NA>\n"
        "SPEAKER call 1 1.900 0.600 <NA> <NA> customer <NA> <NA>\n"
        "SPEAKER call 1 0.000 0.800 <NA> <NA> agent <NA> <NA>\n"
    )

    found = rttm.attach(transcript, rttm.read(table, name="call.rttm"))

    assert [(turn.speaker, turn.role, turn.text) for turn in found.turns] == [
        ("agent", Role.AGENT, "hello how"),
        ("customer", Role.CUSTOMER, "fine"),
    ]


def test_a_webvtt_file_of_others_is_understood() -> None:
    text = (
        "\ufeffWEBVTT - made elsewhere\r\nKind: captions\r\n\r\nNOTE\r\nnot --> a cue\r\n\r\n"
        "STYLE\r\n::cue { color: red }\r\n\r\n"
        "intro\r\n00:01.000 --> 00:02.500 align:start\r\n<v.loud Agent>Good <b>morning</b> &amp;\r\nwelcome.</v>\r\n\r\n"
        "01:00:00.000 --> 01:00:01.000\r\nNo voice here\r\n"
    )

    found = vtt.read(text, name="call.vtt")

    assert heard(found) == [
        ("Agent", 1_000, 2_500, "Good morning & welcome."),
        ("unknown", 3_600_000, 3_601_000, "No voice here"),
    ]
    assert [turn.role for turn in found.turns] == [Role.AGENT, Role.UNKNOWN]
    assert found.duration_ms == 3_601_000


def test_a_subrip_file_of_others_is_understood() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,500\nKlant: <i>goedemorgen</i>\nmevrouw\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nHet is 9:30 uur: laat\n\n\n3\n00:00:05,000 --> 00:00:06,000\n\n"
    )

    found = srt.read(text, name="call.srt")

    assert heard(found) == [
        ("Klant", 1_000, 2_500, "goedemorgen mevrouw"),
        ("unknown", 3_000, 4_000, "Het is 9:30 uur: laat"),
    ]
    assert found.turns[0].role is Role.CUSTOMER


def test_whisperx_words_without_times_get_those_of_their_neighbours() -> None:
    words = [
        {"word": "number", "start": 1.0, "end": 1.4, "score": 0.9, "speaker": "SPEAKER_00"},
        {"word": "47", "speaker": "SPEAKER_00"},
        {"word": "yes", "start": 2.0, "end": 2.2, "score": 0.8, "speaker": "SPEAKER_01"},
    ]
    segment = {"start": 1.0, "end": 2.2, "text": " number 47 yes", "speaker": "SPEAKER_00", "words": words}

    found = whisper_json.read(json.dumps({"segments": [segment]}), name="call.json", language="en")

    assert [(turn.speaker, turn.text) for turn in found.turns] == [("SPEAKER_00", "number 47"), ("SPEAKER_01", "yes")]
    assert found.turns[0].words[1] == Word("47", 1_400, 2_000)


def test_a_whisper_segment_without_words_spreads_its_text() -> None:
    segment = {"start": 0.0, "end": 1.0, "text": " ab abc"}

    found = whisper_json.read(json.dumps({"segments": [segment], "language": "nl"}), name="call.json")

    assert found.turns[0].words == (Word("ab", 0, 428), Word("abc", 428, 1_000))
    assert found.language == "nl"


OWN = own_json.as_value(Transcript("en", 1_000, (Turn("a", Role.AGENT, 0, 9, (Word("x", 0, 9),)),)))


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (vtt.read, "", "first line"),
        (vtt.read, "hello\n", "first line"),
        (vtt.read, "WEBVTT\n\n00:01.000 --> later\nhello\n", "line 3"),
        (vtt.read, "WEBVTT\n\nname\n00:02.000 --> 00:01.000\nhello\n", "line 4"),
        (srt.read, "no times at all", "no subtitles"),
        (srt.read, "1\n00:00:01,000 --> \nhello\n", "line 2"),
        (srt.read, "1\n00:00:02,000 --> 00:00:01,000\nhello\n", "line 2"),
        (plain.read, "", "empty"),
        (plain.read, "[00:00:01.000] agent: hello\nhello?\n", "line 2"),
        (rttm.read, "hello", "SPEAKER"),
        (rttm.read, "SPEAKER call 1 0.0 1.0\n", "line 1"),
        (rttm.read, "\nSPEAKER call 1 0,5 1.0 <NA> <NA> a <NA> <NA>\n", "line 2"),
        (whisper_json.read, "{\n,", "line 2"),
        (whisper_json.read, "[]", "segments"),
        (whisper_json.read, '{"segments": [{"start": 0, "end": 1, "text": "a"}, {"start": null}]}', "segment 2"),
        (whisper_json.read, '{"segments": [{"start": 0, "end": NaN, "text": "a"}]}', "segment 1"),
        (whisper_json.read, '{"segments": [{"start": 0, "end": 1, "text": "a", "words": [{}]}]}', "segment 1"),
        (own_json.read, "{", "line 1"),
        (own_json.read, "{}", "no transcript"),
        (own_json.read, json.dumps(OWN | {"version": 4}), "version 4"),
        (own_json.read, json.dumps(OWN | {"turns": [1]}), "transcript.turns[0]"),
        (own_json.read, json.dumps(OWN | {"language": None}), "transcript.language"),
        (own_json.read, json.dumps(OWN | {"layout": "cube"}), "transcript.layout"),
        (own_json.read, json.dumps(OWN | {"duration_ms": True}), "transcript.duration_ms"),
        (
            own_json.read,
            json.dumps(OWN | {"events": [{"kind": "tone", "start_ms": 5, "end_ms": 1}]}),
            "transcript.events[0].end_ms",
        ),
    ],
)
def test_what_is_wrong_is_told_with_file_and_place(read: Read, text: str, told: str) -> None:
    with pytest.raises(FormatError) as refused:
        read(text, name="call 7.x")

    assert "call 7.x" in str(refused.value)
    assert told in str(refused.value)


def test_a_transcript_of_version_1_is_still_read() -> None:
    older = {key: value for key, value in OWN.items() if key != "removed"} | {"version": 1}

    assert own_json.from_value(older, name="a.json") == own_json.from_value(OWN, name="a.json")


def test_a_transcript_of_version_2_is_still_read() -> None:
    turn = {"speaker": "a", "role": "agent", "start_ms": 0, "end_ms": 9, "words": []}

    (read,) = own_json.from_value(OWN | {"version": 2, "turns": [turn]}, name="a.json").turns

    assert read.language is None


def test_webvtt_tells_which_cues_are_in_another_language() -> None:
    said = (Word("dag", 0, 400), Word("Jan", 400, 800))
    turns = (Turn("a", Role.AGENT, 0, 800, said, "nl"), Turn("a", Role.AGENT, 900, 1700, said))
    text = vtt.write(Transcript("en", 2_000, turns))

    assert "<v a><lang nl>dag Jan</lang>\n" in text
    read = vtt.read(text, name="a.vtt", language="en").turns
    assert [(turn.text, turn.language) for turn in read] == [("dag Jan", "nl"), ("dag Jan", None)]
    assert [turn.language for turn in vtt.read(text, name="a.vtt", language="nl").turns] == [None, None]


def test_a_word_with_an_unknown_doubt_is_refused() -> None:
    text = own_json.write(own_json.from_value(OWN, name="a")).replace('"doubts": []', '"doubts": ["mood"]')

    with pytest.raises(FormatError, match=r"words\[0\]\.doubts"):
        own_json.read(text, name="a.json")


def test_a_parameter_that_json_does_not_know_is_written_as_text() -> None:
    transcript = replace(own_json.from_value(OWN, name="a"), warnings=(Sentence("{role} left", {"role": Role.AGENT}),))

    assert str(own_json.read(own_json.write(transcript), name="a.json").warnings[0]) == "agent left"
