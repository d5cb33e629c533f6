"""Facts of recordings from CSV, JSON and names, and ready transcripts."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidError
from qa.interactions.kinds import Direction
from qa.interactions.reading.file_names import facts_from_name, name_rule
from qa.interactions.reading.mapping import ColumnMapping
from qa.interactions.reading.metadata import guess_recording_mapping, read_recordings_csv, read_recordings_json
from qa.interactions.reading.transcripts import TranscriptFormat, guess_transcript_format, read_transcript
from transcribe.types import Role

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HALF_PAST_TWO = datetime(2026, 3, 12, 13, 30, tzinfo=UTC)


def test_a_dutch_csv_beside_recordings_needs_no_mapping() -> None:
    data = (
        "Bestandsnaam;Medewerker;Datum;Tijd;Richting;Wachtrij;Taal;Klantnummer;Duur\n"
        "map\\een.wav;M7;12-03-2026;14:30;Inkomend;Storing;Nederlands;K-9;12,5\n"
        "twee.wav;;12-03-2026;14:30;in;Storing;nl;;3\n"
        "drie.wav;M8;12-03-2026;14:99;in;Storing;nl;;3\n"
        "../vier.wav;M8;12-03-2026;14:30;in;Storing;nl;;3\n"
        "vijf.wav;M8;12-03-2026;14:30;opzij;Storing;nl;;3\n"
    ).encode("cp1252")
    guess = guess_recording_mapping(data, file="opnames.csv")
    assert guess.missing == ()
    assert guess.unused == ("Duur",)
    read = read_recordings_csv(data, file="opnames.csv")
    (facts,) = read.items
    assert (facts.file, facts.reference, facts.agent_reference) == ("map/een.wav", "map/een.wav", "M7")
    assert (facts.started_at, facts.direction, facts.language) == (HALF_PAST_TWO, Direction.INBOUND, "nl")
    assert (facts.queue, facts.customer_reference) == ("Storing", "K-9")
    assert [(problem.line, str(problem.sentence)[:24]) for problem in read.problems] == [
        (3, "The agent is missing. Fi"),
        (4, "The time “12-03-2026 14:"),
        (5, "The name of the recordin"),
        (6, "The direction “opzij” is"),
    ]


def test_a_mapping_for_recordings_can_state_everything() -> None:
    mapping = ColumnMapping(
        {"file": "f", "started_at": "t"}, constants={"agent": "M7", "language": "en"}, time_zone="UTC", delimiter="|"
    )
    (facts,) = read_recordings_csv(b"f|t\na.wav|2026-03-12 13:30\n", file="a.csv", mapping=mapping).items
    assert (facts.agent_reference, facts.started_at, facts.language) == ("M7", HALF_PAST_TWO, "en")
    wrong = read_recordings_csv(b"f|t\n", file="a.csv", mapping=ColumnMapping({"file": "f"}, delimiter="|"))
    assert "No column was found for “agent”" in str(wrong.problems[0].text)


def test_metadata_beside_one_recording_belongs_to_it() -> None:
    folder = "year=2026/month=03/day=12/hour=13/conversation_id=c1"
    found = {
        "conversationId": "c1",
        "recordingId": "r1",
        "mediaType": "Call",
        "userIds": ["u7"],
        "startTime": "2026-03-12T13:30:00Z",
        "initialDirection": "inbound",
        "queueIds": ["q1"],
        "languageId": "0a1b2c3d-0000-0000-0000-000000000000",
    }
    read = read_recordings_json(
        json.dumps(found).encode(),
        file=f"{folder}/r1_metadata.json",
        zone=AMSTERDAM,
        files=[f"{folder}/r1.opus", f"{folder}/r2.opus", f"{folder}/r1_metadata.json", "r1.opus"],
    )
    (facts,) = read.items
    assert (facts.file, facts.reference, facts.agent_reference) == (f"{folder}/r1.opus", "r1", "u7")
    assert (facts.started_at, facts.queue, facts.language) == (HALF_PAST_TWO, "q1", "")
    alone = read_recordings_json(json.dumps(found).encode(), file="r1_metadata.json", zone=AMSTERDAM)
    assert "file is missing" in str(alone.problems[0].text)


def test_a_list_of_recordings_in_json_reads_what_it_can() -> None:
    data = json.dumps(
        {
            "recordings": [
                {"file": "a.wav", "agent": "M7", "started_at": "2026-03-12 14:30"},
                {"file": "b.wav", "agent": "M7"},
            ]
        }
    ).encode()
    read = read_recordings_json(data, file="o.json", zone=AMSTERDAM)
    assert [one.file for one in read.items] == ["a.wav"]
    assert "Recording 2: The time is empty" in str(read.problems[0].text)
    for odd, says in ((b"[]", "no recordings"), (b'{"a": ', "breaks off"), (b"[1]", "no recordings"), (b"", "empty")):
        assert says in str(read_recordings_json(odd, file="o.json", zone=AMSTERDAM).problems[0].text)


def test_a_name_tells_agent_date_and_direction() -> None:
    rule = name_rule("{queue}/{agent}_{date:%Y%m%d-%H%M%S}_{direction}")
    facts = facts_from_name("2026/Storing/M7_20260312-143000_in.wav", rule=rule, zone=AMSTERDAM)
    assert (facts.agent_reference, facts.queue, facts.direction) == ("M7", "Storing", Direction.INBOUND)
    assert (facts.started_at, facts.reference) == (HALF_PAST_TWO, "2026/Storing/M7_20260312-143000_in.wav")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("M7_20260312-143000_M8_20260101-000000_in.wav", "more than one way"),
        ("M7_20260312-146000_in.wav", "does not exist"),
        ("M7-20260312.wav", "does not follow the rule"),
        ("M7\u202e_20260312-143000_in.wav", "control characters"),
        ("M7_20260312-143000_x\n_in.wav", "control characters"),
        ("a" * 2000, "too long"),
        ("M7_20260312-143000_zijwaarts.wav", "The direction"),
        (" _20260312-143000_in.wav", "The agent is missing"),
        ("", "does not follow the rule"),
    ],
)
def test_a_hostile_name_is_refused_with_a_reason(path: str, says: str) -> None:
    rule = name_rule(
        "{agent}_{date:%Y%m%d-%H%M%S}_{skip}_{direction}"
        if "M8" in path
        else "{agent}_{date:%Y%m%d-%H%M%S}_{direction}"
    )
    with pytest.raises(InvalidError, match=says):
        facts_from_name(path, rule=rule, zone=AMSTERDAM)


names = st.text(st.characters(exclude_characters="/", exclude_categories=["Cc", "Cs", "Cf"]), min_size=1, max_size=30)


@given(names, names)
def test_a_caller_cannot_choose_another_agent_by_a_name(agent: str, caller: str) -> None:
    rule = name_rule("{agent}_{date:%Y%m%d-%H%M%S}_{customer}")
    path = f"{agent}_20260312-143000_{caller}.wav"
    try:
        facts = facts_from_name(path, rule=rule, zone=AMSTERDAM)
    except InvalidError:
        return
    assert facts.agent_reference == agent.strip()
    assert facts.started_at == HALF_PAST_TWO


@given(st.text(max_size=60))
def test_no_name_makes_the_rule_fall_over(path: str) -> None:
    with pytest.raises(InvalidError):
        facts_from_name(path, rule=name_rule("{agent}__--__{date}"), zone=AMSTERDAM)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("{agent}_{caller}_{date}", "caller is not known"),
        ("{agent}_{agent}_{date}", "comes twice"),
        ("{agent}", "needs the fields"),
        ("{agent}_{date:%Y%B}", "not %B"),
        ("{agent}_{date}}", "braces"),
        ("{agent}_{date}" + "_{skip}" * 8, "at most 8"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(pattern: str, says: str) -> None:
    with pytest.raises(InvalidError, match=says):
        name_rule(pattern)


VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v agent>Goedemiddag met Noor\n\n00:02.500 --> 00:04.000\n<v klant>Hallo\n"
RTTM = b"SPEAKER a 1 0.000 2.100 <NA> <NA> s1 <NA> <NA>\nSPEAKER a 1 2.400 1.600 <NA> <NA> s2 <NA> <NA>\n"


def test_a_ready_transcript_is_read_by_its_form() -> None:
    (transcript,) = read_transcript(VTT, file="a.vtt", language="nl").items
    assert [(turn.role, turn.text) for turn in transcript.turns] == [
        (Role.AGENT, "Goedemiddag met Noor"),
        (Role.CUSTOMER, "Hallo"),
    ]
    (joined,) = read_transcript(
        VTT, file="a.vtt", speakers=RTTM, speakers_file="a.rttm", roles={"s1": Role.CUSTOMER, "s2": Role.AGENT}
    ).items
    assert [turn.role for turn in joined.turns] == [Role.CUSTOMER, Role.AGENT]


def test_a_transcript_that_is_none_is_named() -> None:
    assert guess_transcript_format(b'{"segments": []}', file="a.json") is TranscriptFormat.WHISPER_JSON
    for data, file in ((b"", "a.vtt"), (b"NEE", "a.vtt"), (b"zomaar", "a.doc"), (b"{", "a.json")):
        read = read_transcript(data, file=file)
        assert read.items == ()
        assert read.problems[0].file == file
    rttm = read_transcript(VTT, file="a.vtt", speakers=b"niets", speakers_file="a.rttm")
    assert rttm.problems[0].file == "a.rttm"


@given(st.binary(max_size=200), st.sampled_from(["a.vtt", "a.srt", "a.json", "a.txt"]))
def test_no_bytes_make_the_reading_of_facts_or_transcripts_fall_over(data: bytes, file: str) -> None:
    assert read_recordings_csv(data, file=file).problems
    assert read_recordings_json(b"[" + data + b"]", file=file, zone=AMSTERDAM).problems
    read = read_transcript(data, file=file)
    assert read.items or read.problems


@pytest.mark.parametrize(
    ("cell", "transfers"), [("2", 2), ("ja", 1), ("no", 0), ("", 0), ("queue 7", 0), ("31612345678", 10), ("1.0", 1)]
)
def test_a_column_tells_how_often_a_call_was_put_through(cell: str, transfers: int) -> None:
    data = f"file;agent;started_at;doorverbonden\na.wav;a1;2026-03-12 14:30;{cell}\n".encode()

    (found,) = read_recordings_csv(data, file="calls.csv").items

    assert found.transfers == transfers


def test_each_agent_after_the_first_one_came_by_a_transfer() -> None:
    told = {"file": "a.wav", "userIds": ["u1", "u2", "u1"], "startTime": "2026-03-12T13:30:00Z"}

    (found,) = read_recordings_json(json.dumps([told]).encode(), file="calls.json", zone=ZoneInfo("UTC")).items

    assert (found.agent_reference, found.transfers) == ("u1", 1)
